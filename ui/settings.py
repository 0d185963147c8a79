"""What a reader may set, as HTML, and what the browser says was set. Pure; settings.js keeps it.

The settings are kept in the browser and hold for the questions that come.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

STRICTEST = 95  # percent; of 100 every answer would be refused
ALLOWED = (3, 5, 10, 20, 40)  # seconds that can be chosen
THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
BUTTON = '<button type="button" class="disclose" popovertarget="settings">Settings</button>'


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was set; None is as the chatbot has it."""

    strictness: float | None = None  # 0 to 1: how likely an answer must be right to be given
    seconds: float | None = None  # how long an answer may take

    @classmethod
    def parse(cls, record: object) -> Chosen:
        """What the browser sent, which is not trusted: what is not of this form is not set."""
        said = record if isinstance(record, dict) else {}
        percent, seconds = said.get("strictness"), said.get("seconds")
        return cls(
            percent / 100 if type(percent) is int and 0 <= percent <= STRICTEST else None,
            float(seconds) if type(seconds) is int and seconds in ALLOWED else None,
        )


@dataclass(frozen=True, slots=True)
class Usual:
    """What holds where nothing is set."""

    needed: float  # 0 to 1: how likely an answer must be right to be given
    model: str
    seconds: float | None = None  # how long an answer may take; None: as long as it does


def render_settings(usual: Usual) -> str:
    """The sheet behind the button."""
    needed = round(100 * usual.needed)
    themes = "".join(
        f'<label><input type="radio" name="theme" value="{name}"> {label}</label>'
        for name, label in THEMES.items()
    )
    return (
        f'{BUTTON}<div popover id="settings" role="dialog" aria-labelledby="settings-title">'
        '<h2 class="add-title" id="settings-title">Settings</h2>'
        '<p class="setting"><label for="strictness">How sure an answer must be</label>'
        f'<input type="range" id="strictness" min="0" max="{STRICTEST}" step="1" value="{needed}"'
        f' data-usual="{needed}" aria-describedby="strictness-means">'
        '<span class="ends" aria-hidden="true"><span>generous</span><span>strict</span></span>'
        '<output class="means" id="strictness-means" for="strictness"></output>'
        '<button type="button" class="plain" data-usual>as it was measured best</button></p>'
        f"{_seconds(usual.seconds)}"
        '<fieldset class="setting"><legend>Colours</legend>'
        f'<span class="themes">{themes}</span></fieldset>'
        f'<p class="setting">Model <bdi class="model">{escape(usual.model)}</bdi></p>'
        '<p class="means">Kept in this browser; what is asked from now on goes by it.</p></div>'
    )


def _seconds(usual: float | None) -> str:
    first = "no limit" if usual is None else f"{usual:g} s, as it was started"
    rows = "".join(f'<option value="{allowed}">{allowed} s</option>' for allowed in ALLOWED)
    return (
        '<p class="setting"><label for="seconds">Time for an answer</label>'
        f'<select id="seconds" aria-describedby="seconds-means"><option value="">{first}</option>'
        f'{rows}</select><span class="means" id="seconds-means">In less time the model reads and'
        " writes less.</span></p>"
    )
