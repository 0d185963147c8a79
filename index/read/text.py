"""Plain text files, one article each, as typed or as a browser saved it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from index.article import Article
from index.clean import clean_line
from index.read.decode import decode
from index.read.files import File, load, within_limit
from index.read.story import story


def articles(file: File) -> Iterator[Article]:
    """The one article of a text file; InputError when it is not text or has none."""
    found = story(decode(load(file)))
    yield Article.of(
        title=found.title or title_of_name(file.name),
        text=within_limit(found.text),
        published=found.published,
        updated=found.updated,
        path=file.shown,
        external_id=file.name,
    )


def title_of_name(name: str) -> str:
    """A file name made readable: "new_bridge-opens.txt" to "New bridge opens"."""
    stem = PurePosixPath(name).stem
    title = clean_line(re.sub(r"[-_+]+|%20", " ", stem)) or stem
    return title[:1].upper() + title[1:]
