"""Views of a topic as HTML: what they show, and that nothing of an article runs."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape

import pytest

from qa.compare import Comparison
from qa.coverage import Bin, Coverage
from qa.summary import Summary
from qa.timeline import Timeline
from tests.ui.fake_bot import FakeBot
from tests.ui.markup import attributes, elements, text
from tests.ui.news import ARTICLES, PAYLOADS
from ui.plot import render_plot
from ui.text import OpenRequest
from ui.viewed import render_comparison, render_summary, render_timeline
from ui.views import Look, render_form, tell

BOT = FakeBot()
HOSTILE = PAYLOADS[0]


def views() -> list[str]:
    return [
        render_plot(BOT.coverage(HOSTILE)),
        render_timeline(BOT.timeline(HOSTILE)),
        render_timeline(Timeline(HOSTILE, note=HOSTILE)),
        render_summary(BOT.summary(HOSTILE)),
        render_comparison(BOT.compare(HOSTILE, PAYLOADS[1], PAYLOADS[2])),
        render_comparison(Comparison(HOSTILE, "A", "B", note=HOSTILE)),
        render_form(PAYLOADS),
    ]


def test_hostile_text_stays_text() -> None:
    for html in views():
        assert not {"script", "img", "svg/onload=window.hacked=4"} & elements(html)
        assert not any(name.startswith("on") for name in attributes(html))
    assert HOSTILE in text(views()[2])


def test_every_chip_opens_its_article_at_the_sentence() -> None:
    html = render_timeline(BOT.timeline("ferry"))
    found = re.findall(r'class="chip" data-open="([^"]*)"', html)
    requests = [OpenRequest.parse(json.loads(unescape(one))) for one in found]
    assert len(requests) == 4
    texts = {article.id: article.text for article in ARTICLES}
    quotes = [texts[r.article_id][r.main.start : r.main.end] for r in requests if r and r.main]
    events = BOT.timeline("ferry").events
    assert quotes == [c.quote for event in events for c in (event.citation, *event.also)]


def test_an_event_says_whether_its_day_is_only_that_of_the_report() -> None:
    told = text(render_timeline(BOT.timeline("ferry")))
    assert "1 March 2031 reported" in told
    assert "17 April – 19 April 2031" in told
    assert told.count("reported") == 1
    assert "also in 1 outlet" in told


def test_what_both_say_and_what_differs_are_apart() -> None:
    told = text(render_comparison(BOT.compare("ferry", "Aldern Courier", "The Hest Lantern")))
    places = [told.index(head) for head in ("They differ", "Both report", "Only Aldern Courier")]
    assert places == sorted(places)
    assert "Another number: 2.3 million and 1.9 million" in told


def test_nothing_found_says_why() -> None:
    assert "No article speaks of “yeti”" in text(render_timeline(BOT.timeline("yeti")))
    assert "could be summarized" in text(render_summary(Summary()))
    assert render_plot(Coverage("yeti")) == ""


def test_a_plot_is_named_and_told_in_a_table_too() -> None:
    html = render_plot(BOT.coverage("ferry"))
    assert {"title", "desc", "table"} <= elements(html)
    assert 'role="img"' in html
    assert html.count('class="bar"') == html.count('scope="row"') == 7
    assert "Most (9) in the week of 14 April 2031" in text(html)


@pytest.mark.parametrize(
    ("unit", "first", "said"),
    [
        ("day", date(2031, 4, 14), "on 14 April 2031"),
        ("month", date(2031, 4, 1), "in April 2031"),
        ("year", date(2031, 1, 1), "in 2031"),
    ],
)
def test_a_plot_of_one_bin_names_it(unit: str, first: date, said: str) -> None:
    told = Coverage("ferry", unit, (Bin(first, first, 3),), 3)  # type: ignore[arg-type]
    assert said in text(render_plot(told))


def test_the_highest_bar_is_as_high_as_the_plot_and_none_leaves_it() -> None:
    bars = re.findall(r'y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', views()[0])
    tops = [float(y) for y, _, _ in bars]
    assert min(tops) >= 0
    assert len({float(y) + float(height) for y, _, height in bars}) == 1, "on one ground"


@pytest.mark.parametrize(
    "record",
    [None, [], {}, {"kind": "delete"}, {"kind": ["timeline"]}, {"kind": "timeline"},
     {"kind": "compare", "topic": "ferry", "a": 1, "b": None},
     {"kind": "timeline", "topic": {"x": 1}},
     {"kind": "timeline", "topic": "ferry", "since": "2031-05-01", "until": "2031-04-01"}],
)  # fmt: skip
def test_a_request_that_cannot_be_taken_is_answered_kindly(record: object) -> None:
    *_, last = tell(BOT, record)
    assert 'role="alert"' in last


def test_a_request_is_bounded() -> None:
    look = Look.parse({"kind": "timeline", "topic": "x" * 100_000})
    assert look is not None
    assert len(look.topic) < 3_000


@pytest.mark.parametrize("kind", ["timeline", "summary", "compare"])
def test_a_view_says_first_that_it_is_worked_on(kind: str) -> None:
    first, last = tell(BOT, {"kind": kind, "topic": "ferry", "a": "A", "b": "B"})
    assert 'role="status"' in first
    assert "chip" in last


def test_with_one_outlet_there_is_nothing_to_compare() -> None:
    assert "disabled" in render_form(["The Hest Lantern"])
    assert "disabled" not in render_form(["The Hest Lantern", "Aldern Courier"])
