"""The coverage of a topic over time as an SVG picture with a table beside it. Pure: HTML out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from qa.coverage import Bin, Coverage
from ui.days import day, month
from ui.words import count, count_html, figure, marked, say, say_html

WIDTH, HEIGHT, LEFT, TOP, FOOT = 460, 140, 34, 8, 24  # of the picture, and its margins
GAP, WIDEST = 0.18, 26.0  # of a bin's width that is left free, and the widest bar
ROWS = 400  # bins with articles that the table lists
TITLES = {
    "day": marked("Articles a day on %(topic)s"),
    "week": marked("Articles a week on %(topic)s"),
    "month": marked("Articles a month on %(topic)s"),
    "year": marked("Articles a year on %(topic)s"),
}
UNITS = {
    "day": marked("Day"),
    "week": marked("Week"),
    "month": marked("Month"),
    "year": marked("Year"),
}


def render_plot(told: Coverage) -> str:
    """Bars of articles over time, with a title, a description and the same as a table."""
    if not told.bins:
        return ""
    most = max(one.articles for one in told.bins)
    bars = "".join(_bars(told, most))
    said = escape(_said(told))
    title = say_html(TITLES[told.unit], topic=escape(told.topic))
    return (
        f'<figure class="plot"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-labelledby="plot-title plot-about"><title id="plot-title">'
        f'{title}</title><desc id="plot-about">{said}</desc>'
        f"{_axis(most)}{bars}{_days(told)}</svg>"
        f"<figcaption>{said}</figcaption>{_table(told)}</figure>"
    )


def _said(told: Coverage) -> str:
    """The picture in a sentence."""
    top = max(told.bins, key=lambda one: one.articles)
    number = told.articles
    if told.whole:
        said = [count(number, "%(n)s article.", "%(n)s articles.")]
    else:
        said = [count(number, "At least %(n)s article.", "At least %(n)s articles.")]
    if without := told.undated:
        said.append(
            count(without, "%(n)s of them is without a day.", "%(n)s of them are without a day.")
        )
    most = figure(top.articles)
    said.append(say("Most (%(n)s) %(when)s.", n=most, when=_when(top, told.unit)))
    if not told.whole:
        said.append(say("Only the best of what was found is counted."))
    return " ".join(said)


def _when(one: Bin, unit: str) -> str:
    if unit == "day":
        return say("on %(day)s", day=day(one.first))
    if unit == "week":
        return say("in the week of %(day)s", day=day(one.first))
    return say("in %(time)s", time=_label(one.first, unit))


def _label(first: date, unit: str) -> str:
    if unit == "year":
        return str(first.year)
    return month(first) if unit == "month" else day(first)


def _axis(most: int) -> str:
    """The lines of the highest count and of none."""
    top, ground = TOP + 4, HEIGHT - FOOT
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{top}" y2="{top}"/>'
        f'<line class="ground" x1="{LEFT}" x2="{WIDTH}" y1="{ground}" y2="{ground}"/>'
        f'<text x="{LEFT - 6}" y="{top + 4}" text-anchor="end">{figure(most)}</text>'
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
        said = count_html(
            one.articles,
            "%(n)s article %(when)s",
            "%(n)s articles %(when)s",
            when=escape(_when(one, told.unit)),
        )
        yield (
            f'<rect class="bar" x="{x:.1f}" y="{HEIGHT - FOOT - height:.1f}" width="{width:.2f}"'
            f' height="{height:.1f}" rx="{min(2.0, width / 3):.1f}">'
            f"<title>{said}</title></rect>"
        )


def _days(told: Coverage) -> str:
    """The first and the last bin by name."""
    first, last = (escape(_label(told.bins[n].first, told.unit)) for n in (0, -1))
    y = HEIGHT - 5
    end = f'<text x="{WIDTH}" y="{y}" text-anchor="end">{last}</text>' if last != first else ""
    return f'<text x="{LEFT}" y="{y}">{first}</text>{end}'


def _table(told: Coverage) -> str:
    held = [one for one in told.bins if one.articles][:ROWS]
    rows = "".join(
        f'<tr><th scope="row">{escape(_label(one.first, told.unit))}</th>'
        f"<td>{figure(one.articles)}</td></tr>"
        for one in held
    )
    return (
        f'<details class="figures"><summary>{say_html("The figures")}</summary><table><thead><tr>'
        f'<th scope="col">{say_html(UNITS[told.unit])}</th>'
        f'<th scope="col">{say_html("Articles")}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )
