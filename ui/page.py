"""The layout of the page and which event calls what. It knows Gradio, and no model and no index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from ui.archive import BUTTON, Limits, render_drop
from ui.ask import Desk
from ui.conversation import render_conversation
from ui.handlers import ASK, Handlers
from ui.reader import EMPTY as NO_ARTICLE
from ui.shelf import ENDINGS
from ui.sources import EMPTY as NO_SOURCES
from ui.turn import Turn
from ui.uploads import Uploads

HERE = Path(__file__).parent
SCRIPT = (HERE / "page.js").read_text(encoding="utf-8")
DROPPING = (HERE / "drop.js").read_text(encoding="utf-8")
STYLE = (HERE / "page.css").read_text(encoding="utf-8")
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO_FONTS = ("ui-monospace", "Menlo", "Consolas", "monospace")


@dataclass(frozen=True)
class Parts:
    """The components that events read and change."""

    headline: gr.HTML
    drop: gr.HTML
    progress: gr.HTML
    fresh: gr.Button
    models: gr.HTML
    talk: gr.HTML
    box: gr.Textbox
    as_of: gr.Textbox
    sources: gr.HTML
    reader: gr.HTML
    asked: gr.State
    turns: gr.State
    stop: gr.State
    uploads: gr.State
    halt: gr.State


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
        archive = _html(headline, "headline")
        models = _html("", "models")
        _html(BUTTON, "adder")
        fresh = gr.Button("New conversation", elem_id="fresh", size="sm", min_width=0, scale=0)
        with gr.Column(elem_id="add", min_width=0):
            taking = render_drop(ENDINGS, uploads.limits, uploads.refusal())
            drop = _html(taking, "drop", DROPPING)
            progress = _html("", "progress")
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk", scale=3, min_width=0):
            talk = _html(render_conversation((), examples), "conversation")
            with gr.Row(elem_id="ask"):
                box, as_of = _fields()
        with gr.Column(elem_id="side", scale=2, min_width=0):
            sources = _html(NO_SOURCES, "sources")
            reader = _html(NO_ARTICLE, "reader")
    states = gr.State(Turn("")), gr.State([]), gr.State(None), gr.State([]), gr.State(None)
    shown = archive, drop, progress, fresh, models, talk, box, as_of, sources, reader
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
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_limit": None,
    }
    asked = [parts.asked, parts.as_of, parts.turns]
    told = [parts.box, parts.talk, parts.sources, parts.turns, parts.stop]
    typed = parts.box.submit(handle.take, parts.box, [parts.box, parts.asked], **quiet)
    chosen = parts.talk.ask(handle.take_example, None, parts.asked, **quiet)
    asking = [taken.then(handle.respond, asked, told, **quiet) for taken in (typed, chosen)]
    parts.box.stop(handle.stop, parts.stop, None, **quiet)
    # An event that cancels is called without its inputs, so starting anew is an event of its own.
    ended = parts.fresh.click(None, cancels=asking, show_progress="hidden")
    ended.then(handle.start_anew, parts.stop, [*told, parts.reader], **quiet)
    for pane in (parts.talk, parts.sources):
        pane.open(handle.open_article, None, parts.reader, **quiet)
    parts.talk.sources(handle.show_sources, parts.turns, parts.sources, **quiet)
    added = [parts.progress, parts.headline, parts.uploads, parts.halt]
    adding = {**quiet, "trigger_mode": "multiple"}  # who drops more meanwhile waits, unrefused
    parts.drop.dropped(handle.add_files, parts.uploads, added, **adding)
    parts.progress.halt(handle.stop, parts.halt, None, **quiet)
    page.load(handle.headline, None, parts.headline, **quiet)
    page.load(handle.watch_models, None, parts.models, **quiet)


def _html(value: str, name: str, script: str = SCRIPT) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)
