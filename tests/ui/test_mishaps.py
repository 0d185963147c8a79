"""What goes wrong in daily use: a server that starts anew in mid-answer, several tabs at once."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.browsing import BOX, OVER, PATIENCE, ask, free_port, run

pytestmark = pytest.mark.slow
SLOWLY = "Who bakes at the bakery? Tell slowly."
TABS = 10  # a browser opens six connections to a server, for all tabs together


def figures(address: str) -> str:
    with urlopen(f"{address}metrics") as reply:
        return str(reply.read().decode())


def test_a_page_whose_server_starts_anew_says_so_and_gives_the_question_back(
    browser: Browser,
) -> None:
    port = str(free_port())
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    for address in run("-m", "tests.ui.serve_fake", port, port=port):
        page.goto(address)
        ask(page, SLOWLY, wait=".turn[aria-busy=true] .answer")
    expect(page.get_by_text("Connection to the server was lost")).to_be_visible(timeout=PATIENCE)
    for _ in run("-m", "tests.ui.serve_fake", port, port=port):
        expect(page.locator("#unfinished")).to_contain_text("loaded anew", timeout=PATIENCE)
        expect(page.locator(BOX)).to_have_value(SLOWLY)
        ask(page, "Who bakes at the bakery?")
        page.close()


def test_a_tab_that_the_server_has_forgotten_says_so_and_asks_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    port = str(free_port())
    arguments = ("-m", "tests.ui.serve_fake", port, str(tmp_path / "talks.sqlite"))
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    for address in run(*arguments, port=port):
        page.goto(address)
        ask(page, "What did the ferry cost?")
        page.wait_for_selector("[data-known]", state="attached")
    for _ in run(*arguments, port=port):  # started anew: it knows no tab
        page.fill(BOX, "And the hull?")
        page.press(BOX, "Enter")
        expect(page.locator(".toast-body")).to_contain_text("Reload the page")
        expect(page.locator(BOX)).to_have_value("And the hull?")
        assert page.locator(".turn").count() == 1
        page.reload()
        page.wait_for_selector(OVER)
        ask(page, "And the hull?")
        expect(page.locator(".turn:last-child .standalone")).to_contain_text("the hull?")
    page.context.close()


def test_each_of_ten_tabs_gets_its_own_answer(browser: Browser, address: str) -> None:
    context = browser.new_context()
    context.set_default_timeout(2 * PATIENCE)
    pages = [context.new_page() for _ in range(TABS)]
    for page in pages:  # the last is opened while the others are
        page.goto(address)
        page.wait_for_selector(".welcome")
    for number, page in enumerate(pages):
        page.fill(BOX, f"Who bakes at the bakery? Tell tab {number}.")
        page.press(BOX, "Enter")
    for number, page in enumerate(pages):
        page.wait_for_selector(OVER)
        expect(page.locator(".question")).to_contain_text(f"Tell tab {number}.")
        expect(page.locator(".chip")).to_have_count(1)
    context.close()


def test_a_tab_that_is_closed_in_mid_answer_ends_it(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    ask(page, "What did the ferry cost? Tell slowly.", wait=".turn[aria-busy=true] .answer")
    page.close()
    end = time.monotonic() + PATIENCE / 1000
    while "clippings_questions_open 0.0" not in (told := figures(address)):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert 'clippings_questions_total{outcome="stopped"} 1.0' in told
