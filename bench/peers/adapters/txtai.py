"""txtai as its RAG documentation drives it.

Defaults kept: paragraphs as passages (as its own RAG application cuts text), the pooling it finds
for the model, three passages in the prompt, answers of up to 512 tokens; prompt and system message
are those of its quick start. It reads 512 tokens of a text where the model was made for 256.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from txtai import RAG, Embeddings
from txtai.pipeline import Segmentation

from bench.peers.protocol import Document, Indexed, Peer, Said, Setup

CONTEXT_TOKENS = 8192  # its own default is all that the model was trained on
PASSAGES = 3  # its default
SYSTEM = "You are a friendly assistant"
TEMPLATE = """
  Answer the following question using the provided context.

  Question:
  {question}

  Context:
  {context}
"""


class Txtai:
    """An Embeddings database with content, and the RAG pipeline over it."""

    def __init__(self, setup: Setup) -> None:
        self.version = version("txtai")
        self._setup = setup
        self._embeddings = Embeddings(content=True, path=setup.embedder)
        self._rag = RAG(
            self._embeddings,
            setup.llm,
            system=SYSTEM,
            template=TEMPLATE,
            output="flatten",
            n_ctx=CONTEXT_TOKENS,
            n_threads=setup.threads,
        )
        self._articles: dict[str, str] = {}

    def index(self, documents: Sequence[Document], folder: Path) -> Indexed:
        """Cut the articles into paragraphs, index and save them."""
        paragraphs = Segmentation(paragraphs=True)
        rows = [
            (f"{item.id}#{number}", text)
            for item in documents
            for number, text in enumerate(paragraphs(item.plain))
        ]
        self._embeddings.index(rows)
        self._embeddings.save(str(folder))
        model = self._embeddings.model.model
        return Indexed([text for _, text in rows], model.maxlength)

    def ask(self, question: str, day: str | None, first: Callable[[], None]) -> Said:
        """Stream the answer to its end."""
        del day  # it knows no dates
        text = ""
        for piece in self._rag(question, stream=True, temperature=0.0):
            if piece.strip() and not text.strip():
                first()
            text += piece
        # the pipeline keeps its passages to itself while it streams; this is the same search
        found = self._embeddings.search(question, PASSAGES)
        return Said(text, [(hit["id"].rpartition("#")[0], hit["text"]) for hit in found])


def open_peer(setup: Setup) -> Peer:
    """Load both models."""
    return Txtai(setup)
