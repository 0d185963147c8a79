"""DOCX: paragraphs and tables in their order, one article a file.

The dates within the file are of the file and are not read; its title and author count only where
the text shows them, because programs fill them in with names of templates and accounts.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from lxml import etree

from index.article import Article, Skipped
from index.clean import clean_line
from index.errors import InputError
from index.read import limits
from index.read.facts import Facts
from index.read.files import File, load
from index.read.story import repeats

_ERRORS: Final = (
    zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, KeyError, ValueError,
    NotImplementedError, RuntimeError, AttributeError, IndexError, TypeError, AssertionError,
)  # fmt: skip  # python-docx checks nothing: a part that is not as it should be fails anywhere


def articles(file: File) -> Iterator[Article | Skipped]:
    """The one article of a document; InputError when it is damaged or has no text."""
    data = load(file)
    _check(data)
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = Document(BytesIO(data))
        blocks = list(_blocks(document))
        core = document.core_properties
        about = [clean_line(str(value or "")) for value in (core.title, core.author, core.language)]
    except (*_ERRORS, PackageNotFoundError) as error:
        raise InputError(f"is damaged or no DOCX ({str(error)[:200]}): save it again") from error
    title, author, language = about
    facts = Facts(file)
    for style, text in blocks[:20]:
        if style == "Title" or (title and repeats(text, title)):
            facts.offer("docx", title=text)
        if author and author.casefold() in text.casefold() and len(text) <= 200:
            facts.offer("docx", author=author)
    facts.offer("heading", title=next((t for style, t in blocks if style == "Heading 1"), None))
    facts.offer("docx", language=language)
    text = "\n\n".join(text for _, text in blocks)
    yield from facts.articles(text, external_id=file.name, named=file.name)


def _check(data: bytes) -> None:
    """Refuse a bomb: python-docx unpacks every part at once."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise InputError(f"is damaged or no DOCX ({error}): save it again") from error
    if size > limits.MAX_FILE_BYTES * 2:
        most = limits.MAX_FILE_BYTES * 2 // limits.MIB
        raise InputError(f"unpacks to more than {most} MiB: take its pictures out")


def _blocks(document: Any) -> Iterator[tuple[str, str]]:
    """The style and text of each paragraph; a table's rows are lines with bars."""
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = [clean_line(cell.text) for cell in row.cells]
                yield "", " | ".join(dict.fromkeys(cells))
        elif text := block.text.strip():
            style = block.style.name if block.style is not None else ""
            yield style or "", text
