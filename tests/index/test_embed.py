"""The real embedder; the network guard of every test proves that it asks nobody."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.article import Article
from index.chunk import embedding_texts, split_chunks
from index.embed import SentenceTransformerEmbedder, has_bf16
from index.errors import ModelError
from index.read import read
from index.weights import fetch
from tests.fakes import FakeEmbedder

SAMPLE = Path(__file__).parents[2] / "sample"
TEXTS = [
    "Bells",
    "The council of Wenlo voted for the bridge on Tuesday, 21.7 million crowns or not.",
    "Ça va? Größe! 渡し船 🔔 naïve",
    "donaudampfschifffahrtsgesellschaft " * 300,
    "x" * 5_000,
    "",
    " \n ",
]
CLOSE = 0.01  # bf16 keeps 8 bits: cosines this near to each other may change places


def test_the_fake_counts_words_and_makes_unit_vectors() -> None:
    fake = FakeEmbedder()
    vectors = fake.encode(["bells rang twice", "Bells   RANG twice", "ferries"])
    assert vectors.shape == (3, 16)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
    assert vectors[0] @ vectors[1] == pytest.approx(1)
    assert vectors[0] @ vectors[2] < 0.9
    assert fake.count_tokens(["bells rang twice", ""]) == [3, 0]


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder.open(fetch("embedder"))


@pytest.mark.slow
def test_vectors_are_of_unit_length_and_keep_the_order(
    embedder: SentenceTransformerEmbedder,
) -> None:
    texts = [*TEXTS, *(f"Number {n} of the news. " * n for n in range(1, 40, 4))]
    vectors = embedder.encode(texts)
    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    alone = np.concatenate([embedder.encode([text]) for text in texts])
    assert np.sum(alone * vectors, axis=1).min() > 1 - CLOSE


@pytest.mark.slow
def test_no_texts_make_no_vectors(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.encode([]).shape == (0, embedder.dimension)
    assert embedder.count_tokens([]) == []


@pytest.mark.slow
def test_what_is_beyond_the_limit_is_not_read(embedder: SentenceTransformerEmbedder) -> None:
    long = "harbour " * embedder.max_tokens
    longer = long + "council " * 100
    assert embedder.count_tokens([longer])[0] > embedder.max_tokens == 256
    first, second = embedder.encode([long, longer])
    assert first @ second > 1 - CLOSE


@pytest.mark.slow
def test_tokens_are_counted_as_the_model_counts_them(
    embedder: SentenceTransformerEmbedder,
) -> None:
    from transformers import AutoTokenizer

    own = AutoTokenizer.from_pretrained(str(fetch("embedder")), local_files_only=True)
    own.deprecation_warnings["sequence-length-is-longer-than-the-specified-maximum"] = True
    expected = [len(own.encode(text, add_special_tokens=False)) for text in TEXTS]
    assert embedder.count_tokens(TEXTS) == expected
    embedder.encode(TEXTS)
    assert embedder.count_tokens(TEXTS) == expected, "encoding sets no padding"


@pytest.mark.slow
def test_threads_do_not_disturb_each_other(embedder: SentenceTransformerEmbedder) -> None:
    batches = [[f"Thread {n} says {'much ' * (n * i % 50)}." for i in range(20)] for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(embedder.encode, batches))
    for batch, vectors in zip(batches, together, strict=True):
        assert np.sum(embedder.encode(batch) * vectors, axis=1).min() > 1 - CLOSE


@pytest.mark.slow
def test_bf16_ranks_the_sample_archive_as_float32_does() -> None:
    if not has_bf16():
        pytest.skip("the processor has no bf16")
    folder = fetch("embedder")
    exact = SentenceTransformerEmbedder.open(folder, dtype="float32")
    fast = SentenceTransformerEmbedder.open(folder)
    assert fast.dtype == "bfloat16"
    texts = [
        text
        for item in read([SAMPLE / "articles"])
        if isinstance(item, Article)
        for text in embedding_texts(
            item, split_chunks(item, exact.count_tokens), exact.count_tokens
        )
    ]
    lines = (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    cosines = exact.encode(questions) @ exact.encode(texts).T
    fast_cosines = fast.encode(questions) @ fast.encode(texts).T
    same = 0
    for true, found in zip(cosines, fast_cosines, strict=True):
        best, best_found = np.argsort(-true)[:10], np.argsort(-found)[:10]
        assert np.all(true[best] - true[best_found] < CLOSE), "a rank holds as near a passage"
        same += len(set(best) & set(best_found))
    assert same / (10 * len(questions)) > 0.95


@pytest.mark.slow
def test_a_folder_that_is_no_model_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"no sentence-transformers model.*make weights"):
        SentenceTransformerEmbedder.open(tmp_path)
