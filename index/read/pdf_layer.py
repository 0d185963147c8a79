"""The text layer of a PDF. It is run as a process by itself: see `apart`.

A request is a line of JSON with the limits and the size, then the PDF; the reply is a line of JSON.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from dataclasses import dataclass
from typing import Any, Final

from index.errors import InputError

_STREAM: Final = re.compile(rb"stream\r?\n(?=[\x08-\x78])")  # the first byte of a packed one
_PIECE: Final = 2**16
_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a PDF may hold."""

    pages: int
    characters: int
    ratio: int  # unpacked bytes for a packed one
    free: int  # bytes unpacked whatever the ratio


def read_layer(data: bytes, limits: Limits) -> tuple[list[str], dict[str, str]]:
    """The text of each page, and what the file says of itself."""
    import pypdfium2

    _check_streams(data, limits)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise InputError("is encrypted: save it without a password") from error
        raise InputError(f"is damaged or no PDF ({error}): fetch it again") from error
    try:
        if len(document) > limits.pages:
            raise InputError(f"has more than {limits.pages:,} pages: split it")
        about = dict(document.get_metadata_dict())
        pages: list[str] = []
        size = 0
        for number in range(len(document)):
            pages.append(_page(document, number, limits.characters))
            size += len(pages[-1])
            if size > limits.characters:
                raise InputError(f"is longer than {limits.characters:,} characters: split it")
        return pages, about
    except pypdfium2.PdfiumError as error:
        raise InputError(f"is damaged ({error}): fetch it again") from error
    finally:
        document.close()


def serve() -> None:
    """Answer requests on stdin until it ends."""
    if sys.platform == "linux":  # PDFium takes what a file asks for; a kill by the system is worse
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        data = sys.stdin.buffer.read(asked.pop("size"))
        reply: dict[str, object]
        try:
            pages, about = read_layer(data, Limits(**asked))
            reply = {"pages": pages, "about": about}
        except InputError as error:
            reply = {"fault": str(error)}
        sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n")
        sys.stdout.buffer.flush()


def _check_streams(data: bytes, limits: Limits) -> None:
    """Refuse a bomb: PDFium unpacks a stream of a gigabyte at once."""
    for match in _STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        size, rest = 0, data[match.end() : match.end() + _PIECE]
        at = match.end() + len(rest)
        try:
            while rest and not unpacker.eof:
                size += len(unpacker.decompress(rest, _MIB))
                rest = unpacker.unconsumed_tail
                if not rest:
                    rest = data[at : at + _PIECE]
                    at += len(rest)
                packed = at - match.end() - len(rest)
                if size > limits.free and size > limits.ratio * packed:
                    raise InputError("unpacks to too much, as a bomb does: print it to a new PDF")
        except zlib.error:  # a stream that is packed otherwise, such as a picture
            continue


def _page(document: Any, number: int, most: int) -> str:
    page = document[number]
    try:
        layer = page.get_textpage()
        try:
            if layer.count_chars() > most:
                raise InputError(f"has a page beyond reason (page {number + 1}): take it out")
            text: str = layer.get_text_range()
        finally:
            layer.close()
    finally:
        page.close()
    return text


if __name__ == "__main__":
    serve()
