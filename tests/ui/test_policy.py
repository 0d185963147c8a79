"""What the page may load and run, as the browser that was told sees to it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.ui.browsing import PATIENCE

pytestmark = pytest.mark.slow
# Each tells what the browser forbade it; an address of the kind that no name server knows.
LEAVE = """async () => {
    const forbidden = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        forbidden.push(event.effectiveDirective));
    const put = (name, facts) =>
        document.body.append(Object.assign(document.createElement(name), facts));
    put("img", { src: "https://away.invalid/x.png" });
    put("script", { src: "https://away.invalid/x.js" });
    put("script", { textContent: "window.hacked = 1" });
    put("iframe", { src: "https://away.invalid/" });
    put("div", { innerHTML: "<img src=x: onerror='window.hacked = 2'>" });
    put("object", { data: "https://away.invalid/x" });
    await fetch("https://away.invalid/").catch(() => {});
    await new Promise((done) => setTimeout(done, 500));
    return [forbidden, window.hacked ?? null];
}"""


def test_nothing_is_fetched_from_elsewhere_and_no_script_that_came_in_later_runs(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector(".welcome")
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url))
    forbidden, hacked = page.evaluate(LEAVE)
    assert hacked is None
    assert {
        "img-src", "script-src-elem", "script-src-attr", "frame-src", "object-src", "connect-src"
    } <= set(forbidden)  # fmt: skip
    assert forbidden.count("script-src-elem") == 2
    assert not [url for url in asked if "away.invalid" in url]
    page.close()
