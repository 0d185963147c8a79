"""The list of the conversations as HTML. Pure: a part of the list in, HTML out."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from ui.days import day
from ui.talks.store import PAGE, TITLE, Listed, Page
from ui.words import count_html, figure, say, say_html

EXPORTS = {"md": "Markdown", "html": "HTML", "json": "JSON"}


def render_find() -> str:
    """The field to search conversations in, and how one is taken in."""
    return (
        '<div class="find-talks">'
        f'<label for="find-talks-box">{say_html("Search the conversations")}</label>'
        '<input id="find-talks-box" type="search" maxlength="200" autocomplete="off"'
        f' placeholder="{say_html("Search your conversations…")}">'
        f'<button type="button" class="take">{say_html("Import…")}</button>'
        '<input type="file" class="taken-file" accept=".json,application/json" hidden'
        f' aria-label="{say_html("A conversation exported as JSON")}"></div>'
    )


def render_off() -> str:
    """The list where none is kept."""
    hint = say_html(
        "Conversations are not kept: they are gone when the page is closed. Start the page with"
        " %(option)s to keep them.",
        option="<code>--conversations FILE</code>",
    )
    return f'<p class="hint">{hint}</p>'


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
        hint = (
            say_html("No conversation holds these words.")
            if query.strip()
            else say_html(
                "What you ask is kept here, on this machine alone, to be read again, searched and"
                " exported."
            )
        )
        return f'{told}<p class="hint">{hint}</p>'
    at = now or datetime.now()
    rows = "".join(_row(listed, archive, shown, at) for listed in page.rows)
    return f'{told}<ul class="talks">{rows}</ul>{_turning(page)}'


def when(seconds: float, now: datetime) -> str:
    """A time as people say it: "today, 14:03", "2 May 2031, 09:30"."""
    at = datetime.fromtimestamp(seconds)
    clock = f"{at:%H:%M}"
    if at.date() == now.date():
        return say("today, %(time)s", time=clock)
    if at.date() == now.date() - timedelta(days=1):
        return say("yesterday, %(time)s", time=clock)
    return say("%(day)s, %(time)s", day=day(at.date()), time=clock)


def _row(listed: Listed, archive: str, shown: str, now: datetime) -> str:
    title = escape(listed.title)
    asked = count_html(listed.turns, "%(n)s question", "%(n)s questions")
    about = [escape(when(listed.changed, now)), asked]
    if listed.archive != archive:
        name = Path(listed.archive).name
        about.append(f"<bdi>{escape(name)}</bdi>" if name else say_html("imported"))
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
        f'<button type="button" data-export="{kind}"'
        f' aria-label="{say_html("Export as %(format)s", format=label)}">{label}'
        "</button>"
        for kind, label in EXPORTS.items()
    )
    return (
        '<details class="talk-more">'
        f'<summary aria-label="{say_html("More about %(title)s", title=title)}"'
        f' title="{say_html("More")}">⋯</summary><div class="talk-acts">'
        f'<button type="button" class="talk-rename">{say_html("Rename")}</button>'
        f'<span class="talk-export"><span>{say_html("Export:")}</span>{exports}</span>'
        f'<button type="button" class="talk-delete">{say_html("Delete…")}</button></div></details>'
        f'<form class="talk-name" hidden><input maxlength="{TITLE}" value="{title}"'
        f' aria-label="{say_html("Name of the conversation")}">'
        f'<button type="submit">{say_html("Save")}</button></form>'
        f'<div class="talk-sure" role="group" aria-label="{say_html("Delete?")}" hidden>'
        f"<span>{_sure(listed)}</span>"
        f'<button type="button" class="talk-spare">{say_html("Keep")}</button>'
        f'<button type="button" class="talk-gone">{say_html("Delete")}</button></div>'
    )


def _sure(listed: Listed) -> str:
    return count_html(
        listed.turns,
        "Delete %(n)s question and its answer for good?",
        "Delete %(n)s questions and their answers for good?",
    )


def _turning(page: Page) -> str:
    if page.total <= PAGE:
        return ""
    last = page.first + len(page.rows)
    newer = _turn(f"‹ {say_html('Newer')}", page.first - PAGE, page.first > 0)
    older = _turn(f"{say_html('Older')} ›", last, last < page.total)
    part = say_html(
        "%(first)s–%(last)s of %(total)s",
        first=figure(page.first + 1),
        last=figure(last),
        total=figure(page.total),
    )
    label = say_html("Pages of conversations")
    return f'<nav class="turning" aria-label="{label}">{newer}<span>{part}</span>{older}</nav>'


def _turn(label: str, first: int, there: bool) -> str:
    return (
        f'<button type="button" data-first="{max(0, first)}"{"" if there else " disabled"}>'
        f"{label}</button>"
    )
