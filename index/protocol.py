"""What questions, the page and the command line ask of a store, whichever keeps the articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk, Report
from index.embed import Embedder
from index.filters import Filter
from index.info import Info
from index.manifest import Manifest
from index.store import Copy
from index.times import Mention

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from index.catalog import Catalog
    from index.index import Index
    from index.intake import Progress
    from index.messenger import Cluster


class AddOptions(TypedDict, total=False):
    """How `Index.add` goes about it."""

    progress: Progress | None
    fields: Mapping[str, str] | None
    sync: bool
    reread: bool
    allow_private: bool
    cluster: Cluster | None
    wait: float


class RemoveOptions(TypedDict, total=False):
    """What `Index.remove` removes."""

    ids: Iterable[str]
    sources: Iterable[str]
    paths: Iterable[str | Path]
    since: date | None
    until: date | None
    wait: float


class Store(Protocol):
    """Articles that can be searched. What each method promises stands at `index.index.Index`.

    A row is a number that means one chunk within one view; it need not count from 0.
    """

    @property
    def directory(self) -> Path:
        """The folder that the writer works in; on a machine that only reads it need not exist."""

    @property
    def manifest(self) -> Manifest | None:
        """What the published state was built with; None before the first add."""

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded at its first use."""

    @property
    def catalog(self) -> Catalog | None:
        """The articles by their days; None before the first add, and where none is kept."""

    @property
    def writer(self) -> Index:
        """The folder that changes go through."""

    def share(self, other: Store) -> None:
        """Use the embedder of another store where both were built with the same."""

    def reload(self) -> bool:
        """See what was published since; True if there is something new."""

    def view(self) -> Store:
        """The store as it is now: what is published later is not seen through the view."""

    def info(self) -> Info:
        """Say what is there."""

    def add(self, paths: Iterable[str | Path] | str | Path, **how: Unpack[AddOptions]) -> Report:
        """Read files, folders and web addresses, then publish."""

    def remove(self, **what: Unpack[RemoveOptions]) -> Report:
        """Remove the articles that fit every condition given, and publish."""

    def search_vectors(
        self, vector: NDArray[np.float32], k: int, only: Filter | None = None
    ) -> list[tuple[int, float]]:
        """Give the k rows nearest to a unit vector with their cosines, best first."""

    def search_words(
        self,
        text: str,
        k: int,
        only: Filter | None = None,
        phrases: Sequence[str] = (),
        days: Sequence[str] = (),
    ) -> list[tuple[int, float]]:
        """Give the k rows that fit a text best by BM25 with their scores, best first."""

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Give for each stemmed term in how many chunks it stands."""

    def count(self, only: Filter) -> int:
        """Count the articles that a search with this filter may find."""

    def nearest(self, only: Filter) -> tuple[date | None, date | None]:
        """Give the last day before and the first after a filter's window that would find any."""

    def days(self, rows: Sequence[int]) -> NDArray[np.int32]:
        """Give the publication days of rows as ordinals, 0 if unknown."""

    def article_numbers(self, rows: Sequence[int]) -> NDArray[np.int32]:
        """Give numbers that tell the articles of rows apart."""

    def chunks(self, rows: Sequence[int]) -> list[tuple[Chunk, Article]]:
        """Give the chunks of rows with their articles, in order."""

    def vectors(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Give the vectors of rows, in order."""

    def article(self, article_id: str) -> Article:
        """Give one article; InputError if there is none of that id."""

    def has(self, article_id: str) -> bool:
        """Whether there is an article of this id, be it as history."""

    def current(self, article_ids: Sequence[str]) -> set[str]:
        """Give those of some articles that are searched: neither removed nor history."""

    def articles(self) -> Iterator[Article]:
        """Give all current articles in the order they were added."""

    def history(self, article_id: str) -> list[Article]:
        """Give the other versions of an article, the earliest first."""

    def clusters(self, article_ids: Sequence[str]) -> dict[str, str]:
        """Give for each article the one it is a copy of, or itself."""

    def copies(self, cluster: str) -> list[Copy]:
        """Give the articles of a cluster in the order they were added."""

    def mentions(self, article_ids: Sequence[str]) -> dict[str, list[Mention]]:
        """Give for each article what its text says of days."""
