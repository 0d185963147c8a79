"""What came of each question, kept in a JSON Lines file so that a run that stopped goes on.

The first line of a file holds the settings of the run, each further line one record. A figure of
a run is the mean of its scores over the records that have it. It knows no task and no system.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.metrics import Metric
from bench.table import Settings
from index.errors import InputError

Scores = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Record:
    """One question asked once of one system: its scores, and what was said, as plain values."""

    id: str  # of the question
    scores: Scores  # figure to value; None, or left out: it does not apply
    system: str = "clippings"
    variant: str = ""  # what it was asked of, where a question is asked more than once
    type: str = ""  # of question
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one record of a run from another."""
        return self.system, self.id, self.variant


class RecordFile:
    """The records of one run, in the order they were made; without a file they are only held."""

    def __init__(self, file: Path | None, settings: Settings) -> None:
        """Open a file, with what an earlier run of the same settings left in it.

        Raises InputError for a file that is none of ours or of a run with other settings.
        """
        self._file = file
        self._records: dict[tuple[str, str, str], Record] = {}
        if file is None:
            return
        if file.exists() and file.stat().st_size:
            before, records = read_records(file)
            _check_same(file, before, settings)
            self._records = {record.key: record for record in records}
        else:
            _append(file, {"settings": dict(settings)})

    def __contains__(self, key: tuple[str, str, str]) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def add(self, record: Record) -> None:
        """Keep a record; it is on the disk when this returns."""
        self._records[record.key] = record
        if self._file is not None:
            _append(self._file, to_dict(record))


def read_records(file: Path) -> tuple[Settings, list[Record]]:
    """Read a file of records; a last line that was cut off is left out. Raises InputError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file}: it cannot be read ({error}). Name a file of records.") from error
    if not lines or (settings := _parsed(lines[0]).get("settings")) is None:
        raise InputError(f"{file}:1: these are no records: the settings of a run are missing.")
    records = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.endswith("\n"):  # the run was killed while it wrote this
            break
        try:
            records.append(Record(**_parsed(line)))
        except TypeError as error:
            raise InputError(f"{file}:{number}: this is no record ({error}).") from error
    return settings, records


def to_dict(record: Record) -> dict[str, Any]:
    """Give the record as plain data."""
    return {
        "id": record.id,
        "system": record.system,
        "variant": record.variant,
        "type": record.type,
        "scores": dict(record.scores),
        "said": dict(record.said),
    }


def means(records: Sequence[Record], names: Sequence[str]) -> list[Metric]:
    """Mean of each score over the records that have it."""
    metrics = []
    for name in names:
        values = [v for record in records if (v := record.scores.get(name)) is not None]
        metrics.append(Metric(name, statistics.fmean(values) if values else None, len(values)))
    return metrics


def _append(file: Path, line: Mapping[str, Any]) -> None:
    try:
        _drop_half_line(file)
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{json.dumps(line, ensure_ascii=False)}\n")
    except OSError as error:
        raise InputError(
            f"{file}: records cannot be kept there ({error.strerror or error})."
        ) from error


def _drop_half_line(file: Path) -> None:
    """Take off what a killed run left without its end."""
    if not file.exists():
        return
    with file.open("rb+") as stream:
        size = stream.seek(0, 2)
        if not size:
            return
        stream.seek(size - 1)
        if stream.read(1) == b"\n":
            return
        stream.seek(0)
        stream.truncate(stream.read().rfind(b"\n") + 1)


def _parsed(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _check_same(file: Path, before: Settings, now: Settings) -> None:
    for name in (*now, *before):
        if before.get(name) != now.get(name):
            raise InputError(
                f"{file}: it holds a run whose {name} is {before.get(name)!r}, this one's is "
                f"{now.get(name)!r}. Name another file, or run again with the settings it began "
                "with."
            )
