"""CSV and TSV with a line of column names: one article a row, read as a stream."""

from __future__ import annotations

import csv
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import IO, Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import limits
from index.read.decode import STRAY, encoding_of
from index.read.fields import Record, check_columns
from index.read.files import File

_DELIMITERS: Final = ",;\t|"
_BLOCK: Final = 2**16


def articles(file: File) -> Iterator[Article | Skipped]:
    """The articles of a table, and a Skipped for each row that is none."""
    csv.field_size_limit(limits.MAX_RECORD_BYTES)  # the whole process's, 128 KiB by default
    with file.open() as stream:
        lines = _lines(stream)
        first = next(lines, "")
        if not first.strip():
            raise InputError("is empty: give a line of column names and a row for each article")
        delimiter = max(_DELIMITERS, key=first.count)
        rows = csv.reader(_chained(first, lines), delimiter=delimiter)
        number = 0
        try:
            columns = next(rows)
            _check(file, columns)
            for number, row in enumerate(rows, start=1):
                if any(row):
                    values = dict(zip(columns, row, strict=False))
                    yield from Record(values, file.fields).articles(file, number)
        except csv.Error as error:
            reason = f"is no CSV from there on ({error}): save it again with quotes"
            yield Skipped(file.shown, reason, record=number + 1)


def _check(file: File, columns: list[str]) -> None:
    check_columns(file.fields, columns)
    if not Record(dict.fromkeys(columns, "?"), file.fields).has_text():
        raise InputError(
            f'has no column for the text: map one of {", ".join(columns)}, as "text=…"'
        )


def _chained(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """The lines, decoded, without NUL; InputError for one that is too long to be held."""
    head = stream.read(_BLOCK)
    decoder = getincrementaldecoder(encoding_of(head))(STRAY)
    rest = ""
    block = head
    while block:
        pieces = (rest + decoder.decode(block).replace("\x00", "")).split("\n")
        rest = pieces.pop()
        yield from (f"{piece}\n" for piece in pieces)
        if len(rest) > limits.MAX_RECORD_BYTES:
            most = limits.MAX_RECORD_BYTES // limits.MIB
            raise InputError(f"has a line longer than {most} MiB: split it")
        block = stream.read(_BLOCK)
    if rest := rest + decoder.decode(b"", final=True):
        yield rest
