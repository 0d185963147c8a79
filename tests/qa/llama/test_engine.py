from __future__ import annotations

import math
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ModelError
from qa.llama.engine import logprobs
from qa.llama.turns import Reading, Request, Token
from tests.qa.llama.made import STABLE, WORDS, Made, cold, tokens

LINE = [*range(2, 30), 1]  # 29 tokens, cut behind the last
DYING = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def made() -> Iterator[Made]:
    found = Made()
    yield found
    found.engine.close()
    assert found.closed == 1
    assert all(context.closed for context in found.contexts)


def test_what_was_read_before_is_not_read_again(made: Made) -> None:
    first = made.answer(*LINE, 7, 8)
    made.context.reads.clear()
    other = made.answer(*LINE, 9)
    assert made.context.reads[0] == (9,)
    assert first == cold(*LINE, 7, 8)
    assert other == cold(*LINE, 9)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 2), max_size=4),  # lines
            st.lists(st.integers(2, 4), min_size=1, max_size=40),  # a question
            st.sampled_from(["ask", "ask", "ahead", "give up"]),
        ),
        max_size=8,
    )
)
def test_an_answer_does_not_depend_on_what_was_read_before(
    asked: list[tuple[list[int], list[int], str]],
) -> None:
    made = Made(budget=150)
    for lines, question, how in asked:
        text = [token for line in lines for token in (*range(line, line + 25), 1)] + question
        if how == "ask":
            assert made.answer(*text) == cold(*text)
        elif how == "ahead":
            made.engine.submit(made.ahead(*text))
            made.rest()
        else:
            events = made.engine.events(made.request(*text))
            next(events)
            events.close()  # type: ignore[attr-defined]
    made.engine.close()


def test_the_same_prompt_again_needs_no_reading(made: Made) -> None:
    first = made.answer(*LINE, 7)
    made.context.reads.clear()
    assert made.answer(*LINE, 7) == first
    assert all(len(batch) == 1 for batch in made.context.reads)
    assert len(made.context.reads) == max(0, min(5, len(first)))


def test_a_conversation_is_found_again_after_another(made: Made) -> None:
    long = [*LINE, *LINE, *LINE]
    made.answer(*long, 7)
    made.answer(*[3] * 60)
    made.context.reads.clear()
    assert made.answer(*long, 8) == cold(*long, 8)
    assert made.context.reads[0] == (8,)


def test_of_conversations_beyond_the_budget_the_one_used_last_is_kept() -> None:
    made = Made(budget=100)
    one, two, three = ([*LINE, n, *LINE] for n in (31, 32, 33))
    for text in (one, two, three, [3] * 60):
        made.answer(*text)
    made.context.reads.clear()
    assert made.answer(*three, 5) == cold(*three, 5)
    assert STABLE not in made.context.reads
    made.context.reads.clear()
    made.answer(*one, 5)
    assert len(made.context.reads[0]) > 3
    made.engine.close()


def test_a_context_that_cannot_forget_in_part_reads_anew(made: Made) -> None:
    made.context.forgets_in_part = False
    made.answer(*LINE, 7)
    assert made.answer(*LINE, 9) == cold(*LINE, 9)


def test_progress_counts_what_need_not_be_read_as_read(made: Made) -> None:
    def progress(*text: int) -> list[tuple[int, int]]:
        events = list(made.engine.events(made.request(*text)))
        return [(e.read, e.total) for e in events if isinstance(e, Reading)]

    assert progress(*LINE, 7) == [(0, 33), (3, 33), (32, 33), (33, 33)]
    assert progress(*LINE, 8, 9) == [(32, 34), (34, 34)]


def test_every_token_comes_with_its_probability(made: Made) -> None:
    expected = 4.0 - math.log(math.exp(4.0) + WORDS - 1)
    events = list(made.engine.events(made.request(*LINE)))
    given = [event.logprob for event in events if isinstance(event, Token)]
    assert given == pytest.approx([expected] * len(given))


def test_log_probabilities_do_not_overflow() -> None:
    logits = np.array([1e4, 1e4, -1e4], dtype=np.float32)
    assert logprobs(logits, [1, 0]) == pytest.approx([math.log(0.5)] * 2)


def test_no_more_tokens_are_written_than_asked_for(made: Made) -> None:
    whole = made.answer(*LINE, 4)
    some = tokens(made.engine.events(made.request(*LINE, 4, max_tokens=2)))
    assert some == whole[:2]


def test_a_request_without_tokens_to_write_gives_the_first_logits(made: Made) -> None:
    *_, logits = made.engine.events(made.request(*LINE, 4, max_tokens=0))
    assert isinstance(logits, np.ndarray)
    made.context.reads.clear()
    first = made.answer(*LINE, 4)[:1]
    assert [int(logits.argmax())][: len(first)] == first
    assert all(len(batch) == 1 for batch in made.context.reads)


# Giving up, in every state.


def test_an_answer_that_is_given_up_while_it_is_read_stops_at_once(made: Made) -> None:
    made.context.hold_up()
    events = made.engine.events(made.request(*LINE, *LINE))
    assert next(events) == Reading(0, 61)
    made.context.wait_for_reads(1)
    events.close()  # type: ignore[attr-defined]
    made.rest()  # though no read was allowed to end
    assert len(made.context.reads) == 1
    made.context.allow()
    assert made.answer(*LINE, *LINE) == cold(*LINE, *LINE)


def test_an_answer_that_is_given_up_while_it_is_written_stops_at_once(made: Made) -> None:
    text = next(t for t in ([*LINE, n] for n in range(2, 30)) if len(cold(*t)) == 6)
    made.context.hold_up()
    made.context.allow(3)  # the prompt, and no token behind it
    events = made.engine.events(made.request(*text))
    assert isinstance([next(events) for _ in range(5)][-1], Token)
    made.context.wait_for_reads(4)
    events.close()  # type: ignore[attr-defined]
    made.rest()
    made.context.allow()
    assert made.answer(*text) == cold(*text)


def test_an_answer_that_is_given_up_while_it_waits_is_never_read(made: Made) -> None:
    made.context.hold_up()
    running = made.request(*LINE)
    made.engine.submit(running)
    made.context.wait_for_reads(1)
    waiting = made.request(9, 9, 9)
    made.engine.submit(waiting)
    assert made.engine.waiting() == 1
    made.engine.cancel(waiting)
    assert made.engine.waiting() == 0
    made.context.allow()
    made.rest()
    assert (9, 9, 9) not in made.context.reads


def test_an_answer_that_is_over_can_be_given_up(made: Made) -> None:
    request = made.request(*LINE)
    first = tokens(made.engine.events(request))
    made.engine.cancel(request)
    assert made.answer(*LINE) == first


def test_an_iterator_that_is_never_begun_asks_nothing(made: Made) -> None:
    events = made.engine.events(made.request(*LINE))
    del events
    assert made.engine.idle()
    assert not made.context.reads


def test_a_question_whose_time_is_over_is_given_up(made: Made) -> None:
    made.context.hold_up()
    with pytest.raises(ModelError, match=r"made: the time allowed is over.*allow more"):
        list(made.engine.events(made.request(*LINE), timeout_s=0.01))
    made.rest()
    made.context.allow()
    assert made.answer(*LINE) == cold(*LINE)


# Reading ahead.


def test_after_reading_ahead_only_the_end_is_left(made: Made) -> None:
    made.engine.submit(made.ahead(*LINE, *LINE, 8))
    made.rest()
    assert made.context.reads == [STABLE, tuple(LINE), tuple(LINE)]
    assert made.answer(*LINE, *LINE, 8, 9) == cold(*LINE, *LINE, 8, 9)
    assert made.context.reads[3] == (8, 9)


def test_reading_ahead_gives_way_to_a_question_and_goes_on_later(made: Made) -> None:
    made.context.hold_up()
    made.context.allow(1)
    made.engine.submit(made.ahead(*LINE, *LINE, session="A"))
    made.context.wait_for_reads(2)
    question = made.request(9, session="B")
    made.engine.submit(question)
    made.context.wait_for_reads(3)  # though no second read was allowed to end
    made.context.allow()
    made.rest()
    read = made.context.reads
    assert read[:3] == [STABLE, tuple(LINE), (9,)]
    assert read[-2:] == [tuple(LINE), tuple(LINE)]


def test_newer_reading_ahead_takes_the_place_of_older(made: Made) -> None:
    made.context.hold_up()
    made.context.allow(1)
    old = made.ahead(*LINE)
    made.engine.submit(old)
    made.context.wait_for_reads(2)
    made.engine.submit(made.ahead(*[9] * 32))
    made.context.wait_for_reads(3)
    made.context.allow()
    made.rest()
    assert old.cancelled
    assert made.context.reads == [STABLE, tuple(LINE), (9,) * 32]


@pytest.mark.parametrize("session", ["A", "B"])
def test_a_batch_that_the_question_needs_as_well_is_read_to_its_end(
    made: Made, session: str
) -> None:
    made.context.hold_up()
    made.context.allow(1)
    made.engine.submit(made.ahead(*LINE, *[9] * 32, *LINE, session="A"))
    made.context.wait_for_reads(2)
    question = made.request(*LINE, 8, session=session)
    made.engine.submit(question)
    made.context.allow()
    found = []
    while (event := question.events.get(timeout=20)) is not None:
        found.append(event)
    assert made.context.reads[:3] == [STABLE, tuple(LINE), (8,)]
    assert tokens(found) == cold(*LINE, 8)


def test_a_question_is_not_disturbed_by_reading_ahead(made: Made) -> None:
    made.context.hold_up()
    question = made.request(*LINE, 4)
    made.engine.submit(question)
    made.context.wait_for_reads(1)
    made.engine.submit(made.ahead(*[9] * 32))
    made.context.allow()
    made.rest()
    assert not question.cancelled
    found = []
    while (event := question.events.get(timeout=20)) is not None:
        found.append(event)
    assert tokens(found) == cold(*LINE, 4)


# Failing.


def test_a_model_that_cannot_go_on_says_so_and_the_next_question_is_answered(made: Made) -> None:
    made.answer(*LINE, 7)
    made.context.fail = ModelError("made: could not go on")
    with pytest.raises(ModelError, match="could not go on"):
        made.answer(*LINE, 8)
    assert made.answer(*LINE, 8) == cold(*LINE, 8)
    assert len(made.contexts) == 2
    assert made.contexts[0].closed


@DYING
@pytest.mark.parametrize("error", [OSError("access violation"), MemoryError(), SystemExit(3)])
def test_a_worker_that_dies_is_replaced_and_leaves_word(made: Made, error: BaseException) -> None:
    made.context.hold_up()
    asked, waiting = made.request(*LINE, 7), made.request(*LINE, 8)
    made.engine.submit(asked)
    made.context.wait_for_reads(1)
    made.engine.submit(waiting)
    made.context.fail = error
    made.context.allow()
    found = []
    while not isinstance(event := asked.events.get(timeout=20), ModelError | None):
        found.append(event)
    assert f"the model failed ({type(error).__name__}" in str(event)
    made.rest()
    rest = []
    while (late := waiting.events.get(timeout=20)) is not None:
        rest.append(late)
    assert tokens(rest) == cold(*LINE, 8)


def test_a_model_that_cannot_be_opened_again_refuses_and_is_tried_again(made: Made) -> None:
    made.context.fail = ModelError("made: broken")
    with pytest.raises(ModelError, match="broken"):
        made.answer(*LINE)
    made.unopenable = ModelError("made: no memory")
    with pytest.raises(ModelError, match="no memory"):
        made.answer(*LINE)
    made.unopenable = None
    assert made.answer(*LINE) == cold(*LINE)


def test_closing_refuses_what_waits_and_what_comes(made: Made) -> None:
    made.context.hold_up()
    running, waiting = made.request(*LINE), made.request(9)
    made.engine.submit(running)
    made.context.wait_for_reads(1)
    made.engine.submit(waiting)
    made.engine.close()
    made.engine.close()
    for request in (running, waiting):
        while not isinstance(event := request.events.get(timeout=20), ModelError):
            assert event is not None
        assert "was closed" in str(event)
    with pytest.raises(ModelError, match="closed"):
        made.answer(*LINE)


def test_an_engine_that_was_never_asked_can_be_closed(made: Made) -> None:
    made.engine.close()
    assert made.closed == 1


# Several users.


def test_four_users_at_once_get_what_each_gets_alone(made: Made) -> None:
    texts = {name: [*LINE, n, *LINE, n] for n, name in enumerate("ABCD", 31)}
    found: dict[str, list[int]] = {}

    def ask(name: str) -> None:
        found[name] = made.answer(*texts[name], session=name)

    threads = [threading.Thread(target=ask, args=(name,), daemon=True) for name in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {name: cold(*text) for name, text in texts.items()}


def test_one_user_with_many_questions_does_not_keep_another_waiting(made: Made) -> None:
    made.context.hold_up()
    many = [made.request(n, n, session="A") for n in (10, 11, 12)]
    one = made.request(20, 20, session="B")
    for request in (*many, one):
        made.engine.submit(request)
        made.context.wait_for_reads(1)  # so that the first is served before the others come
    made.context.allow()
    made.rest()
    read = made.context.reads
    assert read.index((10, 10)) < read.index((20, 20)) < read.index((11, 11)) < read.index((12, 12))


def test_an_answer_is_checked_before_the_next_one_has_its_turn() -> None:
    made = Made(grace=20)
    made.context.hold_up()
    first = made.engine.events(made.request(*LINE, 10, session="A"), timeout_s=20)
    next(first)
    made.engine.submit(made.request(20, 20, session="B"))
    made.context.allow()
    answer = tokens(first)
    assert answer
    list(made.engine.events(made.request(*LINE, 10, 11, session="A", max_tokens=0), timeout_s=20))
    made.rest()
    read = made.context.reads
    assert read.index((10, 11)) < read.index((20, 20))
    assert (20, 20) in read
    made.engine.close()


def test_who_wants_no_check_keeps_others_waiting_for_no_more_than_a_moment() -> None:
    made = Made(grace=0.01)
    made.context.hold_up()
    for n, session in enumerate("AB", 10):
        made.engine.submit(made.request(n, n, session=session))
    made.context.allow()
    made.rest()
    assert {(10, 10), (11, 11)} <= set(made.context.reads)
    made.engine.close()


def test_what_was_read_and_written_is_measured(made: Made) -> None:
    answer = made.answer(*LINE, 7)
    made.answer(*LINE, 8)
    assert made.done[0] == ("read", 33)
    assert made.done[1] in {("write", len(answer)), ("write", 5)}
    assert made.done[2] == ("read", 1)


def test_requests_are_told_apart_by_what_they_are_not_by_what_they_say() -> None:
    assert Request([(1,)], 0, "") != Request([(1,)], 0, "")


@pytest.mark.parametrize("prewarmed", [False, True])
def test_what_was_read_for_several_is_not_read_again_whoever_asks(prewarmed: bool) -> None:
    evidence = {name: [*range(first, first + 29), 1] * 2 for name, first in (("a", 8), ("b", 9))}
    made = Made()
    for name, text in evidence.items():
        if prewarmed:
            made.engine.submit(made.ahead(*text, session=f"known {name}"))
            made.rest()
    made.engine.submit(made.ahead(*[*range(10, 36), 1] * 2, session="types"))
    made.rest()
    read = len(made.done)
    for name, text in evidence.items():
        assert made.answer(*text, 20, 21, session=f"asks {name}") == cold(*text, 20, 21)
    tokens_read = sum(count for what, count in made.done[read:] if what == "read")
    made.engine.close()
    assert tokens_read == (2 * 2 if prewarmed else 2 * 62)
