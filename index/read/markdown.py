"""Markdown files, one article each, with or without YAML front matter.

Front matter fields, any case: title, date (or published), updated (or modified, lastmod), source
(or publisher, outlet, site), url (or link). Markup goes, words stay; pictures and HTML go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.article import Article
from index.clean import clean_line
from index.dates import parse_date
from index.errors import InputError
from index.read.decode import decode
from index.read.files import File, load, within_limit
from index.read.story import story
from index.read.text import title_of_name
from index.read.urls import host, web_address

MAX_FRONT_CHARACTERS: Final = 20_000  # more is a text between two rules
_FRONT: Final = re.compile(
    r"\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_PARSER: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def articles(file: File) -> Iterator[Article]:
    """The one article of a Markdown file; InputError when it has none or bad front matter."""
    raw = "\n".join(decode(load(file)).splitlines())
    front, body = _split(within_limit(raw))
    tokens = _PARSER.parse(body)
    title = front.get("title") or _first_heading(tokens)
    found = story("\n\n".join(_blocks(tokens)), title)
    url = web_address(_one(front, "url", "link"))
    yield Article.of(
        title=found.title or title_of_name(file.name),
        text=within_limit(found.text),
        published=parse_date(_one(front, "date", "published")) or found.published,
        updated=parse_date(_one(front, "updated", "modified", "lastmod")) or found.updated,
        source=_one(front, "source", "publisher", "outlet", "site") or host(url),
        url=url,
        path=file.shown,
        external_id=file.name,
    )


def _split(raw: str) -> tuple[dict[str, str], str]:
    """Front matter and body; a rule at the top that opens no list of fields is body."""
    match = _FRONT.match(raw)
    if not match or len(match[1]) > MAX_FRONT_CHARACTERS:
        return {}, raw
    try:
        # The base loader leaves every value a string, as it was written.
        fields = yaml.load(match[1], Loader=yaml.BaseLoader)  # noqa: S506 - makes only strings
    except (yaml.YAMLError, RecursionError) as error:
        problem = getattr(error, "problem", None) or "nested too deep"
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 2}" if mark else ""
        raise InputError(
            f"its front matter is not YAML ({problem}{line}): put values with a colon in quotes"
        ) from error
    if not isinstance(fields, dict):
        return {}, raw
    strings = {
        key.lower(): clean_line(value)
        for key, value in fields.items()
        if isinstance(key, str) and isinstance(value, str)
    }
    return strings, raw[match.end() :]


def _one(front: dict[str, str], *names: str) -> str:
    return next((front[name] for name in names if front.get(name)), "")


def _first_heading(tokens: list[Token]) -> str | None:
    """The heading the text begins with, or the only one of the first rank."""
    headings = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
    top = [at for at in headings if tokens[at].tag == "h1"]
    at = 0 if 0 in headings else top[0] if len(top) == 1 else None
    return None if at is None else _inline(tokens[at + 1].children or [])


def _blocks(tokens: Iterable[Token]) -> Iterator[str]:
    """The text of each paragraph, heading, list item, table row and code block."""
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield " | ".join(row)
            row = None
        elif token.type == "inline":
            text = _inline(token.children or [])
            if row is None:
                yield text
            else:
                row.append(text)
        elif token.type in ("fence", "code_block"):
            yield token.content


def _inline(children: Iterable[Token]) -> str:
    """Text without markup; a line break is a space."""
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in children
        if child.type in ("text", "code_inline", "softbreak", "hardbreak")
    )
