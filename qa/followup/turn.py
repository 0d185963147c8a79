"""An earlier question and its answer, and what they were about. It knows words, no model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.grammar import ARTICLES, DEMONSTRATIVES, is_plural, is_verb, parse_question, tokens
from qa.mentions import Thing, mentions
from qa.text import content_stems

_CLAUSE_WORDS = 25


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question as it was asked of the archive, what was answered, who was cited."""

    question: str  # in its standalone form
    answer: str = ""
    names: tuple[str, ...] = ()  # of whom and what the cited articles speak


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that can be read alone."""

    text: str
    changed: bool = False
    new_topic: bool = False  # complete, and about something else than what came before
    unsure: bool = False  # a model might know better


def topic(turn: Turn) -> str:
    """What a turn was about, as a noun phrase where there is one."""
    found = mentions(turn.question)
    asked = parse_question(turn.question)
    subject = asked.subject if asked else ""
    if subject and any(t.text in subject for t in found):
        others = [t for t in found if t.text not in subject]
        if not any(t.kind == "person" and t.text in subject for t in found):
            others = [t for t in others if t.kind != "thing"]
        return f"{subject} and {others[0].text}" if others else subject
    if found:
        return " and ".join(dict.fromkeys(t.text for t in found[:2]))
    return inner(turn)


def matter(turn: Turn) -> str:
    """What was said something about; empty where a turn names nobody but its subject."""
    asked = parse_question(turn.question)
    subject = asked.subject if asked else ""
    found = mentions(turn.question)
    others = [t.text for t in found if t.text not in subject and t.kind != "person"]
    own = [t.text for t in found if t.text in subject and t.kind in {"thing", "organisation"}]
    return (others + own + [""])[0]


def inner(turn: Turn) -> str:
    """The question without the words that ask."""
    asked = parse_question(turn.question)
    inner = f"{asked.subject} {asked.rest}".strip() if asked else ""
    return inner or turn.question.strip(" ?!.")


def clause(turn: Turn) -> str:
    """What was asked and answered as a clause ("the ferry sank on Monday"); may be empty."""
    asked = parse_question(turn.question)
    first = re.split(r"(?<=[.!?])\s", turn.answer.strip(), maxsplit=1)[0].strip(" .!")
    words = tokens(first)
    shared = set(content_stems(first)) & set(content_stems(turn.question))
    whole = any(is_verb(w.lower) for w in words) and len(words) >= 4
    if whole and shared and len(words) <= _CLAUSE_WORDS and "?" not in first:
        head = words[0].text
        lower = head.lower() in ARTICLES | DEMONSTRATIVES or (is_plural(head) and len(words) > 1)
        return f"{first[:1].lower()}{first[1:]}" if lower else first
    if asked is None:
        return ""
    return asked.statement(answered(turn))


def answered(turn: Turn) -> str:
    """The name that an answer gave and the question had not."""
    asked = turn.question.lower()
    fresh: list[Thing] = [t for t in mentions(turn.answer[:300]) if t.text.lower() not in asked]
    return next((t.text for t in fresh if any(c.isupper() for c in t.text)), "")
