"""The layout of the page and which event calls what. It knows Gradio, and no model and no index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from ui import browse_panel, views
from ui.add import render_button, render_drop
from ui.archive import Limits
from ui.browse_panel import Browsing
from ui.conversation import render_conversation, render_unfinished
from ui.frame import render_first, render_tabs
from ui.handlers import ASK, Handlers, usual
from ui.parts import HERE, QUIET, Parts, block
from ui.reader import render_no_article
from ui.rooms import Room
from ui.settings import Chosen, render_settings
from ui.shelf import ENDINGS
from ui.sources import render_no_sources
from ui.talks.handlers import TalkHandlers
from ui.talks.panel import LINKS, TalksPanel
from ui.talks.panel import STYLE as TALKS_STYLE
from ui.talks.panel import panel as talks_panel
from ui.talks.panel import wire as wire_talks
from ui.turn import Turn
from ui.words import say

DROPPING = (HERE / "drop.js").read_text(encoding="utf-8")
CITE = (HERE / "cite.js").read_text(encoding="utf-8")
READING = (HERE / "reader.js").read_text(encoding="utf-8")
SETTING = (HERE / "settings.js").read_text(encoding="utf-8")
FRAME = (HERE / "frame.js").read_text(encoding="utf-8")
SHEETS = ("page.css", "add.css", "frame.css", "browse.css", "views.css")  # in this order
STYLE = "\n".join([*((HERE / name).read_text(encoding="utf-8") for name in SHEETS), TALKS_STYLE])
MOST_SESSIONS = 1_000  # that are remembered, those used last; a reload is another
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO_FONTS = ("ui-monospace", "Menlo", "Consolas", "monospace")


@dataclass(frozen=True)
class Panels:
    """The components of the other tabs, and what they show beside the question."""

    browse: browse_panel.Panel
    narrowed: gr.HTML
    viewing: views.Panel
    talks: TalksPanel
    back: gr.HTML  # kept by the browser, while `known` is kept here: both say that it was greeted
    known: gr.State


class Page(gr.Blocks):  # type: ignore[misc]  # Gradio tells no types
    """Blocks whose tabs keep no connection open: a browser opens six to a server, for all tabs.

    Gradio's heartbeat only says when a tab was closed, for its state to be thrown away; here the
    oldest go when there are too many.
    """

    def get_config_file(self) -> Any:
        """Give what a browser is told of the page."""
        return {**super().get_config_file(), "connect_heartbeat": False}


def build(rooms: Sequence[Room], offer: Callable[[], None] = lambda: None) -> gr.Blocks:
    """The page of one archive, or of several, of which the address says which is shown.

    `offer` is called to register what other programs may call.
    """
    handle = Handlers(rooms)
    talking = TalkHandlers(lambda: handle.keeper, lambda: handle.here.examples)
    with Page(title="Clippings", analytics_enabled=False, fill_width=True) as page:
        parts, panels = _lay_out(rooms)
        asking = _wire(page, parts, panels, handle)
        views.wire(page, panels.viewing, lambda: handle.desk.bot)
        wire_talks(page, panels.talks, parts, talking, asking)
        if len(rooms) > 1:
            page.load(handle.wake, None, None, **QUIET)
            page.load(handle.welcome, None, parts.talk, **QUIET)
        offer()
    return page


def inbox() -> Path:
    """Where Gradio keeps what browsers send."""
    return Path(get_upload_folder())


def launch(
    page: gr.Blocks,
    host: str,
    port: int,
    *,
    limits: Limits | None = None,
    open_browser: bool = False,
    mcp: bool = False,
    server: dict[str, Any] | None = None,
) -> str:
    """Serve the page and return its address; nothing leaves this machine. OSError: port in use.

    `server` are the middleware and routes of the FastAPI application; with `mcp` what other
    programs may call are tools too.
    """
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        inbrowser=open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=mcp,
        app_kwargs=server,
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        state_session_capacity=MOST_SESSIONS,
        max_file_size=(limits or Limits()).bytes,
        theme=gr.themes.Base(font=SYSTEM_FONTS, font_mono=MONO_FONTS),
        css=STYLE,
    )
    return str(address)


def _lay_out(rooms: Sequence[Room]) -> tuple[Parts, Panels]:
    first = rooms[0]
    alone = len(rooms) == 1  # else which is shown is known when the page is loaded
    uploads = first.uploads
    block(render_first(), "first")
    with gr.Row(elem_id="top"):
        archive = block(first.headline() if alone else "", "headline")
        models = block("", "models")
        block(render_button(), "adder")
        settings = block(render_settings(usual(first.desk.bot)), "setting", SETTING)
        anew = say("New conversation")
        fresh = gr.Button(anew, elem_id="fresh", size="sm", min_width=0, scale=0)
        with gr.Column(elem_id="add", min_width=0):
            taking = render_drop(ENDINGS, uploads.limits, uploads.refusal())
            drop = block(taking, "drop", DROPPING, plain=True)
            progress = block("", "progress")
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="panel-ask", scale=3, min_width=0):
            examples = first.examples if alone else ()
            scripts = "\n".join(f"{{{script}}}" for script in (CITE, LINKS))
            talk = block(render_conversation((), examples), "conversation", scripts)
            back = block(render_unfinished(), "back", plain=True)
            with gr.Row(elem_id="ask"):
                narrowed = browse_panel.note()
                box, as_of = _fields()
        with gr.Column(elem_id="side", scale=2, min_width=0):
            tabs = block(render_tabs(), "tabs", FRAME)
            with gr.Column(elem_id="panel-article", elem_classes=["pane"], min_width=0):
                sources = block(render_no_sources(), "sources")
                reader = block(render_no_article(), "reader", READING)
            with gr.Column(elem_id="panel-archive", elem_classes=["pane"], min_width=0):
                browse = browse_panel.panel()
            with gr.Column(elem_id="panel-timeline", elem_classes=["pane"], min_width=0):
                viewing = views.panel(first.desk.bot)
            with gr.Column(elem_id="panel-talks", elem_classes=["pane"], min_width=0):
                talks = talks_panel(first.keeper.store is not None)
    states = gr.State(Turn("")), gr.State([]), gr.State(None), gr.State([]), gr.State(None)
    shown = (archive, drop, progress, settings, fresh, models, talk, box, as_of, tabs)
    parts = Parts(*shown, sources, reader, *states, gr.State(Chosen()))
    return parts, Panels(browse, narrowed, viewing, talks, back, gr.State(False))


def _fields() -> tuple[gr.Textbox, gr.Textbox]:
    box = gr.Textbox(
        placeholder=say("Ask the archive…"),
        label=say("Question"),
        show_label=False,
        max_lines=6,
        autofocus=True,
        submit_btn=say(ASK),
        scale=5,
        min_width=0,
        elem_id="question",
    )
    as_of = gr.Textbox(
        placeholder=say("YYYY-MM-DD"),
        label=say("As of (optional)"),
        max_lines=1,
        max_length=40,
        scale=0,
        min_width=0,
        elem_id="as-of",
    )
    return box, as_of


def _wire(page: gr.Blocks, parts: Parts, panels: Panels, handle: Handlers) -> list[Any]:
    """Connect the page's own parts; the events that answer a question."""
    asked = [parts.asked, parts.as_of, parts.turns, parts.chosen, panels.browse.only]
    told = [parts.box, parts.talk, parts.sources, parts.turns, parts.stop]
    tab = [panels.back, panels.known]
    page.load(handle.greet, None, tab, **QUIET)
    typed = parts.box.submit(handle.take, [parts.box, *tab], [parts.box, parts.asked], **QUIET)
    chosen = parts.talk.ask(handle.take_example, tab, parts.asked, **QUIET)
    asking = [taken.success(handle.respond, asked, told, **QUIET) for taken in (typed, chosen)]
    if handle.desk.warms:  # each key, and while one is taken only the last of those that came
        typed_so_far = [parts.box, *asked[1:]]
        latest = {**QUIET, "trigger_mode": "always_last", "queue": False}
        parts.box.input(handle.typed, typed_so_far, None, **latest)
    parts.box.stop(handle.stop, parts.stop, None, **QUIET)
    # An event that cancels is called without its inputs, so starting anew is an event of its own.
    ended = parts.fresh.click(None, cancels=asking, show_progress="hidden")
    ended.then(handle.start_anew, parts.stop, [*told, parts.reader], **QUIET)
    parts.tabs.open(handle.open_article, None, parts.reader, **QUIET)
    parts.talk.sources(handle.show_sources, parts.turns, parts.sources, **QUIET)
    added = [parts.progress, parts.headline, parts.uploads, parts.halt]
    adding = {**QUIET, "trigger_mode": "multiple"}  # who drops more meanwhile waits, unrefused
    grown = parts.drop.dropped(handle.add_files, parts.uploads, added, **adding)
    browsing = Browsing(lambda: handle.desk, lambda: handle.uploads)
    browse_panel.wire(page, panels.browse, panels.narrowed, browsing)
    grown.then(browsing.refresh, None, [panels.browse.about, panels.browse.names], **QUIET)
    parts.progress.halt(handle.stop, parts.halt, None, **QUIET)
    page.load(handle.headline, None, parts.headline, **QUIET)
    parts.settings.choose(handle.choose, None, parts.chosen, **QUIET)
    page.load(handle.settings, None, parts.settings, **QUIET)
    page.load(handle.watch_models, None, parts.models, **QUIET)
    return asking
