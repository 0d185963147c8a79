"""The page in a real browser: headless Chromium over the scripted chatbot."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from qa.answer import REFUSAL
from tests.ui.fake_bot import ARTICLES, LAST_LOAF, PAYLOADS, SLOW
from tests.ui.serve_small import ANSWER as NEWS
from tests.ui.serve_small import LIMITS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
DESKTOP, PHONE = (1280, 800), (390, 844)
PATIENCE = 60_000  # milliseconds the browser waits for anything
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BOX = "#question textarea"
OVER = ".turn:last-child[aria-busy=false]"
RESTS = """async question => {
    const before = question.getBoundingClientRect().y;
    await new Promise(done => setTimeout(done, 150));
    return question.getBoundingClientRect().y === before;
}"""
DROP = """files => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([text], name));
    const options = { dataTransfer: data, bubbles: true, cancelable: true };
    for (const kind of ["dragover", "drop"])
        document.querySelector("#conversation").dispatchEvent(new DragEvent(kind, options));
}"""
IN_VIEW = """mark => {
    const box = mark.getBoundingClientRect();
    const pane = document.querySelector("#reader").getBoundingClientRect();
    return box.height > 0 && box.top >= pane.top && box.bottom <= pane.bottom;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    names = (os.environ.get("CLIPPINGS_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium: install one or name it in CLIPPINGS_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


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


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    yield from serve()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    yield from open_page(browser, address, DESKTOP)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    yield from open_page(browser, address, PHONE)


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
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
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


def test_the_answer_streams_and_a_chip_leads_to_the_sentence_it_cites(page: Page) -> None:
    ask(page, "Who bakes at the bakery? Tell slowly.", wait=".turn[aria-busy=true] .answer")
    expect(page.locator(".card").first).to_contain_text("Bakery in Mill Lane")
    page.wait_for_selector(OVER)
    page.click(".chip")
    mark = page.locator("#reader mark.main")
    expect(mark).to_have_text(LAST_LOAF)
    page.wait_for_function(IN_VIEW, arg=mark.element_handle())
    assert page.evaluate("document.querySelector('#reader').scrollTop") > 300
    expect(page.locator(".story h2")).to_have_text(
        "Bakery in Mill Lane closes after ninety-one years"
    )
    expect(page.locator(".story .about")).to_contain_text("updated 3 May 2031")
    page.click(".back")
    expect(page.locator(".card").first).to_be_visible()


def test_the_same_chip_finds_its_sentence_again_after_scrolling_away(page: Page) -> None:
    ask(page, "Who bakes at the bakery?")
    page.click(".chip")
    mark = page.locator("#reader mark.main")
    page.wait_for_function(IN_VIEW, arg=mark.element_handle())
    page.evaluate("document.querySelector('#reader').scrollTop = 0")
    assert not mark.evaluate(IN_VIEW)
    page.click(".chip")
    page.wait_for_function(IN_VIEW, arg=mark.element_handle())


def test_other_citations_of_the_article_are_marked_too(page: Page) -> None:
    ask(page, "What did the ferry cost?")
    page.click(".chip >> nth=1")
    expect(page.locator("#reader mark.main")).to_have_attribute("data-n", "2")
    expect(page.locator("#reader mark.also")).to_have_attribute("data-n", "1")
    link = page.locator(".story .about a")
    expect(link).to_have_attribute("href", "https://courier.example/2031/ferry")
    doubtful = page.locator(".unsupported")
    expect(doubtful).to_have_attribute("title", "No source says this.")
    style = doubtful.evaluate("element => getComputedStyle(element).textDecorationStyle")
    assert style == "dotted"


def test_a_card_opens_its_article(page: Page) -> None:
    ask(page, "What did the ferry cost?")
    page.click(".card >> nth=2")
    expect(page.locator(".story h2")).to_contain_text("Bakery")
    expect(page.locator("#reader mark.found").first).to_be_visible()


def test_nothing_flickers_or_scrolls_while_the_answer_grows(page: Page) -> None:
    ask(page, "Who bakes at the bakery?")
    growing = ".turn:last-child[aria-busy=true] .answer"
    ask(page, "Who bakes at the bakery? Tell slowly.", wait=growing)
    question = page.locator(".turn:last-child .question").element_handle()
    page.wait_for_function(RESTS, arg=question)  # it goes to the top
    tops = set()
    while page.locator(".turn:last-child[aria-busy=true]").count():
        tops.add(question.bounding_box()["y"])  # type: ignore[index]
    assert len(tops) == 1
    assert question.evaluate("element => element.isConnected")


def test_the_box_is_free_for_the_next_question_while_the_answer_grows(page: Page) -> None:
    ask(page, "Who bakes at the bakery? Tell slowly.", wait=".turn[aria-busy=true] .answer")
    expect(page.locator(BOX)).to_have_value("")
    page.fill(BOX, "And the ferry?")
    page.wait_for_selector(OVER)
    expect(page.locator(BOX)).to_have_value("And the ferry?")


def test_a_refusal_is_calm_and_points_to_the_nearest_articles(page: Page) -> None:
    ask(page, "Who won the chess cup?")
    expect(page.locator(".refusal-text")).to_have_text(REFUSAL)
    expect(page.locator(".near")).to_have_count(3)
    page.click(".near >> nth=0")
    expect(page.locator(".story h2")).to_contain_text("Bakery")


def test_stop_ends_the_answer_and_the_next_question_is_taken(page: Page) -> None:
    ask(page, "What did the ferry cost? Tell slowly.", wait=".turn[aria-busy=true] .answer")
    page.click("#question .stop-button")
    expect(page.locator(".status")).to_have_text("Stopped.")
    said = page.locator(".answer").inner_text()
    assert len(said) < 180
    time.sleep(2 * SLOW)
    assert page.locator(".answer").inner_text() == said
    ask(page, "Who bakes at the bakery?")
    expect(page.locator(".turn")).to_have_count(2)


def test_a_new_conversation_forgets_the_old_one_even_while_it_is_written(page: Page) -> None:
    ask(page, "What did the ferry cost? Tell slowly.", wait=".turn[aria-busy=true] .answer")
    page.click("#fresh")
    page.wait_for_selector(".welcome")
    time.sleep(2 * SLOW)
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, "Who bakes at the bakery?")
    expect(page.locator(".turn")).to_have_count(1)


def test_an_example_is_asked_with_one_click(page: Page) -> None:
    page.click(".example >> nth=0")
    page.wait_for_selector(OVER)
    expect(page.locator(".question")).to_contain_text("Ferry to Hest")
    expect(page.locator(".chip")).to_have_count(3)


def test_the_sources_of_an_earlier_answer_come_back(page: Page) -> None:
    ask(page, "Who bakes at the bakery?")
    ask(page, "What did the ferry cost?")
    expect(page.locator(".card").first).to_contain_text("Ferry")
    page.click(".to-sources >> nth=0")
    expect(page.locator(".card").first).to_contain_text("Bakery")


def test_what_cannot_be_asked_is_explained(page: Page) -> None:
    page.fill(BOX, "  ")
    page.press(BOX, "Enter")
    expect(page.locator("[role=alert].notice")).to_have_text(
        "The question is empty. Type one and ask again."
    )
    page.fill(BOX, "x" * 100_000)
    page.press(BOX, "Enter")
    expect(page.locator("[role=alert].notice >> nth=1")).to_contain_text("100,000 characters")
    page.fill("#as-of input", "yesterday")
    page.fill(BOX, "What did the ferry cost?")
    page.press(BOX, "Enter")
    expect(page.locator("[role=alert].notice >> nth=2")).to_contain_text(
        "“yesterday” is not a date"
    )
    expect(page.locator(BOX)).to_have_value("What did the ferry cost?")
    page.fill("#as-of input", "2031-05-02")
    ask(page, "What did the ferry cost?")
    expect(page.locator(".as-of")).to_have_text("as of 2 May 2031")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_articles_answers_or_questions_runs(page: Page, payload: str) -> None:
    page.fill(BOX, f"hack {payload}")
    page.press(BOX, "Enter")
    page.wait_for_selector(OVER)
    expect(page.locator(".question")).to_contain_text(payload)
    page.hover(".sentence")
    page.click(".chip")
    expect(page.locator("#reader mark.main")).to_have_text("The editor is not amused.")
    expect(page.locator(".story h2")).to_contain_text(PAYLOADS[0])
    page.hover(".story .body")
    page.click(".back")
    page.hover(".card >> nth=0")
    assert page.evaluate("window.hacked") is None


def test_a_script_address_is_not_a_link(page: Page) -> None:
    ask(page, "What did the ferry cost?")
    page.click(".card >> nth=1")
    expect(page.locator(".story h2")).to_have_text("Hull repairs cost more than planned")
    expect(page.locator(".story a")).to_have_count(0)


def test_on_a_phone_the_article_is_a_sheet_that_closes(phone: Page) -> None:
    ask(phone, "What did the ferry cost?")
    width = "document.documentElement.scrollWidth"
    assert phone.evaluate(width) <= PHONE[0]
    expect(phone.locator(".card").first).to_be_hidden()
    phone.click(".chip >> nth=1")
    mark = phone.locator("#reader mark.main")
    expect(mark).to_be_in_viewport()
    assert phone.evaluate(width) <= PHONE[0]
    phone.click("#reader .shut")
    expect(mark).to_be_hidden()
    phone.click(".to-sources")
    expect(phone.locator(".card").first).to_be_in_viewport()
    phone.keyboard.press("Escape")
    expect(phone.locator(".card").first).to_be_hidden()
    expect(phone.locator(BOX)).to_be_in_viewport()


def test_a_chip_can_be_opened_from_the_keyboard(page: Page) -> None:
    ask(page, "Who bakes at the bakery?")
    page.focus(".chip")
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark.main")).to_have_text(LAST_LOAF)


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


def test_the_page_offers_no_interface_to_programs(address: str) -> None:
    with urllib.request.urlopen(f"{address}gradio_api/info", timeout=10) as reply:
        assert json.load(reply) == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_an_archive_that_cannot_be_written_says_so(page: Page) -> None:
    page.click(".disclose")
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
            expect(page.locator(".disclose")).to_be_focused()
            ask(page, "Where was the lighthouse on Gull Rock lit again?")
            page.click(".chip")
            expect(page.locator("#reader mark.main")).to_have_text(NEWS)
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
