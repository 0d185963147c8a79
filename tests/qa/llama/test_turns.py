from __future__ import annotations

from qa.llama.turns import Request, Turns


def made(session: str, *, ahead: bool = False, checks: bool = False) -> Request:
    return Request([(1,)], 0, session, 0 if ahead or checks else 9, ahead=ahead)


def order(turns: Turns) -> list[Request]:
    found = []
    while request := turns.take():
        found.append(request)
    return found


def test_sessions_take_turns_and_keep_their_own_order() -> None:
    turns = Turns()
    a1, a2, a3, b1, c1 = (made(session) for session in "AAABC")
    for request in (a1, a2, a3, b1, c1):
        turns.put(request)
    assert len(turns) == 5
    assert order(turns) == [a1, b1, c1, a2, a3]
    assert len(turns) == 0


def test_who_was_served_last_stands_behind_those_who_came_meanwhile() -> None:
    turns = Turns()
    a1, a2, a3, b1 = (made(session) for session in "AAAB")
    turns.put(a1)
    assert turns.take() is a1
    for request in (a2, a3, b1):
        turns.put(request)
    assert order(turns) == [b1, a2, a3]


def test_the_check_of_an_answer_comes_before_the_questions_of_others() -> None:
    turns = Turns()
    a1, a2, b1, c1 = (made(session) for session in "AABC")
    turns.put(a1)
    turns.put(b1)
    assert turns.take() is a1
    check = made("A", checks=True)
    for request in (c1, check, a2):
        turns.put(request)
    assert turns.checks("A")
    assert not turns.checks("B")
    assert order(turns) == [check, b1, c1, a2]


def test_questions_come_before_reading_ahead() -> None:
    turns = Turns()
    ahead, question = made("A", ahead=True), made("B")
    turns.put(ahead)
    turns.put(question)
    assert order(turns) == [question, ahead]


def test_of_a_session_only_the_newest_is_read_ahead() -> None:
    turns = Turns()
    old, other, new = made("A", ahead=True), made("B", ahead=True), made("A", ahead=True)
    for request in (old, other, new):
        turns.put(request)
    assert order(turns) == [other, new]


def test_a_session_that_asks_has_nothing_read_ahead() -> None:
    turns = Turns()
    ahead, question = made("A", ahead=True), made("A")
    turns.put(ahead)
    turns.put(question)
    turns.put_back(ahead)
    assert order(turns) == [question]


def test_reading_ahead_that_gave_way_waits_again_unless_there_is_newer() -> None:
    turns = Turns()
    old, new = made("A", ahead=True), made("A", ahead=True)
    turns.put_back(old)
    assert order(turns) == [old]
    turns.put(new)
    turns.put_back(old)
    assert order(turns) == [new]


def test_a_request_is_dropped_wherever_it_waits() -> None:
    turns = Turns()
    a1, a2, b1, ahead = made("A"), made("A"), made("B"), made("C", ahead=True)
    for request in (a1, a2, b1, ahead):
        turns.put(request)
    for request in (a1, b1, ahead, made("A"), made("D")):
        turns.drop(request)
    assert order(turns) == [a2]
