"""What a conversation has spoken of, and which of it a pronoun means. Rules, no model.

It knows nothing of how a question is rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.followup.turn import Turn
from qa.grammar import ARTICLES, is_verb, parse_question
from qa.mentions import Thing, mentions

TURNS_READ = 4  # of the conversation, the latest
TEXT_READ = 600  # characters of an earlier question or answer
NAMES_READ, NAME_READ = 20, 80  # names of a turn, and characters of each


def things(history: Sequence[Turn]) -> list[Thing]:
    """All that was spoken of, the most prominent first; each once, under its longest name.

    Turns are read to their end: hand over no more of them than is to be read.
    """
    found: list[Thing] = []
    for age, turn in enumerate(reversed(history)):
        asked = turn.question
        parsed = parse_question(asked)
        subject = parsed.subject if parsed else ""
        wh = parsed.wh.lower().split(" ")[0] if parsed and parsed.wh else ""
        own = [_weigh(t, subject, 2.0 * age) for t in _definite(mentions(asked))]
        told = _definite(mentions(turn.answer))
        found += _fresh(told, own, wh, age) + own
        found += [Thing(name, "name", weight=-2.0 - 2.0 * age) for name in turn.names if name]
    return sorted(_merged(found), key=lambda t: -t.weight)


def _definite(found: list[Thing]) -> list[Thing]:
    """As they are spoken of the second time: "a new levy" is "the new levy" then."""
    return [replace(t, text=re.sub(r"^an? ", "the ", t.text, flags=re.I)) for t in found]


def _weigh(thing: Thing, subject: str, fading: float) -> Thing:
    leads = bool(subject) and (thing.text in subject or subject in thing.text)
    return replace(thing, weight=thing.weight + 3.0 * leads - fading)


def _fresh(told: list[Thing], own: list[Thing], wh: str, age: int) -> list[Thing]:
    """What an answer spoke of: its subject counts, and what it was asked for."""
    fresh = []
    known = [t.text.lower() for t in own]
    for place, thing in enumerate(told):
        new = not any(thing.text.lower() in text or text in thing.text.lower() for text in known)
        weight = thing.weight + (1.5 if place == 0 else 0.0) - 2.0 * age
        kind = thing.kind
        if new and wh in {"who", "whom"} and kind in {"name", "person", "organisation"}:
            weight += 3.0
            kind = "person" if kind == "name" else kind
        elif new and wh in {"what", "which"}:
            weight += 1.5
        elif new and wh == "where" and kind == "name":
            kind = "place"
        fresh.append(replace(thing, kind=kind, weight=weight))
    return fresh


def _merged(found: list[Thing]) -> list[Thing]:
    """One entry for "Brandt" and "Ilva Brandt"."""
    merged: list[Thing] = []
    for thing in sorted(found, key=lambda t: -len(t.text)):
        for place, other in enumerate(merged):
            if _same(thing, other):
                weight = max(thing.weight, other.weight) + 0.5
                kind = thing.kind if other.kind in {"name", "place"} else other.kind
                gender = other.gender or thing.gender
                merged[place] = replace(other, weight=weight, kind=kind, gender=gender)
                break
        else:
            merged.append(thing)
    return merged


def _same(short: Thing, long: Thing) -> bool:
    a, b = short.text.lower().split(), long.text.lower().split()
    a, b = ([w for w in x if w not in ARTICLES] for x in (a, b))
    if short.kind == "thing" or long.kind == "thing":
        return a == b
    return a == b or a == b[-len(a) :] or a == b[: len(a)]


def fits(thing: Thing, pronoun: str) -> float | None:
    """How well a pronoun in its plain form (he, she, it, they, there) can mean it; None: not."""
    if pronoun in {"he", "she"}:
        if thing.kind not in {"person", "name"} or thing.gender not in {None, pronoun}:
            return None
        if " and " in thing.text:
            return None
        return (thing.kind == "person") * 2.0 + (thing.gender == pronoun) * 2.0
    if pronoun == "they":
        if thing.plural:
            return 3.0
        return 1.5 if thing.kind == "organisation" else None if thing.kind == "place" else -2.0
    if pronoun == "there":
        return {"place": 3.0, "name": 0.0}.get(thing.kind)
    if thing.kind == "person":
        return None
    if thing.plural and (thing.kind == "thing" or " and " in thing.text):
        return None
    if is_verb(thing.text.lower()):
        return None
    return {"thing": 1.5, "organisation": 1.5, "name": 0.5, "place": -1.0}[thing.kind] - (
        1.5 * (thing.gender is not None)
    )


def antecedent(pronoun: str, spoken: Sequence[Thing]) -> tuple[Thing | None, bool]:
    """Give what a pronoun means, and whether another thing is almost as likely meant."""
    ranked = [
        (thing.weight + fit, thing) for thing in spoken if (fit := fits(thing, pronoun)) is not None
    ]
    ranked.sort(key=lambda pair: -pair[0])
    if not ranked:
        return None, False
    close = len(ranked) > 1 and ranked[0][0] - ranked[1][0] < 1.0
    return ranked[0][1], close
