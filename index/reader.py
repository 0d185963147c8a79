"""Searching and reading the generation of a folder that is in view. It knows no writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk
from index.catalog import Catalog
from index.errors import InputError
from index.filters import Filter
from index.manifest import Manifest
from index.published import Published
from index.store import Copy
from index.times import Mention


class Reader:
    """The reading side of an index: nothing is found before the first add."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._published: Published | None = None

    @property
    def manifest(self) -> Manifest | None:
        """What the published state was built with; None before the first add."""
        return self._published.manifest if self._published else None

    @property
    def catalog(self) -> Catalog | None:
        """The published articles by their days, to be leafed through; None before the first add."""
        return self._published.catalog if self._published else None

    @property
    def published(self) -> Published | None:
        """The parts of what is published, to be copied; None before the first add."""
        return self._published

    def article(self, article_id: str) -> Article:
        """Give one article; InputError if there is none of that id."""
        found = self._published.table.article(article_id) if self._published else None
        if found is None:
            raise InputError(f"{article_id!r}: no article of {self.directory} has this id.")
        return found

    def has(self, article_id: str) -> bool:
        """Whether there is an article of this id, be it as history."""
        return self._published is not None and self._published.table.has(article_id)

    def current(self, article_ids: Sequence[str]) -> set[str]:
        """Give those of some articles that are searched: neither removed nor history."""
        return self._published.table.current(article_ids) if self._published else set()

    def articles(self) -> Iterator[Article]:
        """Give all current articles in the order they were added."""
        return self._published.table.articles() if self._published else iter(())

    def history(self, article_id: str) -> list[Article]:
        """Give the other versions of an article, the earliest first."""
        if self._published is None:
            return []
        table = self._published.table
        found = (table.article(other) for other in table.versions.history(article_id))
        return [article for article in found if article is not None]

    def clusters(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Give for each article the one it is a copy of, or itself where it is none."""
        return self._published.table.clusters.of(article_ids) if self._published else {}

    def copies(self, cluster: str) -> list[Copy]:
        """Give the articles of a cluster in the order they were added."""
        return self._published.table.copies(cluster) if self._published else []

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, only: Filter | None = None
    ) -> list[tuple[int, float]]:
        """Give the k rows nearest to a unit vector with their cosines, best first."""
        if self._published is None:
            return []
        selection = self._published.facts.select(only or Filter())
        return self._published.vectors.search(vector, k, selection.mask if selection else None)

    def search_words(
        self,
        text: str,
        k: int,
        only: Filter | None = None,
        phrases: Sequence[str] = (),
        days: Sequence[str] = (),
    ) -> list[tuple[int, float]]:
        """Give the k rows that fit a text best by BM25 with their scores, best first.

        Every phrase is in the title or text of each row. `days`, written "2019-04-25", "2019-04"
        or "2019", count as words of the chunks that speak of them, in whatever words.
        """
        if self._published is None:
            return []
        selection = self._published.facts.select(only or Filter())
        return self._published.words.search(text, k, selection, phrases=phrases, days=days)

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Give for each stemmed term in how many chunks it stands."""
        return self._published.words.frequencies(terms) if self._published else [0] * len(terms)

    def count(self, only: Filter) -> int:
        """Count the articles that a search with this filter may find."""
        return self._published.facts.count_articles(only) if self._published else 0

    def nearest(self, only: Filter) -> tuple[date | None, date | None]:
        """Give the last day before and the first after a filter's window that would find any."""
        return self._published.facts.nearest(only) if self._published else (None, None)

    def days(self, rows: Sequence[int]) -> NDArray[np.int32]:
        """Give the publication days of some rows as ordinals (`date.toordinal`), 0 if unknown."""
        if self._published is None:
            return np.empty(0, dtype=np.int32)
        return self._published.facts.days(rows)

    def article_numbers(self, rows: Sequence[int]) -> NDArray[np.int32]:
        """Give numbers that tell the articles of some rows apart, within this generation."""
        if self._published is None:
            return np.empty(0, dtype=np.int32)
        return self._published.facts.articles(rows)

    def mentions(self, article_ids: Sequence[str]) -> dict[str, list[Mention]]:
        """Give for each article what its text says of days, as found when it was added."""
        return self._published.table.mentions(article_ids) if self._published else {}

    def chunks(self, rows: Sequence[int]) -> list[tuple[Chunk, Article]]:
        """Give the chunks of some rows with their articles, in the order of the rows."""
        return self._published.table.chunks(rows) if self._published else []

    def vectors(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Give the vectors of some rows, in the order of the rows."""
        if self._published is None:
            return np.empty((0, 0), dtype=np.float32)
        return self._published.vectors.vectors(rows)
