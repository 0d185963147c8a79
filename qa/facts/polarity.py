"""What a text denies: "was not approved" and "denied selling it" against the same without it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise

from qa.facts.tokens import Token, tokens
from qa.facts.verbs import lemma

SCOPE = 8  # words behind a strong denial that it covers

_NOT = frozenset(
    """not cannot never no nobody none neither nor without nothing hardly scarcely""".split()
)
_STRONG = frozenset(map(lemma, "deny fail refuse decline unable reject avoid lack dismiss".split()))
_ANY = _STRONG | frozenset(map(lemma, "false untrue impossible unlikely stop prevent".split()))
# What a "not" passes over on its way to the word that it denies.
_PASSED = frozenset(
    """a an the any been be being have has had yet ever also to of his her their its our it he she
    they this that these those one longer only more than even so very really actually always
    is was are were do does did will would""".split()
)
_ENDS = frozenset("but although though because while whereas which who".split())
# "not only", "not until he", "no doubt" deny nothing that follows.
_HARMLESS = frozenset("only just doubt until wonder matter longer later".split())
_NEGATED = ("un", "in", "im", "dis", "non")


@lru_cache(maxsize=4096)
def denied(text: str, *, widely: bool = False) -> frozenset[str]:
    """The lemmas that a text denies; `widely` all that stands behind "denied" and the like."""
    return frozenset(_denied(tokens(text), widely))


@lru_cache(maxsize=4096)
def affirmed(text: str) -> frozenset[str]:
    """The lemmas that a text has outside of what it denies."""
    every = tokens(text)
    left = Counter(lemma(token.text) for token in every if token.is_word)
    left.subtract(_denied(every, widely=True))
    return frozenset(word for word, times in left.items() if times > 0)


def _denied(every: list[Token], widely: bool) -> list[str]:
    found: list[str] = []
    for place, token in enumerate(every):
        if _is_not(token):
            found += _target(every, place + 1)
        elif lemma(token.text) in _STRONG:
            found += _covered(every, place + 1)[: None if widely else 1]
    return found


def flipped(told: str, stated: str) -> str | None:
    """Give a word that one text denies and the other affirms, or None."""
    for one, other in ((told, stated), (stated, told)):
        widely = not is_denial(other)
        for word in sorted(denied(one, widely=widely) - affirmed(one)):
            if word in affirmed(other) - denied(other, widely=True):
                return word
    return _copied(told, stated) or _copied(stated, told)


def _copied(one: str, other: str) -> str | None:
    """Give what stands around a "not" of one text and without it in the other."""
    words = f" {' '.join(token.lower for token in tokens(other))} "
    every = tokens(one)
    for place, token in enumerate(every):
        around = [
            t.lower for t in (*every[max(0, place - 1) : place], *every[place + 1 : place + 3])
        ]
        if token.lower == "not" and len(around) == 3 and f" {' '.join(around)} " in words:
            return around[1]
    return None


def is_denial(text: str) -> bool:
    """Whether a text denies something at all."""
    return any(_is_not(token) or lemma(token.text) in _STRONG for token in tokens(text))


def knows_denial(text: str) -> bool:
    """Whether a text has any word that may stand behind a denial of what it says."""
    return any(
        _is_not(token) or lemma(token.text) in _ANY or token.lower.startswith(_NEGATED)
        for token in tokens(text)
    )


def _is_not(token: Token) -> bool:
    return token.lower in _NOT or token.lower.endswith("n't")


def _target(every: list[Token], at: int) -> set[str]:
    """The word that a "not" denies; with an ordinary object also the verb behind it."""
    for token in every[at : at + SCOPE]:
        word = token.lower
        if word in _HARMLESS or not token.is_word:
            return set()
        if word not in _PASSED and not word.endswith("ly"):
            return {lemma(token.text)} | _passive(every, at, token)
    return set()


def _passive(every: list[Token], at: int, target: Token) -> set[str]:
    """Of "no ship was lost" the verb."""
    if at < 1 or every[at - 1].lower != "no":
        return set()
    behind = [token for token in every[at : at + SCOPE] if token.start > target.start][:3]
    for first, second in pairwise(behind):
        if first.lower in ("was", "were", "is", "are", "been") and second.is_word:
            return {lemma(second.text)}
    return set()


def _covered(every: list[Token], at: int) -> list[str]:
    found: list[str] = []
    for token in every[at : at + SCOPE]:
        if token.text in ".;:,!?" or token.lower in _ENDS:
            break
        if token.is_word and token.lower not in _PASSED and not token.text[0].isupper():
            found.append(lemma(token.text))
    return found
