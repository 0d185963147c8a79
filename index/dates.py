"""Publication dates as English-language news writes them, read from a field or from a line.

Only a complete date counts: year, month and day all stated, nothing filled in from today or from
a file's age. The time of day and its zone are skipped, the day stays as written. This module does
not know dates inside sentences, relative dates ("yesterday") or other languages.

An all-number date with the year last is read month first, as in the United States, unless that is
impossible (13/04/2024); with dots it is read day first (26.04.2019), where dots are the custom.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal

FIRST_YEAR: Final = 1600  # the first newspapers
LAST_YEAR: Final = 2100
LONGEST: Final = 120  # characters; a longer text is no date field

Kind = Literal["published", "updated"]

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)})\b\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>\d{4})(?!\d)"
_WEEKDAY: Final = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s*)"
_ZONE: Final = r"(?:\s*(?:z\b|[+-]\d\d:?\d\d\b|\(?[a-z]{2,5}\)?(?=$|[\s,;|])))?"
_TIME: Final = (
    r"(?:\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?|\d{6}(?=z|\b)|\d{1,2}(?=\s*[ap]\.?m))"
    rf"(?:\s*[ap]\.?m\b\.?)?{_ZONE}"
)
_BEFORE: Final = rf"\s*(?:{_TIME}\s*(?:,|on\b|-|–|—|\|)?\s*)?{_WEEKDAY}?(?:the\s+)?"
_AFTER: Final = rf"(?P<time>(?:\s*[,;|T@·•–—-]\s*|\s+)(?:at\s+)?{_TIME})?"

_SHAPES: Final = tuple(
    re.compile(f"{_BEFORE}{shape}{_AFTER}", re.IGNORECASE)
    for shape in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        rf"{_DAY}(?:\s+of)?[\s-]*{_MONTH},?[\s-]*{_YEAR}",
        rf"{_MONTH}\s*{_DAY},?\s+{_YEAR}",
        rf"(?P<year>\d{{4}})[\s-]+{_MONTH}[\s-]+{_DAY}(?!\d)",
        rf"{_MONTH}\s+{_DAY}\s+{_TIME}\s+(?:[+-]\d{{4}}\s+)?{_YEAR}",  # as ctime prints it
        rf"(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second>\d{{1,2}})(?P=mark){_YEAR}",
    )
)
_NOTHING: Final = re.compile(r"[\s.,;:|)\]·•–—-]*")
# A field may go on ("26-FEB-1987 15:01:01.79 # by hand"), but not with a second date.
_REMARK: Final = re.compile(r"(?!.*\d{4})(?:\W.*)?", re.DOTALL)
_REMARK_BEHIND_TIME: Final = re.compile(r"(?!.*\d{4}).*", re.DOTALL)
_POSTED: Final = re.compile(
    r"\s*(?:(?P<updated>(?:(?:last|latest)\s+)?(?:updated?|modified|revised|edited))"
    r"|(?:(?:first|originally)\s+)?(?:posted|published|publication date|date published"
    r"|date posted))\s*(?:date\s*)?(?:on\b|at\b|:|-|–|—)?\s*:?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)


def parse_date(text: str) -> date | None:
    """The day a date field states, or None when it is no complete, possible date."""
    return _parse(text, remark=True)


def date_line(line: str) -> date | None:
    """The day of a line that is a date and nothing else, or None."""
    return _parse(line, remark=False)


def posted_line(line: str) -> tuple[Kind, date] | None:
    """What a line like "Posted April. 26, 2019 07:55," states, if it says nothing else."""
    if len(line) > LONGEST or not (match := _POSTED.fullmatch(line)):
        return None
    day = date_line(match["rest"])
    return ("updated" if match["updated"] else "published", day) if day else None


def _parse(text: str, *, remark: bool) -> date | None:
    if len(text) > LONGEST or not any(character.isdigit() for character in text):
        return None
    for shape in _SHAPES:
        if match := shape.match(text):
            more = _REMARK_BEHIND_TIME if match["time"] else _REMARK
            if (more if remark else _NOTHING).fullmatch(text, match.end()):
                return _day(match.groupdict())
    return None


def _day(parts: dict[str, str]) -> date | None:
    year = int(parts["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if "first" not in parts:
        month = parts["month"].lower()
        return _possible(year, _MONTHS.get(month) or int(month), int(parts["day"]))
    first, second = int(parts["first"]), int(parts["second"])
    if parts["mark"] == ".":
        first, second = second, first
    return _possible(year, first, second) or _possible(year, second, first)


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
