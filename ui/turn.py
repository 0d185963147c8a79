"""One question and what is known of its answer: the record the page is drawn from.

It knows no HTML and no Gradio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.filters import Filter
from qa import followup
from qa.answer import Answer
from qa.mentions import names
from ui.sought import ALL

REMEMBERED = 3  # turns that a follow-up is read with
NAMES = 12  # of one turn
TEXT_READ = 400  # characters of a title or a quote

Stage = Literal[
    "searching",  # the question is being understood and retrieved
    "loading",  # the models are not in memory yet
    "waiting",  # another question is being answered
    "reading",  # the sources are known, the answer is not yet
    "writing",
    "done",
    "stopped",  # by the user
    "failed",  # `message` says why
    "interrupted",  # the page was closed or the server ended in the middle
]
FINAL: frozenset[Stage] = frozenset({"done", "stopped", "failed", "interrupted"})
Verdict = Literal["", "right", "wrong", "wrong source"]  # what the reader says of an answer


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, how far it has come, and the latest answer."""

    question: str
    as_of: date | None = None
    stage: Stage = "searching"
    answer: Answer | None = None
    message: str = ""
    read: float = 0.0  # of what the model is shown, by the model
    read_time: bool = True  # words of time in the question mean days
    only: Filter = ALL  # the articles that it is asked of
    strictness: float | None = None  # how likely an answer must be right; None: as the bot has it
    seconds: float | None = None  # how long the answer may take; None: as the bot has it
    id: str = ""  # as it is kept; empty where it is not
    talk: str = ""  # the conversation it is kept in
    verdict: Verdict = ""
    unkept: str = ""  # why it could not be kept

    @property
    def over(self) -> bool:
        """Nothing more will come."""
        return self.stage in FINAL


def history(turns: Sequence[Turn]) -> tuple[followup.Turn, ...]:
    """The latest turns that were answered, as a follow-up is read with them."""
    answered = [
        turn.answer
        for turn in turns
        if turn.stage == "done" and turn.answer is not None and not turn.answer.refused
    ]
    return tuple(map(_remembered, answered[-REMEMBERED:]))


def _remembered(answer: Answer) -> followup.Turn:
    told = [text for c in answer.citations for text in (c.title, c.quote)]
    named = dict.fromkeys(thing.text for text in told for thing in names(text[:TEXT_READ]))
    question = answer.standalone or answer.question
    return followup.Turn(question, answer.text, tuple(named)[:NAMES])
