"""RSS and Atom by feedparser: one article an entry, from the longest text the entry has.

Of a feed that was fetched an entry that holds but a summary is read where it links to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

_WHOLE: Final = 1_500  # characters, from which on a description is no summary


def articles(data: bytes, file: File) -> Iterator[Article | Skipped]:
    """The articles of a feed, and a Skipped for each entry that has no text."""
    import feedparser

    try:
        feed = feedparser.parse(BytesIO(data), response_headers=_headers(file))
    except _ERRORS as error:
        raise InputError(f"is a damaged feed ({str(error)[:200]}): fetch it again") from error
    if not feed.entries:
        raise InputError("is a feed without entries")
    for number, entry in enumerate(feed.entries, start=1):
        said = _said(entry, feed.feed)
        try:
            text = _text(entry)
            if file.web and file.web.follow and said["url"] and not _is_whole(entry, text):
                yield from file.web.follow(said["url"], said)
                continue
            if not text:
                raise InputError("the entry has no text, only a headline")
            facts = Facts(file, number)
            facts.offer("feed", **said)
            identity = clean_line(str(entry.get("id") or entry.get("link") or "")) or None
            yield from facts.articles(text, external_id=identity)
        except InputError as error:
            yield Skipped(file.shown, str(error), record=number)


def _headers(file: File) -> dict[str, str]:
    """What resolves relative links, and the encoding where the server named one."""
    headers = {"content-location": file.web.address} if file.web else {}
    if file.web and file.web.charset:
        headers["content-type"] = f"application/xml; charset={file.web.charset}"
    return headers


def _said(entry: Any, feed: Any) -> Mapping[str, str | None]:
    origin = entry.get("source") or {}
    authors = [str(author.get("name", "")) for author in entry.get("authors") or []]
    return {
        "title": _plain(entry.get("title")),
        "published": _string(entry.get("published")),
        "updated": _string(entry["updated"]) if "updated" in entry else None,  # get() guesses
        "url": _string(entry.get("link")),
        "author": ", ".join(filter(None, authors)) or _string(entry.get("author")),
        "section": ", ".join(
            dict.fromkeys(str(tag["term"]) for tag in entry.get("tags") or [] if tag.get("term"))
        ),
        "source": _plain(origin.get("title")) or _plain(feed.get("title")),
        "language": _string(feed.get("language")),
    }


def _is_whole(entry: Any, text: str) -> bool:
    """Whether the text is the article's and no summary."""
    contents = [_plain(content.get("value")) for content in entry.get("content") or []]
    return any(contents) or len(text) >= _WHOLE


def _text(entry: Any) -> str:
    contents = [_string(content.get("value")) for content in entry.get("content") or []]
    texts = [_plain(text) for text in [*contents, _string(entry.get("summary"))]]
    return max(texts, key=len, default="")


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: object) -> str:
    text = _string(value)
    return text_of(text) if holds_markup(text) else text
