"""Publication dates as English-language news writes them, read from a field or from a line.

Only a complete date counts: year, month and day all stated, nothing filled in from today or from
a file's age. The time of day and its zone are kept as written and never converted. This module
does not know dates inside sentences, relative dates ("yesterday") or other languages.

An all-number date with the year last is read month first, as in the United States, unless that is
impossible (13/04/2024); with dots it is read day first (26.04.2019), where dots are the custom.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

FIRST_YEAR: Final = 1600  # the first newspapers
LAST_YEAR: Final = 2100
LONGEST: Final = 120  # characters; a longer text is no date field

Kind = Literal["published", "updated"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and with the time of day ISO 8601 where one is stated: "2024-05-04T07:55+01:00"."""

    day: date
    stamp: str | None = None


MONTHS: Final = {
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
_MONTH: Final = rf"(?P<month>{'|'.join(MONTHS)})\b\.?"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>\d{4})(?!\d)"
_WEEKDAY: Final = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s*)"
_ZONE: Final = r"(?:\s*(?:z\b|[+-]\d\d:?\d\d\b|\(?[a-z]{2,5}\)?(?=$|[\s,;|])))?"
_TIME: Final = (
    r"(?:\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?|\d{6}(?=z|\b)|\d{1,2}(?=\s*[ap]\.?m))"
    rf"(?:\s*[ap]\.?m\b\.?)?{_ZONE}"
)
_BEFORE: Final = rf"\s*(?:(?P<early>{_TIME})\s*(?:,|on\b|-|–|—|\|)?\s*)?{_WEEKDAY}?(?:the\s+)?"
_AFTER: Final = rf"(?P<time>(?:\s*[,;|/T@·•–—-]\s*|\s+)(?:at\s+)?(?P<late>{_TIME}))?"

_SHAPES: Final = tuple(
    re.compile(f"{_BEFORE}{shape}{_AFTER}", re.IGNORECASE)
    for shape in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?!\d)",
        rf"{_DAY}(?:\s+of)?[\s-]*{_MONTH},?[\s-]*{_YEAR}",
        rf"{_MONTH}\s*{_DAY},?\s+{_YEAR}",
        rf"(?P<year>\d{{4}})[\s-]+{_MONTH}[\s-]+{_DAY}(?!\d)",
        rf"{_MONTH}\s+{_DAY}\s+(?P<amid>{_TIME})\s+{_YEAR}",  # as ctime prints it
        rf"(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second>\d{{1,2}})(?P=mark){_YEAR}",
    )
)
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2}?)(?:[:.]?(?P<minute>\d\d))?(?:[:.]?(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?:(?P<half>[ap])\.?m\b\.?)?\s*\(?(?P<zone>z|[+-]\d\d:?\d\d|[a-z]{2,5})?\)?",
    re.IGNORECASE,
)
# Only names that mean one offset in English-language news; ET, IST and others mean several.
_ZONES: Final = {
    **dict.fromkeys(("z", "gmt", "utc", "ut", "wet"), "+00:00"),
    **dict.fromkeys(("bst", "cet", "west"), "+01:00"),
    **dict.fromkeys(("cest", "eet", "sast"), "+02:00"),
    **{"eest": "+03:00", "msk": "+03:00", "hkt": "+08:00", "sgt": "+08:00", "jst": "+09:00"},
    **{"kst": "+09:00", "aest": "+10:00", "aedt": "+11:00", "nzst": "+12:00", "nzdt": "+13:00"},
    **{"edt": "-04:00", "est": "-05:00", "cdt": "-05:00", "cst": "-06:00", "mdt": "-06:00"},
    **{"mst": "-07:00", "pdt": "-07:00", "pst": "-08:00"},
}
_DATELINE_REACH: Final = 140  # characters in which a dateline ends
_DASH: Final = re.compile(r"\s*(?:--|–|—)\s*|\s+-\s+")
_AGENCY: Final = re.compile(r"\s*(?:\([^()]{1,60}\)|/[^/]{1,60}/)\s*$")
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
    moment = parse_moment(text)
    return moment.day if moment else None


def parse_moment(text: str) -> Moment | None:
    """The day a date field states with its time, or None when it is no complete date."""
    return _parse(text, remark=True)


def date_line(line: str) -> date | None:
    """The day of a line that is a date and nothing else, or None."""
    moment = moment_line(line)
    return moment.day if moment else None


def moment_line(line: str) -> Moment | None:
    """The day and time of a line that holds nothing else, or None."""
    return _parse(line, remark=False)


def posted_line(line: str) -> tuple[Kind, Moment] | None:
    """What a line like "Posted April. 26, 2019 07:55," states, if it says nothing else."""
    if len(line) > LONGEST or not (match := _POSTED.fullmatch(line)):
        return None
    moment = moment_line(match["rest"])
    return ("updated" if match["updated"] else "published", moment) if moment else None


def dateline(paragraph: str) -> date | None:
    """The day of a dateline, "PORT AVERIL, May 4, 2024 (OPS) - ...", where it has its year."""
    reach = paragraph[:_DATELINE_REACH]
    if not reach[:1].isupper() or not (dash := _DASH.search(reach)):
        return None
    behind = _DASH.split(reach, maxsplit=2)
    for head in (behind[0], f"{behind[0]}, {behind[1]}"):  # the dash may stand before the date
        pieces = _AGENCY.sub("", head).split(", ")
        if any(word[:1].islower() for word in pieces[0].split()):
            continue  # the beginning of a sentence and no place
        for at in range(1, len(pieces)):
            if day := date_line(", ".join(pieces[at:])):
                return day
        if len(reach) <= dash.end():
            break
    return None


def _parse(text: str, *, remark: bool) -> Moment | None:
    if len(text) > LONGEST or not any(character.isdigit() for character in text):
        return None
    for shape in _SHAPES:
        if match := shape.match(text):
            more = _REMARK_BEHIND_TIME if match["time"] else _REMARK
            if (more if remark else _NOTHING).fullmatch(text, match.end()):
                parts = match.groupdict()
                day = _day(parts)
                clock = parts["late"] or parts["early"] or parts.get("amid")
                return Moment(day, _stamp(day, clock)) if day else None
    return None


def _stamp(day: date, clock: str | None) -> str | None:
    """The time in ISO 8601 as it was stated; an offset only where the zone means one."""
    match = _CLOCK.fullmatch(clock.strip()) if clock else None
    if not match:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    if hour > 23 or minute > 59 or int(match["second"] or 0) > 59:
        return None
    seconds = f":{match['second']}" if match["second"] else ""
    zone = (match["zone"] or "").lower()
    offset = f"{zone[:3]}:{zone[-2:]}" if zone[:1] in "+-" and zone else _ZONES.get(zone, "")
    return f"{day.isoformat()}T{hour:02}:{minute:02}{seconds}{offset}"


def _day(parts: dict[str, str]) -> date | None:
    year = int(parts["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if "first" not in parts:
        month = parts["month"].lower()
        return _possible(year, MONTHS.get(month) or int(month), int(parts["day"]))
    first, second = int(parts["first"]), int(parts["second"])
    if parts["mark"] == ".":
        first, second = second, first
    return _possible(year, first, second) or _possible(year, second, first)


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
