from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The bridge is open.", "It cost 21.7 million crowns!", "Who paid?"],
        ["The bell of St. Averil rang.", "Mr. Roake heard it."],
        ["1. The ferry sails again.", "2. The school stays."],
        ["The vote is at 9 a.m. Tuesday in the hall.", "All may come."],
        ["It ends at 9 p.m. and is free."],
        ["It opened at 9 a.m.", "Mayor Tolliver cut the ribbon."],
        ["Die Fähre fährt über den Øresund.", "Ça va, dit-elle.", "Già è qui."],
        ["渡し船は戻った。", "橋は開いた。"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_line_break_ends_what_a_time_or_a_number_would_go_on_with() -> None:
    assert sentences("Doors open at 9 a.m.\n\nTuesday is free.") == [
        "Doors open at 9 a.m.",
        "Tuesday is free.",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n \t"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("aB1.!? \n\"'é日。"))
def test_spans_are_in_order_trimmed_and_leave_out_only_white_space(text: str) -> None:
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


def test_half_a_letter_moves_no_sentence() -> None:
    text = "The bells \ud800 rang. Nobody \udfff came."
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "The bells \ud800 rang.",
        "Nobody \udfff came.",
    ]
