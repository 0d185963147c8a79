"""Hits in the order of a cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.errors import ModelError
from qa import Chatbot, Hit
from qa.rerank import READ, CrossEncoderReranker, rerank
from tests.fakes import FakeEmbedder, FakeGenerator, write_articles


class ByLength:
    """Takes the longest text for the best."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.read = list(texts)
        return [float(len(text)) for text in texts]


@pytest.fixture
def hits(tmp_path: Path) -> list[Hit]:
    from index.index import Index

    texts = [
        f"The bridge number {n} is old. " + " ".join(f"word{n}of{k}" for k in range(n + 1))
        for n in range(READ + 4)
    ]
    file = write_articles(tmp_path / "a.jsonl", *texts)
    index = Index.open(tmp_path / "index", create=True, model=FakeEmbedder())
    index.add(file)
    return Chatbot(index, model=FakeGenerator("")).search("How old is the bridge?", k=READ + 4)


def test_the_best_by_the_reranker_come_first_and_are_counted_anew(hits: list[Hit]) -> None:
    reranker = ByLength()
    found = rerank(reranker, "How old is the bridge?", hits, k=5)
    longest = sorted((hit.text for hit in hits[:READ]), key=len, reverse=True)[:5]
    assert [hit.text for hit in found] == longest
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5]


def test_no_more_is_read_than_the_first_and_the_rest_stays_behind(hits: list[Hit]) -> None:
    reranker = ByLength()
    found = rerank(reranker, "How old is the bridge?", hits, k=len(hits))
    assert len(reranker.read) == READ
    assert {hit.text for hit in found} == {hit.text for hit in hits}
    assert [hit.text for hit in found[READ:]] == [hit.text for hit in hits[READ:]]


def test_nothing_can_be_reranked() -> None:
    assert rerank(ByLength(), "Why?", [], k=3) == []


@pytest.mark.slow
def test_a_real_cross_encoder_ranks_and_what_is_none_is_named(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    from index.weights import resolve_embedder

    # a head without training: what it says is worthless, how it is asked is not
    CrossEncoder(str(resolve_embedder("default")), num_labels=1).save_pretrained(
        str(tmp_path / "one")
    )
    reranker = CrossEncoderReranker.open(tmp_path / "one")
    scores = reranker.scores("Who won?", ["Mara won.", "It rained.", "Mara won."])
    assert len(scores) == 3
    assert scores[0] == pytest.approx(scores[2], abs=1e-4)
    assert scores[0] != scores[1]
    (tmp_path / "none").mkdir()
    with pytest.raises(ModelError, match=r"none: this is no cross-encoder.*--reranker"):
        CrossEncoderReranker.open(tmp_path / "none")
