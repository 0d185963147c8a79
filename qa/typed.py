"""What is typed to be obeyed, not searched: source:, section:, since:, until: and quoted phrases.

A filter that cannot be read stays in the text as words, and is named. This module does not know
which outlets or days an archive has; the names of outlets are passed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from index.dates import parse_date
from index.times import find_times

MAX_FILTERS: Final = 20
MAX_PHRASES: Final = 8
MAX_NOTES: Final = 4
LONGEST: Final = 200  # characters of a phrase or a value

_FILTER: Final = re.compile(
    r"(?<!\S)(?P<key>source|section|since|until):"
    r"(?:\"(?P<straight>[^\"]*)\"|“(?P<curly>[^”]*)”|(?P<bare>[^\s\"“”]+))",
    re.IGNORECASE,
)
# Inches and apostrophes are no quotes: one opens in front of a word and closes behind it.
_PHRASE: Final = re.compile(r"(?<![^\s(\[—–-])(?:\"([^\"]+)\"|“([^”]+)”)(?!\w)")
_CLAIM: Final = re.compile(
    r"\b(?:according to|reported (?:by|in)|published (?:by|in)|as told by|says|writes)"
    r" (?:the )?[\"“']?(?P<name>\w)",
    re.IGNORECASE,
)
_PERIOD: Final = re.compile(r"(?P<year>(?:1[6-9]|20)\d\d)(?:-(?P<month>0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Typed:
    """A question taken apart: words to search, and conditions to keep to."""

    words: str  # without filters and quotation marks
    plain: str  # without filters and phrases, where times are read
    phrases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    unread: tuple[str, ...] = ()  # what stayed in the words, with the reason


def take_apart(line: str, as_of: date | None, outlets: Sequence[str] = ()) -> Typed:
    """Read the filters and phrases of one line; no text makes it raise."""
    values: dict[str, list[str]] = {"source": [], "section": []}
    days: dict[str, list[date]] = {"since": [], "until": []}
    unread: list[str] = []
    left, at, read = [], 0, 0
    for match in _FILTER.finditer(line):
        key = match["key"].lower()
        value = (match["straight"] or match["curly"] or match["bare"] or "").strip()
        day = None
        if read >= MAX_FILTERS:
            reason = f"only the first {MAX_FILTERS} filters were read"
        elif not re.search(r"\w", value) or len(value) > LONGEST:
            reason = "it names nothing"
        elif key in days and (day := _day(value, as_of, last=key == "until")) is None:
            reason = "it is no date; write 2019-04-25"
        else:
            reason = ""
        if reason:
            unread.append(
                reason if read >= MAX_FILTERS else f"{match[0][:40]} was not read: {reason}"
            )
            continue
        if day:
            days[key].append(day)
        else:
            values[key].append(value)
        left.append(line[at : match.start()])
        at, read = match.end(), read + 1
    text = " ".join(" ".join([*left, line[at:]]).split())
    named = _outlets(text, outlets)
    phrases, words, plain = _phrases(text, {name.casefold() for name in named})
    kept = [phrase for phrase in phrases if len(phrase) <= LONGEST][:MAX_PHRASES]
    if kept != phrases:
        unread.append(f"only {MAX_PHRASES} quoted phrases of up to {LONGEST} characters must match")
    fallback = " ".join(value for found in values.values() for value in found)
    return Typed(
        words=words if re.search(r"[^\W_]", words) else fallback or line,
        plain=plain,
        phrases=tuple(kept),
        sources=_unique([*values["source"], *([] if values["source"] else named)]),
        sections=_unique(values["section"]),
        since=max(days["since"], default=None),
        until=min(days["until"], default=None),
        unread=tuple(dict.fromkeys(unread))[:MAX_NOTES],
    )


def _day(value: str, as_of: date | None, *, last: bool) -> date | None:
    """The first or last day of a date, a year, a month as 2019-04, or words like "last week"."""
    if day := parse_date(value):
        return day
    if match := _PERIOD.fullmatch(value):
        year, month = int(match["year"]), int(match["month"] or (12 if last else 1))
        value = f"{_MONTHS[month - 1]} {year}"
    for text in (value.lower(), value.title()):
        for mention in find_times(text, as_of):
            if (mention.start, mention.end) == (0, len(text)):
                return mention.last if last else mention.first
    return None


_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def _phrases(text: str, names: set[str]) -> tuple[list[str], str, str]:
    """The phrases; the text without their quotation marks; the text without them."""
    found: list[str] = []
    words, plain, at = [], [], 0
    for match in _PHRASE.finditer(text):
        inner = (match[1] or match[2]).strip()
        phrase = inner.rstrip(".,;:!?… ")  # punctuation that American style puts inside
        if not re.search(r"[^\W_]", phrase):
            continue
        between = text[at : match.start()]
        at = match.end()
        words += [between, inner]
        plain += [between, inner if phrase.casefold() in names else "…"]
        if phrase.casefold() not in names:
            found.append(phrase)
    return list(_unique(found)), "".join([*words, text[at:]]), "".join([*plain, text[at:]])


def _outlets(text: str, outlets: Sequence[str]) -> list[str]:
    """The outlets a question names, once it says that one of them reported what is asked."""
    claimed = {match.start("name") for match in _CLAIM.finditer(text)}
    if not claimed or not outlets:
        return []
    folded, known = text.casefold(), _names(outlets)
    places: dict[str, set[int]] = {}
    for name, outlet in known.items():
        if name in folded:  # a pattern for each of thousands of outlets would take too long
            found = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
            places.setdefault(outlet, set()).update(
                at for match in found for at in (match.start(), match.start() + len("the "))
            )
    named = {outlet: at for outlet, at in places.items() if at}
    return list(named) if any(at & claimed for at in named.values()) else []


def _names(outlets: Sequence[str]) -> dict[str, str]:
    """What each outlet is called: in full, without its article, by its last word where unique."""
    full = {outlet.casefold(): outlet for outlet in outlets if re.search(r"\w", outlet)}
    for name, outlet in [*full.items()]:  # "Bay News | Latest Stories"
        full.setdefault(re.split(r" [|–—-] ", name)[0].strip(), outlet)
    bare = {name.removeprefix("the "): outlet for name, outlet in full.items()}
    ends: dict[str, list[str]] = {}
    for name, outlet in bare.items():
        if " " in name:
            ends.setdefault(name.split()[-1], []).append(outlet)
    short = {end: found[0] for end, found in ends.items() if len(found) == 1 and len(end) > 3}
    return {**short, **bare, **full}


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple({value.casefold(): value for value in values}.values())
