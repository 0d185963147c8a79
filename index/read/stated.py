"""What a web page states of itself: headline, outlet, address, dates; nothing is guessed.

Dates count when JSON-LD, a meta element, a time element or a visible "Posted ..." line gives them,
in this order; dates of the file, of the server and in addresses don't. Knows no main text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import Any, Final

from lxml import etree
from lxml.html import HtmlElement

from index.clean import clean_line
from index.dates import parse_date, posted_line
from index.read.story import is_sentence, repeats, story
from index.read.urls import host, web_address

_PUBLISHED: Final = (
    "article:published_time og:published_time og:article:published_time datepublished"
    " parsely-pub-date sailthru.date pubdate publishdate publish-date publish_date published"
    " publication_date date dc.date.issued dcterms.issued dc.date dcterms.created dc.date.created"
).split()
_UPDATED: Final = (
    "article:modified_time og:updated_time og:article:modified_time datemodified"
    " dcterms.modified dc.date.modified last-modified lastmod updated modified"
).split()
_TITLE: Final = "og:title headline citation_title dc.title dcterms.title twitter:title".split()
_SITE: Final = "og:site_name application-name dc.publisher dcterms.publisher publisher".split()
_SAVED_FROM: Final = re.compile(r"\s*saved from url=\(\d+\)(\S+)")
_TITLE_BREAK: Final = re.compile(r"(\s+[|–—»·-]\s+|:\s+)")
_UPDATES: Final = re.compile(r"updat|modif|edited|revis", re.IGNORECASE)
_INLINE: Final = frozenset(
    "a abbr b big cite code del em font i ins kbd mark q s small span strong sub sup time u".split()
)
_TIMES: Final = 50  # time elements looked at; an article's own come first
LONGEST_TEXT: Final = 1_000  # characters of a headline or name


@dataclass(frozen=True, slots=True)
class Stated:
    """What is known of a page; None where the page does not say."""

    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: date | None = None
    updated: date | None = None


def stated(page: HtmlElement) -> Stated:
    """What the page says in its data: JSON-LD, meta elements, links, title."""
    linked = _linked_data(page)
    meta = _meta(page)
    url = _url(page, linked, meta)
    return Stated(
        title=_text(linked.get("headline")) or _first(meta, _TITLE) or None,
        source=_first(meta, _SITE[:1]) or _name(linked) or _first(meta, _SITE[1:]) or host(url),
        url=url,
        published=_date(linked.get("datePublished")) or _first_date(meta, _PUBLISHED),
        updated=_date(linked.get("dateModified")) or _first_date(meta, _UPDATED),
    )


def shown(page: HtmlElement, said: Stated) -> Stated:
    """Complete what the data says by what a reader sees; the page is without menus by now."""
    title = _headline(page, said)
    if said.published and said.updated:
        return replace(said, title=title)
    published, updated = _times(page)
    lines = list(_lines(page))
    at = next((at for at, line in enumerate(lines) if title and repeats(line, title)), None)
    if at is not None:  # what stands above the headline may be today's date
        seen = story("\n\n".join(lines[at:]), title)
        published, updated = published or seen.published, updated or seen.updated
        above = dict(found for line in lines[max(0, at - 5) : at] if (found := posted_line(line)))
        published, updated = published or above.get("published"), updated or above.get("updated")
    return replace(
        said,
        title=title,
        published=said.published or published,
        updated=said.updated or updated,
    )


def _headline(page: HtmlElement, said: Stated) -> str | None:
    """The heading that the data or the window's title repeats; else the data; else a heading."""
    window = clean_line(page.findtext(".//title") or "")
    headings = [text for found in page.iter("h1") if (text := visible(found))]
    for heading in headings:
        if (said.title and repeats(said.title, heading)) or _within(heading, window, said.source):
            return heading
    alone = [text for text in headings if text != said.source]
    if said.title or len(alone) == 1:
        return said.title or alone[0]
    return _without_site(window, said.source) or next(iter(alone), None)


def _within(heading: str, window: str, source: str | None) -> bool:
    return heading != source and len(heading) > 3 and heading.casefold() in window.casefold()


def _without_site(window: str, source: str | None) -> str | None:
    """The window's title without the outlet's name in front or behind."""
    parts = _TITLE_BREAK.split(window)  # texts and, between them, separators
    if source and len(parts) > 1 and parts[-1].casefold() == source.casefold():
        parts = parts[:-2]
    elif source and parts[0].casefold() == source.casefold():
        parts = parts[2:]
    return "".join(parts) or None


def _linked_data(page: HtmlElement) -> dict[str, Any]:
    """The first object of JSON-LD that is an article, or nothing."""
    for script in page.iterfind('.//script[@type="application/ld+json"]'):
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):  # a broken block says nothing; others may
            continue
        for found in _objects(data):
            kinds = found.get("@type")
            for kind in kinds if isinstance(kinds, list) else [kinds]:
                if isinstance(kind, str) and kind.endswith(("Article", "Posting", "Report")):
                    return found
    return {}


def _objects(data: object) -> Iterator[dict[str, Any]]:
    for found in data if isinstance(data, list) else [data]:
        if isinstance(found, dict):
            yield found
            graph = found.get("@graph")
            if isinstance(graph, list):
                yield from (node for node in graph if isinstance(node, dict))


def _name(linked: dict[str, Any]) -> str:
    publisher = linked.get("publisher")
    if isinstance(publisher, list) and publisher:
        publisher = publisher[0]
    return _text(publisher.get("name") if isinstance(publisher, dict) else publisher)


def _url(page: HtmlElement, linked: dict[str, Any], meta: dict[str, str]) -> str | None:
    canonical = page.find('.//link[@rel="canonical"]')
    main = linked.get("mainEntityOfPage")
    notes = chain(page.itersiblings(etree.Comment, preceding=True), page.iter(etree.Comment))
    saved = (_SAVED_FROM.match(note.text or "") for note in notes)
    candidates = (
        canonical.get("href") if canonical is not None else None,
        meta.get("og:url"),
        linked.get("url"),
        main.get("@id") if isinstance(main, dict) else main,
        next((match[1] for match in saved if match), None),
    )
    return next((url for c in candidates if isinstance(c, str) and (url := web_address(c))), None)


def _meta(page: HtmlElement) -> dict[str, str]:
    """Every meta element's content by its name in lower case, the first of a name."""
    found: dict[str, str] = {}
    for element in page.iter("meta"):
        content = clean_line(element.get("content") or "")
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _times(page: HtmlElement) -> tuple[date | None, date | None]:
    """The first published and updated dates of time elements that are no part of a sentence."""
    found: dict[str, date] = {}
    for element in islice(page.iter("time"), _TIMES):
        day = parse_date(element.get("datetime") or "") or parse_date(visible(element))
        parent = element.getparent()
        if day and parent is not None and not is_sentence(visible(parent)):
            before = element.xpath("preceding::text()[normalize-space()][1]")
            role = f"{element.get('itemprop')} {element.get('class')} {''.join(before)[-40:]}"
            found.setdefault("updated" if _UPDATES.search(role) else "published", day)
    return found.get("published"), found.get("updated")


def _lines(page: HtmlElement) -> Iterator[str]:
    """The page as a browser would set it: a line for each stretch between block elements."""
    line: list[str] = []
    for event, element in etree.iterwalk(page, events=("start", "end")):
        if element.tag not in _INLINE and (text := clean_line("".join(line))):
            yield text
        if element.tag not in _INLINE:
            line = []
        line.append((element.text if event == "start" else element.tail) or "")
    if text := clean_line("".join(line)):
        yield text


def visible(element: HtmlElement) -> str:
    """The text within an element, as one clean line."""
    return clean_line("".join(element.itertext()))


def _text(value: object) -> str:
    return clean_line(value)[:LONGEST_TEXT] if isinstance(value, str) else ""


def _date(value: object) -> date | None:
    return parse_date(value) if isinstance(value, str) else None


def _first(meta: dict[str, str], names: Sequence[str]) -> str:
    return next((meta[name][:LONGEST_TEXT] for name in names if name in meta), "")


def _first_date(meta: dict[str, str], names: Sequence[str]) -> date | None:
    return next((day for name in names if (day := parse_date(meta.get(name, "")))), None)
