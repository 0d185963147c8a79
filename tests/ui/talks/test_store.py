"""The file of conversations: kept, found, deleted, shared, and whole after a kill."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from index.errors import InputError, StorageError
from tests.ui.fake_bot import ARTICLES
from tests.ui.talks.made import TURN, answered
from ui.talks.store import PAGE, TalkStore
from ui.turn import Turn


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TalkStore]:
    opened = TalkStore(tmp_path / "data" / "talks.sqlite")
    yield opened
    opened.close()


def keep(store: TalkStore, turn: Turn, owner: str = "") -> Turn:
    """As the page does: begun, then finished."""
    begun = store.begin(Turn(turn.question, turn.as_of, talk=turn.talk), owner=owner, archive="/a")
    finished = replace(turn, id=begun.id, talk=begun.talk)
    store.finish(finished)
    return finished


def test_a_conversation_is_kept_and_opened_again_by_another_server(store: TalkStore) -> None:
    first = keep(store, answered("What did the ferry cost?"))
    second = keep(store, answered("Who bakes at the bakery?", talk=first.talk))
    again = TalkStore(store.file)
    talk = again.talk(first.talk)
    again.close()
    assert talk.turns == (first, second)
    assert talk.listed.title == "What did the ferry cost?"
    assert (talk.listed.archive, talk.listed.turns) == ("/a", 2)
    assert store.talk_of(second.id) == first.talk


@given(TURN)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_turn_holds_is_kept_exactly(store: TalkStore, turn: Turn) -> None:
    kept = keep(store, turn)
    assert store.talk(kept.talk).turns == (kept,)


def test_a_question_that_was_never_finished_is_interrupted(store: TalkStore) -> None:
    begun = store.begin(Turn("Who?", stage="reading"))
    (turn,) = store.talk(begun.talk).turns
    assert (turn.stage, turn.question) == ("interrupted", "Who?")


def test_the_list_is_newest_first_and_in_parts(store: TalkStore) -> None:
    turns = [store.begin(Turn(f"Question {n}")) for n in range(PAGE + 5)]
    page = store.listed()
    assert (page.total, len(page.rows), page.first) == (PAGE + 5, PAGE, 0)
    assert page.rows[0].title == f"Question {PAGE + 4}"
    store.begin(Turn("More", talk=turns[0].talk))
    assert store.listed().rows[0].title == "Question 0"
    rest = store.listed(first=PAGE)
    assert [row.title for row in rest.rows] == [f"Question {n}" for n in (5, 4, 3, 2, 1)]
    assert store.listed(first=10**9).rows == rest.rows


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ferry", 1),
        ("FERRY crowns", 1),  # of the question and of the answer
        ("bakery", 1),
        ("ferry bakery", 0),
        ("e", 2),
        ("%", 0),
        ("_", 0),
        ("\\", 0),
        ("'", 0),
        ("", 2),
        ("\0", 2),
        ("\ud800", 2),  # half a character is taken as "?"
        ("x" * 100_000, 0),
    ],
)
def test_a_search_finds_words_and_nothing_else(store: TalkStore, query: str, found: int) -> None:
    keep(store, answered("What did the ferry cost?"))
    keep(store, answered("Who bakes at the BAKERY?"))
    assert store.listed(query).total == found


def test_signs_of_the_search_are_found_as_they_stand(store: TalkStore) -> None:
    store.begin(Turn("100% of_it\\"))
    store.begin(Turn("1000 of it"))
    for query in ("0%", "f_i", "\\"):
        assert [row.title for row in store.listed(query).rows] == ["100% of_it\\"]


def test_another_name_is_found_and_listed(store: TalkStore) -> None:
    turn = keep(store, answered("ferry"))
    store.rename(turn.talk, "  Über  den\nHafen " + "x" * 500)
    (row,) = store.listed("ÜBER").rows
    assert row.title.startswith("Über den Hafen")
    assert len(row.title) <= 121
    with pytest.raises(InputError, match="word"):
        store.rename(turn.talk, " \n ")


def test_what_is_deleted_is_gone_from_the_file(store: TalkStore) -> None:
    ferry = keep(store, answered("What did the ferry cost?"))
    bakery = keep(store, answered("Who bakes at the bakery?"))
    assert store.article(ARTICLES[2].id) == ARTICLES[2]  # of the first alone
    store.delete(ferry.talk)
    with pytest.raises(InputError, match="not kept here any more"):
        store.talk(ferry.talk)
    assert store.article(ARTICLES[2].id) is None
    assert store.article(ARTICLES[0].id) == ARTICLES[0]  # the other one needs it
    assert store.talk(bakery.talk).turns == (bakery,)
    store.finish(ferry)  # an answer that came too late
    assert store.listed().total == 1
    store.close()
    left = b"".join(file.read_bytes() for file in store.file.parent.iterdir())
    assert b"What did the ferry cost?" not in left


def test_what_is_one_persons_is_nobody_elses(store: TalkStore) -> None:
    turn = keep(store, answered("ferry"), owner="anna")
    assert store.listed(owner="anna").total == 1
    assert store.listed(owner="ben").total == 0
    assert store.article(ARTICLES[0].id, owner="ben") is None
    for look in (store.talk, store.talk_of):
        with pytest.raises(InputError):
            look(turn.talk if look == store.talk else turn.id, owner="ben")
    store.rename(turn.talk, "Mine", owner="ben")
    store.judge(turn.id, "wrong", owner="ben")
    store.delete(turn.talk, owner="ben")
    talk = store.talk(turn.talk, owner="anna")
    assert (talk.listed.title, talk.turns[0].verdict) == ("ferry", "")


def test_the_file_is_for_its_owners_eyes(store: TalkStore) -> None:
    assert stat.S_IMODE(store.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.file.parent.stat().st_mode) == 0o700


def test_tabs_of_several_servers_write_one_conversation(store: TalkStore) -> None:
    first = store.begin(Turn("first"))
    others = [TalkStore(store.file) for _ in range(3)]

    def ask(one: TalkStore, name: int) -> None:
        for n in range(8):
            keep(one, Turn(f"{name}-{n}", stage="done", talk=first.talk))

    tabs = [
        threading.Thread(target=ask, args=(one, n), daemon=True) for n, one in enumerate(others)
    ]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    for one in others:
        one.close()
    turns = store.talk(first.talk).turns
    assert len(turns) == 25
    for name in range(3):  # each tab's own in their order
        own = [turn.question for turn in turns if turn.question.startswith(f"{name}-")]
        assert own == [f"{name}-{n}" for n in range(8)]


def ask_for_ever(file: Path, told: multiprocessing.SimpleQueue[str]) -> None:
    store = TalkStore(file)
    while True:
        turn = keep(store, answered("What did the ferry cost?"))
        told.put(turn.id)


def test_after_a_kill_every_answer_that_was_kept_is_there(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    told = context.SimpleQueue()
    file = tmp_path / "talks.sqlite"
    writer = context.Process(target=ask_for_ever, args=(file, told))
    writer.start()
    kept = [told.get() for _ in range(5)]
    assert writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    while not told.empty():
        kept.append(told.get())
    store = TalkStore(file)
    for turn_id in kept:
        (turn,) = store.talk(store.talk_of(turn_id)).turns
        assert turn.stage == "done"
    assert store.listed().total <= len(kept) + 2
    store.close()


def test_a_file_of_a_newer_version_is_left_alone(store: TalkStore) -> None:
    with sqlite3.connect(store.file) as raw:
        raw.execute("PRAGMA user_version = 9")
    raw.close()
    with pytest.raises(StorageError, match=r"newer version.*--conversations"):
        TalkStore(store.file)


@pytest.mark.parametrize("table", ["turns", "articles"])
def test_a_damaged_record_is_named(store: TalkStore, table: str) -> None:
    turn = keep(store, answered("ferry"))
    with sqlite3.connect(store.file) as raw:
        raw.execute(f"UPDATE {table} SET record = CAST('damaged' AS BLOB)")
    raw.close()
    with pytest.raises(StorageError, match="damaged"):
        store.talk(turn.talk)


def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Some notes of mine, which are no database at all. " * 100, encoding="utf-8")
    with pytest.raises(StorageError, match=r"notes\.txt.*Move the file away"):
        TalkStore(file)
    with pytest.raises(StorageError, match="--no-history"):
        TalkStore(file / "below.sqlite")
