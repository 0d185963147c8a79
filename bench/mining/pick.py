"""An article to sentences that stand alone, each with a span that can be asked for.

It knows words by their looks alone: no parser, no model. What is doubtful is left out, and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bench.mining.verbs import SPEECH, is_finite
from index.article import Article
from index.sentences import split_sentences
from qa.text import STOP_WORDS

SHORTEST, LONGEST = 6, 36  # words of a sentence that is asked about

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WEEKDAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_SCALE = r"(?:\s(?:hundred|thousand|million|billion|trillion))?"
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|(?:{_WORDS})(?:-[a-z]+)?){_SCALE}"
_MONEY = "crowns dollars pounds euros yen yuan rupees rubles roubles pesos reals rand francs kroner"
MONEY = "|".join(_MONEY.split())
NAME = r"[A-Z][\w’'-]*(?:\s(?:[A-Z]\.|de|van|von|bin|al|[A-Z][\w’'-]*))*"
FULL_NAME = r"[A-Z][\w’'-]+(?:\s(?:[A-Z]\.|de|van|von|bin|al))*(?:\s[A-Z][\w’'-]+){1,2}"
TITLES = "Mr|Mrs|Ms|Dr|Sir|Lord|Lady|Dame|Judge|Justice|Professor|President|Governor|Mayor|Senator"
_NOT_NOUNS = "is was has its this does as us plus versus across less towards perhaps always".split()
_BETWEEN = "of in on at to by for from with and or per a an the a.m p.m".split()

_NUMBER_AND_NOUN = re.compile(
    rf"(?<![\w$£€.,:/-])(?P<answer>{NUMBER})\s(?P<noun>(?:[a-z-]+\s){{0,2}}?"
    r"(?:[a-z]{2,}s|people|men|women|children))\b(?![-’'])",
    re.IGNORECASE,
)
_SUM = re.compile(
    rf"(?<![\w$£€.,/-])(?P<answer>[$£€]\d[\d,.]*\d{_SCALE}|{NUMBER}\s(?:{MONEY}))\b(?!-)",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\s(?:on|in)\s(?P<answer>\d{{1,2}}\s(?:{MONTHS})(?:\s\d{{4}})?|(?:{MONTHS})\s\d{{1,2}}"
    rf"(?:,\s\d{{4}})?|(?:{MONTHS})\s\d{{4}}|(?:1[5-9]|20)\d\d)\b(?![-–/’'])"
)
_PLACE = re.compile(rf"\s(?:in|at)\s(?P<answer>{NAME})(?![\w’'-])")
_SUBJECT = re.compile(
    rf"(?:(?:{TITLES})\.?\s)?(?P<answer>{FULL_NAME})(?=(?:,\s[^,]{{2,80}},)?\s(?P<verb>[a-z]+)\b)"
)
_DATELINE = re.compile(r"^[^.]{2,60}?\((?:[A-Z][\w ]{1,20})\)\s[-–—]+\s")
_ALONE = re.compile(r"[A-Z0-9$£€].*[\w)%]\.", re.DOTALL)
_QUOTE = re.compile("[\"“”«»]|\\s[‘’']|[‘’']\\s")
_SPEAKERS = re.compile(r"\b(?:I|me|my|we|us|our|you|your|these|those)\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:he|him|his|she|her|hers|they|them|their|theirs)\b", re.IGNORECASE)
_LEADING = re.compile(
    r"(?:It|Its|This|That|There|Here|Then|Such|Both|Others?|Another|But|And|Or|So|Yet|However|"
    r"Meanwhile|Also|Instead|Still|Nor)\b"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of an article and the span of it that is the answer."""

    article: Article
    start: int  # of the sentence
    end: int
    answer_start: int
    answer_end: int
    kind: str  # how many, how much, who, when, where
    noun: str = ""  # what is counted

    @property
    def sentence(self) -> str:
        """The sentence, verbatim."""
        return self.article.text[self.start : self.end]

    @property
    def answer(self) -> str:
        """The answer, verbatim."""
        return self.article.text[self.answer_start : self.answer_end]

    @property
    def body(self) -> int:
        """Where the sentence begins behind its dateline."""
        dateline = _DATELINE.match(self.sentence)
        return self.start + (dateline.end() if dateline else 0)


@dataclass(slots=True)
class Names:
    """The names of an archive that are known to be people, or places, by what stands about them."""

    people: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Names:
        """Collect them: people speak, have an age or a title; places are gone to, and been in."""
        people: set[str] = set()
        everywhere: Counter[str] = Counter()
        after: dict[str, Counter[str]] = {}
        for article in articles:
            for pattern in _PEOPLE:
                people |= set(filter(_is_name, pattern.findall(article.text)))
            everywhere.update(_NAME.findall(article.text))
            for preposition, name in _PLACES.findall(article.text):
                after.setdefault(name, Counter())[preposition] += 1
        people -= {name for name in people if name.partition(" ")[2] in people}  # with an office
        places = {name for name in after if _is_place(name, after[name], everywhere[name])}
        return cls(people - places, places)

    def subject(self, sentence: str) -> re.Match[str] | None:
        """The person of whom a sentence says something, as its "answer", with the "verb"."""
        found = _SUBJECT.match(sentence)
        is_subject = found and found["answer"] in self.people and is_finite(found["verb"])
        return found if is_subject else None

    def of_surname(self, surname: str) -> set[str]:
        """The people whose names end so."""
        return {name for name in self.people if name.split()[-1] == surname}


_PEOPLE = (
    re.compile(rf"({FULL_NAME}),\s(?:\d\d,|who\b)"),
    re.compile(rf"\b(?:{TITLES})\.?\s({FULL_NAME})"),
    re.compile(rf"\bsaid\s({FULL_NAME})"),
    re.compile(rf"({FULL_NAME}),?\s(?:said|says|told)\b"),
)
_NAME = re.compile(NAME)
_PLACES = re.compile(rf"\b(in|on|from|to|near|at)\s({NAME})(?![\w’'-])")
_TIMES = re.compile(rf"(?:{MONTHS}|{WEEKDAYS})\b")
_OWNER = re.compile(r"(?:['’]s?)$")
_BUILDING = re.compile(r"\b(?:Hall|House|Street|Road|Court|Hospital|School|Church|Museum|Park)$")


def candidates(article: Article, names: Names, dropped: Counter[str]) -> list[Candidate]:
    """Give what can be asked of an article, in its order; a sentence left out is counted by why."""
    found: list[Candidate] = []
    for start, end in split_sentences(article.text):
        reason = _unfit(article.text[start:end], names)
        if reason is None:
            spans = list(_answers(article, start, end, names))
            found += spans
            reason = None if spans else "nothing to ask for"
        if reason:
            dropped[reason] += 1
    return found


def _unfit(sentence: str, names: Names) -> str | None:
    """Why a sentence does not stand alone, or None."""
    if not _ALONE.fullmatch(sentence) or "\n" in sentence:
        return "no whole sentence"
    if not SHORTEST <= len(sentence.split()) <= LONGEST:
        return "too short or too long"
    if not any(is_finite(word) for word in sentence.split()):
        return "no verb that is known"
    if _QUOTE.search(sentence):
        return "holds a quotation"
    if _LEADING.match(sentence) or _SPEAKERS.search(sentence):
        return "speaks of something before it"
    if _OTHERS.search(sentence) and not names.subject(sentence):  # whom it names, it may call "he"
        return "speaks of something before it"
    return None


def _answers(article: Article, start: int, end: int, names: Names) -> Iterator[Candidate]:
    body = Candidate(article, start, end, start, end, "").body
    sentence = article.text[body:end]

    def candidate(match: re.Match[str], kind: str, noun: str = "") -> Candidate:
        first, last = (body + place for place in match.span("answer"))
        return Candidate(article, start, end, first, last, kind, noun)

    subject = names.subject(sentence)
    if subject and subject["verb"] not in SPEECH:
        yield candidate(subject, "who")
    for match in _NUMBER_AND_NOUN.finditer(sentence):
        if _is_count(match, sentence):
            yield candidate(match, "how many", match["noun"])
    for match in _SUM.finditer(sentence):
        yield candidate(match, "how much")
    for match in _DATE.finditer(sentence):
        yield candidate(match, "when")
    for match in _PLACE.finditer(sentence):
        if match["answer"] in names.places:
            yield candidate(match, "where")


def _is_count(match: re.Match[str], sentence: str) -> bool:
    """Whether the number counts things: no sum of money, year, age, date or stretch of time."""
    noun = match["noun"].split()
    bare = match["answer"].isdigit() and 1500 <= int(match["answer"]) <= 2100
    behind = re.match(r"\s(?:ago|later|earlier|old|after|before|of)\b", sentence[match.end() :])
    before = sentence[: match.start()].split()[-1:]
    return not (
        bare
        or behind
        or noun[-1] in {*_NOT_NOUNS, *_MONEY.split()}
        or any(word in _BETWEEN or is_finite(word) for word in noun)
        or re.fullmatch(rf"{MONTHS}|the|its|and|or|to|of|other|first|last", "".join(before))
    )


def _is_name(name: str) -> bool:
    common = name.split()[0].lower() in STOP_WORDS
    return not common and not _OWNER.search(name) and not _TIMES.match(name)


def _is_place(name: str, after: Counter[str], everywhere: int) -> bool:
    """Whether a name stands behind two kinds of preposition, and mostly behind one."""
    mostly = 2 * after.total() >= everywhere and len(after) >= 2 and after["in"] + after["on"] > 0
    return mostly and _is_name(name) and not _BUILDING.search(name)
