"""Plain text files, one article each, as typed or as a browser saved it."""

from __future__ import annotations

from collections.abc import Iterator

from index.article import Article, Skipped
from index.read.decode import decoded
from index.read.facts import Facts
from index.read.files import File, load


def articles(file: File) -> Iterator[Article | Skipped]:
    """The one article of a text file; InputError when it is not text or has none."""
    found = decoded(load(file), file.web.charset if file.web else None)
    yield from Facts(file).articles(found.text, external_id=file.name, named=file.name)
    if found.repair:
        yield Skipped(file.shown, found.repair, fault=False)
