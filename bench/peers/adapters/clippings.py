"""Clippings through its Python API, as the README shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from bench.peers.protocol import Document, Indexed, Peer, Said, Setup, write_documents
from index import Index
from index.chunk import embedding_texts
from index.embed import SentenceTransformerEmbedder
from qa import Answer, Chatbot
from qa.generate import LlamaGenerator


class Clippings:
    """An index in a folder, and the chatbot over it."""

    def __init__(self, setup: Setup) -> None:
        self.version = version("clippings-qa")
        self._generator = LlamaGenerator.open(Path(setup.llm))
        self._embedder = SentenceTransformerEmbedder.open(Path(setup.embedder))
        self._embedder.encode(["A first sentence warms the embedder up."])
        self._bot: Chatbot | None = None

    def index(self, documents: Sequence[Document], folder: Path) -> Indexed:
        """Add the articles to a new index."""
        file = folder.with_suffix(".jsonl")
        write_documents(file, documents)
        index = Index.open(folder, create=True, model=self._embedder)
        report = index.add([file])
        self._bot = Chatbot(index, model=self._generator)
        rows = range(report.chunks)
        texts = [
            text
            for chunk, article in index.chunks(rows)
            for text in embedding_texts(article, [chunk], self._embedder.count_tokens)
        ]
        return Indexed(texts, self._embedder.max_tokens)

    def ask(self, question: str, day: str | None, first: Callable[[], None]) -> Said:
        """Stream the answer to its end."""
        if self._bot is None:
            raise RuntimeError("there is no index yet")
        answer = Answer(question)
        begun = False
        for answer in self._bot.stream(question, day):
            if answer.text.strip() and not begun:
                begun = True
                first()
        ids = {hit.article.id: hit.article.external_id or hit.article.id for hit in answer.hits}
        return Said(
            answer.text,
            [(ids[hit.article.id], hit.text) for hit in answer.hits],
            [(ids.get(cite.article_id, ""), cite.quote) for cite in answer.citations],
        )


def open_peer(setup: Setup) -> Peer:
    """Load both models."""
    return Clippings(setup)
