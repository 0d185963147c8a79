"""Records that outlive the run that made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.metrics import Metric
from bench.records import Record, RecordFile, means, read_records
from index.errors import InputError

SETTINGS = {"seed": 0, "llm": "tiny"}
FIRST = Record("q1", {"accuracy": 1.0}, variant="true", type="who", said={"text": "Strand – ja"})
SECOND = Record("q1", {"accuracy": 0.0}, variant="noise")


def test_a_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    RecordFile(file, SETTINGS).add(FIRST)
    resumed = RecordFile(file, SETTINGS)
    assert FIRST.key in resumed
    assert SECOND.key not in resumed
    resumed.add(SECOND)
    assert read_records(file) == (SETTINGS, [FIRST, SECOND])


def test_what_was_killed_in_the_middle_of_a_line_is_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    RecordFile(file, SETTINGS).add(FIRST)
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"id": "q1", "variant": "noi')
    resumed = RecordFile(file, SETTINGS)
    assert list(resumed) == [FIRST]
    resumed.add(SECOND)
    assert read_records(file) == (SETTINGS, [FIRST, SECOND])


def test_a_run_of_other_settings_is_not_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    RecordFile(file, SETTINGS)
    with pytest.raises(InputError, match="a run whose seed is 0, this one's is 1"):
        RecordFile(file, {**SETTINGS, "seed": 1})
    with pytest.raises(InputError, match="whose llm is 'tiny', this one's is None"):
        RecordFile(file, {"seed": 0})


@pytest.mark.parametrize("text", ["", "no json\n", '{"id": "q1"}\n', "[1]\n"])
def test_a_file_that_holds_no_records_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"notes\.txt:1: these are no records"):
        read_records(file)


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    RecordFile(file, SETTINGS).add(FIRST)
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"ids": 1}\n')
    with pytest.raises(InputError, match=r"records\.jsonl:3: this is no record"):
        read_records(file)


def test_a_folder_that_is_not_there_keeps_no_records(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="records cannot be kept there"):
        RecordFile(tmp_path / "no" / "records.jsonl", SETTINGS)


def test_without_a_file_records_are_only_held() -> None:
    held = RecordFile(None, SETTINGS)
    held.add(FIRST)
    assert list(held) == [FIRST]
    assert len(held) == 1


def test_a_mean_is_taken_over_the_records_that_have_the_score() -> None:
    records = [FIRST, SECOND, Record("q2", {"f1": 0.5}), Record("q3", {"accuracy": None})]
    assert means(records, ["accuracy", "f1", "none"]) == [
        Metric("accuracy", 0.5, 2),
        Metric("f1", 0.5, 1),
        Metric("none", None, 0),
    ]
