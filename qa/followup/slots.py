"""One part of an earlier question put in the place of another: a time, a place, a name.

"And in 2018?" behind "How much did the council spend in 2019?" asks the same of another year. It
knows words alone, no conversation and no model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.grammar import (
    ARTICLES,
    DAYS,
    DETERMINERS,
    MONTHS,
    PREPOSITIONS,
    is_plural,
    parse_question,
    phrase_end,
    tokens,
)
from qa.mentions import ROLES, Thing, is_name_start, mentions, name_end, names

_DAY = "|".join(d.capitalize() for d in sorted(DAYS))
_MONTH = "|".join(m.capitalize() for m in sorted(MONTHS))
_UNIT = "year|month|week|day|decade|season|quarter|summer|winter|spring|autumn|morning|evening"
_WHEN = (
    rf"(?:(?:early|late|mid)[ -])?(?:"
    rf"\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})(?:,? \d{{4}})?"
    rf"|(?:{_MONTH})(?: \d{{1,2}}(?:st|nd|rd|th)?(?!\d))?(?:,? \d{{4}})?"
    rf"|(?:last |next |this )?(?:{_DAY})"
    rf"|(?:last|next|this|that|the (?:last|next|past|previous|following|same)) (?:{_UNIT})"
    rf"|the (?:1[89]|20)\d0s|(?:1[89]|20)\d\d|yesterday|today|tomorrow|now|tonight)"
)
_LEAD = r"(?:in|on|by|since|until|during|before|after|for|from|at) "
TIME = re.compile(rf"(?<!\w)(?P<lead>(?:{_LEAD})?)(?P<when>{_WHEN})(?!\w)", re.I)
_SHIFT = re.compile(
    rf"(?:(?:in|on) )?(?:the|a|that|one) "
    rf"(?:(?P<turn>previous|preceding|next|following) (?P<unit>{_UNIT})"
    rf"|(?P<other>{_UNIT}) (?P<side>before|earlier|prior|after|later)(?: that)?)",
    re.I,
)
_BARE = re.compile(r"(?:last|next|this|that|yesterday|today|tomorrow|now|tonight)\b", re.I)
_BACK = {"previous", "preceding", "before", "earlier", "prior"}
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_PLACE_LEADS = frozenset("in at from near to for".split())


@dataclass(frozen=True, slots=True)
class Filled:
    """The earlier question with a part replaced, and whether another part may be meant."""

    text: str
    unsure: bool = False


def fill(earlier: str, part: str, answer: str = "") -> Filled | None:
    """Put a part ("in 2018", "the mayor", "Porto") into an earlier question; None: it has no place.

    The answer tells the year where the question names none and "the year before" is asked.
    """
    question = earlier.strip().rstrip("?!. ")
    part = part.strip(" ?!.,;:")
    if not part or not question:
        return None
    if _SHIFT.fullmatch(part):
        return _shifted(question, part, answer)
    if TIME.fullmatch(part):
        return Filled(_with_time(question, part))
    lead, _, behind = part.partition(" ")
    if lead.lower() in PREPOSITIONS and behind:
        return _with_phrase(question, lead.lower(), behind)
    return _with_thing(question, part)


def is_slot(part: str) -> bool:
    """Whether a text is a time or begins like a place, and is no more than that."""
    part = part.strip(" ?!.,;:")
    if _SHIFT.fullmatch(part) or TIME.fullmatch(part):
        return True
    words = part.split()
    return 1 < len(words) <= 5 and words[0].lower() in PREPOSITIONS


def _with_time(question: str, part: str) -> str:
    """Replace the last time that a question states, or add one."""
    wanted = TIME.fullmatch(part)
    found = list(TIME.finditer(question))
    if not found or wanted is None:
        return f"{question} {_led(part)}?"
    old = found[-1]
    new = part if wanted["lead"] else _lead_for(old["lead"], part)
    return f"{question[: old.start()]}{new}{question[old.end() :]}?"


def _lead_for(old: str, part: str) -> str:
    if _BARE.match(part) and old.strip().lower() in {"in", "on", "at"}:
        return part
    same = old.strip().lower() not in {"in", "on", "at", ""}
    return f"{old}{part}" if same else _led(part)


def _led(part: str) -> str:
    """A time with the preposition that it wants."""
    if re.match(
        rf"{_LEAD}|last |next |this |that |yesterday|today|tomorrow|now|tonight", part, re.I
    ):
        return part
    return f"on {part}" if re.match(rf"(?:{_DAY})\b|\d{{1,2}}(?!\d)", part, re.I) else f"in {part}"


def _shifted(question: str, part: str, answer: str) -> Filled:
    """Reckon "the year before" and the like from the time that was spoken of."""
    match = _SHIFT.fullmatch(part)
    assert match is not None
    unit = (match["unit"] or match["other"]).lower()
    step = -1 if (match["turn"] or match["side"]).lower() in _BACK else 1
    times = [m["when"] for m in TIME.finditer(question)]
    known = times[-1] if times else ""
    if unit == "year":
        years = _YEAR.findall(known) or _YEAR.findall(question) or _YEAR.findall(answer)
        if years:
            moved = _YEAR.sub(lambda m: str(int(m[0]) + step), known) if known else ""
            new = moved if _YEAR.search(known) else f"in {int(years[-1]) + step}"
            return Filled(_with_time(question, new), unsure=len(set(years)) > 1)
        if "last year" in known.lower() and step < 0:
            return Filled(_with_time(question, "the year before last"), unsure=True)
    for order, name in ((_DAY, "day"), (_MONTH, "month")):
        said = re.search(rf"\b(?:{order})\b", known, re.I)
        if unit == name and said:
            moved = known.replace(said[0], _neighbour(said[0].capitalize(), name, step))
            year = _YEAR.search(moved)
            turns = said[0].lower() in ({"january"} if step < 0 else {"december"})
            if name == "month" and year and turns:
                moved = moved.replace(year[0], str(int(year[0]) + step))
            return Filled(_with_time(question, re.sub(r"^(?:last|next|this) ", "", moved)))
    return Filled(f"{question}, {part}?", unsure=True)


def _neighbour(name: str, kind: str, step: int) -> str:
    order = (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
        if kind == "day"
        else "January February March April May June July August September October November "
        "December".split()
    )
    return order[(order.index(name) + step) % len(order)]


def _with_phrase(question: str, lead: str, behind: str) -> Filled:
    """Replace the phrase that begins with the same preposition, or else another place."""
    words = tokens(question)
    busy = [match.span() for match in TIME.finditer(question)]
    spots = []
    for n, word in enumerate(words[:-1]):
        is_lead = word.lower == lead or {word.lower, lead} <= _PLACE_LEADS
        following = words[n + 1]
        if not is_lead or any(a <= following.start < b for a, b in busy):
            continue
        if is_name_start(words, n + 1):
            spots.append((word.lower == lead, word.start, words[name_end(words, n + 1) - 1].end))
        elif following.lower in DETERMINERS and word.lower == lead:
            end = max(n + 1, phrase_end(words, n + 1) - 1)
            spots.append((False, word.start, words[end].end))
    if not spots:
        return Filled(f"{question} {lead} {behind}?")
    exact = [spot for spot in spots if spot[0]]
    _, start, end = (exact or spots)[-1]
    return Filled(
        f"{question[:start]}{lead} {behind}{question[end:]}?", unsure=len(exact or spots) > 1
    )


def _with_thing(question: str, part: str) -> Filled | None:
    """Replace a name, or a noun phrase, by another of its kind."""
    words = tokens(part)
    if not words or len(words) > 8:
        return None
    named = any(word.capital for word in words)
    found = [t for t in mentions(question) if t.text.lower() != part.lower()]
    named_there = names(question)
    parsed = parse_question(question)
    subject = parsed.subject if parsed else ""
    if named:
        same = [t for t in named_there if t.kind == _kind_of(part)] or named_there
    else:
        same = _for_phrase(words[-1].lower, found, subject)
    people = subject.split(" ")[-1].lower() in ROLES or is_plural(subject)
    if not same and named and subject.lower().startswith("the ") and not people:
        return Filled(f"{question} in {part}?", unsure=True)
    if not same and subject:
        at = question.find(subject)
        if at >= 0 and subject.lower() not in {"it", "they", "he", "she", "this", "that"}:
            return Filled(f"{question[:at]}{part}{question[at + len(subject) :]}?", unsure=True)
    if not same:
        return None
    leading = [t for t in same if t.text in subject]
    old = (leading or same)[0]
    at = question.find(old.text)
    new = part
    if old.text.split()[0].lower() in ARTICLES and words[0].lower not in DETERMINERS and not named:
        new = f"the {part}"
    text = f"{question[:at]}{new}{question[at + len(old.text) :]}?"
    return Filled(text, unsure=len(same) > 1 and not leading)


def _for_phrase(head: str, found: list[Thing], subject: str) -> list[Thing]:
    """What "the mayor" or "the bridge" may stand for: a person for a person, else the like."""
    if head in ROLES:
        people = [t for t in found if t.kind in {"person", "name"}]
        return people or [t for t in found if t.text in subject]
    things = [t for t in found if t.kind in {"thing", "organisation"}]
    return things or [t for t in found if t.text in subject]


def _kind_of(part: str) -> str:
    found = mentions(f"It is {part}")
    return found[-1].kind if found else "name"
