"""The desk: follow-ups, models loading behind the page, several pages, stopping, failing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from index.errors import WeightsError
from qa.answer import Answer
from tests.ui.fake_bot import FakeBot
from ui.ask import BROKEN, MOST_TYPED, Desk
from ui.turn import REMEMBERED, Turn

PATIENCE = 30.0  # seconds a test waits for a thread
WORDS = 30  # fewer than the ferry's answer has


def ready_desk(bot: FakeBot | None = None) -> Desk:
    desk = Desk(bot or FakeBot())
    desk.warm_up()
    assert desk.ready.wait(PATIENCE)
    return desk


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def nobody_answers() -> bool:
    return not any(thread.name == "answer" for thread in threading.enumerate())


def test_the_sources_come_before_the_text_and_the_last_turn_is_over() -> None:
    turns = list(ready_desk().ask(Turn("bakery, slowly")))
    stages = list(dict.fromkeys(turn.stage for turn in turns))
    assert stages == ["searching", "reading", "writing", "done"]
    reading = next(turn for turn in turns if turn.stage == "reading")
    assert reading.answer is not None
    assert reading.answer.hits
    assert not reading.answer.text
    assert [turn.over for turn in turns].index(True) == len(turns) - 1


def test_a_question_that_comes_too_early_waits_for_the_models() -> None:
    gate = threading.Event()
    desk = Desk(FakeBot(may_load=gate.is_set))
    desk.warm_up()
    stages = []
    for turn in desk.ask(Turn("ferry")):
        stages.append(turn.stage)
        if turn.stage == "loading":
            gate.set()
    assert "loading" in stages
    assert stages[-1] == "done"
    assert desk.ready.is_set()


def test_a_kind_error_is_told_in_the_turn() -> None:
    *_, turn = ready_desk().ask(Turn("  "))
    assert (turn.stage, turn.message) == (
        "failed",
        "The question is empty. Type one and ask again.",
    )


class WithoutWeights(FakeBot):
    def load(self) -> None:
        raise WeightsError("The weights are not there. Run make weights.")


def test_models_that_cannot_be_loaded_are_told_on_the_page_and_in_the_turn() -> None:
    desk = Desk(WithoutWeights())
    desk.warm_up()
    until(lambda: desk.failure is not None)
    assert desk.failure == "The weights are not there. Run make weights."
    *_, turn = desk.ask(Turn("ferry"))
    assert (turn.stage, turn.message) == ("failed", desk.failure)


class Broken(FakeBot):
    def stream(self, question: str, as_of: date | None = None, **how: object) -> Iterator[Answer]:
        raise RuntimeError("a fault of ours")


def test_a_fault_of_ours_ends_the_turn_and_is_told_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    *_, turn = ready_desk(Broken()).ask(Turn("ferry"))
    assert (turn.stage, turn.message) == ("failed", BROKEN)
    until(nobody_answers)
    assert [str(fault.exc_value) for fault in told] == ["a fault of ours"]


def test_stop_ends_the_stream_and_keeps_what_was_said() -> None:
    bot = FakeBot()
    desk, stop, last = ready_desk(bot), threading.Event(), Turn("")
    for last in desk.ask(Turn("ferry, slowly"), stop=stop):
        if last.stage == "writing":
            stop.set()
    assert last.stage == "stopped"
    assert last.answer is not None
    assert last.answer.text
    assert not last.answer.done
    until(nobody_answers)
    assert bot.words < WORDS


def test_a_page_that_goes_away_ends_the_stream() -> None:
    bot = FakeBot()
    asking = ready_desk(bot).ask(Turn("ferry, slowly"))
    until(lambda: next(asking).stage == "writing")
    asking.close()  # type: ignore[attr-defined]
    until(nobody_answers)
    assert bot.words < WORDS


def test_a_question_behind_another_says_that_it_waits_and_shows_what_was_found() -> None:
    desk = ready_desk()
    first = desk.ask(Turn("bakery, slowly"))
    until(lambda: next(first).stage == "writing")
    stop = threading.Event()
    second = desk.ask(Turn("bakery"), stop=stop)
    waiting = next(turn for turn in second if turn.stage == "waiting")
    assert waiting.answer is not None
    assert waiting.answer.hits
    *_, done = first
    assert done.stage == "done"
    *_, done = second
    assert done.stage == "done"


def test_a_question_that_waits_can_be_stopped_and_is_not_read_when_its_turn_comes() -> None:
    bot = FakeBot()
    desk = ready_desk(bot)
    first = desk.ask(Turn("bakery, slowly"))
    until(lambda: next(first).stage == "writing")
    stop = threading.Event()
    second = desk.ask(Turn("ferry, slowly"), stop)
    until(lambda: next(second).stage == "waiting")
    stop.set()
    *_, turn = second
    assert turn.stage == "stopped"
    *_, turn = first
    assert turn.stage == "done"
    assert turn.answer is not None
    until(nobody_answers)
    assert bot.words == len(turn.answer.text.split(" "))


def test_how_much_is_read_is_told_until_the_answer_begins() -> None:
    shares = [turn.read for turn in ready_desk().ask(Turn("bakery, slowly"))]
    assert shares == sorted(shares)
    assert 0 < max(shares) < 1


def test_a_stop_while_the_model_reads_ends_the_reading() -> None:
    bot = FakeBot()
    stop = threading.Event()
    for turn in ready_desk(bot).ask(Turn("ferry, slowly"), stop):
        if turn.stage == "reading":
            stop.set()
    until(nobody_answers)
    assert bot.words == 0


def test_the_chatbot_is_told_the_session_and_the_last_answered_turns() -> None:
    bot = FakeBot()
    desk = ready_desk(bot)
    past: list[Turn] = []
    for question in ("bakery", "Who won the chess cup?", "ferry", "What did the hull cost?"):
        *_, turn = desk.ask(Turn(question), past=past, session="s1")
        past.append(turn)
    past.append(replace(past[0], stage="stopped"))
    asked = Turn("And in April?", read_time=False)
    *_, turn = desk.ask(asked, past=past, session="s1")
    told = bot.asked[-1]
    assert (told.question, told.session, told.read_time) == ("And in April?", "s1", False)
    assert [before.question for before in told.history] == [
        "bakery",
        "ferry",
        "What did the hull cost?",
    ]
    assert told.history[0].answer == "Astrid Lindqvist will bake the last loaf."
    assert "Astrid Lindqvist" in told.history[0].names
    assert turn.answer is not None
    assert turn.answer.standalone == "What did the hull cost, in April?"


def test_a_follow_up_is_remembered_as_it_was_made_to_stand() -> None:
    bot = FakeBot()
    desk = ready_desk(bot)
    *_, first = desk.ask(Turn("ferry"))
    *_, second = desk.ask(Turn("And the hull?"), past=[first])
    list(desk.ask(Turn("And the bakery?"), past=[first, second]))
    assert bot.asked[-1].history[-1].question == "ferry, the hull?"


def test_no_more_than_three_turns_are_remembered() -> None:
    bot = FakeBot()
    *_, turn = ready_desk(bot).ask(Turn("ferry"))
    list(ready_desk(bot).ask(Turn("bakery"), past=[turn] * 5))
    assert len(bot.asked[-1].history) == REMEMBERED


def test_what_is_typed_is_read_ahead_once_the_models_are_loaded() -> None:
    bot = FakeBot()
    desk = Desk(bot)
    desk.typed(Turn("Wh"))
    desk.warm_up()
    assert desk.ready.wait(PATIENCE)
    desk.typed(Turn("Who" * 10_000), session="A")
    assert [(len(text), session) for text, _, session in bot.typed] == [(MOST_TYPED, "A")]
    Desk(bot, warms=False).typed(Turn("Who"))
    assert len(bot.typed) == 1


def test_what_is_asked_often_is_read_ahead_once_the_models_are_loaded() -> None:
    gate = threading.Event()
    bot, saving = FakeBot(may_load=gate.is_set), FakeBot()
    desk = Desk(bot, popular=["Who won?"])
    desk.warm_up()
    assert not bot.prewarmed
    gate.set()
    until(lambda: bot.prewarmed == ["Who won?"])
    sparing = Desk(saving, warms=False, popular=["Who won?"])
    sparing.warm_up()
    assert sparing.ready.wait(PATIENCE)
    until(lambda: not any(thread.name == "warm-up" for thread in threading.enumerate()))
    assert not saving.prewarmed
