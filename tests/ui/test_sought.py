"""What a browser sends of the archive's list is not trusted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from index.catalog import Place
from index.filters import Filter
from ui.sought import Sought, in_words, narrowing


def test_what_is_of_the_form_is_taken() -> None:
    sent = {
        "query": " levy ", "since": "2019-04-01", "until": "2019-04-30", "sources": ["Packet"],
        "sections": ["Sport"], "after": "737000,12", "zoomed": True, "serial": "7",
    }  # fmt: skip
    only = Filter(date(2019, 4, 1), date(2019, 4, 30), ("Packet",), ("Sport",))
    assert Sought.parse(sent) == Sought("levy", only, Place(737_000, 12), True, "7")


@pytest.mark.parametrize(
    "sent",
    [
        None, [], "text", {"query": 5}, {"since": "yesterday"}, {"since": "0000-00-00"},
        {"until": 3}, {"sources": "Packet"}, {"sources": [None, 7, {}]}, {"after": "1"},
        {"after": "-1,2"}, {"after": "1,2,3"}, {"after": f"1,{10**12}"}, {"after": "²,1"},
        {"zoomed": "yes"}, {"serial": 4},
    ],
)  # fmt: skip
def test_anything_else_is_as_if_it_were_not_there(sent: Any) -> None:
    assert Sought.parse(sent) == Sought()


def test_lengths_are_bounded() -> None:
    found = Sought.parse({"query": "x" * 9_000, "sources": ["y" * 900] * 900, "serial": "1" * 99})
    assert len(found.query) == 2_000
    assert (len(found.only.sources), len(found.only.sources[0])) == (200, 200)
    assert len(found.serial) == 20


def test_a_filter_narrows_a_question_and_can_be_said() -> None:
    only = Filter(date(2019, 4, 1), date(2019, 4, 30), ("Packet", "Courier"), ("Sport",))
    assert narrowing(only, read_time=False) == {
        "since": only.since, "until": only.until, "sources": only.sources,
        "sections": only.sections, "read_time": False,
    }  # fmt: skip
    assert in_words(only) == "April 2019, 2 outlets, Sport"
    assert in_words(Filter()) == ""
