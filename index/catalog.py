"""The articles of a generation by their days, the newest first, to be leafed through and counted.

It is made of facts that are in memory, once; the table gives titles and names for what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.facts import Ints, Mask, RowFacts
from index.filters import Filter
from index.store.reader import ArticleReader, Listed

DAY, OUTLET, SECTION, NUMBER = range(4)  # places of an article's facts


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands: what is newer stands before it, then what was added later."""

    day: int  # of publication as an ordinal, 0 where it is unknown: those come last
    number: int  # of the article, the same in every generation

    @classmethod
    def of(cls, article: Listed) -> Place:
        """The place of an article that is listed."""
        return cls(article.published.toordinal() if article.published else 0, article.number)


class Catalog:
    """Articles by their days. The first look at it sorts them, the others are fast."""

    def __init__(self, facts: RowFacts, table: ArticleReader) -> None:
        self._facts = facts
        self._table = table

    def page(self, only: Filter, after: Place | None = None, *, limit: int) -> list[Listed]:
        """Give the first articles that pass, at most `limit`, or the first behind a place."""
        passing = self._passing(only)
        start = 0
        if after is not None:
            key = -((after.day << 32) | after.number)
            start = int(np.searchsorted(self._keys, key, side="right"))
        found = start + np.flatnonzero(passing[start:])[:limit]
        return self._table.listed(self._articles[NUMBER, found].tolist())

    def count(self, only: Filter) -> int:
        """Count the articles that pass."""
        return int(np.count_nonzero(self._passing(only)))

    def per_day(self, only: Filter) -> list[tuple[date, int]]:
        """Give each day on which articles that pass were published, with their number."""
        days = self._articles[DAY, self._passing(only)]
        known, counts = np.unique(days[days > 0], return_counts=True)
        pairs = zip(known.tolist(), counts.tolist(), strict=True)
        return [(date.fromordinal(day), count) for day, count in pairs]

    def span(self) -> tuple[date | None, date | None]:
        """Give the first and the last day of publication."""
        days = self._articles[DAY]
        known = days[days > 0]
        if not known.size:
            return None, None
        return date.fromordinal(int(known[-1])), date.fromordinal(int(known[0]))

    @cached_property
    def outlets(self) -> tuple[tuple[str, int], ...]:
        """The outlets with their numbers of articles, most first, then by name.

        Names that differ in case alone are one; it is written as in its newest article.
        """
        found = self._named(OUTLET)
        listed = self._table.listed([number for number, _ in found])
        return tuple((a.source or "", n) for a, (_, n) in zip(listed, found, strict=True))

    @cached_property
    def sections(self) -> tuple[tuple[str, int], ...]:
        """The sections, as `outlets`."""
        found = self._named(SECTION)
        listed = self._table.listed([number for number, _ in found])
        return tuple((a.section or "", n) for a, (_, n) in zip(listed, found, strict=True))

    def _named(self, kind: int) -> list[tuple[int, int]]:
        """The number of each name's newest article, and how many articles it has."""
        named = self._articles[:, self._articles[kind] > 0]
        codes, newest, counts = np.unique(named[kind], return_index=True, return_counts=True)
        known = self._facts.sources if kind == OUTLET else self._facts.sections
        found = zip(codes.tolist(), named[NUMBER, newest].tolist(), counts.tolist(), strict=True)
        ordered = sorted(found, key=lambda row: (-row[2], known[row[0]]))
        return [(number, count) for _, number, count in ordered]

    @cached_property
    def _articles(self) -> Ints:
        """Day, outlet, section and number of each article, one column each, newest first."""
        facts = self._facts.by_article()
        order = np.lexsort((-facts[NUMBER], -facts[DAY]))
        return np.ascontiguousarray(facts[:, order])

    @cached_property
    def _keys(self) -> NDArray[np.int64]:
        days, numbers = self._articles[DAY], self._articles[NUMBER]
        keys: NDArray[np.int64] = -((days.astype(np.int64) << 32) | numbers)
        return keys

    def _passing(self, only: Filter) -> Mask:
        days = self._articles[DAY]
        mask = self._facts.of_names(only, self._articles[OUTLET], self._articles[SECTION])
        if only.since or only.until:
            since, until = only.since or date.min, only.until or date.max
            within: Mask = (days >= since.toordinal()) & (days <= until.toordinal())
            mask &= (within | (days == 0)) if only.undated else within
        return mask
