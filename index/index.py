"""The open index: what is published, searchable and readable. Changes are `index.build`'s work."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk, Report
from index.catalog import Catalog
from index.embed import Embedder, SentenceTransformerEmbedder
from index.errors import IndexFormatError, InputError
from index.filters import Filter
from index.info import Info, info_of
from index.manifest import (
    FORMAT,
    Manifest,
    is_unpublished,
    manifest_stamp,
    read_manifest,
)
from index.published import Published
from index.store import Copy, Wanted
from index.times import Mention

if TYPE_CHECKING:
    from index.intake import Progress
    from index.messenger import Cluster
    from index.protocol import Store


class Index:
    """A folder of articles that can be searched. Opening it never writes."""

    def __init__(self, directory: Path, embedder: Embedder | None, spec: str) -> None:
        self.directory = directory
        self.embedder_spec = spec
        self._loaded = [embedder] if embedder else []  # shared with the views
        self._lock = threading.Lock()
        self._reloading = threading.Lock()  # who opens slowly would put an earlier one back
        self._published: Published | None = None
        self._stamp: tuple[int, ...] | None = None  # of the manifest that was read last

    @classmethod
    def open(
        cls,
        directory: str | Path,
        *,
        create: bool = False,
        embedder: str | None = None,
        model: Embedder | None = None,
    ) -> Index:
        """Open an index; with `create` a folder that does not exist or is empty will do.

        `embedder` names the embedder ("default", "hf:REPO" or a folder) and must be the one the
        index was built with; `model` hands over one that is loaded already. Raises
        IndexFormatError for a folder that is no index, or one of another embedder or version.
        """
        folder = Path(directory)
        if create and is_unpublished(folder):
            return cls(folder, model, embedder or "default")
        built_with = read_manifest(folder).embedder
        index = cls(folder, model, embedder or built_with)
        index.reload()
        return index

    @property
    def writer(self) -> Index:
        """The folder that changes go through: this one."""
        return self

    def share(self, other: Store) -> None:
        """Use the embedder of another index, loaded once, where this one was built with the same.

        To be called before the embedder of this one is used.
        """
        if other.writer.embedder_spec == self.embedder_spec:
            self._loaded, self._lock = other.writer._loaded, other.writer._lock

    def reload(self) -> bool:
        """See what was published since; True if there is something new. Cheap where not."""
        stamp = manifest_stamp(self.directory)
        if stamp is not None and stamp == self._stamp:
            return False
        with self._reloading:
            return self._reload()

    def _reload(self) -> bool:
        stamp = manifest_stamp(self.directory)
        if stamp is not None and stamp == self._stamp:  # another thread saw it meanwhile
            return False
        if self._published is None and is_unpublished(self.directory):
            return False
        manifest = read_manifest(self.directory)
        if manifest.embedder != self.embedder_spec:
            raise IndexFormatError(
                f"{self.directory}: this index was built with the embedder {manifest.embedder!r}, "
                f"not {self.embedder_spec!r}. Leave --embedder out, or build another index in "
                "another folder."
            )
        try:
            self._published = Published.open(self.directory, manifest)
        except IndexFormatError:
            if read_manifest(self.directory) == manifest:
                raise
            return self._reload()  # a writer published while we were opening
        self._stamp = stamp
        return True

    def view(self) -> Index:
        """The index as it is now: what is published later is not seen through the view.

        A row means something within one generation alone, so a search and the look at what it
        found go through one view.
        """
        return copy.copy(self)

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        progress: Progress | None = None,
        fields: Mapping[str, str] | None = None,
        sync: bool = False,
        reread: bool = False,
        allow_private: bool = False,
        cluster: Cluster | None = None,
        wait: float = 0.0,
    ) -> Report:
        """Read files, folders and web addresses into the index, then publish.

        Files that have not changed are passed over, unless `reread`; what a changed file no longer
        gives is removed. With `sync` so is what vanished below the paths. `fields` says which
        field of records is which of ours; another writer is waited for `wait` seconds. An address
        is fetched each time; with `allow_private` its host may be within a private network. The
        workers of a `cluster` read and embed, to the same index; ClusterError where they fail.

        A path that cannot be read is in the report's `skipped`; InputError is raised where none
        can, StorageError where the disk refuses; whatever was published before stays as it was.
        """
        from index.build import Adding, build

        listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
        if "" in map(str, listed):
            raise InputError("A path is empty: name a file or folder.")
        how = Adding(fields, sync, reread, allow_private, wait, cluster=cluster)
        report = build(self, listed, progress, how)
        self.reload()
        return report

    def remove(
        self,
        *,
        ids: Iterable[str] = (),
        sources: Iterable[str] = (),
        paths: Iterable[str | Path] = (),
        since: date | None = None,
        until: date | None = None,
        wait: float = 0.0,
    ) -> Report:
        """Remove the articles that fit every condition given, with their history, and publish.

        `paths` are files, folders or web addresses as they were added. With ids, outlets or days
        the files they came from stay known: what was removed comes back when its file changes, not
        before.
        """
        from index.build import remove

        named = [str(path) for path in paths]  # a Path would take an address for folders
        names = tuple(name if "://" in name else Path(name).as_posix() for name in named)
        wanted = Wanted(tuple(ids), tuple(sources), names, since, until)
        if wanted == Wanted():
            raise InputError("Say what to remove: ids, sources, paths, or days.")
        report = remove(self, wanted, wait=wait)
        self.reload()
        return report

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded at its first use."""
        with self._lock:
            if not self._loaded:
                from index.weights import resolve_embedder

                path = resolve_embedder(self.embedder_spec)
                self._loaded.append(SentenceTransformerEmbedder.open(path))
        embedder = self._loaded[0]
        manifest = self.manifest
        if manifest and embedder.dimension != manifest.dimension:
            raise IndexFormatError(
                f"{self.directory}: its vectors have {manifest.dimension} numbers, the embedder "
                f"{self.embedder_spec!r} makes {embedder.dimension}. Name the embedder it "
                "was built with, or build another index in another folder."
            )
        return embedder

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

    def info(self) -> Info:
        """Say what the index holds."""
        if self._published is None:
            return Info(0, 0, None, None, (), self.embedder_spec, 0, FORMAT, 0)
        return info_of(self.directory, self._published)

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
