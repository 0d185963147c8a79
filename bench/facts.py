"""Numbers, names and quotations of a sentence that stand nowhere in what it is based on.

Written apart from `qa.verify`, which it checks: no word of the one decides for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bench.metrics import NUMBER_WORDS, normalise

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*\s*(?:%|per ?cent\b)?", re.I)
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(list(NUMBER_WORDS)[2:])})\b", re.I)
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,400})[”\"]")
_CAPITAL = re.compile(r"(?<=[\w,;:’')-] )(?:[\"“‘(])?([A-Z][^\W_]*(?:[’'-][^\W_]+)*)")
_INITIALS = re.compile(r"\b(?:[A-Z]\. ?){2,}")  # "U.S." and "U. S." are one word
_NO_NAMES = frozenset({"I", "I'm", "I’m", "O", "Mr", "Mrs", "Ms", "Dr"})


def unsupported(sentence: str, sources: Iterable[str]) -> set[str]:
    """Give the kinds of what a sentence states and no source does: number, name, quote.

    Names are words with a capital that do not begin the sentence; dates are numbers and names.
    "6%" and "6 percent" are the same and not "6"; "three" is "3".
    """
    text = "\n".join(sources)
    found = set()
    if _numbers(sentence) - _numbers(text):
        found.add("number")
    words = set(normalise(text).split())
    if any(set(normalise(name).split()) - words for name in _names(sentence)):
        found.add("name")
    told = f" {normalise(text)} "
    if any(f" {normalise(quoted)} " not in told for quoted in _QUOTED.findall(sentence)):
        found.add("quote")
    return found


def _names(sentence: str) -> list[str]:
    joined = _INITIALS.sub(lambda found: re.sub(r"[. ]", "", found[0]) + " ", sentence)
    return [name for name in _CAPITAL.findall(joined) if name not in _NO_NAMES]


def _numbers(text: str) -> set[str]:
    """The numbers of a text, with a sign of percentage or none; words up to twenty are numbers."""
    numbers = {NUMBER_WORDS[word.lower()] for word in _NUMBER_WORD.findall(text)}
    for found in _NUMBER.findall(text):
        digits = re.match(r"[\d.,]+", found)
        assert digits is not None
        plain = digits[0].rstrip(".,").replace(",", "")
        numbers.add(plain + ("%" if found.rstrip() != digits[0].rstrip() else ""))
    return numbers
