"""Shapes that count from the day of writing: weekdays, "yesterday", "last week", "two days ago".

All are read against an anchor and mean nothing without one.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from index.times import spans
from index.times.spans import DAY, Span
from index.times.tense import Tense

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY: Final = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_NUMBER: Final = rf"(?P<number>\d{{1,3}}|(?i:{'|'.join(_NUMBERS)}))"
_UNIT: Final = r"(?P<unit>day|week|month|year)s?\b"
_WHICH: Final = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}
_CAST: Final = r"(?P<which>[Ll]ast|[Tt]his(?:\scoming|\spast)?|[Nn]ext)"
# Days that are names: of feasts, sales, newspapers, programmes and teams.
_NAMED: Final = "".join(
    rf"(?<!\b{name}\s)"
    for name in (
        *("Black", "Good", "Ash", "Bloody", "Super", "Palm", "Easter", "Cyber", "Giving", "Fat"),
        *("Shrove", "Holy", "Maundy", "Sheffield", "Freaky", "Whit", "Green", "Bowl", "Mad"),
        *("every", "Every", "each", "any", "on a", "first", "second", "third", "fourth"),
    )
)
_NOT_NAME: Final = (
    r"(?!\w|\s(?:Times|Mail|Mirror|Express|Telegraph|Post|Sport|World|Night|School|People|Herald"
    r"|Independent|Star|Sun|Ticket|Roast|Club|Service|Business|Tribune|Review|Magazine|Morning)\b)"
)


def _today(parts: re.Match[str], anchor: date | None, _tense: Tense) -> Span | None:
    if anchor is None:
        return None
    word = parts[0].lower()
    ahead = -1 if "yesterday" in word or "last" in word else 1 if "tomorrow" in word else 0
    if parts["beyond"]:
        ahead *= 2
    day = anchor + timedelta(days=ahead)
    return day, day


def _every_week(_parts: re.Match[str], _anchor: date | None, _tense: Tense) -> Span | None:
    return None  # "open Monday to Friday"


def _weekday(parts: re.Match[str], anchor: date | None, tense: Tense) -> Span | None:
    """The latest such day up to the anchor, which counts; one to come where the wording says so."""
    if anchor is None:
        return None
    number = _DAYS.index(parts["weekday"].lower())
    if parts["week"]:
        day = spans.week(anchor, _WHICH[parts["week"].lower()])[0] + number * DAY
        return day, day
    since = (anchor.weekday() - number) % 7  # days since the last such day, 0 on the day itself
    which = (parts["which"] or "").lower().split()
    if not which:
        future = tense() == "future"
        day = anchor + timedelta(days=(-since) % 7 if future else -since)
    elif which[-1] in ("last", "past", "previous"):
        day = anchor - timedelta(days=since or 7)
    elif which[-1] in ("next", "coming", "upcoming", "following"):
        day = anchor + timedelta(days=7 - since)
    else:
        day = spans.week(anchor)[0] + number * DAY
    return day, day


def _cast(parts: re.Match[str], anchor: date | None, _tense: Tense) -> Span | None:
    """The week, weekend, month or year before, around or after the anchor."""
    if anchor is None:
        return None
    ahead, unit = _WHICH[parts["which"].lower().split()[-1]], parts["unit"]
    if unit == "week":
        return spans.week(anchor, ahead)
    if unit == "weekend":
        return spans.weekend(anchor, ahead)
    if unit == "month":
        return spans.month(anchor.year, anchor.month + ahead)
    return spans.year(anchor.year + ahead)


def _over_weekend(_parts: re.Match[str], anchor: date | None, tense: Tense) -> Span | None:
    if anchor is None:
        return None
    begun = anchor.weekday() >= 5
    return spans.weekend(anchor, 0 if begun or tense() == "future" else -1)


def _earlier(parts: re.Match[str], anchor: date | None, _tense: Tense) -> Span | None:
    if anchor is None:
        return None
    first, last = spans.whole(anchor, parts["unit"])
    return (first, anchor) if parts["when"].lower() != "later" else (anchor, last)


def _ago(parts: re.Match[str], anchor: date | None, _tense: Tense) -> Span | None:
    """So many days ago is that day, so many weeks ago the week in which that day lies."""
    if anchor is None:
        return None
    unit = parts["unit"]
    return spans.whole(spans.back(anchor, _count(parts["number"]), unit), unit)


def _past(parts: re.Match[str], anchor: date | None, _tense: Tense) -> Span | None:
    if anchor is None:
        return None
    return spans.back(anchor, _count(parts["number"] or "one"), parts["unit"]), anchor


def _count(number: str) -> int:
    return int(number) if number.isdigit() else _NUMBERS[number.lower()]


def _last_season(parts: re.Match[str], anchor: date | None, _tense: Tense) -> Span | None:
    if anchor is None:
        return None
    name, which = parts["season"], parts["which"].lower().split()[-1]
    years = [spans.season(anchor.year + more, name) for more in (-2, -1, 0, 1)]
    if which in ("last", "past"):
        return [span for span in years if span[1] < anchor][-1]
    if which == "this":
        return min(years, key=lambda span: _gap(span, anchor))
    return next(span for span in years if span[0] > anchor)


def _gap(span: Span, day: date) -> timedelta:
    return max(span[0] - day, day - span[1], timedelta())


SHAPES: Final = (
    (
        r"(?P<beyond>(?:[Tt]he\s)?[Dd]ay\s(?:before|after)\s)?"
        r"(?:yesterday|tomorrow|tonight|today(?!['’]s\s(?:world|society|age|standards|terms|money))"
        r"|(?<!\w\s)(?:Yesterday|Tomorrow|Today|Tonight)|[Ll]ast\snight|[Tt]his\s(?:morning|afternoon|evening))\b",
        _today,
    ),
    (
        rf"{WEEKDAY}(?:\sto\s|\sthrough\s|[-–]){WEEKDAY.replace('weekday', 'last')}",
        _every_week,
    ),
    (
        rf"{_NAMED}(?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his(?:\spast|\scoming)?|coming|upcoming"
        rf"|previous|following)\s)?{WEEKDAY}{_NOT_NAME}"
        r"(?:\s(?:of\s)?(?P<week>last|this|next)\sweek\b)?",
        _weekday,
    ),
    (rf"(?<!\b[Tt]he\s){_CAST}\s(?P<unit>week|weekend|month|year)\b(?!\sof\b|[-–]\w)", _cast),
    (
        r"(?:[Oo]ver|[Aa]t|[Dd]uring|[Oo]n)\s(?P<span>the\sweekend)\b(?!\s(?:of|before|after)\b)",
        _over_weekend,
    ),
    (r"(?:[Ss]o\sfar\s)(?P<when>)(?P<span>this\s(?P<unit>week|month|year))\b", _earlier),
    (
        r"(?P<when>[Ee]arlier|[Ll]ater)\sthis\s(?P<unit>week|month|year)\b",
        _earlier,
    ),
    (rf"{_NUMBER}\s{_UNIT}\sago\b", _ago),
    (
        r"(?:[Ii]n|[Oo]ver|[Dd]uring|[Ff]or|[Ww]ithin)\s(?P<span>the\s(?:past|last)\s"
        rf"(?:{_NUMBER}\s)?{_UNIT})(?!\sof\b)",
        _past,
    ),
    (
        rf"{_CAST}\s(?P<season>spring|summer|autumn|fall|winter)\b(?!\s(?:in|of|from|through|to)\b)",
        _last_season,
    ),
)  # fmt: skip
