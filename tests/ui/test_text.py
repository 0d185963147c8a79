"""Escaping, dates, links, and the request a browser sends to open an article."""

from __future__ import annotations

import json
from datetime import date
from html import unescape

import pytest

from tests.ui.fake_bot import PAYLOADS
from ui.text import MAX_MARKS, Mark, OpenRequest, byline, clip, safe_link


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//evil.example/x",
        "https://",
        "http://[broken",
        "https://a.example/a b",
        "",
        None,
    ],
)
def test_a_url_that_is_not_plain_http_is_never_linked(url: str | None) -> None:
    assert safe_link(url) is None


def test_http_and_https_urls_are_linked() -> None:
    assert safe_link("http://a.example/1") == "http://a.example/1"
    assert safe_link("https://a.example/1?q=2#3") == "https://a.example/1?q=2#3"


def test_a_request_survives_the_way_through_an_attribute() -> None:
    request = OpenRequest('a"&<id', Mark(3, 9, 1), (Mark(3, 9, 1), Mark(20, 25)))
    assert OpenRequest.parse(json.loads(unescape(request.attribute()))) == request


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_request_cannot_break_out_of_its_attribute(payload: str) -> None:
    attribute = OpenRequest(payload, None).attribute()
    assert not set('<>"') & set(attribute)
    assert "'" not in attribute


@pytest.mark.parametrize("record", [None, 3, "x", [], {}, {"article": 3}, {"article": None}])
def test_a_request_that_names_no_article_is_refused(record: object) -> None:
    assert OpenRequest.parse(record) is None


@pytest.mark.parametrize("row", [None, [1, 2], [2, 1, 0], [-1, 2, 0], ["1", 2, 0], [0, True, 0]])
def test_a_mark_of_the_wrong_form_is_left_out(row: object) -> None:
    record = {"article": "a", "main": row, "marks": [row, [1, 2, 3]]}
    assert OpenRequest.parse(record) == OpenRequest("a", None, (Mark(1, 2, 3),))


def test_a_request_cannot_ask_for_any_number_of_marks() -> None:
    parsed = OpenRequest.parse({"article": "a", "marks": [[0, 1, 0]] * 10_000})
    assert parsed is not None
    assert len(parsed.marks) == MAX_MARKS


def test_a_byline_names_what_is_known() -> None:
    assert byline(None, None) == ""
    assert "<bdi>A &amp; B</bdi>" in byline("A & B", None)
    stamp = '<time datetime="2031-05-02">2 May 2031</time>'
    assert byline(None, date(2031, 5, 2)) == stamp


def test_text_is_clipped_at_a_word() -> None:
    assert clip("one two three", 20) == "one two three"
    assert clip("one two, three", 10) == "one two…"
    assert clip("x" * 30, 10) == "x" * 10 + "…"
