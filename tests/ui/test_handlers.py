"""The page's events without a browser."""

from __future__ import annotations

import asyncio
import threading
from datetime import date
from typing import Any

import gradio as gr
import pytest

from qa.answer import Answer
from tests.ui.fake_bot import ARTICLES, FakeBot, hit_of
from ui.ask import Desk
from ui.handlers import Handlers, parse_day
from ui.sources import EMPTY as NO_SOURCES
from ui.turn import Turn


def handlers(bot: FakeBot | None = None) -> Handlers:
    desk = Desk(bot or FakeBot())
    desk.warm_up()
    assert desk.ready.wait(10)
    return Handlers(desk, ["Who?"])


def event(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def test_an_answer_is_added_to_the_conversation() -> None:
    past = [Turn("earlier", stage="done")]
    *_, (_, talk, cards, turns, stop) = handlers().respond("ferry", "", past)
    assert [turn.question for turn in turns] == ["earlier", "ferry"]
    assert talk.index("earlier") < talk.index("Solveig")
    assert 'data-turn="1"' in cards
    assert stop.is_set()
    assert len(past) == 1


def test_the_box_is_emptied_before_the_answer_and_left_alone_while_it_grows() -> None:
    handle = handlers()
    assert handle.take("ferry") == ("", "ferry")
    *growing, last = [update[0] for update in handle.respond("ferry", "", [])]
    assert {box.stop_btn for box in growing} == {"Stop"}
    assert (last.submit_btn, last.stop_btn) == ("Ask", False)
    assert not any("value" in box.constructor_args for box in (*growing, last))


def test_a_date_that_is_none_is_explained_and_the_question_given_back() -> None:
    bot = FakeBot()
    (update,) = handlers(bot).respond("ferry", "31.3.2024", [])
    assert "“31.3.2024” is not a date" in update[1]
    assert update[0].value == "ferry"
    assert bot.words == 0


def test_an_example_is_taken_only_as_text() -> None:
    assert handlers().take_example(event(question="Who?")) == "Who?"
    assert handlers().take_example(event(question=["Who?"])) == ""


def test_dates_are_read_as_iso_days() -> None:
    assert parse_day("  ") is None
    assert parse_day(" 2031-05-02 ") == date(2031, 5, 2)
    with pytest.raises(ValueError, match="month"):
        parse_day("2031-13-01")


def test_an_article_is_opened_at_its_mark() -> None:
    request = {"article": ARTICLES[0].id, "main": [4, 9, 1], "marks": [], "serial": "<7>"}
    html = handlers().open_article(event(**request))
    assert '<mark class="main" data-n="1">ferry</mark>' in html
    assert 'data-serial="&lt;7&gt;"' in html


@pytest.mark.parametrize("data", [{}, {"article": 7}, {"article": "no-such-article"}])
def test_a_request_for_no_article_is_answered_kindly(data: dict[str, Any]) -> None:
    html = handlers().open_article(event(**data))
    assert '<p class="hint">' in html
    assert "<article" not in html


def test_the_sources_of_an_earlier_answer_can_be_seen_again() -> None:
    turns = [Turn("q", stage="done", answer=Answer("q", hits=(hit_of(1),)))]
    handle = handlers()
    assert ARTICLES[1].title in handle.show_sources(turns, event(turn=0))
    for place in (1, -1, "0", None):
        assert handle.show_sources(turns, event(turn=place)) == NO_SOURCES


def test_stopping_sets_the_flag_of_the_running_answer() -> None:
    flag = threading.Event()
    handlers().stop(flag)
    assert flag.is_set()
    handlers().stop(None)


def test_a_new_conversation_starts_empty() -> None:
    flag = threading.Event()
    _, talk, cards, turns, stop, _ = handlers().start_anew(flag)
    assert flag.is_set()
    assert "Who?" in talk
    assert (cards, turns, stop) == (NO_SOURCES, [], None)


def test_the_page_says_that_models_are_loading_until_they_are() -> None:
    gate = threading.Event()
    desk = Desk(FakeBot(may_load=gate.is_set))
    desk.warm_up()

    async def said() -> list[str]:
        told = []
        async for words in Handlers(desk, ()).watch_models():
            told.append(words)
            gate.set()
        return told

    told = asyncio.run(said())
    assert "loading" in told[0]
    assert told[-1] == ""
