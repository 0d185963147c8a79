"""Take the pictures of docs/images from a running page: `python -m tests.ui.take_pictures URL`.

Nothing else is needed but Chromium; the questions are about the sample archive.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

WIDE, PHONE = (1280, 800), (390, 844)
FIRST = ("Why is the Sallowmouth cannery closing, and who saved jobs there?",)
PICTURES = {  # name, colours and size, and what is asked in turn
    ("page", "light", WIDE): FIRST,
    ("page-dark", "dark", WIDE): (
        "Who saved jobs at the Sallowmouth cannery?",
        "When did they buy it?",
    ),
    ("page-phone", "light", PHONE): FIRST,
}
TOPIC = "the Wenlo bridge"
FOLDER = Path(__file__).parents[2] / "docs" / "images"
KEY = 120  # milliseconds from key to key: a quick typist
PATIENCE = 300_000  # milliseconds


def main(address: str) -> None:
    """Ask, open the first citation of the last answer, and point at it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for (name, scheme, (width, height)), questions in PICTURES.items():
            page = _page(chromium, address, scheme, width, height)
            for count, question in enumerate(questions, 1):
                box = page.locator("#question textarea")
                box.press_sequentially(question, delay=KEY)  # it is read ahead meanwhile
                box.press("Enter")
                page.wait_for_selector(f".turn:nth-child({count})[aria-busy=false]")
            if width > PHONE[0]:
                page.click(".turn:last-child .chip")
                page.wait_for_selector("#reader mark.main")
            page.mouse.move(5, 5)  # the card comes when the pointer does
            page.hover(".turn:last-child .chip")
            _take(page, name)
            page.close()
        page = _page(chromium, address, "light", *WIDE)
        page.click(".tab[data-tab=archive]")
        page.wait_for_selector("#browse-found button")
        _take(page, "page-archive")
        page.click(".tab[data-tab=timeline]")
        page.fill("[name=topic]", TOPIC)
        page.click(".look-go")
        page.wait_for_selector("#panel-timeline svg")
        _take(page, "page-timeline")
        chromium.close()


def _page(chromium: Browser, address: str, scheme: str, width: int, height: int) -> Page:
    page = chromium.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=1.5,
        color_scheme=scheme,
    )
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector(".example")
    return page


def _take(page: Page, name: str) -> None:
    """Save what is seen, in few colours, which makes a small file."""
    file = FOLDER / f"{name}.png"
    page.wait_for_timeout(500)
    page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
