"""Days and spans of them in the language of the interface: the one place that knows its months.

English is qa's own way of saying days, any other language is Babel's; neither goes by the locale of
the machine.
"""

from __future__ import annotations

from datetime import date, timedelta

from qa.reading import say_day, say_days, say_month
from ui.words import say, spoken


def day(value: date) -> str:
    """A date as people write it: 26 April 2019."""
    if (locale := spoken().locale) is None:
        return say_day(value)
    from babel.dates import format_date

    return format_date(value, "long", locale)


def month(value: date) -> str:
    """A month as people write it: April 2019."""
    return say_month(value) if spoken().locale is None else _skeleton("yMMMM", value, value)


def span(first: date, last: date) -> str:
    """From one date to another, saying the year once: 3 January – 9 May 2024."""
    if first == last:
        return day(first)
    if spoken().locale is not None:
        return _skeleton("yMMMd", first, last)
    head = say_day(first)
    if first.year == last.year:
        head = head.removesuffix(f" {first.year}")
    return f"{head} – {say_day(last)}"


def days(first: date | None, last: date | None) -> str:
    """A window of days as short as it can be said, both inclusive; None is an open end."""
    if spoken().locale is None:
        return say_days(first, last)
    if first is None or first == date.min:
        if last is None or last == date.max:
            return say("any day")
        return say("until %(day)s", day=day(last))
    if last is None or last == date.max:
        return say("since %(day)s", day=day(first))
    if first.day != 1 or (last + timedelta(days=1)).day != 1:
        return span(first, last)
    whole_years = (first.month, last.month) == (1, 12)
    return _skeleton("y" if whole_years else "yMMMM", first, last)


def _skeleton(parts: str, first: date, last: date) -> str:
    from babel.dates import format_interval

    return format_interval(first, last, parts, locale=spoken().locale)
