from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from qa.rank import WEIGHTS, burst, fused, in_asked, in_order, near, worded
from qa.wanted import look_at, look_for

DAY = date(2024, 6, 1)
TODAY = DAY.toordinal()


def ordinals(*days: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Days before DAY as ordinals; -1 stands for an unknown day."""
    return np.array([0 if day < 0 else TODAY - day for day in days], dtype=np.int32)


def test_a_row_that_a_search_did_not_find_gains_nothing_by_it() -> None:
    scores = fused(np.array([1.0, np.inf]), np.array([np.inf, 10.0]), np.array([0.5, 0.0]))
    first = WEIGHTS.cosine * 0.5 + WEIGHTS.dense * 10 / 11
    assert scores == pytest.approx([first, WEIGHTS.bm25 / 2])


def test_closeness_to_a_day_halves_by_the_week_and_by_the_month() -> None:
    both = WEIGHTS.near_week + WEIGHTS.near_month
    week = WEIGHTS.near_week / 2 + WEIGHTS.near_month * 0.5 ** (7 / 30)
    assert near(ordinals(0, 7, -1), DAY) == pytest.approx([both, week, 0.0])
    assert near(ordinals(40_000), DAY) == pytest.approx([0.0])


def test_news_of_a_day_comes_on_it_or_after_it() -> None:
    on, day_after, day_before, unknown = in_asked(ordinals(5, 4, 6, -1), *(date(2024, 5, 27),) * 2)
    assert on == WEIGHTS.asked
    assert on > day_after > day_before > unknown == 0.0


def test_open_ends_of_what_is_asked_reach_everything_on_that_side() -> None:
    days = ordinals(0, 10_000)
    assert in_asked(days, date.min, DAY) == pytest.approx([WEIGHTS.asked] * 2)
    assert in_asked(days, DAY, date.max)[0] == WEIGHTS.asked


def test_newest_and_oldest_are_told_among_the_nearly_best() -> None:
    days, scores = ordinals(30, 20, 10, 0, -1), np.array([9.0, 9.0, 9.0, 1.0, 9.0])
    newest = in_order(days, scores, newest=True)
    assert newest[2] == newest[3] == WEIGHTS.preferred  # a poor one is not newer than the newest
    assert newest[0] < newest[1] < newest[2]
    assert newest[4] == 0.0
    oldest = in_order(days, scores, newest=False)
    assert oldest[0] == WEIGHTS.preferred > oldest[1] > oldest[2]


def test_days_on_which_several_articles_agree_are_favoured_not_late_ones() -> None:
    days = ordinals(400, 401, 0, -1)
    scores = burst(days, [1, 2, 3, 4], np.zeros(4))
    assert scores[0] == pytest.approx(scores[1])
    assert scores[0] > scores[2] >= scores[3] == 0.0


def test_an_article_does_not_strengthen_itself() -> None:
    assert burst(ordinals(0, 0), [1, 1], np.zeros(2)) == pytest.approx([0.0, 0.0])


def test_words_of_the_title_count_for_the_chunk() -> None:
    wanted = look_for("Who sailed the Petrel?", lambda stems: [1.0] * len(stems))
    text = look_at("Captain Brandt left at noon.", wanted)
    with_title = worded(wanted, look_at("The Petrel sailed", wanted), text, 0)
    assert with_title > worded(wanted, look_at("Harbour news", wanted), text, 0)
    assert worded(wanted, text, text, 0) > worded(wanted, text, text, 5_000)
