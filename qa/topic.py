"""A topic to the reports that speak of it. It knows the index; no model, and no way of telling.

How much of a topic a text holds is counted in shares of its words, weighed by how rare they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.article import Article
from index.filters import Filter
from index.protocol import Store
from index.sentences import split_sentences
from index.times import Mention, find_times
from qa.answer import Evidence
from qa.facts.words import DEMONYMS, SAME
from qa.question import Question
from qa.retrieve import wanted_of
from qa.text import content_stems, stem, words

DEPTH = 200  # rows taken from each search
RANK_SMOOTHING = 10  # of the two searches' ranks, whose inverses are added
SHARE_NEEDED = 0.6  # of the topic in a title and passage that are on it
LEAD = 3  # sentences of an article's beginning that are read too
TITLE_WEIGHT, LEAD_WEIGHT, STATED_WEIGHT, RANK_WEIGHT = 0.6, 0.4, 0.2, 0.5
WORDS_FEWEST, WORDS_MOST = 5, 70
COSINE_NEEDED, SHARE_BESIDE = 0.5, 0.2  # or how close they must be, with some of it


_NUMBERS = frozenset("zero one two three four five six seven eight nine ten eleven twelve".split())


@dataclass(frozen=True, slots=True)
class Topic:
    """What is looked for: its text, the weights of its stems (they add up to 1), its vector."""

    text: str
    weights: Mapping[str, float]
    kin: Mapping[str, str]  # "british" stands for "uk"
    beginnings: frozenset[str]  # two letters each, of the stems and their kin
    vector: NDArray[np.float32]

    def seen(self, text: str) -> frozenset[str]:
        """The stems of the topic that stand in a text, in whatever form."""
        found = {stem(word) for word in words(text) if self._may_be(word.lower())}
        return frozenset(self.kin.get(word, word) for word in found) & self.weights.keys()

    def _may_be(self, word: str) -> bool:
        """Whether a word may be one of the topic: most words need no stemming."""
        return word[:2] in self.beginnings or word in _NUMBERS

    def share(self, stems: Iterable[str]) -> float:
        """How much of the topic some of its stems make up, 0 to 1."""
        return sum(self.weights[word] for word in stems)


@dataclass(frozen=True, slots=True)
class Report:
    """An article on a topic and the passages of it that were found."""

    article: Article
    spans: tuple[tuple[int, int], ...]
    score: float  # of its best passage, 1 for the best report
    cluster: str  # of copies
    place: int = 0  # of that passage among all that were looked at
    mentions: tuple[Mention, ...] = ()  # of days in its text


def topic_of(index: Store, asked: Question) -> Topic:
    """Weigh the words of a topic; the times in it are conditions, unless there is nothing else."""
    text = _timeless(asked.search, asked.as_of) if asked.asked else asked.search
    weights = wanted_of(index, text).weights
    kin = {
        stem(other): stem(word)
        for word in text.lower().split()
        for other in (*DEMONYMS.get(word, ()), *SAME.get(word, ()))
        if " " not in other and stem(word) in weights and stem(other) not in weights
    }
    (vector,) = index.embedder.encode([text])
    beginnings = frozenset(word[:2] for word in (*weights, *kin))
    return Topic(text, weights, kin, beginnings, vector)


def _timeless(text: str, as_of: date | None) -> str:
    left = text
    for mention in reversed(find_times(text, as_of)):
        left = f"{left[: mention.start]} {left[mention.end :]}"
    return " ".join(left.split()) if content_stems(left) else text


def window_of(asked: Question) -> tuple[date | None, date | None]:
    """The days that are asked for, as filters or in words; None is an open end."""
    since, until = asked.only.since, asked.only.until
    if since is None and until is None and asked.asked:
        first, last = asked.asked
        since = None if first == date.min else first
        until = None if last == date.max else last
    return since, until


def find_reports(
    index: Store,
    asked: Question,
    topic: Topic,
    *,
    sources: Sequence[str] = (),
    copies: bool = False,
    mentioned: bool = True,
    depth: int = DEPTH,
) -> list[Report]:
    """The reports on a topic, the best first; of copies the best, or with `copies` all of them.

    With `mentioned` an article of another day that speaks of the days asked for counts too; none
    is later than the as-of date. `sources` are the outlets instead of those asked for.
    """
    index = index.view()  # rows mean something within one generation alone
    only = _filter(asked, sources, mentioned)
    cosines = dict(index.search_vectors(topic.vector, depth, only))
    worded = [row for row, _ in index.search_words(topic.text, depth, only, asked.phrases)]
    scores: dict[int, float] = {}
    for found in (list(cosines) if not asked.phrases else [], worded):
        for rank, row in enumerate(found, start=1):
            scores[row] = scores.get(row, 0.0) + 1.0 / (RANK_SMOOTHING + rank)
    rows = sorted(scores, key=lambda row: (-scores[row], row))
    spans: dict[str, list[tuple[int, int]]] = {}
    best: dict[str, tuple[Article, int]] = {}
    for place, (chunk, article) in enumerate(index.chunks(rows)):
        if asked.as_of and article.published and article.published > asked.as_of:
            continue
        passage = f"{article.title} {article.text[chunk.start : chunk.end]}"
        if _is_on(topic, passage, cosines.get(rows[place], 0.0)):
            spans.setdefault(article.id, []).append((chunk.start, chunk.end))
            best.setdefault(article.id, (article, place))
    clusters = index.clusters(list(best))
    times = index.mentions(list(best))
    reports: dict[str, Report] = {}
    for article_id, (article, place) in best.items():
        cluster = clusters.get(article_id, article_id)
        score = scores[rows[place]] / scores[rows[0]]
        found_days = tuple(times.get(article_id, ()))
        report = Report(article, tuple(spans[article_id]), score, cluster, place, found_days)
        reports.setdefault(article_id if copies else cluster, report)
    return list(reports.values())


def _is_on(topic: Topic, passage: str, cosine: float) -> bool:
    share = topic.share(topic.seen(passage))
    return share >= SHARE_NEEDED or (share >= SHARE_BESIDE and cosine >= COSINE_NEEDED)


def _filter(asked: Question, sources: Sequence[str], mentioned: bool) -> Filter:
    since, until = window_of(asked)
    only = replace(asked.only, since=since, until=until, mentioned=False, undated=False)
    if sources:
        only = replace(only, sources=tuple(sources))
    if since is None and until is None:
        return replace(only, until=asked.as_of, undated=asked.as_of is not None)
    return replace(only, mentioned=mentioned)


def sentences_of(report: Report, topic: Topic) -> Iterator[Evidence]:
    """The sentences of a report's beginning and of the passages found, in order.

    The score is higher the more of the topic and of the headline a sentence says, and where it
    states a day.
    """
    article = report.article
    title = set(content_stems(article.title))
    for place, (start, end) in enumerate(split_sentences(article.text)):
        inside = any(a <= start and end <= b for a, b in report.spans)
        text = article.text[start:end]
        if not (inside or place < LEAD) or not WORDS_FEWEST <= len(text.split()) <= WORDS_MOST:
            continue
        stems = set(content_stems(text))
        score = RANK_WEIGHT * report.score + LEAD_WEIGHT / (1 + place)
        score += topic.share(topic.seen(text))
        score += TITLE_WEIGHT * len(title & stems) / max(1, len(title))
        score += STATED_WEIGHT * any(start <= m.start < end for m in report.mentions)
        yield Evidence(article, start, end, score, report.cluster)
