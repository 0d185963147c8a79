"""What the page does with conversations, without a browser."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

import app
from index.errors import InputError, StorageError
from tests.ui.fake_bot import ARTICLES, FakeBot
from tests.ui.talks.made import answered
from ui.ask import Desk
from ui.conversation import render_conversation
from ui.handlers import Handlers
from ui.rooms import Room
from ui.settings import Chosen
from ui.sought import ALL
from ui.talks.handlers import SIGNED, Look, TalkHandlers, Wanted
from ui.talks.keep import FILE, Keeper, data_root
from ui.talks.listing import render_list, when
from ui.talks.store import PAGE, Listed, Page, TalkStore
from ui.turn import Turn
from ui.uploads import Uploads

REQUEST = gr.Request(session_hash="a tab")
ANNA = gr.Request(session_hash="another", headers={SIGNED: "anna"})


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    store = TalkStore(tmp_path / "talks.sqlite")
    yield Keeper(store, tmp_path / "Aldern")
    store.close()


def event(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


def page(keeper: Keeper) -> Handlers:
    bot = FakeBot()
    desk = Desk(bot)
    desk.warm_up()
    assert desk.ready.wait(10)
    uploads = Uploads(bot.index, Path("nowhere"))
    return Handlers([Room("Aldern", desk, uploads, (), str, keeper)])


def respond(keeper: Keeper, question: str, past: list[Turn]) -> list[Turn]:
    *_, (_, _, _, turns, _) = page(keeper).respond(Turn(question), "", past, Chosen(), ALL, REQUEST)
    return list(turns)


def test_each_answer_is_kept_in_the_conversation_it_belongs_to(keeper: Keeper) -> None:
    turns = respond(keeper, "ferry", [])
    turns = respond(keeper, "And the hull?", turns)
    (listed,) = keeper.listed("", 0, "").rows
    assert keeper.talk(listed.id, "").turns == tuple(turns)
    assert [turn.stage for turn in turns] == ["done", "done"]
    respond(keeper, "bakery", [])
    assert keeper.listed("", 0, "").total == 2


def test_an_answer_that_nobody_waits_for_is_kept_as_interrupted(keeper: Keeper) -> None:
    growing = page(keeper).respond(Turn("bakery slowly"), "", [], Chosen(), ALL, REQUEST)
    next(update for update in growing if update[3][-1].answer)
    growing.close()  # type: ignore[attr-defined]
    (listed,) = keeper.listed("", 0, "").rows
    (turn,) = keeper.talk(listed.id, "").turns
    assert turn.stage == "interrupted"
    assert turn.answer
    assert turn.answer.hits
    html = render_conversation([turn])
    assert 'class="again" data-ask="bakery slowly"' in html
    assert "data-copy" not in html


def test_an_answer_is_given_where_it_cannot_be_kept(keeper: Keeper) -> None:
    assert keeper.store
    keeper.store.close()
    (turn,) = respond(keeper, "ferry", [])
    assert turn.stage == "done"
    assert turn.answer
    assert turn.answer.citations
    html = render_conversation([turn])
    assert "Not kept." in html
    assert "data-verdict" not in html


def test_an_article_that_left_the_archive_is_read_as_it_was_kept(keeper: Keeper) -> None:
    respond(keeper, "ferry", [])
    handle = page(keeper)
    handle.desk.bot.index.article = missing  # type: ignore[method-assign]
    request = {"article": ARTICLES[0].id, "main": [4, 9, 1]}
    assert "<mark" in handle.open_article(event(**request), REQUEST)
    assert "no such article" in handle.open_article(event(**request), ANNA)


def missing(article_id: str) -> Any:
    raise InputError("There is no such article.")


def test_a_conversation_is_shown_at_the_answer_that_is_wanted(keeper: Keeper) -> None:
    first, second = respond(keeper, "hull", respond(keeper, "ferry", []))
    handle = TalkHandlers(lambda: keeper, lambda: ["Who?"])
    talk, cards, turns, _, as_of, listed = handle.show(
        Wanted("answer", first.id), Look(), [], REQUEST
    )
    assert re.search(rf'data-answer="{first.id}"[^>]* data-here', talk)
    assert talk.count("data-here") == 1
    assert 'data-turn="0"' in cards
    assert turns == [first, second]
    assert as_of == ""
    assert 'aria-current="page"' in listed


def test_what_is_anothers_is_not_shown(keeper: Keeper) -> None:
    (turn,) = respond(keeper, "ferry", [])
    handle = TalkHandlers(lambda: keeper, lambda: ["Who?"])
    for wanted in (Wanted("answer", turn.id), Wanted("talk", turn.talk)):
        talk, _, turns, *_ = handle.show(wanted, Look(), [turn], ANNA)
        assert "not kept here any more" in talk
        assert turns == []
    assert "ferry" not in handle.listing(Look(), [], ANNA)
    assert "not kept here any more" in handle.export(event(talk=turn.talk, kind="md"), ANNA)


@pytest.mark.parametrize("kind", ["", "../x", "exe", None])
def test_an_export_of_another_kind_is_refused(keeper: Keeper, kind: str | None) -> None:
    (turn,) = respond(keeper, "ferry", [])
    html = TalkHandlers(lambda: keeper, lambda: []).export(
        event(talk=turn.talk, kind=kind), REQUEST
    )
    assert "exported as md, html or json" in html


@pytest.mark.parametrize(
    "data", [{}, {"place": "0"}, {"place": True}, {"place": 5}, {"place": -1, "verdict": "right"}]
)
def test_a_verdict_on_nothing_changes_nothing(keeper: Keeper, data: dict[str, Any]) -> None:
    turns = respond(keeper, "ferry", [])
    talk, same = TalkHandlers(lambda: keeper, lambda: []).judge(turns, event(**data), REQUEST)
    assert talk == same == gr.skip()


def test_a_verdict_that_cannot_be_is_explained(keeper: Keeper) -> None:
    turns = respond(keeper, "ferry", [])
    handle = TalkHandlers(lambda: keeper, lambda: [])
    talk, judged = handle.judge(turns, event(place=0, verdict="<b>"), REQUEST)
    assert "right, wrong, or has a wrong source" in talk
    assert judged[0].verdict == ""
    talk, _ = handle.judge(turns, event(place=0, verdict="right"), ANNA)
    assert "not kept here any more" in talk


def test_feedback_lies_beside_the_conversations_for_each_archive(keeper: Keeper) -> None:
    assert keeper.store
    one, other = keeper.feedback("/a/News"), keeper.feedback("/b/News")
    assert one != other
    for folder in (one, keeper.feedback("../../etc"), keeper.feedback("..")):
        assert folder.parent == keeper.store.file.parent / "feedback"
        assert folder.name.strip(".")


@pytest.mark.parametrize("data", [{}, {"query": 7, "first": "x"}, {"first": -1}, {"first": 10**30}])
def test_a_look_that_makes_no_sense_is_the_first_part(keeper: Keeper, data: dict[str, Any]) -> None:
    _, look = TalkHandlers(lambda: keeper, lambda: []).find(
        Look("q", 30), [], event(**data), REQUEST
    )
    assert look == Look("q", 0)


def test_a_list_says_when_and_how_much_and_is_turned_by_pages() -> None:
    now = datetime(2031, 5, 2, 12, 0)
    at = now.timestamp()
    assert when(at - 60, now) == "today, 11:59"
    assert when(at - 86_400, now) == "yesterday, 12:00"
    assert when(at - 10 * 86_400, now) == "22 April 2031, 12:00"
    rows = tuple(Listed(f"id{n}", f"<{n}>", "/x/Other", at, at, 1) for n in range(PAGE))
    html = render_list(Page(rows, 95, 30), archive="/x/Mine", now=now)
    assert "&lt;3&gt;" in html
    assert "<bdi>Other</bdi>" in html
    assert "31–60 of 95" in html
    assert 'data-first="0"' in html
    assert 'data-first="60"' in html
    assert "disabled" not in html


def arguments(**more: Any) -> argparse.Namespace:
    named = {"no_history": False, "conversations": None, "host": "127.0.0.1", "auth": None, **more}
    return argparse.Namespace(**named)


def test_conversations_are_kept_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLIPPINGS_DATA", str(tmp_path))
    assert app.conversations(arguments()) == tmp_path / "conversations.sqlite"
    assert app.conversations(arguments(no_history=True)) is None
    monkeypatch.delenv("CLIPPINGS_DATA")
    assert data_root().name == "clippings"


def test_where_others_can_reach_the_page_nothing_is_kept_unasked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert app.conversations(arguments(host="0.0.0.0")) is None
    assert "--conversations" in capsys.readouterr().err
    named = arguments(host="0.0.0.0", conversations=Path("talks.sqlite"))
    assert app.conversations(named) == Path("talks.sqlite")


def test_with_passwords_each_user_has_conversations_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLIPPINGS_DATA", str(tmp_path))
    asked = arguments(host="0.0.0.0", auth=Path("users.txt"))
    assert app.conversations(asked) == tmp_path / FILE


def test_without_a_store_every_wish_is_answered_kindly() -> None:
    keeper = Keeper(None, Path("Aldern"))
    (turn,) = respond(keeper, "ferry", [])
    assert (turn.id, turn.unkept) == ("", "")
    assert keeper.article(ARTICLES[0].id, "") is None
    with pytest.raises(InputError, match="--conversations"):
        keeper.export("x", "md", "")
    with pytest.raises(InputError, match="which are not"):
        keeper.judge(replace(answered("ferry"), id="x"), "right", "")
    assert "--conversations" in TalkHandlers(lambda: keeper, lambda: []).listing(
        Look(), [], REQUEST
    )


def test_a_store_that_was_closed_is_an_error_that_users_understand(keeper: Keeper) -> None:
    assert keeper.store
    keeper.store.close()
    with pytest.raises(StorageError, match=r"talks\.sqlite"):
        keeper.listed("", 0, "")
