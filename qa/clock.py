"""When the parts of an answer came. It knows the record and nothing else."""

from __future__ import annotations

import time
from dataclasses import replace

from qa.answer import Answer, Timings


class Clock:
    """Seconds since the question was asked, kept in the answers that pass."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._timings = Timings()

    def found(self, answer: Answer) -> Answer:
        """The sources are known."""
        if self._timings.retrieve_s is None:
            self._timings = replace(self._timings, retrieve_s=self._now())
        return replace(answer, timings=self._timings)

    def growing(self, answer: Answer) -> Answer:
        """There are words."""
        if self._timings.first_token_s is None:
            self._timings = replace(self._timings, first_token_s=self._now())
        return replace(answer, timings=self._timings)

    def done(self, answer: Answer) -> Answer:
        """Nothing more will come."""
        timings = self.growing(answer).timings
        return replace(answer, timings=replace(timings, total_s=self._now()), done=True)

    def _now(self) -> float:
        return time.perf_counter() - self._started
