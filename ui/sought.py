"""What is asked of the archive's list, as a browser says it, which is not trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from index.catalog import Place
from index.filters import Filter
from ui.days import days
from ui.text import clip
from ui.words import count

if TYPE_CHECKING:
    from qa.search import Narrowing

LONGEST_QUERY = 2_000  # characters
LONGEST_NAME = 200  # of an outlet or a section, as many as are compared
MOST_NAMES = 200
ALL = Filter()
LARGEST = 2**31 - 1  # of a place's numbers


@dataclass(frozen=True, slots=True)
class Sought:
    """Words to search for, none to leaf through; the filter; and the place to go on from."""

    query: str = ""
    only: Filter = ALL
    after: Place | None = None
    zoomed: bool = False  # whether the histogram shows the chosen days alone
    serial: str = ""  # the browser's, given back with the answer

    @classmethod
    def parse(cls, data: object) -> Sought:
        """What the browser sent; a part that is not of its form is as if it were not there."""
        record = data if isinstance(data, dict) else {}
        query, serial = record.get("query"), record.get("serial")
        return cls(
            query=query.strip()[:LONGEST_QUERY] if isinstance(query, str) else "",
            only=Filter(
                since=_day(record.get("since")),
                until=_day(record.get("until")),
                sources=_names(record.get("sources")),
                sections=_names(record.get("sections")),
            ),
            after=_place(record.get("after")),
            zoomed=record.get("zoomed") is True,
            serial=serial[:20] if isinstance(serial, str) else "",
        )


def narrowing(only: Filter, read_time: bool = True) -> Narrowing:
    """A filter as what a chatbot's search or answer is narrowed by."""
    return {
        "since": only.since,
        "until": only.until,
        "sources": only.sources,
        "sections": only.sections,
        "read_time": read_time,
    }


def in_words(only: Filter) -> str:
    """A filter in a few words, empty where it lets everything pass."""
    parts = []
    if only.since or only.until:
        parts.append(days(only.since, only.until))
    if outlets := only.sources:
        many = count(len(outlets), "%(n)s outlet", "%(n)s outlets")
        parts.append(clip(outlets[0], 40) if len(outlets) == 1 else many)
    if sections := only.sections:
        many = count(len(sections), "%(n)s section", "%(n)s sections")
        parts.append(clip(sections[0], 40) if len(sections) == 1 else many)
    return ", ".join(parts)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _names(value: object) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else []
    return tuple(row[:LONGEST_NAME] for row in rows[:MOST_NAMES] if isinstance(row, str) and row)


def _place(value: object) -> Place | None:
    parts = value.split(",") if isinstance(value, str) and len(value) < 30 else []
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    day, number = map(int, parts)
    return Place(day, number) if max(day, number) <= LARGEST else None
