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
from ui.sought import LONGEST_QUERY, Sought
from ui.text import Mark, OpenRequest, byline, clip, plural, span

PAGE = 40  # articles that are listed at once
BEST = 50  # that a search gives
NAMED = 200  # outlets or sections that can be chosen
SNIPPET = 220  # characters
LONGEST_TITLE, LONGEST_NAME = 300, 80
SEARCH = (
    '<form class="seek" role="search" aria-label="The articles of this archive">'
    f'<input type="search" name="query" maxlength="{LONGEST_QUERY}" autocomplete="off"'
    ' placeholder="Search the articles…" aria-label="Search the articles, without the model">'
    '<button type="submit" class="go">Search</button></form>'
)
DAYS = (
    '<div class="days" role="group" aria-label="Days of publication">'
    '<label>From <input type="date" name="since" min="0001-01-01" max="9999-12-31"></label>'
    '<label>to <input type="date" name="until" min="0001-01-01" max="9999-12-31"></label>'
    '<button type="button" class="quiet" data-zoom aria-pressed="false" hidden>Zoom in</button>'
    '<button type="button" class="quiet" data-clear hidden>Clear all</button></div>'
)
ONLY = (
    '<label class="only"><input type="checkbox" name="only"> <span>Ask only in these articles'
    "</span></label>"
)
SURE = (
    '<dialog class="sure" aria-labelledby="sure-title"><h3 id="sure-title">Remove this article?'
    '</h3><p class="sure-name" dir="auto"></p><p>It is taken out of the archive, with its earlier'
    " versions. The file it came from stays where it is and brings it back only when it is"
    ' changed and added again.</p><p class="sure-acts"><button type="button" class="quiet"'
    ' data-keep>Keep it</button><button type="button" class="grave" data-sure>Remove</button></p>'
    "</dialog>"
)


NOTHING = "No article fits. Choose other days, outlets or sections."


def render_about(info: Info) -> str:
    """How many articles there are, from when to when, and the room they take."""
    days = span(info.first, info.last) if info.first and info.last else "no dates"
    facts = (
        ("Articles", f"{info.articles:,}"),
        ("Published", days),
        ("Storage", f"{megabytes(info.bytes)} on disk"),
    )
    rows = "".join(f"<div><dt>{name}</dt><dd>{said}</dd></div>" for name, said in facts)
    return f'<dl class="holds">{rows}</dl>'


def render_names(outlets: Sequence[tuple[str, int]], sections: Sequence[tuple[str, int]]) -> str:
    """The outlets and sections to choose from."""
    return _choice("Outlets", "sources", outlets) + _choice("Sections", "sections", sections)


def render_page(articles: Sequence[Listed], total: int, sought: Sought) -> str:
    """The newest articles that pass, with a button for more where there are."""
    newest = ", the newest first" if total > 1 else ""
    tally = f"{plural(total, 'article')}{newest}" if articles else NOTHING
    return _listing(tally, render_more(articles, sought))


def render_more(articles: Sequence[Listed], sought: Sought) -> str:
    """A page of articles; more of them are behind the last where the page is full."""
    rows = "".join(map(_listed, articles))
    more = ""
    if len(articles) == PAGE:
        place = Place.of(articles[-1])
        more = (
            '<p class="further"><button type="button" class="quiet"'
            f' data-more="{place.day},{place.number}">Show more</button></p>'
        )
    return _articles(rows, sought) + more


def render_hits(found: Found, sought: Sought) -> str:
    """What a search found, one hit of each article, the best first."""
    best: dict[str, Hit] = {}
    for hit in found.hits:
        best.setdefault(hit.article.id, hit)
    query = escape(clip(sought.query, LONGEST_NAME))
    tally = f"{plural(len(best), 'article')} for “{query}”, the best first"
    if not best:
        tally = escape(found.note) or NOTHING
    read = f'<p class="read" dir="auto">{escape(found.reading)}</p>' if found.reading else ""
    return _listing(tally, read + _articles("".join(map(_hit, best.values())), sought))


def render_nothing(sought: Sought) -> str:
    """The list of an archive without articles."""
    return _listing("This archive is empty: add articles to it.", _articles("", sought))


def render_unlisted(sought: Sought) -> str:
    """The list of an archive that keeps none."""
    return _listing(
        "This archive lies in Milvus and keeps no list to leaf through: search it, or ask it.",
        _articles("", sought),
    )


def render_trouble(message: str, sought: Sought | None = None) -> str:
    """Why nothing is listed or done."""
    serial = escape(sought.serial) if sought else ""
    return f'<p class="notice" role="alert" data-serial="{serial}">{escape(message)}</p>'


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
        f'<span class="count">{count:,}</span></label></li>'
        for name, count in names[:NAMED]
    )
    more = len(names) - NAMED
    rest = f'<li class="count">… and {more:,} more: search for source:"…"</li>' if more > 0 else ""
    return (
        f'<details class="names"><summary>{title} <span class="count">{len(names):,}</span>'
        f' <span class="chosen"></span></summary><ul>{rows}{rest}</ul></details>'
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
    shown = escape(clip(title, LONGEST_TITLE) or "Without a title")
    return (
        '<li class="item"><button type="button" class="item-open"'
        f' data-open="{opening.attribute()}">'
        f'<span class="item-title" dir="auto">{shown}</span>{about}</button>'
        f'<button type="button" class="item-remove" data-remove="{escape(article_id)}"'
        f' title="Remove this article" aria-label="Remove “{shown}”">×</button></li>'
    )
