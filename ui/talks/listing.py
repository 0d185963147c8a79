"""The list of the conversations as HTML. Pure: a part of the list in, HTML out."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from ui.talks.store import PAGE, TITLE, Listed, Page
from ui.text import day, plural

FIND = (
    '<div class="find-talks"><label for="find-talks-box">Search the conversations</label>'
    '<input id="find-talks-box" type="search" maxlength="200" autocomplete="off"'
    ' placeholder="Search your conversations…">'
    '<button type="button" class="take">Import…</button>'
    '<input type="file" class="taken-file" accept=".json,application/json" hidden'
    ' aria-label="A conversation exported as JSON"></div>'
)
OFF = (
    '<p class="hint">Conversations are not kept: they are gone when the page is closed. Start the'
    " page with <code>--conversations FILE</code> to keep them.</p>"
)
EMPTY = (
    '<p class="hint">What you ask is kept here, on this machine alone, to be read again, searched'
    " and exported.</p>"
)
NOTHING = '<p class="hint">No conversation holds these words.</p>'
EXPORTS = {"md": "Markdown", "html": "HTML", "json": "JSON"}


def render_list(
    page: Page,
    *,
    archive: str = "",
    query: str = "",
    shown: str = "",
    said: str = "",
    now: datetime | None = None,
) -> str:
    """A part of the list; `shown` is the conversation on the page, `said` a message above.

    Of the archive, by its path, nothing is said in the rows.
    """
    told = f'<p class="notice" role="alert">{escape(said)}</p>' if said else ""
    if not page.rows:
        return f"{told}{NOTHING if query.strip() else EMPTY}"
    at = now or datetime.now()
    rows = "".join(_row(listed, archive, shown, at) for listed in page.rows)
    return f'{told}<ul class="talks">{rows}</ul>{_turning(page)}'


def when(seconds: float, now: datetime) -> str:
    """A time as people say it: "today, 14:03", "2 May 2031, 09:30"."""
    at = datetime.fromtimestamp(seconds)
    near = {now.date(): "today", now.date() - timedelta(days=1): "yesterday"}
    return f"{near.get(at.date()) or day(at.date())}, {at:%H:%M}"


def _row(listed: Listed, archive: str, shown: str, now: datetime) -> str:
    title = escape(listed.title)
    about = [when(listed.changed, now), plural(listed.turns, "question")]
    if listed.archive != archive:
        about.append(f"<bdi>{escape(Path(listed.archive).name or 'imported')}</bdi>")
    current = ' aria-current="page"' if listed.id == shown else ""
    return (
        f'<li class="talk" data-talk="{escape(listed.id)}">'
        f'<button type="button" class="talk-open"{current}>'
        f'<span class="talk-title" dir="auto">{title}</span>'
        f'<span class="talk-about">{" · ".join(about)}</span></button>'
        f"{_more(listed, title)}</li>"
    )


def _more(listed: Listed, title: str) -> str:
    exports = "".join(
        f'<button type="button" data-export="{kind}" aria-label="Export as {label}">{label}'
        "</button>"
        for kind, label in EXPORTS.items()
    )
    return (
        f'<details class="talk-more"><summary aria-label="More about {title}" title="More">⋯'
        '</summary><div class="talk-acts">'
        '<button type="button" class="talk-rename">Rename</button>'
        f'<span class="talk-export"><span>Export:</span>{exports}</span>'
        '<button type="button" class="talk-delete">Delete…</button></div></details>'
        f'<form class="talk-name" hidden><input maxlength="{TITLE}" value="{title}"'
        f' aria-label="Name of the conversation"><button type="submit">Save</button></form>'
        '<div class="talk-sure" role="group" aria-label="Delete?" hidden>'
        f"<span>Delete {_whole(listed)} for good?</span>"
        '<button type="button" class="talk-spare">Keep</button>'
        '<button type="button" class="talk-gone">Delete</button></div>'
    )


def _whole(listed: Listed) -> str:
    count = plural(listed.turns, "question")
    return f"{count} and {'its answer' if listed.turns == 1 else 'their answers'}"


def _turning(page: Page) -> str:
    if page.total <= PAGE:
        return ""
    last = page.first + len(page.rows)
    newer = _turn("‹ Newer", page.first - PAGE, page.first > 0)
    older = _turn("Older ›", last, last < page.total)
    return (
        f'<nav class="turning" aria-label="Pages of conversations">{newer}'
        f"<span>{page.first + 1:,}–{last:,} of {page.total:,}</span>{older}</nav>"
    )


def _turn(label: str, first: int, there: bool) -> str:
    return (
        f'<button type="button" data-first="{max(0, first)}"{"" if there else " disabled"}>'
        f"{label}</button>"
    )
