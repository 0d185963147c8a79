from __future__ import annotations

import threading
from queue import Empty, SimpleQueue

import pytest

from qa.ahead import SESSIONS, Ahead, whole_words


class Desk:
    """Notes what is handed to it; waits in the middle while it is held up."""

    def __init__(self) -> None:
        self.done: SimpleQueue[tuple[str, str]] = SimpleQueue()
        self.may = threading.Event()
        self.may.set()
        self.begun = threading.Semaphore(0)
        self.ahead: Ahead[str] = Ahead(self.work)

    def work(self, session: str, typed: str) -> None:
        self.begun.release()
        assert self.may.wait(20)
        self.done.put((session, typed))

    def next(self) -> tuple[str, str]:
        return self.done.get(timeout=20)

    def nothing(self) -> bool:
        try:
            self.done.get(timeout=0.5)
        except Empty:
            return True
        return False


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_whole_words_come_at_once_and_the_rest_after_a_pause(desk: Desk) -> None:
    desk.ahead.put("A", "Who", "Who s")
    assert desk.next() == ("A", "Who")
    assert desk.next() == ("A", "Who s")
    assert desk.nothing()


def test_a_newer_text_takes_the_place_of_what_waits(desk: Desk) -> None:
    desk.may.clear()
    desk.ahead.put("A", "one", "one")
    assert desk.begun.acquire(timeout=20)
    for text in ("two", "three", "four"):
        desk.ahead.put("A", text, text)
    desk.may.set()
    assert [desk.next(), desk.next()] == [("A", "one"), ("A", "four")]
    assert desk.nothing()


def test_the_same_text_is_not_worked_at_twice(desk: Desk) -> None:
    for text in ("Who s", "Who sa", "Who sai"):
        desk.ahead.put("A", "Who", text)
    assert desk.next() == ("A", "Who")
    desk.ahead.put("A", "Who", "Who")
    assert desk.nothing()


def test_nothing_is_begun_while_anybody_is_answered(desk: Desk) -> None:
    with desk.ahead.answering("B"):
        desk.ahead.put("A", "one", "one")
        assert desk.nothing()
    assert desk.next() == ("A", "one")


def test_a_question_ends_what_its_session_typed(desk: Desk) -> None:
    desk.may.clear()
    desk.ahead.put("A", "one", "one")
    assert desk.begun.acquire(timeout=20)
    assert desk.ahead.wanted("A", "one")
    desk.ahead.put("A", "two", "two")
    with desk.ahead.answering("A"):
        assert not desk.ahead.wanted("A", "one")
        desk.may.set()
    assert desk.next() == ("A", "one")
    assert desk.nothing()
    desk.ahead.put("A", "one", "one")
    assert desk.next() == ("A", "one")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_after_a_failure_the_next_text_is_worked_at() -> None:
    done: SimpleQueue[str] = SimpleQueue()

    def work(session: str, typed: str) -> None:
        done.put(typed)
        if typed == "one":
            raise RuntimeError("one")

    ahead: Ahead[str] = Ahead(work)
    ahead.put("A", "one", "one")
    assert done.get(timeout=20) == "one"
    while ahead._running:
        threading.Event().wait(0.01)
    ahead.put("A", "two", "two")
    assert done.get(timeout=20) == "two"


def test_what_many_sessions_typed_is_forgotten_in_time(desk: Desk) -> None:
    def go_round(count: int) -> None:
        for n in range(count):
            desk.ahead.put(str(n), "one", "one")
            assert desk.next() == (str(n), "one")

    go_round(SESSIONS + 1)  # the first is forgotten, and so worked at again
    go_round(1)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [("Who w", "Who"), ("Who won ", "Who won"), ("Who won?", "Who won?"), ("Wh", ""), ("", ""),
     ("in 202", "in"), ("café o’Ne", "café o’")],
)  # fmt: skip
def test_the_word_that_may_still_grow_is_left_out(typed: str, whole: str) -> None:
    assert whole_words(typed) == whole
