"""Shapes that name a date, a month, a year or a part of one, and how each is read.

A shape is a pattern, case-sensitive, that begins where a word begins; its group "span", where it
has one, is what is kept. Only what is beyond doubt counts: a bare number is no year.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from index.dates import MONTHS, parse_date
from index.times import spans
from index.times.spans import Span
from index.times.tense import Tense

MONTH_NAMES: Final = [case for name in MONTHS for case in (name.title(), name.upper())]
MONTH: Final = rf"(?P<month>{'|'.join(MONTH_NAMES)})\b\.?"
YEAR: Final = r"(?P<year>(?:1[6-9]|20)\d\d)"
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAY: Final = (
    r"(?:(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat"
    r"|Sun)\b\.?,?\s(?:the\s)?)?"
)
_NTH: Final = r"(?:st|nd|rd|th)?"
_DAY: Final = rf"(?P<day>\d{{1,2}}){_NTH}"
_TO: Final = rf"(?:(?:\s?[-–]\s?|\s(?:and|to|or|through)\s)(?P<day>\d{{1,2}}){_NTH})?".replace(
    "<day>", "<last>"
)
_LAST_MONTH: Final = (
    MONTH.replace("<month>", "<last>") + rf"(?!\w|\s\d\d?\b)(?:,?\s(?:of\s)?{YEAR}(?!\w))?"
)
_ENDS: Final = r"(?![\w-]|[.,:/]\d|\s?%)"  # behind a year
_UNITS: Final = (
    r"(?:people|persons?|men|women|tonnes?|tons?|miles|k[mg]s?|met(?:re|er)s|feet|ft|hours|hrs"
    r"|acres|homes|houses|cases|deaths|votes|jobs|troops|workers|employees|members|barrels|bpd"
    r"|shares|units|dlrs|dollars|pounds|euros|yen|marks|francs|cts|cents|mln|bln|million|billion"
    r"|trillion|thousand|hundred|p[ce]t|per\s?cent|GMT|[EPCM][SD]?T|BST|UTC|local|points?|ounces"
    r"|calories|megawatts|square|times|more|other|or\smore)\b"
)
# The number before is a year by itself: no amount, and no quarter follows that says it better.
_NO_COUNT: Final = (
    rf"(?!\s{_UNITS}|-?\w|[.,:/]\d|\s?%|\s(?:[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)"
    r"[\s-](?:quarter|half))"
)
# "May" and "March" are verbs, "April", "June" and "August" are names: these need a clearer lead.
_DOUBTFUL: Final = r"(?P<month>March|April|May|June|August|Mar\.|Apr\.|Aug\.)"
_SURE: Final = (
    r"(?P<month>January|February|July|September|October|November|December"
    r"|Jan\.|Feb\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
# Behind a month that stands alone there is no day and no year; a shape adds more and closes it.
_ALONE: Final = r"(?!\w|,?\s(?:of\s)?(?:the\s)?\d|\s(?:of\s)?(?:last|this|next)\syear\b"
_LEAD: Final = (
    r"(?:[Ii]n|[Ss]ince|[Uu]ntil|till|[Dd]uring|[Tt]hrough|[Ee]nd\sof|[Ss]tart\sof"
    r"|[Bb]eginning\sof|[Mm]iddle\sof|[Mm]onth\sof)\s(?:[Ee]arly[\s-]|[Ll]ate[\s-]|[Mm]id-?\s?)?"
    r"|[Ee]arly\s|[Ll]ate\s|[Mm]id-?\s?"
)
_WHICH: Final = {"last": -1, "this": 0, "next": 1}
_PARTS: Final = {
    **{"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4},
    **{"1": 1, "2": 2, "3": 3, "4": 4},
}
_PART: Final = r"(?P<part>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|1st|2nd|3rd|4th)[\s-]"
_LENGTH: Final = r"(?P<length>quarter|half)"
_SEASON: Final = r"(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)"


def _written(parts: re.Match[str], _anchor: date | None, _tense: Tense) -> Span | None:
    day = parse_date(parts[0])
    return (day, day) if day else None


def _day(parts: re.Match[str], anchor: date | None, tense: Tense) -> Span | None:
    number, first = MONTHS[parts["month"].lower()], int(parts["day"])
    last = int(parts["last"] or first)
    if parts["year"]:
        of = int(parts["year"])
    elif anchor:
        of = _year_of(number, first, parts["weekday"], anchor, tense)
    else:
        return None
    return date(of, number, first), date(of, number, last)


def _year_of(number: int, day: int, weekday: str | None, anchor: date, tense: Tense) -> int:
    """The year of a day without one: nearest to the anchor, on its weekday if that is said.

    Where the nearest is more than three months away, the verb decides between past and future;
    where there is none, the past is likelier than what is four months to come.
    """
    days = [_leap(year, number, day) for year in range(anchor.year - 3, anchor.year + 4)]
    if weekday:
        days = [one for one in days if one.weekday() == _WEEKDAYS.index(weekday[:3])] or days
    near = min(days, key=lambda one: abs(one - anchor))
    if weekday or abs(near - anchor) <= 3 * spans.MONTH:
        return near.year
    said = tense()
    if said == "past" or (said is None and near - anchor > 4 * spans.MONTH):
        return max(one for one in days if one <= anchor).year
    return min(one for one in days if one >= anchor).year if said == "future" else near.year


def _leap(year: int, number: int, day: int) -> date:
    return date(year, number, 28 if (number, day) == (2, 29) else day)


def _month(parts: re.Match[str], anchor: date | None, _tense: Tense) -> Span | None:
    number = MONTHS[parts["month"].lower()]
    if parts["year"]:
        return spans.month(int(parts["year"]), number)
    return spans.month(anchor.year + _WHICH[parts["which"]], number) if anchor else None


def _bare_month(parts: re.Match[str], anchor: date | None, tense: Tense) -> Span | None:
    """A month without a year: the latest one, this month too, or the next where that is meant."""
    if anchor is None:
        return None
    number = MONTHS[parts["month"].lower().rstrip(".")]
    which = (parts["which"] or "").lower()
    passed = (anchor.month - number) % 12  # months since the latest one
    if which == "next":
        passed -= 12
    elif which == "last":
        passed = passed or 12
    elif which.startswith("this"):
        return spans.month(anchor.year, number)
    elif passed:
        near = passed > 8  # within three months to come, where no verb says which
        passed -= 12 * {"future": True, "past": False, None: near}[tense()]
    return spans.month(anchor.year, anchor.month - passed)


def _months(parts: re.Match[str], anchor: date | None, tense: Tense) -> Span | None:
    """A range of months; without a year the latest that has begun, or the next one."""
    number, last = (MONTHS[parts[name].lower().rstrip(".")] for name in ("month", "last"))
    if parts["year"]:
        of = int(parts["year"]) - (number > last)
    elif span := _bare_month(parts, anchor, tense):
        of = span[0].year
    else:
        return None
    return spans.month(of, number, (last - number) % 12 + 1)


def _part(parts: re.Match[str], anchor: date | None, _tense: Tense) -> Span | None:
    """A quarter or a half of a year that is stated or counted from the anchor."""
    words = parts.groupdict()
    if words.get("which"):
        if anchor is None:
            return None
        of = anchor.year + _WHICH[words["which"]]
    else:
        of = int(words["year"])
    number = _PARTS[words["part"].lower()]
    if words.get("length") != "half":
        return spans.quarter(of, number)
    return spans.half(of, number) if number <= 2 else None


def _season(parts: re.Match[str], _anchor: date | None, _tense: Tense) -> Span:
    of, name = int(parts["year"]), parts["season"].lower()
    if name == "winter" and not parts["next"]:
        return spans.month(of, 1, 12)  # the winter of 2019 may be the one before or after it
    return spans.season(of, name)


def _decade(parts: re.Match[str], _anchor: date | None, _tense: Tense) -> Span:
    return spans.year(int(parts["year"]), 10)


def _year(parts: re.Match[str], _anchor: date | None, _tense: Tense) -> Span:
    return spans.year(int(parts["year"]))


def _years(parts: re.Match[str], _anchor: date | None, _tense: Tense) -> Span | None:
    of, last = int(parts["year"]), int(parts["last"])
    if len(parts["last"]) == 2:
        last += of - of % 100 if last > of % 100 else of - of % 100 + 100
        if last != of + 1:
            return None  # "1987-95" is a score as often as it is years
    return (date(of, 1, 1), date(last, 12, 31)) if last > of else None


_FREE: Final = r"(?<![$£€#.,/:+-])"  # before a number
SHAPES: Final = (
    (_FREE + r"(?:1[6-9]|20)\d\d-\d\d-\d\d(?=T\d|(?![\w-]))", _written),
    (_FREE + rf"\d{{1,2}}-(?:{'|'.join(MONTH_NAMES)})-(?:1[6-9]|20)\d\d(?![\w-])", _written),
    (_FREE + r"(?:\d{1,2}/\d{1,2}/|\d{1,2}\.\d{1,2}\.)(?:1[6-9]|20)\d\d(?![\w/-]|\.\d)", _written),
    (
        rf"{_WEEKDAY}{_FREE}{_DAY}{_TO}(?:\s?-?of)?[\s-]{MONTH}(?:,?\s{YEAR}{_ENDS})?(?!\w)",
        _day,
    ),
    (
        rf"{_WEEKDAY}{MONTH}\s(?:the\s)?{_DAY}(?![\w$£€]|[.,:/]\d|\s?%|\s(?:pct|percent|mln|bln))"
        rf"{_TO}(?:,?\s{YEAR}{_ENDS})?(?!\w)",
        _day,
    ),
    (rf"{MONTH},?\s(?:of\s)?(?:{YEAR}{_NO_COUNT}|(?P<which>last|this|next)\syear\b)", _month),
    (rf"(?P<which>){MONTH}[-–]{_LAST_MONTH}", _months),
    (
        rf"(?:[Ff]rom|[Bb]etween)\s(?P<which>)(?P<span>{MONTH}\s(?:and|to|until|through)\s"
        rf"{_LAST_MONTH})",
        _months,
    ),
    (rf"(?P<which>[Ll]ast|[Nn]ext|[Tt]his(?:\spast|\scoming)?)\s{MONTH}{_ALONE})", _bare_month),
    (rf"(?:{_LEAD}|[Bb]y\s)(?P<which>)(?P<span>{_SURE}){_ALONE})", _bare_month),
    (rf"(?:{_LEAD})(?P<which>)(?P<span>{_DOUBTFUL}){_ALONE}|['’]s|\s[A-Z])", _bare_month),
    (rf"(?P<which>)(?P<span>{_SURE}){_ALONE}|\s[A-Z])", _bare_month),
    (rf"{_PART}{_LENGTH}(?:\sof)?(?:\scalendar)?\s{YEAR}{_NO_COUNT}", _part),
    (rf"{_PART}{_LENGTH}\s(?:of\s)?(?P<which>last|this|next)\syear\b", _part),
    (rf"{YEAR}(?:['’]s)?\s{_PART}{_LENGTH}\b", _part),
    (rf"Q(?P<part>[1-4])(?:\sof)?,?\s{YEAR}{_ENDS}", _part),
    (rf"{YEAR}\sQ(?P<part>[1-4])(?!\w)", _part),
    (rf"{_SEASON}(?:\sof)?\s{YEAR}(?P<next>[-–/]\d\d(?:\d\d)?)?{_ENDS}", _season),
    (
        r"(?:[Tt]he\s)?(?:(?:[Ee]arly|[Mm]id|[Ll]ate)[\s-])?"
        + _FREE + r"(?P<year>(?:1[6-9]|20)\d0)['’]?s(?!\w)",
        _decade,
    ),
    (
        rf"{_FREE}{YEAR}(?:[-–/]|\s?–\s?)(?P<last>\d\d|(?:1[6-9]|20)\d\d)"
        r"(?!['’]?\w|[-–/.,:]\d)",
        _years,
    ),
    (
        r"(?:(?:[Ff]rom|[Bb]etween)\s)(?P<span>(?P<year>(?:19|20)\d\d)\s(?:to|and|until|through)"
        rf"\s(?P<last>(?:19|20)\d\d)){_NO_COUNT}",
        _years,
    ),
    (
        r"(?:[Ii]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Dd]uring|[Tt]hrough|[Ee]arly|[Ll]ate|[Mm]id|[Bb]efore"
        rf"|[Aa]fter|[Yy]ear|[Ff]iscal|[Cc]alendar)[\s-](?P<span>{YEAR}){_NO_COUNT}",
        _year,
    ),
    (
        r"(?:[Tt]he|[Aa]n?|[Oo]f|[Ff]rom|[Bb]y|[Ff]or|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Oo]ur"
        rf"|[Vv]s|[Tt]han)\s(?P<span>(?P<year>(?:19|20)\d\d)){_NO_COUNT}",
        _year,
    ),
)  # fmt: skip
