"""LlamaIndex as its starter tutorial for local models drives it.

Defaults kept: chunks of 1,024 tokens that overlap by 200, the two best in the prompt, the
`compact` synthesizer and its prompt, answers of up to 256 tokens. The options `chunk_tokens` and
`top` tune it. Its documentation turns chats into prompts with the model's own template; here that
is read from the GGUF file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from llama_cpp.llama_chat_format import Jinja2ChatFormatter
from llama_index.core import Document as LlamaDocument
from llama_index.core import VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import MetadataMode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.llms.llama_cpp import LlamaCPP

from bench.peers.protocol import Document, Indexed, Peer, Said, Setup

CONTEXT_TOKENS = 4096  # its documentation has 3,900


class LlamaIndex:
    """A VectorStoreIndex in memory, persisted to the folder, and its query engine."""

    def __init__(self, setup: Setup) -> None:
        self.version = version("llama-index-core")
        self._options = setup.options
        self._embedder = HuggingFaceEmbedding(model_name=setup.embedder, device="cpu")
        self._llm = LlamaCPP(
            model_path=setup.llm,
            temperature=0.0,
            context_window=CONTEXT_TOKENS,
            model_kwargs={"n_threads": setup.threads},
            messages_to_prompt=lambda messages: self._prompt(
                [{"role": item.role.value, "content": item.content} for item in messages]
            ),
            completion_to_prompt=lambda text: self._prompt([{"role": "user", "content": text}]),
            verbose=False,
        )
        self._template = _template(self._llm._model)
        self._engine: Any = None

    def _prompt(self, messages: list[dict[str, Any]]) -> str:
        prompt: str = self._template(messages=messages).prompt
        return prompt

    def index(self, documents: Sequence[Document], folder: Path) -> Indexed:
        """Build the index from documents and persist it."""
        sources = [LlamaDocument(text=item.plain, id_=item.id) for item in documents]
        splitters = []
        if tokens := self._options.get("chunk_tokens"):
            splitters = [SentenceSplitter(chunk_size=tokens, chunk_overlap=20)]
        index = VectorStoreIndex.from_documents(
            sources, embed_model=self._embedder, transformations=splitters or None
        )
        index.storage_context.persist(persist_dir=str(folder))
        top = {"similarity_top_k": self._options["top"]} if "top" in self._options else {}
        self._engine = index.as_query_engine(llm=self._llm, streaming=True, **top)
        texts = [
            node.get_content(metadata_mode=MetadataMode.EMBED)
            for node in index.docstore.docs.values()
        ]
        return Indexed(texts, self._embedder.max_length or 256)

    def ask(self, question: str, day: str | None, first: Callable[[], None]) -> Said:
        """Stream the answer to its end."""
        del day  # it knows no dates
        response = self._engine.query(question)
        text = ""
        for piece in response.response_gen:
            if piece.strip() and not text.strip():
                first()
            text += piece
        passages = [
            (found.node.ref_doc_id or "", found.node.get_content())
            for found in response.source_nodes
        ]
        return Said(text, passages)


def _template(llama: Any) -> Jinja2ChatFormatter:
    """The model's own chat template."""
    bos, eos = llama.token_bos(), llama.token_eos()
    return Jinja2ChatFormatter(
        llama.metadata["tokenizer.chat_template"],
        eos_token=llama._model.token_get_text(eos),
        bos_token=llama._model.token_get_text(bos) if bos >= 0 else "",
    )


def open_peer(setup: Setup) -> Peer:
    """Load both models."""
    return LlamaIndex(setup)
