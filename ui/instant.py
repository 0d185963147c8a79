"""The likely answer in an article's own words, shown while the model reads. Pure: HTML out."""

from __future__ import annotations

from html import escape

from qa.answer import Extract
from ui.text import Mark, OpenRequest, byline, clip
from ui.words import marked, say_html

AROUND = 170  # characters on either side of the likely answer
LONGEST = 340  # characters of what is shown as a whole
READING = marked("From the articles, while the model reads")
ALONE = marked("From the articles; the model gave no answer")


def render_instant(extract: Extract, *, over: bool) -> str:
    """The sentence with the likely answer in bold; it opens its article there."""
    evidence = extract.evidence
    article = evidence.article
    sentence = Mark(evidence.start, evidence.end)
    likely = sentence if extract.whole else Mark(extract.start, extract.end)
    request = OpenRequest(article.id, likely, () if extract.whole else (sentence,))
    about = byline(article.source, article.published)
    title = f'<span class="instant-title" dir="auto">{escape(article.title)}</span>'
    return (
        f'<div class="instant"><p class="instant-label">{say_html(ALONE if over else READING)}</p>'
        f'<button type="button" class="instant-open" data-open="{request.attribute()}">'
        f'<span class="instant-text" dir="auto">{_quote(extract)}</span>'
        f'<span class="instant-about">{title}{" · " if about else ""}{about}</span>'
        "</button></div>"
    )


def _quote(extract: Extract) -> str:
    if extract.whole:
        return escape(clip(_line(extract.text), LONGEST))
    evidence = extract.evidence
    text = evidence.article.text
    before = _tail(_line(text[evidence.start : extract.start]))
    behind = clip(_line(text[extract.end : evidence.end]), AROUND)
    likely = clip(_line(extract.text), LONGEST)
    return f"{escape(before)}<strong>{escape(likely)}</strong>{escape(behind)}"


def _line(text: str) -> str:
    """On one line, with a space at either end where there was one."""
    words = " ".join(text.split())
    first = " " if text[:1].isspace() else ""
    last = " " if words and text[-1:].isspace() else ""
    return f"{first}{words}{last}"


def _tail(text: str) -> str:
    """The end of a long text, cut at a word."""
    if len(text) <= AROUND:
        return text
    cut = text[-AROUND:]
    _, space, rest = cut.partition(" ")
    return f"…{rest if space and len(rest) > AROUND // 2 else cut}"
