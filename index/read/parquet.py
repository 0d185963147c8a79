"""Parquet: one article a row, read by row groups. pyarrow is an extra: it is large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import limits
from index.read.fields import Record, check_columns
from index.read.files import File, seekable

_ROWS: Final = 64  # held at once


def articles(file: File) -> Iterator[Article | Skipped]:
    """The articles of a table, and a Skipped for each row that is none."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(
            "is Parquet, for which pyarrow is needed: pip install 'clippings-qa[parquet]'"
        ) from error
    number = 0
    with seekable(file) as stream:
        try:
            table = pyarrow.parquet.ParquetFile(stream)
            _check(file, table)
            for batch in table.iter_batches(_ROWS, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield from Record(row, file.fields).articles(file, number)
        except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            reason = f"is damaged or no Parquet ({_brief(error)}): write it again"
            yield Skipped(file.shown, reason, record=number + 1 if number else None)


def _check(file: File, table: Any) -> None:
    columns = list(table.schema_arrow.names)
    check_columns(file.fields, columns)
    if not Record(dict.fromkeys(columns, "?"), file.fields).has_text():
        raise InputError(
            f'has no column for the text: map one of {", ".join(columns)}, as "text=…"'
        )
    for group in range(table.num_row_groups):
        if table.metadata.row_group(group).total_byte_size > limits.MAX_GROUP_BYTES:
            most = limits.MAX_GROUP_BYTES // limits.MIB
            raise InputError(f"has a row group of more than {most} MiB: write it in smaller ones")


def _brief(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]
