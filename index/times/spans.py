"""Calendar arithmetic: months, weeks, quarters and seasons as first and last day. Knows no text."""

from __future__ import annotations

from datetime import date, timedelta

Span = tuple[date, date]

DAY = timedelta(days=1)
MONTH = timedelta(days=31)
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # their first months


def month(year: int, number: int, count: int = 1) -> Span:
    """So many whole months from one on; a number beyond 12 or below 1 counts into other years."""
    months = year * 12 + number - 1
    return _first(months), _first(months + count) - DAY


def _first(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def year(number: int, count: int = 1) -> Span:
    """So many whole years from one on."""
    return month(number, 1, 12 * count)


def quarter(of: int, number: int) -> Span:
    """A quarter of the calendar year, 1 to 4."""
    return month(of, 3 * number - 2, 3)


def half(of: int, number: int) -> Span:
    """A half of the calendar year, 1 or 2."""
    return month(of, 6 * number - 5, 6)


def season(of: int, name: str) -> Span:
    """Three months; winter begins in the December of its year."""
    return month(of, SEASONS[name], 3)


def week(day: date, ahead: int = 0) -> Span:
    """Monday to Sunday of the week of a day, or so many weeks ahead of it."""
    monday = day + timedelta(days=7 * ahead - day.weekday())
    return monday, monday + 6 * DAY


def weekend(day: date, ahead: int = 0) -> Span:
    """Saturday and Sunday of the week of a day, or so many weeks ahead of it."""
    _, sunday = week(day, ahead)
    return sunday - DAY, sunday


def back(day: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months or years before; the 31st becomes the month's last."""
    if unit in ("day", "week"):
        return day - timedelta(days=count * (7 if unit == "week" else 1))
    first, last = month(day.year, day.month - count * (12 if unit == "year" else 1))
    return min(last, first + timedelta(days=day.day - 1))


def whole(day: date, unit: str) -> Span:
    """The day, week, month or year in which a day lies."""
    if unit == "week":
        return week(day)
    if unit == "month":
        return month(day.year, day.month)
    return year(day.year) if unit == "year" else (day, day)
