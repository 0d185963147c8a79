"""The layout of the page and which event calls what. It knows Gradio, and no model and no index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder

from ui.archive import BUTTON, Limits, render_drop
from ui.ask import Desk
from ui.conversation import render_conversation
from ui.frame import render_tabs
from ui.handlers import ASK, Handlers
from ui.parts import HERE, QUIET, Parts, block
from ui.reader import EMPTY as NO_ARTICLE
from ui.shelf import ENDINGS
from ui.sources import EMPTY as NO_SOURCES
from ui.turn import Turn
from ui.uploads import Uploads

DROPPING = (HERE / "drop.js").read_text(encoding="utf-8")
FRAME = (HERE / "frame.js").read_text(encoding="utf-8")
SHEETS = ("page.css",)  # in this order
STYLE = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SHEETS)
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO_FONTS = ("ui-monospace", "Menlo", "Consolas", "monospace")


def build(
    desk: Desk,
    headline: Callable[[], str],
    examples: Sequence[str],
    limits: Limits | None = None,
) -> gr.Blocks:
    """The page of one archive; `headline` gives HTML, `limits` are those of uploads."""
    uploads = Uploads(desk.bot.index, Path(get_upload_folder()), limits)
    with gr.Blocks(title="Clippings", analytics_enabled=False, fill_width=True) as page:
        parts = _lay_out(headline(), examples, uploads)
        _wire(page, parts, Handlers(desk, examples, uploads, headline))
    return page


def launch(
    page: gr.Blocks,
    host: str,
    port: int,
    *,
    limits: Limits | None = None,
    open_browser: bool = False,
) -> str:
    """Serve the page and return its address; nothing leaves this machine. OSError: port in use."""
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        inbrowser=open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        max_file_size=(limits or Limits()).bytes,
        theme=gr.themes.Base(font=SYSTEM_FONTS, font_mono=MONO_FONTS),
        css=STYLE,
    )
    return str(address)


def _lay_out(headline: str, examples: Sequence[str], uploads: Uploads) -> Parts:
    with gr.Row(elem_id="top"):
        archive = block(headline, "headline")
        models = block("", "models")
        block(BUTTON, "adder")
        fresh = gr.Button("New conversation", elem_id="fresh", size="sm", min_width=0, scale=0)
        with gr.Column(elem_id="add", min_width=0):
            taking = render_drop(ENDINGS, uploads.limits, uploads.refusal())
            drop = block(taking, "drop", DROPPING, plain=True)
            progress = block("", "progress")
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="panel-ask", scale=3, min_width=0):
            talk = block(render_conversation((), examples), "conversation")
            with gr.Row(elem_id="ask"):
                box, as_of = _fields()
        with gr.Column(elem_id="side", scale=2, min_width=0):
            tabs = block(render_tabs(), "tabs", FRAME)
            with gr.Column(elem_id="panel-article", elem_classes=["pane"], min_width=0):
                sources = block(NO_SOURCES, "sources")
                reader = block(NO_ARTICLE, "reader")
            with gr.Column(elem_id="panel-archive", elem_classes=["pane"], min_width=0):
                block('<p class="hint">Nothing here yet.</p>', "browse")
            with gr.Column(elem_id="panel-timeline", elem_classes=["pane"], min_width=0):
                block('<p class="hint">Nothing here yet.</p>', "views")
            with gr.Column(elem_id="panel-talks", elem_classes=["pane"], min_width=0):
                block('<p class="hint">Nothing here yet.</p>', "talks")
    states = gr.State(Turn("")), gr.State([]), gr.State(None), gr.State([]), gr.State(None)
    shown = archive, drop, progress, fresh, models, talk, box, as_of, tabs, sources, reader
    return Parts(*shown, *states)


def _fields() -> tuple[gr.Textbox, gr.Textbox]:
    box = gr.Textbox(
        placeholder="Ask the archive…",
        label="Question",
        show_label=False,
        max_lines=6,
        autofocus=True,
        submit_btn=ASK,
        scale=5,
        min_width=0,
        elem_id="question",
    )
    as_of = gr.Textbox(
        placeholder="YYYY-MM-DD",
        label="As of (optional)",
        max_lines=1,
        max_length=40,
        scale=0,
        min_width=0,
        elem_id="as-of",
    )
    return box, as_of


def _wire(page: gr.Blocks, parts: Parts, handle: Handlers) -> None:
    asked = [parts.asked, parts.as_of, parts.turns]
    told = [parts.box, parts.talk, parts.sources, parts.turns, parts.stop]
    typed = parts.box.submit(handle.take, parts.box, [parts.box, parts.asked], **QUIET)
    chosen = parts.talk.ask(handle.take_example, None, parts.asked, **QUIET)
    asking = [taken.then(handle.respond, asked, told, **QUIET) for taken in (typed, chosen)]
    if handle.desk.warms:  # each key, and while one is taken only the last of those that came
        typed_so_far = [parts.box, parts.as_of, parts.turns]
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
    parts.drop.dropped(handle.add_files, parts.uploads, added, **adding)
    parts.progress.halt(handle.stop, parts.halt, None, **QUIET)
    page.load(handle.headline, None, parts.headline, **QUIET)
    page.load(handle.watch_models, None, parts.models, **QUIET)
