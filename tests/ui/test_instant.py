"""The likely answer in an article's own words, while the model reads."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from index.article import Article
from qa.answer import REFUSAL, Answer, Evidence, Extract
from tests.ui.fake_bot import PAYLOADS, FakeBot
from tests.ui.markup import attributes, elements, text
from ui.conversation import render_conversation
from ui.instant import ALONE, AROUND, LONGEST, READING, render_instant
from ui.turn import Stage, Turn

TEXT = "It rained.\n\nThe  mayor, Ada Brink,\nopened the quay & the school."


def extract(article: Article, sentence: str, likely: str) -> Extract:
    start = article.text.index(sentence)
    first = article.text.index(likely, start)
    evidence = Evidence(article, start, start + len(sentence))
    return Extract(evidence, first, first + len(likely))


def article(content: str = TEXT, **fields: object) -> Article:
    return Article.of(title="Quay opened", text=content, **fields)  # type: ignore[arg-type]


def told(stage: Stage, **facts: object) -> str:
    """The ferry's answer at a stage."""
    found = next(answer for answer in FakeBot().stream("ferry") if answer.instant)
    return render_conversation(
        [Turn("ferry", stage=stage, answer=replace(found, **facts))]  # type: ignore[arg-type]
    )


def test_the_likely_answer_stands_in_bold_in_its_sentence_on_one_line() -> None:
    html = render_instant(extract(article(), TEXT[12:], "Ada Brink"), over=False)
    assert "The mayor, <strong>Ada Brink</strong>, opened the quay &amp; the school." in html
    assert READING in html


def test_outlet_date_and_title_are_named() -> None:
    item = article(source="The Lantern", published=date(2031, 4, 1))
    said = text(render_instant(extract(item, TEXT[12:], "Ada"), over=False))
    assert "Quay opened · The Lantern · 1 April 2031" in said


def test_it_opens_its_article_at_the_likely_answer_and_marks_the_sentence() -> None:
    item = article()
    html = render_instant(extract(item, TEXT[12:], "Ada"), over=False)
    (request,) = re.findall(r'data-open="(.*?)"', html)
    at = TEXT.index("Ada")
    assert json.loads(unescape(request)) == {
        "article": item.id,
        "main": [at, at + 3, 0],
        "marks": [[12, len(TEXT), 0]],
    }


def test_where_nothing_smaller_was_found_the_sentence_is_shown_plainly() -> None:
    html = render_instant(extract(article(), TEXT[12:], TEXT[12:]), over=False)
    assert "<strong>" not in html
    assert "Ada Brink" in html
    assert json.loads(unescape(re.findall(r'data-open="(.*?)"', html)[0]))["marks"] == []


def test_a_long_sentence_is_cut_around_the_likely_answer() -> None:
    long = f"{'before ' * 900}ADA{' behind' * 900}"
    said = text(render_instant(extract(article(long), long, "ADA"), over=False))
    assert "before ADA behind" in said
    assert said.count("…") == 2
    assert len(said) < 2 * AROUND + 100
    whole = text(render_instant(extract(article(long), long, long), over=False))
    assert len(whole) < LONGEST + 100


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_it_stays_text(payload: str) -> None:
    content = f"{payload} {payload} {payload}"
    item = Article.of(title=payload, text=content, source=payload)
    start = len(payload) + 1
    likely = Extract(Evidence(item, 0, len(content)), start, start + len(payload))
    html = render_instant(likely, over=False)
    assert elements(html) <= {"div", "p", "button", "span", "strong", "bdi"}
    assert not [name for name in attributes(html) if name.startswith("on")]
    assert text(html).count(payload) == 5


def test_it_is_shown_while_the_model_reads_or_waits() -> None:
    for stage in ("reading", "waiting"):
        assert '<div class="instant">' in told(stage)
        assert "unseen" not in told(stage)


def test_while_the_answer_grows_it_only_keeps_its_room() -> None:
    html = told("writing", text="The ferry")
    assert '<div class="unseen" aria-hidden="true"><div class="instant">' in html


def test_it_is_gone_once_the_answer_stands_or_is_refused() -> None:
    assert "instant" not in told("done", text="The ferry sails.", done=True)
    assert "instant" not in told("done", text=REFUSAL, refused=True, done=True)


def test_who_stops_the_model_keeps_it() -> None:
    assert ALONE in told("stopped")
    assert "instant" not in told("stopped", text="The ferry")


def test_an_answer_without_one_shows_none() -> None:
    html = render_conversation([Turn("q", stage="writing", answer=Answer("q", "A."))])
    assert "instant" not in html
    assert "unseen" not in html
