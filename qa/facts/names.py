"""Names of a text, each whole, and whether another text knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.facts.tokens import Token, bare, tokens
from qa.facts.words import CAPITALISED, DEMONYMS, OPENERS, PARTICLES, SAME, TITLES
from qa.text import STOP_WORDS, stem

MOST_WORDS = 12  # of a run of capitals that are taken for one name; what follows is another


@dataclass(frozen=True, slots=True)
class Name:
    """`text[start:end]`: words with a capital that stand together, bare and in lower case."""

    start: int
    end: int
    words: tuple[str, ...]
    opens: bool = False  # it begins a sentence: its first word may be none of the name


class Known:
    """What texts say of names."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.runs = {name.words for text in texts for name in find_names(text)}
        self.runs |= {run[1:] for text in texts for run in _opening(text)}
        self.runs |= {untitled(run) for run in self.runs}
        self.runs -= {()}
        self.parts = {part for run in self.runs for part in _parts(run)}
        lists = [[bare(t.text) for t in tokens(text) if t.text[0].isalnum()] for text in texts]
        self.text = "\n".join(f" {' '.join(found)} " for found in lists)
        self.words = {word for found in lists for word in found}
        self.stems = {stem(word) for word in self.words}
        self.short = {
            "".join(word[0] for word in run if word not in PARTICLES) for run in self.runs
        }

    def holds(self, words: Sequence[str]) -> bool:
        """Whether a name of these words is known: in one name, or spelled in another way."""
        if f" {' '.join(words)} " in self.text or any(_within(words, part) for part in self.parts):
            return True
        joined = " ".join(words)
        if any(f" {other} " in self.text for other in SAME.get(joined, ())):
            return True
        if len(words) == 1:
            return self._holds_word(words[0])
        initials = "".join(word[0] for word in words if word not in PARTICLES)
        spelled_out = len(initials) > 2 and initials in self.words
        return spelled_out and joined in self.text

    def _holds_word(self, word: str) -> bool:
        if stem(word) in self.stems or any(f" {other} " in self.text for other in _kin(word)):
            return True
        return 2 < len(word) < 7 and word in self.short

    def is_whole(self, word: str) -> bool:
        """Whether a word alone may be set beside another name: no part of a longer one."""
        if (word,) in self.runs or word in TITLES or f" {word} " not in self.text:
            return self._holds_word(word)
        return not any(word in run for run in self.runs)


def missing_name(sentence: str, known: Known) -> str | None:
    """Give the first name of a sentence that is not known, as it is written; None if all are."""
    for name in find_names(sentence):
        words = _without_opener(name, known)
        if words and not _is_carried(words, known):
            return _shown(sentence, name, words, known)
    return None


def _shown(sentence: str, name: Name, words: Sequence[str], known: Known) -> str:
    unknown = [word for word in words if word not in CAPITALISED and not known.holds([word])]
    for token in tokens(sentence[name.start : name.end]):
        if unknown and bare(token.text) == unknown[0]:
            return token.text.removesuffix("'s").removesuffix("’s")
    return sentence[name.start : name.end]


def _is_carried(words: Sequence[str], known: Known) -> bool:
    """Whether a run of capitals is known, or is made of names that are known, each whole."""
    if known.holds(words):
        return True
    core = untitled(words)
    titles = [word for word in words[: len(words) - len(core)] if word not in CAPITALISED]
    if core != tuple(words) and all(known.holds([title]) for title in titles):
        return not core or _is_carried(core, known)
    reach = [True] + [False] * len(words)  # whether the words so far are made of known names
    for end in range(1, len(words) + 1):
        reach[end] = any(
            reach[start]
            and (
                known.holds(words[start:end])
                if end - start > 1
                else known.is_whole(words[start]) or words[start] in PARTICLES
            )
            for start in range(end)
        )
    return len(words) > 1 and reach[-1]


def _without_opener(name: Name, known: Known) -> tuple[str, ...]:
    """The words of a name that is checked: the first of a sentence may be an ordinary word."""
    if not name.opens:
        return name.words
    first = name.words[0]
    if (first,) in known.runs and first not in STOP_WORDS:
        return name.words
    ordinary = first in STOP_WORDS or first in OPENERS or first.endswith(("ly", "ing"))
    if len(name.words) > 1 and not ordinary and not known.holds(name.words[:1]):
        return name.words
    if ordinary or (first in known.words and len(name.words) == 1):
        return name.words[1:]
    return name.words


def untitled(words: Sequence[str]) -> tuple[str, ...]:
    """A name without the titles before it."""
    at = 0
    while at < len(words) and words[at] in TITLES:
        at += 1
    return tuple(words[at:])


@lru_cache(maxsize=4096)
def find_names(text: str) -> tuple[Name, ...]:
    """Give the names of a text in order; the first word of a sentence counts as one."""
    found: list[Name] = []
    run: list[Token] = []
    opens = False
    waiting: list[Token] = []  # particles and signs that another capital may follow
    before = "."
    for token in tokens(text):
        near = not run or token.start - (waiting or run)[-1].end <= 1
        if _is_capital(token) and near and len(run) + len(waiting) < MOST_WORDS:
            if not run:
                opens = before in '.?!:“"'
            run += [*waiting, token]
            waiting = []
            if token.lower.endswith("'s"):
                _close(found, run, opens)
        elif run and near and _joins(token, (waiting or run)[-1], text):
            waiting.append(token)
        else:
            _close(found, run, opens)
            waiting = []
            if _is_capital(token):
                opens, run = before in '.?!:“"', [token]
                if token.lower.endswith("'s"):
                    _close(found, run, opens)
        before = token.text
    _close(found, run, opens)
    return tuple(found)


def _close(found: list[Name], run: list[Token], opens: bool) -> None:
    """Take a run for a name, unless its words are ordinary ones that are always written so."""
    words = tuple(bare(t.text) for t in run if t.text[0].isalpha())
    if words and not (len(words) == 1 and (words[0] in CAPITALISED or words[0] in STOP_WORDS)):
        found.append(Name(run[0].start, run[-1].end, words, opens))
    run.clear()


def _is_capital(token: Token) -> bool:
    return token.is_word and token.text[0].isupper() and token.text not in ("I", "I'm", "I’m")


def _joins(token: Token, last: Token, text: str) -> bool:
    """Whether a token may stand inside a name: a particle, "&", a hyphen, a dot of initials."""
    if token.text == ".":
        short = len(last.text) == 1 or bare(last.text) in TITLES
        return short and token.start == last.end
    if token.text in "-–":
        return token.start == last.end and text[token.end : token.end + 1].isupper()
    return token.text == "&" or token.text in PARTICLES


def _within(words: Sequence[str], run: Sequence[str]) -> bool:
    """Whether the words stand in a name, in this order."""
    at = iter(run)
    return len(words) <= len(run) and all(word in at for word in words)


def _parts(run: Sequence[str]) -> list[tuple[str, ...]]:
    """What stands between the "of" and "the" of a name: "Brown of the Bank" names two."""
    plain = " ".join("|" if word in ("of", "the") else word for word in run)
    return [tuple(part.split()) for part in plain.split("|")]


def _opening(text: str) -> list[tuple[str, ...]]:
    return [name.words for name in find_names(text) if name.opens and len(name.words) > 1]


@lru_cache(maxsize=10_000)
def _kin(word: str) -> tuple[str, ...]:
    """A country for its people, and the other way round; other ways to write an abbreviation."""
    return (*DEMONYMS.get(word, ()), *SAME.get(word, ()))
