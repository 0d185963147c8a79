"""Two runs, question by question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.compare import compare
from bench.records import Record, RecordFile
from index.errors import InputError


def run_of(*values: float | None, system: str = "clippings") -> dict[tuple[str, str], Record]:
    records = [Record(f"q{n}", {"accuracy": v}, system) for n, v in enumerate(values)]
    return {(record.id, record.variant): record for record in records}


def write(file: Path, *runs: dict[tuple[str, str], Record]) -> Path:
    kept = RecordFile(file, {"seed": 0})
    for records in runs:
        for record in records.values():
            kept.add(record)
    return file


def test_two_points_on_fifty_questions_are_not_progress() -> None:
    before = run_of(*[1.0] * 25, *[0.0] * 25)
    after = run_of(*[1.0] * 26, *[0.0] * 24)
    (found,) = compare(before, after, rounds=2_000, seed=0)
    assert (found.first, found.second, found.n) == (0.5, 0.52, 50)
    assert found.value == pytest.approx(0.02)
    assert found.low == 0.0  # no resample can lose
    assert not found.is_clear


def test_a_run_that_is_better_everywhere_is_clearly_better() -> None:
    (found,) = compare(run_of(*[0.0] * 20), run_of(*[1.0] * 20), rounds=500, seed=0)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    assert found.is_clear


def test_the_interval_is_that_of_the_pairs_and_not_of_the_runs() -> None:
    # every question is worth exactly a tenth more: the runs vary, the pairs do not
    before, after = run_of(0.0, 0.5, 0.9), run_of(0.1, 0.6, 1.0)
    (found,) = compare(before, after, rounds=500, seed=0)
    assert found.low == pytest.approx(0.1)
    assert found.high == pytest.approx(0.1)


def test_the_interval_of_a_coin_is_that_of_the_binomial_distribution() -> None:
    # 100 pairs, 20 won and 10 lost: sd of the mean is sqrt(.3 - .01) / 10, so .1 +- .1055
    before = run_of(*[0.0] * 20, *[1.0] * 10, *[0.5] * 70)
    after = run_of(*[1.0] * 20, *[0.0] * 10, *[0.5] * 70)
    (found,) = compare(before, after, rounds=10_000, seed=1)
    assert found.low == pytest.approx(-0.0055, abs=0.015)
    assert found.high == pytest.approx(0.2055, abs=0.015)


def test_questions_and_scores_of_one_run_alone_are_left_out() -> None:
    (found,) = compare(run_of(1.0, None, 0.0), run_of(0.0, 1.0), rounds=10, seed=0)
    assert (found.n, found.value) == (1, -1.0)
    with pytest.raises(InputError, match="share no question"):
        compare(run_of(1.0), {}, rounds=10, seed=0)


def test_the_command_prints_a_table_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = write(tmp_path / "before.jsonl", run_of(*[0.0] * 20))
    after = write(tmp_path / "after.jsonl", run_of(*[1.0] * 21))
    assert main(["compare", str(before), str(after)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "20 questions in both, 1 in one alone left out" in lines[1]
    assert lines[3].split() == ("accuracy 0.000 1.000 +1.000 +1.000 to +1.000 20 clear".split())
    assert json.loads(lines[-1])["accuracy.low"] == 1.0


def test_a_system_of_several_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = run_of(*[1.0] * 9), run_of(*[0.0] * 9, system="peer")
    file = str(write(tmp_path / "peers.jsonl", ours, theirs))
    assert main(["compare", file, f"{file}:peer"]) == 1
    assert f"Name one: {file}:clippings" in capsys.readouterr().err
    assert main(["compare", f"{file}:none", f"{file}:peer"]) == 1
    assert "no system 'none'" in capsys.readouterr().err
    assert main(["compare", f"{file}:clippings", f"{file}:peer"]) == 0
    assert "-1.000" in capsys.readouterr().out
