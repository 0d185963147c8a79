from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from index.weights import Weights
from qa.__main__ import main
from qa.doctor import examined, judge, machine, named, packages, run, weights
from tests.conftest import MakeIndex
from tests.fakes import write_articles

SUM = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of "hello"
KNOWN = Weights("own", (), "1", "model.gguf", SUM, "none", "nowhere")


def requires(*rows: str) -> Callable[[str], list[str]]:
    return lambda _: list(rows)


def test_packages_that_are_missing_or_too_old_are_named() -> None:
    rows = requires("numpy>=1", "pytest>=9000", "no-such-thing>=1", "other>=1; extra == 'x'")
    found = list(packages(rows))
    assert [finding.state for finding in found] == ["wrong", "wrong"]
    assert found[0].what.startswith("pytest>=9000 is needed, not ")
    assert found[1].what == "no-such-thing is missing"
    (fine,) = packages(requires("numpy>=1"))
    assert fine.state == "ok"


def test_a_folder_that_was_not_installed_is_no_fault() -> None:
    def nothing(_: str) -> list[str]:
        raise PackageNotFoundError

    (finding,) = packages(nothing)
    assert finding.state == "note"


def test_weights_are_there_whole_or_named(tmp_path: Path) -> None:
    missing = weights(KNOWN, tmp_path)
    assert (missing.state, missing.remedy) == ("wrong", "Fetch them: python -m index.weights own")
    file = tmp_path / "model.gguf"
    file.write_bytes(b"hello")
    assert weights(KNOWN, tmp_path).state == "ok"
    file.write_bytes(b"hellO")
    damaged = weights(KNOWN, tmp_path)
    assert (damaged.state, damaged.what) == ("wrong", f"{file} is damaged")


def test_a_model_of_ones_own_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert named(str(tmp_path / "x.gguf")).state == "wrong"


def test_a_model_that_does_not_run_is_told_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "x.gguf"
    file.write_bytes(b"GGUF")
    finding = run("llama.cpp", "llm", file)
    assert finding.state == "wrong"
    assert "does not run" in finding.what
    assert "build_llama" in finding.remedy


def test_what_runs_slowly_is_a_note() -> None:
    assert judge("llama.cpp", {"read": 60.0, "write": 9.0}).state == "ok"
    slow = judge("llama.cpp", {"read": 5.0, "write": 9.0})
    assert (slow.state, "tune" in slow.remedy) == ("note", True)
    assert judge("embedder", {"passages": 3.0}).state == "note"


def test_the_cache_is_looked_at_where_it_will_be(tmp_path: Path) -> None:
    parts = [finding.part for finding in machine(tmp_path / "not" / "there")]
    assert parts[:2] == ["cache", "disk"]


def test_an_index_is_whole_or_its_damage_is_named(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index(write_articles(tmp_path / "a.jsonl", "The ferry sailed on Monday."))
    (fine,) = examined(index.directory)
    assert fine.state == "ok"
    vectors = next(index.directory.glob("generation-*/vectors.npy"))
    data = bytearray(vectors.read_bytes())
    data[-1] ^= 1
    vectors.write_bytes(data)
    found = list(examined(index.directory))
    assert found[0].state == "wrong"
    assert "vectors.npy" in found[0].what
    assert "--repair" in found[0].remedy
    (none,) = examined(tmp_path / "nothing")
    assert none.state == "wrong"


def test_the_command_tells_what_is_wrong_with_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLIPPINGS_CACHE", str(tmp_path))
    assert main(["doctor", "--quick", "--json"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert any(line.startswith("wrong  weights default: ") for line in out)
    told = json.loads(out[-1])
    assert told["wrong"] >= 2
