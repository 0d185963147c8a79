"""What a conversation is exported to: nothing in it runs, every citation leads to its quotation."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from qa.answer import REFUSAL, Answer, Sentence
from tests.ui.fake_bot import FERRY_COST, PAYLOADS
from tests.ui.markup import attributes, elements, text
from tests.ui.talks.made import answered
from ui.talks.exchange import from_json, to_json
from ui.talks.markdown import plain, to_markdown, turn_to_markdown
from ui.talks.page import to_html
from ui.talks.store import Listed, Talk
from ui.turn import Turn


def talk_of(*turns: Turn, title: str = "The <ferry>") -> Talk:
    listed = Listed("t", title, "/home/somebody/Aldern", 1e9, 1e9, len(turns))
    return Talk(listed, turns, tuple(1e9 + n for n in range(len(turns))))


def test_each_chip_of_the_html_leads_to_its_quotation_and_back() -> None:
    html = to_html(talk_of(answered("What did the ferry cost?"), answered("The hull?")))
    targets = set(re.findall(r' id="([^"]+)"', html))
    links = re.findall(r' href="#([^"]+)"', html)
    assert len(links) == 2 * (3 + 2)
    assert set(links) == targets
    marked = re.search(r'<mark><a class="back" id="q1-2".*?([^>]*)</mark>', html)
    assert marked
    assert marked[1] == FERRY_COST
    assert text(html).count("Ferry to Hest sails again from 4 May") == 1  # each article once
    assert "Not found in the sources" not in html
    assert "(No source says this.)" in html


def test_the_html_has_no_script_and_names_no_other_address() -> None:
    turns = [answered(f"hack {payload}") for payload in PAYLOADS]
    html = to_html(talk_of(*turns, answered("ferry"), title=PAYLOADS[0]))
    assert elements(html) <= {
        *("html", "head", "meta", "title", "style", "body", "main", "section", "div", "article"),
        *("h1", "h2", "h3", "p", "sup", "a", "mark", "span", "small", "bdi", "time"),
    }
    assert not {name for name in attributes(html) if name.startswith("on") or name == "src"}
    assert "default-src &#x27;none&#x27;" in html or "default-src 'none'" in html
    outside = [link for link in re.findall(r'href="([^"]+)"', html) if link[0] != "#"]
    assert outside
    assert all(link.startswith("https://courier.example/") for link in outside)
    assert "url(" not in html


def test_overlapping_quotations_are_marked_without_nesting() -> None:
    turn = answered("ferry")
    assert turn.answer
    first, second, *_ = turn.answer.citations
    wide = replace(second, start=first.start, quote="")
    over = replace(turn, answer=replace(turn.answer, citations=(first, wide)))
    html = to_html(talk_of(over))
    assert not re.search(r"<mark>[^m]*<mark>", html)
    assert {"q1-1", "q1-2"} <= set(re.findall(r'id="(q[^"]+)"', html))


@pytest.mark.parametrize("stage", ["interrupted", "stopped", "failed"])
def test_an_answer_that_was_not_finished_says_so(stage: str) -> None:
    turn = replace(answered("ferry"), stage=stage)  # type: ignore[arg-type]
    for told in (to_html(talk_of(turn)), to_markdown(talk_of(turn))):
        assert "The answer was not finished." in told
    bare = replace(turn, answer=None, message="The disk is <full>.")
    assert "The disk is &lt;full&gt;." in to_html(talk_of(bare))
    assert "The disk is \\<full\\>." in to_markdown(talk_of(bare))


def test_a_refusal_is_exported_as_one() -> None:
    turn = answered("Who won the chess cup?")
    assert REFUSAL in text(to_html(talk_of(turn)))
    assert turn_to_markdown(turn).endswith(plain(REFUSAL))


def test_copied_markdown_has_the_answer_and_its_citations() -> None:
    told = turn_to_markdown(answered("What did the ferry cost?"))
    assert told.startswith("## What did the ferry cost?\n\n")
    assert r"cost 2.3 million crowns. \[2\]" in told
    assert "\n2. “Repairs to the hull took eleven weeks" in told
    assert "[Ferry to Hest sails again from 4 May](<https://courier.example/2031/ferry>)" in told
    assert "javascript:" not in told
    assert "*(No source says this.)*" in told


SIGNS = [
    *PAYLOADS,
    "# no title",
    "- no list",
    "1. no list",
    "2031) no list",
    "===",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "**a** _b_ `c` ~~d~~ | e | &lt;",
    "a\n\n# b\n---\n> c",
    "\\[x\\](y)",
    "&amp;",
]


@pytest.mark.parametrize("words", SIGNS)
def test_words_are_no_markup_in_markdown(words: str) -> None:
    html = (
        MarkdownIt("commonmark", {"html": True})
        .enable(["table", "strikethrough"])
        .render(plain(words))
    )
    assert elements(html) == {"p"}
    assert text(html).strip() == " ".join(words.split())


@pytest.mark.parametrize("words", SIGNS)
def test_nothing_of_an_answer_is_markup_in_the_clipboard(words: str) -> None:
    answer = Answer(words, text=words, sentences=(Sentence(words, (), False, words),), done=True)
    turn = Turn(words, stage="done", answer=answer)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(turn_to_markdown(turn))
    assert elements(html) <= {"h2", "p", "em"}


def test_json_comes_back_as_it_was_without_paths_of_this_machine() -> None:
    turns = answered("What did the ferry cost?", verdict="right"), answered("And the hull?")
    exported = to_json(talk_of(*turns), "Aldern")
    assert "somebody" not in exported
    talk = from_json(exported)
    assert talk.turns == turns
    assert talk.asked == (1e9, 1e9 + 1)
    assert (talk.listed.title, talk.listed.archive) == ("The <ferry>", "Aldern")
