"""The numbers of an answer sentence, with their units, against what it may rest on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from index.article import Article
from qa.answer import Evidence
from qa.basis import Basis
from qa.facts.days import find_days
from qa.facts.quantities import find_quantities
from qa.facts.quantity import Quantity, fits
from qa.facts.units import STOPS, UNITS
from qa.text import stem, words

LARGE = 1000  # a number that hardly stands twice in the evidence of one answer
SHORT = 4  # words of an answer whose number need not say what it counts

_HOW_MANY = re.compile(r"\bhow many\s+((?:[^\W\d_]+\s*){1,4})", re.I)


def wrong_number(sentence: str, basis: Basis) -> str | None:
    """Say which number of a sentence is not there; None if all are."""
    told = _outside_days(sentence)
    if not told:
        return None
    stated = [(text, q) for text in basis.texts for q in _distinct(_outside_days(text))]
    asked = [
        q
        for q in _outside_days(basis.asked)
        if _in_article(q, basis.cited) or _is_spelled(q, basis.asked, stated)
    ]
    short = len(words(sentence)) <= SHORT
    for quantity in _distinct(told):
        quantity = _as_asked(quantity, basis.asked) if short else quantity
        others = [*(q for _, q in stated), *asked]
        if not any(fits(quantity, other) for other in others) and not _counts_alike(
            quantity, others
        ):
            return _number_missing(sentence, quantity, stated)
    return None


def _is_spelled(asked: Quantity, question: str, stated: Sequence[tuple[str, Quantity]]) -> bool:
    """Whether a question spells a count out ("which two groups") that nothing stated differs from.

    Articles list what is counted so, and seldom count it.
    """
    spelled = question[asked.start : asked.end].isalpha() and not asked.unit
    return spelled and not any({*asked.nouns} & {*other.nouns} for _, other in stated)


def _counts_alike(told: Quantity, stated: Sequence[Quantity]) -> bool:
    """Whether a large number is there that counts the same in other words: customers, homes.

    Not where the evidence gives what is counted another number; and a small number would be found
    by chance.
    """
    if told.unit or told.high is not None or told.value < LARGE:
        return False
    same = [other for other in stated if fits(replace(told, nouns=()), other)]
    rivals = [other for other in stated if {*told.nouns} & {*other.nouns}]
    return bool(same) and not rivals


def _distinct(quantities: Sequence[Quantity]) -> list[Quantity]:
    """Each quantity once, wherever it stands."""
    return [*{replace(q, start=0, end=0): q for q in quantities}.values()]


def _number_missing(sentence: str, told: Quantity, stated: Sequence[tuple[str, Quantity]]) -> str:
    shown = sentence[told.start : told.end]
    for text, other in stated:
        alike = told.unit == other.unit if told.unit else {*told.nouns} & {*other.nouns}
        if alike:
            return f'the evidence says "{text[other.start : other.end]}", not "{shown}"'
    return f'the number "{shown}" is not in the cited sentence'


def _in_article(quantity: Quantity, cited: Sequence[Evidence]) -> bool:
    return any(fits(quantity, other) for item in cited for other in _of_article(item.article))


@lru_cache(maxsize=64)
def _of_article(article: Article) -> tuple[Quantity, ...]:
    return find_quantities(article.text)


def _as_asked(told: Quantity, question: str) -> Quantity:
    """A bare number with what the question counts: "12" years, or people, if it asks how many."""
    found = _HOW_MANY.search(question)
    if found is None or told.unit or told.nouns:
        return told
    counted = list(takewhile(lambda word: word not in STOPS, found[1].lower().split()))
    if counted and counted[0] in UNITS:
        return replace(told, unit=UNITS[counted[0]])
    return replace(told, nouns=tuple(map(stem, counted)))


@lru_cache(maxsize=4096)
def _outside_days(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text that are no part of a day."""
    inside = {place for day in find_days(text) for place in range(day.start, day.end)}
    return tuple(q for q in find_quantities(text) if q.start not in inside)
