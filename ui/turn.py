"""One question and what is known of its answer: the record the page is drawn from.

It knows no HTML and no Gradio.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.answer import Answer

Stage = Literal[
    "searching",  # the question is being understood and retrieved
    "loading",  # the models are not in memory yet
    "waiting",  # another question is being answered
    "reading",  # the sources are known, the answer is not yet
    "writing",
    "done",
    "stopped",  # by the user
    "failed",  # `message` says why
]
FINAL: frozenset[Stage] = frozenset({"done", "stopped", "failed"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, how far it has come, and the latest answer."""

    question: str
    as_of: date | None = None
    stage: Stage = "searching"
    answer: Answer | None = None
    message: str = ""

    @property
    def over(self) -> bool:
        """Nothing more will come."""
        return self.stage in FINAL
