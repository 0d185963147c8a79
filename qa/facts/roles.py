"""Who did what to whom, where a verb stands right between two names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.facts.names import find_names, untitled
from qa.facts.tokens import tokens
from qa.facts.verbs import lemma
from qa.text import STOP_WORDS

BETWEEN = 5  # tokens between the two names, at most

_BE = frozenset("was were is are been being be".split())
_BOTH_WAYS = frozenset(map(lemma, "meet marry join face play match equal resemble".split()))


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb with the last words of the names of doer and done to."""

    verb: str
    doer: str
    done_to: str


@lru_cache(maxsize=4096)
def deeds(text: str) -> frozenset[Deed]:
    """Give the deeds of a text: "A beat B", and "B was beaten by A" the same."""
    names = [name for name in find_names(text) if untitled(name.words)]
    every = tokens(text)
    found = set()
    place = 0
    for left, right in pairwise(names):
        between = []
        while place < len(every) and every[place].start < right.start:
            if every[place].start >= left.end:
                between.append(every[place])
            place += 1
        if not 1 <= len(between) <= BETWEEN or not all(t.is_word for t in between):
            continue
        words = [t.lower for t in between]
        passive = words[0] in _BE and words[-1] == "by"
        verbs = [w for w in words if w not in STOP_WORDS and not w.endswith("ly")]
        if len(verbs) != 1 or (words[0] in _BE and not passive) or words[-1] in ("of", "and", "or"):
            continue
        verb = lemma(verbs[0])
        doer, done_to = (n.words[-1] for n in ((right, left) if passive else (left, right)))
        if verb not in _BOTH_WAYS and doer != done_to:
            found.add(Deed(verb, doer, done_to))
    return frozenset(found)


def swapped(told: str, stated: str) -> Deed | None:
    """Give a deed that is told the other way round than it is stated."""
    known = deeds(stated)
    for deed in deeds(told) - known:
        if Deed(deed.verb, deed.done_to, deed.doer) in known:
            return deed
    return None
