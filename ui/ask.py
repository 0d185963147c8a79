"""Asking without a frozen page: the chatbot runs in a thread, the page sees the newest turn.

One question is answered at a time, for there is one model. It knows the chatbot and no Gradio.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from queue import Empty, SimpleQueue
from typing import Protocol

from index.article import Article
from index.errors import ClippingsError
from qa.answer import Answer
from ui.turn import Stage, Turn
from ui.uploads import Growing

POLL = 0.05  # seconds until a pressed stop button is noticed
BROKEN = "Something went wrong while answering. The terminal this page was started from says more."


class Archive(Growing, Protocol):
    """What the page asks of an index."""

    def article(self, article_id: str) -> Article: ...  # noqa: D102

    def articles(self) -> Iterator[Article]: ...  # noqa: D102


class Bot(Protocol):
    """What the page asks of a chatbot."""

    @property
    def index(self) -> Archive: ...  # noqa: D102

    def load(self) -> None: ...  # noqa: D102

    def stream(self, question: str, as_of: date | None = None) -> Iterator[Answer]: ...  # noqa: D102


class Desk:
    """A chatbot that takes one question at a time and loads its models in the background."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.ready = threading.Event()
        self.failure: str | None = None  # why the models could not be loaded
        self._turn = threading.Lock()

    def warm_up(self) -> None:
        """Start loading the models; a failure is kept for the page to show."""
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def ask(
        self, question: str, as_of: date | None = None, stop: threading.Event | None = None
    ) -> Iterator[Turn]:
        """Answer a question: a turn that grows until it is over; `stop` ends it early."""
        stop = stop or threading.Event()
        updates: SimpleQueue[Turn] = SimpleQueue()
        turn = Turn(question, as_of)
        worker = threading.Thread(
            target=self._answer, args=(turn, updates, stop), name="answer", daemon=True
        )
        worker.start()
        try:
            while not turn.over:
                yield turn
                turn = _newest(updates, stop) or replace(turn, stage="stopped")
            yield turn
        finally:
            stop.set()  # the page may have been closed in the middle

    def _warm_up(self) -> None:
        try:
            self._load()
        except ClippingsError as error:
            self.failure = str(error)

    def _load(self) -> None:
        self.bot.load()
        self.failure = None
        self.ready.set()

    def _answer(self, turn: Turn, updates: SimpleQueue[Turn], stop: threading.Event) -> None:
        last = turn
        try:
            for last in self._turns(turn, stop):
                updates.put(last)
        except ClippingsError as error:
            last = replace(last, stage="failed", message=str(error))
            updates.put(last)
        finally:  # after any other error too: the page must not wait for ever
            if not last.over:
                updates.put(replace(last, stage="failed", message=BROKEN))

    def _turns(self, turn: Turn, stop: threading.Event) -> Iterator[Turn]:
        if not self.ready.is_set():
            yield replace(turn, stage="loading")
            self._load()
        if not self._turn.acquire(blocking=False):
            yield replace(turn, stage="waiting")
            while not self._turn.acquire(timeout=POLL):
                if stop.is_set():
                    yield replace(turn, stage="stopped")
                    return
        try:
            for answer in self.bot.stream(turn.question, turn.as_of):
                turn = replace(turn, stage=_stage(answer), answer=answer)
                yield replace(turn, stage="stopped") if stop.is_set() else turn
                if stop.is_set():
                    return
        finally:
            self._turn.release()


def _stage(answer: Answer) -> Stage:
    if answer.done:
        return "done"
    return "writing" if answer.text else "reading"


def _newest(updates: SimpleQueue[Turn], stop: threading.Event) -> Turn | None:
    """Wait for an update and skip to the newest; None as soon as stop is set."""
    newest = None
    while newest is None and not stop.is_set():
        try:
            newest = updates.get(timeout=POLL)
        except Empty:
            continue
    while not updates.empty():
        newest = updates.get()
    return newest
