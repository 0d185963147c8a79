"""Records to weights: what tells right from wrong is found, and judged on folds held out."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from bench import calibrate
from bench.records import Record, to_dict
from index.errors import InputError
from qa.confidence import Calibration, confidence


def write(file: Path, records: list[Record]) -> Path:
    lines = [{"settings": {}}, *map(to_dict, records)]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return file


def made(count: int, seed: int = 0) -> list[Record]:
    """Answers of which the signal "good" tells the right ones well, "noise" tells nothing."""
    dice = random.Random(seed)
    records = []
    for n in range(count):
        right = n % 2 == 0
        found = {"good": dice.gauss(2.0 if right else 0.0, 1.0), "noise": dice.gauss(0.0, 1.0)}
        said = {"signals": found, "answerable": right, "refused": False}
        records.append(Record(f"q{n}", {"accuracy": 1.0} if right else {}, said=said))
    return records


def test_the_signal_that_tells_gets_the_weight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate, "FILE", tmp_path / "confidence.json")
    labelled = calibrate.read(write(tmp_path / "made.jsonl", made(200)))
    result = calibrate.run(labelled, [], 0.05, write=True)
    figures = {metric.name: metric.value for metric in result.metrics}
    written = json.loads((tmp_path / "confidence.json").read_text())
    assert written["weights"]["good"] > 5 * abs(written["weights"]["noise"])
    assert 0.85 < (figures["auroc"] or 0) < 1
    assert (figures["refused_answerable:made"] or 0) == pytest.approx(0.05, abs=0.02)
    assert (figures["refused_unanswerable:made"] or 0) > 0.4
    assert (figures["calibration_error"] or 0) < 0.2
    curve = Calibration(written["intercept"], written["weights"], written["needed"])
    assert 0 < confidence({"good": 0}, curve) < confidence({"good": 2}, curve) < 1


def test_a_signal_can_be_left_out(tmp_path: Path) -> None:
    labelled = calibrate.read(write(tmp_path / "made.jsonl", made(100)))
    result = calibrate.run(labelled, ["good"], 0.05)
    figures = {metric.name: metric.value for metric in result.metrics}
    assert result.settings["signals"] == "noise"
    assert 0.3 < (figures["auroc"] or 0) < 0.7


def test_what_the_model_refused_itself_counts_as_refused(tmp_path: Path) -> None:
    records = made(40)
    records += [
        Record(f"r{n}", {}, said={"signals": {}, "answerable": False, "refused": True})
        for n in range(40)
    ]
    result = calibrate.run(calibrate.read(write(tmp_path / "made.jsonl", records)), [], 0.05)
    figures = {metric.name: (metric.value, metric.n) for metric in result.metrics}
    value, count = figures["refused_unanswerable:made"]
    assert count == 60
    assert value is not None
    assert value > 0.66


def test_records_without_signals_are_refused_with_the_remedy(tmp_path: Path) -> None:
    file = write(tmp_path / "old.jsonl", [Record("q", {}, said={"answerable": True})])
    with pytest.raises(InputError, match=r"old\.jsonl: no signals.*--strictness 0"):
        calibrate.read(file)
