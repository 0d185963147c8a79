"""The wires' own formats in XML: NITF and NewsML-G2, which may hold NITF or XHTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from index.article import Article, Skipped
from index.clean import clean_line
from index.errors import InputError
from index.read.facts import Facts
from index.read.files import File
from index.read.furniture import byline
from index.read.markup import holds_markup, text_of

_BLOCKS: Final = frozenset("p h1 h2 h3 h4 h5 h6 hl1 hl2 li dt dd td th blockquote pre".split())
_NO_TEXT: Final = "the item holds no text"


def articles(root: etree._Element, file: File) -> Iterator[Article | Skipped]:
    """The articles of a tree; a note for each item without text, as pictures are."""
    items = list(_all(root, "newsItem")) if _name(root) != "nitf" else [root]
    if not items:
        raise InputError("holds no news item")
    for number, item in enumerate(items, start=1):
        record = number if len(items) > 1 else None
        facts = Facts(file, record)
        try:
            if item is root and _name(root) == "nitf":
                text, identity = _nitf(item, facts)
            else:
                text, identity = _newsml(item, facts)
            if not text:
                yield Skipped(file.shown, _NO_TEXT, record=record, fault=False)
                continue
            yield from facts.articles(text, external_id=identity or file.name)
        except InputError as error:
            yield Skipped(file.shown, str(error), record=record)


def _newsml(item: etree._Element, facts: Facts) -> tuple[str, str | None]:
    """The text and guid of a NewsML-G2 item."""
    created = _value(item, "firstCreated") or _value(item, "contentCreated")
    version = _value(item, "versionCreated")
    facts.offer(
        "newsml",
        title=_value(item, "headline"),
        published=created or version,
        updated=version if version != created else None,
        source=_value(item, "infoSource") or _value(item, "provider") or _value(item, "creditline"),
        author=_names(_value(item, "by") or _value(item, "creator")),
        language=next((e.get("tag") for e in _all(item, "language")), None)
        or item.get("{http://www.w3.org/XML/1998/namespace}lang"),
        section=_value(item, "genre"),
        url=next((e.get("href") for e in _all(item, "link")), None),
    )
    for content in _all(item, "inlineXML"):
        nitf = next(_all(content, "nitf"), None)
        if nitf is not None:
            text, _ = _nitf(nitf, facts)
        else:
            text = _text(next(_all(content, "body"), content))
        if text:
            return text, item.get("guid")
    data = next((d.text or "" for d in _all(item, "inlineData") if d.text), "")
    return (text_of(data) if holds_markup(data) else data).strip(), item.get("guid")


def _nitf(root: etree._Element, facts: Facts) -> tuple[str, str | None]:
    """The text and id of an NITF document."""
    publication = next(_all(root, "pubdata"), None)
    about = publication.attrib if publication is not None else {}
    heading = next(_all(root, "hl1"), None)
    facts.offer(
        "nitf",
        title=_line(heading) or _value(root, "title"),
        published=_norm(root, "date.issue") or about.get("date.publication"),
        updated=_norm(root, "date.release"),
        source=about.get("name") or _value(root, "distributor") or _value(root, "copyright.holder"),
        author=_names(_value(root, "byline")),
        section=about.get("position.section"),
        url=about.get("ex-ref"),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )
    body = next(_all(root, "body.content"), None)
    identity = next((e.get("id-string") for e in _all(root, "doc-id")), None)
    return (_text(body) if body is not None else ""), identity


def _text(element: etree._Element) -> str:
    """The blocks of a text with a blank line between; a text without blocks as it is."""
    blocks = [
        line
        for block in element.iter()
        if _name(block) in _BLOCKS
        and not any(_name(inner) in _BLOCKS for inner in block.iterdescendants())
        and (line := _line(block))
    ]
    return "\n\n".join(blocks) or "".join(map(str, element.itertext())).strip()


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of a name below another and itself, whatever their namespace."""
    return (found for found in element.iter() if _name(found) == name)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: etree._Element, name: str) -> str | None:
    """The text of the first such element, or of its name or literal."""
    for found in _all(element, name):
        inner = next((e for e in _all(found, "name") if e is not found), None)
        text = _line(inner) or _line(found) or found.get("literal")
        if text:
            return clean_line(text)
    return None


def _norm(root: etree._Element, name: str) -> str | None:
    return next((e.get("norm") for e in _all(root, name) if e.get("norm")), None)


def _line(element: etree._Element | None) -> str:
    return "" if element is None else clean_line("".join(map(str, element.itertext())))


def _names(text: str | None) -> str | None:
    return (byline(text) or text) if text else None
