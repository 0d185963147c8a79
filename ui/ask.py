"""Asking without a frozen page: the chatbot runs in a thread, the page sees the newest turn.

Whose turn it is with the one model is the chatbot's to say. It knows the chatbot and no Gradio.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from index.article import Article
from index.catalog import Catalog
from index.errors import ClippingsError
from index.info import Info
from qa import followup
from qa.answer import Answer, Found
from ui.sought import narrowing
from ui.surveyor import Surveyor
from ui.turn import Stage, Turn, history
from ui.uploads import Growing
from ui.words import marked, say

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from qa.search import Narrowing

POLL = 0.05  # seconds until a pressed stop button is noticed
MOST_TYPED = 2_000  # characters that are read ahead
BROKEN = marked(
    "Something went wrong while answering. The terminal this page was started from says more."
)


class Archive(Growing, Protocol):
    """What the page asks of an index."""

    @property
    def catalog(self) -> Catalog | None: ...  # noqa: D102

    def info(self) -> Info: ...  # noqa: D102

    def reload(self) -> bool: ...  # noqa: D102

    def article(self, article_id: str) -> Article: ...  # noqa: D102

    def articles(self) -> Iterator[Article]: ...  # noqa: D102


class Bot(Surveyor, Protocol):
    """What the page asks of a chatbot."""

    @property
    def index(self) -> Archive: ...  # noqa: D102

    @property
    def needed(self) -> float: ...  # noqa: D102

    @property
    def llm(self) -> str: ...  # noqa: D102

    @property
    def seconds(self) -> float | None: ...  # noqa: D102

    def load(self) -> None: ...  # noqa: D102

    def find(  # noqa: D102
        self, question: str, k: int = 10, as_of: date | None = None, **narrowing: Unpack[Narrowing]
    ) -> Found: ...

    def stream(  # noqa: D102
        self,
        question: str,
        as_of: date | None = None,
        *,
        history: Sequence[followup.Turn] = (),
        session: str = "",
        on_progress: Callable[[int, int], None] | None = None,
        strictness: float | None = None,
        seconds: float | None = None,
        **narrowing: Unpack[Narrowing],
    ) -> Iterator[Answer]: ...

    def warm(  # noqa: D102
        self,
        partial_question: str,
        as_of: date | None = None,
        *,
        history: Sequence[followup.Turn] = (),
        session: str = "",
        seconds: float | None = None,
        **narrowing: Unpack[Narrowing],
    ) -> None: ...

    def prewarm(self, questions: Sequence[str]) -> None: ...  # noqa: D102


class Desk:
    """A chatbot whose models are loaded in the background, asked from several pages at once.

    `popular` are questions that will be asked often: they are read ahead. With `warms` False
    nothing is done before a question is asked, which spares a battery.
    """

    def __init__(self, bot: Bot, *, warms: bool = True, popular: Sequence[str] = ()) -> None:
        self.bot = bot
        self._popular = tuple(popular)
        self.warms = warms
        self.ready = threading.Event()
        self.failure: str | None = None  # why the models could not be loaded
        self._warming = False
        self._served: set[_Run] = set()  # what the model reads or answers

    def warm_up(self) -> None:
        """Start loading the models, once; a failure is kept for the page to show."""
        if self._warming:
            return
        self._warming = True
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def typed(self, turn: Turn, past: Sequence[Turn] = (), session: str = "") -> None:
        """Have the question that is being typed read ahead, once the models are loaded."""
        if self.warms and self.ready.is_set():
            self.bot.warm(
                turn.question[:MOST_TYPED],
                turn.as_of,
                history=history(past),
                session=session,
                seconds=turn.seconds,
                **narrowing(turn.only),
            )

    def ask(
        self,
        turn: Turn,
        stop: threading.Event | None = None,
        *,
        past: Sequence[Turn] = (),
        session: str = "",
    ) -> Iterator[Turn]:
        """Answer a question: a turn that grows until it is over; `stop` ends it early.

        A follow-up is read with the past turns. Whose turn it is with the model, the chatbot says.
        """
        run = _Run(turn, stop or threading.Event())
        worker = threading.Thread(
            target=self._answer, args=(run, history(past), session), name="answer", daemon=True
        )
        worker.start()
        try:
            while not turn.over:
                yield turn
                turn = run.newest() or replace(turn, stage="stopped")
            yield turn
        finally:
            run.stop.set()  # the page may have been closed in the middle

    def _warm_up(self) -> None:
        try:
            self._load()
            if self.warms:
                self.bot.prewarm(self._popular)
        except ClippingsError as error:
            self.failure = str(error)

    def _load(self) -> None:
        self.bot.load()
        self.failure = None
        self.ready.set()

    def _answer(self, run: _Run, past: Sequence[followup.Turn], session: str) -> None:
        try:
            self._stream(run, past, session)
        except _Stopped:
            run.tell(stage="stopped")
        except ClippingsError as error:
            run.tell(stage="failed", message=str(error))
        finally:  # after any other error too: the page must not wait for ever
            self._served.discard(run)
            if not run.turn.over:
                run.tell(stage="failed", message=say(BROKEN))

    def _stream(self, run: _Run, past: Sequence[followup.Turn], session: str) -> None:
        if not self.ready.is_set():
            run.tell(stage="loading")
            self._load()
        answers = self.bot.stream(
            run.turn.question,
            run.turn.as_of,
            history=past,
            session=session,
            on_progress=partial(self._on_progress, run),
            strictness=run.turn.strictness,
            seconds=run.turn.seconds,
            **narrowing(run.turn.only, run.turn.read_time),
        )
        for answer in answers:
            run.tell(stage=self._stage(run, answer), answer=answer)
            run.check()

    def _on_progress(self, run: _Run, read: int, total: int) -> None:
        run.check()  # what nobody waits for any more is not read to its end
        self._served.add(run)
        run.tell(stage="reading", read=read / total if total else 1.0)

    def _stage(self, run: _Run, answer: Answer) -> Stage:
        if answer.done:
            return "done"
        if answer.text:
            return "writing"
        return "waiting" if self._served and run not in self._served else "reading"


class _Stopped(Exception):
    """The user wants no more."""


class _Run:
    """One question: written by its worker, read by who looks at it."""

    def __init__(self, turn: Turn, stop: threading.Event) -> None:
        self.turn = turn
        self.stop = stop
        self._updates: SimpleQueue[Turn] = SimpleQueue()

    def tell(self, **facts: Any) -> None:
        self.turn = replace(self.turn, **facts)
        self._updates.put(self.turn)

    def check(self) -> None:
        if self.stop.is_set() and not self.turn.over:
            raise _Stopped

    def newest(self) -> Turn | None:
        """Wait for an update and skip to the newest; None as soon as stop is set."""
        newest = None
        while newest is None and not self.stop.is_set():
            try:
                newest = self._updates.get(timeout=POLL)
            except Empty:
                continue
        while not self._updates.empty():
            newest = self._updates.get()
        return newest
