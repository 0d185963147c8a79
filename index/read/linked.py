"""JSON-LD: what a page states of its article as linked data, in the terms of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml.html import HtmlElement

from index.clean import clean_line

_ARTICLES: Final = ("Article", "Posting", "Report")  # how the names of its types end
_MOST_BLOCKS: Final = 50
_MOST_NODES: Final = 1_000
_MOST_NAMES: Final = 20


@dataclass(frozen=True, slots=True)
class Linked:
    """The article of a page's linked data; nothing where there is none."""

    article: dict[str, Any]
    nodes: dict[str, dict[str, Any]]  # by their @id

    def text(self, name: str) -> str:
        """A property that is a string; of a list the first."""
        value = self.article.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        return clean_line(value) if isinstance(value, str) else ""

    def names(self, name: str) -> str:
        """The names of people or firms, with commas between, each once."""
        value = self.article.get(name)
        found = map(self._name, (value if isinstance(value, list) else [value])[:_MOST_NAMES])
        return ", ".join(dict.fromkeys(filter(None, found)))

    def section(self) -> str:
        """The sections, with commas between."""
        value = self.article.get("articleSection")
        parts = value if isinstance(value, list) else [value]
        return ", ".join(dict.fromkeys(clean_line(p) for p in parts if isinstance(p, str)))

    def language(self) -> str:
        """The language, which may be an object with a name and a code."""
        value = self.article.get("inLanguage")
        if isinstance(value, dict):
            value = value.get("alternateName") or value.get("name")
        return value if isinstance(value, str) else self.text("inLanguage")

    def addresses(self) -> Iterator[str]:
        """The addresses the article gives itself."""
        main = self.article.get("mainEntityOfPage")
        for value in (self.article.get("url"), main.get("@id") if isinstance(main, dict) else main):
            if isinstance(value, str):
                yield value

    def body(self) -> str:
        """The whole text, as some pages state it that build what they show by script."""
        value = self.article.get("articleBody")
        return value if isinstance(value, str) else ""

    def _name(self, value: object) -> str:
        if isinstance(value, dict):
            whole = value if "name" in value else self.nodes.get(str(value.get("@id")), {})
            value = whole.get("name")
        if isinstance(value, list) and value:
            value = value[0]
        return clean_line(value) if isinstance(value, str) else ""


def linked(page: HtmlElement) -> Linked:
    """The first object of JSON-LD that is an article, with what it may refer to."""
    nodes: list[dict[str, Any]] = []
    for script in page.xpath('.//script[@type="application/ld+json"]')[:_MOST_BLOCKS]:
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):  # a broken block says nothing; others may
            continue
        nodes += _objects(data)
    articles = (node for node in nodes[:_MOST_NODES] if _is_article(node))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    return Linked(next(articles, {}), by_id)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    found = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and kind.endswith(_ARTICLES) for kind in found)


def _objects(data: object) -> Iterator[dict[str, Any]]:
    """Top-level objects, those of a graph, and what a page says it is about."""
    for found in data if isinstance(data, list) else [data]:
        if isinstance(found, dict):
            yield found
            inner = [found.get("@graph"), found.get("mainEntity")]
            for group in inner:
                for node in group if isinstance(group, list) else [group]:
                    if isinstance(node, dict):
                        yield node
