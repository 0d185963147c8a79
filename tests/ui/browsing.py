"""A server for the page and a look at it in a browser."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

ROOT = Path(__file__).parents[2]
DESKTOP, PHONE = (1280, 800), (390, 844)
PATIENCE = 60_000  # milliseconds the browser waits for anything
BOX = "#question textarea"
OVER = ".turn:last-child[aria-busy=false]"
LEAVING = (  # what Gradio says of its own open streams when a page is left
    "AbortError: signal is aborted without reason",
    "Unexpected error Connection errored out.",
)
IN_VIEW = """mark => {
    const box = mark.getBoundingClientRect();
    const pane = document.querySelector("#reader").getBoundingClientRect();
    return box.height > 0 && box.top >= pane.top && box.bottom <= pane.bottom;
}"""


def serve(*gate: str) -> Iterator[str]:
    port = str(free_port())
    yield from run("-m", "tests.ui.serve_fake", port, *gate, port=port)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def run(*arguments: str, port: str) -> Iterator[str]:
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line == f"Clippings is at http://127.0.0.1:{port}/ (Ctrl+C stops it)\n"
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()


def open_page(browser: Browser, address: str, size: tuple[int, int]) -> Iterator[Page]:
    """A page that must neither complain in its console nor ask anything of another host."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not said.text.startswith(LEAVING):
            complaints.append(said.text)

    page.on("console", hear)
    page.goto(address)
    page.wait_for_selector(".welcome")
    yield page
    hacked = page.evaluate("window.hacked")
    context.close()
    away = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert asked
    assert (away, complaints, hacked) == ([], [], None)


def ask(page: Page, question: str, wait: str = OVER) -> None:
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    page.wait_for_selector(f'.question:text-is("{question}")')
    page.wait_for_selector(wait, state="attached")
