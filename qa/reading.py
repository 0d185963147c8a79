"""How a question was read, in words for the one who asked. Pure; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from index.filters import Filter
from qa.asked_time import AskedTime

NAMED = 3  # outlets, sections or phrases that are named, the others are counted

# Not from `calendar`, whose names change with the locale of the machine.
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def say_day(day: date) -> str:
    """A day as "3 May 2019"."""
    return f"{day.day} {say_month(day)}"


def say_month(day: date) -> str:
    """The month of a day as "May 2019"."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def say_days(first: date | None, last: date | None) -> str:
    """A window of days, both inclusive; None, `date.min` and `date.max` are open ends."""
    open_first, open_last = first in (None, date.min), last in (None, date.max)
    if open_first or first is None:
        return "any day" if open_last or last is None else f"until {say_day(last)}"
    if open_last or last is None:
        return f"since {say_day(first)}"
    return _between(first, last)


def _between(first: date, last: date) -> str:
    if first == last:
        return say_day(first)
    if first.day == 1 and (last + timedelta(days=1)).day == 1:  # whole months
        if (first.month, last.month) == (1, 12):
            return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
        if first.year != last.year:
            return f"{say_month(first)} – {say_month(last)}"
        return say_month(last) if first.month == last.month else f"{_cut(first)}–{say_month(last)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{say_day(last)}"
    start = say_day(first) if first.year != last.year else f"{first.day} {_cut(first)}"
    return f"{start} – {say_day(last)}"


def _cut(day: date) -> str:
    return _MONTHS[day.month - 1]


def say_reading(
    only: Filter,
    phrases: Sequence[str],
    time: AskedTime,
    as_of: date | None,
    notes: Sequence[str] = (),
) -> str:
    """One line: "searched 18–25 April 2019, only the Gazette, as of 3 May 2019"."""
    parts = []
    if only.since or only.until:
        parts.append(f"searched {say_days(only.since, only.until)}")
    elif time.days:
        days = say_days(*time.days)
        parts.append(f"favouring {'days ' if days[0] in 'su' else ''}{days}")
    if only.sources:
        parts.append(f"only {_any_of(only.sources)}")
    if only.sections:
        parts.append(f"only in {_any_of(only.sections)}")
    if phrases:
        parts.append("with " + _any_of([f"“{_short(phrase)}”" for phrase in phrases], "and"))
    if as_of:
        parts.append(f"as of {say_day(as_of)}")
    if time.prefer:
        parts.append(f"favouring the {'latest' if time.prefer == 'newest' else 'earliest'}")
    return "; ".join([", ".join(parts), *notes] if parts else notes)


def _any_of(names: Sequence[str], word: str = "or") -> str:
    shown = [_short(name) for name in names[:NAMED]]
    if len(names) > NAMED:
        shown.append(f"{len(names) - NAMED} more")
    return f" {word} ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"
