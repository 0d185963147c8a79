"""What is counted, in the form that Prometheus reads. It knows numbers, no questions."""

from __future__ import annotations

from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

Outcome = Literal["answered", "refused", "busy", "invalid", "stopped", "timeout", "failed"]
OUTCOMES: tuple[Outcome, ...] = (
    "answered", "refused", "busy", "invalid", "stopped", "timeout", "failed"
)  # fmt: skip
Stage = Literal["sources", "first_word", "whole"]
STAGES: tuple[Stage, ...] = ("sources", "first_word", "whole")
Came = Literal["kept", "read"]
CAME: tuple[Came, ...] = ("kept", "read")
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300)


class Figures:
    """The counters of one served archive, each there from the start."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)  # memory, processor time, open files
        self._questions = Counter(
            "clippings_questions", "Questions by what became of them.", ["outcome"],
            registry=self._registry,
        )  # fmt: skip
        self._stages = Histogram(
            "clippings_stage_seconds", "Seconds from a question to its parts.", ["stage"],
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._tokens = Counter(
            "clippings_prompt_tokens", "Tokens of questions' prompts: kept from before, or read.",
            ["how"], registry=self._registry,
        )  # fmt: skip
        self._ahead = Counter(
            "clippings_ahead", "Questions read ahead: a hit stands first in the prompt, or a miss.",
            ["result"], registry=self._registry,
        )  # fmt: skip
        self._open = self._gauge("questions_open", "Questions that are being answered or wait.")
        self._waiting = self._gauge("questions_waiting", "Those the model has not begun to read.")
        self._requests = Counter(
            "clippings_requests", "Requests by kind and status.", ["kind", "status"],
            registry=self._registry,
        )  # fmt: skip
        self.ready = self._gauge("ready", "Whether the models are loaded, 1 or 0.")
        self.generation = self._gauge("index_generation", "The published state of the index.")
        self.articles = self._gauge("index_articles", "Articles that are searched.")
        for outcome in OUTCOMES:
            self._questions.labels(outcome)
        for stage in STAGES:
            self._stages.labels(stage)
        for how in CAME:
            self._tokens.labels(how)
        for result in ("hit", "miss"):
            self._ahead.labels(result)

    def _gauge(self, name: str, about: str) -> Gauge:
        return Gauge(f"clippings_{name}", about, registry=self._registry)

    def begun(self) -> None:
        """A question came and was taken."""
        self._open.inc()
        self._waiting.inc()

    def read(self) -> None:
        """A question that was taken waits no more."""
        self._waiting.dec()

    def over(self) -> None:
        """A question that was taken is over."""
        self._open.dec()

    def count(self, outcome: Outcome) -> None:
        """Count what became of a question."""
        self._questions.labels(outcome).inc()

    def took(self, stage: Stage, seconds: float | None) -> None:
        """A stage came after so many seconds, if it came."""
        if seconds is not None:
            self._stages.labels(stage).observe(seconds)

    def tokens(self, how: Came, number: int) -> None:
        """So many tokens of a prompt did not have to be read, or had to be."""
        self._tokens.labels(how).inc(number)

    def ahead(self, hit: bool) -> None:
        """A question was read ahead while it was typed, rightly or not."""
        self._ahead.labels("hit" if hit else "miss").inc()

    def request(self, kind: str, status: int) -> None:
        """Count a request; `kind` is one of few, never what a client wrote."""
        self._requests.labels(kind, str(status)).inc()

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)
