"""A conversation as one HTML file: no script, nothing from elsewhere, its articles at the end.

Pure. Each citation leads to the words it quotes, and from there back to the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from index.article import Article
from qa.answer import REFUSAL, Answer, Citation, Sentence
from ui.days import day
from ui.pieces import pieces
from ui.talks.store import Talk
from ui.text import byline, safe_link
from ui.turn import Turn
from ui.words import marked, say, say_html, spoken

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # were there a script, it would not run
UNSUPPORTED = marked("Not found in the sources")

Cited = tuple[int, Citation]  # with the number of its turn


def to_html(talk: Talk) -> str:
    """The whole file."""
    title = escape(talk.listed.title)
    turns = "".join(_turn(turn, n) for n, turn in enumerate(talk.turns, 1))
    quoted = "".join(_article(*entry) for entry in _quoted(talk))
    heading = f"<h2>{say_html('Articles quoted')}</h2>" if quoted else ""
    language = spoken()
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language.code)}" dir="{language.direction}">'
        '<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        f'<main><h1 dir="auto">{title}</h1>{turns}'
        f'<section class="articles">{heading}{quoted}</section></main></body></html>\n'
    )


def _turn(turn: Turn, n: int) -> str:
    answer = turn.answer
    read = [answer.standalone, answer.reading] if answer else []
    if turn.as_of and not (answer and answer.reading):
        read.append(say("as of %(day)s", day=day(turn.as_of)))
    told = " · ".join(escape(part) for part in read if part)
    reading = say_html("Read as: %(question)s", question=told)
    line = f'<p class="read">{reading}</p>' if told else ""
    return (
        f'<section class="turn"><h2 dir="auto">{escape(turn.question)}</h2>{line}'
        f"{_body(turn, n)}</section>"
    )


def _body(turn: Turn, n: int) -> str:
    answer = turn.answer
    if answer is None or not (answer.text or answer.refused):
        return f'<p class="read">{escape(turn.message) or say_html("There is no answer.")}</p>'
    said = escape(REFUSAL) if answer.refused else "".join(_said(answer, n))
    cut = f'<p class="read">{say_html("The answer was not finished.")}</p>'
    note = "" if turn.stage == "done" else cut
    by = say_html("Answered by %(model)s", model=escape(answer.model))
    model = f'<p class="read">{by}</p>' if answer.model else ""
    return f'<div class="answer" lang="en" dir="auto">{said}</div>{note}{model}'


def _said(answer: Answer, n: int) -> Iterator[str]:
    cited = {citation.n: citation for citation in answer.citations}
    for piece in pieces(answer):
        if isinstance(piece, Sentence):
            chips = "".join(_chip(cited[m], n) for m in piece.citations if m in cited)
            yield f"{_sentence(piece)}{chips}"
        else:
            yield escape(piece)


def _sentence(sentence: Sentence) -> str:
    if sentence.supported:
        return escape(sentence.text)
    reason = escape(sentence.reason or say(UNSUPPORTED))
    return f'<span class="doubt">{escape(sentence.text)}</span> <small>({reason})</small>'


def _chip(citation: Citation, n: int) -> str:
    about = ", ".join(part for part in (citation.source, citation.published) if part)
    name = f"{citation.title} ({about})" if about else citation.title
    return (
        f'<sup><a class="chip" id="a{n}-{citation.n}" href="#q{n}-{citation.n}"'
        f' title="{escape(name)}">{citation.n}</a></sup>'
    )


def _quoted(talk: Talk) -> list[tuple[Article, list[Cited]]]:
    """The articles that are cited, in the order they are first, with what is cited of each."""
    found: dict[str, tuple[Article, list[Cited]]] = {}
    for n, turn in enumerate(talk.turns, 1):
        answer = turn.answer
        if answer is None:
            continue
        articles = {hit.article.id: hit.article for hit in answer.hits}
        for citation in answer.citations:
            if article := articles.get(citation.article_id):
                found.setdefault(article.id, (article, []))[1].append((n, citation))
    return list(found.values())


def _article(article: Article, cited: Sequence[Cited]) -> str:
    url = safe_link(article.url)
    original = say_html("Original")
    link = (
        f' · <a href="{escape(url)}" rel="noopener noreferrer nofollow">{original}</a>'
        if url
        else ""
    )
    paragraphs = "".join(
        f"<p>{_marked(article.text, match.start(), match.end(), cited)}</p>"
        for match in re.finditer(r"[^\n]+", article.text)
        if not match.group().isspace()
    )
    return (
        f'<article dir="auto"><h3>{escape(article.title)}</h3>'
        f'<p class="read">{byline(article.source, article.published)}{link}</p>{paragraphs}'
        "</article>"
    )


def _marked(text: str, start: int, end: int, cited: Sequence[Cited]) -> str:
    """`text[start:end]` with its quotations marked, cut at every border so that none are nested."""
    here = [(n, c) for n, c in cited if c.start < end and c.end > start]
    borders = {start, end} | {min(max(at, start), end) for _, c in here for at in (c.start, c.end)}
    parts = []
    for left, right in pairwise(sorted(borders)):
        words = escape(text[left:right])
        covered = any(c.start <= left and c.end >= right for _, c in here)
        targets = "".join(_target(n, c) for n, c in here if c.start == left)
        parts.append(f"<mark>{targets}{words}</mark>" if covered else words)
    return "".join(parts)


def _target(n: int, citation: Citation) -> str:
    return (
        f'<a class="back" id="q{n}-{citation.n}" href="#a{n}-{citation.n}"'
        f' title="{say_html("Back to the answer")}">↩ {citation.n}</a>'
    )
