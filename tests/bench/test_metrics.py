"""Each measure against arithmetic done by hand."""

from __future__ import annotations

import pytest

from bench.metrics import (
    Metric,
    auroc,
    coverage_at,
    first_rank,
    holds,
    is_loosely_right,
    is_right,
    normalise,
    overlap,
    percentile,
    seconds,
    share,
    token_f1,
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


def test_a_share_of_nothing_is_unknown_and_not_zero() -> None:
    assert share([]) is None
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


@pytest.mark.parametrize(
    ("text", "answers", "right"),
    [
        ("Yes, they agree.", ["Yes"], True),
        ("No, there is no such report.", ["yes"], False),
        ("There is no doubt, yes.", ["yes"], False),  # the verdict does not come first
        ("There is no doubt.", ["no"], False),
        ("It was Strand.", ["no", "Strand"], True),
        ("", ["yes"], False),
    ],
)
def test_a_verdict_must_come_first(text: str, answers: list[str], right: bool) -> None:
    assert is_right(text, answers) is right


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Six homes were flooded.", "6"),
        ("Strand mended them.", "Oona Strand"),
        ("The UN sent a note.", "United Nations"),
        ("They were flooding the homes.", "homes flooded"),
    ],
)
def test_the_same_in_other_words_is_loosely_right(text: str, answer: str) -> None:
    assert not is_right(text, [answer])
    assert is_loosely_right(text, [answer])


def test_something_else_is_not_even_loosely_right() -> None:
    assert not is_loosely_right("Maren Tolliver did.", ["Oona Strand"])
    assert not is_loosely_right("Oona did.", ["Oona Strand"])
    assert not is_loosely_right("The Strand family did.", ["Oona Strand"], "Who of the Strands?")
    assert not is_loosely_right("Orla Strand did.", ["Oona Strand"])
    assert is_loosely_right("Mayor Strand did, not Orla Strand.", ["Oona Strand"])
    assert is_loosely_right("The Strand did.", ["Oona Strand"])
    assert not is_loosely_right("HKF: Hake Keel Fleet.", ["Harbour Kelp Fund"], "What is the HKF?")
    assert not is_loosely_right("It was no.", ["yes"])
    assert not is_loosely_right("", ["the"])


def test_token_f1_counts_shared_words_of_the_best_answer() -> None:
    # three words told, two wanted, both shared: 2 * 2 / (3 + 2)
    assert token_f1("Oona Strand won.", ["Oona Strand", "x"]) == pytest.approx(0.8)
    assert token_f1("Strand Strand", ["Strand"]) == pytest.approx(2 / 3)
    assert token_f1("Tolliver", ["Strand"]) == 0.0
    assert token_f1("Strand", []) == 0.0


def test_auroc_counts_the_pairs_in_the_right_order() -> None:
    # pairs of right and wrong: .9>.8, .9>.2, .5<.8, .5>.2
    assert auroc([0.9, 0.8, 0.5, 0.2], [True, False, True, False]) == 0.75
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert auroc([0.1, 0.9], [True, False]) == 0.0
    assert auroc([0.1], [True]) is None


def test_coverage_is_the_longest_beginning_that_is_precise_enough() -> None:
    scores = [0.9, 0.8, 0.7, 0.6]
    assert coverage_at(scores, [True, True, False, True], 0.95) == 0.5
    assert coverage_at(scores, [True, True, False, True], 0.75) == 1.0
    assert coverage_at(scores, [False, True, True, True], 0.95) == 0.0
    # two of the same score cannot be told apart
    assert coverage_at([0.9, 0.9], [True, False], 0.95) == 0.0
    assert coverage_at([], [], 0.95) == 0.0
