"""The archive as HTML."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from index.article import Report
from index.info import Info
from index.store import Listed
from qa.answer import Found
from tests.ui.fake_bot import ARTICLES, hit_of
from tests.ui.markup import attributes, elements, text
from tests.ui.news import PAYLOADS
from ui.archive import Upload, render_removal
from ui.browse import NAMED, PAGE, render_about, render_hits, render_names, render_page
from ui.sought import Sought

HOLDS = Info(53_336, 9, date(2019, 1, 3), date(2022, 5, 9), (), "default", 16, 3, 812 * 2**20)
ROW = Listed(3, "ab12", "Ferry sails", "Packet", "Harbour", date(2019, 4, 26))


def test_size_span_and_storage_are_told() -> None:
    said = text(render_about(HOLDS))
    assert "53,336" in said
    assert "3 January 2019 – 9 May 2022" in said
    assert "812 MB on disk" in said
    assert "no dates" in text(render_about(replace(HOLDS, first=None, last=None)))


def test_a_full_page_has_more_behind_its_last_article() -> None:
    rows = [replace(ROW, number=n) for n in range(PAGE)]
    html = render_page(rows, 900, Sought(serial="5"))
    assert "900 articles, the newest first" in text(html)
    assert f'data-more="{date(2019, 4, 26).toordinal()},{PAGE - 1}"' in html
    assert 'data-serial="5"' in html
    assert "data-more" not in render_page(rows[:-1], PAGE - 1, Sought())
    undated = [replace(row, published=None) for row in rows]
    assert f'data-more="0,{PAGE - 1}"' in render_page(undated, 900, Sought())


def test_nothing_found_is_said() -> None:
    assert "No article fits" in text(render_page([], 0, Sought()))
    assert "No day fits." in text(render_hits(Found((), note="No day fits."), Sought("x")))


def test_each_article_is_listed_once_with_what_was_found_in_it() -> None:
    found = Found((hit_of(0), hit_of(2, 2), hit_of(0, 3)), "searched April 2031")
    html = render_hits(found, Sought("ferry"))
    assert html.count('<li class="item">') == 2
    said = text(html)
    assert "2 articles for “ferry”, the best first" in said
    assert "searched April 2031" in said
    assert ARTICLES[2].title in said


def test_names_are_offered_where_there_is_a_choice() -> None:
    assert render_names([("Packet", 3)], []) == ""
    many = [(f"Outlet {n}", 1) for n in range(NAMED + 5)]
    html = render_names(many, [("Sport", 2), ("Council", 1)])
    assert html.count('name="sources"') == NAMED
    assert "and 5 more" in text(html)
    assert 'value="Sport"' in html


def test_what_became_of_a_removal_is_told() -> None:
    gone = Upload(0, "added", report=Report(0, 0, (), 61, 90, 1.5, removed=3))
    said = text(render_removal(gone, "Ferry sails"))
    assert "“Ferry sails” was removed with 2 other versions in 1.5 s." in said
    assert "The archive holds 61 articles now." in said
    assert "written anew" in text(render_removal(Upload(0, "adding"), "Ferry sails"))
    failed = render_removal(Upload(0, "failed", message="The disk is full."), "Ferry sails")
    assert "The disk is full." in text(failed)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_titles_names_and_questions_are_text(payload: str) -> None:
    row = replace(ROW, id=payload, title=payload, source=payload, section=payload)
    found = Found((hit_of(3),), payload)
    html = (
        render_page([row], 1, Sought(serial=payload))
        + render_hits(found, Sought(payload))
        + render_hits(Found((), note=payload), Sought(payload))
        + render_names([(payload, 1), ("b", 1)], [])
        + render_removal(Upload(0, "failed", message=payload), payload)
        + render_removal(Upload(0, "adding"), payload)
    )
    assert text(html).count(payload) >= 6
    assert elements(html) <= {
        "bdi", "button", "details", "div", "input", "label", "li", "ol", "p", "span", "summary",
        "time", "ul",
    }  # fmt: skip
    assert not {name for name in attributes(html) if name.startswith("on")}
