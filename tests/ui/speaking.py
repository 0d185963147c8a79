"""A made-up language: every sentence of the page in brackets, and what is found without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel import Locale
from babel.dates import get_month_names
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from ui.catalogs import TEMPLATE

CODE = "de"  # whose days and numbers are shown, and never mistaken for English
SAID = {  # attributes that are read or heard by people, some by way of a script
    "alt", "aria-label", "data-conversation", "data-copied", "data-next", "data-refused",
    "data-said", "data-sending", "data-unreadable", "placeholder", "title",
}  # fmt: skip
VOID = {"br", "hr", "img", "input", "link", "meta", "source"}
UNSAID = {"bdi", "code", "kbd", "script", "style", "time"}  # elements of other words than ours
SIGNS = {"B", "KB", "MB", "GB", "s", "min", "Clippings", "Markdown", "HTML", "JSON", "https"}
_WORD = re.compile(r"[^\W\d_]+")
_MONTHS = {
    name.strip(".")
    for width in ("wide", "abbreviated")
    for name in get_month_names(width, locale=CODE).values()
}


def bracketed(file: Path) -> Path:
    """Write a catalog of the language; its file."""
    with TEMPLATE.open("rb") as stream:
        template = read_po(stream)
    catalog = Catalog(locale=Locale(CODE))
    for message in template:
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else message.id
            said = tuple(f"⟦{sentence}⟧" for sentence in ids)
            catalog.add(message.id, said if len(said) > 1 else said[0])
    with file.open("wb") as stream:
        write_po(stream, catalog)
    return file


def unspoken(html: str) -> list[str]:
    """What an HTML text shows, or has a screen reader say, that is in no brackets.

    What is not ours to say is passed over: names, days, code, and what says its own language or
    direction, as articles, questions and answers do.
    """
    hearer = _Hearer()
    hearer.feed(html)
    hearer.close()
    return hearer.found


class _Hearer(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []  # elements, and whether they are passed over
        self._depth = 0  # of brackets: a sentence may go on behind an element

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        theirs = bool(self._open) and self._open[-1][1]
        own = tag in UNSAID or "dir" in given or "lang" in given
        self.found += [
            f"{name}={value}"
            for name, value in attrs
            if name in SAID
            and value
            and not theirs
            and _bare(value, 0)[0]
            and not (name == "title" and (tag == "a" or "data-open" in given))  # of an article
        ]
        if tag not in VOID:
            self._open.append((tag, theirs or own))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1]:
            return
        bare, self._depth = _bare(data, self._depth)
        if bare:
            self.found.append(" ".join(bare))


def _bare(text: str, depth: int) -> tuple[list[str], int]:
    """The words outside of all brackets, and how many are open at the end."""
    outside = []
    for character in text:
        depth += {"⟦": 1, "⟧": -1}.get(character, 0)
        outside.append(" " if depth or character == "⟧" else character)
    words = _words("".join(outside))
    return [word for word in words if word not in SIGNS | _MONTHS], depth


def _words(text: str) -> Iterator[str]:
    return (match.group() for match in _WORD.finditer(text))
