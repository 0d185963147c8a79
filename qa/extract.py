"""The likely answer in the evidence, by rules in a moment, while the model still reads.

What kind of thing is asked for (a name, a time, a number, a place) is read off the question; of the
spans of that kind in the best evidence, the one that stands closest to the question's words is
taken. It is a guess to be shown as one. It knows neither retrieval nor a model.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

from index.times import find_times
from qa.answer import Evidence, Extract
from qa.grammar import Token, parse_question, tokens
from qa.mentions import names
from qa.text import STOP_WORDS, stem

EVIDENCE_READ = 5  # pieces, the best
SENTENCE_READ = 1_000  # characters of one piece
# Below these the sentence is shown as a whole. A number or day is seldom anything else.
NAME_SCORE_NEEDED, SHAPE_SCORE_NEEDED = 1.0, 0.6
GAP_WEIGHT = 0.2  # how fast closeness fades with each word between
SUBJECT_WEIGHT = 0.4  # of standing before the verb where its subject is asked for
REPEAT_WEIGHT = 0.4  # "Orrane Fair" where the fair is asked about
RANK_WEIGHT = 0.5  # what standing first among the evidence is worth, beside closeness

Wanted = Literal[
    "person", "group", "work", "time", "year", "number", "money", "share", "span", "place", "thing"
]
Found = tuple[int, int, float]  # a span of the sentence and what speaks for it besides


_OF = r"\b(?:what|which) (?:(?!of\b)[\w’'-]+ ){0,3}"  # "which wildly popular show"
_PLACE = "city|country|town|state|island|place|location|region|nation|village|continent|county"
_GROUP = "company|team|party|group|bank|university|brand|agency|airline|club|band|network|chain"
_WORK = "film|movie|show|song|album|book|series|game|novel|magazine|newspaper"
_PERSON = "person|man|woman|player|president|minister|actor|actress|singer|author|leader|star"
_PERSON += "|celebrity|artist|rapper|golfer|athlete|coach|senator|justice|king|queen|mayor|pope"
_PATTERNS: tuple[tuple[str, Wanted], ...] = (
    (r"\b(?:what|which) year\b", "year"),
    (r"\bwhen\b|\b(?:what|which) (?:day|date|month|time|decade|century)\b", "time"),
    (r"\bhow (?:long|old|far|tall|high|deep|fast|big|large|wide|heavy|often)\b", "span"),
    (r"\b(?:percent|percentage|what (?:share|proportion|fraction|rate))\b", "share"),
    (r"\bhow much\b|\bwhat (?:price|cost|sum)\b", "money"),
    (r"\bhow many\b|\bwhat (?:is|was) the (?:number|total)\b", "number"),
    (rf"\bwhere\b|{_OF}(?:{_PLACE})\b|\b(?:location|venue)\b", "place"),
    (rf"{_OF}(?:{_GROUP})\b", "group"),
    (rf"{_OF}(?:{_WORK})\b", "work"),
    (rf"\bwho(?:m|se)?\b|{_OF}(?:{_PERSON})\b", "person"),
)
_KINDS = tuple((re.compile(pattern, re.I), kind) for pattern, kind in _PATTERNS)
_WORTH: dict[Wanted, dict[str, float]] = {  # of a name's kind, for what is asked
    "place": {"place": 0.8, "name": 0.0, "organisation": -0.5, "person": -0.8},
    "person": {"person": 0.5, "name": 0.2, "organisation": -0.2, "place": -0.5},
    "group": {"organisation": 0.5, "name": 0.2, "place": -0.3, "person": -0.5},
    "work": {"name": 0.0, "organisation": -0.2, "place": -0.3, "person": -0.5},
}
_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|hundreds|thousands"
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<money>[$€£¥] ?)?(?:\d+(?:,\d{{3}})*(?:\.\d+)?|(?:{_WORDS})\b)"
    r"(?: (?:hundred|thousand|million|billion|trillion)\b)?"
    r"(?P<share>%| per ?cent\b| percentage points?\b)?"
    r"(?P<unit>[ -](?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|miles?"
    r"|kilomet(?:er|re)s?|met(?:er|re)s?|feet|foot|inches|km|mph|pounds?|tons?|tonnes|dollars?|euros?|yuan|yen|crowns?"
    r"|times|acres|points?)\b)?",
    re.I,
)
_CURRENCY = re.compile(r"dollar|euro|pound|yuan|yen|crown", re.I)
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,80})[”\"]")
_LED = re.compile(r"\b(?:in|at|near|from|of|to|on|outside|across) (?:the )?$", re.I)
_WITHIN = re.compile(r", [A-Z][\w.’'-]+(?: [A-Z][\w’'-]+)?(?=[,.; ]|$)")
_ADJECTIVE = re.compile(r"(?:ese|ish|ian|can|ean)$")
_DATE = re.compile(
    r"(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December) \d[\d, ]*\d|(?<![\d,.])(?:1\d|20)\d\ds?(?![\d,.]\d)|\d{1,2}(?:th|st|nd|rd) century"
)


def wanted(question: str) -> Wanted:
    """What kind of thing a question asks for; of several sentences the last one asks."""
    last = re.split(r"(?<=[.!?])\s+", question.strip())[-1]
    return next((kind for shape, kind in _KINDS if shape.search(last)), "thing")


def instant(question: str, evidence: Sequence[Evidence]) -> Extract | None:
    """Give the likely answer in evidence that stands best first; None where there is none.

    Where a sentence holds nothing of the wanted kind the best one is given as a whole.
    """
    read = [item for item in evidence[:EVIDENCE_READ] if item.end > item.start]
    if not read:
        return None
    kind = wanted(question)
    asked = {stem(w.lower) for w in tokens(question) if w.lower not in STOP_WORDS}
    verb, leads = _verb(question)
    best: tuple[float, Extract] | None = None
    for rank, item in enumerate(read):
        text = item.text[:SENTENCE_READ]
        sentence = _Sentence(tokens(text), asked)
        for start, end, worth in _spans(kind, question, text, item):
            first, last = sentence.words_of(start, end)
            if kind not in {"time", "year"} and sentence.repeats(first, last):
                continue
            score = worth + RANK_WEIGHT / (1 + rank) + sentence.closeness(first, last, verb)
            if leads and (sentence.precedes(last, verb) or sentence.names_first(text, start)):
                score += SUBJECT_WEIGHT
            if kind in {"person", "group", "place"} and sentence.repeats_part(first, last):
                score -= REPEAT_WEIGHT
            if best is None or score > best[0]:
                best = score, Extract(item, item.start + start, item.start + end)
    needed = NAME_SCORE_NEEDED if kind in _WORTH or kind == "thing" else SHAPE_SCORE_NEEDED
    if best is None or best[0] < needed:
        return Extract(read[0], read[0].start, read[0].end)
    return best[1]


class _Sentence:
    """The words of a sentence, and where the question's words stand among them."""

    def __init__(self, words: list[Token], asked: set[str]) -> None:
        self._starts = [word.start for word in words]
        self._stems = [stem(word.lower) for word in words]
        self._asked = asked
        self._places: dict[str, list[int]] = {}
        for n, word in enumerate(self._stems):
            if word in asked:
                self._places.setdefault(word, []).append(n)

    def words_of(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last word of a span."""
        first = max(0, bisect_right(self._starts, start) - 1)
        return first, max(first, bisect_left(self._starts, end) - 1)

    def repeats(self, first: int, last: int) -> bool:
        """Whether a span says nothing but what the question says."""
        return self._asked.issuperset(self._stems[first : last + 1])

    def repeats_part(self, first: int, last: int) -> bool:
        """Whether a span holds a word of the question."""
        return not self._asked.isdisjoint(self._stems[first : last + 1])

    def names_first(self, text: str, start: int) -> bool:
        """Whether a span opens the sentence, or follows nothing but words of the question."""
        before = text[:start].split()
        return len(before) <= 2 or all(stem(word.lower()) in self._asked for word in before)

    def precedes(self, last: int, verb: str) -> bool:
        """Whether a span ends before the verb stands."""
        return last < min(self._places.get(verb, [0]))

    def closeness(self, first: int, last: int, verb: str) -> float:
        """How close the question's words stand to a span, each where it is nearest."""
        total = 0.0
        for word, places in self._places.items():
            gaps = [first - n if n < first else n - last for n in places if not first <= n <= last]
            if gaps:
                total += (1.0 + (word == verb)) / (1.0 + GAP_WEIGHT * min(gaps))
        return 2.0 * total / max(1, len(self._asked))


def _verb(question: str) -> tuple[str, bool]:
    """The verb of a question, and whether its subject is asked for: "Who sold the mine?"."""
    asked = parse_question(re.split(r"(?<=[.!?])\s+", question.strip())[-1])
    if asked is None or not asked.rest:
        return "", False
    return stem(asked.rest.split(" ")[0].lower()), asked.about_subject


def _spans(kind: Wanted, question: str, text: str, item: Evidence) -> Iterator[Found]:
    if kind in {"time", "year"}:
        yield from _times(kind, text, item)
    elif kind in {"number", "money", "share", "span"}:
        yield from _numbers(kind, question, text)
    elif kind == "thing":
        yield from _things(question, text)
    else:
        yield from _names(kind, text)


def _times(kind: Wanted, text: str, item: Evidence) -> Iterator[Found]:
    for mention in find_times(text, item.article.published):
        year = re.search(r"(?<!\d)(?:1\d|20)\d\d(?!\d)", text[mention.start : mention.end])
        if kind == "year" and year:
            yield mention.start + year.start(), mention.start + year.end(), 0.3
        elif kind == "time":
            yield mention.start, mention.end, 0.1
    for match in _DATE.finditer(text):  # those that cannot be resolved, or are long ago
        yield match.start(), match.end(), 0.0 if kind == "time" or match[0].isdigit() else -0.5


def _numbers(kind: Wanted, question: str, text: str) -> Iterator[Found]:
    counted = re.search(r"how many (?:more |other )?(\w+)(?: (\w+))?", question, re.I)
    nouns = {stem(noun) for noun in counted.groups() if noun} if counted else set()
    for match in _NUMBER.finditer(text):
        money = bool(match["money"] or (match["unit"] and _CURRENCY.search(match["unit"])))
        share, unit = bool(match["share"]), bool(match["unit"])
        year = re.fullmatch(r"(?:1[89]|20)\d\d", match[0])
        fits = {"number": not money and not share, "money": money, "share": share, "span": unit}
        behind = [stem(word.lower) for word in tokens(text[match.end() : match.end() + 40])[:3]]
        worth = 0.6 * fits[kind] + 0.8 * bool(nouns & set(behind)) - 0.8 * bool(year)
        own = kind != "span" and unit and not money  # "12 years" where a number is asked for
        end = match.start("unit") if own else match.end()
        yield match.start(), end, worth


def _names(kind: Wanted, text: str) -> Iterator[Found]:
    if kind == "work":
        yield from ((*match.span(1), 0.6) for match in _QUOTED.finditer(text))
    at = 0
    for thing in names(text):
        start = text.find(thing.text, at)
        if start < 0:
            continue
        at = start + len(thing.text)
        worth = _WORTH[kind].get(thing.kind, 0.0) + 0.2 * (" " in thing.text)
        if _LED.search(text, max(0, start - 16), start):
            worth += 0.3 if kind == "place" else -0.3
        if _ADJECTIVE.search(thing.text) and re.match(r" [a-z]", text[at : at + 2]):
            worth -= 0.6  # "a Chinese firm" is neither a place nor a name
        if kind == "place" and (more := _WITHIN.match(text, at)):
            yield start, more.end(), worth + 0.1  # "Orrane, Norrland"
        yield start, at, worth


def _things(question: str, text: str) -> Iterator[Found]:
    """Of "which hurricane" the names that say so: "Hurricane Orla". Little else is safe."""
    asked = re.search(r"\b(?:what|which) ((?:[\w’'-]+ ?){1,3})", question, re.I)
    nouns = {stem(w) for w in asked[1].split() if w.lower() not in STOP_WORDS} if asked else set()
    at = 0
    for thing in names(text):
        start = text.find(thing.text, at)
        if start < 0:
            continue
        at = start + len(thing.text)
        around = [stem(w.lower) for w in tokens(text[at : at + 40])[:2]]
        own = [stem(w.lower()) for w in thing.text.split()]
        if nouns & {*around, *own} and len(thing.text.split()) < 6:
            yield start, at, 0.5
