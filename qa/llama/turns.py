"""Whose turn it is: sessions one after the other, questions before what is read ahead.

The check of an answer comes before other questions: it is short, and a reader waits for it who has
waited already. It is a plain structure for one thread; the engine holds a lock around it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from queue import SimpleQueue
from typing import TypeAlias

from index.errors import ModelError
from qa.llama.records import Batch, Logits


@dataclass(frozen=True, slots=True)
class Reading:
    """How many of the prompt's tokens are read."""

    read: int
    total: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was written, and the logarithm of its probability."""

    id: int
    logprob: float


Event: TypeAlias = Reading | Token | Logits | ModelError | None  # None: it is over


@dataclass(slots=True, eq=False)
class Request:
    """A prompt to be read, and what came of it so far."""

    batches: Sequence[Batch]
    stable: int  # leading batches that are the instructions
    session: str
    max_tokens: int = 0  # of 0 the logits behind the prompt are given
    ahead: bool = False  # read ahead of its question, when nobody waits
    cancelled: bool = False
    gives_way: bool = False  # goes on later, or not at all
    events: SimpleQueue[Event] = field(default_factory=SimpleQueue)

    @property
    def checks(self) -> bool:
        """Whether it wants no words but the logits behind a prompt, as the check of an answer."""
        return not self.ahead and not self.max_tokens


class Turns:
    """The requests that wait."""

    def __init__(self) -> None:
        self._questions: OrderedDict[str, deque[Request]] = OrderedDict()
        self._ahead: OrderedDict[str, Request] = OrderedDict()
        self._served: str | None = None  # the session whose question came last

    def __len__(self) -> int:
        return sum(map(len, self._questions.values())) + len(self._ahead)

    def put(self, request: Request) -> None:
        """Let a request wait. Of a session only the newest is read ahead, and no question waits."""
        self._ahead.pop(request.session, None)
        if request.ahead:
            self._ahead[request.session] = request
        else:
            self._questions.setdefault(request.session, deque()).append(request)

    def put_back(self, request: Request) -> None:
        """Let what was read ahead wait again, unless its session has moved on."""
        if request.session not in self._ahead and request.session not in self._questions:
            self._ahead[request.session] = request

    def take(self) -> Request | None:
        """Give the next one; its session then stands behind the others, and who comes meanwhile."""
        if self._questions:
            session = self._first()
            waiting = self._questions.pop(session)
            request = waiting.popleft()
            if waiting:
                self._questions[session] = waiting
            self._served = session
            return request
        return self._ahead.popitem(last=False)[1] if self._ahead else None

    def checks(self, session: str) -> bool:
        """Whether a session's next question is the check of an answer."""
        waiting = self._questions.get(session)
        return waiting is not None and waiting[0].checks

    def _first(self) -> str:
        names = list(self._questions)
        checked = (name for name in names if self.checks(name))
        others = (name for name in names if name != self._served)
        return next(chain(checked, others, names))

    def drop(self, request: Request) -> None:
        """Let a request wait no longer, if it does."""
        if self._ahead.get(request.session) is request:
            del self._ahead[request.session]
        waiting = self._questions.get(request.session)
        if waiting and request in waiting:
            waiting.remove(request)
            if not waiting:
                del self._questions[request.session]
