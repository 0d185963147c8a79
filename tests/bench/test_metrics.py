"""Each measure against arithmetic done by hand."""

from __future__ import annotations

import pytest

from bench.metrics import (
    Metric,
    first_rank,
    holds,
    normalise,
    overlap,
    percentile,
    seconds,
    share,
    within,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The  Wenlo\nBridge!", "wenlo bridge"),
        ("“A Kelp-Maker’s Tale”", "kelp maker tale"),
        ("1,200 homes, 18.4 million", "1200 homes 18.4 million"),
        ("the U.S. and the U.N.", "us and un"),
        ("O’Dell didn't", "odell didnt"),
        ("3rd, 23–16", "3rd 23 16"),
        ("Ｆｕｌｌ width", "full width"),
        ("ÉCOLE", "école"),
        ("the a an", ""),
        ("", ""),
    ],
)
def test_normalising_leaves_the_bare_words(text: str, words: str) -> None:
    assert normalise(text) == words


def test_an_answer_is_held_whatever_its_case_punctuation_and_articles() -> None:
    assert holds("It was built by the Hask Line, in May.", ["hask line"])
    assert holds("It cost 1,200 crowns.", ["The 1200 crowns"])


def test_any_of_the_answers_will_do() -> None:
    assert holds("Strand won.", ["Tolliver", "Strand"])


@pytest.mark.parametrize("answer", ["30", "184 million", "Han", "Oona Tolliver"])
def test_an_answer_is_held_by_whole_words_in_their_order_alone(answer: str) -> None:
    assert not holds("Johan and Tolliver Oona counted 308 of 18.4 million.", [answer])


def test_an_answer_of_nothing_but_articles_is_held_by_no_text() -> None:
    assert not holds("The end.", ["the", "…", ""])
    assert not holds("", ["the", ""])


def test_the_first_rank_counts_from_one() -> None:
    assert first_rank([False, True, True]) == 2
    assert first_rank([False]) is None
    assert first_rank([]) is None


def test_the_share_within_k_counts_a_missing_rank_as_a_miss() -> None:
    ranks = [1, 5, 6, None]
    assert within(ranks, 1) == 0.25
    assert within(ranks, 5) == 0.5
    assert within(ranks, 10) == 0.75


def test_a_share_of_nothing_is_unknown_and_not_zero() -> None:
    assert share([]) is None
    assert within([], 5) is None
    assert share([True, False, False, True]) == 0.5


def test_a_percentile_is_the_nearest_rank() -> None:
    assert percentile([float(n) for n in range(20, 0, -1)], 95) == 19.0
    assert percentile([float(n) for n in range(1, 22)], 95) == 20.0
    assert percentile([3.0], 95) == 3.0


def test_times_come_as_median_and_95th_percentile() -> None:
    assert seconds("wait_s", [4.0, 1.0, 2.0, 3.0]) == [
        Metric("wait_s", 2.5, 4),
        Metric("wait_s_p95", 4.0, 4),
    ]
    assert seconds("wait_s", []) == [Metric("wait_s", None, 0), Metric("wait_s_p95", None, 0)]


def test_the_overlap_of_two_lists_forgets_their_order() -> None:
    assert overlap([1, 2, 3, 4], [4, 3, 9, 8]) == 0.5
