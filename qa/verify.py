"""Each answer sentence against its cited evidence: what fails is named. No model is asked.

Numbers with their units, days, names, quotations and their speakers, denials, who did it to whom,
and enough of the words must be in the evidence. The day an article was posted is no evidence of
when something happened, unless the evidence says "today" or the like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import takewhile

from index.article import Article
from index.times import find_times
from qa.answer import Evidence
from qa.facts.days import Day, find_days
from qa.facts.names import Known, missing_name
from qa.facts.polarity import flipped, is_denial, knows_denial
from qa.facts.quantities import find_quantities
from qa.facts.quantity import Quantity, fits
from qa.facts.quotes import another_speaker, find_quotes, holds_quote, quote_speakers, speakers
from qa.facts.roles import swapped
from qa.facts.units import STOPS, UNITS
from qa.facts.verbs import lemma
from qa.text import STOP_WORDS, content_stems, is_name, stem, words

WORDS_SHARED = 0.5  # of a sentence's words that must stand in its evidence or the question
NEW_SHARED = 0.5  # of those that the question does not say, where they are all that is told
VERDICT_SHARED = 0.5  # of the question's words that must stand in the evidence of a yes or no
VERDICT_SIDES = 0.35  # the same where several reports are its evidence, each for a side of it

LARGE = 1000  # a number that hardly stands twice in the evidence of one answer
SHORT = 4  # words of an answer whose number need not say what it counts
LONGEST = 2_000  # characters of a sentence that is checked, so that no text takes long

_LOOSE = re.compile(r"(?:1[89]|20)\d\d|[A-Z]+")  # years and abbreviations
_VERDICT = re.compile(r"\W*(yes|no)\b[\s,.:;!–—-]*", re.I)
# Behind these a day is the one on which something was written.
_REPORTING = re.compile(
    r"\b(?:reported|published|wrote|written|posted|dated|according to|article|report)\b"
    r"[^.,;:]{0,40}(?:,? [^\W\d_]{6,9},?)?\s*$",
    re.I,
)
_HOW_MANY = re.compile(r"\bhow many\s+((?:[^\W\d_]+\s*){1,4})", re.I)


@dataclass(frozen=True)
class _Basis:
    """What a sentence may rest on."""

    cited: tuple[Evidence, ...]
    asked: str  # the question, without what only the asker says

    @cached_property
    def texts(self) -> list[str]:
        """The cited spans and the titles above them."""
        return [text for item in self.cited for text in (item.text, item.article.title or "")]

    @cached_property
    def text(self) -> str:
        """The cited spans alone."""
        return "\n".join(item.text for item in self.cited)

    @cached_property
    def known(self) -> Known:
        """The names."""
        outlets = [item.article.source or "" for item in self.cited]
        return Known([*self.texts, *outlets, self.asked])


def why_unsupported(sentence: str, cited: Sequence[Evidence], question: str) -> str | None:
    """Say what in a sentence its evidence does not carry; None if it is supported.

    Of the question that may be repeated which its articles know. A mere yes or no is supported
    when the evidence holds what was asked, and does not say the opposite.
    """
    if not cited:
        return "no article says this"
    if len(sentence) > LONGEST:
        return "the sentence is too long to be checked"
    verdict, rest = split_verdict(sentence)
    if verdict and not rest:
        return _verdict(verdict, question, tuple(cited))
    basis = _Basis(tuple(cited), carried(question, cited))
    if verdict == "yes" and (word := flipped(question, basis.text)):
        return f"the evidence says the opposite ({word})"
    checks = (_numbers, _days, _names, _quotes, _denials, _roles, _words)
    return next((reason for check in checks if (reason := check(rest, basis))), None)


def split_verdict(sentence: str) -> tuple[str, str]:
    """Part a sentence into "yes", "no" or nothing, and what follows; "No one came" has none."""
    found = _VERDICT.match(sentence)
    if found is None:
        return "", sentence
    rest = sentence[found.end() :]
    if rest and not re.search(r"[,.:;!–—-]", found[0]):
        return "", sentence
    return found[1].lower(), rest


def carried(question: str, cited: Sequence[Evidence]) -> str:
    """The question without the names and numbers that stand in none of the evidence's articles.

    An answer may repeat what was asked, but not what the asker alone has said. Years may be meant
    without being written, and abbreviations written in another way.
    """
    told = frozenset[str]().union(*(_article_stems(item.article) for item in cited))
    for word in sorted(set(words(question)), key=len, reverse=True):
        checked = word[0].isdigit() or (is_name(word) and word.lower() not in STOP_WORDS)
        if checked and stem(word) not in told and not _LOOSE.fullmatch(word):
            question = re.sub(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])%?", " ", question)
    return question


@lru_cache(maxsize=256)
def _article_stems(article: Article) -> frozenset[str]:
    return frozenset(map(stem, words(f"{article.text} {article.title} {article.source or ''}")))


def _numbers(sentence: str, basis: _Basis) -> str | None:
    told = _outside_days(sentence)
    if not told:
        return None
    stated = [(text, q) for text in basis.texts for q in _distinct(_outside_days(text))]
    asked = [q for q in _outside_days(basis.asked) if _in_article(q, basis.cited)]
    short = len(words(sentence)) <= SHORT
    for quantity in _distinct(told):
        quantity = _as_asked(quantity, basis.asked) if short else quantity
        others = [*(q for _, q in stated), *asked]
        if not any(fits(quantity, other) for other in others) and not _counts_alike(
            quantity, others
        ):
            return _number_missing(sentence, quantity, stated)
    return None


def _counts_alike(told: Quantity, stated: Sequence[Quantity]) -> bool:
    """Whether a large number is there that counts the same in other words: customers, homes.

    Not where the evidence gives what is counted another number; and a small number would be found
    by chance.
    """
    if told.unit or told.high is not None or told.value < LARGE:
        return False
    same = [other for other in stated if fits(replace(told, nouns=()), other)]
    rivals = [other for other in stated if {*told.nouns} & {*other.nouns}]
    return bool(same) and not rivals


def _distinct(quantities: Sequence[Quantity]) -> list[Quantity]:
    """Each quantity once, wherever it stands."""
    return [*{replace(q, start=0, end=0): q for q in quantities}.values()]


def _number_missing(sentence: str, told: Quantity, stated: Sequence[tuple[str, Quantity]]) -> str:
    shown = sentence[told.start : told.end]
    for text, other in stated:
        alike = told.unit == other.unit if told.unit else {*told.nouns} & {*other.nouns}
        if alike:
            return f'the evidence says "{text[other.start : other.end]}", not "{shown}"'
    return f'the number "{shown}" is not in the cited sentence'


def _in_article(quantity: Quantity, cited: Sequence[Evidence]) -> bool:
    return any(fits(quantity, other) for item in cited for other in _of_article(item.article))


@lru_cache(maxsize=64)
def _of_article(article: Article) -> tuple[Quantity, ...]:
    return find_quantities(article.text)


def _as_asked(told: Quantity, question: str) -> Quantity:
    """A bare number with what the question counts: "12" years, or people, if it asks how many."""
    found = _HOW_MANY.search(question)
    if found is None or told.unit or told.nouns:
        return told
    counted = list(takewhile(lambda word: word not in STOPS, found[1].lower().split()))
    if counted and counted[0] in UNITS:
        return replace(told, unit=UNITS[counted[0]])
    return replace(told, nouns=tuple(map(stem, counted)))


@lru_cache(maxsize=4096)
def _outside_days(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text that are no part of a day."""
    inside = {place for day in find_days(text) for place in range(day.start, day.end)}
    return tuple(q for q in find_quantities(text) if q.start not in inside)


def _days(sentence: str, basis: _Basis) -> str | None:
    for day in find_days(sentence):
        if not _is_told(day, sentence, basis):
            shown = sentence[day.start : day.end]
            return f'the evidence does not say that it was "{shown}"'
    return None


def _is_told(day: Day, sentence: str, basis: _Basis) -> bool:
    stated = (other for text in (*basis.texts, basis.asked) for other in find_days(text))
    if any(day.is_told_by(other) for other in stated):
        return True
    before = sentence[max(0, day.start - 80) : day.start]
    for item in basis.cited:
        posted = item.article.published
        if posted and day.is_within(posted, posted) and _REPORTING.search(before):
            return True
        for mention in find_times(item.text, posted):
            written = str(day.day) in item.text[mention.start : mention.end]
            if day.is_within(mention.first, mention.last, part=written):  # part of "3-5 May"
                return True
    if day.month is None and day.weekday is None:  # "2,000 people" written without the comma
        return any(q.value == day.year for text in basis.texts for q in find_quantities(text))
    return False


def _names(sentence: str, basis: _Basis) -> str | None:
    name = missing_name(sentence, basis.known)
    return None if name is None else f'the name "{name}" is not in the cited sentence'


def _quotes(sentence: str, basis: _Basis) -> str | None:
    for quoted in dict.fromkeys(quote.text for quote in find_quotes(sentence)):
        holding = [item for item in basis.cited if holds_quote(item.text, quoted)]
        if not holding:
            if any(holds_quote(text, quoted) for text in (*basis.texts, basis.asked)):
                continue
            return "the quoted words are not in the cited sentence"
        said_by = quote_speakers(sentence, quoted) or speakers(sentence)
        theirs = [name for item in holding for name in quote_speakers(item.text, quoted)]
        if said_by and theirs and not _same_speaker(said_by, theirs):
            return f'the quoted words are those of "{" ".join(theirs[0]).title()}"'
    if another_speaker(sentence, basis.text):
        return "another speaker says this in the cited sentence"
    return None


def _same_speaker(told: Sequence[tuple[str, ...]], stated: Sequence[tuple[str, ...]]) -> bool:
    return any({*mine} & {*theirs} for mine in told for theirs in stated)


def _denials(sentence: str, basis: _Basis) -> str | None:
    if len(words(sentence)) < 3:  # a mere name or number says neither yes nor no
        return None
    if word := flipped(sentence, "\n".join(basis.texts)):
        return f"one of both denies it: the cited sentence says the opposite ({word})"
    if is_denial(sentence) and not knows_denial("\n".join((*basis.texts, basis.asked))):
        return "the cited sentence denies nothing"
    return None


def _roles(sentence: str, basis: _Basis) -> str | None:
    deed = swapped(sentence, basis.text)
    if deed is None:
        return None
    return f'in the cited sentence "{deed.done_to.title()}" does it to "{deed.doer.title()}"'


def _words(sentence: str, basis: _Basis) -> str | None:
    stated = _forms(" ".join(f"{item.text} {item.heading}" for item in basis.cited))
    asked = _forms(basis.asked)
    counted = {word for q in find_quantities(sentence) for word in words(sentence[q.start : q.end])}
    mine = [word for word in words(sentence) if content_stems(word) and word not in counted]
    told = {word: _forms(word) for word in mine}
    new = [word for word, forms in told.items() if not forms & asked]
    if counted or any(map(is_name, new)):  # what is told was looked for already
        new = []
    shared = sum(bool(forms & (stated | asked)) for forms in told.values())
    found = sum(bool(told[word] & stated) for word in new)
    if shared < WORDS_SHARED * len(told) or found < NEW_SHARED * len(new):
        return "the cited sentence says something else"
    return None


def _forms(text: str) -> set[str]:
    return {form for word in words(text) for form in (stem(word), lemma(word))}


def _verdict(verdict: str, question: str, cited: tuple[Evidence, ...]) -> str | None:
    """Why a mere yes or no does not follow."""
    basis = _Basis(cited, "")
    told = set(content_stems(" ".join(f"{item.text} {item.heading}" for item in cited)))
    wanted = set(content_stems(question))
    several = len({item.report for item in cited}) > 1
    if len(wanted & told) < (VERDICT_SIDES if several else VERDICT_SHARED) * len(wanted):
        return "the cited sentence says something else"
    opposite = flipped(question, basis.text)
    if several:  # what two articles have in common is not told
        return None
    differs = next((r for c in (_numbers, _days, _names) if (r := c(question, basis))), None)
    if verdict == "yes":
        return f"the cited sentence says the opposite ({opposite})" if opposite else differs
    if opposite or differs or wanted - told:
        return None
    return "the cited sentence says the opposite"
