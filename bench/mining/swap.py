"""Questions the archive does not answer: a name of an answered question exchanged for another."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from bench.mining.check import Search, share_held
from bench.mining.pick import NAME, Names
from qa.text import content_stems

HELD = 0.5  # of the key words: more, and an article may well answer the exchanged question
TRIES = 20  # names that are tried for one question

RULE = (
    "A name of an answered question was exchanged for another name of the same kind from the "
    "archive. No article holds both names, and of the articles found by the new name and the key "
    "words none that holds the name holds more than half of the other key words."
)


def swap(
    question: str, names: Names, search: Search, rng: random.Random
) -> tuple[str, str, str] | None:
    """Give the exchanged question, the old name and the new one, or None where none fits."""
    for known in (names.people, names.places):
        for old in _named(question, known):
            others = sorted(known - {old})
            for new in rng.sample(others, min(TRIES, len(others))):
                if _is_foreign(old, new, question, search):
                    return question.replace(old, new), old, new
    return None


def _named(question: str, known: set[str]) -> Sequence[str]:
    """The names in a question that are known, each whole and no owner of something."""
    return [name for name in re.findall(NAME, question) if name in known]


def _is_foreign(old: str, new: str, question: str, search: Search) -> bool:
    if {*old.split()} & {*new.split()} or new in question:
        return False
    key = [*content_stems(question.replace(old, " "))]
    if not key or any(old in item.text and new in item.text for item in search(f"{old} {new}")):
        return False
    found = search(f"{new} {question.replace(old, ' ')}")
    return not any(new in item.text and share_held(key, item) > HELD for item in found)
