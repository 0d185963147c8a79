"""The page for who cannot see it, or has no mouse: axe, the keyboard, what is spoken."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.ui.browsing import BOX, OVER, ask
from tests.ui.news import FERRY_COST

pytestmark = pytest.mark.slow
DARK = '#settings input[value="dark"]'


def faults(page: Page) -> list[tuple[str, Any]]:
    """What axe finds serious or critical, and where."""
    found = Axe().run(page).response["violations"]
    return [
        (fault["id"], [node["html"][:200] for node in fault["nodes"]])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]


def look_everywhere(page: Page) -> None:
    assert faults(page) == []  # the welcome
    ask(page, "What did the ferry cost?")
    ask(page, "Who won the chess cup?")
    assert faults(page) == []
    page.click(".chip >> nth=1")
    page.wait_for_selector("#reader mark.main")
    assert faults(page) == []
    page.click("#setting .disclose")
    assert faults(page) == []


def test_axe_finds_nothing_serious_in_light_and_dark(page: Page) -> None:
    look_everywhere(page)
    page.check(DARK)
    page.keyboard.press("Escape")
    for tab in ("timeline", "talks", "archive", "article"):
        page.click(f"#tab-{tab}")
        assert faults(page) == []


def test_axe_finds_nothing_serious_on_a_phone(phone: Page) -> None:
    look_everywhere(phone)


def test_the_card_of_a_citation_shows_quote_outlet_and_day(page: Page) -> None:
    ask(page, "What did the ferry cost?")
    page.hover(".chip >> nth=1")
    card = page.locator("#cite")
    expect(card).to_contain_text(FERRY_COST)
    expect(card).to_contain_text("Aldern Courier · 17 April 2031")
    column = "document.querySelector('#panel-ask').getBoundingClientRect().right"
    assert card.evaluate(f"card => card.getBoundingClientRect().right <= {column}")
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    page.focus(".chip >> nth=0")
    expect(card).to_be_visible()
    expect(page.locator(".chip >> nth=0")).to_have_attribute("aria-describedby", "cite")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_the_keyboard_alone_asks_and_goes_from_citation_to_citation(page: Page) -> None:
    page.focus(".skip")
    page.keyboard.press("Enter")
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.type("What did the ferry cost?")
    page.keyboard.press("Enter")
    page.wait_for_selector(OVER)
    expect(page.locator("#said")).to_contain_text("The repairs took eleven weeks")
    page.focus(".chip >> nth=0")
    page.keyboard.press("Enter")
    expect(page.locator(".step-at")).to_have_text("Citation 1 of 3")
    expect(page.locator(".story h2")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("#reader mark.main")).to_have_attribute("data-n", "2")
    page.keyboard.press("n")
    expect(page.locator(".story h2")).to_have_text("Hull repairs cost more than planned")
    expect(page.locator('[data-step="1"]')).to_be_disabled()
    page.keyboard.press("p")
    expect(page.locator(".step-at")).to_have_text("Citation 2 of 3")


def test_settings_are_kept_in_the_browser_and_hold_for_the_next_question(page: Page) -> None:
    page.click("#setting .disclose")
    page.check(DARK)
    page.focus("#strictness")
    page.keyboard.press("Home")
    expect(page.locator("#strictness-means")).to_contain_text("at least 0% likely")
    page.select_option("#seconds", "5")
    page.reload()
    page.wait_for_selector(".welcome")
    expect(page.locator("body")).to_have_class("dark")
    page.click("#setting .disclose")
    expect(page.locator("#strictness")).to_have_value("0")
    page.click("#setting .plain")
    expect(page.locator("#strictness")).to_have_value("20")
    expect(page.locator("#seconds")).to_have_value("5")
    expect(page.locator("#settings .model")).to_have_text("fake-1.5b")
    page.keyboard.press("Escape")
    ask(page, "What did the ferry cost?")
    expect(page.locator(".read")).to_have_text("within 5 s")
    page.click("#setting .disclose")
    page.select_option("#seconds", label="no limit")
    page.keyboard.press("Escape")
    ask(page, "Who bakes at the bakery?")
    expect(page.locator(".turn:last-child .read")).to_have_count(0)


def test_a_reload_in_mid_answer_gives_the_question_back(page: Page) -> None:
    ask(page, "Who bakes at the bakery? Tell slowly.", wait=".turn[aria-busy=true] .answer")
    page.reload()
    expect(page.locator("#unfinished")).to_contain_text("before its answer was finished")
    expect(page.locator(BOX)).to_have_value("Who bakes at the bakery? Tell slowly.")
    page.fill(BOX, "What did the ferry cost?")
    page.press(BOX, "Enter")
    page.wait_for_selector(OVER)
    expect(page.locator("#unfinished")).to_have_text("")
