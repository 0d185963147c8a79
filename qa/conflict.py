"""What other reports say in the place of an answer: another number, name or day. No model is asked.

A value is another answer when its sentence matches the question as well as that of the answer
does, stands in another report, lacks the answer, and no report sets both values side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.answer import Evidence
from qa.facts.days import find_days
from qa.facts.names import Known, find_names
from qa.facts.quantities import find_quantities
from qa.facts.quantity import fits
from qa.text import STOP_WORDS, content_stems, stem, words

MATCHED = 0.5  # of the question's words that the other sentence must hold
NEAR = 6  # words on both sides of a value that tell what it is the value of
COPIED = 3  # of these that both values share: the one stands in the place of the other
SHARED = 2  # of these that stand in the question, where two reports have the value

_COUNT = re.compile(
    r"\bhow (?:many|much|old|long|far|high|tall|large|big)\b|\bpercent|\bnumber\b", re.I
)
_DAY = re.compile(r"\bwhen\b|\b(?:what|which|release|premiere) (?:day|date|year|month)\b", re.I)


@dataclass(frozen=True, slots=True)
class Value:
    """What is told in answer to a question, and the evidence that says so."""

    text: str  # as it is written there
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


def find_conflict(
    question: str, sentence: str, cited: Sequence[Evidence], evidence: Sequence[Evidence]
) -> list[Value]:
    """Give the answer's value and those of other reports, oldest report first; [] where none is.

    `sentence` is a supported sentence of the answer and `cited` what it cites.
    """
    find = _finder(question, sentence)
    spans = _new(find(sentence), sentence, question)
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        told = sentence[span.start : span.end]
        holding = [item for item in evidence if _says(find, told, item.text)]
        own = next((item for item in cited if item in holding), None)
        if own is None:
            continue
        others = _others(find, question, told, holding, evidence)
        values = [Value(_as_written(find, told, own.text), own), *others] if others else []
        return sorted(values, key=lambda value: _posted(value.evidence))
    return []


def tell(values: Sequence[Value]) -> str:
    """Say in one sentence that reports differ; the newest is named so where days are known."""
    days = [value.evidence.article.published for value in values]
    latest = max((day for day in days if day), default=None)
    dated = all(days) and days.count(latest) == 1
    parts = []
    for value, day in zip(values, days, strict=True):
        known = [value.evidence.article.source or value.evidence.article.title]
        known += [f"{day.day} {day:%B %Y}"] if day else []
        known += ["the latest"] if dated and day == latest else []
        about = ", ".join(part for part in known if part)
        parts.append(f'"{value.text}" ({about})' if about else f'"{value.text}"')
    return f"Reports differ: {', '.join(parts[:-1])} and {parts[-1]}."


def _others(
    find: _Find, question: str, told: str, holding: Sequence[Evidence], evidence: Sequence[Evidence]
) -> list[Value]:
    """The values that other reports have in the place of the one told, each once."""
    asked = frozenset(content_stems(question))
    places = [
        _around(item.text, span)
        for item in holding
        for span in find(item.text)
        if _says(find, told, item.text[span.start : span.end])
    ]
    beside = "\n".join(item.text for item in holding)
    known = _stems(holding)
    reports = {item.report for item in holding}
    needed = min(MATCHED * len(asked), len(asked & known))
    ranked: list[_Candidate] = []
    for report in dict.fromkeys(item.report for item in evidence if item.report not in reports):
        items = [item for item in evidence if item.report == report]
        stems = _stems(items)
        figures = {word for word in asked & known if word[0].isdigit()}
        shared = len(asked & stems)
        if not asked or not figures <= stems or shared < needed:
            continue
        candidates = [
            _Candidate(
                Value(text, item),
                max((len(a & before) + len(b & behind) for a, b in places), default=0),
                len((before | behind) & asked),
            )
            for item in items
            for span in _new(find(item.text), item.text, question)
            for text in [item.text[span.start : span.end]]
            if _alike(find, told, text)
            and not _says(find, text, beside)
            and (find is not _counts or _count_alike(holding, told, item.text, span))
            for before, behind in [_around(item.text, span)]
        ]
        ranked += sorted(candidates, key=lambda c: -(c.slot + c.asked))[:1]
    return _distinct(find, ranked)


def _distinct(find: _Find, ranked: Sequence[_Candidate]) -> list[Value]:
    found: list[Value] = []
    for one in sorted(ranked, key=lambda c: -(c.slot + c.asked)):
        text = one.value.text
        witnesses = sum(_says(find, text, other.value.text) for other in ranked)
        if any(_says(find, text, other.text) for other in found):
            continue
        if one.slot >= COPIED or (witnesses > 1 and one.asked >= SHARED):
            found.append(one.value)
    return found


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A value of another report, and how its place is like the answer's and the question."""

    value: Value
    slot: int
    asked: int


def _stems(items: Sequence[Evidence]) -> set[str]:
    return {
        word
        for item in items
        for text in (item.text, item.article.title or "")
        for word in content_stems(text)
    }


_Find = Callable[[str], Sequence[_Span]]


def _finder(question: str, sentence: str) -> _Find:
    """What finds values of the kind that is asked for, or that is told."""
    if _COUNT.search(question):
        return _counts
    if _DAY.search(question):
        return _days
    told = _counts(sentence) and not _new(_names(sentence), sentence, question)
    return _counts if told else _names


def _counts(text: str) -> list[_Span]:
    days = find_days(text)
    return [
        _Span(q.start, q.end)
        for q in find_quantities(text)
        if not any(day.start <= q.start < day.end for day in days)
        and q.unit not in ("ordinal", "label", "code")
    ]


def _days(text: str) -> list[_Span]:
    return [_Span(day.start, day.end) for day in find_days(text) if day.weekday is None]


def _names(text: str) -> list[_Span]:
    """Names, and those that a comma joins: "Averil, Orrane"."""
    found: list[_Span] = []
    for name in find_names(text):
        if name.opens and name.words[0] in STOP_WORDS:
            continue
        if found and text[found[-1].end : name.start] == ", ":
            found.append(_Span(found[-1].start, name.end))
        found.append(_Span(name.start, name.end))
    return found


def _new(spans: Sequence[_Span], text: str, question: str) -> list[_Span]:
    """Those that say something beyond the question."""
    asked = {stem(word) for word in words(question)}
    return [
        span
        for span in spans
        if not {stem(word) for word in words(text[span.start : span.end])} <= asked
    ]


def _says(find: _Find, value: str, text: str) -> bool:
    if not value:
        return True
    if find is _counts:
        wanted = find_quantities(value)
        return any(fits(w, q) for w in wanted for q in find_quantities(text))
    if find is _days:
        return any(w.is_told_by(day) for w in find_days(value) for day in find_days(text))
    known = Known([text])
    return any(known.holds(name.words) for name in find_names(value))


def _as_written(find: _Find, value: str, text: str) -> str:
    """The first of the values in a text that says as much."""
    found = (text[span.start : span.end] for span in find(text))
    return next((other for other in found if _says(find, value, other)), value)


def _alike(find: _Find, told: str, other: str) -> bool:
    """Whether two values are of one kind: the same unit, days as exact, names of like length."""
    if find is _counts:
        mine, theirs = find_quantities(told)[:1], find_quantities(other)[:1]
        return bool(mine and theirs) and mine[0].unit == theirs[0].unit
    if find is _days:
        first, second = find_days(told)[0], find_days(other)[0]
        return (first.day is None, first.year is None) == (second.day is None, second.year is None)
    apart = not {*map(stem, words(told))} & {*map(stem, words(other))}  # "Liu Yifei", "Yifei Liu"
    return apart and ("," in told) == ("," in other)


def _count_alike(holding: Sequence[Evidence], told: str, text: str, span: _Span) -> bool:
    """Whether a number counts the same things as one of the answer's, as far as they are named."""
    mine = [q for item in holding for q in find_quantities(item.text)]
    values = find_quantities(told)
    others = [q for q in find_quantities(text) if q.start == span.start]
    return any(
        fits(replace(one, value=other.value), other)
        for one in mine
        for other in others
        if any(fits(value, one) for value in values)
    )


def _around(text: str, span: _Span) -> tuple[frozenset[str], frozenset[str]]:
    """The stems before and behind a value in a text."""
    before = words(text[max(0, span.start - 200) : span.start])[-NEAR:]
    behind = words(text[span.end : span.end + 200])[:NEAR]
    return frozenset(content_stems(" ".join(before))), frozenset(content_stems(" ".join(behind)))


def _posted(item: Evidence) -> date:
    return item.article.published or date.min
