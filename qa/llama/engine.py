"""One thread that reads and writes, and the queue before it. It knows tokens, no text.

A question that nobody waits for any more is given up at once, in whatever state it is. Reading
ahead gives way to every question. A thread that dies leaves word, and another takes its place.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from queue import Empty

import numpy as np

from index.errors import ModelError
from qa.llama.batches import size
from qa.llama.reader import Reader
from qa.llama.records import Logits, Stopped
from qa.llama.turns import Event, Reading, Request, Token, Turns

GRACE = 0.25  # seconds in which who got an answer may ask for its check before others are served
_PATIENCE = 1.0  # seconds between looks whether the thread that owes a word still lives


class Engine:
    """Answers requests one after the other. Safe to use from several threads."""

    def __init__(
        self,
        reader: Reader,
        ends: Callable[[int], bool],
        name: str,
        measure: Callable[[str, int, float], None] = lambda *_: None,
        on_close: Callable[[], None] = lambda: None,
        grace: float = GRACE,
    ) -> None:
        """`measure` is told what was done ("read" or "write"), of how many tokens, in seconds."""
        self._reader = reader
        self._ends = ends
        self._name = name
        self._measure = measure
        self._on_close = on_close
        self._grace = grace
        self._changed = threading.Condition()  # guards what follows
        self._turns = Turns()
        self._running: Request | None = None
        self._worker: threading.Thread | None = None
        self._closed = False
        self._session: str | None = None  # whose prompt was read last; the worker's own
        self._written: str | None = None  # whose answer has just been written; the worker's own

    def events(self, request: Request, timeout_s: float | None = None) -> Iterator[Event]:
        """Give what comes of a request as it comes; to close the iterator gives the request up.

        Raises ModelError if the model fails, or when `timeout_s` seconds are over.
        """
        until = math.inf if timeout_s is None else time.monotonic() + timeout_s
        self.submit(request)
        try:
            while True:
                event = self._next(request, until)
                if event is None:
                    return
                if isinstance(event, ModelError):
                    raise event
                yield event
        finally:
            self.cancel(request)

    def submit(self, request: Request) -> None:
        """Let a request wait for its turn; ModelError once the engine is closed."""
        with self._changed:
            if self._closed:
                raise ModelError(f"{self._name}: the model was closed. Open it again.")
            self._turns.put(request)
            running = self._running
            if running and running.ahead:
                same = running.session == request.session
                if same or not request.ahead:
                    self._make_way(running, request, for_good=same)
            if self._worker is None or not self._worker.is_alive():
                self._start()
            self._changed.notify_all()

    def cancel(self, request: Request) -> None:
        """Give a request up, whether it waits, runs or is over."""
        with self._changed:
            self._turns.drop(request)
            self._give_up(request)
            request.events.put(None)

    def waiting(self) -> int:
        """How many requests wait."""
        with self._changed:
            return len(self._turns)

    def idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        with self._changed:
            return self._running is None and not len(self._turns)

    def close(self) -> None:
        """Give up all requests and give the memory back."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._reader.stop(True)
            worker = self._worker
            if worker is None:
                self._give_back()
            self._changed.notify_all()
        if worker is not None and worker is not threading.current_thread():
            worker.join()

    def _next(self, request: Request, until: float) -> Event:
        while (left := until - time.monotonic()) > 0:
            try:
                return request.events.get(timeout=min(left, _PATIENCE))
            except Empty:
                worker = self._worker
                if worker is None or not worker.is_alive():
                    raise ModelError(f"{self._name}: the model has stopped. Ask again.") from None
        raise ModelError(f"{self._name}: the time allowed is over. Ask again, or allow more.")

    def _start(self) -> None:
        worker = threading.Thread(target=self._work, name="clippings-llm", daemon=True)
        worker.start()  # before it is known: who waits takes one that does not run for dead
        self._worker = worker

    def _work(self) -> None:
        while request := self._take():
            try:
                self._serve(request)
            except Stopped:
                self._over(request, again=request.ahead)
            except ModelError as error:  # what stands in the context is not known any more
                self._reader.close()
                self._over(request, error)
            except BaseException as error:
                self._reader.close()
                why = f"{type(error).__name__}: {error}"
                lost = ModelError(f"{self._name}: the model failed ({why}). Ask again.")
                with self._changed:
                    self._over(request, lost)
                    self._start()  # for those that wait
                raise
            else:
                self._over(request)
        self._give_back()

    def _take(self) -> Request | None:
        with self._changed:
            self._wait_for_check()
            while not self._closed:
                if (request := self._turns.take()) is not None:
                    self._running = request
                    request.gives_way = False
                    self._reader.stop(False)
                    return request
                self._changed.wait()
            closed = ModelError(f"{self._name}: the model was closed.")
            while (request := self._turns.take()) is not None:
                request.events.put(closed)
            return None

    def _wait_for_check(self) -> None:
        """Let who has just got an answer have it checked, while all that it stands on is there."""
        session, self._written = self._written, None
        if session is not None and len(self._turns):  # else nobody's turn is put off
            self._changed.wait_for(
                lambda: self._closed or self._turns.checks(session), timeout=self._grace
            )

    def _serve(self, request: Request) -> None:
        logits = self._read(request)
        if request.ahead:
            return
        if not request.max_tokens:
            request.events.put(logits)
            return
        started = time.perf_counter()
        written = 0
        while True:
            token = int(np.argmax(logits))
            if self._ends(token):
                break
            request.events.put(Token(token, logprobs(logits, [token])[0]))
            if written + 1 == request.max_tokens:
                break
            logits = self._write(request, token)
            written += 1
        self._measure("write", written, time.perf_counter() - started)
        self._written = request.session

    def _read(self, request: Request) -> Logits:
        started = time.perf_counter()
        first: list[int] = []

        def on_read(done: int, total: int) -> None:
            first.append(done)
            request.events.put(Reading(done, total))
            self._check(request)

        another = request.session != self._session  # the one before may still ask
        self._session = request.session
        logits = self._reader.read(
            request.batches,
            stable=request.stable,
            asked=not request.ahead,
            on_read=on_read,
            keep=another,
        )
        self._measure("read", size(request.batches) - first[0], time.perf_counter() - started)
        return logits

    def _write(self, request: Request, token: int) -> Logits:
        self._check(request)
        return self._reader.write(token)

    def _check(self, request: Request) -> None:
        if request.cancelled or request.gives_way or self._closed:
            raise Stopped

    def _make_way(self, running: Request, request: Request, *, for_good: bool) -> None:
        """End what is read ahead: at once, or behind a batch that the request needs as well."""
        running.gives_way = True
        running.cancelled = running.cancelled or for_good
        if not self._reader.on_the_way(request.batches):
            self._reader.stop(True)

    def _give_up(self, request: Request) -> None:
        request.cancelled = True
        if self._running is request:
            self._reader.stop(True)

    def _over(self, request: Request, last: Event = None, *, again: bool = False) -> None:
        with self._changed:
            self._running = None
            if again and not request.cancelled and not self._closed:
                self._turns.put_back(request)
            elif self._closed and last is None:
                last = ModelError(f"{self._name}: the model was closed.")
            request.events.put(last)
            self._changed.notify_all()

    def _give_back(self) -> None:
        self._reader.close()
        self._on_close()


def logprobs(logits: Logits, tokens: list[int]) -> list[float]:
    """Logarithms of the probabilities of some tokens."""
    top = float(logits.max())
    whole = top + math.log(float(np.exp(logits - top).sum(dtype=np.float64)))
    return [float(logits[token]) - whole for token in tokens]
