"""The panel "Timeline" in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.ui.browsing import IN_VIEW

pytestmark = pytest.mark.slow
TOPIC = '.look [name="topic"]'


def look(page: Page, topic: str) -> None:
    page.click("#tab-timeline")
    page.fill(TOPIC, topic)
    page.press(TOPIC, "Enter")


def test_a_topic_gives_a_plot_and_events_that_open_their_articles(page: Page) -> None:
    look(page, "the ferry")
    expect(page.locator(".event")).to_have_count(3)
    expect(page.get_by_role("img", name="Articles a week on the ferry")).to_be_visible()
    page.get_by_text("The figures").click()
    expect(page.get_by_role("rowheader", name="14 April 2031")).to_be_visible()
    page.locator(".event .chip").nth(1).click()
    page.wait_for_selector("#reader mark.main")
    page.wait_for_function(f"({IN_VIEW})(document.querySelector('#reader mark.main'))")
    page.click("#tab-timeline")
    expect(page.locator(".event")).to_have_count(3)


def test_the_three_views_are_had_by_keyboard_alone(page: Page) -> None:
    look(page, "the ferry")
    page.wait_for_selector(".event")
    page.locator('.look [value="timeline"]').focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".summary .told")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("One outlet")).to_be_visible()
    page.get_by_label("One outlet").select_option("Aldern Courier")
    page.get_by_label("The other").select_option("The Hest Lantern")
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    expect(page.locator(".pair.differs")).to_have_count(1)
    expect(page.get_by_text("Only Aldern Courier")).to_be_visible()


def test_what_is_not_there_or_cannot_be_taken_says_why(phone: Page) -> None:
    look(phone, "a yeti")
    expect(phone.get_by_text("No article speaks of “a yeti”.")).to_be_visible()
    phone.fill('.look [name="since"]', "2031-05-01")
    phone.fill('.look [name="until"]', "2031-04-01")
    phone.fill(TOPIC, "the ferry")
    phone.press(TOPIC, "Enter")
    expect(phone.get_by_role("alert")).to_contain_text("before it begins")
    phone.fill('.look [name="since"]', "")
    phone.press(TOPIC, "Enter")
    phone.wait_for_selector(".event")
    wide = phone.evaluate("document.querySelector('#panel-timeline').scrollWidth")
    assert wide <= 390
