"""Take the pictures of docs/images from a running page: `python -m tests.ui.take_pictures URL`.

Nothing else is needed but Chromium; the question is about the sample archive.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

QUESTION = "Why is the Sallowmouth cannery closing, and who saved jobs there?"
FOLDER = Path(__file__).parents[2] / "docs" / "images"
PATIENCE = 300_000  # milliseconds


def main(address: str, question: str = QUESTION) -> None:
    """Ask the question once in the light and once in the dark, and open its first citation."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, scheme in (("page", "light"), ("page-dark", "dark")):
            page = chromium.new_page(
                viewport={"width": 1280, "height": 800},
                device_scale_factor=1.5,
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            page.set_default_timeout(PATIENCE)
            page.goto(address)
            page.fill("#question textarea", question)
            page.press("#question textarea", "Enter")
            page.click(".turn[aria-busy=false] .chip")
            page.wait_for_selector("#reader mark.main")
            page.mouse.move(0, 0)
            page.wait_for_timeout(500)
            page.screenshot(path=FOLDER / f"{name}.png")
        chromium.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
