"""Articles over time as bars."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.ui.markup import elements, text
from ui.histogram import MOST, bars_of, render_histogram

FIRST = date(2019, 3, 6)


@pytest.mark.parametrize(
    ("last", "step", "count"),
    [
        (FIRST, "day", 1),
        (FIRST + timedelta(days=59), "day", 60),
        (FIRST + timedelta(days=60), "week", 9),
        (date(2021, 3, 5), "month", 25),
        (date(2033, 1, 1), "quarter", 57),
        (date(2070, 1, 1), "year", 52),
        (date(9999, 12, 31), "millennium", 8),
    ],
)
def test_the_narrowest_step_that_fits_is_taken(last: date, step: str, count: int) -> None:
    bars, said = bars_of([(FIRST, 2), (last, 3)] if last > FIRST else [(FIRST, 2)])
    assert (said, len(bars)) == (step, count)


@pytest.mark.parametrize("last", [date(2019, 5, 1), date(2024, 1, 1), date.max])
@pytest.mark.parametrize("first", [FIRST, date.min, date(2019, 1, 1)])
def test_bars_adjoin_and_count_every_article_once(first: date, last: date) -> None:
    days = sorted({first, last, date(2019, 3, 31), date(2019, 4, 1)})
    bars, _ = bars_of([(day, n + 1) for n, day in enumerate(days)])
    assert len(bars) <= MOST
    assert sum(bar.count for bar in bars) == sum(range(1, len(days) + 1))
    assert bars[0].first <= days[0] <= bars[0].last
    assert bars[-1].first <= days[-1] <= bars[-1].last
    for left, right in pairwise(bars):
        assert right.first - left.last == timedelta(days=1)


def test_each_bar_says_its_days_and_its_count() -> None:
    html = render_histogram([(date(2019, 3, 6), 1), (date(2021, 4, 2), 1200)])
    assert 'aria-label="March 2019: 1 article"' in html
    assert 'title="April 2021: 1,200 articles"' in html
    assert 'data-first="2019-03-01" data-last="2019-03-31"' in html
    assert html.count('tabindex="0"') == 1
    assert "at most 1,200" in text(html)


def test_without_dates_that_is_said() -> None:
    assert "No article here has a date" in text(render_histogram([]))
    assert elements(render_histogram([])) == {"p"}
