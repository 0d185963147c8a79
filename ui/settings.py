"""What a reader may set, as HTML, and what the browser says was set. Pure; settings.js keeps it.

The settings are kept in the browser and hold for the questions that come.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ui.words import marked, say_html

STRICTEST = 95  # percent; of 100 every answer would be refused
ALLOWED = (3, 5, 10, 20, 40)  # seconds that can be chosen
THEMES = {"system": marked("As the system"), "light": marked("Light"), "dark": marked("Dark")}


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
        f'<label><input type="radio" name="theme" value="{name}"> {say_html(label)}</label>'
        for name, label in THEMES.items()
    )
    title = say_html("Settings")
    means = say_html("An answer is given if it is at least %(percent)s%% likely to be right.")
    model = say_html("Model %(name)s", name=f'<bdi class="model">{escape(usual.model)}</bdi>')
    kept = say_html("Kept in this browser; what is asked from now on goes by it.")
    return (
        f'<button type="button" class="disclose" popovertarget="settings">{title}</button>'
        '<div popover id="settings" role="dialog" aria-labelledby="settings-title">'
        f'<h2 class="add-title" id="settings-title">{title}</h2>'
        '<p class="setting"><label for="strictness">'
        f"{say_html('How sure an answer must be')}</label>"
        f'<input type="range" id="strictness" min="0" max="{STRICTEST}" step="1" value="{needed}"'
        f' data-usual="{needed}" aria-describedby="strictness-means">'
        f'<span class="ends" aria-hidden="true"><span>{say_html("generous")}</span>'
        f"<span>{say_html('strict')}</span></span>"
        '<output class="means" id="strictness-means" for="strictness"'
        f' data-said="{means}"></output><button type="button" class="plain" data-usual>'
        f"{say_html('as it was measured best')}</button></p>"
        f"{_seconds(usual.seconds)}"
        f'<fieldset class="setting"><legend>{say_html("Colours")}</legend>'
        f'<span class="themes">{themes}</span></fieldset>'
        f'<p class="setting">{model}</p><p class="means">{kept}</p></div>'
    )


def _seconds(usual: float | None) -> str:
    first = (
        say_html("no limit")
        if usual is None
        else say_html("%(n)s s, as it was started", n=f"{usual:g}")
    )
    rows = "".join(
        f'<option value="{allowed}">{say_html("%(n)s s", n=str(allowed))}</option>'
        for allowed in ALLOWED
    )
    less = say_html("In less time the model reads and writes less.")
    return (
        f'<p class="setting"><label for="seconds">{say_html("Time for an answer")}</label>'
        f'<select id="seconds" aria-describedby="seconds-means"><option value="">{first}</option>'
        f'{rows}</select><span class="means" id="seconds-means">{less}</span></p>'
    )
