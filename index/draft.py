"""The next generation of an index while it grows. It knows no reader and no model.

Each change is committed, so an interruption costs at most the batch in hand; `publish` builds the
search structures and makes the draft the current generation in one step.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Article
from index.days import terms_within
from index.facts import RowFacts
from index.lexical import Document, LexicalIndex
from index.manifest import DRAFT, PARTIAL, Manifest, generation_folder, sync
from index.store import ARTICLES, FACTS, LISTS, VECTORS, WORDS, ArticleTable, FileState
from index.store.table import Entry
from index.sums import SUMS, write_sums
from index.times import Mention, find_times
from index.vectors import VectorIndex, Vectors, save_lists, save_vectors

PARTS = (ARTICLES, VECTORS, LISTS, WORDS, FACTS)


class Draft:
    """The writer's side of an index; the caller holds the lock. It is begun by the first change."""

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self._directory = directory
        self._manifest = manifest
        self._folder = directory / DRAFT
        self._base = generation_folder(directory, manifest.generation)
        self._table = self._resume()
        self._published = (
            ArticleTable.open(self._base / ARTICLES)
            if manifest.generation and self._table is None
            else None
        )

    @property
    def table(self) -> ArticleTable | None:
        """What is published and drafted so far, to be read; None where there is nothing."""
        return self._table or self._published

    def has(self, article_id: str) -> bool:
        """Whether an article is in the published state or was added to the draft."""
        return self.table is not None and self.table.has(article_id)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to publish."""
        base = self._table.base if self._table else None
        return base is not None and base.changed

    def append(
        self,
        entries: Sequence[Entry],
        vectors: NDArray[np.float32],
        *,
        given: Iterable[tuple[str, str]] = (),
        read: Iterable[tuple[FileState, Sequence[str]]] = (),
    ) -> int:
        """Add articles, their chunks and the chunks' vectors in order; on disk when it returns.

        For `given` and `read` see ArticleTable.append; gives how many articles were removed.
        """
        table = self.begun()
        self._keep(table, vectors)
        return table.append(entries, _mentions(entries), given=given, read=read)

    def chunk_pending(self, entries: Sequence[Entry], vectors: NDArray[np.float32]) -> None:
        """Give articles chunks that have none; on disk when it returns."""
        table = self.begun()
        self._keep(table, vectors)
        table.chunk_pending(entries, _mentions(entries))

    def find_mentions(self) -> None:
        """Look through every article anew for the days it speaks of."""
        self.begun().find_mentions(_mentions_of)

    def pending(self, count: int) -> list[Article]:
        """Give some of the articles that have to be searched and have no chunks yet."""
        return self.table.pending(count) if self.table else []

    def begun(self) -> ArticleTable:
        """The table to be written; changes in it are published with the draft."""
        if self._table is None:
            self._table = self._begin()
            self._published = None
        return self._table

    def publish(self, *, anew: bool = False) -> Manifest:
        """Make the draft the current generation and give the new manifest.

        Where rows are gone, or with `anew`, the words are built from all the texts. With `anew`
        nothing but vectors is taken over from the published generation.
        """
        table = self.begun()
        table.pack()
        facts = RowFacts.of(table.facts(), table.spans())
        facts.save(self._folder / FACTS)
        self._build_words(table, facts, from_nothing=table.has_gaps or anew)
        rows = np.fromiter(table.rows(), dtype=np.int64)
        vectors = self._folder / VECTORS
        save_vectors(vectors, self._vectors(rows), len(rows), self._manifest.dimension)
        known = rows[: np.searchsorted(rows, self._manifest.chunks)]
        base = self._base / LISTS if self._manifest.nearest == "ivf" and not anew else None
        save_lists(self._folder / LISTS, vectors, base, known)
        for path in [*self._folder.rglob("*"), self._folder]:
            sync(path)
        table.seal()
        table.close()
        return finish_publish(self._directory, self._manifest)

    def discard(self) -> None:
        """Leave the published state as it is and forget the draft."""
        self.close()
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def close(self) -> None:
        """Stop here; what was appended is kept for the next run."""
        if self._table:
            self._table.close()

    def _keep(self, table: ArticleTable, vectors: NDArray[np.float32]) -> None:
        """Put vectors on the disk under the row they will have once they are committed."""
        base = table.base
        if base is None or not len(vectors):
            return
        file = self._folder / f"batch-{base.next_row:09d}.npy"
        with file.open("wb") as stream:
            np.save(stream, vectors)
            stream.flush()
            os.fsync(stream.fileno())
        sync(self._folder)

    def _resume(self) -> ArticleTable | None:
        file = self._folder / ARTICLES
        if not file.exists():
            return None
        table = ArticleTable.resume(file)
        base = table.base
        goes_on = base and (base.generation, base.recipe) == _identity(self._manifest)
        if base and goes_on and not base.sealed:  # a sealed one is of an earlier version
            for batch in _batches(self._folder):
                if _first_row(batch) >= base.next_row:  # its articles were not committed
                    batch.unlink()
            if not table.has_mentions:  # it was begun by an earlier version
                table.find_mentions(_mentions_of)
            return table
        table.close()
        return None

    def _begin(self) -> ArticleTable:
        if self._folder.exists():
            shutil.rmtree(self._folder)
        self._folder.mkdir(parents=True)
        file = self._folder / ARTICLES
        partial = self._folder / (ARTICLES + ".partial")
        if self._manifest.generation:
            shutil.copyfile(self._base / ARTICLES, partial)
            table = ArticleTable.resume(partial)
        else:
            table = ArticleTable.create(partial)
        table.set_base(*_identity(self._manifest))
        if not table.has_mentions:
            table.find_mentions(_mentions_of)
        table.close()
        sync(partial)
        partial.replace(file)
        return ArticleTable.resume(file)

    def _build_words(self, table: ArticleTable, facts: RowFacts, *, from_nothing: bool) -> None:
        grows = bool(self._manifest.generation) and not from_nothing
        words = LexicalIndex.create(self._folder / WORDS, self._base / WORDS if grows else None)
        first = self._manifest.chunks if grows else 0
        texts, spans = table.documents(first), facts.spans(first)
        words.add(
            Document(*text, int(facts.all_days[text[0]]), *facts.names(text[0]), terms_within(said))
            for text, said in zip(texts, spans, strict=True)
        )

    def _vectors(self, rows: NDArray[np.int64]) -> Iterator[Vectors]:
        """The vectors of some rows, in ascending order: those of the base, then each batch's."""
        files = [(_first_row(file), file) for file in _batches(self._folder)]
        if self._manifest.chunks and len(rows) and rows[0] < self._manifest.chunks:
            files.insert(0, (0, self._base / VECTORS))
        ends = [start for start, _ in files[1:]] + [int(rows[-1]) + 1 if len(rows) else 0]
        for (start, file), end in zip(files, ends, strict=False):
            first, last = np.searchsorted(rows, [start, end])
            kept = rows[first:last] - start
            if len(kept):
                yield from VectorIndex.open(file).blocks(kept)


def _mentions(entries: Iterable[Entry]) -> dict[str, list[Mention]]:
    return {article.id: _mentions_of(article) for article, _ in entries}


def _mentions_of(article: Article) -> list[Mention]:
    return find_times(article.text, article.published)


def finish_publish(directory: Path, manifest: Manifest) -> Manifest:
    """Declare the generation that follows, if it is complete, and remove what it replaces.

    It is the last step of a publish and the first of the next change: whatever stopped in between
    is made good. Gives the manifest in force.
    """
    following = generation_folder(directory, manifest.generation + 1)
    if _is_sealed(directory / DRAFT, manifest):
        write_sums(directory / DRAFT, PARTS)
        if following.exists():
            shutil.rmtree(following)
        (directory / DRAFT).replace(following)
        sync(directory)
    if following.exists() and _is_sealed(following, manifest) and (following / SUMS).exists():
        table = ArticleTable.open(following / ARTICLES)
        nearest = "ivf" if (following / LISTS).exists() else "exact"
        counts = table.count_articles(), table.count_chunks()
        manifest = manifest.published(*counts, nearest=nearest)
        table.close()
        manifest.write(directory)
    current = generation_folder(directory, manifest.generation)
    for other in directory.glob("generation-*"):
        if other != current:
            shutil.rmtree(other)
    for file in _batches(current):
        file.unlink()
    (directory / PARTIAL).unlink(missing_ok=True)
    return manifest


def _is_sealed(folder: Path, manifest: Manifest) -> bool:
    """Whether a folder holds a complete generation that goes on from the published one."""
    if not (folder / ARTICLES).exists() or not (folder / FACTS).exists():
        return False
    table = ArticleTable.resume(folder / ARTICLES)  # rolls back what was not committed
    base = table.base
    table.close()
    return bool(base and base.sealed and (base.generation, base.recipe) == _identity(manifest))


def _identity(manifest: Manifest) -> tuple[int, str]:
    return manifest.generation, manifest.recipe


def _batches(folder: Path) -> list[Path]:
    return sorted(folder.glob("batch-*.npy"))


def _first_row(batch: Path) -> int:
    return int(batch.stem.removeprefix("batch-"))
