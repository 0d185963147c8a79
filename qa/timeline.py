"""A topic to its events, dated and cited, over many articles. No language model is asked.

Of each report on the topic the sentences that tell it best are taken word for word, dated by the
day they state or else the day they were published, and events that say the same are told once. It
knows the index, nothing of prompts and answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from index.article import Article
from index.errors import InputError
from index.filters import Filter
from index.protocol import Store
from index.sentences import split_sentences
from index.times import Mention, find_times
from qa.answer import Citation, Evidence
from qa.cite import to_citation
from qa.question import understand
from qa.text import content_stems

DEPTH = 200  # rows taken from each search
RANK_SMOOTHING = 10  # of the two searches' ranks, whose inverses are added
LIMIT = 20  # events told
PER_REPORT = 3  # events of one report, which may tell what came before

COVERAGE_NEEDED = 0.6  # of the topic's words in a title and passage that are on it
COSINE_NEEDED = 0.5  # or how close they must be, with at least one of the words
SENTENCE_COVERAGE = 0.5  # of the topic's words in a sentence that is told
LEAD = 3  # sentences of an article's beginning that are read too
TITLE_WEIGHT, LEAD_WEIGHT, STATED_WEIGHT, RANK_WEIGHT = 0.6, 0.4, 0.2, 0.5
WORDS_FEWEST, WORDS_MOST = 5, 70
LONGEST_EVENT = timedelta(days=30)  # "in May" dates an event, "in 2019" does not
SAME_SHARE = 0.6  # of the shorter one's words in the other: they say the same
REPORTED_WITHIN = timedelta(days=2)  # an event is reported so soon after its day

# "The first since the strike began in May" is not of May.
_BACKGROUND = re.compile(r"\b(?:since|before|until|than|compared)\b[^,;:]{0,80}$", re.I)

Basis = Literal["stated", "published"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, in the words of a report."""

    first: date
    last: date  # as `first`, unless more than a day was stated
    basis: Basis  # the day is stated in the sentence, or is the article's
    citation: Citation  # its quote tells the event
    also: tuple[Citation, ...] = ()  # other reports that say the same

    @property
    def text(self) -> str:
        """The event as the article tells it."""
        return " ".join(self.citation.quote.split())


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events of a topic, the earliest first. Citations are numbered through."""

    topic: str
    events: tuple[Event, ...] = ()
    reports: int = 0  # that were read, copies counted once
    undated: int = 0  # of them without any day, which are left out


@dataclass(frozen=True, slots=True)
class _Found:
    evidence: Evidence
    stems: frozenset[str]
    first: date
    last: date
    basis: Basis
    also: tuple[Evidence, ...] = ()


def timeline(
    index: Store,
    topic: str,
    since: date | None = None,
    until: date | None = None,
    *,
    limit: int = LIMIT,
) -> Timeline:
    """Give the events of a topic from `since` to `until`, both inclusive, at most `limit`.

    InputError if there is no topic, or the days are the wrong way round.
    """
    text = understand(topic).text
    if since and until and since > until:
        raise InputError(f"The timeline would end on {until}, before it begins on {since}.")
    wanted = set(content_stems(text))
    reports = _reports(index, text, wanted, Filter(since, until, mentioned=True))
    found: list[_Found] = []
    undated = 0
    for report in reports:
        told = list(_tell(report, wanted))
        undated += not told
        found += told
    within = [
        event
        for event in found
        if (since is None or event.last >= since) and (until is None or event.first <= until)
    ]
    best = _merge(sorted(within, key=lambda e: -e.evidence.score))[:limit]
    best.sort(key=lambda e: (e.first, e.last, -e.evidence.score))
    return Timeline(text, tuple(_numbered(best)), len(reports), undated)


@dataclass(frozen=True, slots=True)
class _Report:
    article: Article
    spans: tuple[tuple[int, int], ...]  # of the passages that were found
    score: float
    cluster: str


def _reports(index: Store, text: str, wanted: set[str], only: Filter) -> list[_Report]:
    """The reports on a topic, the best first; of copies the best."""
    vector = index.embedder.encode([text])[0]
    index = index.view()  # rows mean something within one generation alone
    cosines = dict(index.search_vectors(vector, DEPTH, only))
    words = [row for row, _ in index.search_words(text, DEPTH, only)]
    scores: dict[int, float] = {}
    for found in (list(cosines), words):
        for rank, row in enumerate(found, start=1):
            scores[row] = scores.get(row, 0.0) + 1.0 / (RANK_SMOOTHING + rank)
    rows = sorted(scores, key=lambda row: (-scores[row], row))
    by_article: dict[str, list[tuple[int, int]]] = {}
    first: dict[str, tuple[Article, float]] = {}
    for row, (chunk, article) in zip(rows, index.chunks(rows), strict=True):
        passage = f"{article.title} {article.text[chunk.start : chunk.end]}"
        if _is_on(wanted, passage, cosines.get(row)):
            by_article.setdefault(article.id, []).append((chunk.start, chunk.end))
            first.setdefault(article.id, (article, scores[row] / scores[rows[0]]))
    clusters = index.clusters(list(first))
    reports: dict[str, _Report] = {}
    for article_id, (article, score) in first.items():
        cluster = clusters.get(article_id, article_id)
        spans = tuple(by_article[article_id])
        reports.setdefault(cluster, _Report(article, spans, score, cluster))
    return list(reports.values())


def _is_on(wanted: set[str], passage: str, cosine: float | None) -> bool:
    share = len(wanted & set(content_stems(passage))) / len(wanted) if wanted else 0.0
    return share >= COVERAGE_NEEDED or (share > 0 and (cosine or 0.0) >= COSINE_NEEDED)


def _tell(report: _Report, wanted: set[str]) -> Iterator[_Found]:
    """The sentences that tell a report best, on different days, the best first."""
    text, published = report.article.text, report.article.published
    mentions = find_times(text, published)
    told: list[_Found] = []
    title = frozenset(content_stems(report.article.title))
    for evidence in sorted(_sentences(report, wanted, mentions), key=lambda e: -e.score):
        stems = frozenset(content_stems(evidence.text))
        further = bool(told)  # speaks for itself, the first one below its headline
        seen = stems if further else stems | title
        if len(wanted & seen) < SENTENCE_COVERAGE * len(wanted):
            continue
        dated = _date(evidence, mentions, published)
        if dated is None or (further and dated[2] == "published"):
            continue
        if all(dated[0] != other.first for other in told):
            told.append(_Found(evidence, stems, *dated))
            yield told[-1]
        if len(told) == PER_REPORT:
            return


def _sentences(
    report: _Report, wanted: set[str], mentions: Sequence[Mention]
) -> Iterator[Evidence]:
    article = report.article
    title = set(content_stems(article.title))
    for place, (start, end) in enumerate(split_sentences(article.text)):
        inside = any(a <= start and end <= b for a, b in report.spans)
        text = article.text[start:end]
        if not (inside or place < LEAD) or not WORDS_FEWEST <= len(text.split()) <= WORDS_MOST:
            continue
        stems = set(content_stems(text))
        score = RANK_WEIGHT * report.score + LEAD_WEIGHT / (1 + place)
        score += len(wanted & stems) / max(1, len(wanted))
        score += TITLE_WEIGHT * len(title & stems) / max(1, len(title))
        score += STATED_WEIGHT * any(start <= m.start < end for m in mentions)
        yield Evidence(article, start, end, score, report.cluster)


def _date(
    evidence: Evidence, mentions: Iterable[Mention], published: date | None
) -> tuple[date, date, Basis] | None:
    """The narrowest day stated in a sentence, else the article's."""
    inside = [m for m in mentions if evidence.start <= m.start and m.end <= evidence.end]
    narrow = [
        m
        for m in inside
        if m.last - m.first <= LONGEST_EVENT
        and not _BACKGROUND.search(evidence.article.text, evidence.start, m.start)
    ]
    if narrow:
        best = min(narrow, key=lambda m: m.last - m.first)  # of equals the first
        return best.first, best.last, "stated"
    return (published, published, "published") if published else None


def _merge(events: Iterable[_Found]) -> list[_Found]:
    """Tell once what several say of the same day; better ones come first."""
    merged: list[_Found] = []
    for event in events:
        for n, other in enumerate(merged):
            if not _is_same(event, other):
                continue
            if other.basis == "published" and event.basis == "stated":
                merged[n] = replace(event, also=(*other.also, other.evidence))
            else:
                merged[n] = replace(other, also=(*other.also, event.evidence))
            break
        else:
            merged.append(event)
    return merged


def _is_same(one: _Found, other: _Found) -> bool:
    """Whether two say the same of the same time; a report's day may be a day or two late."""
    slack = timedelta(0) if one.basis == other.basis == "stated" else REPORTED_WITHIN
    if one.first - other.last > slack or other.first - one.last > slack:
        return False
    fewer = min(len(one.stems), len(other.stems))
    return fewer > 0 and len(one.stems & other.stems) >= SAME_SHARE * fewer


def _numbered(events: Iterable[_Found]) -> Iterator[Event]:
    n = 0
    for event in events:
        cited = []
        reports = {event.evidence.article.id: event.evidence}
        for other in event.also:
            reports.setdefault(other.article.id, other)
        for evidence in reports.values():
            n += 1
            cited.append(to_citation(n, evidence))
        yield Event(event.first, event.last, event.basis, cited[0], tuple(cited[1:]))
