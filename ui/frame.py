"""The tabs beside the conversation. Pure: HTML out; what shows and hides them is frame.js."""

from __future__ import annotations

from html import escape

from ui.words import marked, say_html, spoken

TABS = {  # by the id of the panel; on a narrow screen "ask" shows the conversation itself
    "ask": marked("Ask"),
    "article": marked("Article"),
    "archive": marked("Archive"),
    "timeline": marked("Timeline"),
    "talks": marked("Conversations"),
}


def render_tabs(chosen: str = "article") -> str:
    """The tab bar; the panel of a tab has the id `panel-` and its name."""
    tabs = "".join(_tab(name, say_html(label), name == chosen) for name, label in TABS.items())
    return (
        f'<div class="tabs" role="tablist" aria-label="{say_html("Beside the conversation")}"'
        f' data-conversation="{say_html("Conversation")}">'
        f"{tabs}</div>"
    )


def render_first() -> str:
    """What stands first on the page: a way past it all, the answer spoken once, the language."""
    language = spoken()
    return (
        f'<a class="skip" href="#question">{say_html("Skip to the question")}</a>'
        '<p class="unheard" id="said" aria-live="polite"></p>'
        f'<i hidden id="spoken" data-code="{escape(language.code)}"'
        f' data-direction="{escape(language.direction)}"></i>'
    )


def _tab(name: str, label: str, chosen: bool) -> str:
    selected, stop = ("true", "0") if chosen else ("false", "-1")
    return (
        f'<button type="button" class="tab" role="tab" id="tab-{name}" data-tab="{name}"'
        f' aria-controls="panel-{name}" aria-selected="{selected}" tabindex="{stop}">'
        f"{label}</button>"
    )
