"""Text to unit vectors with sentence-transformers. It knows nothing of articles."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
BATCH = 8  # texts of like length computed together; more no longer fit the cache


class Embedder(Protocol):
    """What turns text into vectors."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    @property
    def max_tokens(self) -> int:
        """The most tokens it reads of one text, its special tokens included."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), dimension)."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model of a local folder, in bf16 where the processor has it."""

    def __init__(self, model: SentenceTransformer, dtype: str) -> None:
        import torch
        from tokenizers import Tokenizer

        self._model = model
        # a copy: the model's own tokenizer pads and truncates
        self._tokenizer = Tokenizer.from_str(model.tokenizer.backend_tokenizer.to_str())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizing = threading.Lock()
        # a thread a core, each computing by itself, is a third faster than one on all cores
        self._workers = ThreadPoolExecutor(
            torch.get_num_threads(), "embed", initializer=torch.set_num_threads, initargs=(1,)
        )
        self.dtype = dtype
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 256)

    @classmethod
    def open(cls, folder: Path, *, dtype: str | None = None) -> SentenceTransformerEmbedder:
        """Load a model folder; `dtype` is "float32", "bfloat16" or None: by the processor."""
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # loading takes no time worth a bar
        dtype = dtype or ("bfloat16" if has_bf16() else "float32")
        options: dict[str, Any] = {"dtype": getattr(torch, dtype)}
        try:
            model = SentenceTransformer(
                str(folder), device="cpu", model_kwargs=options, local_files_only=True
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{folder}: this is no sentence-transformers model that can be read ({error}). "
                "Fetch the default again with `make weights`, or name another with --embedder."
            ) from error
        return cls(model, dtype)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32, shape (len(texts), dimension); texts are cut at max_tokens."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]), reverse=True)
        batches = [order[n : n + BATCH] for n in range(0, len(order), BATCH)]
        encoded = map if len(batches) < 2 else self._workers.map
        for batch, rows in zip(
            batches, encoded(self._forward, [[texts[n] for n in b] for b in batches]), strict=True
        ):
            vectors[batch] = rows
        return vectors

    def _forward(self, texts: Sequence[str]) -> Vectors:
        import torch

        with self._tokenizing:  # the tokenizer keeps the padding it was last told
            features = self._model.preprocess(list(texts))
        with torch.inference_mode():
            raw = self._model(features)["sentence_embedding"]
        vectors: Vectors = raw.float().numpy()
        # bf16 norms stray by 1%, so the division is done again in fp32
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(norms, 1e-12)
        return unit


def has_bf16() -> bool:
    """Whether the processor computes in bf16 by itself (AVX-512 BF16, AMX, or Arm's bf16)."""
    import torch

    if torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported():
        return True
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return False
    lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    return any(" bf16" in line for line in lines if line.startswith("Features"))
