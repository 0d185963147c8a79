"""Spans of days as terms of the word index, so that any window finds what overlaps it. Pure.

A span is cut into whole years, months and days, as few as will do. A text that speaks of a part
holds `^` with the part and all it lies in; `=` with a part says that all of it was meant. So a
window overlaps what holds `^` with one of the window's parts, or `=` with what that lies in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta


def terms_within(spans: Iterable[tuple[date, date]]) -> list[str]:
    """Give the terms of a text that speaks of these spans, each once."""
    terms: dict[str, None] = {}
    for first, last in spans:
        for part in _parts(first, last):
            if len(part) < len("2019-04-25"):
                terms["=" + part] = None
            terms.update(dict.fromkeys("^" + whole for whole in (part, *_around(part))))
    return list(terms)


def terms_of_window(first: date, last: date) -> list[str]:
    """Give the terms of which one is in every text that speaks of a day from first to last."""
    terms: dict[str, None] = {}
    for part in _parts(first, last):
        terms["^" + part] = None
        terms.update(dict.fromkeys("=" + whole for whole in _around(part)))
    return list(terms)


def _parts(first: date, last: date) -> Iterator[str]:
    """The years, months and days of a span, as "2019", "2019-04" and "2019-04-25"."""
    day = first
    while day <= last:
        year_ends = date(day.year, 12, 31)
        month_ends = _end_of_month(day)
        if day == date(day.year, 1, 1) and year_ends <= last:
            end, size = year_ends, 4
        elif day.day == 1 and month_ends <= last:
            end, size = month_ends, 7
        else:
            end, size = day, 10
        yield day.isoformat()[:size]
        if end == date.max:
            return
        day = end + timedelta(days=1)


def _around(part: str) -> list[str]:
    """What a part lies in: of a day its month and its year."""
    return [part[:size] for size in (7, 4) if size < len(part)]


def _end_of_month(day: date) -> date:
    if day.month == 12:
        return date(day.year, 12, 31)
    return date(day.year, day.month + 1, 1) - timedelta(days=1)
