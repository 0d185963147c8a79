"""WARC: a crawl's answers; each page of it that was found (200, HTML) is an article or a note.

The day of the crawl is no day of publication. A .warc.gz is unpacked by the reader of gzip.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any, Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import limits
from index.read.facts import Facts
from index.read.files import File, Rationed
from index.read.html import page
from index.read.markup import NO_ARTICLE

_PAGES: Final = ("text/html", "application/xhtml+xml")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_FOUND: Final = "200"
# warcio takes a header for whole: one without an address fails where it is used.
_ERRORS: Final = (zlib.error, EOFError, ValueError, AttributeError, TypeError)
_REFUSAL: Final = "has a header beyond reason: crawl it again"


def articles(file: File) -> Iterator[Article | Skipped]:
    """The articles of a crawl, and a note for each page without one."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    number = 0
    with file.open() as source:
        stream = Rationed(source, _REFUSAL)
        try:
            records = ArchiveIterator(stream)
            records.INC_RECORD = ""  # what it would print of a record of another length
            for number, record in enumerate(records, start=1):
                length = record.rec_headers.get_header("Content-Length") or "0"
                stream.left = (int(length) if length.isdecimal() else 0) + limits.MAX_RECORD_BYTES
                if _is_page(record):
                    yield from _page(record, file, number)
                stream.left += limits.MAX_RECORD_BYTES
        except (*_ERRORS, ArchiveLoadFailed) as error:
            reason = f"is damaged or no WARC from there on ({str(error)[:200]}): fetch it again"
            yield Skipped(file.shown, reason, record=number + 1)


def _is_page(record: Any) -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = (record.http_headers.get_header("Content-Type") or "").partition(";")[0]
    return record.http_headers.get_statuscode() == _FOUND and kind.strip().lower() in _PAGES


def _page(record: Any, file: File, number: int) -> Iterator[Article | Skipped]:
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    kind = record.http_headers.get_header("Content-Type") or ""
    charset = _CHARSET.search(kind)
    try:
        data = record.content_stream().read(limits.MAX_FILE_BYTES + 1)
        if len(data) > limits.MAX_FILE_BYTES:
            raise InputError("is a page beyond reason")
        yield from page(
            data,
            file,
            Facts(file, number),
            charset=charset[1] if charset else None,
            external_id=address,
            address=("crawl", address),
        )
    except InputError as error:
        note = str(error) == NO_ARTICLE  # a crawl holds front pages and lists too
        yield Skipped(file.shown, f"{address}: {error}", record=number, fault=not note)
