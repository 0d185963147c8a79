"""JSON Lines, plain or gzipped: one article a line, read as a stream with bounded memory.

Fields: id, title, text, date, source, url; text must be there, others may be null or missing, and
unknown ones are ignored. A bad line is named and the rest is read.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import date
from io import BufferedIOBase
from typing import Any, Final

from index.article import Article, Skipped
from index.clean import clean_line
from index.dates import parse_date
from index.errors import InputError
from index.read.files import File, within_limit
from index.read.story import first_words, story
from index.read.urls import host, web_address

MAX_LINE_BYTES: Final = 16 * 2**20
MAX_FIELD_CHARACTERS: Final = 1_000  # of a title, source or id


def articles(file: File) -> Iterator[Article | Skipped]:
    """The articles of a JSON Lines file, and a Skipped for each line that is none."""
    number = 0
    try:
        with _open(file) as stream:
            for number, line in enumerate(_lines(stream), start=1):
                if number == 1 and line and b"\x00" in line:
                    raise InputError("is not UTF-8 text: save it as UTF-8, one JSON object a line")
                if line is None or line.strip():
                    yield _record(file, number, line)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        reason = f"the gzip stream breaks off or is damaged ({error}): fetch the file again"
        yield Skipped(file.shown, reason, record=number + 1)
        return
    if not number:
        raise InputError("is empty: remove it or put articles in, one JSON object a line")


def _open(file: File) -> BufferedIOBase:
    if file.path.name.lower().endswith(".gz"):
        return gzip.open(file.path, "rb")
    return file.path.open("rb")


def _lines(stream: BufferedIOBase) -> Iterator[bytes | None]:
    """The lines of a stream; None in the place of one that is too long to be held."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        if len(line) <= MAX_LINE_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES)
        yield None


def _record(file: File, number: int, line: bytes | None) -> Article | Skipped:
    try:
        return _article(file, _fields(line, first=number == 1))
    except InputError as error:
        return Skipped(file.shown, str(error), record=number)


def _fields(line: bytes | None, *, first: bool) -> dict[str, Any]:
    if line is None:
        raise InputError(
            f"the line is longer than {MAX_LINE_BYTES // 2**20} MiB: split the article"
        )
    try:
        record = json.loads(line.decode("utf-8-sig" if first else "utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"the line is not UTF-8 (byte {error.start + 1}): save it as UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        raise InputError(f"the line is not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits; [[[[[[ …
        raise InputError("the line is JSON beyond reason: a huge number or too deep") from error
    if not isinstance(record, dict):
        raise InputError(
            f'the line is no object: give {{"title": …, "text": …}}, not {_kind(record)}'
        )
    return record


def _article(file: File, record: dict[str, Any]) -> Article:
    text = _string(record, "text")
    if text is None:
        raise InputError('"text" is missing: give the article as a string')
    found = story(text, _line(record, "title"))
    body = within_limit(found.text)
    url = web_address(_string(record, "url"))
    return Article.of(
        title=found.title or first_words(body),
        text=body,
        published=_date(record.get("date")) or found.published,
        updated=found.updated,
        source=_line(record, "source") or host(url),
        url=url,
        path=file.shown,
        external_id=_line(record, "id"),
    )


def _string(record: dict[str, Any], field: str) -> str | None:
    value = record.get(field)
    if field == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise InputError(f'"{field}" is {_kind(value)}: give a string')
    return value


def _line(record: dict[str, Any], field: str) -> str | None:
    line = clean_line(_string(record, field) or "")
    if len(line) > MAX_FIELD_CHARACTERS:
        raise InputError(
            f'"{field}" is longer than {MAX_FIELD_CHARACTERS:,} characters: shorten it'
        )
    return line or None


def _date(value: object) -> date | None:
    return parse_date(str(value)) if isinstance(value, (str, int)) else None


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false"}
    return "null" if value is None else names.get(type(value), "a number")
