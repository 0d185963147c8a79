"""The page's events without a browser."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from index.filters import Filter
from qa.answer import Answer
from tests.ui.fake_bot import ARTICLES, FakeBot, hit_of
from ui.archive import Upload
from ui.ask import Desk
from ui.handlers import Handlers, parse_day, parse_sent
from ui.rooms import Room
from ui.settings import Chosen
from ui.shelf import Sent
from ui.sources import render_no_sources
from ui.talks.keep import Keeper
from ui.turn import Turn
from ui.uploads import Uploads

UNSET = Chosen()
REQUEST = gr.Request(session_hash="a tab")


def handlers(bot: FakeBot | None = None) -> Handlers:
    desk = Desk(bot or FakeBot())
    desk.warm_up()
    assert desk.ready.wait(10)
    return made(desk)


def made(desk: Desk, inbox: Path = Path("nowhere")) -> Handlers:
    uploads = Uploads(desk.bot.index, inbox)
    keeper = Keeper(None, Path("Aldern"))
    headline = "<h1>Headline</h1>"
    return Handlers([Room("Aldern", desk, uploads, ("Who?",), lambda: headline, keeper)])


def event(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def respond(
    handle: Handlers,
    asked: Turn,
    past: Sequence[Turn] = (),
    day: str = "",
    chosen: Chosen = UNSET,
) -> Iterator[tuple[Any, ...]]:
    return handle.respond(asked, day, list(past), chosen, None, REQUEST)


def test_a_question_goes_by_what_was_set() -> None:
    bot = FakeBot()
    handle = handlers(bot)
    chosen = handle.choose(event(strictness=60, seconds=5, theme="dark"))
    *_, _ = respond(handle, Turn("ferry"), chosen=chosen)
    assert bot.asked[-1].strictness == 0.6
    assert bot.asked[-1].seconds == 5
    assert "fake-1.5b" in handle.settings()


@pytest.mark.parametrize("value", [None, "60", 60.5, -1, 96, True, [60]])
def test_what_sets_nothing_leaves_it_to_the_chatbot(value: object) -> None:
    assert handlers().choose(event(strictness=value, seconds=value)) == Chosen()
    assert Chosen.parse(None) == Chosen()


def test_an_answer_is_added_to_the_conversation() -> None:
    past = [Turn("earlier", stage="done")]
    *_, (_, talk, cards, turns, stop) = handlers().respond(
        Turn("ferry"), "", past, Chosen(), None, REQUEST
    )
    assert [turn.question for turn in turns] == ["earlier", "ferry"]
    assert talk.index("earlier") < talk.index("Solveig")
    assert 'data-turn="1"' in cards
    assert stop.is_set()
    assert len(past) == 1


def test_the_box_is_emptied_before_the_answer_and_left_alone_while_it_grows() -> None:
    handle = handlers()
    assert handle.take("ferry") == ("", Turn("ferry"))
    mark, known = handle.greet()
    assert handle.take("ferry", mark, known) == ("", Turn("ferry"))
    with pytest.raises(gr.Error, match="Reload the page"):
        handle.take("ferry", mark, False)
    *growing, last = [update[0] for update in respond(handle, Turn("ferry"))]
    assert {box.stop_btn for box in growing} == {"Stop"}
    assert (last.submit_btn, last.stop_btn) == ("Ask", False)
    assert not any("value" in box.constructor_args for box in (*growing, last))


def test_a_date_that_is_none_is_explained_and_the_question_given_back() -> None:
    bot = FakeBot()
    (update,) = respond(handlers(bot), Turn("ferry"), day="31.3.2024")
    assert "“31.3.2024” is not a date" in update[1]
    assert update[0].value == "ferry"
    assert bot.words == 0


def test_an_example_is_taken_only_as_text() -> None:
    assert handlers().take_example(event(question="Who?")) == Turn("Who?")
    assert handlers().take_example(event(question=["Who?"], plain="yes")) == Turn("")


def test_a_question_is_asked_again_without_days() -> None:
    bot = FakeBot()
    handle = handlers(bot)
    asked = handle.take_example(event(question="The ferry in April?", plain=True))
    *_, update = respond(handle, asked)
    assert not bot.asked[-1].read_time
    assert "asked without days" in update[1]


def test_a_follow_up_is_asked_in_its_session_with_what_came_before() -> None:
    bot = FakeBot()
    handle = handlers(bot)
    *_, (*_, turns, _) = respond(handle, Turn("bakery"))
    *_, update = respond(handle, Turn("And the ferry?"), turns)
    assert [before.question for before in bot.asked[-1].history] == ["bakery"]
    assert bot.asked[-1].session == "a tab"
    assert "read as: " in update[1]


def test_dates_are_read_as_iso_days() -> None:
    assert parse_day("  ") is None
    assert parse_day(" 2031-05-02 ") == date(2031, 5, 2)
    with pytest.raises(ValueError, match="month"):
        parse_day("2031-13-01")


def test_an_article_is_opened_at_its_mark() -> None:
    request = {"article": ARTICLES[0].id, "main": [4, 9, 1], "marks": [], "serial": "<7>"}
    html = handlers().open_article(event(**request), REQUEST)
    assert '<mark class="main" data-n="1">ferry</mark>' in html
    assert 'data-serial="&lt;7&gt;"' in html


@pytest.mark.parametrize("data", [{}, {"article": 7}, {"article": "no-such-article"}])
def test_a_request_for_no_article_is_answered_kindly(data: dict[str, Any]) -> None:
    html = handlers().open_article(event(**data), REQUEST)
    assert '<p class="hint">' in html
    assert "<article" not in html


def test_the_sources_of_an_earlier_answer_can_be_seen_again() -> None:
    turns = [Turn("q", stage="done", answer=Answer("q", hits=(hit_of(1),)))]
    handle = handlers()
    assert ARTICLES[1].title in handle.show_sources(turns, event(turn=0))
    for place in (1, -1, "0", None):
        assert handle.show_sources(turns, event(turn=place)) == render_no_sources()


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
    assert (cards, turns, stop) == (render_no_sources(), [], None)


def test_the_page_says_that_models_are_loading_until_they_are() -> None:
    gate = threading.Event()
    desk = Desk(FakeBot(may_load=gate.is_set))
    desk.warm_up()

    async def said() -> list[str]:
        told = []
        async for words in made(desk).watch_models():
            told.append(words)
            gate.set()
        return told

    told = asyncio.run(said())
    assert "loading" in told[0]
    assert told[-1] == ""


def files(folder: Path, **contents: str) -> list[dict[str, Any]]:
    rows = []
    for name, content in contents.items():
        path = folder / name
        path.write_text(content, encoding="utf-8")
        rows.append({"name": f"{name}.txt", "size": len(content), "path": str(path)})
    return rows


def test_what_is_dropped_is_added_and_the_headline_told_anew(tmp_path: Path) -> None:
    bot = FakeBot()
    bot.index.directory = tmp_path
    handle = made(Desk(bot), tmp_path)
    rows = files(tmp_path, good="Good news", bad="broken")
    past = [Upload(0, "stopped")]
    *growing, last = handle.add_files(past, event(files=rows, others=2))
    html, headline, uploads, stop = last
    assert [upload.stage for upload in uploads] == ["added", "stopped"]
    assert html.index("1 article added") < html.index("Stopped.")
    assert "1 article added" in html
    assert "bad.txt" in html
    assert "2 files" in html
    assert headline == "<h1>Headline</h1>"
    assert isinstance(stop, threading.Event)
    assert all(update[1] != headline for update in growing)


def test_a_folder_that_was_locked_meanwhile_is_named(tmp_path: Path) -> None:
    bot = FakeBot()
    bot.index.directory = tmp_path / "gone"
    ((html, *_),) = made(Desk(bot), tmp_path).add_files([], event(files=files(tmp_path, a="News")))
    assert "cannot be written" in html


@pytest.mark.parametrize(
    "data",
    [None, [], {"files": 7}, {"files": [None, 7, {}, {"name": 7}, {"name": ""}], "others": "x"}],
)
def test_what_names_no_files_is_no_upload(data: object) -> None:
    assert parse_sent(data, 5) == ([], [])


def test_the_files_a_browser_names_are_counted_and_cut() -> None:
    rows = [{"name": f"{n}.txt", "size": -1, "path": 7} for n in range(4)]
    sent, left = parse_sent({"files": rows, "beyond": 3, "others": True}, 2)
    assert sent == [Sent("0.txt", 0), Sent("1.txt", 0)]
    assert [item.path for item in left] == ["5 more files"]
    assert "2 files are the limit" in left[0].reason


def test_what_is_typed_is_read_ahead_as_of_the_day_in_the_field() -> None:
    bot = FakeBot()
    handle = handlers(bot)
    handle.typed("When does the fer", "2031-05-01", [], Chosen(), None, REQUEST)
    handle.typed("When does the fer", "soon", [], Chosen(), None, REQUEST)
    assert bot.typed == [("When does the fer", date(2031, 5, 1), "a tab")]


def test_what_is_typed_is_read_ahead_in_the_chosen_articles_and_time() -> None:
    bot = FakeBot()
    only = Filter(since=date(2031, 4, 1), sources=("Aldern Courier",))
    handlers(bot).typed("When does the fer", "", [], Chosen(seconds=5), only, REQUEST)
    ((seconds, narrowed),) = bot.warmed
    assert seconds == 5
    assert narrowed == {
        "since": date(2031, 4, 1),
        "until": None,
        "sources": ("Aldern Courier",),
        "sections": (),
        "read_time": True,
    }


EVENTS = """
from pathlib import Path
from app import rooms
from tests.ui.fake_bot import FakeBot
from ui.page import build
for warms in (True, False):
    page = build(rooms([(FakeBot(), Path("Aldern"))], limits=None, store=None, warms=warms))
    names = [name for function in page.fns.values() for _, name in function.targets]
    print("input" in names, "submit" in names)
"""


@pytest.mark.slow
def test_without_reading_ahead_the_page_does_not_tell_what_is_typed() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", EVENTS]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["True True", "False True"], done.stderr
