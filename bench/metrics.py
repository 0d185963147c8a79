"""The measures: small pure functions over plain values. They know no system that is measured."""

from __future__ import annotations

import math
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.facts.words import TITLES
from qa.text import STOP_WORDS, stem

VERDICTS = frozenset({"yes", "no"})

_ARTICLES = frozenset({"a", "an", "the"})
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ABBREVIATION = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b")
_APOSTROPHE = re.compile(r"['’](?:s\b)?")
_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_ONES)}


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


def is_right(text: str, answers: Sequence[str]) -> bool:
    """Whether a text gives one of the answers: it holds it; a yes or no must come first."""
    plain = normalise(text)
    verdicts = {normalise(answer) for answer in answers} & VERDICTS
    if verdicts and plain.split(" ", 1)[0] in verdicts:
        return True
    return holds(text, [answer for answer in answers if normalise(answer) not in VERDICTS])


def is_loosely_right(text: str, answers: Sequence[str], question: str = "") -> bool:
    """The same, but in other words: stems in any order, a surname, initials, numbers in words.

    "Six were hurt" gives "6", "Biden" gives "Joe Biden", "the UN" gives "United Nations". What the
    question holds already is not enough, nor is the surname of somebody else.
    """
    if is_right(text, answers):
        return True
    asked = set(_plain_stems(question))
    others = [answer for answer in answers if normalise(answer) not in VERDICTS]
    return any(_is_named(answer, text, asked) for answer in others)


def _is_named(answer: str, text: str, asked: set[str]) -> bool:
    told = set(_plain_stems(text))
    wanted = _plain_stems(answer)
    if wanted and told.issuperset(wanted):
        return True
    names = re.findall(r"[^\W\d_]+", answer)
    if (
        len(names) < 2
        or len(names) != len(answer.split())
        or not all(n[0].isupper() for n in names)
    ):
        return False
    initials = "".join(name[0] for name in names).lower()
    surname = set(_plain_stems(names[-1]))
    by_surname = len(names) <= 3 and surname <= told and not surname & asked
    return (by_surname and not _is_anothers(names, text)) or initials in told - asked


def _is_anothers(names: Sequence[str], text: str) -> bool:
    """Whether a surname stands in a text only behind other first names: "Jill Biden"."""
    before = re.findall(rf"(?:([^\W\d_]+)\W+)?\b{re.escape(names[-1])}\b", text)
    known = {*map(str.casefold, names), *TITLES, *STOP_WORDS}
    return bool(before) and all(w[:1].isupper() and w.casefold() not in known for w in before)


def _plain_stems(text: str) -> list[str]:
    return [stem(NUMBER_WORDS.get(word, word)) for word in normalise(text).split()]


def token_f1(text: str, answers: Iterable[str]) -> float:
    """Best F1 of the words of a text and of an answer, as SQuAD counts it; 0 without answers."""
    told = Counter(normalise(text).split())
    best = 0.0
    for answer in answers:
        wanted = Counter(normalise(answer).split())
        shared = (told & wanted).total()
        if shared:
            best = max(best, 2 * shared / (told.total() + wanted.total()))
    return best


def auroc(scores: Sequence[float], right: Sequence[bool]) -> float | None:
    """Probability that a right one scores above a wrong one, ties halved; None without both."""
    goods = [score for score, is_good in zip(scores, right, strict=True) if is_good]
    bads = [score for score, is_good in zip(scores, right, strict=True) if not is_good]
    if not goods or not bads:
        return None
    won = sum((good > bad) + 0.5 * (good == bad) for good in goods for bad in bads)
    return won / (len(goods) * len(bads))


def coverage_at(scores: Sequence[float], right: Sequence[bool], precision: float) -> float:
    """Largest share of the answers that can be given above one threshold at this precision.

    0 where no threshold reaches it. Answers of the same score are given or withheld together.
    """
    ranked = sorted(zip(scores, right, strict=True), key=lambda pair: -pair[0])
    best = good = 0
    for place, (score, is_good) in enumerate(ranked, start=1):
        good += is_good
        last_of_score = place == len(ranked) or ranked[place][0] < score
        if last_of_score and good >= precision * place:
            best = place
    return best / len(ranked) if ranked else 0.0


def first_rank(matches: Iterable[bool]) -> int | None:
    """Rank, from 1, of the first match; None without one."""
    return next((rank for rank, match in enumerate(matches, start=1) if match), None)


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
