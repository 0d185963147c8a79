"""From a web address to articles: a page is one, a feed those its entries hold or link to.

What was fetched is read like a file of its content type. Knows no HTTP.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from index.article import Article, Skipped
from index.errors import InputError
from index.read import kinds, limits
from index.read.files import Fetched, File, Reader
from index.read.hosts import Target, target_of
from index.read.robots import Robots
from index.read.web import Page, Web

_ENDINGS: Final = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "multipart/related": ".mhtml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/rdf+xml": ".xml",
    "application/json": ".json",
    "application/feed+json": ".json",
    "application/ld+json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "message/rfc822": ".eml",
    "application/mbox": ".mbox",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/zip": ".zip",
    "application/x-tar": ".tar",
    "application/warc": ".warc",
}
# Types that say little: the ending of the address says more.
_UNTOLD: Final = frozenset(
    "text/plain application/octet-stream binary/octet-stream application/gzip".split()
) | {""}
_FEED: Final = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_PAGE: Final = re.compile(rb"<html[\s>]", re.IGNORECASE)
_HEAD: Final = 1_024  # bytes in which a feed shows itself

Hints = Mapping[str, "str | None"]


class Fetching:
    """One run over addresses: each page that feeds link to is fetched once."""

    def __init__(self, web: Web, read: Reader) -> None:
        self._web = web
        self._read = read
        self._robots = Robots(web)
        self._followed: set[str] = set()
        self._last: dict[str, float] = {}  # by site, when a page of it was fetched

    def file(self, address: str, fields: Mapping[str, str]) -> File:
        """An address as a file to be read; it is fetched when it is."""
        address = address.strip().encode("utf-8", "replace").decode()
        return File(Path(), address, address, address, fields, reader=self._articles)

    def _articles(self, file: File) -> Iterator[Article | Skipped]:
        """The articles of an address; InputError where it cannot be fetched."""
        page = self._get(target_of(file.origin))
        following = _Following(self, file, page.target)
        fetched = Fetched(page.target.address, page.charset, follow=following)
        yield from self._read(_as_file(file, page, fetched))

    def follow(self, file: File, target: Target, hints: Hints) -> Iterator[Article | Skipped]:
        """The articles of a page that a feed links to, once."""
        if target.address in self._followed:
            return
        self._followed.add(target.address)
        shown = replace(file, shown=target.address)
        try:
            page = self._get(target)
            fetched = _as_file(shown, page, Fetched(page.target.address, page.charset, hints))
        except InputError as error:
            yield Skipped(target.address, str(error))
            return
        yield from self._read(fetched)

    def _get(self, target: Target) -> Page:
        last = self._last.get(target.origin)
        if last is not None:
            asked = self._robots.pause(target)
            pause = self._web.patience.pause if asked is None else asked
            if pause > limits.MAX_PAUSE_SECONDS:
                raise InputError(
                    f"its site asks for {pause:g} seconds between two fetches, which is more than "
                    f"the {limits.MAX_PAUSE_SECONDS:g} that are waited: add it by itself later"
                )
            time.sleep(max(0.0, last + pause - time.monotonic()))
        try:
            return self._web.get(target, self._robots.check)
        finally:
            self._last[target.origin] = time.monotonic()


class _Following:
    """The links of one feed, up to a number."""

    def __init__(self, fetching: Fetching, file: File, feed: Target) -> None:
        self._fetching = fetching
        self._file = file
        self._feed = feed
        self._count = 0

    def __call__(self, link: str, hints: Hints) -> Iterator[Article | Skipped]:
        target = target_of(link, self._feed.address)
        self._count += 1
        if self._count <= limits.MAX_FOLLOWED:
            yield from self._fetching.follow(self._file, target, hints)
        elif self._count == limits.MAX_FOLLOWED + 1:
            reason = (
                f"links to more than {limits.MAX_FOLLOWED} pages: the rest were not fetched, "
                "add them by their addresses"
            )
            yield Skipped(self._file.shown, reason)


def _as_file(file: File, page: Page, fetched: Fetched) -> File:
    """What was fetched, as a file whose name says what it is."""
    body = page.body
    name = _name(page)
    return replace(file, name=name, opener=lambda: BytesIO(body), reader=None, web=fetched)


def _name(page: Page) -> str:
    """The host and path with an ending that fits; InputError for a type that is not read."""
    path = unquote(urlsplit(page.target.path).path).strip("/")
    name = f"{page.target.host}/{path}" if path else page.target.host
    head = page.body[:_HEAD]
    ending = _ENDINGS.get(page.kind, "")
    if ending in (".html", ".txt", "") and _FEED.search(head) and not _PAGE.search(head):
        ending = ".xml"  # feeds are served as anything
    elif page.kind in _UNTOLD and path and kinds.known(name):
        return name
    elif page.kind not in _UNTOLD and not ending:
        raise InputError(f"is of the type {page.kind[:80]}, which is not read")
    return name if name.lower().endswith(ending) else name + ending
