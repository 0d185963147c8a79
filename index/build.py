"""The one module that knows the order: read, chunk, embed, store."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from index.article import Article, Chunk, Report, Skipped
from index.chunk import TARGET_TOKENS, embedding_texts, split_chunks
from index.draft import Draft, finish_publish
from index.embed import Embedder
from index.errors import StorageError
from index.manifest import DRAFT, LOCK, Manifest
from index.read import read

if TYPE_CHECKING:
    from index.index import Index, Progress

BATCH_CHUNKS = 2048  # embedded and committed together: some 20 seconds of work on two cores


def build(
    index: Index,
    paths: Sequence[Path],
    progress: Progress | None = None,
    *,
    batch_chunks: int = BATCH_CHUNKS,
) -> Report:
    """Add what the paths hold to an index and publish it."""
    started = time.perf_counter()
    items = read(paths)
    with _writing(index.directory):
        index.reload()  # another process may have published since it was opened
        embedder = index.embedder
        made = Manifest(index.embedder_spec, embedder.dimension, embedder.max_tokens, TARGET_TOKENS)
        manifest = finish_publish(index.directory, index.manifest or made)
        with closing(Draft(index.directory, manifest)) as draft:
            filling = _Filling(draft, embedder, manifest, progress)
            filling.add(items, batch_chunks)
            if draft.is_changed:
                manifest = draft.publish()
            else:
                draft.discard()
    return Report(
        filling.added,
        filling.unchanged,
        tuple(filling.skipped),
        manifest.articles,
        manifest.chunks,
        time.perf_counter() - started,
    )


class _Filling:
    """One run of articles into a draft, and what came of them."""

    def __init__(
        self, draft: Draft, embedder: Embedder, manifest: Manifest, progress: Progress | None
    ) -> None:
        self._draft = draft
        self._embedder = embedder
        self._manifest = manifest
        self._progress = progress
        self._batch: dict[str, tuple[Article, list[Chunk]]] = {}
        self.added = self.unchanged = self.chunks = 0
        self.skipped: list[Skipped] = []

    def add(self, items: Iterator[Article | Skipped], batch_chunks: int) -> None:
        """Chunk, embed and store what is new, some `batch_chunks` at a time."""
        waiting = 0
        for item in items:
            if isinstance(item, Skipped):
                self.skipped.append(item)
            elif item.id in self._batch or self._draft.has(item.id):
                self.unchanged += 1
            else:
                chunks = self._split(item)
                self._batch[item.id] = (item, chunks)
                waiting += len(chunks)
            if waiting >= batch_chunks:
                self._store()
                waiting = 0
        if self._batch:
            self._store()

    def _split(self, article: Article) -> list[Chunk]:
        return split_chunks(
            article,
            self._embedder.count_tokens,
            max_tokens=self._manifest.max_tokens,
            target_tokens=self._manifest.target_tokens,
        )

    def _store(self) -> None:
        entries = list(self._batch.values())
        texts = [
            text
            for article, chunks in entries
            for text in embedding_texts(article, chunks, self._embedder.count_tokens)
        ]
        self._draft.append(entries, self._embedder.encode(texts))
        self._batch = {}
        self.added += len(entries)
        self.chunks += len(texts)
        if self._progress:
            self._progress(self.added, self.chunks)


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with FileLock(directory / LOCK, timeout=0):
            yield
    except Timeout as error:
        raise StorageError(
            f"{directory}: another process is adding to this index. Wait until it has ended."
        ) from error
    except (OSError, sqlite3.OperationalError) as error:
        raise StorageError(
            f"{directory}: the index cannot be written ({error}). Make room or choose another "
            "folder, then run the same command again: what was finished before is kept."
        ) from error
    except sqlite3.DatabaseError as error:
        raise StorageError(
            f"{directory}: what an interrupted add left behind is damaged ({error}). "
            f"Delete the folder {directory / DRAFT} and run the same command again."
        ) from error
