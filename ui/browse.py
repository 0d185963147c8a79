"""The archive on the page as HTML: what it holds, its filters, and the articles that pass.

Pure: records in, HTML out. It knows neither how articles are found nor how events are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from index.article import Article
from index.catalog import Place
from index.info import Info
from index.store import Listed
from qa.answer import Found, Hit
from ui.archive import megabytes
from ui.days import span
from ui.sought import LONGEST_QUERY, Sought
from ui.text import Mark, OpenRequest, byline, clip
from ui.words import count_html, figure, say, say_html

PAGE = 40  # articles that are listed at once
BEST = 50  # that a search gives
NAMED = 200  # outlets or sections that can be chosen
SNIPPET = 220  # characters
LONGEST_TITLE, LONGEST_NAME = 300, 80


def render_search() -> str:
    """The field to search in."""
    what = say_html("The articles of this archive")
    how = say_html("Search the articles, without the model")
    return (
        f'<form class="seek" role="search" aria-label="{what}">'
        f'<input type="search" name="query" maxlength="{LONGEST_QUERY}" autocomplete="off"'
        f' placeholder="{say_html("Search the articles…")}" aria-label="{how}">'
        f'<button type="submit" class="go">{say_html("Search")}</button></form>'
    )


def render_days() -> str:
    """The days to choose, and how to see them closer or choose none."""
    days = 'min="0001-01-01" max="9999-12-31"'
    return (
        f'<div class="days" role="group" aria-label="{say_html("Days of publication")}">'
        f'<label>{say_html("From")} <input type="date" name="since" {days}></label>'
        f'<label>{say_html("to")} <input type="date" name="until" {days}></label>'
        '<button type="button" class="quiet" data-zoom aria-pressed="false" hidden>'
        f"{say_html('Zoom in')}</button>"
        '<button type="button" class="quiet" data-clear hidden>'
        f"{say_html('Clear all')}</button></div>"
    )


def render_choices() -> str:
    """Whether questions are narrowed too; and what is asked before an article is removed."""
    gone = say_html(
        "It is taken out of the archive, with its earlier versions. The file it came from stays"
        " where it is and brings it back only when it is changed and added again."
    )
    return (
        '<label class="only"><input type="checkbox" name="only">'
        f" <span>{say_html('Ask only in these articles')}</span></label>"
        '<dialog class="sure" aria-labelledby="sure-title">'
        f'<h3 id="sure-title">{say_html("Remove this article?")}</h3>'
        f'<p class="sure-name" dir="auto"></p><p>{gone}</p>'
        '<p class="sure-acts"><button type="button" class="quiet" data-keep>'
        f'{say_html("Keep it")}</button><button type="button" class="grave" data-sure>'
        f"{say_html('Remove')}</button></p></dialog>"
    )


def render_about(info: Info) -> str:
    """How many articles there are, from when to when, and the room they take."""
    days = span(info.first, info.last) if info.first and info.last else say("no dates")
    facts = (
        (say("Articles"), figure(info.articles)),
        (say("Published"), days),
        (say("Storage"), say("%(size)s on disk", size=megabytes(info.bytes))),
    )
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(said)}</dd></div>" for name, said in facts
    )
    return f'<dl class="holds">{rows}</dl>'


def render_names(outlets: Sequence[tuple[str, int]], sections: Sequence[tuple[str, int]]) -> str:
    """The outlets and sections to choose from."""
    return _choice(say_html("Outlets"), "sources", outlets) + _choice(
        say_html("Sections"), "sections", sections
    )


def render_page(articles: Sequence[Listed], total: int, sought: Sought) -> str:
    """The newest articles that pass, with a button for more where there are."""
    tally = count_html(total, "%(n)s article", "%(n)s articles")
    if total > 1:
        tally = say_html("%(articles)s, the newest first", articles=tally)
    return _listing(tally if articles else _no_fit(), render_more(articles, sought))


def render_more(articles: Sequence[Listed], sought: Sought) -> str:
    """A page of articles; more of them are behind the last where the page is full."""
    rows = "".join(map(_listed, articles))
    more = ""
    if len(articles) == PAGE:
        place = Place.of(articles[-1])
        more = (
            '<p class="further"><button type="button" class="quiet"'
            f' data-more="{place.day},{place.number}">{say_html("Show more")}</button></p>'
        )
    return _articles(rows, sought) + more


def render_hits(found: Found, sought: Sought) -> str:
    """What a search found, one hit of each article, the best first."""
    best: dict[str, Hit] = {}
    for hit in found.hits:
        best.setdefault(hit.article.id, hit)
    query = escape(clip(sought.query, LONGEST_NAME))
    tally = count_html(
        len(best),
        "%(n)s article for “%(query)s”",
        "%(n)s articles for “%(query)s”, the best first",
        query=f"<bdi>{query}</bdi>",
    )
    if not best:
        tally = f'<span lang="en">{escape(found.note)}</span>' if found.note else _no_fit()
    read = (
        f'<p class="read" lang="en" dir="auto">{escape(found.reading)}</p>' if found.reading else ""
    )
    return _listing(tally, read + _articles("".join(map(_hit, best.values())), sought))


def render_nothing(sought: Sought) -> str:
    """The list of an archive without articles."""
    return _listing(say_html("This archive is empty: add articles to it."), _articles("", sought))


def render_unlisted(sought: Sought) -> str:
    """The list of an archive that keeps none."""
    return _listing(
        say_html(
            "This archive lies in Milvus and keeps no list to leaf through: search it, or ask it."
        ),
        _articles("", sought),
    )


def render_trouble(message: str, sought: Sought | None = None) -> str:
    """Why nothing is listed or done."""
    serial = escape(sought.serial) if sought else ""
    return f'<p class="notice" role="alert" data-serial="{serial}">{escape(message)}</p>'


def _no_fit() -> str:
    return say_html("No article fits. Choose other days, outlets or sections.")


def _listing(tally: str, rest: str) -> str:
    return f'<div class="listing"><p class="tally" role="status">{tally}</p>{rest}</div>'


def _articles(rows: str, sought: Sought) -> str:
    return f'<ol class="articles" data-serial="{escape(sought.serial)}">{rows}</ol>'


def _choice(title: str, field: str, names: Sequence[tuple[str, int]]) -> str:
    if len(names) < 2:
        return ""
    rows = "".join(
        f'<li><label><input type="checkbox" name="{field}" value="{escape(name)}">'
        f'<span class="named" dir="auto">{escape(clip(name, LONGEST_NAME))}</span>'
        f'<span class="count">{figure(number)}</span></label></li>'
        for name, number in names[:NAMED]
    )
    more = len(names) - NAMED
    rest = ""
    if more > 0:
        told = count_html(
            more,
            '… and %(n)s more: search for source:"…"',
            '… and %(n)s more: search for source:"…"',
        )
        rest = f'<li class="count">{told}</li>'
    return (
        f'<details class="names"><summary>{title}'
        f' <span class="count">{figure(len(names))}</span>'
        f' <span class="chosen" data-said="{say_html("%(n)s chosen")}"></span></summary>'
        f"<ul>{rows}{rest}</ul></details>"
    )


def _listed(article: Listed) -> str:
    opening = OpenRequest(article.id, None)
    about = byline(article.source, article.published)
    return _row(article.id, article.title, opening, _about(about, article.section))


def _hit(hit: Hit) -> str:
    article: Article = hit.article
    opening = OpenRequest(article.id, None, (Mark(hit.chunk.start, hit.chunk.end),))
    about = _about(byline(article.source, article.published), article.section)
    words = escape(clip(" ".join(hit.text.split()), SNIPPET))
    text = f'<span class="item-text" dir="auto">{words}</span>'
    return _row(article.id, article.title, opening, about + text)


def _about(said: str, section: str | None) -> str:
    parts = [said, f"<bdi>{escape(clip(section, LONGEST_NAME))}</bdi>" if section else ""]
    joined = ' <span class="dot">·</span> '.join(filter(None, parts))
    return f'<span class="item-about">{joined}</span>' if joined else ""


def _row(article_id: str, title: str, opening: OpenRequest, about: str) -> str:
    shown = escape(clip(title, LONGEST_TITLE)) or say_html("Without a title")
    removing = say_html("Remove “%(title)s”", title=shown)
    return (
        '<li class="item"><button type="button" class="item-open"'
        f' data-open="{opening.attribute()}">'
        f'<span class="item-title" dir="auto">{shown}</span>{about}</button>'
        f'<button type="button" class="item-remove" data-remove="{escape(article_id)}"'
        f' title="{say_html("Remove this article")}" aria-label="{removing}">×</button></li>'
    )
