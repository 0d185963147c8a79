"""Whether a browser's tab is still known here. It knows Gradio's errors, and no layout."""

from __future__ import annotations

import gradio as gr

from ui.conversation import greeted
from ui.words import say_html


def recognise(mark: str, known: bool) -> None:
    """Refuse a tab that was greeted and is known no more: what it shows is not what would hold.

    Its settings, filter and earlier questions went with the sessions that are forgotten first, or
    with the server that was started anew.
    """
    if known or not greeted(mark):
        return
    raise gr.Error(
        say_html(
            "The server was started anew since, or has forgotten this tab among many. Reload the"
            " page, which brings back your settings and a conversation that is kept; then ask."
        ),
        duration=None,
        title=say_html("Not asked"),
        print_exception=False,
    )
