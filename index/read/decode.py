"""Bytes to text: UTF-8, UTF-16 with a mark, a declared encoding, else the likeliest one.

Old English-language files are mostly Windows-1252; that is taken when every byte reads as a letter
or sign Western Europe uses and most are ASCII. Other encodings are left to charset-normalizer.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from index.errors import InputError

_SAMPLE: Final = 65_536  # bytes shown to the detector
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Encodings a page may declare; Python knows others that are no text or take quadratic time.
_DECLARABLE: Final = re.compile(
    r"utf[-_]?8|(?:iso[-_]?8859|windows|cp|koi8|mac|gb|big5|shift|sjis|euc|latin|us-ascii|ascii)"
    r"[\w.-]*",
    re.IGNORECASE,
)
_WESTERN: Final = re.compile(r"[\x00-\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸ‘’‚“”„–—…•‹›«»€£¥¢©®™°·½¼¾§¡¿\xa0]*")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NOT_TEXT: Final = "is not text: give a file that holds text, in UTF-8 if possible"


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode a file; InputError when it is not text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(_strict(data[len(mark) :], encoding))
    if b"\x00" in data:
        raise InputError(_NOT_TEXT)
    names = ["utf-8"]
    if declared and _DECLARABLE.fullmatch(declared):
        # Browsers read both as Windows-1252, and so were the pages written.
        western = re.fullmatch(r"(?i)iso[-_]?8859-?1|latin-?1|(?:us-)?ascii", declared)
        names.append("cp1252" if western else declared)
    for name in names:
        if (text := _strict(data, name)) is not None:
            return _text(text)
    return _text(_likeliest(data))


def _likeliest(data: bytes) -> str | None:
    text = _strict(data, "cp1252")
    if text is not None:
        foreign = sum(byte > 127 for byte in data[: _SAMPLE * 16])
        if foreign * 8 <= len(data[: _SAMPLE * 16]) and _WESTERN.fullmatch(text):
            return text
    first = next(at for at, byte in enumerate(data) if byte > 127)
    best = from_bytes(data[max(0, first - _SAMPLE // 2) :][:_SAMPLE]).best()
    return _strict(data, best.encoding) if best else None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):  # an encoding Python does not know
        return None


def _text(text: str | None) -> str:
    """The text, unless more than one character in a hundred is a control character or NUL."""
    if text is None or "\x00" in text or len(_CONTROLS.findall(text)) * 100 > len(text):
        raise InputError(_NOT_TEXT)
    return text
