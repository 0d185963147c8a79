"""What a web page states of itself: headline, outlet, address, dates, names; nothing is guessed.

In the order of trust: JSON-LD, OpenGraph, other meta elements, the address, time elements and
visible lines such as "Posted ..."; dates of the file and of the server don't count. Knows no main
text.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from index.clean import clean_line
from index.dates import Moment, parse_moment, posted_line
from index.read.facts import Facts
from index.read.furniture import byline
from index.read.linked import Linked
from index.read.markup import lines, visible
from index.read.story import is_sentence, repeats, story
from index.read.urls import day_in, web_address

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
_AUTHOR: Final = (
    "article:author og:article:author author byl parsely-author sailthru.author dc.creator"
    " dcterms.creator citation_author"
).split()
_SECTION: Final = "article:section og:section section parsely-section dc.subject category".split()
_LANGUAGE: Final = "og:locale content-language dc.language language".split()
_OPENGRAPH: Final = ("og:", "article:")
_SAVED_FROM: Final = re.compile(r"\s*saved from url=\(\d+\)(\S+)")
_TITLE_BREAK: Final = re.compile(r"(\s+[|–—»·-]\s+|:\s+)")
_UPDATES: Final = re.compile(r"updat|modif|edited|revis", re.IGNORECASE)
_BYLINES: Final = etree.XPath(
    '//*[@rel="author" or @itemprop="author" or contains(@class, "byline")'
    ' or contains(@class, "author-name") or contains(@class, "article-author")]'
)
_TIMES: Final = 50  # time elements looked at; an article's own come first
_LONGEST_BYLINE: Final = 150


def stated(page: HtmlElement, linked: Linked, facts: Facts) -> tuple[str, str] | None:
    """Offer what the page says in its data; gives back the title that stands there, and where."""
    meta = _meta(page)
    facts.offer(
        "json-ld",
        published=linked.text("datePublished"),
        updated=linked.text("dateModified"),
        source=linked.names("publisher"),
        author=_names(linked.names("author") or linked.names("creator")),
        section=linked.section(),
        language=linked.language(),
    )
    for name, wanted in (
        ("published", _PUBLISHED),
        ("updated", _UPDATED),
        ("source", _SITE),
        ("author", _AUTHOR),
        ("section", _SECTION),
        ("language", _LANGUAGE),
    ):
        for key in wanted:
            if key in meta:
                value = _names(meta[key]) if name == "author" else meta[key]
                facts.offer(_where(key), **{name: value})
    facts.offer("html lang", language=page.getroottree().getroot().get("lang"))
    _offer_url(page, linked, meta, facts)
    if title := linked.text("headline"):
        return title, "json-ld"
    return next(((meta[key], _where(key)) for key in _TITLE if key in meta), None)


def shown(page: HtmlElement, title: tuple[str, str] | None, facts: Facts) -> None:
    """Complete what the data says by what a reader sees; the page is without menus by now."""
    heading = _headline(page, title[0] if title else None, facts.line("source"))
    if heading and title and heading == title[0]:
        facts.offer(title[1], title=heading)
    facts.offer("heading", title=heading)
    facts.offer("url", published=day_in(facts.line("url")))
    if not facts.knows("author"):
        facts.offer("byline", author=_byline(page))
    if facts.knows("published") and facts.knows("updated"):
        return
    facts.offer("time element", **_times(page))
    found = list(lines(page))
    at = next((at for at, line in enumerate(found) if heading and repeats(line, heading)), None)
    if at is not None:  # what stands above the headline may be today's date
        seen = story("\n\n".join(found[at:]), heading)
        facts.offer("dateline", published=seen.published, updated=seen.updated)
        for line in found[max(0, at - 5) : at]:
            if posted := posted_line(line):
                facts.offer("dateline", **{posted[0]: posted[1]})


def _headline(page: HtmlElement, said: str | None, source: str | None) -> str | None:
    """The heading that the data or the window's title repeats; else the data; else a heading."""
    window = clean_line(page.findtext(".//title") or "")
    headings = [text for found in page.iter("h1") if (text := visible(found))]
    for heading in headings:
        if (said and repeats(said, heading)) or _within(heading, window, source):
            return heading
    alone = [text for text in headings if text != source]
    if said or len(alone) == 1:
        return said or alone[0]
    return _without_site(window, source) or next(iter(alone), None)


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


def _offer_url(page: HtmlElement, linked: Linked, meta: dict[str, str], facts: Facts) -> None:
    for address in linked.addresses():
        facts.offer("json-ld", url=address)
    canonical = page.find('.//link[@rel="canonical"]')
    facts.offer("opengraph", url=meta.get("og:url"))
    facts.offer("canonical link", url=canonical.get("href") if canonical is not None else None)
    notes = chain(page.itersiblings(etree.Comment, preceding=True), page.iter(etree.Comment))
    for note in notes:
        if match := _SAVED_FROM.match(note.text or ""):
            facts.offer("browser", url=match[1])


def _where(key: str) -> str:
    return "opengraph" if key.startswith(_OPENGRAPH) else "meta"


def _names(text: str) -> str | None:
    """The names of a byline without "By"; an address of a profile is no name."""
    return None if web_address(text) else byline(text) or text


def _byline(page: HtmlElement) -> str | None:
    for element in islice(_BYLINES(page), _TIMES):
        text = visible(element)
        if 0 < len(text) <= _LONGEST_BYLINE:
            name = byline(text)
            if name or element.get("rel") == "author" or element.get("itemprop") == "author":
                return name or text
    return None


def _meta(page: HtmlElement) -> dict[str, str]:
    """Every meta element's content by its name in lower case, the first of a name."""
    found: dict[str, str] = {}
    for element in page.iter("meta"):
        content = clean_line(element.get("content") or "")
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _times(page: HtmlElement) -> dict[str, Moment]:
    """The first published and updated dates of time elements that are no part of a sentence."""
    found: dict[str, Moment] = {}
    for element in islice(page.iter("time"), _TIMES):
        day = parse_moment(element.get("datetime") or "") or parse_moment(visible(element))
        parent = element.getparent()
        if day and parent is not None and not is_sentence(visible(parent)):
            before = element.xpath("preceding::text()[normalize-space()][1]")
            role = f"{element.get('itemprop')} {element.get('class')} {''.join(before)[-40:]}"
            found.setdefault("updated" if _UPDATES.search(role) else "published", day)
    return found
