from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from index.manifest import FILE, FORMAT
from index.weights import Weights, fetch, resolve_embedder
from qa.__main__ import main
from qa.doctor import asked, examined, machine, named, packages, weights
from qa.remote.server import Server
from qa.trial import judge, run, why
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


def test_a_server_that_is_not_there_is_told() -> None:
    finding = asked(Server("http://127.0.0.1:1/v1"))
    assert (finding.part, finding.state) == ("server", "wrong")
    assert finding.what.startswith("http://127.0.0.1:1/v1: ")


def test_a_model_that_does_not_run_is_told_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "x.gguf"
    file.write_bytes(b"GGUF")
    finding = run("llm", file)
    assert (finding.part, finding.state) == ("llama.cpp", "wrong")
    assert finding.what.startswith(f"does not run: {file}: llama.cpp cannot load this model")
    assert finding.remedy == ""  # the build is well, and what to do is said


@pytest.mark.parametrize(
    ("status", "what", "remedy"),
    [
        (-4, "an instruction that this processor does not know (SIGILL)", "build_llama"),
        (-9, "the memory was full", "--llm small"),
        (-11, "died (SIGSEGV)", "build_llama"),
        (1, "does not run: no such module", "build_llama"),
        (3, "does not run: no such module", ""),
    ],
)
def test_a_child_that_ended_badly_is_told_by_how_it_ended(
    status: int, what: str, remedy: str
) -> None:
    told = why("llm", status, "no such module")
    assert what in told[0]
    assert remedy in told[1]
    assert bool(remedy) == bool(told[1])


def test_what_runs_slowly_is_a_note_with_a_remedy_that_can_help() -> None:
    fine = judge("llm", {"read": 60.0, "write": 9.0})
    assert (fine.state, fine.remedy) == ("ok", "")
    assert "an answer in about 9 s" in fine.what  # .1 + (300 + 45) / 60 + 30 / 9
    slow = judge("llm", {"read": 5.0, "write": 9.0})
    assert (slow.state, "tune" in slow.remedy) == ("note", True)
    busy = judge("llm", {"read": 5.0, "write": 9.0}, load=2.0)
    assert (busy.state, "busy" in busy.remedy, "tune" in busy.remedy) == ("note", True, False)
    embedder = judge("embedder", {"passages": 3.0})
    assert (embedder.state, "llm" in embedder.remedy) == ("note", False)


@pytest.mark.slow
def test_real_models_run_and_one_that_was_cut_off_is_told(tmp_path: Path) -> None:
    model = fetch("tiny")
    llm, embedder = run("llm", model), run("embedder", resolve_embedder("default"))
    assert llm.state != "wrong"
    assert llm.what.startswith("runs, reads ")
    assert "an answer in about" in llm.what
    assert embedder.what.startswith("runs, embeds ")
    cut = tmp_path / "cut.gguf"
    with model.open("rb") as whole:
        cut.write_bytes(whole.read(model.stat().st_size // 2))
    told = run("llm", cut)
    assert told.state == "wrong"
    assert f"{cut}: llama.cpp cannot load this model" in told.what


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
    assert "--repair" in found[-1].remedy
    assert not any(finding.remedy for finding in found[:-1])
    (none,) = examined(tmp_path / "nothing")
    assert none.state == "wrong"
    (unnamed,) = examined(None)
    assert (unnamed.state, unnamed.remedy) == ("note", "Name its folder: --index DIR")


def test_an_index_of_another_format_is_told_what_it_says_itself(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(write_articles(tmp_path / "a.jsonl", "The ferry sailed on Monday."))
    manifest = json.loads((index.directory / FILE).read_text(encoding="utf-8"))
    for number, repaired in ((FORMAT + 1, False), (FORMAT - 1, True)):
        text = json.dumps(manifest | {"format": number})
        (index.directory / FILE).write_text(text, encoding="utf-8")
        *_, found = examined(index.directory)
        assert found.state == "wrong"
        assert ("--repair" in found.what + found.remedy) is repaired


def test_an_index_in_milvus_that_is_not_there_is_told(tmp_path: Path) -> None:
    (found,) = examined(f"milvus:{tmp_path / 'none.db'}")
    assert found.state == "wrong"


def test_the_command_tells_what_is_wrong_with_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLIPPINGS_CACHE", str(tmp_path))
    assert main(["doctor", "--quick", "--json"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert any(line.startswith("wrong  weights default: ") for line in out)
    told = json.loads(out[-1])
    assert told["wrong"] >= 2
