"""Answer sentences to the evidence that carries them. Nothing the model invents survives here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from index.sentences import split_sentences
from qa.answer import REFUSAL, Citation, Evidence, Sentence
from qa.text import content_stems, is_name, stem, words
from qa.verify import mere_verdict, why_unsupported

AGREES = 0.9  # of the best piece's weight that a second witness must have
ENOUGH = 0.5  # of it that a piece must have to carry a sentence alone
MOST_TRIED = 6  # pieces that are tried alone

# What a model writes when it means to cite; the program cites, so all of it goes.
_LIST = r"\d{1,3}(?:\s*(?:[,;&–-]|and)\s*\d{1,3})*"
_MARKER = re.compile(
    rf"(?<!\s)\s*(?:\[\^?(?:{_LIST})?\]|【[^】]{{0,40}}】"
    rf"|[\[(]\s*(?:excerpt|source|article|passage|citation)s?\s*#?{_LIST}\s*[\])])",
    re.I,
)
_OPEN_MARKER = re.compile(
    r"(?<!\s)\s*(?:\[[\^\d\s,;&–-]{0,12}|【[^】]{0,40}|[\[(]\s*[a-z]{0,10}[\s\d#,;&–-]{0,12})$",
    re.I,
)

# How answers begin that are none: a brace holds the choices, the phrases are spelled out below.
_REFUSALS = (
    "i {could not|couldn't|cannot|can not|can't|do not|don't|did not|didn't} {find|know|have|see}",
    "i am {sorry|unable|not able|not sure}",
    "i'm {sorry|unable|not able|not sure}",
    "{the|these|none of the}{| given| provided} {excerpt|article|passage|text|source|context}{|s}"
    "{| given| provided} {do not|don't|does not|doesn't|did not|didn't}",
    "none of the{| given| provided} {excerpt|article|passage|text|source}s{| given| provided} "
    "{mention|state|say|tell|give|contain|provide|answer}",
    "there {is|are} no {information|mention|evidence|details}",
    "no {information|mention} {is|of|about|on|in|was}",
    "{it|this|that} {is not|isn't|was not|wasn't} {stated|mentioned|specified}",
    "{sorry|not stated|not mentioned|not specified}",
)
_UNTOLD = re.compile(
    r"(?:\bnot|n't) (?:explicitly |directly )?(?:stated|mentioned|specified|given|provided|found)"
    r" (?:in|by) (?:the|these|any) (?:given |provided |of the )*(?:excerpt|article|passage|text)"
)


def strip_markers(text: str) -> str:
    """Take out the citation markers that the model wrote, and the beginning of one at the end."""
    found = 1
    while found:  # taking one out may join the halves of another
        text, found = _MARKER.subn("", text)
    return _OPEN_MARKER.sub("", text)


def is_refusal(text: str) -> bool:
    """Whether an answer says that the articles do not tell."""
    plain = _plain(text)
    if _plain(REFUSAL).rstrip(".") in plain or _UNTOLD.search(plain):
        return True
    ends = [end for end, after in enumerate(plain[:100] + " ") if not after.isalnum()]
    return any(plain[:end] in _openings() for end in ends)


def may_become_refusal(text: str) -> bool:
    """Whether a text that is still growing is a refusal, or may be the beginning of one."""
    return is_refusal(text) or _plain(text) in _beginnings()


@lru_cache(maxsize=1)
def _openings() -> frozenset[str]:
    """Every way in which a refusal begins."""
    choices = [[part.split("|") for part in re.split(r"[{}]", p)] for p in _REFUSALS]
    return frozenset("".join(parts) for lists in choices for parts in product(*lists))


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """What a refusal may be so far."""
    whole = {_plain(REFUSAL), *_openings()}
    return frozenset(phrase[:end] for phrase in whole for end in range(len(phrase) + 1))


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").split())


def cite_sentences(
    text: str, evidence: Sequence[Evidence], question: str, *, done: bool
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Tie each sentence of an answer to the evidence that carries it, numbered as they appear.

    While the text grows its last sentence is not judged yet and has no citations.
    """
    numbered: dict[Evidence, int] = {}
    sentences: list[Sentence] = []
    spans = split_sentences(text)
    for place, (start, end) in enumerate(spans, start=1):
        sentence = text[start:end]
        if place == len(spans) and not done:
            sentences.append(Sentence(sentence, supported=True))
            continue
        cited, reason = _judge(sentence, tuple(evidence), question)
        if reason is None:
            markers = tuple(numbered.setdefault(item, len(numbered) + 1) for item in cited)
            sentences.append(Sentence(sentence, markers, supported=True))
        else:
            sentences.append(Sentence(sentence, supported=False, reason=reason))
    citations = tuple(to_citation(n, item) for item, n in numbered.items())
    return tuple(sentences), citations


@lru_cache(maxsize=256)  # a stream asks again for every word that is added behind
def _judge(
    sentence: str, evidence: tuple[Evidence, ...], question: str
) -> tuple[tuple[Evidence, ...], str | None]:
    """Give the evidence of a sentence, and why it does not carry it (None: it does).

    One piece that carries all of it is better than several that do so together.
    """
    if mere_verdict(sentence, question):
        sides = _sides(question, evidence)
        return tuple(sides), why_unsupported(sentence, sides, question)
    ranked = _ranked(sentence, evidence, question)
    enough = ENOUGH * ranked[0].weight if ranked else 0.0
    if not ranked:  # "2019", where the evidence says "last year"
        ranked = [_Shared(item, frozenset(), frozenset(), frozenset(), 0) for item in evidence]
    for shared in (s for s in ranked[:MOST_TRIED] if s.weight >= enough):
        if why_unsupported(sentence, [shared.item], question) is None:
            return _with_witness(sentence, shared, ranked, question), None
    cited = align(sentence, evidence, question)
    return tuple(cited), why_unsupported(sentence, cited, question)


def _with_witness(
    sentence: str, first: _Shared, ranked: Sequence[_Shared], question: str
) -> tuple[Evidence, ...]:
    """A piece that carries a sentence, and one of another report that does so too."""
    for other in ranked[:MOST_TRIED]:
        agrees = other.weight >= AGREES * first.weight and other.item.report != first.item.report
        if agrees and why_unsupported(sentence, [other.item], question) is None:
            return first.item, other.item
    return (first.item,)


def _sides(question: str, evidence: Sequence[Evidence], *, most: int = 3) -> list[Evidence]:
    """What a yes or no rests on: of each report the piece that holds most of what was asked."""
    left = set(content_stems(question))
    found = [(item, left & set(content_stems(f"{item.text} {item.heading}"))) for item in evidence]
    chosen: list[Evidence] = []
    for item, shared in sorted(found, key=lambda pair: -len(pair[1])):
        few = len(shared) < 3 and len(shared & left) < 2
        if few or any(item.report == other.report for other in chosen):
            continue
        chosen.append(item)
        left -= shared
    return chosen[:most]


def align(
    sentence: str, evidence: Sequence[Evidence], question: str = "", *, most: int = 3
) -> list[Evidence]:
    """Give the evidence that together carries an answer sentence, the most telling first.

    The first piece is the one that shares most words with it, names, numbers and what the question
    does not say counted double; of equals the one that shares most with the question. Others follow
    while they bring a name or number that is missing still, and speak of the same matter; one other
    report, no copy of the first, that says almost as much is given too.
    """
    ranked = _ranked(sentence, evidence, question)
    if not ranked:
        return []
    first = ranked[0]
    chosen = [first.item]
    missing = first.marked - first.found
    for shared in ranked[1:]:
        agrees = shared.weight >= AGREES * first.weight
        apart = all(shared.item.report != other.report for other in chosen)
        brought = shared.found & missing
        counts = any(word[0].isdigit() for word in brought)
        related = len(shared.found - missing) >= 2 or not (apart or counts)
        if (brought and related) or (agrees and apart and len(chosen) < 2):
            chosen.append(shared.item)
            missing -= shared.found
    return chosen[:most]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What a piece of evidence and a sentence have in common."""

    item: Evidence
    found: frozenset[str]
    marked: frozenset[str]  # names and numbers of the sentence
    new: frozenset[str]  # words of the sentence that the question does not say
    asked: int  # words of the question in the piece

    @property
    def weight(self) -> int:
        return len(self.found) + len(self.found & (self.marked | self.new))


def _ranked(sentence: str, evidence: Sequence[Evidence], question: str) -> list[_Shared]:
    """The evidence that shares a word with a sentence, most first; of equals the better one."""
    wanted = frozenset(content_stems(sentence))
    asked = frozenset(content_stems(question))
    new = wanted - asked if asked else frozenset[str]()
    marked = {word for word in wanted if any(c.isdigit() for c in word)}
    marked |= {stem(word) for word in words(sentence) if is_name(word)} & wanted
    found = []
    for item in evidence:
        stems = set(content_stems(f"{item.text} {item.article.source or ''}"))
        if shared := wanted & stems:
            beside = len((asked - wanted) & stems)
            found.append(_Shared(item, shared, frozenset(marked), new, beside))
    return sorted(found, key=lambda shared: (-shared.weight, -shared.asked))


def to_citation(n: int, evidence: Evidence) -> Citation:
    """Make the numbered, verbatim citation of a piece of evidence."""
    article = evidence.article
    day = article.published.isoformat() if article.published else None
    head = (n, article.id, article.title, article.source, day, article.url)
    return Citation(*head, evidence.start, evidence.end, evidence.text)
