"""Whether one article is a copy of another: the same report, syndicated or lightly edited.

Pure: texts to fingerprints, and two fingerprints to yes or no. It knows no table.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import rensa

SHINGLE = 3  # words that are compared together
SIMILAR = 0.7  # share of all shingles that two copies have in common, at least
BRIEF = 60  # words; shorter texts are forms as often as reports
BRIEF_SIMILAR = 0.9
BARE = 30  # words; a shorter text says too little without its title
BANDS, ROWS = 20, 5  # of a signature: copies at 0.7 meet in a band with probability 0.975
SEED = 1  # what is stored was made with it: another makes another format

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is compared of an article."""

    shingles: frozenset[str]
    numbers: frozenset[str]
    brief: bool


def fingerprint(title: str, text: str, day: str | None = None) -> Fingerprint:
    """Take the fingerprint of an article; of one without words it is empty.

    `day` is that of publication; it tells brief texts apart, which are the same every week.
    """
    words = _WORD.findall(text.casefold())
    brief = len(words) < BRIEF
    numbers = set(_NUMBER.findall(text))
    if len(words) < BARE:
        words = _WORD.findall(title.casefold()) + words
        numbers.update(_NUMBER.findall(title))
    if brief and day:
        numbers.add(f"day {day}")
    starts = range(max(1, len(words) - SHINGLE + 1)) if words else ()
    shingles = frozenset(" ".join(words[n : n + SHINGLE]) for n in starts)
    return Fingerprint(shingles, frozenset(numbers), brief)


def is_copy(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two articles are copies: much the same words, and no number in dispute.

    A copy may leave numbers out; where each has one that the other lacks, a figure was corrected
    or a form was filled in anew, and both are news.
    """
    shared = len(one.shingles & other.shingles)
    needed = BRIEF_SIMILAR if one.brief or other.brief else SIMILAR
    if not shared or shared < needed * len(one.shingles | other.shingles):
        return False
    return one.numbers <= other.numbers or other.numbers <= one.numbers


def band_keys(print_: Fingerprint) -> list[int]:
    """Signed 64-bit keys, one of which copies very likely have in common."""
    if not print_.shingles:
        return []
    sketch = rensa.RMinHash(BANDS * ROWS, SEED)  # one by one: a call for many starts threads
    sketch.update(sorted(print_.shingles))
    signature = sketch.digest()
    return [_key(band, signature[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]


def _key(band: int, rows: Sequence[int]) -> int:
    data = struct.pack(f"<B{ROWS}I", band, *rows)
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big", signed=True)
