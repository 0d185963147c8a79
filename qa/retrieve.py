"""A question to hits: both searches, days and words in one score. It knows no language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from index.article import Article, Chunk
from index.chunk import split_chunks
from index.embed import Embedder
from index.filters import Filter
from index.protocol import Store
from index.times import Mention
from qa.answer import Copied, Hit
from qa.question import Question
from qa.rank import MONTH, WEIGHTS, Floats, Ints, burst, fused, in_asked, in_order, near, worded
from qa.wanted import Seen, Wanted, inverse_frequency, look_at, look_for

DEPTH = 100  # rows taken from each search
DEEPER = 4  # times as many where some are dropped after the search
READ = 48  # candidates whose words are looked at
ANOTHER_OF_ARTICLE = 0.3  # what a hit loses for each better one of its article
DAYS_SEARCHED = 7  # a window of more days is searched as its month


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Rows and what is known of them before a text is read; arrays are in the order of the rows."""

    rows: list[int]
    dense: dict[int, int]  # row to rank, from 1
    bm25: dict[int, int]
    cosines: Floats
    days: Ints


def retrieve(index: Store, question: Question, *, k: int) -> list[Hit]:
    """Give the k best chunks for a question, best first.

    With an as-of date later articles are left out, and if the caller gave it, those close to the
    date win. Of copies of one report the best stands for all.
    """
    index = index.view()  # rows mean something within one generation alone
    found = _search(index, question)
    if not found.rows or k < 1:
        return []
    searched = fused(
        _in_order_of(found.rows, found.dense), _in_order_of(found.rows, found.bm25), found.cosines
    )
    by_time = _time(question, found.days, index.article_numbers(found.rows), searched)
    order = np.argsort(-(searched + by_time), kind="stable")[: max(READ, k)].tolist()
    wanted = wanted_of(index, question.search)
    chunks = index.chunks([found.rows[n] for n in order])
    spoken = _spoken(index, question, chunks)
    titles: dict[str, Seen] = {}
    hits = []
    for place, (n, (chunk, article)) in enumerate(zip(order, chunks, strict=True)):
        row, time = found.rows[n], float(by_time[n]) + spoken.get(chunk.id, 0.0)
        words, matched = _words(wanted, chunk, article, titles) if place < READ else (0.0, ())
        score, cosine = float(searched[n]) + time + words, float(found.cosines[n])
        ranks = (found.dense.get(row), found.bm25.get(row))
        odds = float(np.exp(time))
        hits.append(Hit(chunk, article, score, 0, *ranks, cosine, time=odds, matched=matched))
    hits[:READ] = sorted(hits[:READ], key=lambda hit: -hit.score)
    apart = one_a_report(index, hits, k)
    times = index.mentions(list({hit.article.id for hit in apart}))
    return [
        replace(
            hit,
            rank=rank,
            copies=_copies(index, hit, question.as_of),
            times=_within(times.get(hit.article.id, ()), hit.chunk),
        )
        for rank, hit in enumerate(apart, start=1)
    ]


def wanted_of(index: Store, text: str) -> Wanted:
    """Say what a question looks for, its words weighed by how rare they are in the index."""
    chunks = index.manifest.chunks if index.manifest else 0
    return look_for(
        text, lambda stems: [inverse_frequency(n, chunks) for n in index.frequencies(stems)]
    )


def one_a_report(index: Store, hits: Sequence[Hit], k: int) -> list[Hit]:
    """Choose k hits in turn: none of a copy of an article that has one, and rather of others."""
    clusters = index.clusters(list(dict.fromkeys(hit.article.id for hit in hits)))
    standing: dict[str, str] = {}  # a cluster to the article that stands for it
    chosen: dict[str, int] = {}  # an article to the number of its hits
    left = list(enumerate(hits))
    apart: list[Hit] = []
    while left and len(apart) < k:
        at = min(
            range(len(left)),
            key=lambda n: (
                left[n][0] >= READ,  # their words were not looked at: they come last
                ANOTHER_OF_ARTICLE * chosen.get(left[n][1].article.id, 0) - left[n][1].score,
            ),
        )
        hit = left.pop(at)[1]
        cluster = clusters.get(hit.article.id, hit.article.id)
        if standing.setdefault(cluster, hit.article.id) == hit.article.id:
            chosen[hit.article.id] = chosen.get(hit.article.id, 0) + 1
            apart.append(replace(hit, cluster=cluster))
    return apart


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


def filter_of(question: Question) -> Filter:
    """The question's filter, closed at its as-of date."""
    only, as_of = question.only, question.as_of
    if as_of is None or (only.until is not None and only.until <= as_of):
        return only
    if only.mentioned:  # an article of the future may speak of the days: _search drops it
        return only
    unbounded = only.since is None and only.until is None
    return replace(only, until=as_of, undated=only.undated or unbounded)


def _search(index: Store, question: Question) -> _Candidates:
    only = filter_of(question)
    (vector,) = index.embedder.encode([question.search])
    depth = DEPTH
    if only.mentioned and question.as_of is not None:
        depth = DEPTH * DEEPER  # the days are spoken of later too, and those are dropped below
    nearest = index.search_vectors(vector, depth, only)
    worded = index.search_words(
        question.search, depth, only, question.phrases, _days_of(_asked(question))
    )
    dense, bm25 = _ranks(nearest), _ranks(worded)
    rows = list(bm25) if question.phrases else list(dict.fromkeys([*dense, *bm25]))
    days = index.days(rows)
    if question.as_of is not None:
        past = (days <= question.as_of.toordinal()).tolist()
        rows = [row for row, passes in zip(rows, past, strict=True) if passes]
        days = index.days(rows)
    cosines = index.vectors(rows).astype(np.float64) @ vector if rows else np.empty(0)
    return _Candidates(rows, dense, bm25, cosines, days)


def _time(question: Question, days: Ints, articles: Ints, searched: Floats) -> Floats:
    """What days add to the scores: those asked for, else the as-of date given, else the burst."""
    asked = _asked(question)
    if asked is not None:
        score = in_asked(days, *asked)
        as_of = question.as_of
        if as_of and question.given and asked[1] > as_of - timedelta(days=MONTH):
            score = np.maximum(score, near(days, as_of))  # it may have been written later
    elif question.as_of is not None and question.given and question.prefer is None:
        score = near(days, question.as_of)
    elif question.prefer is None:
        score = burst(days, articles, searched)
    else:
        score = np.zeros(len(days))
    if question.prefer is not None:
        score = score + in_order(days, searched + score, newest=question.prefer == "newest")
    return score


def _asked(question: Question) -> tuple[date, date] | None:
    """The days asked for, unless closeness to the as-of date says it better: "this week"."""
    if question.asked and question.given and question.as_of and question.asked[1] >= question.as_of:
        return None
    return question.asked


def _spoken(
    index: Store, question: Question, chunks: Sequence[tuple[Chunk, Article]]
) -> dict[str, float]:
    """What chunks gain that speak of the days asked for, by their ids."""
    asked = _asked(question)
    if asked is None:
        return {}
    first, last = asked
    times = index.mentions(list({article.id for _, article in chunks}))
    return {
        chunk.id: WEIGHTS.spoken
        for chunk, article in chunks
        if any(
            first <= time.last and time.first <= last
            for time in _within(times.get(article.id, ()), chunk)
        )
    }


def _words(
    wanted: Wanted, chunk: Chunk, article: Article, titles: dict[str, Seen]
) -> tuple[float, tuple[str, ...]]:
    """What the words of a chunk count, and which of the question's they are."""
    title = titles.get(article.id) or look_at(article.title, wanted)
    titles[article.id] = title
    text = look_at(article.text[chunk.start : chunk.end], wanted)
    matched = tuple(stem for stem in wanted.weights if stem in title.stems | text.stems)
    return worded(wanted, title, text, chunk.start), matched


def _days_of(asked: tuple[date, date] | None) -> list[str]:
    """The days asked for as words of the index: each day, or the month they lie in."""
    if asked is None or asked[0] == date.min or asked[1] == date.max:
        return []
    first, last = asked
    count = (last - first).days + 1
    if count <= DAYS_SEARCHED:
        return [(first + timedelta(days=n)).isoformat() for n in range(count)]
    same_month = (first.year, first.month) == (last.year, last.month)
    return [first.isoformat()[:7]] if same_month else []


def _within(times: Sequence[Mention], chunk: Chunk) -> tuple[Mention, ...]:
    return tuple(time for time in times if chunk.start <= time.start and time.end <= chunk.end)


def _copies(index: Store, hit: Hit, as_of: date | None) -> tuple[Copied, ...]:
    return tuple(
        Copied(copy.id, copy.title, copy.source)
        for copy in index.copies(hit.cluster)
        if copy.id != hit.article.id
        and (as_of is None or copy.published is None or copy.published <= as_of)
    )


def _ranks(found: Sequence[tuple[int, float]]) -> dict[int, int]:
    return {row: rank for rank, (row, _) in enumerate(found, start=1)}


def _in_order_of(rows: Sequence[int], ranks: Mapping[int, int]) -> Floats:
    return np.array([ranks.get(row, np.inf) for row in rows], dtype=np.float64)
