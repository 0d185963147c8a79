"""Reading ahead by the chatbot: what is typed, and what is asked in the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from index import weights
from qa import Chatbot
from qa.followup import Turn
from qa.generate import LlamaGenerator
from qa.llama.notes import Speed
from qa.llama.records import Settings
from tests.qa.made import FERRY, KELP, LEVY, Bots

ASKED = "Who sailed the ferry Petrel to Gannet Island?"
ANSWER = "Captain Ilva Brandt sailed the ferry Petrel."


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def blocks(user: str) -> list[str]:
    """The excerpts of a prompt."""
    return user.removeprefix("Excerpts:\n\n").rpartition("\n\n")[0].split("\n\n")


def test_what_is_typed_is_read_with_its_evidence(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER)
    bot.warm("Who sailed the ferry Petrel to Ga")
    until(lambda: generator.warmed)
    user = generator.warmed[0].user
    assert FERRY in user
    assert user.endswith("Question: Who sailed the ferry Petrel to")
    assert not generator.prompts


def test_the_question_that_was_typed_to_its_end_is_asked_as_without_typing(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER)
    cold = bot.ask(ASKED)
    bot.warm(ASKED)
    until(lambda: generator.warmed)
    warm = bot.ask(ASKED)
    assert generator.prompts[0] == generator.prompts[1] == generator.warmed[0]
    assert (warm.text, warm.citations, warm.signals) == (cold.text, cold.citations, cold.signals)


def test_evidence_that_was_read_stays_in_front_and_the_rest_comes_behind(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER, LEVY, FERRY)
    typed = "the ferry Petrel to Gannet Island and the levy"
    asked = f"{typed}: was the harbour levy raised to 5% on Monday by the council?"
    bot.ask(asked)
    bot.warm(f"{typed} ")
    until(lambda: generator.warmed)
    bot.ask(asked)
    alone, after_typing = (blocks(prompt.user) for prompt in generator.prompts)
    assert FERRY in alone[0]  # the best evidence stands last
    assert after_typing == blocks(generator.warmed[0].user) == alone[::-1]


def test_an_answer_tells_whether_what_was_read_ahead_was_of_use(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER, LEVY, FERRY)
    assert bot.ask(ASKED).ahead is None  # nothing was typed
    bot.warm("Who sailed the ferry Petrel ")
    until(lambda: generator.warmed)
    assert bot.ask(ASKED).ahead is True
    assert bot.ask(ASKED).ahead is None  # the question before was no typing
    bot.warm("What of the harbour levy ")
    until(lambda: len(generator.warmed) == 2)
    assert bot.ask(ASKED, as_of="2031-01-01").ahead is False  # another day's articles


def test_what_another_session_read_plays_no_part(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER)
    bot.warm("harbour levy council", session="A")
    until(lambda: generator.warmed)
    question = "Who sailed the ferry Petrel, and what of the harbour levy?"
    bot.ask(question, session="B")
    bot.ask(question)
    assert generator.prompts[0] == generator.prompts[1]


def test_a_question_without_a_history_does_not_depend_on_the_one_before(bots: Bots) -> None:
    question = "What of the harbour levy and the ferry Petrel?"
    bot, generator = bots.bot(ANSWER)
    bot.ask(question)
    bot.ask("Who sailed the ferry Petrel?")
    bot.ask(question)
    assert generator.prompts[0] == generator.prompts[2]


def test_a_follow_up_finds_the_evidence_where_it_stood(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER)
    first = bot.ask("What of the harbour levy and the ferry Petrel?", session="A")
    past = [Turn(first.question, first.text)]
    bot.ask("What of the ferry Petrel and the harbour levy?", history=past, session="A")
    one, two = (blocks(p.user) for p in generator.prompts)
    assert two[: len(one)] == one


def test_what_was_removed_stands_no_longer(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER, LEVY, FERRY)
    first = bot.ask(f"{ASKED} And the harbour levy?", session="A")
    assert FERRY in blocks(generator.prompts[0].user)[-1]  # the best evidence stands last
    past = [Turn(first.question, first.text)]
    bot.ask(ASKED, history=past, session="A")
    levy = next(hit.article.id for hit in first.hits if LEVY in hit.article.text)
    bot.index.remove(ids=[levy])
    bot.ask(ASKED, history=past, session="A")
    assert [LEVY in prompt.user for prompt in generator.prompts] == [True, True, False]


def test_nothing_is_read_while_another_is_answered(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER)
    answers = bot.stream(ASKED, session="B")
    next(answers)
    bot.warm(ASKED, session="A")
    threading.Event().wait(0.5)
    assert not generator.warmed
    for _ in answers:
        pass
    until(lambda: generator.warmed)


def test_an_answer_that_is_given_up_lets_reading_ahead_go_on(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER)
    answers = bot.stream(ASKED, session="B")
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    bot.warm(ASKED, session="A")
    until(lambda: generator.warmed)


def test_what_is_typed_is_read_within_the_seconds_and_the_days_of_its_question(
    bots: Bots,
) -> None:
    long = " ".join(f"The ferry Petrel sailed to Gannet Island on day {n}." for n in range(60))
    bot, generator = bots.bot(ANSWER, long, date="2024-05-01")
    generator.speed = Speed(read=95, write=13)
    bot.ask(ASKED, seconds=4)
    bot.warm(ASKED, seconds=4)
    until(lambda: generator.warmed)
    assert generator.warmed == generator.prompts
    bot.warm(ASKED, since="2024-05-02")
    until(lambda: not bot._ahead._ahead._running)
    assert len(generator.warmed) == 1


def test_what_is_asked_often_is_read_as_it_will_be_asked_in_any_session(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER)
    other = "Who raised the harbour levy?"
    bot.prewarm([ASKED, other])
    until(lambda: len(generator.warmed) == 2)
    bot.ask(other, session="A")
    bot.ask(ASKED, session="B")
    assert {p.user for p in generator.warmed} == {p.user for p in generator.prompts}


def test_nothing_is_prewarmed_while_another_is_answered(bots: Bots) -> None:
    bot, generator = bots.bot(ANSWER)
    answers = bot.stream("What of the harbour levy?", session="B")
    next(answers)
    bot.prewarm([ASKED])
    threading.Event().wait(0.5)
    assert not generator.warmed
    for _ in answers:
        pass
    until(lambda: generator.warmed)


@pytest.mark.parametrize("typed", ["", "  ", "?", "x" * 5_000, "since:nonsense", "Who won Mexico?"])
def test_what_cannot_be_taken_is_passed_over(bots: Bots, typed: str) -> None:
    bot, generator = bots.bot(ANSWER)
    bot.warm(typed, as_of="no day" if typed == "?" else None)
    until(lambda: not bot._ahead._ahead._running)
    assert not generator.warmed
    assert bot.ask(ASKED).text == ANSWER


@pytest.mark.slow
def test_the_answer_is_the_same_to_the_last_bit_with_and_without_typing(bots: Bots) -> None:
    file = weights.fetch("tiny", progress=False)
    index = bots.index(LEVY, FERRY, KELP)
    answers = []
    for typed in (False, True):
        folder = bots.folder / str(typed)
        model = LlamaGenerator.open(file, cache_dir=folder, settings=Settings(1024, 1, 1))
        bot = Chatbot(index, model=model, strictness=0.0)
        for end in range(len(ASKED) - 16, len(ASKED), 4) if typed else ():
            bot.warm(ASKED[:end])
            threading.Event().wait(0.02)
        if typed:
            bot.warm(ASKED)
            until(lambda bot=bot, m=model: not (bot._ahead._ahead._running or m.busy))
        answers.append(bot.ask(ASKED))
        model.close()
    assert answers[0].text == answers[1].text
    assert answers[0].signals == answers[1].signals
