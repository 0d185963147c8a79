"""A question to what is found: the part of the chatbot that needs no language model."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, TypedDict

from index.info import Info
from index.manifest import Manifest
from index.protocol import Store
from index.weights import resolve_embedder
from qa.answer import Found
from qa.nothing import why_nothing
from qa.question import Question, understand
from qa.rerank import READ, CrossEncoderReranker, Reranker, rerank
from qa.retrieve import retrieve

if TYPE_CHECKING:
    from typing_extensions import Unpack

HITS = 10  # sources of an answer

Day = date | str | None


class Narrowing(TypedDict, total=False):
    """What a search may be narrowed by.

    `since` and `until` are days of publication, both inclusive; of `sources` and `sections` any
    will do. With `read_time` False words of time in the question are only words.
    """

    since: Day
    until: Day
    sources: Sequence[str]
    sections: Sequence[str]
    read_time: bool


class Search:
    """Reads questions as they are meant in an index, and searches it. Safe to use from threads."""

    def __init__(self, index: Store, reranker: str | Reranker | None) -> None:
        self.index = index
        self.reranks = reranker is not None
        self._reranker = reranker
        self._lock = threading.Lock()
        self._info: tuple[Manifest | None, Info] | None = None

    def understood(self, question: str, as_of: Day, **narrowing: Unpack[Narrowing]) -> Question:
        """Check and read a question; InputError if it cannot be taken."""
        info = self._archive()
        outlets = [name for name, _ in info.sources]
        return understand(question, as_of, newest=info.last, outlets=outlets, **narrowing)

    def found(self, asked: Question, k: int = HITS) -> Found:
        """Search; say why nothing was found."""
        index = self.index.view()
        if (reranker := self._cross_encoder()) is None:
            hits = tuple(retrieve(index, asked, k=k))
        else:
            first = retrieve(index, asked, k=max(k, READ))
            hits = tuple(rerank(reranker, asked.search, first, k))
        return Found(hits, asked.reading, "" if hits or k < 1 else why_nothing(index, asked))

    def _archive(self) -> Info:
        """What the index holds, looked up once for each generation."""
        manifest = self.index.manifest
        if self._info is None or self._info[0] is not manifest:
            self._info = (manifest, self.index.info())
        return self._info[1]

    def _cross_encoder(self) -> Reranker | None:
        with self._lock:
            if isinstance(self._reranker, str):
                self._reranker = CrossEncoderReranker.open(resolve_embedder(self._reranker))
            return self._reranker
