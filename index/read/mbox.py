"""Mailboxes: many messages in one file, read as a stream.

The standard library's reader wants a file on the disk that it may write to, so the "From " lines
are looked for here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import limits
from index.read.files import File
from index.read.mail import message_articles

_FROM: Final = re.compile(rb"From \S+.*\d\d:\d\d.*\d{4}")
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


def articles(file: File) -> Iterator[Article | Skipped]:
    """The articles of a mailbox, and a Skipped for each message that has none."""
    number = 0
    with file.open() as stream:
        for number, data in enumerate(_messages(stream), start=1):
            if data is None:
                most = limits.MAX_RECORD_BYTES // limits.MIB
                reason = f"the message is larger than {most} MiB: take its attachments out"
                yield Skipped(file.shown, reason, record=number)
                continue
            try:
                name = f"{file.name}#{number}"
                yield from message_articles(data, file, name, number)
            except InputError as error:
                yield Skipped(file.shown, str(error), record=number)
    if not number:
        raise InputError('holds no messages, which begin with a "From " line: save it as mbox')


def _messages(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The bytes of each message; None in the place of one too large to be held."""
    lines: list[bytes] | None = None
    size = 0
    blank = fresh = True
    while line := stream.readline(limits.MIB):
        if fresh and blank and line.startswith(b"From ") and _FROM.match(line):
            if lines is not None:
                yield _whole(lines, size)
            lines, size = [], 0
        elif lines is not None:
            size += len(line)
            if size <= limits.MAX_RECORD_BYTES:
                lines.append(line)
        fresh = line.endswith(b"\n")
        blank = fresh and not line.strip()
    if lines is not None:
        yield _whole(lines, size)


def _whole(lines: list[bytes], size: int) -> bytes | None:
    if size > limits.MAX_RECORD_BYTES:
        return None
    return _ESCAPED.sub(rb"\1", b"".join(lines))
