"""JSON Lines: one article a line, read as a stream with bounded memory.

A bad line is named and the rest is read. Which fields are read stands in fields.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any, Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import limits
from index.read.exported import exported
from index.read.fields import Columns, Record, kind_of
from index.read.files import File

_NO_UTF8: Final = "is not UTF-8 text: save it as UTF-8, one JSON object a line"


def articles(file: File) -> Iterator[Article | Skipped]:
    """The articles of a JSON Lines file, and a Skipped for each line that is none."""
    number = 0
    columns = Columns(file)
    try:
        with file.open() as stream:
            for number, line in enumerate(_lines(stream), start=1):
                if number == 1 and line and b"\x00" in line:
                    yield Skipped(file.shown, _NO_UTF8)
                    return
                if line is None or line.strip():
                    yield from _record(file, number, line, columns)
    except InputError as error:  # what it is packed in breaks off
        yield Skipped(file.shown, str(error), record=number + 1)
        return
    if not number:
        raise InputError("is empty: remove it or put articles in, one JSON object a line")
    yield from columns.missing()


def _record(
    file: File, number: int, line: bytes | None, columns: Columns
) -> Iterator[Article | Skipped]:
    try:
        values = _fields(line, first=number == 1)
        known = exported(values, file)
    except InputError as error:
        yield Skipped(file.shown, str(error), record=number)
        return
    if known:
        yield known
        return
    columns.see(values)
    yield from Record(values, file.fields).articles(file, number)


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The lines of a stream; None in the place of one that is too long to be held."""
    most = limits.MAX_RECORD_BYTES
    while line := stream.readline(most + 1):
        if len(line) <= most:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(most)
        yield None


def _fields(line: bytes | None, *, first: bool) -> dict[str, Any]:
    if line is None:
        most = limits.MAX_RECORD_BYTES // limits.MIB
        raise InputError(f"the line is longer than {most} MiB: split the article")
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
            f'the line is no object: give {{"title": …, "text": …}}, not {kind_of(record)}'
        )
    return record
