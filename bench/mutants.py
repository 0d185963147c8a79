"""A true sentence to false ones of a known kind. Written apart from `qa.verify`, which they try.

- `number`: another number in the place of one; `unit`: percent made percentage points, million made
  billion; `day`: another weekday, month or year;
- `name`: a name of another article in the place of one; `mixed`: a first name with the surname of
  somebody else in the article;
- `denial`: "not" put in or taken out; `quote`: a word of a quotation exchanged.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

KINDS = ("number", "unit", "day", "name", "mixed", "denial", "quote")

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER = re.compile(r"(?<![\w.,:/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:/-]|[.,]\d)")
_PERCENT = re.compile(r"%| percent\b| pct\b| per cent\b")
_MAGNITUDES = {"million": "billion", "billion": "million", "mln": "billion", "bln": "million"}
_MAGNITUDE = re.compile(rf"\b(?:{'|'.join(_MAGNITUDES)})\b")
_WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_MONTHS = tuple(
    "January February March April June July August September October November December".split()
)
_NAMED_DAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS + _MONTHS)})\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+ [A-Z][a-z]+\b(?! [A-Z])(?!['’])")
_NEGATED = re.compile(r"\b(was|were|is|are|has|have|had|will|would|could|did|does|do) not\b ?")
_VERB = re.compile(
    r"\b(was|were|has|have|had|will|would|could)(?= [a-z]+\b)(?! (?:not|no|never)\b)"
)
_QUOTE = re.compile(r"[“\"]([^“”\"]{12,300})[”\"]")


@dataclass(frozen=True, slots=True)
class _True:
    """A true sentence, the names of its article and of others, and the chance."""

    sentence: str
    own: Sequence[str]
    others: Sequence[str]
    rng: random.Random


@dataclass(frozen=True, slots=True)
class Mutant:
    """A sentence made false, and in which way."""

    kind: str
    text: str


def names(text: str) -> list[str]:
    """The names of two words inside the sentences of a text."""
    return _NAME.findall(text)


def mutants(sentence: str, article: str, others: Sequence[str], rng: random.Random) -> list[Mutant]:
    """Give one mutant of each kind that fits a sentence; `others` are names of other articles.

    A mutant that the article says too, word for word, is none.
    """
    true = _True(sentence, names(article), others, rng)
    made = [(kind, _MUTATE[kind](true)) for kind in KINDS]
    return [Mutant(kind, text) for kind, text in made if text and text not in article]


def shortened(sentence: str) -> str:
    """The same with less: what stands in brackets, or behind the last comma, is left out."""
    short = re.sub(r" \([^()]{1,80}\)", "", sentence)
    head, comma, tail = short.rpartition(", ")
    if (
        comma
        and len(tail.split()) > 3
        and len(head.split()) > 6
        and head.count("“") == head.count("”")
    ):
        short = head + "."
    return short


def _other_number(true: _True) -> str | None:
    found = [m for m in _NUMBER.finditer(true.sentence) if not _YEAR.fullmatch(m[0])]
    if not found:
        return None
    chosen = true.rng.choice(found)
    there = {m[0] for m in found}
    digits = chosen[0]
    for _ in range(20):
        place = true.rng.choice([n for n, c in enumerate(digits) if c.isdigit()])
        digit = true.rng.choice("123456789")
        changed = digits[:place] + digit + digits[place + 1 :]
        if changed not in there:
            return true.sentence[: chosen.start()] + changed + true.sentence[chosen.end() :]
    return None


def _other_unit(true: _True) -> str | None:
    if "percentage point" not in true.sentence and _PERCENT.search(true.sentence):
        return _PERCENT.sub(" percentage points", true.sentence)
    found = set(_MAGNITUDE.findall(true.sentence))
    if len(found) != 1:
        return None
    return _MAGNITUDE.sub(lambda m: _MAGNITUDES[m[0]], true.sentence)


def _other_day(true: _True) -> str | None:
    found = [*_NAMED_DAY.finditer(true.sentence), *_YEAR.finditer(true.sentence)]
    if not found:
        return None
    chosen = true.rng.choice(found)
    if chosen[0].isdigit():
        new = str(int(chosen[0]) + true.rng.choice((-2, -1, 1, 2)))
    else:
        kind = _WEEKDAYS if chosen[0] in _WEEKDAYS else _MONTHS
        new = true.rng.choice([name for name in kind if name not in true.sentence])
    return true.sentence[: chosen.start()] + new + true.sentence[chosen.end() :]


def _other_name(true: _True) -> str | None:
    found = [*_NAME.finditer(true.sentence)]
    foreign = [name for name in true.others if not {*name.split()} & {*" ".join(true.own).split()}]
    if not found or not foreign:
        return None
    chosen = true.rng.choice(found)
    return (
        true.sentence[: chosen.start()] + true.rng.choice(foreign) + true.sentence[chosen.end() :]
    )


def _mixed(true: _True) -> str | None:
    found = [*_NAME.finditer(true.sentence)]
    if not found:
        return None
    chosen = true.rng.choice(found)
    first, last = chosen[0].split()
    surnames = sorted({name.split()[1] for name in true.own} - {last, first})
    if not surnames:
        return None
    new = f"{first} {true.rng.choice(surnames)}"
    return (
        None
        if new in true.own
        else true.sentence[: chosen.start()] + new + true.sentence[chosen.end() :]
    )


def _denied(true: _True) -> str | None:
    if _NEGATED.search(true.sentence):
        return _NEGATED.sub(r"\1 ", true.sentence, count=1)
    found = _VERB.search(true.sentence)
    return (
        None
        if found is None
        else f"{true.sentence[: found.end()]} not{true.sentence[found.end() :]}"
    )


def _misquoted(true: _True) -> str | None:
    found = _QUOTE.search(true.sentence)
    if found is None:
        return None
    words = [*re.finditer(r"[a-z]{4,}", found[1])]
    if len(words) < 2:
        return None
    chosen = true.rng.choice(words[1:])
    start = found.start(1) + chosen.start()
    return true.sentence[:start] + chosen[0][::-1] + true.sentence[start + len(chosen[0]) :]


_MUTATE: dict[str, Callable[[_True], str | None]] = {
    "number": _other_number,
    "unit": _other_unit,
    "day": _other_day,
    "name": _other_name,
    "mixed": _mixed,
    "denial": _denied,
    "quote": _misquoted,
}
