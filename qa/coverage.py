"""How many articles speak of a topic, over time. No language model is asked, no article is read.

Counted are articles of which a passage is on the topic, copies too, by their day of publication.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from index.protocol import Store
from qa.nothing import why_nothing
from qa.question import Question
from qa.topic import Report, find_reports, topic_of, window_of

Unit = Literal["day", "week", "month", "year"]

DEPTH = 1_000  # rows taken from each search
LATE = 10  # one of so many may be found late
DAYS_BY_DAY, DAYS_BY_WEEK, DAYS_BY_MONTH = 45, 400, 3_700  # the longest spans shown in a unit
MOST = 1_000  # bins; beyond, the unit grows
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bin:
    """The days from first to last, both inclusive, and how many articles they have."""

    first: date
    last: date
    articles: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Bins that adjoin, the earliest first; none where no dated article is on the topic."""

    topic: str
    unit: Unit = "day"
    bins: tuple[Bin, ...] = ()
    articles: int = 0  # in all, the undated too
    undated: int = 0
    whole: bool = True  # False where there may be more articles than were looked at
    reading: str = ""
    note: str = ""  # why there are none


def coverage(index: Store, asked: Question, *, by: Unit | None = None) -> Coverage:
    """Count the articles on a topic in units of `by`, else in units that fit their span."""
    topic = topic_of(index, asked)
    reports = find_reports(index, asked, topic, copies=True, mentioned=False, depth=DEPTH)
    days = [report.article.published for report in reports]
    dated = [day for day in days if day is not None]
    note = "" if reports else why_nothing(index, asked)
    known = (len(days), len(days) - len(dated), _is_whole(reports), asked.reading, note)
    if not dated:
        return Coverage(topic.text, by or "day", (), *known)
    since, until = window_of(asked)
    first, last = since or min(dated), until or max(dated)
    if asked.as_of:
        last = max(min(last, asked.as_of), max(dated))
    first = min(first, *dated)
    unit = _fitting(by or _unit((last - first).days), first, last)
    return Coverage(topic.text, unit, tuple(_bins(dated, unit, first, last)), *known)


def _is_whole(reports: Sequence[Report]) -> bool:
    """Whether the search ran dry: hardly any are found in the later half of what it looked at."""
    late = sum(report.place >= DEPTH for report in reports)
    return late * LATE <= len(reports)


def _unit(days: int) -> Unit:
    if days <= DAYS_BY_DAY:
        return "day"
    if days <= DAYS_BY_WEEK:
        return "week"
    return "month" if days <= DAYS_BY_MONTH else "year"


def _fitting(unit: Unit, first: date, last: date) -> Unit:
    """The unit, or the next that gives no more than MOST bins."""
    lengths: dict[Unit, int] = {"day": 1, "week": 7, "month": 28, "year": 365}
    wide: list[Unit] = [other for other in lengths if lengths[other] >= lengths[unit]]
    return next((other for other in wide if (last - first).days < MOST * lengths[other]), "year")


def _bins(days: Sequence[date], unit: Unit, first: date, last: date) -> Iterator[Bin]:
    counts = Counter(_start(day, unit) for day in days)
    start = _start(first, unit)
    while start <= last:
        following = _next(start, unit)
        yield Bin(start, following - DAY if following else date.max, counts[start])
        if following is None:
            return
        start = following


def _start(day: date, unit: Unit) -> date:
    """The first day of the unit that a day is in; weeks begin on Monday."""
    if unit == "week":
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _next(start: date, unit: Unit) -> date | None:
    """The first day of the next unit; None at the end of the calendar."""
    try:
        if unit == "month":
            return (start + timedelta(days=31)).replace(day=1)
        if unit == "year":
            return start.replace(year=start.year + 1)
        return start + (DAY if unit == "day" else timedelta(days=7))
    except (OverflowError, ValueError):
        return None
