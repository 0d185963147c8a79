"""A block of the source as it stands there, and what every block says of its runs.

Lines of a block read `WORDS = label`; the label may be left out, and `{SETTING}` in it stands for
a setting of the run. RUN is the name of a result file, or NAME[setting=value].
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.report.results import Run, one, spelled
from index.errors import InputError

NOT_MEASURED = "Not measured yet"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a block: what it names, and what that is called (empty: nothing was said)."""

    words: tuple[str, ...]
    label: str

    @staticmethod
    def of(line: str) -> Entry:
        """Read `WORDS = label`."""
        words, _, label = line.partition(" = ")
        return Entry(tuple(words.split()), label.strip())


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it stands in the source."""

    kind: str
    head: Entry
    lines: tuple[str, ...]

    @property
    def entries(self) -> list[Entry]:
        """Its lines but the empty ones."""
        return [Entry.of(line) for line in self.lines if line]

    def named(self, count: int, what: str) -> tuple[str, ...]:
        """The words of its first line. Raises InputError if they are not `count`."""
        if len(self.head.words) != count:
            raise InputError(f"the block is to begin with <!-- {self.kind} {what}.")
        return self.head.words


def day(run: Run) -> str:
    """Give the day of a run in words."""
    return f"{run.moment.day} {run.moment:%B %Y}"


def provenance(runs: Iterable[Run]) -> str:
    """Say in one line which commands the figures came from, where, when, and of which commit."""
    commands: dict[str, list[str]] = {}
    for run in runs:
        cores = f", {run.cores} core{'s' * (run.cores > 1)}" if run.cores else ""
        commit = f"commit {run.commit}" if run.commit else "no commit"
        about = f"{run.cpu}{cores} · {day(run)} · {commit}"
        commands.setdefault(about, []).append(f"`{run.command}`")
    return "; ".join(
        f"{', '.join(dict.fromkeys(typed))} · {about}" for about, typed in commands.items()
    )


def with_provenance(shown: str, runs: Sequence[Run], absent: Sequence[str]) -> str:
    """Put below what is shown which runs are not there, and where the others came from."""
    if not runs:
        return f"{NOT_MEASURED}."
    lacking = [f"{NOT_MEASURED}: {'; '.join(absent)}."] if absent else []
    return "\n\n".join([shown, *lacking, provenance(runs)])


def label_of(entry: Entry, run: Run, runs: Sequence[Run]) -> str:
    """What a run is called. Raises InputError if several would be called the same."""
    label = entry.label or entry.words[0]
    for name, value in run.settings.items():
        label = label.replace(f"{{{name}}}", spelled(value))
    if label == (entry.label or entry.words[0]):
        one(runs, entry.words[0])
    return label
