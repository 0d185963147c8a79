"""One thread that does what may be wanted soon, while nobody is answered.

It knows sessions and what they typed last, and no index and no model: what is to be done with it
comes from outside.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

PAUSE = 0.3  # seconds without a key: what was typed so far may be all
SESSIONS = 64  # whose last typing is remembered

Typed = TypeVar("Typed")


class Ahead(Generic[Typed]):
    """Hands what was typed last in a session to `work`, once, when nobody is answered."""

    def __init__(self, work: Callable[[str, Typed], None]) -> None:
        self._work = work
        self._changed = threading.Condition()  # guards what follows
        self._waiting: dict[str, list[tuple[float, Typed]]] = {}
        self._latest: OrderedDict[str, Typed] = OrderedDict()  # what was begun
        self._answering = 0
        self._running = False

    def put(self, session: str, now: Typed | None, later: Typed) -> None:
        """Take `now` as soon as may be, and `later` after a pause, unless more comes before."""
        steps = [] if now is None else [(0.0, now)]
        if now != later:
            steps.append((time.monotonic() + PAUSE, later))
        with self._changed:
            self._waiting[session] = [s for s in steps if s[1] != self._latest.get(session)]
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="ahead", daemon=True).start()
            self._changed.notify_all()

    def drop(self, session: str) -> None:
        """Forget what a session typed."""
        with self._changed:
            self._waiting.pop(session, None)
            self._latest.pop(session, None)
            self._changed.notify_all()

    @contextmanager
    def answering(self, session: str) -> Iterator[None]:
        """Begin nothing meanwhile, and forget what the session typed before."""
        with self._changed:
            self._answering += 1
        self.drop(session)
        try:
            yield
        finally:
            with self._changed:
                self._answering -= 1
                self._changed.notify_all()

    def wanted(self, session: str, typed: Typed) -> bool:
        """Whether this is still what was typed last, and nobody is answered."""
        with self._changed:
            return not self._answering and self._latest.get(session) is typed

    def _run(self) -> None:
        try:
            while (found := self._next()) is not None:
                self._work(*found)
        except BaseException:
            with self._changed:
                self._running = False
            raise

    def _next(self) -> tuple[str, Typed] | None:
        """Wait for the next that is due; None, and the thread is over, where nothing waits."""
        with self._changed:
            while True:
                self._waiting = {name: steps for name, steps in self._waiting.items() if steps}
                if not self._waiting:
                    self._running = False
                    return None
                session, steps = min(self._waiting.items(), key=lambda item: item[1][0][0])
                left = steps[0][0] - time.monotonic()
                if not self._answering and left <= 0:
                    typed = steps.pop(0)[1]
                    self._latest[session] = typed
                    self._latest.move_to_end(session)
                    if len(self._latest) > SESSIONS:
                        self._latest.popitem(last=False)
                    return session, typed
                self._changed.wait(None if self._answering else left)


def whole_words(text: str) -> str:
    """What was typed without the word that may still grow."""
    end = len(text)
    while end and text[end - 1].isalnum():
        end -= 1
    return text[:end].strip()
