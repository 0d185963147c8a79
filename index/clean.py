"""Raw text to clean text: pure functions, the same text in, the same text out.

Clean text is NFC, without control or invisible characters, with single spaces, one paragraph a
line and one blank line between paragraphs. Lines a wire or an editor wrapped by hand are joined.
This module does not know headlines, dates or file formats, and it drops no word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls
    "\u00ad\u200b\u2060\ufeff"  # soft hyphen, zero width space, word joiner, byte order mark
    "\u202a-\u202e\u2066-\u2069"  # they turn the order of what is shown
    "\ud800-\udfff"  # half a character, which no encoding can store
    "\U000e0000-\U000e007f]"  # tags: words no reader sees
)
_MARKS: Final = re.compile(r"[^\w\s\x00-\x7f]{64,}")  # may be accents piled up without end
_ITEM: Final = re.compile(r"(?:[-*•‣▪◦]|\d{1,3}[.)])\s")
_TABLE: Final = re.compile(r"\.{4}|\S\s{2,}\S+.*\S\s{2,}\S")  # dot leaders, or three columns
_ENDED: Final = re.compile(r"[.!?:…][\"'”’)\]]*$")

NARROWEST, WIDEST = 50, 100  # columns between which text counts as wrapped by hand


def clean(raw: str) -> str:
    """Clean a text; cleaning a second time changes nothing."""
    return "\n\n".join(paragraphs(normalise(raw).split("\n")))


def clean_line(raw: str) -> str:
    """Clean a text that is to be one line: a title, a name."""
    return " ".join(normalise(raw).split())


def normalise(raw: str) -> str:
    """NFC with newlines as line ends, without what cannot be seen; spaces and lines stay."""
    text = _INVISIBLE.sub("", "\n".join(raw.splitlines()))
    if text.isascii() or unicodedata.is_normalized("NFC", text := _MARKS.sub(_unpile, text)):
        return text
    return unicodedata.normalize("NFC", text)


def paragraphs(lines: Iterable[str]) -> list[str]:
    """The clean paragraphs of normalised lines, each without a line break."""
    blocks = list(_blocks(lines))
    wrapped = _is_wrapped(blocks)
    return [
        " ".join(paragraph.split())
        for block in blocks
        for paragraph in (_join(block) if wrapped and len(block) > 1 else block)
    ]


def _unpile(match: re.Match[str]) -> str:
    # Putting accents in order takes time quadratic in their number; a letter bears a few.
    return "".join(c for c in match[0] if not unicodedata.combining(c))


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines that stand together; a blank line, an indent or a bullet begins a new block."""
    block: list[str] = []
    indent = 0
    for line in map(str.rstrip, lines):
        text = line.lstrip()
        deeper = len(line) - len(text) >= indent + 2
        if block and (not text or deeper or _ITEM.match(text)):
            yield block
            block = []
        if text:
            indent = len(line) - len(text)
            block.append(line)
    if block:
        yield block


def _is_wrapped(blocks: list[list[str]]) -> bool:
    """Whether line ends come from a column limit: lines are full and break sentences.

    The very first line is no witness: wires begin behind a place and date that may be cut off.
    """
    pairs = [pair for block in blocks for pair in pairwise(block)]
    if not pairs or max(len(line) for pair in pairs for line in pair) > WIDEST:
        return False
    if len(pairs) == 1:
        line, after = pairs[0]
        follows = len(after) >= NARROWEST or (len(line) >= NARROWEST and not after[0].isupper())
        return follows and _ENDED.search(line) is None
    witnesses = pairs[1:]
    width = max(len(line) for line, _ in witnesses)
    full = sum(len(line) + 1 + len(after.split()[0]) > width for line, after in witnesses)
    broken = sum(_ENDED.search(line) is None for line, _ in witnesses)
    return width >= NARROWEST and full * 2 >= len(witnesses) and broken * 2 >= len(witnesses)


def _join(block: list[str]) -> list[str]:
    if sum(_TABLE.search(line) is not None for line in block) * 3 > len(block):
        return block
    return [" ".join(block)]
