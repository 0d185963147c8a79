from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Chunk
from index.chunk import HEADER_TOKENS, SPECIAL_TOKENS, CountTokens, embedding_texts, split_chunks
from index.embed import SentenceTransformerEmbedder
from index.read import read
from index.weights import fetch
from tests.fakes import FakeEmbedder

SAMPLE = Path(__file__).parents[2] / "sample" / "articles"
MAX_TOKENS = 96
LONGEST_TITLE = "An unending headline about the harbour of Averil " * 40


def words(texts: Sequence[str]) -> list[int]:
    return FakeEmbedder().count_tokens(texts)


def characters(texts: Sequence[str]) -> list[int]:
    """Every character but white space is a token: what a tokenizer makes of Chinese."""
    return [len("".join(text.split())) for text in texts]


def letters(texts: Sequence[str]) -> list[int]:
    """A tokenizer that drops what it does not know; some sentences are no tokens at all."""
    return [sum(character.isascii() for character in "".join(text.split())) for text in texts]


def check(article: Article, chunks: Sequence[Chunk], count: CountTokens, max_tokens: int) -> None:
    at = 0
    for chunk in chunks:
        text = article.text[chunk.start : chunk.end]
        assert chunk.article_id == article.id
        assert at <= chunk.start < chunk.end <= len(article.text), "in order, without overlap"
        assert not article.text[at : chunk.start].strip(), "only white space is left out"
        assert text == text.strip()
        at = chunk.end
    assert not article.text[at:].strip(), "the end is in the last chunk"
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    for text in embedding_texts(article, chunks, count):
        assert count([text])[0] + SPECIAL_TOKENS <= max_tokens


ARTICLES = st.builds(
    lambda title, text, day: Article.of(title=title, text=text, published=day),
    st.text(max_size=20) | st.just(LONGEST_TITLE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
    | st.text("ab é.!\n日。", max_size=600),
    st.none() | st.dates(min_value=date(1000, 1, 1)),
)


@given(ARTICLES, st.sampled_from([words, characters, letters]))
def test_chunks_cover_the_text_verbatim_and_fit_the_embedder(
    article: Article, count: CountTokens
) -> None:
    check(article, split_chunks(article, count, max_tokens=MAX_TOKENS), count, MAX_TOKENS)


@given(ARTICLES, st.integers(1, 40))
def test_chunks_keep_to_the_target(article: Article, target: int) -> None:
    chunks = split_chunks(article, words, max_tokens=MAX_TOKENS, target_tokens=target)
    texts = [article.text[chunk.start : chunk.end] for chunk in chunks]
    assert all(count <= target for count in words(texts))


def test_whole_sentences_are_packed_as_long_as_they_fit() -> None:
    text = "One two three. Four five. Six seven eight nine. Ten."
    article = Article.of(title="Numbers", text=text)
    chunks = split_chunks(article, words, max_tokens=MAX_TOKENS, target_tokens=5)
    assert [text[chunk.start : chunk.end] for chunk in chunks] == [
        "One two three. Four five.",
        "Six seven eight nine. Ten.",
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("word " * 5_000, words),
        ("x" * 5_000, characters),
        ("海" * 5_000, characters),
        ("渡し船は港に戻った。" * 300, characters),
        ("a " + "x" * 3_000 + " b", characters),
    ],
    ids=["one sentence", "no spaces", "no end", "japanese", "spaces at the ends"],
)
def test_what_has_no_sentence_that_fits_is_cut(text: str, count: CountTokens) -> None:
    article = Article.of(title="Long", text=text)
    chunks = split_chunks(article, count, max_tokens=MAX_TOKENS)
    check(article, chunks, count, MAX_TOKENS)
    budget = MAX_TOKENS - SPECIAL_TOKENS - 1
    assert len(chunks) <= 4 * count([text])[0] / budget, "pieces are halves, not crumbs"


def test_a_long_sentence_is_cut_between_words() -> None:
    article = Article.of(title="Long", text=" ".join(f"word{n}" for n in range(1_000)))
    cut = [
        article.text[chunk.start : chunk.end]
        for chunk in split_chunks(article, words, max_tokens=MAX_TOKENS)
    ]
    assert " ".join(cut) == article.text


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_text_has_no_chunks(text: str) -> None:
    article = Article.of(title="Nothing", text=text)
    assert split_chunks(article, words, max_tokens=MAX_TOKENS) == []
    assert embedding_texts(article, [], words) == []


def test_title_and_date_stand_in_front_of_what_is_embedded_only() -> None:
    article = Article.of(title="Bells ring", text="They rang.", published=date(2024, 3, 4))
    chunks = split_chunks(article, words, max_tokens=MAX_TOKENS)
    assert article.text[chunks[0].start : chunks[0].end] == "They rang."
    assert embedding_texts(article, chunks, words) == ["Bells ring (04 March 2024)\nThey rang."]


def test_a_title_without_end_leaves_room_for_the_text() -> None:
    article = Article.of(title=LONGEST_TITLE, text="They rang. " * 40)
    text = embedding_texts(article, split_chunks(article, words, max_tokens=96), words)[0]
    title, body = text.split("\n")
    assert LONGEST_TITLE.startswith(title)
    assert HEADER_TOKENS / 2 <= words([title])[0] <= HEADER_TOKENS
    assert words([body])[0] >= 28


def test_chunks_of_the_same_article_have_the_same_ids_every_time() -> None:
    article = Article.of(title="Bells", text="They rang. " * 100)
    assert split_chunks(article, words) == split_chunks(article, words)


def test_the_sample_archive_is_covered() -> None:
    articles = [item for item in read([SAMPLE]) if isinstance(item, Article)]
    assert len(articles) > 40
    for article in articles:
        check(article, split_chunks(article, words, max_tokens=128), words, 128)


@pytest.mark.slow
def test_the_chunks_of_the_sample_archive_fit_the_real_embedder() -> None:
    embedder = SentenceTransformerEmbedder.open(fetch("embedder"))
    count = embedder.count_tokens
    articles = [item for item in read([SAMPLE]) if isinstance(item, Article)]
    for text in (LONGEST_TITLE, "x" * 3_000, "海" * 3_000, "donaudampfschifffahrt" * 200):
        articles.append(Article.of(title=text, text=text))
    for article in articles:
        chunks = split_chunks(article, count, max_tokens=embedder.max_tokens)
        check(article, chunks, count, embedder.max_tokens)
