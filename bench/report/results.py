"""Result files to runs: what `--out FILE` appended, of each command the newest line.

It knows the line that bench.table writes, not what is made of it.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.table import Plain, Series, Settings
from index.errors import InputError

FIELDS = ("task", "data", "n", "settings", "machine", "date", "commit", "command")
KEPT_IN = ("--out", "--records")  # where a run is kept changes nothing about what it measures

_REFERENCE = re.compile(r"(?P<name>[\w-]+)(?:\[(?P<wanted>[^\]]*)\])?")


@dataclass(frozen=True, slots=True)
class Run:
    """One line of a result file: the figures of one command, and how they came about."""

    name: str  # of the file, without its ending
    task: str
    data: str
    figures: Mapping[str, float | None]
    counts: Mapping[str, int]
    settings: Settings
    series: Series
    cpu: str
    cores: int | None
    moment: datetime
    commit: str | None
    command: str  # without where it was kept


class Results:
    """The runs of a folder of result files; each file is read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: dict[str, list[Run]] = {}

    def select(self, reference: str) -> list[Run]:
        """Give the runs of `NAME` or `NAME[setting=value,...]`; none: they were not measured.

        Raises InputError for a reference that cannot be read and for a file that holds no results.
        """
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise InputError(f"{reference!r} names no run. Write NAME or NAME[setting=value].")
        name = found["name"]
        if name not in self._runs:
            file = self._folder / f"{name}.jsonl"
            self._runs[name] = read_runs(file) if file.exists() else []
        wanted = [pair.partition("=") for pair in (found["wanted"] or "").split(",") if pair]
        return [
            run
            for run in self._runs[name]
            if all(spelled(run.settings.get(key)) == value for key, _, value in wanted)
        ]

    def missing(self) -> list[str]:
        """The names that were asked for and have no result."""
        return sorted(name for name, runs in self._runs.items() if not runs)

    def unused(self) -> list[str]:
        """The names of files that nothing asked for."""
        return sorted({file.stem for file in self._folder.glob("*.jsonl")} - self._runs.keys())


def read_runs(file: Path) -> list[Run]:
    """Read a result file; of the lines of one task, data and command the newest stays.

    Raises InputError naming file and line for what is no result.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file}: it cannot be read ({error}). Measure it again.") from error
    newest: dict[tuple[str, str, str], Run] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        run = _run(line, file, number)
        key = (run.task, run.data, run.command)
        if key not in newest or run.moment >= newest[key].moment:
            newest[key] = run
    return list(newest.values())


def spelled(value: Plain) -> str:
    """Give a setting as it is written in a reference and in a label."""
    return value if isinstance(value, str) else json.dumps(value)


def without_files(command: str) -> str:
    """Give a command without the options that say where its outcome is kept."""
    kept: list[str] = []
    words = iter(shlex.split(command))
    for word in words:
        if word in KEPT_IN:
            next(words, None)
        elif not word.startswith(tuple(f"{option}=" for option in KEPT_IN)):
            kept.append(word)
    return shlex.join(kept)


def _run(line: str, file: Path, number: int) -> Run:
    record = _record(line, file, number)
    try:
        return Run(
            name=file.stem,
            task=record["task"],
            data=record["data"],
            figures={name: record.get(name) for name in record["n"]},
            counts=dict(record["n"]),
            settings=dict(record["settings"]),
            series=dict(record.get("series", {})),
            cpu=record["machine"]["cpu"],
            cores=record["machine"]["cores"],
            moment=datetime.fromisoformat(record["date"]),
            commit=record["commit"],
            command=without_files(record["command"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _no_result(file, number, f"{type(error).__name__}: {error}") from error


def _record(line: str, file: Path, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _no_result(file, number, "it is no JSON") from error
    absent = [name for name in FIELDS if not isinstance(record, dict) or name not in record]
    if absent:
        raise _no_result(file, number, f"without {', '.join(absent)}")
    return dict(record)


def _no_result(file: Path, number: int, why: str) -> InputError:
    return InputError(
        f"{file}:{number}: this is no result of the bench ({why}). Take the line out, or measure "
        "again with --out."
    )


def one(runs: Sequence[Run], reference: str) -> Run:
    """Give the only run of a reference that was measured. Raises InputError if it has several."""
    if len(runs) > 1:
        commands = "; ".join(run.command for run in runs)
        raise InputError(
            f"{reference} has {len(runs)} runs where one is meant ({commands}). Choose with "
            f"{reference.partition('[')[0]}[setting=value], or take the others out of the file."
        )
    return runs[0]
