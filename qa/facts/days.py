"""Days that a text writes out, whole or in part. What "Thursday" means is not known here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_MONTH = (
    r"(?P<m{n}>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_WRITTEN = re.compile(
    rf"\b(?P<y0>{_YEAR})-(?P<n0>0[1-9]|1[0-2])-(?P<d0>[0-3]\d)\b"
    rf"|\b(?P<d1>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? {_MONTH.format(n=1)}(?:,? (?P<y1>{_YEAR})\b)?"
    rf"|\b{_MONTH.format(n=2)} (?P<d2>[0-3]?\d)(?:st|nd|rd|th)?\b(?![.,]\d)"
    rf"(?:,? (?P<y2>{_YEAR})\b)?"
    rf"|\b{_MONTH.format(n=3)},? (?P<y3>{_YEAR})\b"
    r"|\b(?:in|of|since|until|till|by|last|this|next|early|late|mid|during|between|from|to|through"
    rf"|and|or|starting|beginning|effective)[ -]{_MONTH.format(n=4)}(?!,? \d)"
    r"|\b(?P<m5>January|February|July|September|October|November|December)\b"
    rf"|(?<![\d.,$€£-])\b(?P<y6>{_YEAR})\b(?![.,:]\d|%|-\w| (?:percent|pct|million|billion))"
    r"|\b(?P<w7>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
_WEEKDAYS = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")


@dataclass(frozen=True, slots=True)
class Day:
    """`text[start:end]` names a day, month, year or weekday; what is left open is None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None  # 0 is Monday

    def is_within(self, first: date, last: date, *, part: bool = False) -> bool:
        """Whether these days are meant by it; with `part` whether it may be one of them."""
        if self.weekday is not None:
            return first == last and first.weekday() == self.weekday
        if self.day is not None and first != last:
            return part and any(self.is_within(day, day) for day in (first, last))
        same_month = self.month is None or self.month == first.month == last.month
        same_year = self.year is None or self.year == first.year == last.year
        return same_month and same_year and (self.day is None or self.day == first.day)

    def is_told_by(self, other: Day) -> bool:
        """Whether another text's day says all that this one says."""
        if self.weekday is not None and other.weekday is None:
            whole = other.whole()
            return whole is not None and whole.weekday() == self.weekday
        pairs = (
            (self.year, other.year),
            (self.month, other.month),
            (self.day, other.day),
            (self.weekday, other.weekday),
        )
        return all(mine is None or mine == theirs for mine, theirs in pairs)

    def whole(self) -> date | None:
        """The day, if all of it is known and there is such a day."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


@lru_cache(maxsize=4096)
def find_days(text: str) -> tuple[Day, ...]:
    """Give the days that are written in a text, in order."""
    return tuple(_day(found) for found in _WRITTEN.finditer(text))


def _day(found: re.Match[str]) -> Day:
    groups = {name[0]: value for name, value in found.groupdict().items() if value}
    start = found.start("m4") if found["m4"] else found.start()  # without the word before it
    if "w" in groups:
        return Day(start, found.end(), weekday=_WEEKDAYS.index(groups["w"]))
    month = int(groups["n"]) if "n" in groups else None
    if "m" in groups:
        month = next(n for n, name in enumerate(_MONTHS, 1) if name[:3] == groups["m"][:3].lower())
    year, day = (int(groups[key]) if key in groups else None for key in ("y", "d"))
    return Day(start, found.end(), year, month, day)
