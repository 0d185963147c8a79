"""The time a question asks about, by rule: days that words mean, and whether old or new is liked.

Words become a window that leaves articles out only where they speak of the articles themselves
("stories from April 2019", "the article published on 3 May", "news of last week"). Everywhere
else a time belongs to what happened, which may be reported on any later day, so it is a
preference ("who resigned in April 2019?"). This module does not know what the archive holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from index.dates import FIRST_YEAR, LAST_YEAR
from index.times import Mention, find_times

Days = tuple[date, date]
Prefer = Literal["newest", "oldest"]

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=6)  # from its first day to its last
MOST: Final = 20  # mentions read of one question
REACH: Final = 160  # characters before a mention that are looked at

_ARTICLES: Final = r"(?:articles?|stor(?:y|ies)|news|headlines|editorials?|clippings?)"
_BIND: Final = r"(?:from|in|on|since|before|after|between|until|during)"
_OF_ARTICLES: Final = re.compile(
    rf"\b{_ARTICLES}(?: (?:from|in|since|before|after|between|until|during|dated)(?: the)?)? $"
    r"|\b(?:news|headlines) of (?:the )?$"
    rf"|\b{_ARTICLES}(?: [^\s.?!]+){{0,12}} (?:published|printed|posted|dated|written|appeared)"
    rf"(?: {_BIND})?(?: the)? $"
    rf"|\bwhat (?:was|is|has been|did \S+(?: \S+)?) report(?:ed)?(?: {_BIND})? $"
    r"|\bonly from $",
    re.IGNORECASE,
)
_MADE_NEWS: Final = re.compile(
    r"\b(?:ma[dk]es?|making|hits?|grabbed|broke|breaking) (?:\w+ )?(?:news|headlines)(?: \w+)? $",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"\b(?:article|report|story|piece|review|interview)\b", re.IGNORECASE)
_NOT: Final = re.compile(  # a day that is excluded, or that something is only compared with
    r"\b(?:not|except|other than|excluding|but)(?: \w+){0,2} $"
    r"|(?<!later )(?<!earlier )(?<!more )(?<!less )\bthan(?: [^\s.?!]+){0,4} $"
    r"|\bcompared (?:to|with)(?: [^\s.?!]+){0,4} $",
    re.IGNORECASE,
)
_NAMES: Final = re.compile(  # typed without capitals; "may" and "march" only where they are months
    r"\b(?:january|february|april|june|july|august|september|october|november|december"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
    r"|\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?=\.? \d)"
    r"|\b(?:may|march)(?=,? (?:\d|of \d))|(?:(?<=\d )|(?<=\bin )|(?<=\bsince ))(?:may|march)\b"
)
_MORE: Final = r"(?: the| early| late| about| around| end of| the end of)?"
_AROUND: Final = tuple(  # what stands in front of a time, and which days are meant
    (re.compile(rf"\b(?:{words}) $", re.IGNORECASE), side)
    for words, side in (
        (rf"(?:until|till|by|up to|no later than|as of){_MORE}", "until"),
        (rf"since{_MORE}", "since"),
        (rf"(?:after|following|later than){_MORE}", "after"),
        (rf"(?:before|prior to|earlier than|ahead of){_MORE}", "before"),
        (r"(?:first )?week (?:of|in)(?: the)?", "week from"),
        (r"last week of|week (?:ending|ended|to)(?: on)?", "week to"),
        (r"weekend of", "weekend"),
        # "before the election on 6 May": the day of the event counts
        (r"(?:since|after)(?: [^\s.?!,]+){1,4} (?:on|in|of)", "since"),
        (r"(?:before|until)(?: [^\s.?!,]+){1,4} (?:on|in|of)", "until"),
    )
)
_ONWARDS: Final = re.compile(r" (?:onwards?\b|on(?=[,.?!]|$))")
_ITS_ARTICLES: Final = re.compile(  # "yesterday's headlines", "June 1987 stories"
    r"(?:['’]s)? (?:articles|stories|news|headlines|editorials)\b", re.IGNORECASE
)
_RANGE: Final = re.compile(r"\s?(?:(?P<strong>to|until|till|through|–|-)|and)\s(?:the )?")
_NEWEST: Final = re.compile(
    r"\b(?:latest|newest|most recent|recent|recently|lately|currently|right now|at the moment"
    r"|these days|nowadays|so far|up to now)\b",
    re.IGNORECASE,
)
_OLDEST: Final = re.compile(
    rf"\b(?:earliest|oldest|first) (?:{_ARTICLES}|reports?|mentions?)\b"
    r"|\bfirst (?:reported|mentioned|announced|published)\b|\bfirst (?:emerge|come to light)",
    re.IGNORECASE,
)
_TO_COME: Final = re.compile(
    r"\b(?:will|going to|due|upcoming|scheduled|plan\w*|expected|set to|next|when (?:is|are))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AskedTime:
    """What the words of a question say about time; date.min and date.max are open ends."""

    days: Days | None = None  # all days asked about lie between these
    hard: bool = False  # the words speak of the articles: others are left out
    prefer: Prefer | None = None


def read_asked(text: str, as_of: date | None) -> AskedTime:
    """Read the words of a question; relative ones count from `as_of` and are left without it."""
    if as_of and not FIRST_YEAR <= as_of.year <= LAST_YEAR:
        as_of = None  # at the ends of the calendar there is no last week
    line = _NAMES.sub(lambda name: name[0].title(), text)
    windows = list(_windows(line, find_times(line, as_of)[:MOST], as_of))
    # Two articles compared are not both in one window.
    hard = all(hard for _, hard in windows) and len(_ARTICLE.findall(line)) <= 1
    prefer: Prefer | None = "newest" if _NEWEST.search(text) else None
    if prefer is None and _OLDEST.search(text):
        prefer = "oldest"
    days = _hull([days for days, _ in windows])
    if days is None:
        return AskedTime(prefer=prefer)
    return AskedTime(days, hard, prefer)


def _hull(windows: list[Days]) -> Days | None:
    """All the days between; what is after one day and before another is between the two."""
    since = [first for first, last in windows if last == date.max]
    until = [last for first, last in windows if first == date.min]
    if since and until and max(since) <= min(until):
        return max(since), min(until)
    days = [day for window in windows for day in window]
    if not days or (min(days), max(days)) == (date.min, date.max):
        return None
    return min(days), max(days)


def _windows(line: str, mentions: list[Mention], as_of: date | None) -> Iterator[tuple[Days, bool]]:
    """Of each mention, or range of two, the days, and whether they are said of articles."""
    taken = -1
    for at, mention in enumerate(mentions):
        before = line[max(0, mention.start - REACH) : mention.start]
        if at == taken or _NOT.search(before):
            continue
        said = line[mention.start : mention.end]
        relative = not re.search(r"\d{4}", said)
        if relative and as_of and mention.first > as_of and not _TO_COME.search(line):
            mention = _earlier(line, mention)
        following = mentions[at + 1] if at + 1 < len(mentions) else None
        if following and _is_range(before, line[mention.end : following.start]):
            taken = at + 1
            dated = re.search(r"\d{4}", line[following.start : following.end])
            if relative and dated:  # "between 3 May and 6 June 2019"
                mention = (find_times(said, following.last) or [mention])[0]
            days = min(mention.first, following.first), max(mention.last, following.last)
        else:
            days = _bound(line, mention, as_of)
        hard = _OF_ARTICLES.search(before) or _ITS_ARTICLES.match(line, mention.end)
        yield days, hard is not None and not _MADE_NEWS.search(before)


def _earlier(line: str, mention: Mention) -> Mention:
    """The same words a cycle earlier: what a question has heard of has mostly happened."""
    weekday = re.search(r"^[A-Z][a-z]+day$", line[mention.start : mention.end])
    earlier = find_times(line, mention.first - timedelta(days=1 if weekday else 365))
    return next((other for other in earlier if other.start == mention.start), mention)


def _is_range(before: str, gap: str) -> bool:
    match = _RANGE.fullmatch(gap)
    return bool(match and (match["strong"] or re.search(r"\b[Bb]etween (?:the )?$", before)))


def _bound(line: str, mention: Mention, as_of: date | None) -> Days:
    """The days of a mention, opened to one side or moved by the words around it."""
    first, last = mention.first, mention.last
    said = line[mention.start : mention.end].lower()
    if as_of and said.startswith("this ") and first <= as_of <= last:
        # On a Monday "this week" is the one that was in the news; nothing is known of tomorrow.
        return min(first, as_of - WEEK), as_of
    if _ONWARDS.match(line, mention.end):
        return first, date.max
    before = line[max(0, mention.start - REACH) : mention.start]
    side = next((side for words, side in _AROUND if words.search(before)), "")
    return {
        "until": (date.min, last),
        "since": (first, date.max),
        "after": (last + DAY, date.max),
        "before": (date.min, first - DAY),
        "week from": (first, first + WEEK),
        "week to": (last - WEEK, last),
        "weekend": (first, first + DAY),
    }.get(side, (first, last))
