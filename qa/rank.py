"""Scores of candidates from what is known of them: ranks, cosine, days, words. It knows no index.

A score is a weighted sum. The weights were fitted by `python -m bench.fit_ranking`, those of what
the development data does not ask about (days asked for, newest, oldest) were set by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from qa.wanted import Seen, Wanted

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

RANK_SMOOTHING = 10  # a rank counts 10 / (10 + rank)
WEEK, MONTH = 7.0, 30.0  # days in which closeness to the as-of date loses half its weight
BURST_DAYS = 5.0  # candidates so many days apart still strengthen one another by 1/e


@dataclass(frozen=True, slots=True)
class Weights:
    """What each fact counts."""

    cosine: float = 4.6
    dense: float = 1.35  # rank by cosine
    bm25: float = 0.77  # rank by BM25
    near_week: float = 1.6  # closeness to the as-of date, where the caller gave one
    near_month: float = 2.2
    burst: float = 2.5  # other candidates of the same days, where nothing else is known of time
    covered: float = 4.1  # share of the question's words in title and text, by rarity
    named: float = 0.7  # share of its names and numbers
    paired: float = 2.3  # share of its pairs of neighbouring words
    fits: float = 1.0  # something of the kind asked for is there
    late: float = -0.17  # logarithm of the characters in front of the chunk
    asked: float = 4.0  # published in the days asked for or shortly after
    spoken: float = 2.0  # speaks of the days asked for
    preferred: float = 2.5  # among the newest (oldest) of the candidates, where asked for


WEIGHTS = Weights()


def fused(dense: Floats, bm25: Floats, cosines: Floats) -> Floats:
    """Scores by both searches; ranks count from 1, infinite where a search did not find a row."""
    w, k = WEIGHTS, RANK_SMOOTHING
    ranks: Floats = w.dense * k / (k + dense) + w.bm25 * k / (k + bm25)
    return w.cosine * cosines + ranks


def near(days: Ints, as_of: date) -> Floats:
    """Scores by closeness to an as-of date; 0 for an unknown day."""
    past = np.maximum(as_of.toordinal() - days, 0).astype(np.float64)
    score = WEIGHTS.near_week * 0.5 ** (past / WEEK) + WEIGHTS.near_month * 0.5 ** (past / MONTH)
    return np.where(days > 0, score, 0.0)


def in_asked(days: Ints, first: date, last: date) -> Floats:
    """Scores by publication within the days asked for or shortly after; 0 for an unknown day."""
    ordinals = days.astype(np.float64)
    early = np.maximum(first.toordinal() - ordinals, 0.0)
    late = np.maximum(ordinals - last.toordinal(), 0.0)
    score = WEIGHTS.asked * 0.5 ** (early / 2.0 + late / WEEK)  # news comes after the event
    return np.where(days > 0, score, 0.0)


def in_order(days: Ints, scores: Floats, *, newest: bool) -> Floats:
    """Scores by place among the days of those that are nearly the best, 0 for an unknown day."""
    score = np.zeros(len(days))
    known = days > 0
    if not known.any():
        return score
    good = np.sort(days[known & (scores >= scores[known].max() - WEIGHTS.preferred)])
    place = np.searchsorted(good, days, side="right" if newest else "left") / len(good)
    score[known] = WEIGHTS.preferred * (place if newest else 1.0 - place)[known]
    return score


def burst(days: Ints, articles: Sequence[int] | Ints, fused_scores: Floats) -> Floats:
    """Scores by how much of what was found, in other articles, is of the same days.

    Much is written about an event when it happens, so the days of many candidates tell when a
    question without a date means; no day is favoured for being late.
    """
    weight = np.exp(fused_scores - fused_scores.max()) * (days > 0)
    numbers = np.asarray(articles)
    apart = np.abs(days[:, None].astype(np.float64) - days[None, :])
    other = numbers[:, None] != numbers[None, :]
    kernel = np.exp(-apart / BURST_DAYS) * other * (days[:, None] > 0)
    share: Floats = kernel @ weight / max(float(weight.sum()), 1e-9)
    return WEIGHTS.burst * share


def worded(wanted: Wanted, title: Seen, text: Seen, start: int) -> float:
    """The score of a chunk's words, with those of the article's title."""
    stems = title.stems | text.stems
    covered = wanted.share(stems)
    named = len(wanted.names & stems) / len(wanted.names) if wanted.names else 1.0
    w = WEIGHTS
    late = w.late * float(np.log1p(start))
    return (
        w.covered * covered + w.named * named + w.paired * text.paired + w.fits * text.fits + late
    )
