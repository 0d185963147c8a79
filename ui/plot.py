"""The coverage of a topic over time as an SVG picture with a table beside it. Pure: HTML out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from qa.coverage import Bin, Coverage
from ui.text import day, plural

WIDTH, HEIGHT, LEFT, TOP, FOOT = 460, 140, 34, 8, 24  # of the picture, and its margins
GAP, WIDEST = 0.18, 26.0  # of a bin's width that is left free, and the widest bar
ROWS = 400  # bins with articles that the table lists


def render_plot(told: Coverage) -> str:
    """Bars of articles over time, with a title, a description and the same as a table."""
    if not told.bins:
        return ""
    most = max(one.articles for one in told.bins)
    bars = "".join(_bars(told, most))
    said = _said(told)
    return (
        f'<figure class="plot"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-labelledby="plot-title plot-about"><title id="plot-title">Articles a {told.unit}'
        f' on {escape(told.topic)}</title><desc id="plot-about">{escape(said)}</desc>'
        f"{_axis(most)}{bars}{_days(told)}</svg>"
        f"<figcaption>{escape(said)}{_more(told)}</figcaption>{_table(told)}</figure>"
    )


def _said(told: Coverage) -> str:
    """The picture in a sentence."""
    top = max(told.bins, key=lambda one: one.articles)
    undated = f", {told.undated:,} of them without a day" if told.undated else ""
    least = "" if told.whole else "at least "
    return (
        f"{least.capitalize()}{plural(told.articles, 'article')}{undated}; most"
        f" ({top.articles:,}) {_when(top, told.unit)}"
    )


def _more(told: Coverage) -> str:
    return "." if told.whole else ". Only the best of what was found is counted."


def _when(one: Bin, unit: str) -> str:
    if unit == "day":
        return f"on {day(one.first)}"
    if unit == "week":
        return f"in the week of {day(one.first)}"
    return f"in {_label(one.first, unit)}"


def _label(first: date, unit: str) -> str:
    if unit == "year":
        return str(first.year)
    return f"{first:%B} {first.year}" if unit == "month" else day(first)


def _axis(most: int) -> str:
    """The lines of the highest count and of none."""
    top, ground = TOP + 4, HEIGHT - FOOT
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{top}" y2="{top}"/>'
        f'<line class="ground" x1="{LEFT}" x2="{WIDTH}" y1="{ground}" y2="{ground}"/>'
        f'<text x="{LEFT - 6}" y="{top + 4}" text-anchor="end">{most:,}</text>'
        f'<text x="{LEFT - 6}" y="{ground + 4}" text-anchor="end">0</text>'
    )


def _bars(told: Coverage, most: int) -> Iterator[str]:
    step = (WIDTH - LEFT) / len(told.bins)
    width = min(WIDEST, step * (1 - GAP))
    for place, one in enumerate(told.bins):
        if not one.articles:
            continue
        height = max(2.0, (HEIGHT - FOOT - TOP - 4) * one.articles / most)
        x = LEFT + step * place + (step - width) / 2
        count = plural(one.articles, "article")
        yield (
            f'<rect class="bar" x="{x:.1f}" y="{HEIGHT - FOOT - height:.1f}" width="{width:.2f}"'
            f' height="{height:.1f}" rx="{min(2.0, width / 3):.1f}">'
            f"<title>{count} {_when(one, told.unit)}</title></rect>"
        )


def _days(told: Coverage) -> str:
    """The first and the last bin by name."""
    first, last = (_label(told.bins[n].first, told.unit) for n in (0, -1))
    y = HEIGHT - 5
    end = f'<text x="{WIDTH}" y="{y}" text-anchor="end">{last}</text>' if last != first else ""
    return f'<text x="{LEFT}" y="{y}">{first}</text>{end}'


def _table(told: Coverage) -> str:
    held = [one for one in told.bins if one.articles][:ROWS]
    rows = "".join(
        f'<tr><th scope="row">{_label(one.first, told.unit)}</th><td>{one.articles:,}</td></tr>'
        for one in held
    )
    return (
        '<details class="figures"><summary>The figures</summary><table><thead><tr>'
        f'<th scope="col">{told.unit.capitalize()}</th><th scope="col">Articles</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )
