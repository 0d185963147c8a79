"""Take the pictures of docs/images from a running page: `python -m tests.ui.take_pictures URL`.

Nothing else is needed but Chromium; the questions are about the sample archive.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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
FOLDER = Path(__file__).parents[2] / "docs" / "images"
PATIENCE = 300_000  # milliseconds


def main(address: str) -> None:
    """Ask, open the first citation of the last answer, and point at it."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for (name, scheme, (width, height)), questions in PICTURES.items():
            page = chromium.new_page(
                viewport={"width": width, "height": height},
                device_scale_factor=1.5,
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            page.set_default_timeout(PATIENCE)
            page.goto(address)
            for count, question in enumerate(questions, 1):
                page.fill("#question textarea", question)
                page.press("#question textarea", "Enter")
                page.wait_for_selector(f".turn:nth-child({count})[aria-busy=false]")
            if width > PHONE[0]:
                page.click(".turn:last-child .chip")
                page.wait_for_selector("#reader mark.main")
            page.hover(".turn:last-child .chip")  # the card beside it
            page.wait_for_timeout(500)
            page.screenshot(path=FOLDER / f"{name}.png")
        chromium.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
