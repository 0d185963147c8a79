"""Text that would run if it could, everywhere the page shows text, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.browsing import BOX, DESKTOP, OVER, free_port, open_page, run
from tests.ui.hostile import ARTICLES, PAYLOADS
from tests.ui.test_serving import DROP

pytestmark = pytest.mark.slow
KINDS = ["mouseover", "mouseenter", "mouseout", "focus", "focusin", "animationstart", "toggle"]
PROVOKE = """kinds => {
    for (const element of document.querySelector("#top").parentElement.querySelectorAll("*"))
        for (const kind of kinds) element.dispatchEvent(new Event(kind, { bubbles: true }));
}"""
STRANGERS = """() => {
    const kinds = "script, iframe, object, embed, img, animate, video, form, meta, base, xss";
    const inside = [...document.querySelectorAll("#top, #desk")];
    const own = "form.look, form.seek, form.talk-name, form[data-paste]";
    return inside.flatMap(part => [...part.querySelectorAll(kinds)])
        .filter(found => !found.matches(own)).map(found => found.outerHTML);
}"""


def test_at_least_fifty_payloads_are_tried() -> None:
    assert len(set(PAYLOADS)) >= 50


def test_nothing_runs_in_articles_answers_questions_or_names(
    browser: Browser, tmp_path: Path
) -> None:
    port = str(free_port())
    dialogs: list[str] = []
    for address in run("-m", "tests.ui.serve_hostile", port, str(tmp_path), port=port):
        for page in open_page(browser, address, DESKTOP):
            page.on("dialog", lambda dialog: dialogs.append(dialog.message))
            _say(page, " ".join(PAYLOADS), 1)
            expect(page.locator(".chip")).to_have_count(len(PAYLOADS))
            expect(page.locator(".card")).to_have_count(len(ARTICLES))
            for at in range(0, len(PAYLOADS), 8):
                page.locator(".chip").nth(at).hover()
                expect(page.locator("#cite")).to_contain_text(f"Title {at} {PAYLOADS[at][:5]}")
                page.locator(".chip").nth(at).click()
                expect(page.locator(".story h2")).to_contain_text(f"Title {at} ")
                page.evaluate(PROVOKE, KINDS)
            _say(page, f"refuse {PAYLOADS[0]}", 2)
            expect(page.locator(".near")).to_have_count(3)
            names = [f"{payload}.png" for payload in PAYLOADS if "/" not in payload]
            page.evaluate(DROP, [[name, "x"] for name in names])
            expect(page.locator(".skipped li")).to_have_count(len(names))
            page.evaluate(PROVOKE, KINDS)
            assert page.evaluate(STRANGERS) == []
            assert page.evaluate("window.hacked") is None
    assert dialogs == []


def _say(page: Page, question: str, turns: int) -> None:
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    expect(page.locator(".turn")).to_have_count(turns)
    page.wait_for_selector(OVER)
