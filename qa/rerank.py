"""Hits ordered anew by a cross-encoder, for those who have one; the default is without.

It reads question and passage together, which is slower than all the rest of a search and better
where the weights are. It knows no index and no language model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import ModelError
from qa.answer import Hit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

READ = 24  # hits that are looked at
BATCH = 8


class Reranker(Protocol):
    """What judges passages beside a question."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits the question; higher is better, on a scale of its own."""


class CrossEncoderReranker:
    """A cross-encoder of a local folder, by sentence-transformers."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    @classmethod
    def open(cls, folder: Path) -> CrossEncoderReranker:
        """Load a model folder; ModelError if it is no cross-encoder."""
        from sentence_transformers import CrossEncoder

        try:
            model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"{folder}: this is no cross-encoder that can be read ({error}). "
                "Name another with --reranker, or leave it out."
            ) from error
        if model.num_labels != 1:
            raise ModelError(
                f"{folder}: this model gives {model.num_labels} figures for a passage, a reranker "
                "gives one. Name a cross-encoder made for ranking."
            )
        return cls(model)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits the question; higher is better, on a scale of its own."""
        pairs = [(question, text) for text in texts]
        found = self._model.predict(pairs, batch_size=BATCH, show_progress_bar=False)
        return [float(score) for score in found]


def rerank(reranker: Reranker, question: str, hits: Sequence[Hit], k: int) -> list[Hit]:
    """Give the k best of the first hits, in the reranker's order; those behind it stay behind."""
    read, rest = list(hits[:READ]), list(hits[READ:])
    scores = reranker.scores(question, [f"{hit.article.title}\n{hit.text}" for hit in read])
    order = sorted(range(len(read)), key=lambda n: (-scores[n], n))
    ordered = [read[n] for n in order] + rest
    return [replace(hit, rank=rank) for rank, hit in enumerate(ordered[:k], start=1)]
