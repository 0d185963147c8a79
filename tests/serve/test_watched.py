"""Questions bounded, counted and logged, and what the bridge gives of them."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

import pytest

from index.errors import InputError, ModelError
from qa.answer import REFUSAL, Answer, Timings
from serve.bridge import BROKEN, answers
from serve.figures import Figures
from serve.log import Log
from serve.watched import BusyError, TooLongError, Watched

DONE = Answer("Who?", text="She.", timings=Timings(0.1, 0.2, 0.3), done=True)


class Bot:
    """Gives what it was told to give, after its model has read so far of so much."""

    def __init__(self, *given: Answer | Exception) -> None:
        self.given = given
        self.reads: tuple[tuple[int, int], ...] = ((1, 2),)
        self.name = "bot"
        self.closed = 0

    def stream(
        self, question: str, *, on_progress: Callable[[int, int], None], **_: Any
    ) -> Iterator[Answer]:
        for read in self.reads:
            on_progress(*read)
        try:
            for item in self.given:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.closed += 1


def watched(*given: Answer | Exception, **limits: Any) -> tuple[Any, Figures, io.StringIO]:
    figures, log = Figures(), io.StringIO()
    text = limits.pop("text", False)
    bot: Any = Bot(*given)
    return Watched(bot, figures, Log(log, text=text), **limits), figures, log


def counted(figures: Figures, outcome: str) -> bool:
    text = figures.text().decode()
    assert "clippings_questions_open 0.0" in text
    assert "clippings_questions_waiting 0.0" in text
    return f'clippings_questions_total{{outcome="{outcome}"}} 1.0' in text


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (DONE, "answered"),
        (Answer("Who?", text=REFUSAL, refused=True, done=True), "refused"),
        (InputError("no"), "invalid"),
        (ModelError("no"), "failed"),
        (RuntimeError("no"), "failed"),
    ],
)
def test_what_becomes_of_a_question_is_counted(given: Answer | Exception, outcome: str) -> None:
    bot, figures, log = watched(given)
    with suppress(InputError, ModelError, RuntimeError):
        list(bot.stream("Who?"))
    assert counted(figures, outcome)
    assert json.loads(log.getvalue())["outcome"] == outcome


def test_the_stages_of_an_answer_are_timed() -> None:
    bot, figures, _ = watched(DONE)
    list(bot.stream("Who?"))
    text = figures.text().decode()
    assert 'clippings_stage_seconds_sum{stage="first_word"} 0.2' in text


@pytest.mark.parametrize(
    ("reads", "kept", "read"),
    [
        ([(0, 500), (128, 500), (500, 500)], 0, 500),
        ([(300, 500), (428, 500), (500, 500)], 300, 200),
        ([(500, 500)], 500, 0),
        ([(90, 120), (120, 120), (40, 500), (500, 500)], 130, 490),  # a follow-up is put anew first
        ([(90, 120), (100, 120), (40, 500), (500, 500)], 130, 470),  # and that was given up
        ([(500, 500), (500, 500)], 1000, 0),
        ([(0, 500), (0, 500), (500, 500)], 0, 500),  # a server that waits
    ],
)
def test_tokens_that_were_kept_and_read_are_counted(
    reads: list[tuple[int, int]], kept: int, read: int
) -> None:
    bot, figures, _ = watched(DONE)
    bot._bot.reads = tuple(reads)
    list(bot.stream("Who?"))
    text = figures.text().decode()
    assert f'clippings_prompt_tokens_total{{how="kept"}} {kept}.0' in text
    assert f'clippings_prompt_tokens_total{{how="read"}} {read}.0' in text


@pytest.mark.parametrize(("ahead", "hits", "misses"), [(True, 1, 0), (False, 0, 1), (None, 0, 0)])
def test_what_was_read_ahead_is_counted_by_whether_it_was_of_use(
    ahead: bool | None, hits: int, misses: int
) -> None:
    bot, figures, _ = watched(replace(DONE, ahead=ahead))
    list(bot.stream("Who?"))
    text = figures.text().decode()
    assert f'clippings_ahead_total{{result="hit"}} {hits}.0' in text
    assert f'clippings_ahead_total{{result="miss"}} {misses}.0' in text


def test_who_closes_or_stops_is_counted_as_stopped() -> None:
    bot, figures, _ = watched(Answer("Who?"), DONE)
    stream = bot.stream("Who?")
    next(stream)
    stream.close()
    assert counted(figures, "stopped")
    bot, figures, _ = watched(DONE)

    def stop(*_: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        list(bot.stream("Who?", on_progress=stop))
    assert counted(figures, "stopped")


def test_more_questions_than_the_limit_are_told_that_it_is_busy() -> None:
    bot, figures, _ = watched(Answer("Who?"), DONE, questions=1)
    first = bot.stream("Who?")
    next(first)
    with pytest.raises(BusyError, match="1 questions are being answered"):
        next(bot.stream("And who else?"))
    first.close()
    assert counted(figures, "busy")
    assert [answer.done for answer in bot.stream("Who?")] == [False, True]


def test_what_takes_too_long_is_given_up() -> None:
    bot, figures, _ = watched(Answer("Who?"), DONE, seconds=-1.0)
    with pytest.raises(TooLongError, match="the limit"):
        list(bot.stream("Who?"))
    assert counted(figures, "timeout")


def test_text_is_logged_only_where_it_is_asked_for() -> None:
    for text in (False, True):
        bot, _, log = watched(DONE, text=text)
        list(bot.stream("Who sang?", session="request-7"))
        assert ("sang" in log.getvalue()) is text
        assert ("She." in log.getvalue()) is text
        assert json.loads(log.getvalue())["request_id"] == "7"


def test_all_else_is_the_chatbots_own() -> None:
    assert watched(DONE)[0].name == "bot"


def test_a_bridge_gives_answers_in_their_order_and_beats_while_it_waits() -> None:
    go = threading.Event()

    def start(_: Any) -> Iterator[Answer]:
        yield Answer("Who?")
        go.wait(60)
        yield DONE

    async def take() -> list[Answer | None]:
        found: list[Answer | None] = []
        async for item in answers(start, beat=0.01):
            if item is None:
                go.set()
            found.append(item)
        return found

    found = asyncio.run(take())
    assert None in found
    assert [item for item in found if item] == [Answer("Who?"), DONE]


@pytest.mark.parametrize(
    ("error", "message"), [(InputError("too long"), "too long"), (RuntimeError("oh"), BROKEN)]
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_of_the_stream_reaches_who_waits(error: Exception, message: str) -> None:
    async def take() -> None:
        async for _ in answers(lambda _: iter(Bot(error).stream("x", on_progress=lambda *_: None))):
            pass

    with pytest.raises((InputError, ModelError), match=message):
        asyncio.run(take())
    for thread in threading.enumerate():  # what it raises belongs to this test
        if thread.name == "api":
            thread.join(60)


def test_who_closes_a_bridge_ends_the_reading() -> None:
    ended = threading.Event()

    def start(told: Callable[[int, int], None]) -> Iterator[Answer]:
        try:
            yield Answer("Who?")
            while True:
                told(1, 2)
                threading.Event().wait(0.01)
        finally:
            ended.set()

    async def leave() -> None:
        async with aclosing(answers(start)) as stream:
            assert await anext(stream) == Answer("Who?")

    asyncio.run(leave())
    assert ended.wait(60)
