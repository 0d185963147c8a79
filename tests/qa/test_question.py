from __future__ import annotations

from datetime import date, datetime, timezone

import pytest

from index.errors import InputError
from qa.question import MAX_CHARACTERS, Question, read_day, understand

DAY = date(2024, 5, 31)


def test_a_question_is_kept_with_single_spaces() -> None:
    assert understand("  Who\twon\n\n the  cup? ") == Question("Who won the cup?", None)


@pytest.mark.parametrize("text", ["", "   \n\t ", "?!...", "___", "\x00\x01", "\u200b\ufeff", "—"])
def test_a_question_without_a_word_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"question is empty\. Ask something, for example"):
        understand(text)


def test_a_question_of_a_hundred_thousand_characters_is_refused_with_the_limit() -> None:
    with pytest.raises(InputError, match=r"100,000 characters, at most 2,000") as caught:
        understand("x" * 100_000)
    assert len(str(caught.value)) < 200


def test_a_question_at_the_limit_is_taken_and_one_above_is_not() -> None:
    assert len(understand("x" * MAX_CHARACTERS).text) == MAX_CHARACTERS
    with pytest.raises(InputError):
        understand("x" * (MAX_CHARACTERS + 1))


def test_what_cannot_be_seen_is_taken_out_of_a_question() -> None:
    hidden = "Who\x00 \x1b[31mwon\u202e the sum\u00admit\ud800?"
    assert understand(hidden).text == "Who [31mwon the summit?"


def test_a_question_is_composed_as_the_articles_are() -> None:
    assert understand("Who is Rene\u0301?").text == "Who is Ren\u00e9?"


@pytest.mark.parametrize("text", [None, 7, b"Who won?", ["Who won?"]])
def test_a_question_that_is_no_text_is_named_by_its_type(text: object) -> None:
    with pytest.raises(InputError, match=f"must be text, not {type(text).__name__}"):
        understand(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written", ["2024-05-31", "31 May 2024", "May 31, 2024", " 2024/05/31 ", "2024-05-31T08:00:00Z"]
)
def test_an_as_of_date_may_be_written_in_several_ways(written: str) -> None:
    assert understand("Who?", written).as_of == DAY


def test_an_as_of_date_may_be_a_date_or_a_time_and_may_be_left_out() -> None:
    assert read_day(DAY, "as-of date") == DAY
    moment = read_day(datetime(2024, 5, 31, 23, 59, tzinfo=timezone.utc), "as-of date")
    assert moment == DAY
    assert type(moment) is date  # a time does not compare with dates
    assert read_day(None, "as-of date") is None


@pytest.mark.parametrize(
    "written", ["", "yesterday", "2024-13-01", "2023-02-29", "May 2024", "99999", "\x00", 20240531]
)
def test_an_as_of_date_that_is_none_is_named_with_the_form_to_use(written: object) -> None:
    with pytest.raises(InputError, match=r"is no date\. Write .* 2024-05-31"):
        understand("Who?", written)  # type: ignore[arg-type]


def test_a_long_as_of_date_is_not_repeated_in_full() -> None:
    with pytest.raises(InputError) as caught:
        read_day("x" * 100_000, "as-of date")
    assert len(str(caught.value)) < 200
