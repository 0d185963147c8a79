"""What a reader may set, as HTML, and what the browser says was set. Pure; settings.js keeps it.

The settings are kept in the browser and hold for the questions that come.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

STRICTEST = 95  # percent; of 100 every answer would be refused
THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
BUTTON = '<button type="button" class="disclose" popovertarget="settings">Settings</button>'


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was set; None is as the chatbot has it."""

    strictness: float | None = None  # 0 to 1: how likely an answer must be right to be given

    @classmethod
    def parse(cls, record: object) -> Chosen:
        """What the browser sent, which is not trusted: what is not of this form is not set."""
        percent = record.get("strictness") if isinstance(record, dict) else None
        fits = type(percent) is int and 0 <= percent <= STRICTEST
        return cls(percent / 100 if fits else None)  # type: ignore[operator]


def render_settings(needed: float, model: str) -> str:
    """The sheet behind the button; `needed` is how likely an answer must be right if not set."""
    usual = round(100 * needed)
    themes = "".join(
        f'<label><input type="radio" name="theme" value="{name}"> {label}</label>'
        for name, label in THEMES.items()
    )
    return (
        f'{BUTTON}<div popover id="settings" role="dialog" aria-labelledby="settings-title">'
        '<h2 class="add-title" id="settings-title">Settings</h2>'
        '<p class="setting"><label for="strictness">How sure an answer must be</label>'
        f'<input type="range" id="strictness" min="0" max="{STRICTEST}" step="1" value="{usual}"'
        f' data-usual="{usual}" aria-describedby="strictness-means">'
        '<span class="ends" aria-hidden="true"><span>generous</span><span>strict</span></span>'
        '<output class="means" id="strictness-means" for="strictness"></output>'
        '<button type="button" class="plain" data-usual>as it was measured best</button></p>'
        '<fieldset class="setting"><legend>Colours</legend>'
        f'<span class="themes">{themes}</span></fieldset>'
        f'<p class="setting">Model <bdi class="model">{escape(model)}</bdi></p>'
        '<p class="means">Kept in this browser; what is asked from now on goes by it.</p></div>'
    )
