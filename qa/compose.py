"""What the model writes to growing answers: tidied, tied to evidence, judged, refused where unsure.

It knows no model and no index: the pieces of text come from outside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from index.clean import normalise
from qa.answer import REFUSAL, Answer, Citation, Evidence, Sentence
from qa.cite import cite_sentences, is_refusal, may_become_refusal, strip_markers, to_citation
from qa.confidence import confidence, signals
from qa.conflict import Value, find_conflict, tell
from qa.generate import Piece
from qa.grammar import WH
from qa.premise import premise
from qa.text import content_stems, numbers, words

_CHOICE = re.compile(r"\b(?:or|between|which of|who of|both|either|the (?:other|same))\b", re.I)

Judge = Callable[[str], float]  # an answer to the log odds, as the model sees it, that it is right


def unjudged(_text: str) -> float:
    """The model is not asked."""
    return 0.0


def compose(
    answer: Answer,
    question: str,
    evidence: Sequence[Evidence],
    pieces: Iterable[Piece],
    *,
    needed: float,
    judge: Judge = unjudged,
) -> Iterator[Answer]:
    """Give the answer as it grows, and last, marked as done, as it stands after all was weighed.

    What nothing in the evidence carries, and what is less likely right than `needed`, becomes a
    refusal. `question` is what was asked, without the filters that were typed with it; `judge`
    tells how right the model finds what it wrote, and is asked once, at the end.
    """
    text = ""
    logprobs: list[float] = []
    for piece in pieces:
        text += piece
        logprobs += [piece.logprob / max(1, piece.tokens)] * piece.tokens
        clean = _tidy(text)
        if is_refusal(clean):
            break  # what comes behind it is no answer either
        if clean and not may_become_refusal(clean):
            sentences, citations = cite_sentences(clean, evidence, question, done=False)
            yield replace(answer, text=clean, sentences=sentences, citations=citations)
    whole = _whole(answer, question, _tidy(text), evidence, logprobs, needed, judge)
    yield replace(whole, done=True)


def refused(answer: Answer, question: str = "", evidence: Sequence[Evidence] = ()) -> Answer:
    """The answer that the articles do not tell; what the question takes for granted is named."""
    note = answer.note or premise(question, evidence) or ""
    return replace(answer, text=REFUSAL, refused=True, sentences=(), citations=(), note=note)


def _whole(
    answer: Answer,
    question: str,
    text: str,
    evidence: Sequence[Evidence],
    logprobs: Sequence[float],
    needed: float,
    judge: Judge,
) -> Answer:
    if is_refusal(text) or _only_repeats(text, question):
        return refused(replace(answer, confidence=0.0), question, evidence)
    sentences, citations = cite_sentences(text, evidence, question, done=True)
    if not any(sentence.supported for sentence in sentences):
        return refused(replace(answer, confidence=0.0), question, evidence)
    cited = [item for c in citations if (item := _evidence_of(c, evidence)) is not None]
    found = signals(question, text, answer.hits, evidence, cited, logprobs, judge(text))
    answer = replace(answer, confidence=confidence(found), signals=tuple(found.items()))
    if answer.confidence < needed:
        return refused(answer, question, evidence)
    written = replace(answer, text=text, sentences=sentences, citations=citations)
    return _with_conflict(written, question, evidence)


def _only_repeats(text: str, question: str) -> bool:
    """Whether a text tells nothing but what it was asked: "The shipyard built it." for which did.

    A question for yes or no does not begin so; one that names what may be chosen from is left out.
    """
    first = next(iter(words(question)), "").lower()
    if first not in WH or _CHOICE.search(question):
        return False
    told = content_stems(text)
    return len(told) > 1 and set(told) <= set(content_stems(question)) and not numbers(text)


def _with_conflict(answer: Answer, question: str, evidence: Sequence[Evidence]) -> Answer:
    """Add that reports differ, where they do, with a citation for each side."""
    cited = {citation.n: _evidence_of(citation, evidence) for citation in answer.citations}
    for sentence in answer.sentences:
        own = [item for n in sentence.citations if (item := cited[n]) is not None]
        values = find_conflict(question, sentence.text, own, evidence)
        if sentence.supported and len(values) > 1:
            return _told(answer, values)
    return answer


def _told(answer: Answer, values: Sequence[Value]) -> Answer:
    citations = list(answer.citations)
    markers = []
    for value in values:
        item = value.evidence
        place = (item.article.id, item.start, item.end)
        known = next((c.n for c in citations if (c.article_id, c.start, c.end) == place), None)
        if known is None:
            known = len(citations) + 1
            citations.append(to_citation(known, item))
        markers.append(known)
    said = tell(values)
    sentence = Sentence(said, tuple(dict.fromkeys(markers)), supported=True)
    return replace(
        answer,
        text=f"{answer.text} {said}",
        sentences=(*answer.sentences, sentence),
        citations=tuple(citations),
        differing=True,
    )


def _evidence_of(citation: Citation, evidence: Sequence[Evidence]) -> Evidence | None:
    place = (citation.article_id, citation.start, citation.end)
    return next((e for e in evidence if (e.article.id, e.start, e.end) == place), None)


def _tidy(text: str) -> str:
    """What the model wrote, without its markers and without what cannot be seen."""
    return strip_markers(normalise(text)).strip()
