"""A sentence and its answer to a question, by rule. What a rule cannot do safely it leaves alone.

The rules know a main clause when it is plain: a subject, a verb of `verbs`, and what follows up to
the next clause. `RULES` says in words what each of them does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.mining.pick import MONTHS, WEEKDAYS, Candidate
from bench.mining.verbs import AUXILIARIES, BE, MODALS, PARTICIPLES, PAST, THIRD, is_finite
from index.article import Article

RULES = {
    "subject": "the subject was replaced by “Who”",
    "counted subject": "the number of the subject was replaced by “How many”",
    "inversion": "what is asked for was put first and the subject behind the auxiliary verb",
    "did": "what is asked for was put first and the verb taken apart with do, does or did",
}

LONGEST_SUBJECT = 8  # words
_BREAKS = frozenset("that which who whom whose when while because if although though where".split())
_MAY_BREAK = frozenset("and but or as after before since until so than".split())
_MORE_OF_IT = frozenset("a an and or per each to of".split())  # what counts goes on
_OF_THE_DATE = frozenset("back early late only just again here there".split())  # "back in 2003"
_FRONTED = frozenset("for by with from".split())
_APPROXIMATE = re.compile(
    r"\s(?:about|around|some|almost|nearly|only|just|up to|at least|at most|over|under|roughly"
    r"|exactly|(?:more|fewer|less) than)$"
)
_DAY_BEFORE = (
    rf"(?:\son\s(?:{WEEKDAYS})(?:\s(?:morning|afternoon|evening|night))?"
    r"|\s(?:(?:early|late)\s)?(?:yesterday|last\snight|today|tomorrow|this\smorning))"
    r"(?:\s(?:morning|afternoon|evening|night))?"
)
_RELATIVE_DAY = re.compile(rf"{_DAY_BEFORE}(?=[\s,.;]|$)(?!\s(?:\d|{MONTHS}))")
_NO_SUBJECT = re.compile(
    r"(?:In|On|At|After|Before|When|If|As|While|For|Of|By|From|With|Since|Until|During|Under|Over|"
    r"Despite|Although|Because|Where|What|Who|How|Why|To|Among|About|Not|No|Only|Even|Just)\b"
)
_ATTRIBUTION = re.compile(r",\s[^,]*\b(?:said|says|told)\b[^,]*$")
_APPOSITION = re.compile(r"^([^,]{1,60}),\s([^,]{2,80}),\s(?=([a-z]+)\b)")
_SMALL = frozenset("the a an its their his her this that each every both all".split())


@dataclass(frozen=True, slots=True)
class Turned:
    """A question, and how it was made."""

    question: str
    how: str


@dataclass(frozen=True, slots=True)
class _Clause:
    """A plain main clause about the answer."""

    subject: str
    verb: str
    before: str  # between the verb and what is asked for
    after: str  # behind it, up to the next clause


def by_rule(candidate: Candidate) -> Turned | None:
    """Turn the candidate's sentence into a question, or give None where no rule is safe."""
    turned = _who(candidate) if candidate.kind == "who" else _asked(candidate)
    if turned is None:
        return None
    return Turned(f"{turned.question[0].upper()}{turned.question[1:]}?", turned.how)


def _who(candidate: Candidate) -> Turned | None:
    sentence, end = candidate.article.text, candidate.answer_end
    rest = f"X{sentence[end : candidate.end - 1]}"
    rest = _ATTRIBUTION.sub("", _RELATIVE_DAY.sub("", _APPOSITION.sub(r"\1 ", rest)))[1:].strip()
    verb = rest.split()[0]
    if not is_finite(verb) or verb in {"were", "are", "have"}:
        return None
    return Turned(f"who {rest}", RULES["subject"])


def _asked(candidate: Candidate) -> Turned | None:
    text = candidate.article.text
    before = text[candidate.body : candidate.answer_start].rstrip()
    after = text[candidate.answer_end : candidate.end - 1]
    wanted = candidate.kind
    if candidate.kind == "how many":
        wanted, after = f"how many {candidate.noun}", after[len(candidate.noun) + 1 :]
    before = _APPROXIMATE.sub("", f" {before}").strip()
    if not before or before.lower() in {"about", "some", "more than", "at least", "almost"}:
        return _counted_subject(wanted, after) if candidate.kind == "how many" else None
    clause = _clause(_RELATIVE_DAY.sub("", f" {before}").strip(), _RELATIVE_DAY.sub("", after))
    if clause is None:
        return None
    return _ask(wanted, candidate, clause)


def _counted_subject(wanted: str, after: str) -> Turned | None:
    """Ask for the number with which a sentence begins; the verb must follow what is counted."""
    words = _ATTRIBUTION.sub("", _RELATIVE_DAY.sub("", after)).split()
    known = AUXILIARIES | PAST.keys()
    if not words or words[0] not in known or words[0] in {"is", "was", "has"}:
        return None
    words = _segment(words)
    for number, word in enumerate(words):
        if word == "and" and any(map(is_finite, words[number + 1 :])):
            words = words[:number]
            break
    return Turned(" ".join([wanted, *words]), RULES["counted subject"])


def _clause(before: str, after: str) -> _Clause | None:
    """Take a clause apart whose subject, verb and object stand in this order, and no other does."""
    if (apposition := _APPOSITION.match(before)) and is_finite(apposition[3]):
        before = f"{apposition[1]} {before[apposition.end() :]}"
    words = before.split()
    place = next((n for n, word in enumerate(words) if is_finite(word)), None)
    if place is None or not 0 < place <= LONGEST_SUBJECT or _NO_SUBJECT.match(before):
        return None
    subject, verb, middle = words[:place], words[place], words[place + 1 :]
    tail = _tail(after.split())
    if tail is None or not _is_subject(subject) or not _is_plain(middle, verb):
        return None
    return _Clause(" ".join(subject), verb, " ".join(middle), " ".join(tail))


def _is_subject(words: list[str]) -> bool:
    last = words[-1]
    return not (
        any(word[-1] in ",;:" or word.lower() in _BREAKS or word in "–—-" for word in words)
        or last.lower() in _SMALL
        or last.endswith("ly")
        or re.fullmatch(r"(?:of|in|on|at|for|to|by|and|or)", last)
        or words[0] in {"It", "There", "This", "That", "They", "He", "She"}
    )


def _is_plain(middle: list[str], verb: str) -> bool:
    """Whether no other clause begins between the verb and what is asked for."""
    inner = middle
    if verb in AUXILIARIES:  # its participle may follow
        inner = [word for n, word in enumerate(middle) if not (n < 3 and _goes_with(word, verb))]
    return not any(
        word[-1] in ",;:" or word in _BREAKS | _MAY_BREAK or word in "–—-" or is_finite(word)
        for word in inner
    )


def _goes_with(word: str, auxiliary: str) -> bool:
    return word in PARTICIPLES or (auxiliary in MODALS and word == "have")


def _segment(words: list[str]) -> list[str]:
    """The words up to the first comma, semicolon, colon or dash."""
    for number, word in enumerate(words):
        if word in "–—-":
            return words[:number]
        if word[-1] in ",;:":
            return [*words[:number], *filter(None, [word[:-1]])]
    return words


def _tail(words: list[str]) -> list[str] | None:
    """What follows the answer in its clause; None where it cannot be told where that ends."""
    words = _segment(words)
    if words[:1] and (words[0] in _MORE_OF_IT or words[0][0].isupper()):
        return None
    kept: list[str] = []
    for number, word in enumerate(words):
        if word in _BREAKS or (word in _MAY_BREAK and any(map(is_finite, words[number + 1 :]))):
            break
        if is_finite(word):
            return None
        kept.append(word)
    return kept


def _ask(wanted: str, candidate: Candidate, clause: _Clause) -> Turned | None:
    """Put what is asked for first."""
    middle = clause.before.split()
    if candidate.kind in {"when", "where"}:
        if clause.after or not middle or middle[-1] not in {"in", "on", "at"}:
            return None
        if candidate.kind == "where" and (middle[-2:-1] or [clause.verb])[0] not in PARTICIPLES:
            return None  # the place of a thing: "sold its offices in Oddney"
        if middle[-2:-1] and middle[-2] in _OF_THE_DATE:
            return None
        middle = middle[:-1]
    elif middle and middle[-1] in _FRONTED:
        wanted, middle = f"{middle[-1]} {wanted}", middle[:-1]
    elif middle and (middle[-1] in _SMALL or not _takes_object(clause.verb, middle)):
        return None
    elif not middle and clause.verb in BE:
        return None  # "is 48 kilometres away"
    subject = _lowered(clause.subject, candidate.article)
    rest = [*middle, *clause.after.split()]
    if _is_auxiliary(clause.verb, middle):
        return Turned(" ".join([wanted, clause.verb, subject, *rest]), RULES["inversion"])
    if clause.verb in THIRD:
        did, base = "does", THIRD[clause.verb]
    elif clause.verb == "have":
        did, base = "do", "have"
    elif clause.verb in PAST:
        did, base = "did", PAST[clause.verb]
    else:
        return None
    return Turned(" ".join([wanted, did, subject, base, *rest]), RULES["did"])


def _takes_object(verb: str, middle: list[str]) -> bool:
    """Whether the number is the object of the last verb, not a part of another phrase."""
    return verb in AUXILIARIES and middle[-1] in {*PARTICIPLES, *PAST.values()}


def _is_auxiliary(verb: str, middle: list[str]) -> bool:
    if verb in BE:
        return True
    if verb in {"has", "have", "had"}:
        return any(word in PARTICIPLES or word == "been" for word in middle[:2])
    return verb in AUXILIARIES


def _lowered(subject: str, article: Article) -> str:
    """The subject as it is written inside a sentence."""
    first, *others = subject.split()
    is_name = others[:1] and others[0][0].isupper()
    inside = re.search(rf"[\w,]\s{re.escape(first)}\b", f"{article.title}\n{article.text}")
    if first.lower() in _SMALL or not (is_name or inside):
        return f"{first.lower()}{subject[len(first) :]}"
    return subject
