"""Untrusted text to safe HTML: escaping, dates, links, and the request that opens an article.

Everything that comes from an article, a question or a model passes through here; it knows no page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import urlsplit

from ui.days import day
from ui.words import figure, say

MAX_MARKS = 500  # spans marked in one article


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A span of an article's text to be marked; `n` is its citation number, 0 when not cited."""

    start: int
    end: int
    n: int = 0


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An article to open, its marked spans and the one to scroll to."""

    article_id: str
    main: Mark | None
    marks: tuple[Mark, ...] = ()

    def attribute(self) -> str:
        """The request as the value of an HTML attribute, for the browser to send back."""
        main = None if self.main is None else _row(self.main)
        record = {"article": self.article_id, "main": main, "marks": [_row(m) for m in self.marks]}
        return escape(json.dumps(record, separators=(",", ":")))

    @classmethod
    def parse(cls, record: object) -> OpenRequest | None:
        """What the browser sent, which is not trusted: None when it is not of this form."""
        if not isinstance(record, dict) or not isinstance(record.get("article"), str):
            return None
        rows = record.get("marks")
        marks = [_mark(row) for row in rows[:MAX_MARKS]] if isinstance(rows, list) else []
        main = _mark(record.get("main"))
        return cls(record["article"], main, tuple(mark for mark in marks if mark is not None))


def _row(mark: Mark) -> list[int]:
    return [mark.start, mark.end, mark.n]


def _mark(row: object) -> Mark | None:
    if not isinstance(row, list) or len(row) != 3 or not all(type(value) is int for value in row):
        return None
    start, end, n = row
    return Mark(start, end, n) if 0 <= start < end and n >= 0 else None


def time_tag(value: date) -> str:
    """A date for people and machines."""
    return f'<time datetime="{value.isoformat()}">{escape(day(value))}</time>'


def safe_link(url: str | None) -> str | None:
    """The URL when it may be linked: http or https with a host, nothing else."""
    if not url or any(character.isspace() or ord(character) < 32 for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # such as a broken IPv6 address
        return None
    return url if parts.scheme in ("http", "https") and host else None


def byline(source: str | None, published: date | None) -> str:
    """Outlet and date as HTML, either of which may be missing."""
    parts = []
    if source:
        parts.append(f"<bdi>{escape(source)}</bdi>")
    if published:
        parts.append(time_tag(published))
    return ' <span class="dot">·</span> '.join(parts)


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word, with an ellipsis where something is missing."""
    if len(text) <= limit:
        return text
    cut = text[:limit]
    head, space, _ = cut.rpartition(" ")
    return f"{(head if space and len(head) > limit // 2 else cut).rstrip(' ,;:.')}…"


def seconds(value: float) -> str:
    """Seconds with as many digits as matter."""
    return say("%(n)s s", n=figure(value, 2 if value < 1 else 1))
