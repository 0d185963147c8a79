"""Hits to the few sentences worth prefilling. It knows no prompt and no language model.

No text is embedded here: a sentence is judged by its words and by those around it, by what kind
of answer is asked for and by its hit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.sentences import split_sentences
from qa.answer import Evidence, Hit
from qa.guard import is_ordering
from qa.wanted import Seen, Wanted, look_at, look_for

HITS_READ = 6  # hits whose sentences are considered
FEWEST = 4  # words of a sentence: fewer are datelines and captions, "London, Reuters —"
LEANS = re.compile(
    r"(?:he|she|it|they|this|that|these|those|his|her|its|their|but|and|also|however|meanwhile)\b",
    re.IGNORECASE,
)

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each fact counts; fitted by `python -m bench.fit_ranking`."""

    hit: float = 0.64  # by how much its hit's score is below the best
    rank: float = 0.37  # of one over the rank of its hit
    covered: float = 2.7  # share of the question's words, by rarity
    with_title: float = 1.7  # the same with the title's words
    paired: float = 0.3
    around: float = 1.3  # share of the words in the sentences before and after
    fits: float = 1.9  # something of the kind asked for is there
    new_name: float = -0.4  # a name is there that the question lacks
    length: float = 0.3  # logarithm of its number of words


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with the one before it in its chunk."""

    evidence: Evidence
    before: Evidence | None


def select_evidence(
    question: str,
    hits: Sequence[Hit],
    count_tokens: CountTokens,
    *,
    budget: int,
    wanted: Wanted | None = None,
) -> list[Evidence]:
    """Give the sentences that fit a question best, best first.

    With the headings of their articles they keep within a budget of tokens, so a sentence of an
    article that is quoted already is cheaper than one of another. A sentence that leans on the
    one before it is joined to it. `wanted` weighs the question's words; without it all are alike.
    """
    wanted = wanted or look_for(question, lambda stems: [1.0] * len(stems))
    chosen: list[Evidence] = []
    used = 0
    headings: set[str] = set()
    for sentence in sorted(_scored(wanted, hits[:HITS_READ]), key=lambda s: -s.evidence.score):
        evidence = sentence.evidence
        if any(evidence.text in other.text for other in chosen):  # the same wire in two outlets
            continue
        if used + _fewest_tokens(evidence.text) > budget:
            continue
        heading = 0 if evidence.article.id in headings else count_tokens(evidence.heading)
        for piece in _with_context(sentence):
            cost = heading + count_tokens(piece.text)
            if used + cost <= budget:
                chosen = [other for other in chosen if not _is_within(other, piece)]
                chosen.append(piece)
                headings.add(piece.article.id)
                used += cost
                break
    return chosen


def _scored(wanted: Wanted, hits: Sequence[Hit]) -> list[_Sentence]:
    best = max((hit.score for hit in hits), default=0.0)
    known: dict[tuple[str, int, int], _Sentence] = {}  # chunks may overlap
    titles: dict[str, Seen] = {}
    for rank, hit in enumerate(hits, start=1):
        title = titles.get(hit.article.id) or look_at(hit.article.title, wanted)
        titles[hit.article.id] = title
        spans = [(hit.chunk.start + a, hit.chunk.start + b) for a, b in split_sentences(hit.text)]
        seen = [look_at(hit.article.text[a:b], wanted) for a, b in spans]
        before = None
        for n, (start, end) in enumerate(spans):
            if is_ordering(hit.article.text, start, end):  # never shown to the model
                before = None
                continue
            if seen[n].length < FEWEST:
                continue
            facts = facts_of(wanted, title, seen, n, rank, hit.score - best)
            score = sum(getattr(WEIGHTS, name) * value for name, value in facts.items())
            times = tuple(t for t in hit.times if start <= t.start and t.end <= end)
            evidence = Evidence(hit.article, start, end, score, hit.cluster, times)
            known.setdefault((hit.article.id, start, end), _Sentence(evidence, before))
            before = evidence
    return list(known.values())


def facts_of(
    wanted: Wanted, title: Seen, seen: Sequence[Seen], n: int, rank: int, behind: float
) -> Mapping[str, float]:
    """What is known of sentence n of a chunk, by the names of the weights."""
    own = seen[n]
    around = frozenset().union(*(other.stems for other in seen[max(0, n - 1) : n + 2]))
    return {
        "hit": behind,
        "rank": 1.0 / rank,
        "covered": own.covered,
        "with_title": wanted.share(own.stems | title.stems),
        "paired": own.paired,
        "around": wanted.share(around),
        "fits": float(own.fits),
        "new_name": float(own.new_name),
        "length": math.log1p(own.length),
    }


def _with_context(sentence: _Sentence) -> list[Evidence]:
    """The sentence as it may be shown, the best first: with the one before it if it leans on it."""
    own, before = sentence.evidence, sentence.before
    if before is None or not LEANS.match(own.text):
        return [own]
    return [replace(own, start=before.start, times=(*before.times, *own.times)), own]


def _fewest_tokens(text: str) -> int:
    """No fewer tokens than this: a word has one at least. Counting words takes no time."""
    return text.count(" ") + 1


def _is_within(inner: Evidence, outer: Evidence) -> bool:
    return (
        inner.article.id == outer.article.id
        and outer.start <= inner.start
        and inner.end <= outer.end
    )
