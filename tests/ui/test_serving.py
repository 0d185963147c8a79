"""The page as it is served: its start, files dropped on it, programs, and the real chatbot."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.answer import REFUSAL
from tests.ui.browsing import DESKTOP, IN_VIEW, OVER, ROOT, ask, free_port, open_page, run, serve
from tests.ui.fake_bot import ARTICLES, PAYLOADS
from tests.ui.serve_small import ANSWER as NEWS
from tests.ui.serve_small import LIMITS

pytestmark = pytest.mark.slow
DROP = """files => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([text], name));
    const options = { dataTransfer: data, bubbles: true, cancelable: true };
    for (const kind of ["dragover", "drop"])
        document.querySelector("#conversation").dispatchEvent(new DragEvent(kind, options));
}"""


def test_the_page_is_up_before_the_models_are_loaded(browser: Browser, tmp_path: Path) -> None:
    gate = tmp_path / "go"
    for waiting in serve(str(gate)):
        for page in open_page(browser, waiting, DESKTOP):
            expect(page.locator(".models")).to_contain_text("models are loading")
            ask(page, "Who bakes at the bakery?", wait=".status.live")
            expect(page.locator(".status")).to_contain_text("models are loading")
            gate.touch()
            page.wait_for_selector(OVER)
            expect(page.locator(".chip")).to_have_count(1)
            expect(page.locator(".models")).to_have_count(0)


def test_the_pages_own_events_are_no_interface_to_programs(address: str) -> None:
    with urllib.request.urlopen(f"{address}gradio_api/info", timeout=10) as reply:
        offered = json.load(reply)
    assert sorted(offered["named_endpoints"]) == ["/add", "/article", "/ask", "/search"]
    assert offered["unnamed_endpoints"] == {}


def test_an_archive_that_cannot_be_written_says_so(page: Page) -> None:
    page.click("#adder .disclose")
    expect(page.locator("#drop .notice")).to_contain_text("The Aldern Archive, cannot be written")
    expect(page.locator(".pick")).to_have_count(0)


def test_files_are_dropped_read_reported_and_asked_about(browser: Browser, tmp_path: Path) -> None:
    port, slow = str(free_port()), tmp_path / "slow"
    bad = f"bad {PAYLOADS[1]}.json"
    for address in run("-m", "tests.ui.serve_small", port, str(tmp_path), port=port):
        for page in open_page(browser, address, DESKTOP):
            expect(page.locator("#add")).to_be_hidden()
            slow.touch()
            news = f"Light on Gull Rock\n\n{NEWS} It had been dark for two years."
            page.evaluate(DROP, [["light (2).txt", news], [bad, "{"], ["p.png", "x"]])
            expect(page.locator("#progress .status")).to_have_text("Embedding what was read…")
            expect(page.locator("#progress .counts")).to_contain_text("2 of 2 files")
            page.evaluate(DROP, [["huge.txt", "x" * (LIMITS.bytes + 1)]])
            expect(page.locator(".sending")).to_contain_text("others are being added")
            slow.unlink()
            second, first = page.locator(".upload >> nth=0"), page.locator(".upload >> nth=1")
            expect(first).to_contain_text("1 article added in")
            expect(first).to_contain_text(f"{bad}, record 1: is no JSON")
            expect(first).to_contain_text("p.png: is of a format that is not read")
            expect(second).to_contain_text("huge.txt: is larger than 2 MB, the limit")
            expect(page.locator("#headline")).to_contain_text("2 articles")
            page.locator(".pick").first.focus()
            page.keyboard.press("Escape")
            expect(page.locator("#add")).to_be_hidden()
            expect(page.locator("#adder .disclose")).to_be_focused()
            ask(page, "Where was the lighthouse on Gull Rock lit again?")
            page.click(".chip")
            expect(page.locator("#reader mark.main")).to_contain_text(NEWS)
        assert (tmp_path / "index" / "uploads" / "light (2).txt").is_file()
        too_much = b"x" * (LIMITS.bytes + 1)
        head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"'
        upload = urllib.request.Request(
            f"{address}gradio_api/upload",
            data=head + b"\r\n\r\n" + too_much + b"\r\n--x--\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        with pytest.raises(urllib.error.HTTPError, match="413"):
            urllib.request.urlopen(upload, timeout=30)


def test_the_page_names_no_other_host_but_gradios_own(address: str) -> None:
    with urllib.request.urlopen(address, timeout=10) as reply:
        html = reply.read().decode()
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(https?:[^"]+)"', html)
    assert [url for url in loaded if not url.startswith(address)] == []


def test_the_real_chatbot_answers_on_the_page(browser: Browser, tmp_path: Path) -> None:
    for number, article in enumerate(ARTICLES[:3]):
        text = f"{article.title}\n\n{article.text}"
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    index, port = str(tmp_path / "index"), str(free_port())
    adding = [sys.executable, "-m", "index", "add", *map(str, tmp_path.glob("*.txt"))]
    subprocess.run([*adding, "--index", index], cwd=ROOT, check=True, timeout=300)
    for address in run("app.py", "--index", index, "--port", port, port=port):
        for page in open_page(browser, address, DESKTOP):
            page.set_default_timeout(300_000)
            ask(page, "When does the ferry to Hest sail again?")
            expect(page.locator(".answer")).to_contain_text("4 May")
            page.click(".chip >> nth=0")
            mark = page.locator("#reader mark.main").first
            expect(mark).to_contain_text("4 May")
            page.wait_for_function(IN_VIEW, arg=mark.element_handle())
            ask(page, "Who won the 2018 World Cup?")
            expect(page.locator(".refusal-text")).to_have_text(REFUSAL)
