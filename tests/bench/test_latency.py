"""The watch outside the chatbot, on fakes whose time is known."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bench.data import Case
from bench.latency import Waited, _child, askable, summarise, watch
from index.errors import ModelError
from qa import Answer, Timings

CASE = Case("q1", "Who?", answers=("Strand",), answerable=True)
LIES = Timings(retrieve_s=0.0, first_token_s=0.0, total_s=0.0)


def test_the_watch_is_held_outside_and_believes_no_timings() -> None:
    def slow(case: Case) -> Iterator[Answer]:
        time.sleep(0.02)
        yield Answer(case.question, timings=LIES)
        time.sleep(0.04)
        yield Answer(case.question, " ", timings=LIES)
        time.sleep(0.02)
        yield Answer(case.question, "Strand", timings=LIES)
        yield Answer(case.question, "Strand won.", timings=LIES, done=True, model="fake")
        time.sleep(0.02)

    waited = watch(slow, CASE)
    assert waited.sources_s is not None
    assert waited.first_token_s is not None
    assert 0.02 <= waited.sources_s < waited.first_token_s
    assert 0.08 <= waited.first_token_s <= waited.total_s - 0.02
    assert (waited.refused, waited.model) == (False, "fake")


def test_a_silent_system_has_no_first_word() -> None:
    waited = watch(lambda case: iter(()), CASE)
    assert (waited.sources_s, waited.first_token_s) == (None, None)
    assert waited.total_s >= 0


def test_refusals_do_not_make_the_first_words_look_quick() -> None:
    waited = [
        Waited(0.1, 4.0, 6.0, refused=False),
        Waited(0.2, 5.0, 9.0, refused=False),
        Waited(0.3, 0.3, 0.3, refused=True),
    ]
    values = {metric.name: (metric.value, metric.n) for metric in summarise(waited)}
    assert values["sources_s"] == (0.2, 3)
    assert values["first_token_s"] == (4.5, 2)
    assert values["first_token_s_p95"] == (5.0, 2)
    assert values["total_s"] == (7.5, 2)


def test_questions_known_to_have_an_answer_are_asked_if_there_are_any() -> None:
    unknown = Case("q2", "What?")
    assert askable([unknown, CASE]) == [CASE]
    assert askable([unknown]) == [unknown]


def test_a_child_process_gives_its_figures() -> None:
    assert _child("import sys; print(1.5, len(sys.argv))", "x") == [1.5, 2.0]


def test_a_child_process_that_fails_says_its_last_word() -> None:
    with pytest.raises(ModelError, match="no weights here"):
        _child("raise SystemExit('no weights here')")
