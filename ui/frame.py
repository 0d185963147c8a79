"""The tabs beside the conversation. Pure: HTML out; what shows and hides them is frame.js."""

from __future__ import annotations

TABS = {  # by the id of the panel; on a narrow screen "ask" shows the conversation itself
    "ask": "Ask",
    "article": "Article",
    "archive": "Archive",
    "timeline": "Timeline",
    "talks": "Conversations",
}


def render_tabs(chosen: str = "article") -> str:
    """The tab bar; the panel of a tab has the id `panel-` and its name."""
    return (
        '<div class="tabs" role="tablist" aria-label="Beside the conversation">'
        f"{''.join(_tab(name, label, name == chosen) for name, label in TABS.items())}</div>"
    )


def _tab(name: str, label: str, chosen: bool) -> str:
    selected, stop = ("true", "0") if chosen else ("false", "-1")
    return (
        f'<button type="button" class="tab" role="tab" id="tab-{name}" data-tab="{name}"'
        f' aria-controls="panel-{name}" aria-selected="{selected}" tabindex="{stop}">'
        f"{label}</button>"
    )
