"""Answer sentences to the evidence that carries them. Nothing the model invents survives here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from index.sentences import split_sentences
from qa.answer import REFUSAL, Citation, Evidence, Sentence
from qa.text import content_stems, is_name, stem, words
from qa.verify import carried, why_unsupported

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
    asked = carried(question, evidence)
    numbered: dict[Evidence, int] = {}
    sentences: list[Sentence] = []
    spans = split_sentences(text)
    for place, (start, end) in enumerate(spans, start=1):
        sentence = text[start:end]
        if place == len(spans) and not done:
            sentences.append(Sentence(sentence, supported=True))
            continue
        cited = align(sentence, evidence)
        reason = why_unsupported(sentence, cited, asked)
        if reason is None:
            markers = tuple(numbered.setdefault(item, len(numbered) + 1) for item in cited)
            sentences.append(Sentence(sentence, markers, supported=True))
        else:
            sentences.append(Sentence(sentence, supported=False, reason=reason))
    citations = tuple(to_citation(n, item) for item, n in numbered.items())
    return tuple(sentences), citations


def align(sentence: str, evidence: Sequence[Evidence], *, most: int = 3) -> list[Evidence]:
    """Give the evidence that together carries an answer sentence, the most telling first.

    The first piece is the one that shares most words with it, names and numbers counted double.
    Others follow while they bring a name or number that is missing still, and speak of the same
    matter; one other report, no copy of the first, that says almost as much is given too.
    """
    wanted = set(content_stems(sentence))
    marked = {word for word in wanted if any(c.isdigit() for c in word)}
    marked |= {stem(word) for word in words(sentence) if is_name(word)} & wanted
    shared = [(item, wanted & set(content_stems(item.text))) for item in evidence]
    shared = [(item, found) for item, found in shared if found]
    if not shared:
        return []
    shared.sort(key=lambda pair: -_weight(pair[1], marked))  # stable: better evidence stays first
    chosen = [shared[0][0]]
    best, missing = _weight(shared[0][1], marked), marked - shared[0][1]
    for item, found in shared[1:]:
        agrees = _weight(found, marked) >= 0.9 * best
        apart = all(item.report != other.report for other in chosen)
        brought = found & missing
        counts = any(word[0].isdigit() for word in brought)
        related = len(found - missing) >= 2 or not (apart or counts)
        if (brought and related) or (agrees and apart and len(chosen) < 2):
            chosen.append(item)
            missing -= found
    return chosen[:most]


def _weight(found: set[str], marked: set[str]) -> int:
    return len(found) + len(found & marked)


def to_citation(n: int, evidence: Evidence) -> Citation:
    """Make the numbered, verbatim citation of a piece of evidence."""
    article = evidence.article
    day = article.published.isoformat() if article.published else None
    head = (n, article.id, article.title, article.source, day, article.url)
    return Citation(*head, evidence.start, evidence.end, evidence.text)
