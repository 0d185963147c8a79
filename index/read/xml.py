"""XML: feeds (RSS, Atom) by feedparser, the wires' NITF and NewsML-G2 by lxml.

A file that declares entities of its own is refused before it is parsed: news needs none, bombs
do. Nothing is fetched, and no DTD is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from index.article import Article, Skipped
from index.errors import InputError
from index.read import feeds, wires
from index.read.files import File, load

_ENTITY: Final = re.compile(rb"<!ENTITY|<!\[(?:INCLUDE|IGNORE|%)")
_ROOT: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
_PROLOGUE: Final = re.compile(
    rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>", re.DOTALL
)
_HEAD: Final = 2**16
_REFUSED: Final = "declares entities of its own, as a bomb does: write it without its DTD"


def articles(file: File) -> Iterator[Article | Skipped]:
    """The articles of a feed or of a wire's file; a note where it is other XML."""
    data = load(file)
    plain = data.replace(b"\x00", b"")  # UTF-16 too
    if _ENTITY.search(plain):
        raise InputError(_REFUSED)
    root = _root(plain[:_HEAD])
    if root in ("rss", "feed", "RDF"):
        yield from feeds.articles(data, file)
    elif root in ("nitf", "newsItem", "newsMessage", "packageItem"):
        yield from wires.articles(parse(data), file)
    elif root is None:
        raise InputError("is no XML: it has no element")
    else:
        reason = f"is XML of a kind that is not read (<{root[:40]}>)"
        yield Skipped(file.shown, reason, fault=False)


def parse(data: bytes) -> etree._Element:
    """A tree without entities, from nowhere but these bytes."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"is damaged XML ({error}): write it again") from error
    if root is None:
        raise InputError("is damaged XML: write it again")
    return root


def _root(head: bytes) -> str | None:
    match = _ROOT.search(_PROLOGUE.sub(b"", head))
    return match[1].decode("ascii", "replace") if match else None
