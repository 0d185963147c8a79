"""The one module that knows the order: read, chunk, embed, store."""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from index.article import Article, Chunk, Skipped
from index.chunk import TARGET_TOKENS, embedding_texts, split_chunks
from index.draft import Draft, finish_publish
from index.embed import Embedder
from index.errors import StorageError
from index.manifest import Manifest
from index.read import read

if TYPE_CHECKING:
    from index.index import Index, Progress, Report

BATCH_CHUNKS = 2048  # embedded and committed together: some 20 seconds of work on two cores
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def build(index: Index, paths: Sequence[Path], progress: Progress | None) -> Report:
    """Add what the paths hold to an index and publish it."""
    from index.index import Report

    started = time.perf_counter()
    items = read(paths)
    with _writing(index.directory):
        embedder = index.embedder
        manifest = _manifest(index, embedder)
        draft = Draft(index.directory, manifest)
        try:
            added, unchanged, skipped = _fill(draft, items, embedder, manifest, progress)
        except BaseException:
            draft.close()
            raise
        if draft.is_changed:
            manifest = draft.publish()
        else:
            draft.discard()
    seconds = time.perf_counter() - started
    counts = (manifest.articles, manifest.chunks)
    return Report(added, unchanged, tuple(skipped), *counts, seconds)


def _fill(
    draft: Draft,
    items: Iterator[Article | Skipped],
    embedder: Embedder,
    manifest: Manifest,
    progress: Progress | None,
) -> tuple[int, int, list[Skipped]]:
    batch: dict[str, tuple[Article, list[Chunk]]] = {}
    skipped: list[Skipped] = []
    added = unchanged = stored = waiting = 0
    for item in items:
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        if item.id in batch or draft.has(item.id):
            unchanged += 1
            continue
        chunks = split_chunks(
            item,
            embedder.count_tokens,
            max_tokens=manifest.max_tokens,
            target_tokens=manifest.target_tokens,
        )
        batch[item.id] = (item, chunks)
        added, waiting = added + 1, waiting + len(chunks)
        if waiting >= BATCH_CHUNKS:
            _store(draft, list(batch.values()), embedder)
            batch, stored, waiting = {}, stored + waiting, 0
            if progress:
                progress(added, stored)
    if batch:
        _store(draft, list(batch.values()), embedder)
        if progress:
            progress(added, stored + waiting)
    return added, unchanged, skipped


def _store(draft: Draft, entries: list[tuple[Article, list[Chunk]]], embedder: Embedder) -> None:
    texts = [
        text
        for article, chunks in entries
        for text in embedding_texts(article, chunks, embedder.count_tokens)
    ]
    draft.append(entries, embedder.encode(texts))


def _manifest(index: Index, embedder: Embedder) -> Manifest:
    made = Manifest(index.embedder_spec, embedder.dimension, embedder.max_tokens, TARGET_TOKENS)
    return finish_publish(index.directory, index.manifest or made)


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with FileLock(directory / "write.lock", timeout=0):
            yield
    except Timeout as error:
        raise StorageError(
            f"{directory}: another process is adding to this index. Wait until it has ended."
        ) from error
    except (OSError, sqlite3.OperationalError, RuntimeError, ValueError) as error:
        if not _is_storage(error):
            raise
        raise StorageError(
            f"{directory}: the disk refused to write ({error}). Make room or choose another "
            "folder, then run the same command again: what was finished before is kept."
        ) from error


def _is_storage(error: Exception) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return True
    if isinstance(error, OSError):
        return error.errno in FULL | {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
    return any(sign in str(error) for sign in ("No space left", "File too large", "write error"))
