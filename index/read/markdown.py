"""Markdown files, one article each, with or without YAML front matter.

Front matter is a record like that of any other format, its names are those of fields.py. Markup
goes, words stay; pictures and HTML go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.article import Article, Skipped
from index.errors import InputError
from index.read.decode import decoded
from index.read.facts import Facts
from index.read.fields import Record
from index.read.files import File, load, within_limit

MAX_FRONT_CHARACTERS: Final = 20_000  # more is a text between two rules
_FRONT: Final = re.compile(
    r"\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_PARSER: Final = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def articles(file: File) -> Iterator[Article | Skipped]:
    """The one article of a Markdown file; InputError when it has none or bad front matter."""
    found = decoded(load(file))
    raw = "\n".join(found.text.splitlines())
    front, body = _split(within_limit(raw))
    tokens = _PARSER.parse(body)
    facts = Facts(file)
    Record(front, file.fields).offer(facts)
    facts.offer("heading", title=_first_heading(tokens))
    text = "\n\n".join(_blocks(tokens))
    yield from facts.articles(text, external_id=file.name, named=file.name)
    if found.repair:
        yield Skipped(file.shown, found.repair, fault=False)


def _split(raw: str) -> tuple[dict[str, Any], str]:
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
    return {key: value for key, value in fields.items() if isinstance(key, str)}, raw[match.end() :]


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
