"""MHTML: a page that a browser saved with its pictures in one file.

Its Date is when it was saved and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.article import Article, Skipped
from index.errors import InputError
from index.read.facts import Facts
from index.read.files import File, load
from index.read.html import page
from index.read.mail import header, parse, part_bytes, parts


def articles(file: File) -> Iterator[Article | Skipped]:
    """The one article of the page; InputError when there is no page in the file."""
    message = parse(load(file))
    root = next((part for part in parts(message) if part.get_content_type() == "text/html"), None)
    if root is None:
        raise InputError("holds no page: save it again as MHTML or HTML")
    data, charset = part_bytes(root)
    facts = Facts(file)
    address = header(message, "Snapshot-Content-Location") or header(root, "Content-Location")
    yield from page(data, file, facts, charset=charset, address=("browser", address))
