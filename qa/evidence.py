"""Hits to the few sentences worth prefilling. It knows no prompt and no language model.

No text is embedded here: a sentence is judged by its words and by those around it, by what kind
of answer is asked for and by its hit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

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
ENDED = re.compile(r"""[.!?:;…]["'”’)\]]*$""")
ASKS = re.compile(r"""\?["'”’)\]]*$""")
AHEAD = timedelta(days=3)  # before the days asked about: what is to come is reported too

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each fact counts; fitted by `python -m bench.fit_ranking`."""

    hit: float = 0.26  # by how much its hit's score is below the best
    rank: float = 0.87  # of one over the rank of its hit
    covered: float = 3.5  # share of the question's words, by rarity
    with_title: float = 2.1  # the same with the title's words
    paired: float = 0.15
    around: float = 1.0  # share of the words in the sentences before and after
    fits: float = 1.55  # something of the kind asked for is there
    new_name: float = -0.44  # a name is there that the question lacks
    length: float = 0.17  # logarithm of its number of words
    asks: float = -4.1  # it is a question itself: nothing is stated
    unended: float = -0.41  # no stop behind it: a heading, a caption, a name below a picture
    before: float = -2.2  # its article is older than the days asked about


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
    since: date | None = None,
) -> list[Evidence]:
    """Give the sentences that fit a question best, best first.

    With the headings of their articles they keep within a budget of tokens, so a sentence of an
    article that is quoted already is cheaper than one of another. A sentence that leans on the
    one before it is joined to it. `wanted` weighs the question's words; without it all are alike.
    `since` is the first of the days asked about.
    """
    wanted = wanted or look_for(question)
    chosen: list[Evidence] = []
    used = 0
    headings: set[str] = set()
    for sentence in sorted(
        _scored(wanted, hits[:HITS_READ], since), key=lambda s: -s.evidence.score
    ):
        evidence = sentence.evidence
        if any(evidence.text in other.text for other in chosen):  # the same wire in two outlets
            continue
        if used + _fewest_tokens(evidence.text) > budget:
            continue
        heading = 0 if evidence.article.id in headings else count_tokens(evidence.heading)
        for piece in _with_context(sentence, chosen):
            cost = heading + count_tokens(piece.text)
            if used + cost <= budget:
                chosen = [other for other in chosen if not _is_within(other, piece)]
                chosen.append(piece)
                headings.add(piece.article.id)
                used += cost
                break
    return chosen


def _scored(wanted: Wanted, hits: Sequence[Hit], since: date | None) -> list[_Sentence]:
    best = max((hit.score for hit in hits), default=0.0)
    known: dict[tuple[str, int, int], _Sentence] = {}  # chunks may overlap
    titles: dict[str, Seen] = {}
    for hit in hits:
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
            text = hit.article.text[start:end]
            facts = facts_of(
                wanted, hit, title, seen, n, text, behind=hit.score - best, since=since
            )
            score = sum(getattr(WEIGHTS, name) * value for name, value in facts.items())
            times = tuple(t for t in hit.times if start <= t.start and t.end <= end)
            evidence = Evidence(hit.article, start, end, score, hit.cluster, times)
            known.setdefault((hit.article.id, start, end), _Sentence(evidence, before))
            before = evidence
    return list(known.values())


def facts_of(
    wanted: Wanted,
    hit: Hit,
    title: Seen,
    seen: Sequence[Seen],
    n: int,
    text: str,
    *,
    behind: float,
    since: date | None,
) -> Mapping[str, float]:
    """What is known of a text, sentence n of a hit, by the names of the weights.

    `behind` is what the hit's score lacks to the best.
    """
    own = seen[n]
    published = hit.article.published
    around = frozenset().union(*(other.stems for other in seen[max(0, n - 1) : n + 2]))
    return {
        "hit": behind,
        "rank": 1.0 / hit.rank,
        "covered": own.covered,
        "with_title": wanted.share(own.stems | title.stems),
        "paired": own.paired,
        "around": wanted.share(around),
        "fits": float(own.fits),
        "new_name": float(own.new_name),
        "length": math.log1p(own.length),
        "asks": float(ASKS.search(text) is not None),
        "unended": float(ENDED.search(text) is None),
        "before": float(bool(since and published and published + AHEAD < since)),
    }


def _with_context(sentence: _Sentence, chosen: Sequence[Evidence]) -> list[Evidence]:
    """The sentence as it may be shown, the best first: with the one before it if it leans on it.

    Where the one before it is shown already it follows it anyway.
    """
    own, before = sentence.evidence, sentence.before
    if before is None or not LEANS.match(own.text):
        return [own]
    if any(_is_within(before, other) for other in chosen):
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
