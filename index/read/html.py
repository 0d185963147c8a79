"""Saved web pages, one article each: main text by trafilatura, the rest as the page states it.

What a reader of the page cannot see stays out: comments, scripts, hidden elements. A style sheet
that hides things is not read. Pages that build their text by script have none here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from index.article import Article
from index.clean import normalise
from index.errors import InputError
from index.read.decode import decode
from index.read.files import File, load, within_limit
from index.read.stated import shown, stated, visible
from index.read.story import story
from index.read.text import title_of_name

_CHARSET: Final = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?([\w.:-]+)""", re.I
)
_HEAD_BYTES: Final = 4_096  # where a page may declare its encoding
_BULLET: Final = re.compile(r"^- (?=\S)", re.MULTILINE)

_NO_ARTICLE: Final = "no article text found: give the saved page of one article"
_UNSEEN_TAGS: Final = frozenset("script style noscript template iframe object svg".split())
_UNSEEN: Final = etree.XPath(
    "//script|//style|//noscript|//template|//iframe|//object|//svg|//*[@hidden]|//*[@style]"
)
_HIDING: Final = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:\.0*)?(?:;|$)|font-size:0[a-z%]*(?:;|$)"
)
_CHROME: Final = etree.XPath(
    "//nav|//footer[not(ancestor::article)]|//form|//button|//dialog|//select"
    "|//*[@role or @class or @id][not(self::html or self::body or self::main or self::article)]"
)
_CHROME_TAGS: Final = frozenset("nav footer button dialog select".split())
_CHROME_ROLES: Final = frozenset(
    "alertdialog banner complementary contentinfo dialog menu navigation search".split()
)
_CHROME_WORDS: Final = frozenset(
    "ad ads advert advertisement advertising breadcrumb breadcrumbs comments consent cookie cookies"
    " disqus gdpr newsletter outbrain popup promo recirculation recommended related respond share"
    " sharing sidebar sharebar signup social sponsored subscribe taboola teaser trending".split()
)
# Above the text, where trafilatura sees no paragraph of it.
_SUMMARY: Final = etree.XPath("//*[self::p or self::h2 or self::div][@class][not(.//p)]")
_SUMMARY_WORDS: Final = frozenset("standfirst dek deck lede subheadline subtitle".split())
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")

# A page without an article is reported as skipped; trafilatura would print it a second time.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def articles(file: File) -> Iterator[Article]:
    """The one article of a page; InputError when it is not text or shows no article."""
    data = load(file)
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    page = _parse(decode(data, declared[1].decode("ascii") if declared else None))
    said = stated(page)
    _prune(page)
    said = shown(page, said)
    found = story(_main_text(page), said.title)
    yield Article.of(
        title=found.title or title_of_name(file.name),
        text=within_limit(found.text),
        published=said.published or found.published,
        updated=said.updated or found.updated,
        source=said.source,
        url=said.url,
        path=file.shown,
        external_id=file.name,
    )


def _parse(text: str) -> HtmlElement:
    # As bytes, because lxml refuses text that declares an encoding.
    data = normalise(text).encode("utf-8")
    try:
        return document_fromstring(data, parser=HTMLParser(encoding="utf-8"))
    except etree.ParserError as error:  # nothing but white space, comments or declarations
        raise InputError(_NO_ARTICLE) from error


def _prune(page: HtmlElement) -> None:
    """Take out what is not seen and what surrounds an article: menus, boxes, comments."""
    etree.strip_tags(page, etree.Comment, etree.ProcessingInstruction)
    for element in _UNSEEN(page):
        style = "".join((element.get("style") or "").lower().split())
        hides = element.get("hidden") is not None or _HIDING.search(style)
        if (element.tag in _UNSEEN_TAGS or hides) and element.tag not in ("html", "body"):
            _drop(element)
    half = len("".join(page.itertext())) / 2
    for element in _CHROME(page):
        chrome = element.tag in _CHROME_TAGS or element.get("role") in _CHROME_ROLES
        named = element.tag == "form" or _has(element, _CHROME_WORDS)
        # A box that holds the headline or most of the page is its frame, whatever its name.
        small = chrome or (named and len("".join(element.itertext())) <= half)
        if small and element.find(".//h1") is None:
            _drop(element)


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()  # the text behind it stays


def _main_text(page: HtmlElement) -> str:
    """The main text, a paragraph a line with a blank line between, the summary first."""
    from trafilatura import bare_extraction  # takes a while: only when a page is read

    summaries = [visible(element) for element in _SUMMARY(page) if _has(element, _SUMMARY_WORDS)]
    document = bare_extraction(page, include_comments=False)
    text = (document.text or "") if document else ""
    if not text.strip():
        raise InputError(_NO_ARTICLE)
    lost = [summary for summary in summaries[:1] if summary not in text]
    return "\n\n".join([*lost, _BULLET.sub("", text).replace("\n", "\n\n")])


def _has(element: HtmlElement, words: frozenset[str]) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return not words.isdisjoint(word.lower() for word in _WORDS.findall(named))
