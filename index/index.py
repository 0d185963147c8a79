"""The open index: what is published, searchable and readable. Adding is `index.build`'s work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk, Report
from index.embed import Embedder, SentenceTransformerEmbedder
from index.errors import IndexFormatError, InputError
from index.lexical import LexicalIndex
from index.manifest import FORMAT, Manifest, generation_folder, is_unpublished, read_manifest
from index.store import ARTICLES, VECTORS, WORDS, ArticleTable
from index.vectors import VectorIndex


@dataclass(frozen=True, slots=True)
class Info:
    """What an index holds. Dates are those of publication, None where no article has one."""

    articles: int
    chunks: int
    first: date | None
    last: date | None
    sources: tuple[tuple[str, int], ...]  # outlets with their numbers of articles
    embedder: str
    dimension: int
    format: int
    bytes: int  # on disk


Progress = Callable[[int, int], None]  # articles and chunks stored so far in this run


@dataclass(frozen=True, slots=True)
class _Published:
    """One generation, open; replaced as a whole, so that every thread sees parts that fit."""

    manifest: Manifest
    table: ArticleTable
    vectors: VectorIndex
    words: LexicalIndex

    @classmethod
    def open(cls, directory: Path, manifest: Manifest) -> _Published:
        folder = generation_folder(directory, manifest.generation)
        table = ArticleTable.open(folder / ARTICLES)
        vectors = VectorIndex.open(folder / VECTORS)
        words = LexicalIndex.open(folder / WORDS)
        counts = (table.count_chunks(), len(vectors), len(words), vectors.dimension)
        if counts != (*(3 * (manifest.chunks,)), manifest.dimension):
            raise IndexFormatError(
                f"{folder}: its parts do not fit together (chunks, vectors, words, dimension are "
                f"{counts}, the manifest says {manifest.chunks} and {manifest.dimension}). "
                "Build the index again from the articles in another folder."
            )
        return cls(manifest, table, vectors, words)


class Index:
    """A folder of articles that can be searched. Opening it never writes."""

    def __init__(self, directory: Path, embedder: Embedder | None, spec: str) -> None:
        self.directory = directory
        self.embedder_spec = spec
        self._embedder = embedder
        self._lock = threading.Lock()
        self._published: _Published | None = None

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

    def reload(self) -> bool:
        """See what was published since; True if there is something new."""
        if self._published is None and is_unpublished(self.directory):
            return False
        manifest = read_manifest(self.directory)
        if manifest.embedder != self.embedder_spec:
            raise IndexFormatError(
                f"{self.directory}: this index was built with the embedder {manifest.embedder!r}, "
                f"not {self.embedder_spec!r}. Leave --embedder out, or build another index in "
                "another folder."
            )
        if manifest == self.manifest:
            return False
        try:
            self._published = _Published.open(self.directory, manifest)
        except IndexFormatError:
            if read_manifest(self.directory) == manifest:
                raise
            return self.reload()  # a writer published while we were opening
        return True

    def add(
        self, paths: Iterable[str | Path] | str | Path, *, progress: Progress | None = None
    ) -> Report:
        """Read files and folders into the index, then publish; what is stored is passed over.

        Raises InputError for a path that cannot be read at all, StorageError where the disk
        refuses; whatever was published before stays as it was.
        """
        from index.build import build

        listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
        if "" in map(str, listed):
            raise InputError("A path is empty: name a file or folder.")
        report = build(self, [Path(path) for path in listed], progress)
        self.reload()
        return report

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded at its first use."""
        with self._lock:
            if self._embedder is None:
                from index.weights import resolve_embedder

                path = resolve_embedder(self.embedder_spec)
                self._embedder = SentenceTransformerEmbedder.open(path)
        manifest = self.manifest
        if manifest and self._embedder.dimension != manifest.dimension:
            raise IndexFormatError(
                f"{self.directory}: its vectors have {manifest.dimension} numbers, the embedder "
                f"{self.embedder_spec!r} makes {self._embedder.dimension}. Name the embedder it "
                "was built with, or build another index in another folder."
            )
        return self._embedder

    @property
    def manifest(self) -> Manifest | None:
        """What the published state was built with; None before the first add."""
        return self._published.manifest if self._published else None

    def article(self, article_id: str) -> Article:
        """Give one article; InputError if there is none of that id."""
        found = self._published.table.article(article_id) if self._published else None
        if found is None:
            raise InputError(f"{article_id!r}: no article of {self.directory} has this id.")
        return found

    def articles(self) -> Iterator[Article]:
        """Give all articles in the order they were added."""
        return self._published.table.articles() if self._published else iter(())

    def info(self) -> Info:
        """Say what the index holds."""
        if self._published is None:
            return Info(0, 0, None, None, (), self.embedder_spec, 0, FORMAT, 0)
        manifest, table = self._published.manifest, self._published.table
        folder = generation_folder(self.directory, manifest.generation)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        first, last = table.span()
        return Info(
            articles=manifest.articles,
            chunks=manifest.chunks,
            first=first,
            last=last,
            sources=tuple(table.sources()),
            embedder=manifest.embedder,
            dimension=manifest.dimension,
            format=manifest.format,
            bytes=size,
        )

    def search_vectors(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """Give the k rows nearest to a unit vector with their cosines, best first."""
        return self._published.vectors.search(vector, k) if self._published else []

    def search_words(self, text: str, k: int) -> list[tuple[int, float]]:
        """Give the k rows that fit a text best by BM25 with their scores, best first."""
        return self._published.words.search(text, k) if self._published else []

    def chunks(self, rows: Sequence[int]) -> list[tuple[Chunk, Article]]:
        """Give the chunks of some rows with their articles, in the order of the rows."""
        return self._published.table.chunks(rows) if self._published else []

    def vectors(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Give the vectors of some rows, in the order of the rows."""
        if self._published is None:
            return np.empty((0, 0), dtype=np.float32)
        return self._published.vectors.vectors(rows)
