"""Where two sentences on one matter part: another number, day or name. Pure; no index, no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from qa.answer import Evidence
from qa.facts.days import Day, find_days
from qa.facts.names import Known, Name, find_names, untitled
from qa.facts.quantities import find_quantities
from qa.facts.quantity import Quantity, fits
from qa.text import STOP_WORDS, content_stems, words

APART = timedelta(days=7)  # between reports that differ: later ones know more
ALIKE = 0.5  # of the shorter sentence's words in the other: they tell of the same
NEAR = 5  # words on both sides of a value that tell what it is the value of
SHARED = 2  # of these that both values have
_UNCOUNTED = ("ordinal", "label", "code", "year")


@dataclass(frozen=True, slots=True)
class Difference:
    """What the two sentences say in the same place, each as it is written."""

    kind: Literal["number", "day", "name"]
    a: str
    b: str


def differ(
    a: Evidence, b: Evidence, all_a: Sequence[Evidence], all_b: Sequence[Evidence]
) -> Difference | None:
    """Give where two sentences differ, None: nowhere that is sure.

    A number or name that the other side has anywhere (`all_a`, `all_b`) is no difference, and of
    reports that are weeks apart the later one only knows more.
    """
    first, last = a.article.published, b.article.published
    if (first and last and abs(first - last) > APART) or not _alike(a.text, b.text):
        return None
    return _numbers(a, b, all_a, all_b) or _days(a.text, b.text) or _names(a, b, all_a, all_b)


def agree(a: str, b: str) -> bool:
    """Whether nothing that counts speaks against two sentences saying the same.

    Of their numbers one at least is in both, and so of their written days.
    """
    one, other = _counts(a), _counts(b)
    numbers = not one or not other or any(_says(x, y) for x in one for y in other)
    days_a, days_b = _written_days(a), _written_days(b)
    days = not days_a or not days_b or any(_same_day(x, y) for x in days_a for y in days_b)
    return numbers and days


def _numbers(
    a: Evidence, b: Evidence, all_a: Sequence[Evidence], all_b: Sequence[Evidence]
) -> Difference | None:
    known_a, known_b = ([q for e in side for q in _counts(e.text)] for side in (all_a, all_b))
    for one in _counts(a.text):
        if any(_says(one, other) for other in known_b):
            continue
        for other in _counts(b.text):
            if _is_of_same(one, other, a.text, b.text) and not any(
                _says(other, known) for known in known_a
            ):
                texts = a.text[one.start : one.end], b.text[other.start : other.end]
                return Difference("number", *texts)
    return None


def _counts(text: str) -> list[Quantity]:
    return [q for q in find_quantities(text) if q.unit not in _UNCOUNTED and not _in_day(text, q)]


def _in_day(text: str, quantity: Quantity) -> bool:
    return any(day.start <= quantity.start < day.end for day in find_days(text))


def _says(one: Quantity, other: Quantity) -> bool:
    return fits(one, other) or fits(other, one)


def _is_of_same(one: Quantity, other: Quantity, a: str, b: str) -> bool:
    """Whether two numbers count the same: the unit, the noun where there is one, the place."""
    if one.unit != other.unit or one.high != other.high:
        return False
    if not fits(replace(one, value=other.value), other):
        return False
    around_a, around_b = _around(a, one.start, one.end), _around(b, other.start, other.end)
    return len(around_a & around_b) >= SHARED


def _around(text: str, start: int, end: int) -> frozenset[str]:
    before = words(text[max(0, start - 200) : start])[-NEAR:]
    behind = words(text[end : end + 200])[:NEAR]
    return frozenset(content_stems(" ".join([*before, *behind])))


def _alike(a: str, b: str) -> bool:
    one, other = set(content_stems(a)), set(content_stems(b))
    return len(one & other) >= ALIKE * max(1, min(len(one), len(other)))


def _days(a: str, b: str) -> Difference | None:
    """One written day each, of which neither may be the other."""
    one, other = _written_days(a), _written_days(b)
    if len(one) != 1 or len(other) != 1 or _same_day(one[0], other[0]):
        return None
    around = _around(a, one[0].start, one[0].end), _around(b, other[0].start, other[0].end)
    if len(around[0] & around[1]) < SHARED:
        return None
    return Difference("day", a[one[0].start : one[0].end], b[other[0].start : other[0].end])


def _written_days(text: str) -> list[Day]:
    """Days of a month that are written out: "Thursday" is another day in another report."""
    return [day for day in find_days(text) if day.day is not None and day.month is not None]


def _same_day(one: Day, other: Day) -> bool:
    return one.is_told_by(other) or other.is_told_by(one)


def _names(
    a: Evidence, b: Evidence, all_a: Sequence[Evidence], all_b: Sequence[Evidence]
) -> Difference | None:
    """One name each that the other side does not know, in sentences that are alike else."""
    known_a, known_b = (Known([e.text for e in side]) for side in (all_a, all_b))
    one, other = _unknown(a.text, known_b), _unknown(b.text, known_a)
    if len(one) != 1 or len(other) != 1 or len(one[0].words) != len(other[0].words):
        return None
    left = [
        f"{item.text[: name.start]} {item.text[name.end :]}"
        for item, name in ((a, one[0]), (b, other[0]))
    ]
    around = [_around(item.text, n.start, n.end) for item, n in ((a, one[0]), (b, other[0]))]
    if not _alike(*left) or len(around[0] & around[1]) < SHARED:
        return None
    texts = a.text[one[0].start : one[0].end], b.text[other[0].start : other[0].end]
    return Difference("name", *texts)


def _unknown(text: str, known: Known) -> list[Name]:
    return [
        name
        for name in find_names(text)
        if not name.opens
        and untitled(name.words)
        and name.words[0] not in STOP_WORDS
        and not any(known.holds((word,)) for word in name.words)
    ]
