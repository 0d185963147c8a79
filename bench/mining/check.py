"""What a question must be before it is kept, whoever wrote it. `REASONS` says it in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from bench.metrics import holds, normalise
from bench.mining.pick import MONTHS, WEEKDAYS, Candidate
from index.article import Article
from index.sentences import split_sentences
from qa.text import STOP_WORDS, content_stems, is_name, numbers, stem, words

SHORTEST, LONGEST = 4, 30  # words
SHARED = 2  # stems that question and sentence must have in common besides names
FROM_ARTICLE = 0.75  # share of the question's stems that stand in the article
ALIKE = 0.75  # share of the question's stems that another sentence may not hold

_OPENINGS = {
    "who": r"(?i:who)\b",
    "how many": r"(?:.*\s)?(?i:how many)\b",
    "how much": r"(?:.*\s)?(?i:how much)\b",
    "when": r"(?i:when|(?:in|on|by) (?:which|what))\b",
    "where": r"(?i:where|(?:in|at|on) (?:which|what))\b",
}
_PRONOUN = re.compile(
    r"\b(?:I|me|my|we|us|our|you|your|he|him|she|they|them|this|these|those|such|it)\b", re.I
)
_POSSESSIVE = re.compile(r"\b(?:his|her|its|their)\b")
_REFERRING = re.compile(
    r"\bthe (?:company|firm|group|article|sentence|text|passage|two|pair|same|other|former|latter"
    r"|contractor|report)(?:['’]s)?\b(?! of\b)|\b(?:also|too|there|here|another|again|instead"
    r"|however|therefore|according to)\b",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?:last|next|this) (?:week|month|year|season|summer|winter|autumn|spring|night|morning"
    rf"|evening|time|{WEEKDAYS})\b|\b(?:yesterday|today|tomorrow|tonight|now|ago|earlier|later"
    r"|recently|currently)\b",
    re.I,
)
_TIMES = re.compile(rf"(?:{MONTHS}|{WEEKDAYS})$")

Search = Callable[[str], Sequence[Article]]  # the articles that fit some words best


def names_something(candidate: Candidate) -> bool:
    """Whether the sentence has a name beside its answer; the question could hold none otherwise."""
    text, end = candidate.article.text, candidate.answer_end
    rest = f"{text[candidate.body : candidate.answer_start]} {text[end : candidate.end]}"
    return any(word.lower() not in STOP_WORDS for word in _names(["", *words(rest)]))


def fault(question: str, candidate: Candidate, answers: Sequence[str]) -> str | None:
    """Why a question is not kept, or None. It knows the article alone, not the archive."""
    asked = words(question)
    if question.count("?") != 1 or not question.endswith("?") or "\n" in question:
        return "no single question"
    if not SHORTEST <= len(asked) <= LONGEST:
        return "too short or too long a question"
    if not re.match(_OPENINGS[candidate.kind], question):
        return "asks for something else"
    if candidate.noun and stem(candidate.noun.split()[-1]) not in map(stem, asked):
        return "asks for something else"
    if holds(question, answers) or _gives_away(question, candidate):
        return "gives the answer away"
    if normalise(candidate.sentence) in normalise(question):
        return "copies the sentence"
    if not _names(asked):
        return "names nothing"
    if _points_elsewhere(question, candidate):
        return "refers to something it does not name"
    return _unfounded(question, candidate)


def _gives_away(question: str, candidate: Candidate) -> bool:
    if candidate.kind not in {"who", "where"}:
        return False
    return not {*map(stem, words(candidate.answer))}.isdisjoint(map(stem, words(question)))


def _names(asked: Sequence[str]) -> list[str]:
    return [word for word in asked[1:] if is_name(word) and not _TIMES.match(word)]


def _points_elsewhere(question: str, candidate: Candidate) -> bool:
    possessive = _POSSESSIVE.search(question)
    unnamed = possessive and not (
        candidate.kind == "who" or _names(words(question[: possessive.start()]))
    )
    return bool(
        unnamed
        or _PRONOUN.search(question)
        or _REFERRING.search(question)
        or _RELATIVE.search(question)
    )


def _unfounded(question: str, candidate: Candidate) -> str | None:
    """Whether a question is of the sentence, and invents nothing that the article does not say."""
    article = candidate.article
    whole = {*content_stems(f"{article.title}\n{article.text}")}
    stems = {*content_stems(question)}
    if len(stems & {*content_stems(candidate.sentence)}) <= SHARED:
        return "says too little of the sentence"
    names = {*map(stem, _names(words(question)))}
    if not names <= whole or not {*numbers(question)} <= {*numbers(article.text)} | whole:
        return "names what the article does not"
    if len(stems & whole) < FROM_ARTICLE * len(stems):
        return "says what the article does not"
    return None


def rival(question: str, candidate: Candidate, answers: Sequence[str], search: Search) -> bool:
    """Whether another sentence of the archive is about the same and does not hold the answer."""
    key = {*content_stems(question)}
    return any(
        len(key & {*content_stems(sentence)}) >= ALIKE * len(key) and not holds(sentence, answers)
        for sentence in _others(candidate, search(question))
        if _tells(sentence, candidate.kind, key)
    )


def stating(candidate: Candidate, search: Search) -> tuple[Article, ...]:
    """The articles in which the candidate's sentence stands, its own first."""
    sentence = candidate.sentence
    others = (item for item in search(sentence) if item.id != candidate.article.id)
    return (candidate.article, *(item for item in others if sentence in item.text))


def share_held(stems: Iterable[str], article: Article) -> float:
    """The share of some stems that an article holds."""
    wanted = {*stems}
    return len(wanted & {*content_stems(f"{article.title}\n{article.text}")}) / len(wanted)


def _tells(sentence: str, kind: str, key: set[str]) -> bool:
    """Whether a sentence has something of the kind that is asked for."""
    if kind in {"who", "where"}:
        return any(stem(word) not in key for word in _names(words(sentence)))
    return bool(numbers(sentence))


def _others(candidate: Candidate, articles: Sequence[Article]) -> Iterator[str]:
    for article in articles:
        for start, end in split_sentences(article.text):
            if article.text[start:end] != candidate.sentence:
                yield article.text[start:end]
