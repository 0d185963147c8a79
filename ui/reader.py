"""An article as HTML with the cited spans marked. Pure: it knows no page and no answer.

A paragraph that gives orders to machines is marked too, see qa/guard.py."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from index.article import Article
from qa.guard import orders
from ui.text import Mark, OpenRequest, byline, safe_link, time_tag
from ui.words import count_html, say_html

LONGEST = 200_000  # characters shown of one article; more would choke the browser


def render_no_article() -> str:
    """The reader before an article is opened."""
    hint = say_html("Open a source or a citation to read its article here.")
    return f'{_bar()}<p class="hint">{hint}</p>'


def render_article(article: Article, request: OpenRequest, serial: str = "") -> str:
    """The article with its marks; `serial` makes two openings of the same span different pages."""
    first, last = _window(len(article.text), request.main)
    ordering = [first + start for start, _ in orders(article.text[first:last])]
    paragraphs = "".join(
        f"<p{_kind(start, end, ordering)}>{_marked(article.text, start, end, request)}</p>"
        for start, end in _paragraphs(article.text, first, last)
    )
    language = f' lang="{escape(article.language)}"' if article.language else ""
    note = ""
    if last - first < len(article.text):
        note = f'<p class="hint">{say_html("This article is long; only a part is shown.")}</p>'
    return (
        f'{_bar()}<article class="story"{language} dir="auto" data-serial="{escape(serial)}">'
        f'<h2 tabindex="-1">{escape(article.title)}</h2>{_about(article)}'
        f'{note}{_warning(len(ordering))}<div class="body">{paragraphs}</div></article>'
    )


def render_missing(message: str) -> str:
    """What the reader shows when the article cannot be had."""
    return f'{_bar()}<p class="hint">{escape(message)}</p>'


def _bar() -> str:
    """The way back, and from citation to citation: reader.js says which of how many it is."""
    before, behind = say_html("Previous citation (p)"), say_html("Next citation (n)")
    return (
        f'<nav class="bar" aria-label="{say_html("Reader")}">'
        f'<button type="button" class="back" data-pane="sources">‹ {say_html("Sources")}</button>'
        '<span class="steps" hidden><button type="button" class="step" data-step="-1"'
        f' aria-label="{before}" title="{before}">‹</button>'
        f'<span class="step-at" data-said="{say_html("Citation %(n)s of %(total)s")}"></span>'
        '<button type="button" class="step" data-step="1"'
        f' aria-label="{behind}" title="{behind}">›</button></span></nav>'
    )


def _warning(count: int) -> str:
    """What is said above an article that gives orders to the machines that read it."""
    if not count:
        return ""
    said = count_html(
        count,
        "A paragraph of this article gives orders to reading programs. It is not shown to the"
        " model.",
        "%(n)s paragraphs of this article give orders to reading programs. They are not shown to"
        " the model.",
    )
    return f'<p class="orders-note" role="note">{said}</p>'


def _kind(start: int, end: int, ordering: Sequence[int]) -> str:
    at = bisect_left(ordering, start)
    return ' class="orders"' if at < len(ordering) and ordering[at] < end else ""


def _about(article: Article) -> str:
    parts = [byline(article.source, article.published)]
    if article.updated and article.updated != article.published:
        parts.append(say_html("updated %(day)s", day=time_tag(article.updated)))
    if url := safe_link(article.url):
        parts.append(
            f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow"'
            f' title="{escape(url)}">{say_html("Original")} ↗</a>'
        )
    return f'<p class="about">{" · ".join(part for part in parts if part)}</p>'


def _window(length: int, main: Mark | None) -> tuple[int, int]:
    if length <= LONGEST:
        return 0, length
    centre = main.start if main else 0
    first = max(0, min(centre - LONGEST // 2, length - LONGEST))
    return first, first + LONGEST


def _paragraphs(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+", text[first:last]):
        if match.group().strip():
            yield first + match.start(), first + match.end()


def _marked(text: str, start: int, end: int, request: OpenRequest) -> str:
    """`text[start:end]` escaped, cut at every border of a mark so that marks never nest."""
    marks = [m for m in (request.main, *request.marks) if m and m.start < end and m.end > start]
    borders = sorted(
        {start, end} | {min(max(at, start), end) for m in marks for at in (m.start, m.end)}
    )
    return "".join(
        _segment(text, left, right, marks, request.main) for left, right in pairwise(borders)
    )


def _segment(text: str, left: int, right: int, marks: Sequence[Mark], main: Mark | None) -> str:
    covering = [mark for mark in marks if mark.start <= left and mark.end >= right]
    words = escape(text[left:right])
    if not covering:
        return words
    lesser = "also" if any(mark.n for mark in covering) else "found"
    kind = "main" if main in covering else lesser
    starting = sorted({mark.n for mark in covering if mark.n and mark.start == left})
    numbers = f' data-n="{" ".join(map(str, starting))}"' if starting else ""
    return f'<mark class="{kind}"{numbers}>{words}</mark>'
