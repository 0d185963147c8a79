"""What the model is shown for a question: a part of the chatbot, for questions asked and typed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from index.protocol import Store
from qa.answer import Evidence, Hit
from qa.blocks import Block, left_over, settle
from qa.evidence import CountTokens, select_evidence
from qa.generate import Prompt
from qa.prompt import build_prompt, excerpt
from qa.question import Question
from qa.wanted import Wanted

SESSIONS = 64  # whose last prompt is remembered


@dataclass(frozen=True, slots=True)
class Shown:
    """A prompt, the blocks it is made of, and all evidence in them; what fits best comes first."""

    prompt: Prompt
    blocks: tuple[Block, ...]
    evidence: tuple[Evidence, ...]


class Standing:
    """The blocks of each session's last prompt. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Last] = OrderedDict()

    def put(self, session: str, question: Question, shown: Shown, *, asked: bool) -> None:
        """Remember what a session was shown, for a question that was asked or is being typed."""
        with self._lock:
            self._known[session] = _Last(question, shown.blocks, asked)
            self._known.move_to_end(session)
            if len(self._known) > SESSIONS:
                self._known.popitem(last=False)

    def get(
        self, session: str, question: Question, index: Store, *, follows: bool
    ) -> tuple[Block, ...]:
        """Give what was read while the question was typed, or before what it follows.

        Nothing where the question leaves other articles out than the one before, and nothing from
        the first article on that was removed or replaced since: an answer may cite all that stands.
        """
        with self._lock:
            last = self._known.get(session)
        if (
            last is None
            or (last.asked and not follows)
            or _leaves(last.question) != _leaves(question)
        ):
            return ()
        current = index.current([block[0].article.id for block in last.blocks])
        return tuple(takewhile(lambda block: block[0].article.id in current, last.blocks))

    def ahead(self, session: str, shown: Shown) -> bool | None:
        """Whether a prompt begins with what was chosen while its question was typed.

        None if nothing was. To be asked before the prompt itself is put.
        """
        with self._lock:
            last = self._known.get(session)
        return None if last is None or last.asked else shown.blocks[:1] == last.blocks[:1]


@dataclass(frozen=True, slots=True)
class _Last:
    question: Question
    blocks: tuple[Block, ...]
    asked: bool


def _leaves(question: Question) -> tuple[object, ...]:
    """What a question says of the articles that it is to be answered from."""
    return question.only, question.phrases, question.as_of


def show(
    asked: Question,
    hits: Sequence[Hit],
    wanted: Wanted | None,
    count_tokens: CountTokens,
    *,
    budget: int,
    standing: Sequence[Block] = (),
) -> Shown:
    """Choose the evidence; put it behind what stands of an earlier prompt and is still good."""
    evidence = select_evidence(
        asked.search,
        hits,
        count_tokens,
        budget=budget,
        wanted=wanted,
        since=asked.first_day,
    )
    blocks = settle(evidence, standing, lambda block: count_tokens(excerpt(block)))
    prompt = build_prompt(asked.search, blocks, _today(asked))
    return Shown(prompt, tuple(blocks), (*evidence, *left_over(blocks, evidence)))


def _today(asked: Question) -> date | None:
    """The day a prompt speaks of as today: only where it may matter to the answer."""
    return asked.as_of if asked.given or asked.asked else None
