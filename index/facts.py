"""What filters ask of each row, in arrays that are mapped into memory: days, outlets, sections.

They say again what the tables say, so that a filter costs milliseconds among a million rows. It
knows no table: what is in the arrays is handed over row by row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import arrays
from index.days import terms_of_window
from index.errors import IndexFormatError
from index.filters import Filter

Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]
Row = tuple[int, str | None, str | None, int]  # day or 0, outlet, section, article's number
Span = tuple[int, int, int]  # a row and the days it speaks of, as ordinals from first to last

ROWS, SPANS, NAMES = "rows.npy", "spans.npy", "names.json"
REMEMBERED = 8  # selections, of one byte a row: one question asks for the same several times
LONGEST_NAME = 200  # characters of an outlet or section that are compared


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The rows that a filter lets pass."""

    only: Filter
    mask: Mask  # one entry a row
    rows: int  # how many pass
    spoken: tuple[str, ...]  # one of these terms is in a chunk that speaks of the filter's days


class RowFacts:
    """Facts of rows counted from 0. Day 0 is an unknown day, name 0 that there is none."""

    def __init__(
        self, rows: Ints, spans: Ints, sources: Sequence[str], sections: Sequence[str]
    ) -> None:
        self._rows = rows  # day, outlet, section and article, each with one entry a row
        self._spans = spans  # row, first and last day, by first day
        self.sources, self.sections = tuple(sources), tuple(sections)
        self._selections: dict[Filter, Selection] = {}

    @classmethod
    def of(cls, rows: Iterable[Row], spans: Iterable[Span]) -> RowFacts:
        """Gather facts in the order of the rows."""
        sources, sections = {"": 0}, {"": 0}
        flat = np.fromiter(
            (
                fact
                for day, source, section, article in rows
                for fact in (
                    day,
                    sources.setdefault(fold(source), len(sources)),
                    sections.setdefault(fold(section), len(sections)),
                    article,
                )
            ),
            dtype=np.int32,
        )
        said = np.fromiter(chain.from_iterable(spans), dtype=np.int32)
        said = said.reshape(-1, 3)
        said = said[np.lexsort((said[:, 2], said[:, 0], said[:, 1]))]
        new = np.ones(len(said), dtype=np.bool_)
        new[1:] = np.any(said[1:] != said[:-1], axis=1)
        return cls(
            np.ascontiguousarray(flat.reshape(-1, 4).T),
            np.ascontiguousarray(said[new].T),
            list(sources),
            list(sections),
        )

    @classmethod
    def open(cls, folder: Path) -> RowFacts:
        """Open what was saved; IndexFormatError if it is damaged."""
        try:
            rows, spans = arrays.load(folder / ROWS), arrays.load(folder / SPANS)
            names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
            sources, sections = list(map(str, names["sources"])), list(map(str, names["sections"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(folder) from error
        if [(len(array), array.dtype.str) for array in (rows, spans)] != [(4, "<i4"), (3, "<i4")]:
            raise _damaged(folder)
        return cls(rows, spans, sources, sections)

    def save(self, folder: Path) -> None:
        """Write the facts to a folder; OSError where the disk refuses."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / ROWS, self._rows)
        np.save(folder / SPANS, self._spans)
        names = {"sources": self.sources, "sections": self.sections}
        (folder / NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    def __len__(self) -> int:
        return int(self._rows.shape[1])

    def says_the_same(self, other: RowFacts) -> bool:
        """Whether two hold the same facts."""
        names = (self.sources, self.sections) == (other.sources, other.sections)
        return (
            names
            and np.array_equal(self._rows, other._rows)
            and np.array_equal(self._spans, other._spans)
        )

    @property
    def all_days(self) -> Ints:
        """The publication day of every row as an ordinal, 0 where it is unknown."""
        days: Ints = self._rows[0]
        return days

    def days(self, rows: Sequence[int]) -> Ints:
        """Give the publication days of some rows as ordinals, 0 where unknown."""
        return np.asarray(self._rows[0][np.asarray(rows, dtype=np.int64)], dtype=np.int32)

    def articles(self, rows: Sequence[int]) -> Ints:
        """Give numbers of the articles of some rows; they tell articles apart, no more."""
        return np.asarray(self._rows[3][np.asarray(rows, dtype=np.int64)], dtype=np.int32)

    def by_article(self) -> Ints:
        """Give day, outlet, section and number of each article as rows of one array.

        Outlets and sections are places in `sources` and `sections`.
        """
        first = np.flatnonzero(np.diff(self._rows[3], prepend=-1))  # an article's rows adjoin
        return np.asarray(self._rows[:, first], dtype=np.int32)

    def names(self, row: int) -> tuple[str, str]:
        """Give outlet and section of a row as they are compared."""
        return self.sources[self._rows[1, row]], self.sections[self._rows[2, row]]

    def spans(self, first_row: int) -> Iterator[list[tuple[date, date]]]:
        """Give the spans of days that each row speaks of, from a row on."""
        order = np.argsort(self._spans[0], kind="stable")
        borders = np.searchsorted(self._spans[0][order], np.arange(first_row, len(self) + 1))
        for start, end in pairwise(borders.tolist()):
            ordinals = self._spans[1:, order[start:end]].T.tolist()
            yield [(date.fromordinal(first), date.fromordinal(last)) for first, last in ordinals]

    def select(self, only: Filter) -> Selection | None:
        """Find the rows that pass a filter; None where all do."""
        if only == Filter(mentioned=only.mentioned, undated=only.undated):
            return None
        known = self._selections.get(only)
        if known is None:
            mask = self.of_names(only, self._rows[1], self._rows[2])
            if only.since or only.until:
                mask &= self._of_days(only)
            known = Selection(only, mask, int(np.count_nonzero(mask)), self._spoken(only))
            kept = list(self._selections.items())[1 - REMEMBERED :]
            self._selections = {**dict(kept), only: known}
        return known

    def count_articles(self, only: Filter) -> int:
        """Count the articles of which a chunk passes."""
        selection = self.select(only)
        numbers = self._rows[3] if selection is None else self._rows[3][selection.mask]
        return int(np.count_nonzero(np.diff(numbers, prepend=-1)))  # an article's rows adjoin

    def nearest(self, only: Filter) -> tuple[date | None, date | None]:
        """Give the last day before and the first day after the window that have an article.

        The article passes the other conditions; None where there is none, or no such end.
        """
        days = self._rows[0][self.of_names(only, self._rows[1], self._rows[2])]
        since, until = _window(only)
        before, after = days[(days > 0) & (days < since)], days[days > until]
        return (
            date.fromordinal(int(before.max())) if len(before) else None,
            date.fromordinal(int(after.min())) if len(after) else None,
        )

    def of_names(self, only: Filter, outlets: Ints, sections: Ints) -> Mask:
        """Which of some rows or articles have the names asked for, given the numbers of theirs."""
        mask = np.ones(len(outlets), dtype=np.bool_)
        asked = ((outlets, only.sources, self.sources), (sections, only.sections, self.sections))
        for numbers, wanted, names in asked:
            if wanted:
                folded = set(map(fold, wanted)) - {""}
                passes = np.array([name in folded for name in names], dtype=np.bool_)
                mask &= passes[numbers]
        return mask

    def _of_days(self, only: Filter) -> Mask:
        days = self._rows[0]
        since, until = _window(only)
        mask: Mask = (days >= since) & (days <= until)
        if only.undated:
            mask |= days == 0
        if only.mentioned:
            end = np.searchsorted(self._spans[1], until, side="right")
            rows, _, last = self._spans[:, :end]
            mask[rows[last >= since]] = True
        return mask

    def _spoken(self, only: Filter) -> tuple[str, ...]:
        if not only.mentioned or not (only.since or only.until) or not self._spans.size:
            return ()
        since, until = _window(only)
        first = max(since, int(self._spans[1, 0]))
        last = min(until, int(self._spans[2].max()))
        if first > last:
            return ()
        return tuple(terms_of_window(date.fromordinal(first), date.fromordinal(last)))


@lru_cache(1_024)
def fold(name: str | None) -> str:
    """An outlet or section as it is compared."""
    return (name or "").strip().casefold()[:LONGEST_NAME]


def _window(only: Filter) -> tuple[int, int]:
    """The days of a filter as ordinals; where an end is open, the first or last there is."""
    return (only.since or date.min).toordinal(), (only.until or date.max).toordinal()


def _damaged(folder: Path) -> IndexFormatError:
    return IndexFormatError(
        f"{folder}: what filters need cannot be read, it is damaged or incomplete. "
        "Repair it with: python -m index check --repair --index DIR. "
        "Or: Build the index again from the articles."
    )
