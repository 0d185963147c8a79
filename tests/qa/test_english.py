from __future__ import annotations

import time

import pytest

from index.sentences import split_sentences
from qa.text import content_stems, is_name, numbers, stem, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,200", "1200"),
        ("three", "3"),
        ("Twelve", "12"),
        ("05", "5"),
        ("Brandt's", "brandt"),
        ("Brandt’s", "Brandt's"),
        ("divers", "diver"),
        ("sailed", "sailing"),
    ],
)
def test_words_that_mean_the_same_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("5", "6"), ("1.5", "15"), ("three", "third")])
def test_numbers_that_differ_have_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,200 homes", ["1200"]),
        ("at 07:30 on 05 May", ["7:30", "5"]),
        ("0.5 and 10.50", ["0.5", "10.50"]),
        ("5% of $3m", ["5", "3"]),
        ("three of twelve", ["3", "12"]),
        ("24.9 million", ["24.9", "million"]),
        ("one of the towns", []),
        ("", []),
    ],
)
def test_numbers_are_read_in_figures_and_in_words(text: str, found: list[str]) -> None:
    assert numbers(text) == found


def test_words_are_given_as_they_stand() -> None:
    assert words("The Al-Rashid’s 1,200 men, at 7:30!") == [
        "The", "Al", "Rashid’s", "1,200", "men", "at", "7:30"
    ]  # fmt: skip


def test_words_without_a_topic_are_left_out() -> None:
    assert content_stems("What did the ferry say? It doesn’t, it's not.") == ["ferri"]


@pytest.mark.parametrize("word", ["Brandt", "Özil", "UN"])
def test_a_capital_makes_a_name(word: str) -> None:
    assert is_name(word)


@pytest.mark.parametrize("word", ["ferry", "I", "5th", "ängström"])
def test_no_capital_or_a_single_letter_makes_no_name(word: str) -> None:
    assert not is_name(word)


@pytest.mark.parametrize(
    "unit", ["A", "A-", "a'", "1,", "1.", " ", "_", "’", "é", "A. ", "\n", "Ab "]
)
def test_long_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    started = time.process_time()
    words(text)
    numbers(text)
    content_stems(text[:20_000])
    assert time.process_time() - started < 2


def test_splitting_an_answer_is_quick_whatever_it_is() -> None:
    started = time.process_time()
    for text in ("1. " * 2_000, "a.m. Monday " * 500, "?" * 5_000, "“" * 5_000):
        split_sentences(text)
    assert time.process_time() - started < 2
