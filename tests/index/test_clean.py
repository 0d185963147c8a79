"""Raw text to clean text."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.clean import clean, clean_line

WRAPPED = """\
Fishermen of the harbour of
Tern Bay said on Monday that they would not sail before the wind
had dropped below forty knots, a decision that leaves the market
without fresh fish for the third day.
    The harbour master, who has kept the books since 1998, said no
storm of his time had lasted longer.

    Prices rose by a fifth."""


def test_hard_wrapped_lines_are_joined_into_paragraphs() -> None:
    first, second, third = clean(WRAPPED).split("\n\n")
    assert first.startswith("Fishermen of the harbour of Tern Bay said on Monday")
    assert first.endswith("for the third day.")
    assert second == (
        "The harbour master, who has kept the books since 1998, said no storm of his time "
        "had lasted longer."
    )
    assert third == "Prices rose by a fifth."


def test_one_line_paragraphs_are_not_joined() -> None:
    raw = (
        "The council met on Monday evening at the old hall.\n"
        "It voted to close the bridge until the spring.\n"
        "Nobody spoke against the plan, which surprised the mayor."
    )
    assert clean(raw).split("\n\n") == raw.split("\n")


def test_short_lines_and_lists_stay_apart() -> None:
    assert clean("Red boats\nBlue boats\nGreen boats") == "Red boats\n\nBlue boats\n\nGreen boats"
    raw = "It voted for three things that had been asked for since the\n- a bridge\n- a new road"
    assert clean(raw).endswith("\n\n- a bridge\n\n- a new road")


def test_rows_of_a_table_are_not_joined_in_a_wrapped_text() -> None:
    table = "\nWheat............155,221 up....4,311\nBarley............12,004 down....118\n"
    assert "4,311\n\nBarley" in clean(WRAPPED + "\n" + table)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_every_kind_of_line_end_counts(newline: str) -> None:
    assert clean(f"One day.{newline}{newline}{newline}Another day.") == "One day.\n\nAnother day."


def test_spaces_collapse_and_invisible_characters_go() -> None:
    raw = "\ufeff  A\u00a0\u00a0 bri\u00addge\t of\u200b \x00steel\u202e\x07\U000e0041 \ud800 "
    assert clean(raw) == "A bridge of steel"


def test_text_is_composed() -> None:
    assert clean("Cafe\u0301 Zoe\u0308") == "Café Zoë"


def test_joined_emoji_and_scripts_keep_their_joiners() -> None:
    assert clean("👩\u200d🚀 می\u200cخواهم") == "👩\u200d🚀 می\u200cخواهم"


def test_accents_piled_up_without_end_take_no_quadratic_time() -> None:
    start = time.perf_counter()
    assert len(clean("a" + "\u0300\u0316" * 200_000)) < 1_000
    assert time.perf_counter() - start < 5


def test_clean_line_is_one_line() -> None:
    assert clean_line(" A bridge\n\nof  steel ") == "A bridge of steel"


PIECES = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(["\n", "\n\n", "    ", "  ", "\r\n", ". ", "- ", "....", "\x00", "\u0301"]),
        st.sampled_from("the council of a small town met again on Monday to vote".split()),
        st.text(alphabet="ab cd", min_size=40, max_size=110),
    ),
    max_size=40,
).map("".join)


@given(PIECES)
@settings(max_examples=200)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    text = clean(raw)
    assert clean(text) == text


@given(PIECES)
@settings(max_examples=100)
def test_clean_text_has_the_promised_form_and_loses_no_letter(raw: str) -> None:
    text = clean(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert all(part and part == " ".join(part.split()) for part in text.split("\n\n") if text)
    before, after = (unicodedata.normalize("NFD", each) for each in (raw, text))
    assert [c for c in after if c.isascii() and c.isalnum()] == [
        c for c in before if c.isascii() and c.isalnum()
    ]
