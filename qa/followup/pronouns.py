"""The pronouns and demonstratives of a question replaced by what they mean in a conversation.

It knows what was spoken of (antecedent.py) and words, no model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.followup.antecedent import antecedent, fits
from qa.grammar import (
    ADVERBS,
    AUXILIARIES,
    BE,
    CLOSED,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    WH,
    Token,
    bare,
    is_plural,
    is_verb,
    parse_question,
    tokens,
)
from qa.mentions import TIMES, Thing, mentions, names

_PLAIN = {
    "he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "hers": "she",
    "it": "it", "its": "it", "they": "they", "them": "they", "their": "they", "theirs": "they",
    "there": "there",
}  # fmt: skip
_OWNING = frozenset("his its their her".split())
_CLASSES: dict[str, frozenset[str]] = {  # a noun, and the kinds of name that it may stand for
    **dict.fromkeys(
        """company firm group party team club union bank agency organisation
        organization council airline university ministry outlet business""".split(),
        frozenset({"organisation", "name"}),
    ),
    **dict.fromkeys(
        """man woman person player politician actor singer leader minister president
        mayor author official candidate boy girl captain star guy""".split(),
        frozenset({"person", "name"}),
    ),
    **dict.fromkeys(
        "country city town village island region state place area nation port".split(),
        frozenset({"place"}),
    ),
}  # fmt: skip
_SOURCES = frozenset("article articles report reports source sources passage text".split())
_EVENTS = frozenset("event incident case matter issue topic story decision move news thing".split())
_BEHIND_ALONE = PREPOSITIONS | CONJUNCTIONS | WH | AUXILIARIES | ADVERBS | DETERMINERS
_SUBORDINATING = frozenset("when after before while as although because since if until".split())
_EMPTY_IT = re.compile(
    r"\b(?:is|was|does|did|will|would|can|could|has) it (?:true|possible|likely|legal|safe|raining"
    r"|snowing|take|cost|mean|that|important|clear|known|said|been)\b"
    r"|\b(?:make|makes|made|making) it\b|\bwhat time is it\b"
    r"|\bit (?:is|was|takes?) (?:true|said|known|to)\b",
    re.I,
)


def replace_pronouns(text: str, spoken: Sequence[Thing], topic: str) -> tuple[str, bool]:
    """Give a question with its pronouns replaced, and whether another meaning is likely too.

    A pronoun that means something in the question itself stays, as does one that nothing fits.
    """
    words = tokens(text)
    own = _Own(text, words)
    edits: list[tuple[int, int, str]] = []
    unsure = False
    used: dict[str, str] = {}
    empty = bool(_EMPTY_IT.search(text))
    for n, word in enumerate(words):
        if word.lower in {"this", "that", "these", "those", "such", "the"}:
            edit, doubt = _demonstrative(text, words, n, spoken, topic)
        elif word.lower in _PLAIN and not (word.lower == "it" and empty):
            edit, doubt = _pronoun(words, n, spoken, own, used)
        else:
            continue
        unsure = unsure or doubt
        if edit is not None and (not edits or edit[0] >= edits[-1][1]):
            edits.append(edit)
    for start, end, new in reversed(edits):
        text = f"{text[:start]}{new}{text[end:]}"
    return text, unsure


def _pronoun(
    words: list[Token],
    n: int,
    spoken: Sequence[Thing],
    own: _Own,
    used: dict[str, str],
) -> tuple[tuple[int, int, str] | None, bool]:
    word, plain = words[n], _PLAIN[words[n].lower]
    if plain == "there" and not _is_place(words, n):
        return None, False
    owning = _owns(words, n)
    if plain in used:
        return _edit(word, used[plain], owning), False
    if plain != "there" and own.means(words, n, plain, owning):
        return None, False
    found, close = antecedent(plain, [t for t in spoken if t.text not in used.values()])
    if found is None:
        return None, plain != "there"
    used[plain] = found.text
    new = f"in {found.text}" if plain == "there" and not _led(words, n) else found.text
    return _edit(word, new, owning), close


def _edit(word: Token, new: str, owning: bool) -> tuple[int, int, str]:
    if owning:
        new = f"{new}’" if new.endswith("s") else f"{new}’s"
    if word.text.endswith(("'s", "’s")):  # "who's he's"
        new = f"{new}{word.text[-2:]}"
    return word.start, word.end, f"{new[:1].upper()}{new[1:]}" if word.start == 0 else new


def _owns(words: list[Token], n: int) -> bool:
    """Whether a pronoun says whose the next word is."""
    word = words[n].lower
    if word not in _OWNING or n + 1 == len(words) or not words[n + 1].joined:
        return word in {"his", "its", "their"} and n + 1 < len(words)
    return word != "her" or words[n + 1].lower not in _BEHIND_ALONE


def _is_place(words: list[Token], n: int) -> bool:
    """Whether "there" is a place and no "there was": it ends the question or follows "from"."""
    return (n + 1 == len(words) and not (n and words[n - 1].lower in AUXILIARIES)) or _led(words, n)


def _led(words: list[Token], n: int) -> bool:
    return n > 0 and words[n - 1].lower in {"from", "near", "over", "around"}


class _Own:
    """What the pronouns of a question may mean in the question itself."""

    def __init__(self, text: str, words: Sequence[Token]) -> None:
        asked = parse_question(text)
        self._text = text
        self._things = [*mentions(text), *names(text)]
        self._asked_of = bool(asked and asked.about_subject)  # "Which firm sold its mine?"
        self._verb = asked.auxiliary if asked else ""
        begins = len(asked.wh) if asked else 0
        self._plurals = [
            w.start
            for w in words
            if w.start >= begins and w.lower not in CLOSED and is_plural(w.lower)
        ]

    def means(self, words: Sequence[Token], n: int, plain: str, owning: bool) -> bool:
        """Whether a pronoun means something that its own question names."""
        word = words[n]
        if self._asked_of and n > 1:
            if owning and not (self._verb in BE and n <= 2):
                return True
            behind = words[n + 1].lower if n + 1 < len(words) else ""
            if word.lower in {"he", "she", "it", "they"} and _is_finite(behind):
                return True
        if plain == "they" and any(start < word.start for start in self._plurals):
            return True
        fitting = [t for t in self._things if fits(t, plain) is not None]
        places = [self._text.find(t.text) for t in fitting]
        if any(0 <= place < word.start for place in places):
            return True  # "What did the minister say when he resigned?"
        comma = self._text.find(",", word.end)
        leads = words[0].lower in _SUBORDINATING and comma >= 0
        return leads and any(place > comma for place in places)


def _is_finite(word: str) -> bool:
    plain = word.split("’")[0].split("'")[0]
    return is_verb(plain) or plain.removesuffix("n") in AUXILIARIES


def _demonstrative(
    text: str, words: list[Token], n: int, spoken: Sequence[Thing], topic: str
) -> tuple[tuple[int, int, str] | None, bool]:
    """ "That strike", "this company", "the deal": the fuller name under which it was spoken of."""
    word = words[n]
    noun = words[n + 1] if n + 1 < len(words) and words[n + 1].joined else None
    if noun is None or (noun.lower in _BEHIND_ALONE and noun.lower not in {"back"}):
        return _that(words, n, topic)
    following = words[n + 2] if n + 2 < len(words) and words[n + 2].joined else None
    if noun.lower.rstrip("s") in TIMES or noun.lower in _SOURCES:
        return None, False
    if noun.capital or (following is not None and following.capital):
        return None, False
    if word.lower == "the":
        if noun.text != bare(noun.text):
            return None, False  # "the world's"
        if following is not None and following.lower in {
            "of",
            "in",
            "at",
            "between",
            "for",
            "with",
        }:
            return None, False  # it says itself which
    elif following is not None and following.lower.isalpha() and not _ends(following):
        noun = following if _match(following.lower, spoken) else noun
    full = _match(noun.lower, spoken)
    if full is None and word.lower != "the":
        full = _by_class(noun.lower, spoken)
        if full is None and noun.lower in _EVENTS and topic:
            full = topic
    if full is None:
        return None, word.lower in {"this", "these", "those"}
    if full.lower() == text[word.start : noun.end].lower():
        return None, False
    owning = noun.text.endswith(("'s", "’s"))
    return _edit(Token(word.text, word.lower, word.start, noun.end, True), full, owning), False


def _ends(word: Token) -> bool:
    return word.lower in _BEHIND_ALONE or word.lower.endswith(("ed", "ing"))


def _that(words: list[Token], n: int, topic: str) -> tuple[tuple[int, int, str] | None, bool]:
    """ "When did she say that?": that, about what was spoken of."""
    word = words[n]
    last = n + 1 == len(words)
    before = words[n - 1].lower if n else ""
    if word.lower not in {"this", "that"} or not last or not topic:
        return None, False
    if before in {"say", "said", "claim", "think", "know", "announce", "write", "tell"}:
        return (word.start, word.end, f"that about {topic}"), False
    if before in PREPOSITIONS or before in {"cause", "caused", "mean", "like", "support", "oppose"}:
        return (word.start, word.end, topic), False
    return None, True


def _match(noun: str, spoken: Sequence[Thing]) -> str | None:
    """The fullest phrase with this noun at its head, the most prominent first."""
    for thing in spoken:
        low = thing.text.lower()
        head = re.split(r" (?:of|in|at|from|between|for|with) ", low)[0]
        if head.split()[-1] in {noun, noun.rstrip("s")} and low != noun:
            return thing.text
    return None


def _by_class(noun: str, spoken: Sequence[Thing]) -> str | None:
    kinds = _CLASSES.get(noun)
    if kinds is None:
        return None
    exact = [t for t in spoken if t.kind in kinds and t.kind != "name"]
    found = exact or [t for t in spoken if t.kind in kinds]
    return found[0].text if found else None
