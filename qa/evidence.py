"""Hits to the few sentences worth prefilling. It knows no prompt and no language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from index.embed import Embedder
from index.sentences import split_sentences
from qa.answer import Evidence, Hit
from qa.text import content_stems

HITS_READ = 8  # hits whose sentences are considered
LEXICAL_WEIGHT = 1.0  # of the question's words in a sentence, beside its cosine
RANK_WEIGHT = 0.6  # of the hit's rank
NEIGHBOUR_WEIGHT = 0.8  # how much of a sentence's score its neighbours inherit

CountTokens = Callable[[str], int]


def select_evidence(
    question: str,
    hits: Sequence[Hit],
    embedder: Embedder,
    count_tokens: CountTokens,
    *,
    budget: int,
) -> list[Evidence]:
    """Give the sentences that fit a question best, best first.

    With the headings of their articles they keep within a budget of tokens, so a sentence of an
    article that is quoted already is cheaper than one of another.
    """
    candidates = _candidates(hits[:HITS_READ])
    if not candidates:
        return []
    scored = _score(question, candidates, embedder)
    chosen: list[Evidence] = []
    used = 0
    seen: set[str] = set()
    headings: set[str] = set()
    for evidence in sorted(scored, key=lambda e: -e.score):
        if evidence.text in seen:  # the same wire in two outlets
            continue
        cost = count_tokens(evidence.text)
        if evidence.article.id not in headings:
            cost += count_tokens(evidence.heading)
        if used + cost > budget:
            continue
        chosen.append(evidence)
        seen.add(evidence.text)
        headings.add(evidence.article.id)
        used += cost
    return chosen


def _candidates(hits: Sequence[Hit]) -> list[list[Evidence]]:
    """The sentences of each hit; the score is what the hit's rank is worth."""
    groups = []
    for hit in hits:
        start, worth = hit.chunk.start, RANK_WEIGHT / hit.rank
        spans = split_sentences(hit.text)
        groups.append(
            [Evidence(hit.article, start + a, start + b, worth, hit.cluster) for a, b in spans]
        )
    return groups


def _score(
    question: str, groups: Sequence[Sequence[Evidence]], embedder: Embedder
) -> list[Evidence]:
    texts = [f"{e.article.title}\n{e.text}" for group in groups for e in group]
    vectors = embedder.encode([question, *texts])
    cosines = iter(vectors[1:] @ vectors[0])
    wanted = set(content_stems(question))
    scored = []
    for group in groups:
        own = np.array(
            [float(next(cosines)) + LEXICAL_WEIGHT * coverage(wanted, e.text) for e in group]
        )
        for n, evidence in enumerate(group):
            around = max(own[max(0, n - 1) : n + 2])
            score = evidence.score + max(own[n], NEIGHBOUR_WEIGHT * around)
            scored.append(replace(evidence, score=float(score)))
    return scored


def coverage(wanted: set[str], text: str) -> float:
    """The share of stems that a text holds."""
    return len(wanted & set(content_stems(text))) / len(wanted) if wanted else 0.0
