"""The next generation of an index while it grows. It knows no reader and no model.

Each `append` is committed, so an interruption costs at most the batch in hand; `publish` builds
the search structures and makes the draft the current generation in one step.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Chunk
from index.lexical import LexicalIndex
from index.manifest import DRAFT, PARTIAL, Manifest, generation_folder, sync
from index.store import ARTICLES, VECTORS, WORDS, ArticleTable
from index.vectors import VectorIndex


class Draft:
    """The writer's side of an index; the caller holds the lock."""

    def __init__(self, directory: Path, manifest: Manifest) -> None:
        self._directory = directory
        self._manifest = manifest
        self._folder = directory / DRAFT
        self._table = self._resume() or self._begin()

    def has(self, article_id: str) -> bool:
        """Whether an article is in the published state or was added to the draft."""
        return self._table.has(article_id)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to publish."""
        return self._table.count_articles() > self._manifest.articles

    def append(
        self, entries: Sequence[tuple[Article, Sequence[Chunk]]], vectors: NDArray[np.float32]
    ) -> None:
        """Add articles, their chunks and the chunks' vectors in order; on disk when it returns."""
        first_row = self._table.count_chunks()
        file = self._folder / f"batch-{first_row:09d}.npy"
        with file.open("wb") as stream:
            np.save(stream, vectors)
            stream.flush()
            os.fsync(stream.fileno())
        sync(self._folder)
        self._table.append(entries)

    def publish(self) -> Manifest:
        """Make the draft the current generation and give the new manifest."""
        self._build_words()
        self._build_vectors()
        self._table.close()
        for path in [*self._folder.rglob("*"), self._folder]:
            sync(path)
        next_folder = generation_folder(self._directory, self._manifest.generation + 1)
        self._folder.replace(next_folder)
        sync(self._directory)
        return finish_publish(self._directory, self._manifest)

    def discard(self) -> None:
        """Leave the published state as it is and forget the draft."""
        self._table.close()
        shutil.rmtree(self._folder)

    def close(self) -> None:
        """Stop here; what was appended is kept for the next run."""
        self._table.close()

    def _resume(self) -> ArticleTable | None:
        file = self._folder / ARTICLES
        if not file.exists():
            return None
        table = ArticleTable.resume(file)
        if table.base == (self._manifest.generation, self._manifest.recipe):
            self._drop_batches_from(table.count_chunks())
            return table
        table.close()
        return None

    def _begin(self) -> ArticleTable:
        if self._folder.exists():
            shutil.rmtree(self._folder)
        self._folder.mkdir(parents=True)
        file = self._folder / ARTICLES
        partial = self._folder / (ARTICLES + ".partial")
        generation = self._manifest.generation
        if generation:
            shutil.copyfile(generation_folder(self._directory, generation) / ARTICLES, partial)
            table = ArticleTable.resume(partial)
        else:
            table = ArticleTable.create(partial)
        table.set_base(generation, self._manifest.recipe)
        table.close()
        sync(partial)
        partial.replace(file)
        return ArticleTable.resume(file)

    def _build_words(self) -> None:
        generation = self._manifest.generation
        base = generation_folder(self._directory, generation) / WORDS if generation else None
        words = LexicalIndex.create(self._folder / WORDS, base)
        words.add(self._table.documents(self._manifest.chunks))

    def _build_vectors(self) -> None:
        generation = self._manifest.generation
        if generation:
            vectors = VectorIndex.open(generation_folder(self._directory, generation) / VECTORS)
        else:
            vectors = VectorIndex.empty(self._manifest.dimension)
        for file in _batches(self._folder):
            vectors.add(np.load(file, allow_pickle=False))
        vectors.save(self._folder / VECTORS)

    def _drop_batches_from(self, row: int) -> None:
        for file in _batches(self._folder):
            if int(file.stem.removeprefix("batch-")) >= row:  # its articles were not committed
                file.unlink()


def finish_publish(directory: Path, manifest: Manifest) -> Manifest:
    """Declare the generation that follows, if it is complete, and remove what it replaces.

    It is the last step of a publish and the first of the next add: whatever stopped in between
    is made good. Gives the manifest in force.
    """
    folder = generation_folder(directory, manifest.generation + 1)
    if folder.exists():
        table = ArticleTable.open(folder / ARTICLES)
        if table.base == (manifest.generation, manifest.recipe):
            manifest = manifest.published(table.count_articles(), table.count_chunks())
            manifest.write(directory)
        table.close()
    current = generation_folder(directory, manifest.generation)
    for other in directory.glob("generation-*"):
        if other != current:
            shutil.rmtree(other)
    for file in _batches(current):
        file.unlink()
    (directory / PARTIAL).unlink(missing_ok=True)
    return manifest


def _batches(folder: Path) -> list[Path]:
    return sorted(folder.glob("batch-*.npy"))
