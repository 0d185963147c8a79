"""The measures: small pure functions over plain values. They know no system that is measured."""

from __future__ import annotations

import math
import re
import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ARTICLES = frozenset({"a", "an", "the"})
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ABBREVIATION = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b")
_APOSTROPHE = re.compile(r"['’](?:s\b)?")
_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure, and over how many cases it was taken; None where there was no case."""

    name: str
    value: float | None
    n: int


def normalise(text: str) -> str:
    """Give the words of a text in lower case, single spaced, without punctuation, a, an and the.

    "The U.S.’s 1,200.5" and "us 1200.5" come out the same; a decimal point is kept.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = _ABBREVIATION.sub(lambda found: found[0].replace(".", ""), folded)
    folded = _APOSTROPHE.sub("", _THOUSANDS.sub("", folded))
    return " ".join(word for word in _WORD.findall(folded) if word not in _ARTICLES)


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether a text contains one of the answers, both normalised, word by word.

    "30" is not in "308". An answer that consists of nothing but articles is in no text.
    """
    within = f" {normalise(text)} "
    return any(f" {answer} " in within for answer in map(normalise, answers) if answer)


def first_rank(matches: Iterable[bool]) -> int | None:
    """Rank, from 1, of the first match; None without one."""
    return next((rank for rank, match in enumerate(matches, start=1) if match), None)


def within(ranks: Sequence[int | None], k: int) -> float | None:
    """Share of the ranks that are k or better; None without ranks."""
    return share([rank is not None and rank <= k for rank in ranks])


def share(flags: Sequence[bool]) -> float | None:
    """Share of the flags that are set; None without flags."""
    return sum(flags) / len(flags) if flags else None


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest-rank percentile: the smallest value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def seconds(name: str, values: Sequence[float]) -> list[Metric]:
    """Median of some times under their name, and their 95th percentile under `NAME_p95`."""
    n = len(values)
    median = statistics.median(values) if values else None
    return [
        Metric(name, median, n),
        Metric(f"{name}_p95", percentile(values, 95) if values else None, n),
    ]


def overlap(first: Sequence[int], second: Sequence[int]) -> float:
    """Share of two equally long top lists that is in both, whatever the order."""
    return len(set(first) & set(second)) / len(first)
