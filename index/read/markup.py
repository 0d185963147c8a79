"""HTML to a tree and to text. Knows what a reader sees, not what an article is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from index.clean import clean_line, normalise
from index.errors import InputError

NO_ARTICLE: Final = "no article text found: give the saved page of one article"
_UNSEEN_TAGS: Final = frozenset("script style noscript template iframe object svg".split())
_UNSEEN: Final = etree.XPath(
    "//script|//style|//noscript|//template|//iframe|//object|//svg|//*[@hidden]|//*[@style]"
)
_HIDING: Final = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:\.0*)?(?:;|$)|font-size:0[a-z%]*(?:;|$)"
)
_INLINE: Final = frozenset(
    "a abbr b big cite code del em font i ins kbd mark q s small span strong sub sup time u".split()
)
_TAG: Final = re.compile(
    r"<(?:p|div|br|h[1-6]|html|body|article|section|span|a|em|strong|b|i|ul|ol|li|blockquote|table"
    r"|img|figure)(?:\s[^<>]*)?/?>|&(?:nbsp|amp|quot|#\d{2,5});",
    re.IGNORECASE,
)


def parse(text: str) -> HtmlElement:
    """A page as a tree; InputError when there is nothing on it."""
    # As bytes, because lxml refuses text that declares an encoding.
    data = normalise(text).encode("utf-8")
    try:
        return document_fromstring(data, parser=HTMLParser(encoding="utf-8"))
    except etree.ParserError as error:  # nothing but white space, comments or declarations
        raise InputError(NO_ARTICLE) from error


def drop_unseen(page: HtmlElement) -> None:
    """Take out what a reader of the page does not see."""
    etree.strip_tags(page, etree.Comment, etree.ProcessingInstruction)
    for element in _UNSEEN(page):
        style = "".join((element.get("style") or "").lower().split())
        hides = element.get("hidden") is not None or _HIDING.search(style)
        if (element.tag in _UNSEEN_TAGS or hides) and element.tag not in ("html", "body"):
            drop(element)


def drop(element: HtmlElement) -> None:
    """Take out an element; the text behind it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def visible(element: HtmlElement) -> str:
    """The text within an element, as one clean line."""
    return clean_line("".join(element.itertext()))


def lines(page: HtmlElement) -> Iterator[str]:
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


def holds_markup(text: str) -> bool:
    """Whether a text is a piece of HTML."""
    return _TAG.search(text) is not None


def text_of(markup: str) -> str:
    """The text of a piece of HTML that is nothing but the article, a blank line between blocks."""
    try:
        tree = parse(markup)
    except InputError:  # nothing to be seen
        return ""
    drop_unseen(tree)
    return "\n\n".join(lines(tree))
