"""What a browser would see in a piece of HTML: its elements and their attributes."""

from __future__ import annotations

from html.parser import HTMLParser


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, ""))
        self.found.update((tag, name) for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def elements(html: str) -> set[str]:
    """The names of the elements."""
    return {tag for tag, _ in _collect(html).found}


def attributes(html: str) -> set[str]:
    """The names of the attributes."""
    return {name for _, name in _collect(html).found if name}


def text(html: str) -> str:
    """The words."""
    return _collect(html).text


def _collect(html: str) -> _Collector:
    collector = _Collector()
    collector.feed(html)
    collector.close()
    return collector
