"""RSS and Atom by feedparser: one article an entry, from the longest text the entry has."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from index.article import Article, Skipped
from index.clean import clean_line
from index.errors import InputError
from index.read.facts import Facts
from index.read.files import File
from index.read.markup import holds_markup, text_of

# feedparser forgives what is wrong with a feed, but fails over some of what is wrong in its head.
_ERRORS: Final = (ValueError, LookupError, TypeError, AttributeError)


def articles(data: bytes, file: File) -> Iterator[Article | Skipped]:
    """The articles of a feed, and a Skipped for each entry that has no text."""
    import feedparser

    try:
        feed = feedparser.parse(BytesIO(data))
    except _ERRORS as error:
        raise InputError(f"is a damaged feed ({str(error)[:200]}): fetch it again") from error
    if not feed.entries:
        raise InputError("is a feed without entries")
    for number, entry in enumerate(feed.entries, start=1):
        facts = Facts(file, number)
        _offer(entry, feed.feed, facts)
        try:
            text = _text(entry)
            if not text:
                raise InputError("the entry has no text, only a headline")
            identity = clean_line(str(entry.get("id") or entry.get("link") or "")) or None
            yield from facts.articles(text, external_id=identity)
        except InputError as error:
            yield Skipped(file.shown, str(error), record=number)


def _offer(entry: Any, feed: Any, facts: Facts) -> None:
    origin = entry.get("source") or {}
    authors = [str(author.get("name", "")) for author in entry.get("authors") or []]
    facts.offer(
        "feed",
        title=_plain(entry.get("title")),
        published=_string(entry.get("published")),
        updated=_string(entry["updated"]) if "updated" in entry else None,  # get() guesses
        url=_string(entry.get("link")),
        author=", ".join(filter(None, authors)) or _string(entry.get("author")),
        section=", ".join(
            dict.fromkeys(str(tag["term"]) for tag in entry.get("tags") or [] if tag.get("term"))
        ),
        source=_plain(origin.get("title")) or _plain(feed.get("title")),
        language=_string(feed.get("language")),
    )


def _text(entry: Any) -> str:
    contents = [_string(content.get("value")) for content in entry.get("content") or []]
    texts = [_plain(text) for text in [*contents, _string(entry.get("summary"))]]
    return max(texts, key=len, default="")


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: object) -> str:
    text = _string(value)
    return text_of(text) if holds_markup(text) else text
