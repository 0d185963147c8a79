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

from index.errors import InputError
from index.protocol import Store
from index.sentences import split_sentences
from index.times import Mention
from qa.answer import Citation, Evidence
from qa.cite import to_citation
from qa.nothing import why_nothing
from qa.question import Question
from qa.reading import say_days
from qa.text import content_stems
from qa.topic import LEAD, Report, Topic, find_reports, sentences_of, topic_of, window_of

LIMIT = 20  # events told
PER_REPORT = 3  # events of one report, which may tell what came before

SENTENCE_SHARE = 0.4  # of the topic in a sentence that is told, with its headline
SURE_SHARE = 0.5  # of it that needs no closeness beside it
CONTEXT_SHARE = 0.75  # of it in the sentence and what it stands in
COSINE_NEEDED, CONTEXT_BESIDE = 0.5, 0.4  # or how close the sentence must be, with some of it
COSINE_IN_PASSING = 0.6  # of a sentence in a report that is about something else
TITLE_SHARE = 0.3  # of the topic in the headline of a report that is about it
RECURS = 3  # sentences on the topic that make a report be about it
MOST_COMPARED = 48  # sentences whose closeness is computed, the best ones
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
    reading: str = ""  # how the topic was read, in words; empty where as it stands
    note: str = ""  # why there are no events


@dataclass(frozen=True, slots=True)
class _Found:
    evidence: Evidence
    stems: frozenset[str]
    first: date
    last: date
    basis: Basis
    doubt: float = 0.0  # the cosine that the sentence must have with the topic; 0 is none
    also: tuple[Evidence, ...] = ()


def timeline(index: Store, asked: Question, *, limit: int = LIMIT) -> Timeline:
    """Give the events of a topic within the days asked for, at most `limit`.

    InputError if the days are the wrong way round.
    """
    since, until = window_of(asked)
    if since and until and since > until:
        raise InputError(f"The timeline would end on {until}, before it begins on {since}.")
    topic = topic_of(index, asked)
    reports = find_reports(index, asked, topic)
    found: list[_Found] = []
    undated = 0
    for report in reports:
        told = list(_tell(report, topic))
        undated += not told and report.article.published is None
        found += told
    within = [
        event
        for event in found
        if (since is None or event.last >= since) and (until is None or event.first <= until)
    ]
    sure = _without_doubtful(index, topic, sorted(within, key=lambda e: -e.evidence.score))
    best = _merge(sure)[:limit]
    best.sort(key=lambda e: (e.first, e.last, -e.evidence.score))
    note = "" if best else _why_none(index, asked, topic, len(reports))
    counts = len(reports), undated
    return Timeline(topic.text, tuple(_numbered(best)), *counts, asked.reading, note)


def _why_none(index: Store, asked: Question, topic: Topic, reports: int) -> str:
    if not reports:
        nothing = why_nothing(index, asked)
        fits = "Nothing that was searched fits"
        return f"No article speaks of “{topic.text}”." if nothing.startswith(fits) else nothing
    since, until = window_of(asked)
    days = f" ({say_days(since, until)})" if since or until else ""
    speak = "1 report speaks" if reports == 1 else f"{reports} reports speak"
    return f"{speak} of “{topic.text}”, but none tells a dated event of it{days}."


def _tell(report: Report, topic: Topic) -> Iterator[_Found]:
    """The sentences that tell a report best, on different days, the best first."""
    text, published = report.article.text, report.article.published
    told: list[_Found] = []
    title = frozenset(content_stems(report.article.title))
    in_title = topic.seen(report.article.title)
    of_topic = topic.share(in_title) >= TITLE_SHARE
    around = in_title
    if of_topic:  # what stands around a sentence is of the topic too
        around |= frozenset().union(*(topic.seen(text[a:b]) for a, b in report.spans))
    sentences = list(sentences_of(report, topic))
    recurs = sum(topic.share(topic.seen(e.text)) >= SENTENCE_SHARE for e in sentences) >= RECURS
    lead = [span[0] for span in split_sentences(text)[:LEAD]]
    for evidence in sorted(sentences, key=lambda e: -e.score):
        further = bool(told)  # speaks for itself, the first one below its headline
        own = topic.seen(evidence.text)
        said = topic.share(own if further else own | in_title)
        if said < SENTENCE_SHARE:
            continue
        dated = _date(evidence, report.mentions, published)
        if dated is None or (further and dated[2] == "published"):
            continue
        at_home = of_topic or recurs or evidence.start in lead
        doubt = _doubt(said, topic.share(own | around), at_home)
        stems = frozenset(content_stems(evidence.text))
        if doubt is not None and all(dated[0] != other.first for other in told):
            compared = stems if further else stems | title
            told.append(_Found(evidence, compared, *dated, doubt=doubt))
            yield told[-1]
        if len(told) == PER_REPORT:
            return


def _doubt(said: float, context: float, at_home: bool) -> float | None:
    """How close to the topic a sentence must be; None where it is not told at all."""
    if context < CONTEXT_BESIDE:
        return None
    if not at_home:
        return COSINE_IN_PASSING
    return 0.0 if said >= SURE_SHARE and context >= CONTEXT_SHARE else COSINE_NEEDED


def _without_doubtful(index: Store, topic: Topic, found: Sequence[_Found]) -> list[_Found]:
    """Leave out what is not close enough to the topic, the best of the doubtful compared."""
    doubtful = [event for event in found if event.doubt][:MOST_COMPARED]
    if not doubtful:
        return [event for event in found if not event.doubt]
    vectors = index.embedder.encode([event.evidence.text for event in doubtful])
    close = {
        id(event)
        for event, cosine in zip(doubtful, vectors @ topic.vector, strict=True)
        if cosine >= event.doubt
    }
    return [event for event in found if not event.doubt or id(event) in close]


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
