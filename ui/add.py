"""Where articles are added, as HTML: dropped files, a page's address, a text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui.archive import Limits, megabytes
from ui.words import count, say_html


def render_button() -> str:
    """What shows and hides where articles are added."""
    return (
        '<button type="button" class="disclose" aria-expanded="false" aria-controls="add"'
        f">{say_html('Add articles')}</button>"
    )


def render_drop(endings: Sequence[str], limits: Limits, refusal: str | None = None) -> str:
    """Where files are dropped or chosen; a refusal says why none can be."""
    title = f'<h2 class="add-title">{say_html("Add articles")}</h2>'
    if refusal:
        return f'{title}<p class="notice">{escape(refusal)}</p>'
    taken = say_html(
        "Up to %(files)s and %(size)s at once: %(endings)s",
        files=escape(_files(limits.files)),
        size=escape(megabytes(limits.bytes)),
        endings=escape(", ".join(endings)),
    )
    files, folder = say_html("Files to add"), say_html("Folder to add")
    return (
        f'{title}<div class="drop" data-files="{limits.files}" data-bytes="{limits.bytes}"'
        f' data-endings="{escape(" ".join(endings))}" role="group" aria-label="{files}"'
        ' aria-describedby="taken">'
        f"<p>{say_html('Drop files or a folder anywhere on the page')}</p>"
        f"<p>{_pick('files', say_html('Choose files'))}"
        f"{_pick('folder', say_html('Choose a folder'))}</p>"
        f'<input type="file" class="files" multiple hidden accept="{escape(",".join(endings))}"'
        f' aria-label="{files}">'
        f'<input type="file" class="folder" webkitdirectory hidden aria-label="{folder}">'
        f'</div><p class="taken" id="taken">{taken}</p>'
        '<p class="sending" role="status"'
        f' data-next="{say_html("These files are next; others are being added…")}"'
        f' data-sending="{say_html("Sending %(n)s of %(total)s: %(name)s")}"'
        f' data-unreadable="{say_html("The files could not be read.")}"></p>'
        f"{_page_form()}{_text_form()}"
    )


def _pick(kind: str, label: str) -> str:
    return f'<button type="button" class="pick" data-pick="{kind}">{label}</button>'


def _page_form() -> str:
    once = say_html(
        "The page is fetched from that address, once. Nothing else here uses the network."
    )
    return (
        f'<details class="paste"><summary>{say_html("Add a web page")}</summary>'
        f'<form data-paste="page"><label>{say_html("Address")} <input name="address"'
        ' inputmode="url" maxlength="4000" required'
        ' placeholder="https://…" autocomplete="off" spellcheck="false"></label>'
        f'<p class="taken">{once}</p>'
        f'<button type="submit" class="pick">{say_html("Fetch and add")}</button></form></details>'
    )


def _text_form() -> str:
    may = f'<span class="may">{say_html("may be empty")}</span>'
    first = f'<span class="may">{say_html("may be empty: the first line")}</span>'
    return (
        f'<details class="paste"><summary>{say_html("Paste a text")}</summary>'
        f'<form data-paste="text"><label>{say_html("Text")} '
        '<textarea name="text" rows="6" required></textarea></label>'
        f"<label>{say_html('Title')} {first}"
        '<input name="title" maxlength="300" autocomplete="off"></label>'
        f'<div class="pair"><label>{say_html("Outlet")} {may}'
        '<input name="source" maxlength="200" autocomplete="off"></label>'
        f"<label>{say_html('Date')} {may}"
        '<input name="published" type="date" max="9999-12-31"></label></div>'
        f'<button type="submit" class="pick">{say_html("Add the text")}</button></form></details>'
    )


def _files(number: int) -> str:
    return count(number, "%(n)s file", "%(n)s files")
