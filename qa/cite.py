"""Answer sentences to the evidence that carries them. Nothing the model invents survives here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.sentences import split_sentences
from qa.answer import REFUSAL, Citation, Evidence, Sentence
from qa.text import content_stems
from qa.verify import why_unsupported

# What a model writes when it means to cite; the program cites, so all of it goes.
_MARKER = re.compile(
    r"\s*(?:\[\^?\d+(?:\s*[,;–-]\s*\d+)*\]|【[^】]*】|\(\s*(?:excerpt|source)s? \d+\s*\))", re.I
)
_REFUSING = re.compile(
    r"(?:i (?:could|can|do|did)(?:\s?not|n['’]t) (?:find|know|have)\b"
    r"|(?:the|these|none of the) (?:given |provided )?(?:excerpt|article|passage|text)s?"
    r"(?: given| provided)? (?:do|does|did)(?: not|n['’]t)\b"
    r"|there is no (?:information|mention|evidence)\b"
    r"|(?:it|this) is(?: not|n['’]t) (?:stated|mentioned|specified|clear)\b)",
    re.I,
)


def strip_markers(text: str) -> str:
    """Take out the citation markers that the model wrote."""
    return _MARKER.sub("", text)


def is_refusal(text: str) -> bool:
    """Whether an answer says that the articles do not tell."""
    return REFUSAL.rstrip(".").lower() in text.lower() or bool(_REFUSING.match(text.strip()))


def may_become_refusal(text: str) -> bool:
    """Whether a text that is still growing is the beginning of the refusal sentence."""
    return REFUSAL.lower().startswith(text.strip().lower())


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
        cited = align(sentence, evidence)
        reason = why_unsupported(sentence, cited, question)
        if reason is None:
            markers = tuple(numbered.setdefault(item, len(numbered) + 1) for item in cited)
            sentences.append(Sentence(sentence, markers, supported=True))
        else:
            sentences.append(Sentence(sentence, supported=False, reason=reason))
    citations = tuple(to_citation(n, item) for item, n in numbered.items())
    return tuple(sentences), citations


def align(sentence: str, evidence: Sequence[Evidence], *, most: int = 2) -> list[Evidence]:
    """Give the evidence that shares most with an answer sentence, best first, one an article.

    Names and numbers count double. Evidence that shares almost as much in another article is given
    too; evidence that shares nothing is never given.
    """
    wanted = set(content_stems(sentence))
    marked = {stem for stem in wanted if any(c.isdigit() for c in stem)} | _names(sentence)
    scored = []
    for n, item in enumerate(evidence):
        found = wanted & set(content_stems(item.text))
        shared = len(found) + len(found & marked)
        if shared:
            scored.append((-shared, n, item))
    scored.sort(key=lambda entry: entry[:2])
    chosen: list[Evidence] = []
    for shared, _, item in scored:
        enough = shared <= 0.9 * scored[0][0]
        if enough and all(item.article.id != other.article.id for other in chosen):
            chosen.append(item)
    return chosen[:most]


def to_citation(n: int, evidence: Evidence) -> Citation:
    """Make the numbered, verbatim citation of a piece of evidence."""
    article = evidence.article
    day = article.published.isoformat() if article.published else None
    head = (n, article.id, article.title, article.source, day, article.url)
    return Citation(*head, evidence.start, evidence.end, evidence.text)


def _names(sentence: str) -> set[str]:
    return {
        stem for name in re.findall(r"\b[A-Z][\w'’-]+", sentence) for stem in content_stems(name)
    }
