"""Each answer sentence against its cited evidence: what fails is named. No model is asked.

Numbers with their units, days, names, quotations and their speakers, denials, who did it to whom,
and enough of the words must be in the evidence. The day an article was posted is no evidence of
when something happened, unless the evidence says "today" or the like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from index.times import find_times
from qa.answer import Evidence
from qa.basis import Basis, carried
from qa.counted import wrong_number
from qa.facts.days import Day, find_days
from qa.facts.names import missing_name
from qa.facts.polarity import flipped, is_denial, knows_denial
from qa.facts.quantities import find_quantities
from qa.facts.quotes import another_speaker, find_quotes, holds_quote, quote_speakers, speakers
from qa.facts.roles import swapped
from qa.facts.verbs import lemma
from qa.text import content_stems, is_name, stem, words

WORDS_SHARED = 0.5  # of a sentence's words that must stand in its evidence or the question
NEW_SHARED = 0.5  # of those that the question does not say, where they are all that is told
VERDICT_SHARED = 0.5  # of the question's words that must stand in the evidence of a yes or no
VERDICT_SIDES = 0.35  # the same where several reports are its evidence, each for a side of it
LONGEST = 2_000  # characters of a sentence that is checked, so that no text takes long

_VERDICT = re.compile(r"\W*(yes|no)\b[\s,.:;!–—-]*", re.I)
# Behind these a day is the one on which something was written.
_REPORTING = re.compile(
    r"\b(?:reported|published|wrote|written|posted|dated|according to|article|report)\b"
    r"[^.,;:]{0,40}(?:,? [^\W\d_]{6,9},?)?\s*$",
    re.I,
)


def why_unsupported(sentence: str, cited: Sequence[Evidence], question: str) -> str | None:
    """Say what in a sentence its evidence does not carry; None if it is supported.

    Of the question that may be repeated which its articles know. A mere yes or no is supported
    when the evidence holds what was asked, and does not say the opposite.
    """
    if not cited:
        return "no article says this"
    if len(sentence) > LONGEST:
        return "the sentence is too long to be checked"
    if verdict := mere_verdict(sentence, question):
        return _verdict(verdict, question, tuple(cited))
    verdict, rest = split_verdict(sentence)
    basis = Basis(tuple(cited), carried(question, cited))
    if verdict == "yes" and (word := flipped(question, basis.text)):
        return f"the evidence says the opposite ({word})"
    checks = (wrong_number, _days, _names, _quotes, _denials, _roles, _words)
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


def mere_verdict(sentence: str, question: str) -> str:
    """The "yes" or "no" of a sentence that says no more, but for repeating its question; or ""."""
    verdict, rest = split_verdict(sentence)
    if not verdict or not rest:
        return verdict
    asked = iter(content_stems(question))
    echo = all(word in asked for word in content_stems(rest))  # in the same order
    return verdict if echo and verdict == "yes" and is_denial(rest) == is_denial(question) else ""


def _days(sentence: str, basis: Basis) -> str | None:
    for day in find_days(sentence):
        if not _is_told(day, sentence, basis):
            shown = sentence[day.start : day.end]
            return f'the evidence does not say that it was "{shown}"'
    return None


def _is_told(day: Day, sentence: str, basis: Basis) -> bool:
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


def _names(sentence: str, basis: Basis) -> str | None:
    name = missing_name(sentence, basis.known)
    return None if name is None else f'the name "{name}" is not in the cited sentence'


def _quotes(sentence: str, basis: Basis) -> str | None:
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


def _denials(sentence: str, basis: Basis) -> str | None:
    if len(words(sentence)) < 3:  # a mere name or number says neither yes nor no
        return None
    if word := flipped(sentence, "\n".join(basis.texts)):
        return f"one of both denies it: the cited sentence says the opposite ({word})"
    if is_denial(sentence) and not knows_denial("\n".join((*basis.texts, basis.asked))):
        return "the cited sentence denies nothing"
    return None


def _roles(sentence: str, basis: Basis) -> str | None:
    deed = swapped(sentence, basis.text)
    if deed is None:
        return None
    return f'in the cited sentence "{deed.done_to.title()}" does it to "{deed.doer.title()}"'


def _words(sentence: str, basis: Basis) -> str | None:
    stated = _forms(" ".join(f"{item.text} {item.heading}" for item in basis.cited))
    asked = _forms(basis.asked)
    told = {tuple(words(sentence[q.start : q.end])) for q in find_quantities(sentence)}
    counted = set(chain.from_iterable(told))
    numbers = [number for number in told if not {*number} <= {*words(basis.asked)}]
    mine = {w: _forms(w) for w in words(sentence) if content_stems(w) and w not in counted}
    new = [word for word, forms in mine.items() if not forms & asked]
    names = {word for word in words(sentence)[1:] if is_name(word)}  # checked as numbers are
    found = [word for word in new if word in names or mine[word] & stated]
    shared = sum(bool(forms & (stated | asked)) for forms in mine.values())
    least = NEW_SHARED * (len(new) + len(numbers))
    if shared < WORDS_SHARED * len(mine) or len(found) + len(numbers) < least:
        return "the cited sentence says something else"
    return None


def _forms(text: str) -> set[str]:
    return {form for word in words(text) for form in (stem(word), lemma(word))}


def _verdict(verdict: str, question: str, cited: tuple[Evidence, ...]) -> str | None:
    """Why a mere yes or no does not follow."""
    basis = Basis(cited, "")
    told = set(content_stems(" ".join(f"{item.text} {item.heading}" for item in cited)))
    wanted = set(content_stems(question))
    several = len({item.report for item in cited}) > 1
    if len(wanted & told) < (VERDICT_SIDES if several else VERDICT_SHARED) * len(wanted):
        return "the cited sentence says something else"
    opposite = flipped(question, basis.text)
    if several:  # what two articles have in common is not told
        return None
    differs = next((r for c in (wrong_number, _days, _names) if (r := c(question, basis))), None)
    if verdict == "yes":
        return f"the cited sentence says the opposite ({opposite})" if opposite else differs
    if opposite or differs or wanted - told:
        return None
    return "the cited sentence says the opposite"
