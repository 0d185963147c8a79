"""PDF: the text layer, one article a file. What a scanner made has none, and it is said so.

The dates within a PDF are of the file and are not read; its title and author count only where the
first page shows them, because programs fill them in with names of files and accounts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from index.article import Article, Skipped
from index.clean import clean_line
from index.errors import InputError
from index.read import limits
from index.read.apart import Apart
from index.read.facts import Facts
from index.read.files import File, load
from index.read.story import repeats

_LAYERS: Final = Apart("index.read.pdf_layer")
_HYPHENATED: Final = re.compile("\ufffe\r?\n?|(?<=[a-z])\u00ad\r?\n")
_ENDED: Final = re.compile(r"[.!?:…][\"'”’)\]]*$")
_NUMBER: Final = re.compile(r"\d+")
_SHORT: Final = (
    0.75  # of the page's width: a line that ends sooner and with a stop ends a paragraph
)
_EDGE: Final = 2  # lines at the top and bottom of a page that may be the same on each
_NO_TEXT: Final = (
    "has no text layer: it was scanned; let a program for text recognition (OCR) add one"
)


def articles(file: File) -> Iterator[Article | Skipped]:
    """The one article of a PDF; InputError when it is encrypted, damaged or has no text."""
    data = load(file)
    pages, about = _read(data)
    lines = _without_edges([page.split("\n") for page in pages])
    facts = Facts(file)
    first = lines[0] if lines else []
    for line in first:
        if about.get("Title") and repeats(line, about["Title"]):
            facts.offer("pdf", title=about["Title"])
        if about.get("Author") and about["Author"].casefold() in line.casefold():
            facts.offer("pdf", author=about["Author"])
    text = "\n\n".join(_paragraphs([line for page in lines for line in page]))
    if not any(map(str.isalpha, text)):
        raise InputError(_NO_TEXT)
    yield from facts.articles(text, external_id=file.name, named=file.name)


def _read(data: bytes) -> tuple[list[str], dict[str, str]]:
    """The text of each page, and what the file says of itself; InputError after a minute."""
    reply = _LAYERS.ask(
        data,
        limits.PDF_SECONDS,
        pages=limits.MAX_PAGES,
        characters=limits.MAX_ARTICLE_CHARACTERS,
        ratio=limits.MAX_RATIO,
        free=limits.RATIO_FREE_BYTES,
    )
    if reply is None:
        raise InputError(
            f"takes more than {limits.PDF_SECONDS:g} s or 4 GiB to read, or breaks the reader: "
            "print it to a new PDF"
        )
    if "fault" in reply:
        raise InputError(reply["fault"])
    pages = [_HYPHENATED.sub("", page) for page in reply["pages"]]
    return [page.replace("\r\n", "\n").replace("\r", "\n") for page in pages], {
        key: clean_line(value) for key, value in reply["about"].items()
    }


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Pages without the lines that stand at the top or bottom of most of them."""
    cleaned = [[line.strip() for line in page if line.strip()] for page in pages]
    if len(cleaned) < 3:
        return [page[:-1] if page and page[-1].isdecimal() else page for page in cleaned]
    edges = Counter(
        key for page in cleaned for key in {_NUMBER.sub("#", line) for line in _edge(page)}
    )
    running = {key for key, count in edges.items() if count * 2 > len(cleaned)}
    return [
        [
            line
            for at, line in enumerate(page)
            if _EDGE <= at < len(page) - _EDGE or _NUMBER.sub("#", line) not in running
        ]
        for page in cleaned
    ]


def _edge(page: list[str]) -> list[str]:
    return [*page[:_EDGE], *page[-_EDGE:]]


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines joined; one that is short and ends a sentence ends a paragraph, and a headline does."""
    widths = sorted(map(len, lines))
    width = widths[len(widths) * 3 // 4] if widths else 0
    paragraph: list[str] = []
    for at, line in enumerate(lines):
        paragraph.append(line)
        short = len(line) < _SHORT * width
        heads = len(paragraph) == 1 and at < 10 and short
        if short and (_ENDED.search(line) or heads):
            yield " ".join(paragraph)
            paragraph = []
    if paragraph:
        yield " ".join(paragraph)
