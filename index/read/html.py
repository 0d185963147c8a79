"""Saved web pages, one article each: main text by trafilatura, the rest as the page states it.

What a reader of the page cannot see stays out: comments, scripts, hidden elements. A style sheet
that hides things is not read. Of a page that builds its text by script the linked data is taken.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from index.article import Article, Skipped
from index.errors import InputError
from index.read import limits
from index.read.decode import decoded
from index.read.facts import Facts
from index.read.files import File, load
from index.read.linked import Linked, linked
from index.read.markup import NO_ARTICLE, drop, drop_unseen, holds_markup, parse, text_of, visible
from index.read.stated import shown, stated
from index.read.story import is_sentence

_CHARSET: Final = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?([\w.:-]+)""", re.I
)
_HEAD_BYTES: Final = 4_096  # where a page may declare its encoding
_BULLET: Final = re.compile(r"^- (?=\S)", re.MULTILINE)

_NEAR: Final = 5  # paragraphs from the top in which the author's name may stand alone
_ENOUGH: Final = 120  # letters of a text without one whole sentence
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


def articles(file: File) -> Iterator[Article | Skipped]:
    """The one article of a page; InputError when it is not text or shows no article."""
    charset = file.web.charset if file.web else None
    yield from page(load(file), file, Facts(file), charset=charset)


def page(
    data: bytes,
    file: File,
    facts: Facts,
    *,
    charset: str | None = None,
    external_id: str | None = None,
    address: tuple[str, str] | None = None,
) -> Iterator[Article | Skipped]:
    """The article of a page's bytes; what is better known from outside is in `facts` already.

    `address` is where the page came from and who says so, for one that does not say it itself.
    """
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    name = declared[1].decode("ascii") if declared else None
    found = decoded(data, charset or name)
    tree = parse(found.text)
    said = linked(tree)
    title = stated(tree, said, facts)
    if address:
        facts.offer(address[0], url=address[1])
    _prune(tree)
    shown(tree, title, facts)
    text = _without_name(_main_text(tree), facts.line("author")) or _stated_text(said)
    if not text:
        raise InputError(NO_ARTICLE)
    yield from facts.articles(text, external_id=external_id or file.name, named=file.name)
    if found.repair:
        yield Skipped(file.shown, found.repair, fault=False)


def _prune(page: HtmlElement) -> None:
    """Take out what is not seen and what surrounds an article: menus, boxes, comments."""
    drop_unseen(page)
    whole = len("".join(page.itertext()))
    if whole > limits.MAX_PAGE_CHARACTERS:  # trafilatura would take minutes
        raise InputError(f"shows more than {limits.MAX_PAGE_CHARACTERS:,} characters: split it")
    half = whole / 2
    for element in _CHROME(page):
        chrome = element.tag in _CHROME_TAGS or element.get("role") in _CHROME_ROLES
        named = element.tag == "form" or _has(element, _CHROME_WORDS)
        # A box that holds the headline or most of the page is its frame, whatever its name.
        small = chrome or (named and len("".join(element.itertext())) <= half)
        if small and element.find(".//h1") is None:
            drop(element)


def _main_text(page: HtmlElement) -> str:
    """The main text, a paragraph a line with a blank line between, the summary first."""
    from trafilatura import bare_extraction  # takes a while: only when a page is read

    summaries = [visible(element) for element in _SUMMARY(page) if _has(element, _SUMMARY_WORDS)]
    document = bare_extraction(page, include_comments=False)
    text = (document.text or "") if document else ""
    if not _is_article(text):
        return ""
    lost = [summary for summary in summaries[:1] if summary not in text]
    return "\n\n".join([*lost, _BULLET.sub("", text).replace("\n", "\n\n")])


def _without_name(text: str, name: str | None) -> str:
    """The text without a line near the top that is the author's name and nothing else."""
    top = text.split("\n\n", _NEAR)
    return "\n\n".join(line for line in top if not name or line.strip() != name)


def _is_article(text: str) -> bool:
    """Whether a text is more than the remains of menus and notices."""
    return any(map(is_sentence, text.split("\n"))) or sum(map(str.isalpha, text)) >= _ENOUGH


def _stated_text(said: Linked) -> str:
    """The text that stands in the linked data, where the page shows none without scripts."""
    body = said.body()
    text = text_of(body) if holds_markup(body) else body
    return text if _is_article(text) else ""


def _has(element: HtmlElement, words: frozenset[str]) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return not words.isdisjoint(word.lower() for word in _WORDS.findall(named))
