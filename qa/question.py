"""A question as it was typed to a question that can be searched. No model is asked.

Understands filters, quoted phrases and words of time, and says in words how it read them. It does
not know the archive beyond the day of its newest article and the names of its outlets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from index.clean import clean_line
from index.dates import parse_date
from index.errors import InputError
from index.filters import Filter
from qa.asked_time import AskedTime, Days, Prefer, read_asked
from qa.reading import say_reading
from qa.typed import Typed, take_apart

MAX_CHARACTERS = 2_000
EVERYTHING = Filter()
STILL_KEPT = timedelta(days=7)  # an archive whose newest article is younger is read today


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was checked and read, and the day it is asked on (None: whenever).

    `only` leaves articles out; `asked` (days, with date.min and date.max for open ends) and
    `prefer` are to order them.
    """

    text: str  # as it was typed, on one line
    as_of: date | None = None
    given: bool = False  # the caller gave as_of
    search: str = ""  # the words to search, without filter syntax; the text where nothing is said
    only: Filter = EVERYTHING
    phrases: tuple[str, ...] = ()  # each must stand in an article
    asked: Days | None = None
    prefer: Prefer | None = None
    reading: str = ""  # how it was read, for the one who asked: "searched 18–25 April 2019"

    def __post_init__(self) -> None:
        if not self.search:
            object.__setattr__(self, "search", self.text)

    @property
    def first_day(self) -> date | None:
        """The first of the days asked about; None where there are none or they are to come."""
        if self.asked is None or self.asked[0] > (self.as_of or date.max):
            return None
        return self.asked[0]


def understand(
    text: str,
    as_of: date | str | None = None,
    *,
    newest: date | None = None,
    since: date | str | None = None,
    until: date | str | None = None,
    sources: Sequence[str] = (),
    sections: Sequence[str] = (),
    outlets: Sequence[str] = (),
    read_time: bool = True,
    today: date | None = None,
) -> Question:
    """Check, tidy and read a question.

    `newest` is the day of the archive's newest article: a question without `as_of` is asked on
    that day, or today if it is less than a week past. `since`, `until`, `sources` and `sections`
    filter as `since:` and so on in the text do; both hold. `outlets` are the names known in
    "according to the …". With `read_time=False` words of time are only words. InputError if the
    text is empty or too long, or a date is none; what the text says never raises.
    """
    line = _check(text)
    day = read_day(as_of, "as-of date")
    if day is None and newest:
        today = today or date.today()
        day = newest if today - newest > STILL_KEPT else today
    typed = take_apart(line, day, outlets)
    time = read_asked(typed.plain, day) if read_time else AskedTime()
    only = _filter(typed, time, read_day(since, "since day"), read_day(until, "until day"))
    only, outside = _narrow(only, sources, sections)
    shown = day if as_of is not None or day == newest else None  # today goes without saying
    return Question(
        text=line,
        as_of=day,
        given=as_of is not None,
        search=typed.words,
        only=only,
        phrases=typed.phrases,
        asked=time.days,
        prefer=time.prefer,
        reading=say_reading(only, typed.phrases, time, shown, (*typed.unread, *outside)),
    )


def read_day(value: date | str | None, name: str) -> date | None:
    """Read a day given as a date, as text or not at all; InputError if it is no date."""
    if isinstance(value, datetime):  # it is a date too, but does not compare with one
        return value.date()
    if value is None or isinstance(value, date):
        return value
    day = parse_date(value) if isinstance(value, str) else None
    if day is None:
        raise InputError(
            f"{value!r:.60} is no date. Write the {name} as year, month and day: 2024-05-31."
        )
    return day


def _check(text: object) -> str:
    if not isinstance(text, str):
        raise InputError(f"The question must be text, not {type(text).__name__}.")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"The question has {len(text):,} characters, at most {MAX_CHARACTERS:,} are read. "
            "Ask it in fewer words."
        )
    line = clean_line(text)
    if not re.search(r"[^\W_]", line):
        raise InputError("The question is empty. Ask something, for example: Who won the election?")
    return line


def _filter(typed: Typed, time: AskedTime, since: date | None, until: date | None) -> Filter:
    """Days that are given as filters hold strictly; those of words only where there are none.

    Words may mean the day of the event after all, so a chunk that speaks of the days passes too,
    and so does an article without a date.
    """
    since = max(filter(None, (since, typed.since)), default=None)
    until = min(filter(None, (until, typed.until)), default=None)
    words = time.hard and time.days is not None and since is None and until is None
    if words and time.days:
        since, until = (None if day in (date.min, date.max) else day for day in time.days)
    return Filter(
        since, until, typed.sources, typed.sections, mentioned=bool(words), undated=bool(words)
    )


def _narrow(
    only: Filter, sources: Sequence[str], sections: Sequence[str]
) -> tuple[Filter, list[str]]:
    """The filter within the caller's outlets and sections, and what was outside of them."""
    outside: list[str] = []
    within = []
    for allowed, typed in ((sources, only.sources), (sections, only.sections)):
        known = {name.casefold() for name in allowed}
        inside = tuple(name for name in typed if name.casefold() in known or not known)
        outside += [
            f"{name[:40]} is outside the choice made" for name in typed if name not in inside
        ]
        within.append(inside or tuple(allowed))
    return replace(only, sources=within[0], sections=within[1]), outside
