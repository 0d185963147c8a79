"""Turns to data and back: nothing is lost, nothing is guessed."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings

from index.article import Article
from index.errors import InputError
from tests.ui.talks.made import TURN, answered
from ui.talks.record import dumps, pack, unpack, unpack_articles
from ui.turn import Turn


def through_json(turn: Turn) -> Turn:
    aside: dict[str, Any] = {}
    data = json.loads(dumps(pack(turn, aside)))
    return unpack(Turn, data, unpack_articles(json.loads(dumps(aside))))


@given(TURN)
@settings(max_examples=60, deadline=None)
def test_a_turn_comes_back_as_it_was(turn: Turn) -> None:
    assert through_json(turn) == turn


def test_the_strategy_says_every_field_of_the_records() -> None:
    """A field that a record gains must be told to the test above, else it is never varied."""
    turn = answered("And the hull? The ferry in April.", message="m")
    seen: set[tuple[str, str]] = set()

    def walk(value: Any) -> None:
        if is_dataclass(value):
            for field in fields(value):
                seen.add((type(value).__name__, field.name))
                walk(getattr(value, field.name))
        elif isinstance(value, tuple):
            for item in value:
                walk(item)

    @given(TURN)
    @settings(max_examples=60, deadline=None)
    def varied(turn: Turn) -> None:
        walk(turn)

    varied()
    known = {name for name, _ in seen}
    assert {"Turn", "Answer", "Hit", "Article", "Chunk", "Extract", "Evidence", "Mention"} <= known
    assert through_json(turn) == turn


def test_an_article_of_several_hits_is_kept_once() -> None:
    turn = answered("ferry")
    assert turn.answer
    doubled = replace(turn, answer=replace(turn.answer, hits=turn.answer.hits * 2))
    aside: dict[str, Any] = {}
    pack(doubled, aside)
    assert len(aside) == len({hit.article for hit in turn.answer.hits})
    assert {data["title"] for data in aside.values()} == {
        hit.article.title for hit in turn.answer.hits
    }


def test_a_field_that_is_new_takes_its_default_and_one_that_is_gone_is_passed_over() -> None:
    data = pack(Turn("Who?"), {})
    del data["read_time"]
    data["mood"] = "curious"
    assert unpack(Turn, data, {}) == Turn("Who?")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"question": 7}, "turn.question"),
        ({"as_of": "2 May"}, "turn.as_of"),
        ({"as_of": 20310502}, "turn.as_of"),
        ({"stage": "pondering"}, "turn.stage"),
        ({"stage": ["done"]}, "turn.stage"),
        ({"read": "0.5"}, "turn.read"),
        ({"read": True}, "turn.read"),
        ({"read_time": 1}, "turn.read_time"),
        ({"answer": []}, "turn.answer"),
        ({"answer": {"question": "q", "hits": {}}}, "turn.answer.hits"),
        ({"answer": {"question": "q", "signals": [["a"]]}}, "turn.answer.signals[0]"),
        ({"answer": {"question": "q", "sentences": [{}]}}, "turn.answer.sentences[0]"),
        ({"answer": {}}, "turn.answer"),
    ],
)
def test_data_of_another_form_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError) as caught:
        unpack(Turn, {**pack(Turn("Who?"), {}), **change}, {})
    assert str(caught.value).startswith(f"{named}:")


def test_a_hit_must_name_an_article_that_is_there() -> None:
    aside: dict[str, Any] = {}
    data = pack(answered("ferry"), aside)
    with pytest.raises(InputError, match=r"turn\.answer\.hits\[0\]\.article"):
        unpack(Turn, data, {})
    assert isinstance(next(iter(unpack_articles(aside).values())), Article)
