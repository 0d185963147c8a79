"""Haystack as its tutorials drive it: an indexing pipeline's parts, then the first RAG pipeline.

Defaults kept: chunks of 200 words, the ten best in the prompt, the tutorial's prompt. Answers are
of up to 128 tokens, as in the documentation of its llama.cpp generator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from haystack import Document as HaystackDocument
from haystack import Pipeline
from haystack.components.builders import ChatPromptBuilder
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.generators.llama_cpp import LlamaCppChatGenerator

from bench.peers.protocol import Document, Indexed, Peer, Said, Setup

CONTEXT_TOKENS = 8192  # its own default is all that the model was trained on
ANSWER_TOKENS = 128
EMBEDDER_TOKENS = 256  # sentence-transformers keeps the model's own limit
TEMPLATE = """
Given the following information, answer the question.

Context:
{% for document in documents %}
    {{ document.content }}
{% endfor %}

Question: {{question}}
Answer:
"""


class Haystack:
    """An InMemoryDocumentStore and the pipeline over it."""

    def __init__(self, setup: Setup) -> None:
        self.version = version("haystack-ai")
        self._store = InMemoryDocumentStore()
        self._embedder = SentenceTransformersDocumentEmbedder(
            model=setup.embedder, progress_bar=False
        )
        self._embedder.warm_up()
        builder = ChatPromptBuilder(
            template=[ChatMessage.from_user(TEMPLATE)], required_variables="*"
        )
        generator = LlamaCppChatGenerator(
            model=setup.llm,
            n_ctx=CONTEXT_TOKENS,
            model_kwargs={"n_threads": setup.threads, "verbose": False},
            generation_kwargs={"max_tokens": ANSWER_TOKENS, "temperature": 0.0},
        )
        pipeline = Pipeline()
        embedder = SentenceTransformersTextEmbedder(model=setup.embedder, progress_bar=False)
        pipeline.add_component("text_embedder", embedder)
        pipeline.add_component("retriever", InMemoryEmbeddingRetriever(self._store))
        pipeline.add_component("prompt_builder", builder)
        pipeline.add_component("llm", generator)
        pipeline.connect("text_embedder.embedding", "retriever.query_embedding")
        pipeline.connect("retriever", "prompt_builder.documents")
        pipeline.connect("prompt_builder.prompt", "llm.messages")
        pipeline.warm_up()
        self._pipeline = pipeline

    def index(self, documents: Sequence[Document], folder: Path) -> Indexed:
        """Split, embed, write, and save the store."""
        sources = [HaystackDocument(content=item.plain, meta={"id": item.id}) for item in documents]
        chunks = DocumentSplitter().run(documents=sources)["documents"]
        self._store.write_documents(self._embedder.run(chunks)["documents"])
        folder.mkdir()
        self._store.save_to_disk(str(folder / "store.json"))
        return Indexed([chunk.content or "" for chunk in chunks], EMBEDDER_TOKENS)

    def ask(self, question: str, day: str | None, first: Callable[[], None]) -> Said:
        """Run the pipeline, streaming."""
        del day  # it knows no dates
        begun = False

        def note(chunk: StreamingChunk) -> None:
            nonlocal begun
            if chunk.content.strip() and not begun:
                begun = True
                first()

        done = self._pipeline.run(
            {
                "text_embedder": {"text": question},
                "prompt_builder": {"question": question},
                "llm": {"streaming_callback": note},
            },
            include_outputs_from={"retriever"},
        )
        passages = [
            (found.meta["id"], found.content or "") for found in done["retriever"]["documents"]
        ]
        return Said(done["llm"]["replies"][0].text or "", passages)


def open_peer(setup: Setup) -> Peer:
    """Load both models."""
    return Haystack(setup)
