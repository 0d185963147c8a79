"""The archives of one page: each tab of the browser shows one, which its address names.

It knows no Gradio: the name in the address is handed over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from ui.ask import Desk
from ui.talks.keep import Keeper
from ui.uploads import Uploads

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


def render_headline(name: str, facts: str, others: Sequence[str] = ()) -> str:
    """The name of the page and of the archive, which opens a list of the others, if any."""
    shown = f'<bdi class="name">{escape(name)}</bdi>'
    if others:
        rows = "".join(
            f'<li><a href="?{ARCHIVE}={escape(quote(other, safe=""))}"><bdi>{escape(other)}</bdi>'
            "</a></li>"
            for other in others
        )
        shown = (
            f'<details class="switch"><summary aria-label="Archive {escape(name)}: choose another">'
            f"{shown}</summary><ul>{rows}</ul></details>"
        )
    much, dot, when = (escape(part) for part in facts.partition(" · "))
    told = f'<span>{much}<span class="published">{dot}{when}</span></span>'
    return f'<h1>Clippings</h1><div class="archive">{shown} {told}</div>'
