"""The cards of the articles that were found."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

from qa.answer import Answer, Copied
from tests.ui.fake_bot import ARTICLES, PAYLOADS, FakeBot, hit_of
from tests.ui.markup import attributes, elements, text
from ui.sources import SNIPPET, opening, render_no_sources, render_sources


def answers(question: str) -> list[Answer]:
    return list(FakeBot().stream(question))


def test_an_article_found_twice_gets_one_card() -> None:
    html = render_sources(Answer("q", hits=(hit_of(0, 1), hit_of(0, 2), hit_of(1, 3))), 0)
    assert html.count('class="card"') == 2
    assert '<span class="count">2</span>' in html


def test_a_card_tells_title_outlet_date_and_snippet() -> None:
    html = render_sources(answers("ferry")[0], 0)
    assert ARTICLES[0].title in text(html)
    assert "Aldern Courier · 17 April 2031" in text(html)
    snippet = re.search(r'card-text" dir="auto">(.*?)</span>', html)
    assert snippet is not None
    assert len(unescape(snippet[1])) <= SNIPPET + 1
    assert snippet[1].endswith("…")


def test_a_cited_card_carries_the_numbers_and_opens_at_the_first_citation() -> None:
    final = answers("ferry")[-1]
    html = render_sources(final, 0)
    assert html.count("card cited") == 2
    assert re.findall(r'class="badge">(\d)<', html) == ["1", "2", "3"]
    request = json.loads(unescape(re.findall(r'data-open="(.*?)"', html)[0]))
    assert request["main"] == [final.citations[0].start, final.citations[0].end, 1]


def test_a_card_that_is_not_cited_opens_at_the_passage_that_was_found() -> None:
    request = opening(answers("ferry")[0], ARTICLES[1].id)
    assert request.main is None
    assert [(mark.start, mark.end, mark.n) for mark in request.marks] == [(0, 300, 0)]


def test_cards_do_not_move_when_the_answer_is_done() -> None:
    first, *_, final = answers("ferry")
    titles = r'card-title" dir="auto">(.*?)<'
    before = re.findall(titles, render_sources(first, 0))
    assert before == re.findall(titles, render_sources(final, 0))


def test_no_answer_and_no_hits_are_said_differently() -> None:
    assert render_sources(None, 0) == render_no_sources()
    assert "No article was found" in render_sources(Answer("q"), 0)


def test_markup_in_cards_stays_text() -> None:
    html = render_sources(answers("hack")[-1], 0)
    assert elements(html) <= {"div", "h2", "span", "button", "ol", "li", "bdi", "time"}
    assert not [name for name in attributes(html) if name.startswith("on")]
    assert PAYLOADS[0] in text(html)


def test_a_card_tells_that_the_report_is_elsewhere_too() -> None:
    copies = (Copied("1", "T", "Packet"), Copied("2", "T", "Echo"))
    html = render_sources(Answer("q", hits=(replace(hit_of(0, 1), copies=copies),)), 0)
    assert "17 April 2031 · also in 2 outlets" in text(html)
