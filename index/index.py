"""The open index: what is published, searchable and readable. Adding is `index.build`'s work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk, Skipped
from index.draft import generation_folder
from index.embed import Embedder, SentenceTransformerEmbedder
from index.errors import IndexFormatError, InputError
from index.lexical import LexicalIndex
from index.manifest import FILE, Manifest, read_manifest
from index.store import ARTICLES, VECTORS, WORDS, ArticleTable
from index.vectors import VectorIndex
from index.weights import resolve_embedder


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


@dataclass(frozen=True, slots=True)
class Report:
    """What an add did."""

    added: int  # articles
    unchanged: int  # articles that were there already, or came twice
    skipped: tuple[Skipped, ...]
    articles: int  # in the index afterwards
    chunks: int
    seconds: float


Progress = Callable[[int, int], None]  # articles and chunks stored so far in this run


class Index:
    """A folder of articles that can be searched. Opening it never writes."""

    def __init__(self, directory: Path, embedder: Embedder | None, spec: str) -> None:
        self.directory = directory
        self.embedder_spec = spec
        self._embedder = embedder
        self._lock = threading.Lock()
        self._manifest: Manifest | None = None

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
        if create and _is_new(folder):
            return cls(folder, model, embedder or "default")
        manifest = read_manifest(folder)
        if embedder is not None and embedder != manifest.embedder:
            raise IndexFormatError(
                f"{folder}: this index was built with the embedder {manifest.embedder!r}, not "
                f"{embedder!r}. Leave --embedder out, or build another index in another folder."
            )
        index = cls(folder, model, manifest.embedder)
        index.reload()
        return index

    def reload(self) -> bool:
        """See what was published since; True if there is something new."""
        manifest = read_manifest(self.directory)
        if self._manifest is not None and manifest.generation == self._manifest.generation:
            return False
        folder = generation_folder(self.directory, manifest.generation)
        try:
            table = ArticleTable.open(folder / ARTICLES)
            vectors = VectorIndex.open(folder / VECTORS)
            words = LexicalIndex.open(folder / WORDS)
        except IndexFormatError:
            if read_manifest(self.directory).generation == manifest.generation:
                raise
            return self.reload()  # a writer published while we were opening
        counts = (table.count_chunks(), len(vectors), len(words), vectors.dimension)
        if counts != (*(3 * (manifest.chunks,)), manifest.dimension):
            raise IndexFormatError(
                f"{folder}: its parts do not fit together (chunks, vectors, words, dimension are "
                f"{counts}, the manifest says {manifest.chunks} and {manifest.dimension}). "
                "Build the index again from the articles in another folder."
            )
        self._table, self._vectors, self._words = table, vectors, words
        self._manifest = manifest
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
        report = build(self, [Path(path) for path in listed], progress)
        if (self.directory / FILE).exists():
            self.reload()
        return report

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded at its first use."""
        with self._lock:
            if self._embedder is None:
                path = resolve_embedder(self.embedder_spec)
                self._embedder = SentenceTransformerEmbedder.open(path)
        manifest = self._manifest
        if manifest is not None and self._embedder.dimension != manifest.dimension:
            raise IndexFormatError(
                f"{self.directory}: its vectors have {manifest.dimension} numbers, the embedder "
                f"{self.embedder_spec!r} makes {self._embedder.dimension}. Name the embedder it "
                "was built with, or build another index in another folder."
            )
        return self._embedder

    @property
    def manifest(self) -> Manifest | None:
        """What the published state was built with; None before the first add."""
        return self._manifest

    def article(self, article_id: str) -> Article:
        """Give one article; InputError if there is none of that id."""
        found = self._table.article(article_id) if self._manifest else None
        if found is None:
            raise InputError(f"{article_id!r}: no article of {self.directory} has this id.")
        return found

    def articles(self) -> Iterator[Article]:
        """Give all articles in the order they were added."""
        return self._table.articles() if self._manifest else iter(())

    def info(self) -> Info:
        """Say what the index holds."""
        manifest = self._manifest
        if manifest is None:
            return Info(0, 0, None, None, (), self.embedder_spec, 0, 0, 0)
        first, last = self._table.span()
        folder = generation_folder(self.directory, manifest.generation)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        built = (manifest.embedder, manifest.dimension, manifest.format, size)
        sources = tuple(self._table.sources())
        return Info(manifest.articles, manifest.chunks, first, last, sources, *built)

    def search_vectors(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """Give the k rows nearest to a unit vector with their cosines, best first."""
        return self._vectors.search(vector, k) if self._manifest else []

    def search_words(self, text: str, k: int) -> list[tuple[int, float]]:
        """Give the k rows that fit a text best by BM25 with their scores, best first."""
        return self._words.search(text, k) if self._manifest else []

    def chunks(self, rows: Sequence[int]) -> list[tuple[Chunk, Article]]:
        """Give the chunks of some rows with their articles, in the order of the rows."""
        return self._table.chunks(rows) if rows else []

    def vectors(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Give the vectors of some rows, shape (len(rows), dimension)."""
        return self._vectors.rows(rows)

    def terms(self, text: str) -> list[str]:
        """Cut a text into stemmed terms as the word index does."""
        return self._words.terms(text)

    def document_frequency(self, term: str) -> int:
        """Count the chunks that hold a stemmed term."""
        return self._words.document_frequency(term)


def _is_new(folder: Path) -> bool:
    if not folder.exists():
        return True
    if not folder.is_dir() or (folder / FILE).exists():
        return False
    return all(entry.name in {"draft", "write.lock"} for entry in folder.iterdir())
