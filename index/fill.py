"""Articles into a draft: chunk, embed, store, some at a time. It knows no file and no lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from index.article import Article, Chunk
from index.chunk import embedding_texts, split_chunks
from index.draft import Draft
from index.embed import Embedder, Vectors
from index.manifest import Manifest
from index.spread import PART, Spread
from index.store import FileState

if TYPE_CHECKING:
    from index.index import Index

BATCH_CHUNKS = 1024  # embedded and committed together: ten to forty seconds of work on two cores
SLICE = 64  # chunks embedded between two looks at how far it is: a second or two
BATCH_FACTS = 20_000  # about files, committed together where they bring nothing to embed
PENDING = 256  # articles that are read at once to be chunked again

Entry = tuple[Article, list[Chunk]]


@dataclass(slots=True)
class _Batch:
    entries: dict[str, Entry] = field(default_factory=dict)
    given: list[tuple[str, str]] = field(default_factory=list)
    read: list[tuple[FileState, Sequence[str]]] = field(default_factory=list)
    chunks: int = 0


class Filling:
    """One run of articles into a draft, and what came of them.

    `chunks` counts those embedded in this run, stored or not yet; `share` says how much of what was
    taken is embedded, by characters; `tell` is called whenever one of them has grown.
    """

    def __init__(
        self,
        index: Index,
        draft: Draft,
        manifest: Manifest,
        *,
        batch_chunks: int = BATCH_CHUNKS,
        spread: Spread | None = None,
    ) -> None:
        self.draft = draft
        self.share = 1.0
        self.tell: Callable[[], None] = lambda: None
        self.added = self.unchanged = self.removed = self.chunks = 0
        self._index = index
        self._manifest = manifest
        self._batch_chunks = batch_chunks
        self._spread = spread
        self._batch = _Batch()

    def add(self, article: Article, path: str) -> None:
        """Take an article that a file gave; one that is known is embedded no more."""
        if article.id in self._batch.entries or self.draft.has(article.id):
            self.unchanged += 1
        else:
            chunks = self._split(article)
            self._batch.entries[article.id] = (article, chunks)
            self._batch.chunks += len(chunks)
            if chunks:
                self.share = 0.0
        self._batch.given.append((path, article.id))
        self._flush_full()

    def finish(self, state: FileState, dropped: Sequence[str]) -> None:
        """Take note that a file was read to its end, and which articles it gives no more."""
        self._batch.read.append((state, dropped))
        self._flush_full()

    def flush(self) -> None:
        """Store what has been taken so far."""
        batch, self._batch = self._batch, _Batch()
        if not (batch.given or batch.read):
            return
        entries = list(batch.entries.values())
        self.removed += self.draft.append(
            entries, self._encode(entries), given=batch.given, read=batch.read
        )
        self.added += len(entries)
        self.share = 1.0
        self.tell()

    def chunk_pending(self) -> None:
        """Chunk and embed the articles that have to be searched and have no chunks yet."""
        while articles := self.draft.pending(PENDING):
            entries = [(article, self._split(article)) for article in articles]
            self.draft.chunk_pending(entries, self._encode(entries))

    def _flush_full(self) -> None:
        facts = len(self._batch.given) + len(self._batch.read)
        breadth = self._spread.breadth if self._spread else 1
        if self._batch.chunks >= self._batch_chunks * breadth or facts >= BATCH_FACTS:
            self.flush()

    @property
    def _embedder(self) -> Embedder:
        return self._index.embedder  # loaded when there is something to embed

    def _split(self, article: Article) -> list[Chunk]:
        return split_chunks(
            article,
            self._embedder.count_tokens,
            max_tokens=self._manifest.max_tokens,
            target_tokens=self._manifest.target_tokens,
        )

    def _encode(self, entries: Sequence[Entry]) -> Vectors:
        texts = [
            text
            for article, chunks in entries
            for text in embedding_texts(article, chunks, self._embedder.count_tokens)
        ]
        vectors = np.empty((len(texts), self._manifest.dimension), dtype=np.float32)
        longest_first = sorted(range(len(texts)), key=lambda n: len(texts[n]), reverse=True)
        done, whole = 0, sum(map(len, texts))
        size = PART if self._spread else SLICE
        slices = [longest_first[n : n + size] for n in range(0, len(texts), size)]
        parts = [[texts[row] for row in rows] for rows in slices]
        encoded = self._spread.encode(parts) if self._spread else map(self._embedder.encode, parts)
        for rows, part, unit in zip(slices, parts, encoded, strict=True):
            vectors[rows] = unit
            self.chunks += len(part)
            done += sum(map(len, part))
            self.share = done / whole
            self.tell()
        return vectors
