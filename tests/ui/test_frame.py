"""The tabs and the settings as HTML."""

from __future__ import annotations

import re

from tests.ui.hostile import PAYLOADS
from tests.ui.markup import elements, text
from ui.frame import TABS, render_tabs
from ui.settings import STRICTEST, Chosen, Usual, render_settings


def test_one_tab_is_chosen_and_can_be_reached_by_the_keyboard() -> None:
    html = render_tabs("timeline")
    tabs = re.findall(r"<button.*?</button>", html)
    assert len(tabs) == len(TABS)
    chosen = [tab for tab in tabs if 'aria-selected="true"' in tab]
    assert [text(tab) for tab in chosen] == ["Timeline"]
    assert [tab for tab in tabs if 'tabindex="0"' in tab] == chosen


def test_the_settings_begin_as_the_chatbot_has_them() -> None:
    html = render_settings(Usual(0.2159, "a-model", 7.5))
    assert 'value="22"' in html
    assert "a-model" in text(html)
    assert "7.5 s, as it was started" in text(html)
    assert "no limit" not in text(html)


def test_the_name_of_a_model_stays_text() -> None:
    for payload in PAYLOADS:
        html = render_settings(Usual(0.2, payload))
        assert elements(html) == elements(render_settings(Usual(0.2, "a-model")))


def test_strictness_comes_in_percent() -> None:
    assert Chosen.parse({"strictness": 60}) == Chosen(0.6)
    assert Chosen.parse({"strictness": STRICTEST + 1}) == Chosen()
