"""The accounts that two outlets give of one topic, side by side, in their own sentences.

Sentences of both that say the same are told once; where two tell of the same matter and a number,
a day or a name is another, both are shown; the rest is what one of them alone has. It knows the
index and no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from index.errors import InputError
from index.protocol import Store
from qa.answer import Citation, Evidence
from qa.cite import to_citation
from qa.differ import Difference, agree, differ
from qa.nothing import why_nothing
from qa.question import Question
from qa.text import content_stems
from qa.topic import Report, Topic, find_reports, sentences_of, topic_of

REPORTS = 10  # of each outlet that are read
SENTENCES = 40  # of each outlet that are compared
LIMIT = 6  # entries of each kind that are told
TITLE_SHARE = 0.3  # of the topic in a headline: the report is about it
SENTENCE_SHARE = 0.5  # of it in a sentence of another report
SAME_COSINE, LEAST_SHARE = 0.82, 0.4  # of two sentences on one matter, and of their words in both
SAME_SHARE, RELATED_COSINE = 0.6, 0.65  # or more words, where they are less close
SHARED = 3  # words that both have at least
RELATED = 0.7  # a cosine from which on a sentence is not what one outlet alone has


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of each outlet on one matter; `difference` is where they part, None: nowhere."""

    a: Citation
    b: Citation
    difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two accounts; citations are numbered through in the order of the fields."""

    topic: str
    a: str  # the outlets as the archive writes them
    b: str
    both: tuple[Pair, ...] = ()
    differing: tuple[Pair, ...] = ()
    only_a: tuple[Citation, ...] = ()
    only_b: tuple[Citation, ...] = ()
    reports_a: int = 0  # that were read
    reports_b: int = 0
    reading: str = ""
    note: str = ""  # why there is nothing to compare

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All that are cited, by number."""
        paired = [c for pair in (*self.both, *self.differing) for c in (pair.a, pair.b)]
        return (*paired, *self.only_a, *self.only_b)


def compare(index: Store, asked: Question, a: str, b: str) -> Comparison:
    """Compare what two outlets report on a topic; InputError if they are no two of the archive."""
    known = [name for name, _ in index.info().sources]
    a, b = _outlet(a, known), _outlet(b, known)
    if a == b:
        raise InputError(f"{a} cannot be compared with itself. Name two outlets.")
    topic = topic_of(index, asked)
    sides = []
    for outlet in (a, b):
        found = find_reports(index, asked, topic, sources=(outlet,), copies=True)
        sides.append(found[:REPORTS])
    note = _why_none(index, asked, topic, (a, b), sides)
    said = [_sentences(reports, topic) for reports in sides]
    told = _told(index, *said)
    counts = len(sides[0]), len(sides[1])
    return Comparison(topic.text, a, b, *told, *counts, asked.reading, note)


def _outlet(name: str, known: Sequence[str]) -> str:
    """The outlet as the archive writes it."""
    folded = {other.casefold(): other for other in known}
    if found := folded.get(name.strip().casefold()):
        return found
    near = [folded[n] for n in get_close_matches(name.strip().casefold()[:200], folded, 3, 0.5)]
    shown = near or list(known)[:3]
    remedy = f"Nearest: {', '.join(shown)}." if shown else "Its articles name no outlets."
    raise InputError(f"{name[:60]!r} is no outlet of this archive. {remedy}")


def _why_none(
    index: Store,
    asked: Question,
    topic: Topic,
    outlets: tuple[str, str],
    sides: Sequence[Sequence[Report]],
) -> str:
    without = [name for name, reports in zip(outlets, sides, strict=True) if not reports]
    if not without:
        return ""
    if not index.count(asked.only):
        return why_nothing(index, asked)
    names = " and ".join(without)
    have = "have" if len(without) > 1 else "has"
    return f"{names} {have} no article on “{topic.text}” within what was searched."


def _sentences(reports: Sequence[Report], topic: Topic) -> list[Evidence]:
    """The sentences of one outlet that tell of the topic, the best first."""
    found: list[Evidence] = []
    for report in reports:
        about = topic.share(topic.seen(report.article.title)) >= TITLE_SHARE
        needed = 0.0 if about else SENTENCE_SHARE
        found += [
            item
            for item in sentences_of(report, topic)
            if topic.share(topic.seen(item.text)) >= needed and not item.text.endswith("?")
        ]
    return sorted(found, key=lambda item: -item.score)[:SENTENCES]


_Parted = tuple[Evidence, Evidence, Difference | None]
_Told = tuple[tuple[Pair, ...], tuple[Pair, ...], tuple[Citation, ...], tuple[Citation, ...]]


def _told(index: Store, first: Sequence[Evidence], second: Sequence[Evidence]) -> _Told:
    """What both say, where they differ, what the first and what the second alone has."""
    number = _numbers()
    if not first or not second:
        alone_a, alone_b = (tuple(map(number, _apart(side)[:LIMIT])) for side in (first, second))
        return (), (), alone_a, alone_b
    vectors = index.embedder.encode([item.text for item in (*first, *second)])
    cosines = vectors[: len(first)] @ vectors[len(first) :].T
    pairs = list(_pairs(first, second, cosines))
    agreed: list[_Parted] = []
    parted: list[_Parted] = []
    for x, y in pairs:
        one, other = first[x], second[y]
        if difference := differ(one, other, first, second):
            parted.append((one, other, difference))
        elif agree(one.text, other.text):
            agreed.append((one, other, None))
    paired = {first[x] for x, _ in pairs}, {second[y] for _, y in pairs}
    only_a, only_b = (
        [
            item
            for item, near in zip(side, nearest.tolist(), strict=True)
            if near < RELATED and item not in taken
        ]
        for side, nearest, taken in zip(
            (first, second), (cosines.max(axis=1), cosines.max(axis=0)), paired, strict=True
        )
    )
    both, differing = (
        tuple(Pair(number(one), number(other), how) for one, other, how in found[:LIMIT])
        for found in (agreed, parted)
    )
    alone_a, alone_b = (tuple(map(number, _apart(side)[:LIMIT])) for side in (only_a, only_b))
    return both, differing, alone_a, alone_b


def _pairs(
    first: Sequence[Evidence], second: Sequence[Evidence], cosines: NDArray[np.float32]
) -> Iterator[tuple[int, int]]:
    """Places of sentences on one matter, the closest first, each sentence once."""
    stems = [[frozenset(content_stems(item.text)) for item in side] for side in (first, second)]
    order = np.dstack(np.unravel_index(np.argsort(-cosines, axis=None), cosines.shape))[0]
    used: tuple[set[int], set[int]] = (set(), set())
    for x, y in order.tolist():
        if x in used[0] or y in used[1]:
            continue
        one, other = stems[0][x], stems[1][y]
        shared = len(one & other)
        if cosines[x, y] < RELATED_COSINE:
            return
        needed = LEAST_SHARE if cosines[x, y] >= SAME_COSINE else SAME_SHARE
        if shared >= max(SHARED, needed * min(len(one), len(other))):
            used[0].add(x)
            used[1].add(y)
            yield x, y


def _apart(items: Sequence[Evidence]) -> list[Evidence]:
    """Those that say something else than the ones before."""
    chosen: list[tuple[Evidence, frozenset[str]]] = []
    for item in items:
        stems = frozenset(content_stems(item.text))
        if all(len(stems & o) < SAME_SHARE * min(len(stems), len(o)) for _, o in chosen):
            chosen.append((item, stems))
    return [item for item, _ in chosen]


def _numbers() -> Callable[[Evidence], Citation]:
    count = 0

    def number(item: Evidence) -> Citation:
        nonlocal count
        count += 1
        return to_citation(count, item)

    return number
