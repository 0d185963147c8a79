"""Numbers, names and quotations of a sentence that stand nowhere in what it is based on.

Written apart from `qa.verify`, which it checks: no word of the one decides for the other.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone

from bench.metrics import NUMBER_WORDS, normalise

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*\s*(?:%|per ?cent\b)?", re.I)
_NUMBER_WORD = re.compile(rf"\b({'|'.join(list(NUMBER_WORDS)[2:])})\b(\s*%|\s+per ?cent\b)?", re.I)
_FIGURES = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,400})[”\"]")
_CAPITAL = re.compile(r"(?<=[\w,;:’')-] )(?:[\"“‘(])?([A-Z][^\W_]*(?:[’'-][^\W_]+)*)")
_INITIALS = re.compile(r"\b(?:[A-Z]\. ?){2,}")  # "U.S." and "U. S." are one word
_RUN = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+){1,5}\b")
_HEADING_DAY = re.compile(r"\b\d{2} [A-Z][a-z]+ \d{4}\Z")
_WEEK = "Mon Tues Wednes Thurs Fri Satur Sun".split()
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEK)})day\b")
_BACK = {"today": 0, "yesterday": 1}
_RELATIVE = re.compile(r"\b(today|yesterday)\b", re.I)
_NO_NAMES = frozenset({"I", "I'm", "I’m", "O", "Mr", "Mrs", "Ms", "Dr"})


def unsupported(sentence: str, sources: Iterable[str]) -> set[str]:
    """Give the kinds of what a sentence states and no source does: number, name, quote.

    Names are words with a capital that do not begin the sentence; dates are numbers and names. An
    abbreviation of names that a source spells out, and a people for its country, are supported.
    "6%" and "6 percent" are the same and not "6"; "three" is "3".
    """
    text = "\n".join(sources)
    text = "\n".join([text, *_in_figures(text)])
    found = set()
    if _numbers(sentence) - _numbers(text):
        found.add("number")
    words = set(normalise(f"{text}\n{_joined(text)}").split())
    words |= {name.lower() for name in month_name[1:] if name[:3].lower() in words}
    short = {"".join(word[0] for word in run.split()).lower() for run in _RUN.findall(text)}
    missing = {word for name in _names(sentence) for word in normalise(name).split()} - words
    if any(word not in short and not _is_kin(word, words) for word in missing):
        found.add("name")
    told = f" {normalise(text)} "
    if any(f" {normalise(quoted)} " not in told for quoted in _QUOTED.findall(sentence)):
        found.add("quote")
    return found


def days_meant(span: str, heading: str) -> str:
    """Write out the days that a span means by "Thursday", "today" and "yesterday".

    They count from the day in the heading; "" where none stands there.
    """
    stated = _HEADING_DAY.search(heading)
    if stated is None:
        return ""
    posted = datetime.strptime(stated[0], "%d %B %Y").replace(tzinfo=timezone.utc)
    meant = [_BACK[word.lower()] for word in _RELATIVE.findall(span)]
    back = [*meant, *((posted.weekday() - _WEEK.index(day)) % 7 for day in _WEEKDAY.findall(span))]
    days = (posted - timedelta(days=days) for days in back)
    return "\n".join(f"{day:%A} {day.day} {day:%B %Y}" for day in days)


def _is_kin(word: str, words: set[str]) -> bool:
    """Whether a word of a text begins alike, as "German" and "Germany" do."""
    stem = word[:5]
    return len(stem) == 5 and any(
        other.startswith(stem) and abs(len(other) - len(word)) <= 3 for other in words
    )


def _names(sentence: str) -> list[str]:
    return [name for name in _CAPITAL.findall(_joined(sentence)) if name not in _NO_NAMES]


def _joined(text: str) -> str:
    """A text with each row of initials as one word."""
    return _INITIALS.sub(lambda found: re.sub(r"[. ]", "", found[0]) + " ", text)


def _in_figures(text: str) -> Iterator[str]:
    """The days that a text writes as 27/10/2017, or the other way round, in words."""
    for one, other, year in _FIGURES.findall(text):
        for day, month in ((one, other), (other, one)):
            with suppress(ValueError):  # there is no such day
                date(int(year), int(month), int(day))
                yield f"{int(day)} {month_name[int(month)]} {year}"


def _numbers(text: str) -> set[str]:
    """The numbers of a text, with a sign of percentage or none; words up to twenty are numbers."""
    numbers = {
        NUMBER_WORDS[word.lower()] + ("%" if share else "")
        for word, share in _NUMBER_WORD.findall(text)
    }
    for found in _NUMBER.findall(text):
        digits = re.match(r"[\d.,]+", found)
        assert digits is not None
        plain = digits[0].rstrip(".,").replace(",", "")
        numbers.add(plain + ("%" if found.rstrip() != digits[0].rstrip() else ""))
    return numbers
