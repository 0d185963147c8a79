"""Articles over time as bars that can be brushed. Pure: counts per day in, HTML out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise

from ui.days import days
from ui.words import count_html, figure, marked, say_html

MOST = 60  # bars
LEAST_SHARE = 0.04  # of the height, where there is anything at all
STEPS = (  # a bar's days or months, the narrowest first, and how they are called
    (1, "day"), (7, "week"), (1, "month"), (3, "quarter"), (12, "year"), (60, "five years"),
    (120, "decade"), (1_200, "century"), (12_000, "millennium"),
)  # fmt: skip
TITLES = {
    "day": marked("Articles by day"),
    "week": marked("Articles by week"),
    "month": marked("Articles by month"),
    "quarter": marked("Articles by quarter"),
    "year": marked("Articles by year"),
    "five years": marked("Articles by five years"),
    "decade": marked("Articles by decade"),
    "century": marked("Articles by century"),
    "millennium": marked("Articles by millennium"),
}
IN_DAYS = 2  # of the steps; the others count months


@dataclass(frozen=True, slots=True)
class Bar:
    """The articles of some days, both inclusive."""

    first: date
    last: date
    count: int


def bars_of(per_day: Sequence[tuple[date, int]], most: int = MOST) -> tuple[list[Bar], str]:
    """Count by the narrowest step that needs at most so many bars; the bars and the step's name.

    The days are in order; a bar without articles stands among the others.
    """
    if not per_day:
        return [], ""
    first, last = per_day[0][0], per_day[-1][0]
    for place in range(len(STEPS)):
        if _index(last, place) - _index(first, place) < most:
            break
    start, end = _index(first, place), _index(last, place)
    counts = [0] * (end - start + 1)
    for day, count in per_day:
        counts[_index(day, place) - start] += count
    borders = [_start(index, place) for index in range(start, end + 2)]
    spans = pairwise(borders)
    bars = [
        Bar(date.fromordinal(left), date.fromordinal(right - 1), count)
        for (left, right), count in zip(spans, counts, strict=True)
    ]
    return bars, STEPS[place][1]


def render_histogram(per_day: Sequence[tuple[date, int]]) -> str:
    """The bars, each a button of which one at a time is reached by the tab key."""
    bars, step = bars_of(per_day)
    if not bars:
        return f'<p class="hint">{say_html("No article here has a date.")}</p>'
    peak = max(bar.count for bar in bars)
    middle = bars[len(bars) // 2]
    ticks = [bars[0], middle, bars[-1]] if len(bars) > 2 else [bars[0], bars[-1]][: len(bars)]
    title = say_html(TITLES[step])
    most = say_html("at most %(n)s", n=figure(peak))
    label = say_html(
        "%(title)s: choose one, or drag over several; with Shift and Enter as far as here",
        title=title,
    )
    return (
        '<figure class="histogram">'
        f'<figcaption>{title} <span class="peak">{most}</span></figcaption>'
        f'<div class="bars" role="group" aria-label="{label}">'
        f"{''.join(_bars(bars, peak))}</div>"
        f'<div class="ticks" aria-hidden="true">{"".join(map(_tick, ticks))}</div></figure>'
    )


def _bars(bars: Sequence[Bar], peak: int) -> Iterator[str]:
    for place, bar in enumerate(bars):
        share = max(LEAST_SHARE, bar.count / peak) if bar.count else 0
        said = count_html(
            bar.count,
            "%(days)s: %(n)s article",
            "%(days)s: %(n)s articles",
            days=escape(days(bar.first, bar.last)),
        )
        yield (
            f'<button type="button" class="bin" data-first="{bar.first}" data-last="{bar.last}"'
            f' title="{said}" aria-label="{said}" tabindex="{-1 if place else 0}"'
            f' style="--share:{share:.3f}"><i></i></button>'
        )


def _tick(bar: Bar) -> str:
    return f"<span>{escape(days(bar.first, bar.last))}</span>"


def _index(day: date, place: int) -> int:
    step = STEPS[place][0]
    if place < IN_DAYS:
        return (day.toordinal() - 1) // step  # the first day of all was a Monday
    return (day.year * 12 + day.month - 1) // step


def _start(index: int, place: int) -> int:
    """The first day of a step as an ordinal; behind the last day of all the one after it."""
    step = STEPS[place][0]
    if place < IN_DAYS:
        return min(index * step + 1, date.max.toordinal() + 1)
    year, month = divmod(max(index * step, 12), 12)  # no year comes before the first
    if year > date.max.year:
        return date.max.toordinal() + 1
    return date(year, month + 1, 1).toordinal()
