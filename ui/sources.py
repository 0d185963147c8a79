"""The articles found for a question as cards. Pure: hits and citations to HTML."""

from __future__ import annotations

from html import escape

from qa.answer import Answer, Hit
from ui.text import Mark, OpenRequest, byline, clip
from ui.words import count_html, figure, say_html

SNIPPET = 260  # characters


def render_no_sources() -> str:
    """What is shown before a question was asked."""
    hint = say_html("The articles found for your question will be listed here.")
    return f'<h2 class="pane-title">{say_html("Sources")}</h2><p class="hint">{hint}</p>'


def render_sources(answer: Answer | None, turn: int) -> str:
    """The cards of one answer; `turn` is its place in the conversation, from 0."""
    if answer is None:
        return render_no_sources()
    hits = best_hits(answer)
    if not hits:
        body = f'<p class="hint">{say_html("No article was found for this question.")}</p>'
    else:
        body = f'<ol class="cards">{"".join(_card(answer, hit) for hit in hits)}</ol>'
    return (
        f'<div data-turn="{turn}"><h2 class="pane-title">{say_html("Sources")} '
        f'<span class="count">{figure(len(hits))}</span></h2>'
        f"{body}</div>"
    )


def best_hits(answer: Answer) -> list[Hit]:
    """The best hit of each article, best first."""
    best: dict[str, Hit] = {}
    for hit in answer.hits:
        best.setdefault(hit.article.id, hit)
    return list(best.values())


def opening(answer: Answer, article_id: str, n: int | None = None) -> OpenRequest:
    """Open an article at citation `n`, else at its first citation, else at the passage found."""
    marks = tuple(
        Mark(citation.start, citation.end, citation.n)
        for citation in answer.citations
        if citation.article_id == article_id
    )
    main = next((mark for mark in marks if n is None or mark.n == n), None)
    if main is None:
        found = (hit.chunk for hit in answer.hits if hit.article.id == article_id)
        main = next((Mark(chunk.start, chunk.end) for chunk in found), None)
        # A passage is long: it is scrolled to and marked faintly, as what it is.
        return OpenRequest(article_id, None, (*marks, main) if main else marks)
    return OpenRequest(article_id, main, marks)


def _also(hit: Hit) -> str:
    """Where else the report is."""
    outlets = {copy.source for copy in hit.copies} - {None, hit.article.source}
    if outlets:
        return count_html(len(outlets), "also in %(n)s outlet", "also in %(n)s outlets")
    return count_html(len(hit.copies), "%(n)s copy left out", "%(n)s copies left out")


def _card(answer: Answer, hit: Hit) -> str:
    article = hit.article
    request = opening(answer, article.id)
    numbers = sorted(mark.n for mark in request.marks if mark.n)
    badges = "".join(f'<span class="badge">{n}</span>' for n in numbers)
    also = f" · {_also(hit)}" if hit.copies else ""
    title = f'<span class="card-title" dir="auto">{escape(article.title)}</span>'
    return (
        f'<li><button type="button" class="card{" cited" if numbers else ""}"'
        f' data-open="{request.attribute()}">'
        f'<span class="card-head">{title}{badges}</span>'
        f'<span class="card-about">{byline(article.source, article.published)}{also}</span>'
        f'<span class="card-text" dir="auto">{escape(clip(" ".join(hit.text.split()), SNIPPET))}'
        "</span></button></li>"
    )
