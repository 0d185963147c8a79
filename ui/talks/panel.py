"""The panel of the conversations: its components and which event calls what. It knows Gradio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from ui.parts import QUIET, Parts, block
from ui.talks.handlers import Look, TalkHandlers, Wanted
from ui.talks.listing import render_find

HERE = Path(__file__).parent
STYLE = (HERE / "talks.css").read_text(encoding="utf-8")
SCRIPT = (HERE / "talks.js").read_text(encoding="utf-8")
LINKS = (HERE / "links.js").read_text(encoding="utf-8")  # of the block of the conversation


@dataclass(frozen=True)
class TalksPanel:
    """The components of the panel."""

    find: gr.HTML
    list: gr.HTML
    shipment: gr.HTML
    look: gr.State
    wanted: gr.State


def panel(kept: bool) -> TalksPanel:
    """Lay the panel out, inside its tab."""
    return TalksPanel(
        block(render_find() if kept else "", "talks-find", SCRIPT, plain=True),
        block("", "talks-list", SCRIPT, plain=True),
        block("", "talks-shipment", SCRIPT, plain=True),
        gr.State(Look()),
        gr.State(Wanted()),
    )


def wire(
    page: gr.Blocks, own: TalksPanel, parts: Parts, handle: TalkHandlers, asking: Sequence[Any]
) -> None:
    """Connect the panel with the page; `asking` are the events that answer a question."""
    looked = [own.look, parts.turns]
    listed = [own.list, own.look]
    told = [parts.talk, parts.sources, parts.turns, parts.reader, parts.as_of, own.list]
    for block_ in (own.find, own.list):
        block_.find(handle.find, looked, listed, **QUIET)
    own.list.alter(handle.alter, looked, [own.list, *told[:4]], **QUIET)
    own.list.export(handle.export, None, own.shipment, **QUIET)
    parts.talk.judge(handle.judge, parts.turns, [parts.talk, parts.turns], **QUIET)
    picked = [
        shower.restore(handle.pick, parts.stop, own.wanted, **QUIET)
        for shower in (own.list, parts.talk)
    ]
    picked.append(own.find.take(handle.take, None, own.wanted, **QUIET))
    for chosen in picked:
        # An event that cancels is called without its inputs, so it is one of its own.
        left = chosen.then(None, cancels=list(asking), show_progress="hidden")
        left.then(handle.show, [own.wanted, *looked], told, **QUIET)
    opened = page.load(handle.load, None, own.wanted, **QUIET)
    opened.then(handle.show, [own.wanted, *looked], told, **QUIET)
    for answered in asking:
        answered.then(handle.listing, looked, own.list, **QUIET)
