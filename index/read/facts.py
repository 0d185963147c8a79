"""What is found out about an article, each field with where it was found; then the Article.

Readers offer what they find in the order of trust: the first finding of a field stays. Here alone
a raw text becomes a clean one with its headline and dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from index.article import Article, Skipped
from index.clean import clean_line
from index.dates import Moment, parse_moment
from index.read import limits
from index.read.files import File, within_limit
from index.read.language import language_of, tag
from index.read.mend import mended
from index.read.story import first_words, story
from index.read.urls import day_in, host, web_address

_MENDED: Final = (
    "wrongly decoded characters were put right (such as â€™ for ’): compare them with the original"
)


_MOMENTS: Final = ("published", "updated")


class Facts:
    """The findings about one article of a file."""

    def __init__(self, file: File, record: int | None = None) -> None:
        self._file = file
        self._record = record
        self._lines: dict[str, str] = {}
        self._moments: dict[str, Moment] = {}
        self._where: dict[str, str] = {}
        self._mended = False
        self._web = file.web if record is None else None  # of a record it is the file's
        if self._web:
            self.offer("fetch", url=self._web.address)

    def offer(self, where: str, **found: Moment | str | None) -> None:
        """Take what was found in a place, unless a better place gave the field before.

        The fields: title, published, updated, source, author, section, language, url.
        """
        for name, value in found.items():
            if not value or name in self._where:
                continue
            if name in _MOMENTS:
                moment = parse_moment(value) if isinstance(value, str) else value
                if moment:
                    self._moments[name] = moment
                    self._where[name] = where
            elif line := self._sound(name, str(value)):
                self._lines[name] = line
                self._where[name] = where

    def line(self, name: str) -> str | None:
        """A title, source, author, section, language or url found so far."""
        return self._lines.get(name)

    def knows(self, name: str) -> bool:
        """Whether a field was found."""
        return name in self._where

    def articles(
        self, raw: str, *, external_id: str | None = None, named: str | None = None
    ) -> Iterator[Article | Skipped]:
        """The article of a raw text and notes on what was put right; InputError without text.

        `named` is the file's name where it may serve as title.
        """
        if self._web:
            self.offer("feed", **self._web.hints)
        found = story(self._mend(raw), self.line("title"))
        text = within_limit(found.text)
        url = self.line("url")
        self.offer("url", published=day_in(url))
        self.offer("dateline", published=found.published, updated=found.updated)
        self.offer("byline", author=found.author)
        self.offer("url", source=host(url))
        self.offer("text", title=found.title)
        self.offer("file name", title=title_of_name(named) if named else None)
        self.offer("first sentence", title=first_words(text))
        language, where = language_of(text, self.line("language"))
        if where:
            self._where.pop("language", None)
            self._lines.pop("language", None)
            self.offer(where, language=language)
        yield self._article(text, external_id)
        if self._mended:
            yield Skipped(self._file.shown, _MENDED, record=self._record, fault=False)

    def _article(self, text: str, external_id: str | None) -> Article:
        published, updated = self._moments.get("published"), self._moments.get("updated")
        return Article.of(
            title=self._lines["title"],
            text=text,
            published=published.day if published else None,
            updated=updated.day if updated else None,
            source=self.line("source"),
            url=self.line("url"),
            path=self._file.origin,
            external_id=external_id,
            author=self.line("author"),
            section=self.line("section"),
            language=self.line("language"),
            published_at=published.stamp if published else None,
            provenance=sorted(self._where.items()),
        )

    def _sound(self, name: str, value: str) -> str | None:
        """A finding as it can be stored, or None where it is none."""
        if name == "url":
            return web_address(value)
        if name == "language":
            return tag(value)
        line = clean_line(self._mend(value))[: limits.MAX_FIELD_CHARACTERS]
        return line.rstrip() or None

    def _mend(self, text: str) -> str:
        whole, changed = mended(text)
        self._mended |= changed
        return whole


def title_of_name(name: str) -> str:
    """A file name made readable: "new_bridge-opens.txt" to "New bridge opens"."""
    stem = PurePosixPath(name).stem
    title = clean_line(re.sub(r"[-_+]+|%20", " ", stem)) or stem
    return title[:1].upper() + title[1:]
