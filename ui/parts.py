"""What the parts of the page share: its components, an HTML block, how events are called.

It knows Gradio, and neither the layout (page.py) nor what events do (handlers.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

HERE = Path(__file__).parent
WORDS = (HERE / "words.js").read_text(encoding="utf-8")
SCRIPT = (HERE / "page.js").read_text(encoding="utf-8")
QUIET: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "concurrency_limit": None,
}


@dataclass(frozen=True)
class Parts:
    """The components of the page itself that events read and change."""

    headline: gr.HTML
    drop: gr.HTML
    progress: gr.HTML
    settings: gr.HTML
    fresh: gr.Button
    models: gr.HTML
    talk: gr.HTML
    box: gr.Textbox
    as_of: gr.Textbox
    tabs: gr.HTML
    sources: gr.HTML
    reader: gr.HTML
    asked: gr.State
    turns: gr.State
    stop: gr.State
    uploads: gr.State
    halt: gr.State
    chosen: gr.State


def block(value: str, name: str, script: str = "", *, plain: bool = False) -> gr.HTML:
    """An HTML block of id `name`; what is pressed in it works as everywhere on the page.

    A button with `data-open` opens an article (`OpenRequest.attribute()`), one with `data-fill`
    puts its words into the question box, one with `data-tab` shows that tab. `script` comes after
    the page's own, with `element`, `trigger`, `watch` and `put`; `plain` leaves the page's out.
    """
    whole = "\n".join((WORDS, *([] if plain else [SCRIPT]), script))
    return gr.HTML(value, elem_id=name, js_on_load=whole, apply_default_css=False)
