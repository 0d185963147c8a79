"""The panel "Timeline": a topic and what the archive tells of it as a whole, without a model.

It knows Gradio and what it asks of a chatbot; how things look is viewed.py's and plot.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import gradio as gr

from index.errors import ClippingsError
from ui.parts import QUIET, block
from ui.plot import render_plot
from ui.surveyor import Surveyor
from ui.viewed import (
    render_comparison,
    render_loading,
    render_problem,
    render_summary,
    render_timeline,
    render_untold,
)
from ui.words import marked, say, say_html

SCRIPT = (Path(__file__).parent / "views.js").read_text(encoding="utf-8")
LONGEST = 2_000  # characters of a field that are read
OUTLETS = 200  # that are offered
KINDS = {
    "timeline": marked("Timeline"),
    "summary": marked("Summary"),
    "compare": marked("Compare"),
}
DOING = {
    "timeline": marked("Reading the reports…"),
    "summary": marked("Summarizing what is found…"),
    "compare": marked("Comparing the accounts…"),
}


@dataclass(frozen=True)
class Panel:
    """The components of the panel."""

    form: gr.HTML
    told: gr.HTML


def panel(bot: Surveyor) -> Panel:
    """Lay the panel out; to be called inside its tab."""
    form = block(render_form(bot.outlets()), "views-form", SCRIPT)
    return Panel(form, block(render_untold(), "views"))


def wire(page: gr.Blocks, parts: Panel, bot: Callable[[], Surveyor]) -> None:
    """Connect the panel; of several requests in a row the last is answered.

    `bot` gives the chatbot of the archive that the page shows.
    """
    look = {**QUIET, "trigger_mode": "always_last"}

    def answer(event: gr.EventData) -> Iterator[str]:
        yield from tell(bot(), event._data)

    def refresh() -> str:
        return render_form(bot().outlets())

    parts.form.look(answer, None, parts.told, **look)
    page.load(refresh, None, parts.form, **QUIET)


@dataclass(frozen=True, slots=True)
class Look:
    """What was asked of the panel."""

    kind: str
    topic: str
    since: str | None
    until: str | None
    a: str
    b: str

    @classmethod
    def parse(cls, record: object) -> Look | None:
        """What the browser sent, which is not trusted; None where it is not of this form."""
        kind = record.get("kind") if isinstance(record, dict) else None
        if not isinstance(record, dict) or not isinstance(kind, str) or kind not in KINDS:
            return None
        fields = [record.get(name) for name in ("topic", "since", "until", "a", "b")]
        topic, since, until, a, b = (
            value.strip()[: LONGEST + 1] if isinstance(value, str) else "" for value in fields
        )
        return cls(kind, topic, since or None, until or None, a, b)


def tell(bot: Surveyor, record: object) -> Iterator[str]:
    """Answer a request of the page in HTML: first that it is worked on, last what was found."""
    look = Look.parse(record)
    if look is None:
        yield render_problem(say("This request could not be read. Reload the page and try again."))
        return
    if not look.topic:
        yield render_problem(
            say("Type a topic first, for example the name of a place or a person.")
        )
        return
    yield render_loading(say(DOING[look.kind]))
    try:
        yield _told(bot, look)
    except ClippingsError as error:
        yield render_problem(str(error))


def _told(bot: Surveyor, look: Look) -> str:
    days = look.since, look.until
    if look.kind == "summary":
        return render_summary(bot.summary(look.topic, *days))
    if look.kind == "compare":
        return render_comparison(bot.compare(look.topic, look.a, look.b, *days))
    plot = render_plot(bot.coverage(look.topic, *days))
    return f"{plot}{render_timeline(bot.timeline(look.topic, *days))}"


def render_form(outlets: Sequence[str]) -> str:
    """The topic, the days and which view; `outlets` are those that can be compared."""
    offered = outlets[:OUTLETS]
    kinds = "".join(_kind(kind, say_html(label), len(offered) > 1) for kind, label in KINDS.items())
    compared = _choice("a", say_html("One outlet"), offered, 0)
    compared += _choice("b", say_html("The other"), offered, 1)
    return (
        f'<form class="look" role="search" aria-label="{say_html("Look at a topic")}">'
        f'<label class="look-topic"><span>{say_html("Topic")}</span>'
        f'<input type="text" name="topic" maxlength="{LONGEST}" autocomplete="off"'
        f' placeholder="{say_html("A topic, such as a name")}"></label><div class="look-days">'
        f'<label><span>{say_html("Since")}</span><input type="date" name="since"></label>'
        f'<label><span>{say_html("Until")}</span><input type="date" name="until"></label></div>'
        f'<fieldset class="look-kinds"><legend>{say_html("View")}</legend>{kinds}</fieldset>'
        f'<div class="look-outlets" hidden>{compared}</div>'
        f'<button type="submit" class="look-go">{say_html("Show")}</button></form>'
    )


def _kind(kind: str, label: str, comparable: bool) -> str:
    checked = " checked" if kind == "timeline" else ""
    why = say_html("The archive names fewer than two outlets")
    off = f' disabled title="{why}"'
    disabled = off if kind == "compare" and not comparable else ""
    return (
        f'<label{" class=off" if disabled else ""}><input type="radio" name="kind" value="{kind}"'
        f"{checked}{disabled}><span>{label}</span></label>"
    )


def _choice(name: str, label: str, outlets: Sequence[str], chosen: int) -> str:
    options = "".join(
        f'<option value="{escape(outlet)}" dir="auto"{" selected" if n == chosen else ""}>'
        f"{escape(outlet[:60])}</option>"
        for n, outlet in enumerate(outlets)
    )
    return f'<label><span>{label}</span><select name="{name}">{options}</select></label>'
