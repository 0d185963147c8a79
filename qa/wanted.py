"""What a question looks for in a text: its words by their rarity, its names, the kind of answer.

It knows no index and no model; how rare words are is passed in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qa.text import STOP_WORDS, content_stems, is_name, stem, words

Kind = Literal["person", "place", "time", "number", "other"]

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("number", re.compile(r"\bhow (?:many|much|old|long|far|big|large|tall|high|often|fast)\b")),
    ("number", re.compile(r"\b(?:what|which) (?:percent|percentage|number|share|proportion)\b")),
    (
        "time",
        re.compile(r"\b(?:when|(?:what|which) (?:year|day|date|month|time|century|decade))\b"),
    ),
    (
        "place",
        re.compile(
            r"\b(?:where|(?:what|which) (?:\w+ )?"
            r"(?:country|city|state|town|nation|place|region|island|county|continent))\b"
        ),
    ),
    ("person", re.compile(r"\b(?:who|whose|whom)\b")),
)
_TIMES = frozenset(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow week month
    year""".split()
)
_COUNTS = frozenset(
    """two three four five six seven eight nine ten eleven twelve dozen hundred thousand million
    billion trillion percent half double""".split()
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_DIGITS = frozenset("0123456789")
_BEFORE_PLACES = frozenset("in at from to near of outside across around".split())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. Weights are shares of the question's stems and add up to 1."""

    weights: Mapping[str, float]
    names: frozenset[str]  # stems of names and numbers
    pairs: frozenset[tuple[str, str]]  # content stems that follow one another
    kind: Kind
    beginnings: frozenset[str]  # the first two letters of its stems

    def share(self, stems: Iterable[str]) -> float:
        """How much of the weights some stems make up, 0 to 1."""
        return sum(self.weights.get(stem, 0.0) for stem in stems)


@dataclass(frozen=True, slots=True)
class Seen:
    """What of it a text holds; shares are 0 to 1."""

    stems: frozenset[str]
    covered: float  # share of the weights
    named: float  # share of the names and numbers; 1 where there are none
    paired: float  # share of the pairs
    fits: bool  # whether something of the kind asked for stands there that the question lacks
    new_name: bool  # whether a name stands there that the question lacks
    length: int  # words


def look_for(
    question: str, rarity: Callable[[Sequence[str]], Sequence[float]] | None = None
) -> Wanted:
    """Say what a question looks for.

    `rarity` gives a weight above 0 for each of some stems; without it all are alike.
    """
    stems = list(dict.fromkeys(content_stems(question)))
    rare = rarity(stems) if rarity else [1.0] * len(stems)
    total = sum(rare) or 1.0
    tokens = words(question)
    first = tokens[0] if tokens else ""
    names = {
        stem(word) for word in tokens if (is_name(word) and word is not first) or word[:1].isdigit()
    } & set(stems)
    order = content_stems(question)
    lower = question.lower()
    kind: Kind = next((kind for kind, pattern in _KINDS if pattern.search(lower)), "other")
    return Wanted(
        {s: r / total for s, r in zip(stems, rare, strict=True)},
        frozenset(names),
        frozenset(pairwise(order)),
        kind,
        frozenset(s[:2] for s in stems),
    )


def inverse_frequency(found: int, documents: int) -> float:
    """How rare a word is that stands in so many of the documents, as BM25 has it."""
    return math.log(1.0 + (documents - found + 0.5) / (found + 0.5))


def look_at(text: str, wanted: Wanted) -> Seen:
    """Say what of the wanted a text holds."""
    tokens = words(text)
    lower = [token.lower() for token in tokens]
    known = [_stem_of(token, low, wanted) for token, low in zip(tokens, lower, strict=True)]
    order = [s for s, low in zip(known, lower, strict=True) if low not in STOP_WORDS]
    stems = {s for s in order if s}
    pairs = wanted.pairs & set(pairwise(order))
    strange = [
        n
        for n, token in enumerate(tokens)
        if n
        and token != lower[n]
        and not known[n]
        and is_name(token)
        and lower[n] not in STOP_WORDS
    ]
    return Seen(
        frozenset(stems),
        sum(wanted.weights[s] for s in stems),
        len(wanted.names & stems) / len(wanted.names) if wanted.names else 1.0,
        len(pairs) / len(wanted.pairs) if wanted.pairs else 0.0,
        _fits(wanted.kind, tokens, known, strange),
        bool(strange),
        len(tokens),
    )


def _stem_of(token: str, lower: str, wanted: Wanted) -> str:
    """The stem of a token if it is wanted, or nothing; most tokens need no stemming for that."""
    if lower[:2] in wanted.beginnings or lower[0] in _DIGITS or lower in _COUNTS:
        found = stem(token)
        return found if found in wanted.weights else ""
    return ""


def _fits(kind: Kind, tokens: Sequence[str], known: Sequence[str], strange: Sequence[int]) -> bool:
    """Whether a word of the kind asked for is there that the question does not hold."""
    if kind == "number":
        return any(
            (token[0].isdigit() or token.lower() in _COUNTS) and not of_question
            for token, of_question in zip(tokens, known, strict=True)
        )
    if kind == "time":
        return any(
            (token.lower() in _TIMES or _YEAR.fullmatch(token)) and not of_question
            for token, of_question in zip(tokens, known, strict=True)
        )
    if kind == "person":
        places = set(strange)
        return any(n + 1 in places for n in strange)
    if kind == "place":
        return any(tokens[n - 1].lower() in _BEFORE_PLACES for n in strange)
    return bool(strange)
