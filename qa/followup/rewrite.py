"""A model's rewriting of a follow-up question: how it is asked for, and whether it is taken.

It opens no model. What a model writes is untrusted: a name, number or topic that nobody has spoken
of makes it worthless, and the question that the rules have made stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from index.clean import clean_line
from qa.followup.turn import Turn
from qa.generate import Prompt
from qa.grammar import AUXILIARIES, PREPOSITIONS, WH, tokens
from qa.text import STOP_WORDS, content_stems, is_name, numbers, stem, words

REWRITE_CHARACTERS = 300  # that a rewritten question may have
REWRITE_TOKENS = 60  # that it is given room for
TURNS_SHOWN = 3
_SHOWN = 300  # characters of an earlier question or answer
_NEW_WORDS = 2  # topic words that nobody has used, such as "cause" for "why"

SYSTEM = (
    "You rewrite the last question of a conversation so that it can be understood alone: put in "
    "the names and things that its pronouns stand for and what it leaves out. Add nothing that "
    "was not said. Do not answer it. Write the one rewritten question and nothing else."
)
_LABEL = re.compile(
    r"^(?:(?:the )?(?:rewritten|standalone|last)? ?question|rewritten|q)\s*:\s*", re.I
)
_END = re.compile(r"[.!?]\s+\S")


def rewrite(
    generate: Callable[..., Iterable[str]], question: str, history: Sequence[Turn]
) -> str | None:
    """Have a follow-up rewritten by what writes answers; None where that may not be asked."""
    written = "".join(generate(rewrite_prompt(question, history), max_tokens=REWRITE_TOKENS))
    return accept_rewrite(written, question, history)


def rewrite_prompt(question: str, history: Sequence[Turn]) -> Prompt:
    """Ask a model to make a question standalone; the conversation is shown as plain text."""
    lines = []
    for turn in history[-TURNS_SHOWN:]:
        lines.append(f"Question: {clean_line(turn.question)[:_SHOWN]}")
        lines.append(f"Answer: {clean_line(turn.answer)[:_SHOWN]}")
    lines += [f"Last question: {clean_line(question)[:_SHOWN]}", "Rewritten question:"]
    return Prompt(SYSTEM, "\n".join(lines))


def accept_rewrite(rewrite: str, question: str, history: Sequence[Turn]) -> str | None:
    """Give the question that a model wrote; None where it is not one that may be asked."""
    line = next((part for part in rewrite.splitlines() if part.strip()), "")
    text = _LABEL.sub("", clean_line(line)).strip("\"'“”‘’* ")
    if not text or len(text) > REWRITE_CHARACTERS or not _is_one_question(text):
        return None
    spoken = " ".join(
        [question, *(f"{t.question} {t.answer} {' '.join(t.names)}" for t in history)]
    )
    said = {stem(word) for word in words(spoken)}
    if any(number not in {*numbers(spoken), *said} for number in numbers(text)):
        return None
    found = words(text)
    closed = WH | AUXILIARIES | PREPOSITIONS | STOP_WORDS
    names = [w for n, w in enumerate(found) if is_name(w) and (n or w.lower() not in closed)]
    if any(stem(name) not in said for name in names):
        return None
    own, asked = set(content_stems(text)), set(content_stems(question))
    if len(own - said) > _NEW_WORDS or len(asked - own) > len(asked) / 2:
        return None
    return text


def _is_one_question(text: str) -> bool:
    if not text.endswith("?") or text.count("?") > 1 or _END.search(_without_initials(text)):
        return False
    first = tokens(text)[:3]
    return any(word.lower in WH | AUXILIARIES for word in first)


def _without_initials(text: str) -> str:
    """Without the points of "Mr." and "J. Smith", which end no sentence."""
    return re.sub(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|No|vs)\.", "", text)
