"""Two runs question by question: is the one better, or is it chance?

A and B are files of records (`--records` of another task), or `FILE:SYSTEM` where a file holds
several systems. Of each score the difference B - A is taken over the questions that both have it
for, with a 95% interval from bootstrap resamples of those questions: where the interval holds 0,
the difference may be chance.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.metrics import Metric
from bench.options import Parsers, add_out, count
from bench.records import Record, read_records
from bench.table import Result, columns
from index.errors import InputError

ROUNDS = 10_000
LOWER, UPPER = 2.5, 97.5  # percentiles of the resampled differences

Key = tuple[str, str]  # of a question: its id and variant


@dataclass(frozen=True, slots=True)
class Difference:
    """One score of both runs over the questions they share."""

    name: str
    first: float
    second: float
    low: float  # of the difference, second - first
    high: float
    n: int

    @property
    def value(self) -> float:
        """How much higher the second run is."""
        return self.second - self.first

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("compare", help="is one run better than another, or is it chance?")
    task.add_argument("first", metavar="A", help="a file of records, or FILE:SYSTEM")
    task.add_argument("second", metavar="B", help="the other one")
    task.add_argument(
        "--rounds", type=count, default=ROUNDS, metavar="N", help=f"resamples ({ROUNDS})"
    )
    task.add_argument("--seed", type=int, default=0, metavar="S", help="of the resamples (0)")
    add_out(task)
    task.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> Result:
    first, second = (_records(name) for name in (options.first, options.second))
    differences = compare(first, second, rounds=options.rounds, seed=options.seed)
    metrics = [
        Metric(f"{d.name}{part}", value, d.n)
        for d in differences
        for part, value in (("", d.value), (".low", d.low), (".high", d.high))
    ]
    shared = len(first.keys() & second.keys())
    lost = len(first) + len(second) - 2 * shared
    title = f"{options.second} against {options.first}: {shared} questions in both"
    if lost:
        title += f", {lost} in one alone left out"
    names = " against ".join(Path(name).name for name in (options.second, options.first))
    settings = {"rounds": options.rounds, "seed": options.seed}
    return Result("compare", names, metrics, settings, table=f"{title}\n{_table(differences)}")


def compare(
    first: Mapping[Key, Record], second: Mapping[Key, Record], *, rounds: int, seed: int
) -> list[Difference]:
    """Give the differences of all scores that both runs have; InputError where there is none."""
    shared = [key for key in first if key in second]
    names = list(dict.fromkeys(name for key in shared for name in first[key].scores))
    differences = []
    for name in names:
        pairs = [(first[key].scores.get(name), second[key].scores.get(name)) for key in shared]
        values = [(a, b) for a, b in pairs if a is not None and b is not None]
        if values:
            differences.append(_difference(name, values, rounds, seed))
    if not differences:
        raise InputError("The two runs share no question: compare runs over the same data.")
    return differences


def _difference(
    name: str, values: Sequence[tuple[float, float]], rounds: int, seed: int
) -> Difference:
    table = np.array(values, dtype=np.float64)  # shape (questions, 2)
    gains = table[:, 1] - table[:, 0]
    rng = np.random.default_rng(seed)
    sums = np.empty(rounds)
    for number in range(rounds):  # one at a time: memory stays that of the questions
        sums[number] = gains[rng.integers(0, len(gains), len(gains))].mean()
    low, high = np.percentile(sums, [LOWER, UPPER])
    first, second = table.mean(axis=0)
    return Difference(name, float(first), float(second), float(low), float(high), len(gains))


def _records(name: str) -> dict[Key, Record]:
    file, _, system = (name, "", "") if Path(name).exists() else name.rpartition(":")
    _, records = read_records(Path(file or name))
    systems = sorted({record.system for record in records})
    if system and system not in systems:
        raise InputError(f"{file}: it holds no system {system!r}. It holds: {_listed(systems)}.")
    if not system and len(systems) > 1:
        raise InputError(
            f"{file}: it holds several systems ({_listed(systems)}). Name one: {file}:{systems[0]}"
        )
    return {(r.id, r.variant): r for r in records if not system or r.system == system}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _table(differences: Sequence[Difference]) -> str:
    head = ("", "A", "B", "B - A", "95% interval", "n", "")
    rows = [
        (
            d.name,
            f"{d.first:.3f}",
            f"{d.second:.3f}",
            f"{d.value:+.3f}",
            f"{d.low:+.3f} to {d.high:+.3f}",
            str(d.n),
            "clear" if d.is_clear else "may be chance",
        )
        for d in differences
    ]
    return columns([head, *rows])
