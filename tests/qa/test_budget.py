from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import InputError
from qa.budget import (
    ANSWER_TOKENS,
    EVIDENCE_TOKENS,
    LEAST_EVIDENCE,
    USUAL_ANSWER,
    Budget,
    budget,
    estimate,
    measure,
    read_seconds,
)
from qa.llama.notes import Speed
from tests.fakes import FakeGenerator
from tests.qa.made import Bots

FAST = Speed(read=95, write=13)


def test_without_a_limit_or_a_known_speed_all_is_allowed() -> None:
    assert budget(None, FAST) == budget(5, Speed()) == budget(5, Speed(read=95)) == Budget()


def test_five_seconds_take_less_evidence_and_a_minute_takes_all() -> None:
    assert budget(5, FAST) == Budget(200, USUAL_ANSWER)
    assert budget(60, FAST) == Budget()
    assert budget(0.5, FAST) == Budget(LEAST_EVIDENCE, USUAL_ANSWER)


@given(st.floats(0.1, 600), st.floats(1, 5_000), st.floats(1, 500))
def test_what_is_given_fits_into_the_time_unless_it_is_the_least(
    seconds: float, read: float, write: float
) -> None:
    speed = Speed(read, write)
    given_ = budget(seconds, speed)
    assert LEAST_EVIDENCE <= given_.evidence <= EVIDENCE_TOKENS
    assert USUAL_ANSWER <= given_.answer <= ANSWER_TOKENS
    takes = estimate(given_.evidence, speed)
    assert takes is not None
    takes += (given_.answer - USUAL_ANSWER) / write
    assert takes <= seconds + 1e-6 or given_ == Budget(LEAST_EVIDENCE, USUAL_ANSWER)


def test_an_unknown_speed_is_no_estimate_and_is_measured_once() -> None:
    assert estimate(100, Speed()) is None
    generator = FakeGenerator("The ferry sailed.")
    measure(generator)
    assert len(generator.prompts) == 1
    generator.speed = FAST
    measure(generator)
    assert len(generator.prompts) == 1


@pytest.mark.parametrize(("text", "seconds"), [("5s", 5.0), ("2.5", 2.5), (" 10 S ", 10.0)])
def test_seconds_are_read_with_or_without_their_letter(text: str, seconds: float) -> None:
    assert read_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "0", "-1s", "nan", "inf", "601", "5m", "soon"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_seconds(text)


def test_a_chatbot_in_a_hurry_shows_the_model_less_and_says_how_long_it_takes(bots: Bots) -> None:
    long = " ".join(f"The ferry Petrel sailed to Gannet Island on day {n}." for n in range(60))
    bot, generator = bots.bot("The ferry Petrel sailed to Gannet Island.", long)
    generator.speed = FAST
    question = "When did the ferry Petrel sail to Gannet Island?"
    whole = bot.ask(question)
    bot.seconds = 4
    hurried = bot.ask(question)
    sizes = [len(prompt.user) for prompt in generator.prompts]
    assert sizes[1] < sizes[0]
    assert whole.estimate_s is not None
    assert hurried.estimate_s is not None
    assert hurried.estimate_s <= 4 < whole.estimate_s
    bot.seconds = None
    alone = bot.ask(question, seconds=4)
    assert alone.estimate_s == hurried.estimate_s
    assert generator.prompts[-1] == generator.prompts[-2]


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_question_that_is_given_no_time_is_refused(bots: Bots, seconds: float) -> None:
    bot, _ = bots.bot("The ferry sailed.")
    with pytest.raises(InputError, match="between 0 and 600"):
        bot.ask("Who sailed?", seconds=seconds)
