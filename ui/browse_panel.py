"""The tab "Archive": its components and what its events do.

It knows Gradio, and of the archive what the page asks of an index; the HTML is browse.py's.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from index.errors import ClippingsError
from index.filters import Filter
from ui.archive import render_removal
from ui.ask import Desk
from ui.browse import (
    BEST,
    PAGE,
    render_about,
    render_choices,
    render_days,
    render_hits,
    render_more,
    render_names,
    render_nothing,
    render_page,
    render_search,
    render_trouble,
    render_unlisted,
)
from ui.histogram import render_histogram
from ui.parts import HERE, QUIET, block
from ui.sought import ALL, Sought, in_words, narrowing
from ui.uploads import Uploads
from ui.words import say_html

LISTING = (HERE / "browse.js").read_text(encoding="utf-8")
TELL = 'watch("value", () => document.dispatchEvent(new CustomEvent("{}", {{ detail: element }})));'
WHOLE = """element.addEventListener("click", ({ target }) => {
  if (target.closest("[data-whole]")) document.dispatchEvent(new CustomEvent("archive-whole"));
});"""
LONGEST_TITLE = 300
STAMPS = itertools.count()  # the browser is told of every state, one that looks as before too


@dataclass(frozen=True)
class Panel:
    """The components of the tab that events read and change."""

    about: gr.HTML
    chart: gr.HTML
    names: gr.HTML
    told: gr.HTML
    found: gr.HTML
    page: gr.HTML
    only: gr.State  # the Filter that questions are narrowed to, or None


def panel() -> Panel:
    """Lay the tab out, within the column that is shown for it."""
    with gr.Column(elem_id="browse", min_width=0):
        about = block("", "browse-about", plain=True)
        block(render_search(), "browse-search", plain=True)
        chart = block("", "browse-chart", TELL.format("archive-drawn"), plain=True)
        block(render_days(), "browse-days", plain=True)
        names = block("", "browse-names", TELL.format("archive-changed"), plain=True)
        block(render_choices(), "browse-only", plain=True)
        told = block("", "browse-told", plain=True)
        found = block("", "browse-found", LISTING)
        page = block("", "browse-page", TELL.format("archive-page"), plain=True)
    return Panel(about, chart, names, told, found, page, gr.State(None))


def note() -> gr.HTML:
    """What questions are narrowed to, to be shown beside the box they are typed in."""
    return block("", "narrowed", WHOLE, plain=True)


def wire(page: gr.Blocks, parts: Panel, note: gr.HTML, handle: Browsing) -> None:
    """Say which event calls what."""
    latest = {**QUIET, "trigger_mode": "always_last"}
    shown = [parts.about, parts.names]
    page.load(handle.refresh, None, shown, **QUIET)
    parts.found.browse(handle.browse, None, [parts.found, parts.chart], **latest)
    parts.found.more(handle.more, None, parts.page, **QUIET)
    parts.found.narrow(handle.narrow, None, [parts.only, note], **latest)
    parts.found.remove(handle.remove, None, [parts.told, *shown], **QUIET)


class Browsing:
    """What the events of the tab do; desk and uploads are those of the archive that is shown."""

    def __init__(self, desk: Callable[[], Desk], uploads: Callable[[], Uploads]) -> None:
        self._desk = desk
        self._uploads = uploads

    def refresh(self) -> tuple[str, str]:
        """What the archive holds now: (about, names)."""
        index = self._desk().bot.index
        index.reload()
        catalog = index.catalog
        names = render_names(catalog.outlets, catalog.sections) if catalog else ""
        return render_about(index.info()), f'{names}<i hidden data-stamp="{next(STAMPS)}"></i>'

    def browse(self, event: gr.EventData) -> tuple[str, str]:
        """The first articles and the histogram: (found, chart)."""
        sought = Sought.parse(event._data)
        index = self._desk().bot.index
        index.reload()
        catalog = index.catalog
        if catalog is None:  # nothing was added, or the store keeps no list
            if not index.info().articles:
                return render_nothing(sought), ""
            return self._search(sought) if sought.query else render_unlisted(sought), ""
        days = sought.only if sought.zoomed else _any_day(sought.only)
        chart = render_histogram(catalog.per_day(days))
        if sought.query:
            return self._search(sought), chart
        articles = catalog.page(sought.only, limit=PAGE)
        return render_page(articles, catalog.count(sought.only), sought), chart

    def more(self, event: gr.EventData) -> str:
        """The next page of the list."""
        sought = Sought.parse(event._data)
        catalog = self._desk().bot.index.catalog
        if catalog is None or sought.after is None:
            return ""
        return render_more(catalog.page(sought.only, sought.after, limit=PAGE), sought)

    def narrow(self, event: gr.EventData) -> tuple[Filter | None, str]:
        """What questions are narrowed to from now on: (only, note)."""
        only = Sought.parse(event._data).only
        if event._data.get("on") is not True or only == ALL:
            return None, ""
        said = say_html("Asked only in: %(what)s", what=f"<bdi>{escape(in_words(only))}</bdi>")
        whole = say_html("Ask in the whole archive")
        return only, (
            f'<p class="narrowed"><span>{said}</span><button type="button" data-whole'
            f' aria-label="{whole}" title="{whole}">×</button></p>'
        )

    def remove(self, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Remove an article: (told, about, names), again and again."""
        article, title = (str(event._data.get(name, "")) for name in ("article", "title"))
        uploads = self._uploads()
        if refusal := uploads.refusal():
            yield render_trouble(refusal), gr.skip(), gr.skip()
            return
        for removal in uploads.remove(article):
            told = render_removal(removal, title[:LONGEST_TITLE])
            yield (told, *(self.refresh() if removal.over else (gr.skip(), gr.skip())))

    def _search(self, sought: Sought) -> str:
        try:
            found = self._desk().bot.find(sought.query, BEST, **narrowing(sought.only))
        except ClippingsError as error:
            return render_trouble(str(error), sought)
        return render_hits(found, sought)


def _any_day(only: Filter) -> Filter:
    return Filter(sources=only.sources, sections=only.sections)
