"""A context that can be worked out by hand, and engines made with it.

What it computes for a token depends on everything before it and on the batch that it was read in,
as the floats of llama.cpp do: an answer is right only if the batches are those of a cold start.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.llama.batches import cut
from qa.llama.engine import Engine
from qa.llama.reader import Reader
from qa.llama.records import Batch, Logits, Stopped
from qa.llama.states import States
from qa.llama.turns import Event, Request, Token

END = 0
WORDS = 40  # the size of the vocabulary; END is the end of an answer, 1 a line's end
STABLE = (5, 6, 7)  # the instructions


class FakeContext:
    """Reads when it may; keeps what it was asked to read."""

    def __init__(self) -> None:
        self.tokens = 4096
        self.held: list[tuple[int, int]] = []  # a token and a number that sums up all before
        self.reads: list[tuple[int, ...]] = []
        self.fail: BaseException | None = None  # raised by the next read
        self.forgets_in_part = True
        self.closed = False
        self._stop = False
        self._may = threading.Condition()
        self._permits: int | None = None  # reads that are allowed; None: all

    def hold_up(self) -> None:
        """Let no read be finished until `allow`."""
        self._permits = 0

    def allow(self, reads: int | None = None) -> None:
        with self._may:
            self._permits = None if reads is None else (self._permits or 0) + reads
            self._may.notify_all()

    def wait_for_reads(self, count: int) -> None:
        with self._may:
            assert self._may.wait_for(lambda: len(self.reads) >= count, timeout=20)

    def read(self, batch: Sequence[int], at: int) -> Logits:
        assert not self.closed
        assert at == len(self.held), "a read must go on where the last one ended"
        with self._may:
            self.reads.append(tuple(batch))
            self._may.notify_all()
            self._may.wait_for(lambda: self._stop or self._permits != 0, timeout=20)
            if self._stop:
                raise Stopped
            if self._permits:
                self._permits -= 1
        if self.fail is not None:
            error, self.fail = self.fail, None
            raise error
        before = self.held[-1][1] if self.held else 0
        for n, token in enumerate(batch):
            self.held.append((token, zlib.crc32(f"{before} {tuple(batch)} {n}".encode())))
        logits = np.zeros(WORDS, dtype=np.float32)
        logits[self.held[-1][1] % WORDS] = 4.0
        return logits

    def keep(self, count: int) -> int:
        if count < len(self.held) and not self.forgets_in_part:
            count = 0
        del self.held[count:]
        return len(self.held)

    def save(self) -> bytes:
        return json.dumps(self.held).encode()

    def restore(self, state: bytes) -> bool:
        self.held = []
        try:
            self.held = [(token, number) for token, number in json.loads(state)]
        except ValueError:
            return False
        return True

    def stop(self, now: bool) -> None:
        with self._may:
            self._stop = now
            self._may.notify_all()

    def close(self) -> None:
        self.closed = True


class Made:
    """An engine over fake contexts, the latest of which is `context`."""

    def __init__(
        self, *, budget: int = 400, folder: Path | None = None, key: str = "k", grace: float = 0.0
    ) -> None:
        self.contexts: list[FakeContext] = []
        self.unopenable: Exception | None = None
        self.states = States(budget, folder, key)
        self.done: list[tuple[str, int]] = []  # what was measured
        self.closed = 0
        reader = Reader(self._open, self.states)
        self.engine = Engine(
            reader,
            lambda token: token == END,
            "made",
            lambda what, tokens, _: self.done.append((what, tokens)),
            self._count_close,
            grace,
        )

    @property
    def context(self) -> FakeContext:
        return self.contexts[-1]

    def request(self, *text: int, session: str = "", max_tokens: int = 6) -> Request:
        return Request(batches(*text), 1, session, max_tokens)

    def ahead(self, *text: int, session: str = "") -> Request:
        return Request(batches(*text, unfinished=True), 1, session, ahead=True)

    def answer(self, *text: int, session: str = "") -> list[int]:
        return tokens(self.engine.events(self.request(*text, session=session), timeout_s=20))

    def rest(self) -> None:
        """Wait until nothing runs and nothing waits."""
        engine = self.engine
        with engine._changed:
            idle = engine._changed.wait_for(
                lambda: engine._running is None and not len(engine._turns), timeout=20
            )
        assert idle

    def _open(self) -> FakeContext:
        if self.unopenable is not None:
            raise self.unopenable
        self.contexts.append(FakeContext())
        return self.context

    def _count_close(self) -> None:
        self.closed += 1


def batches(*text: int, unfinished: bool = False) -> list[Batch]:
    """The instructions and a text, cut as the generator cuts, in batches of 32 at most."""
    return [STABLE, *cut(text, 32, lambda token: token == 1, unfinished=unfinished)]


def tokens(events: object) -> list[int]:
    assert hasattr(events, "__iter__")
    found: list[Event] = list(events)
    return [event.id for event in found if isinstance(event, Token)]


def cold(*text: int) -> list[int]:
    """What an engine answers that has read nothing yet."""
    made = Made()
    try:
        return made.answer(*text)
    finally:
        made.engine.close()
