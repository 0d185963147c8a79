"""A chatbot whose questions are bounded, counted and logged. It knows no HTTP and no page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from index.errors import ClippingsError, InputError
from qa import Chatbot
from qa.answer import Answer
from serve.figures import Figures, Outcome
from serve.log import Log, new_id

MOST_QUESTIONS = 8  # that are answered or wait
MOST_SECONDS = 600.0  # a question, waiting included
MARK = "request-"  # in front of a session's name that is the id of a request


class BusyError(ClippingsError):
    """More is asked at once than the machine can answer."""


class TooLongError(ClippingsError):
    """An answer that took longer than it may."""


class Watched:
    """A chatbot, with `stream` bounded in number and time; all else is the chatbot's own."""

    def __init__(
        self,
        bot: Chatbot,
        figures: Figures,
        log: Log,
        *,
        questions: int = MOST_QUESTIONS,
        seconds: float = MOST_SECONDS,
    ) -> None:
        self._bot = bot
        self._figures = figures
        self._log = log
        self._most = questions
        self._seconds = seconds
        self._open = 0
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bot, name)

    def stream(
        self,
        question: str,
        *arguments: Any,
        session: str = "",
        on_progress: Callable[[int, int], None] | None = None,
        **options: Any,
    ) -> Iterator[Answer]:
        """Answer as the chatbot does; BusyError where too many questions are open already."""
        asked = _Asked(question, session)
        if not self._enter():
            self._told(asked, "busy")
            raise BusyError(
                f"{self._most} questions are being answered or wait already, which is the limit."
                " Ask again in a minute."
            )
        reading = _Reading(asked, self._figures, self._seconds, on_progress)
        outcome: Outcome = "stopped"  # who closes the iterator wants no more
        try:
            for answer in self._bot.stream(
                question, *arguments, session=session, on_progress=reading, **options
            ):
                asked.answer = answer
                yield answer
                if not answer.done:
                    reading.check()
            outcome = "refused" if asked.answer and asked.answer.refused else "answered"
        except Exception as error:
            outcome = "stopped" if reading.stopped else _outcome(error)
            raise
        finally:
            reading.begun()
            self._leave(asked, outcome)

    def _enter(self) -> bool:
        with self._lock:
            if self._open >= self._most:
                return False
            self._open += 1
        self._figures.begun()
        return True

    def _leave(self, asked: _Asked, outcome: Outcome) -> None:
        with self._lock:
            self._open -= 1
        self._figures.over()
        self._told(asked, outcome)

    def _told(self, asked: _Asked, outcome: Outcome) -> None:
        self._figures.count(outcome)
        answer = asked.answer
        if answer and answer.ahead is not None:
            self._figures.ahead(answer.ahead)
        times = answer.timings if answer and answer.done else None
        if times:
            self._figures.took("sources", times.retrieve_s)
            self._figures.took("first_word", times.first_token_s)
            self._figures.took("whole", times.total_s)
        self._log.write(
            "question",
            request_id=asked.id,
            outcome=outcome,
            seconds=round(time.monotonic() - asked.began, 3),
            sources_s=times and times.retrieve_s,
            first_word_s=times and times.first_token_s,
            characters=len(asked.question),
            citations=len(answer.citations) if answer else 0,
            question=asked.question if self._log.text else None,
            answer=answer.text if answer and self._log.text else None,
        )


class _Asked:
    """One question, and the newest answer to it."""

    def __init__(self, question: str, session: str) -> None:
        self.question = question
        self.id = session.removeprefix(MARK) if session.startswith(MARK) else new_id()
        self.began = time.monotonic()
        self.answer: Answer | None = None


class _Reading:
    """Is told how far the model has read, and ends what takes too long."""

    def __init__(
        self,
        asked: _Asked,
        figures: Figures,
        seconds: float,
        told: Callable[[int, int], None] | None,
    ) -> None:
        self._asked = asked
        self._figures = figures
        self._seconds = seconds
        self._told = told
        self._waits = True
        self._last: tuple[int, int] | None = None  # of a prompt that is not read to its end
        self.stopped = False

    def __call__(self, read: int, total: int) -> None:
        self.begun()
        self._count(read, total)
        self.check()
        if self._told:
            self.stopped = True  # until it returns: what it raises ends the answer
            self._told(read, total)
            self.stopped = False

    def begun(self) -> None:
        if self._waits:
            self._waits = False
            self._figures.read()

    def _count(self, read: int, total: int) -> None:
        """Count tokens; what is there when a prompt is begun was kept from before."""
        before, of = self._last or (0, 0)
        if of == total and before <= read:
            self._figures.tokens("read", read - before)
        else:  # a prompt's first word
            self._figures.tokens("kept", read)
        self._last = None if read == total else (read, total)

    def check(self) -> None:
        if time.monotonic() - self._asked.began > self._seconds:
            raise TooLongError(
                f"The answer took longer than {self._seconds:,.0f} s, the limit, and was given up."
                " Ask a shorter question, or when less is asked at once."
            )


def _outcome(error: Exception) -> Outcome:
    if isinstance(error, TooLongError):
        return "timeout"
    return "invalid" if isinstance(error, InputError) else "failed"
