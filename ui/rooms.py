"""The archives of one page: each tab of the browser shows one, which its address names.

It knows no Gradio: the name in the address is handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from ui.ask import Bot, Desk
from ui.days import span
from ui.talks.keep import Keeper
from ui.uploads import Uploads
from ui.words import count_html, say_html

EXAMPLES_FILE = "examples.txt"  # in the index folder: one question a line
EXAMPLES = 3
TITLES_LOOKED_AT = 200
ARCHIVE = "archive"  # what stands before the name in the address


@dataclass(frozen=True, slots=True)
class Room:
    """One archive with all that the page has of its own for it."""

    name: str  # no other has it
    desk: Desk
    uploads: Uploads
    examples: tuple[str, ...]
    headline: Callable[[], str]
    keeper: Keeper


def examples(bot: Bot, folder: Path) -> list[str]:
    """The archive's own example questions, else questions about some of its articles."""
    own = folder / EXAMPLES_FILE
    if own.is_file():
        lines = own.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line.strip() for line in lines if line.strip()][:EXAMPLES]
    some = islice(bot.index.articles(), TITLES_LOOKED_AT)
    titles = [article.title for article in some if 20 <= len(article.title) <= 80]
    step = max(1, len(titles) // EXAMPLES)
    return [f"What is reported about “{title}”?" for title in titles[::step][:EXAMPLES]]


def room_of(rooms: Sequence[Room], name: object) -> Room:
    """The archive of a name; the first where there is none."""
    return next((room for room in rooms if room.name == name), rooms[0])


def unlike(name: str, taken: Sequence[str]) -> str:
    """A name that is not taken: the same, or with a number."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def render_headline(
    name: str,
    articles: int,
    days: tuple[date | None, date | None] = (None, None),
    others: Sequence[str] = (),
) -> str:
    """The name of the page and of the archive, how much it holds and from when to when.

    The name opens a list of the others, if any.
    """
    shown = f'<bdi class="name">{escape(name)}</bdi>'
    if others:
        rows = "".join(
            f'<li><a href="?{ARCHIVE}={escape(quote(other, safe=""))}"><bdi>{escape(other)}</bdi>'
            "</a></li>"
            for other in others
        )
        choose = say_html("Archive %(name)s: choose another", name=escape(name))
        shown = (
            f'<details class="switch"><summary aria-label="{choose}">'
            f"{shown}</summary><ul>{rows}</ul></details>"
        )
    much = count_html(articles, "%(n)s article", "%(n)s articles")
    first, last = days
    when = f" · {escape(span(first, last))}" if first and last else ""
    told = f'<span>{much}<span class="published">{when}</span></span>'
    return f'<h1>Clippings</h1><div class="archive">{shown} {told}</div>'
