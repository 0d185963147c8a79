"""Bytes to text: UTF-8, UTF-16, a declared encoding, else the likeliest one.

Old English-language files are mostly Windows-1252; that is taken when every byte reads as a letter
or sign Western Europe uses and most are ASCII. Other encodings are left to charset-normalizer. A
text in UTF-8 with a few bytes of Windows-1252 in it, as pasting makes them, is read as both.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from index.errors import InputError

STRAY: Final = "clippings-stray"  # how `_stray` is known to codecs
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
_STRAY: Final = re.compile("[\udc80-\udcff]")  # a byte that is no UTF-8
_FEW: Final = 200  # one in so many bytes may be NUL
_MIXED: Final = "two encodings are mixed in it (UTF-8 and Windows-1252): both were read"
_NOT_TEXT: Final = "is not text: give a file that holds text, in UTF-8 if possible"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and, where something had to be put right, what."""

    text: str
    repair: str | None = None


def _stray(error: UnicodeError) -> tuple[str, int]:
    """For codecs: bytes that are no UTF-8 read as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(STRAY, _stray)


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode a file; InputError when it is not text."""
    return decoded(data, declared).text


def decoded(data: bytes, declared: str | None = None) -> Decoded:
    """Decode a file and tell what was put right; InputError when it is not text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_text(_strict(data[len(mark) :], encoding)))
    if b"\x00" in data:
        return _with_nuls(data)
    names = ["utf-8"]
    if declared and _DECLARABLE.fullmatch(declared):
        # Browsers read both as Windows-1252, and so were the pages written.
        western = re.fullmatch(r"(?i)iso[-_]?8859-?1|latin-?1|(?:us-)?ascii", declared)
        names.append("cp1252" if western else declared)
    for name in names:
        if (text := _strict(data, name)) is not None:
            return Decoded(_text(text))
    if (text := _mixed(data)) is not None:
        return Decoded(_text(text), _MIXED)
    return Decoded(_text(_likeliest(data)))


def encoding_of(head: bytes) -> str:
    """The encoding of a text that begins so and is too long to be held."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return "utf-8-sig" if encoding == "utf-8" else encoding[:6]
    cut = head[: max(head.rfind(b"\n"), 0)] or head  # a letter may be cut at the end
    if b"\x00" in cut or (_strict(cut, "utf-8")) is not None or _mixed(cut) is not None:
        return "utf-8"
    if _western(cut):
        return "cp1252"
    best = from_bytes(cut[:_SAMPLE]).best()
    return best.encoding if best else "cp1252"


def _with_nuls(data: bytes) -> Decoded:
    """A text in UTF-16 without a mark, or one with a few NUL bytes in it."""
    sample = data[: _SAMPLE // 2 * 2]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if zeros.count(0) * 10 >= len(zeros) * 9 and len(zeros) > 3:
            return Decoded(_text(_strict(data, encoding)))
    nuls = data.count(0)
    if nuls * _FEW > len(data):
        raise InputError(_NOT_TEXT)
    return Decoded(decode(data.replace(b"\x00", b"")), f"{nuls} NUL bytes were taken out")


def _mixed(data: bytes) -> str | None:
    """UTF-8 in which a few bytes are Windows-1252, or None."""
    text = data.decode("utf-8", "surrogateescape")
    strays = len(_STRAY.findall(text))
    if strays * 2 > sum(c > "\x7f" for c in text) - strays:
        return None  # no more UTF-8 than chance makes
    try:
        return _STRAY.sub(lambda match: bytes([ord(match[0]) - 0xDC00]).decode("cp1252"), text)
    except UnicodeDecodeError:
        return None


def _likeliest(data: bytes) -> str | None:
    if (text := _western(data)) is not None:
        return text
    first = next(at for at, byte in enumerate(data) if byte > 127)
    best = from_bytes(data[max(0, first - _SAMPLE // 2) :][:_SAMPLE]).best()
    return _strict(data, best.encoding) if best else None


def _western(data: bytes) -> str | None:
    text = _strict(data, "cp1252")
    foreign = sum(byte > 127 for byte in data[: _SAMPLE * 16])
    few = foreign * 8 <= len(data[: _SAMPLE * 16])
    return text if text is not None and few and _WESTERN.fullmatch(text) else None


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
