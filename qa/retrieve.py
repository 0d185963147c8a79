"""A question to hits: dense and BM25 ranks fused by reciprocal rank. It knows no language model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.article import Article
from index.chunk import split_chunks
from index.embed import Embedder
from index.index import Index
from qa.answer import Copied, Hit
from qa.question import Question

DEPTH = 100  # rows taken from each retriever
RRF_K = 10  # see docs/decisions.md
NEWS_HALF_LIFE = 14  # days in which closeness to the as-of date loses half its weight
NEWS_WEIGHT = 4.0


def retrieve(index: Index, question: Question, *, k: int) -> list[Hit]:
    """Give the k best chunks for a question, best first.

    With an as-of date later articles are left out, and those close to the date win. Of copies of
    one report the best stands for all.
    """
    vector = index.embedder.encode([question.text])[0]
    index = index.view()  # rows mean something within one generation alone
    cosines = dict(index.search_vectors(vector, DEPTH))
    bm25 = index.search_words(question.text, DEPTH)
    dense_ranks = _ranks(list(cosines))
    bm25_ranks = _ranks([row for row, _ in bm25])
    scores = fuse([dense_ranks, bm25_ranks])
    hits = []
    for row, (chunk, article) in zip(scores, index.chunks(list(scores)), strict=True):
        score = scores[row] * time_factor(article.published, question.as_of)
        if score > 0:
            ranks = (dense_ranks.get(row), bm25_ranks.get(row))
            hits.append((row, Hit(chunk, article, score, 0, *ranks, cosines.get(row))))
    hits.sort(key=lambda pair: (-pair[1].score, pair[0]))
    apart = one_a_report(index, [hit for _, hit in hits], k)
    return [
        replace(hit, rank=rank, copies=_copies(index, hit, question.as_of))
        for rank, hit in enumerate(apart, start=1)
    ]


def one_a_report(index: Index, hits: Sequence[Hit], k: int) -> list[Hit]:
    """Give the first k hits without those in copies of an article that comes before."""
    clusters = index.clusters(list(dict.fromkeys(hit.article.id for hit in hits)))
    standing: dict[str, str] = {}  # a cluster to the article that stands for it
    apart: list[Hit] = []
    for hit in hits:
        if len(apart) == k:
            break
        cluster = clusters.get(hit.article.id, hit.article.id)
        if standing.setdefault(cluster, hit.article.id) == hit.article.id:
            apart.append(replace(hit, cluster=cluster))
    return apart


def _copies(index: Index, hit: Hit, as_of: date | None) -> tuple[Copied, ...]:
    return tuple(
        Copied(copy.id, copy.title, copy.source)
        for copy in index.copies(hit.cluster)
        if copy.id != hit.article.id and time_factor(copy.published, as_of) > 0
    )


def rank_articles(embedder: Embedder, question: Question, articles: Sequence[Article]) -> list[Hit]:
    """Rank the chunks of some articles by cosine alone, best first."""
    pairs = [
        (chunk, article)
        for article in articles
        for chunk in split_chunks(article, embedder.count_tokens, max_tokens=embedder.max_tokens)
    ]
    texts = [article.text[chunk.start : chunk.end] for chunk, article in pairs]
    vectors = embedder.encode([question.text, *texts])
    cosines = vectors[1:] @ vectors[0]
    order = sorted(range(len(pairs)), key=lambda n: -cosines[n])
    return [
        Hit(*pairs[n], float(cosines[n]), rank, rank, None, float(cosines[n]))
        for rank, n in enumerate(order, start=1)
    ]


def fuse(rankings: Sequence[dict[int, int]]) -> dict[int, float]:
    """Fuse rankings (row to rank, from 1) by reciprocal rank: row to score."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for row, rank in ranking.items():
            scores[row] = scores.get(row, 0.0) + 1.0 / (RRF_K + rank)
    return scores


def time_factor(published: date | None, as_of: date | None) -> float:
    """How much a publication date counts as of a day: 1 without dates, 0 for the day's future."""
    if as_of is None or published is None:
        return 1.0
    days = (as_of - published).days
    return 0.0 if days < 0 else 1.0 + NEWS_WEIGHT * 0.5 ** (days / NEWS_HALF_LIFE)


def _ranks(rows: Sequence[int]) -> dict[int, int]:
    return {row: rank for rank, row in enumerate(rows, start=1)}
