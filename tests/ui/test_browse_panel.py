"""The events of the tab "Archive" over a real index, without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from index.filters import Filter
from qa import Chatbot
from tests.conftest import MakeIndex
from tests.fakes import FakeGenerator
from tests.ui.fake_bot import FakeBot, FakeInfo
from tests.ui.markup import text
from tests.ui.serve_archive import COUNT, records
from ui.ask import Desk
from ui.browse import PAGE
from ui.browse_panel import Browsing
from ui.uploads import Uploads


def event(**data: Any) -> gr.EventData:
    return gr.EventData(None, data)


@pytest.fixture
def bot(make_index: MakeIndex, tmp_path: Path) -> Chatbot:
    file = tmp_path / "news.jsonl"
    file.write_text("\n".join(map(json.dumps, records())), encoding="utf-8")
    return Chatbot(make_index(file), model=FakeGenerator("Nothing."))


def browsing(bot: Any) -> Browsing:
    desk, uploads = Desk(bot), Uploads(bot.index, Path("nowhere"))
    return Browsing(lambda: desk, lambda: uploads)


def more_of(html: str) -> str | None:
    _, found, rest = html.partition('data-more="')
    return rest.partition('"')[0] if found else None


def test_the_list_goes_on_page_by_page_to_its_end(bot: Chatbot) -> None:
    panel = browsing(bot)
    html, chart = panel.browse(event())
    assert f"{COUNT} articles" in text(html)
    assert "Articles by month" in text(chart)
    rows = html.count('<li class="item">')
    assert rows == PAGE
    while after := more_of(html):
        html = panel.more(event(after=after))
        rows += html.count('<li class="item">')
    assert rows == COUNT


def test_filters_hold_for_list_search_and_histogram(bot: Chatbot) -> None:
    panel = browsing(bot)
    only = {"sources": ["the hest lantern"], "since": "2019-02-01", "until": "2019-02-28"}
    listed, chart = panel.browse(event(**only))
    right = [
        row for row in records()
        if row["source"] == "The Hest Lantern" and str(row["date"]).startswith("2019-02")
    ]  # fmt: skip
    assert f"{len(right)} articles" in text(listed)
    assert "January 2019" in chart
    _, zoomed = panel.browse(event(**only, zoomed=True))
    assert "January 2019" not in zoomed
    found, _ = panel.browse(event(**only, query="the ferry on the quay"))
    assert "Aldern Courier" not in found
    assert "The Hest Lantern" in found


def test_a_question_that_cannot_be_taken_is_explained(bot: Chatbot) -> None:
    found, chart = browsing(bot).browse(event(query='source:""'))
    assert "Articles by month" in text(chart)
    assert found


def test_questions_are_narrowed_only_where_that_is_asked(bot: Chatbot) -> None:
    panel = browsing(bot)
    only, note = panel.narrow(event(on=True, sources=["Quay & Market"]))
    assert only == Filter(sources=("Quay & Market",))
    assert "Asked only in: Quay & Market" in text(note)
    assert panel.narrow(event(on=False, sources=["Quay & Market"])) == (None, "")
    assert panel.narrow(event(on=True)) == (None, "")


def test_a_removed_article_is_gone_and_that_is_told(bot: Chatbot) -> None:
    panel = browsing(bot)
    first = next(bot.index.articles())
    *_, (told, about, _) = panel.remove(event(article=first.id, title=first.title))
    assert f"“{first.title}” was removed" in text(told)
    assert str(COUNT - 1) in text(about)
    assert not bot.index.has(first.id)
    *_, (told, _, _) = panel.remove(event(article=first.id, title=first.title))
    assert "no article" in text(told)


def test_an_empty_archive_says_so() -> None:
    bot = FakeBot()
    bot.index.info = lambda: FakeInfo(articles=0)  # type: ignore[method-assign]
    found, chart = browsing(bot).browse(event())
    assert "This archive is empty" in text(found)
    assert chart == ""
