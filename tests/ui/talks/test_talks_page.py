"""Conversations in a real browser: kept, found again, taken out and in, linked to, judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.data import load
from tests.ui.browsing import BOX, DESKTOP, OVER, PATIENCE, PHONE, ask, open_page, serve
from tests.ui.fake_bot import FERRY_COST, PAYLOADS
from tests.ui.talks.made import answered
from tests.ui.talks.test_exports import talk_of
from ui.talks.exchange import to_json

pytestmark = pytest.mark.slow
FERRY, BAKERY = "What did the ferry cost?", "Who bakes at the bakery?"
SLOWLY = "Who bakes at the bakery? Tell slowly."
GROWING = ".turn:last-child[aria-busy=true]"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data") / "talks.sqlite"


@pytest.fixture(scope="module")
def address(kept: Path) -> Iterator[str]:
    yield from serve(str(kept))


def panel(page: Page) -> None:
    page.click("#tab-talks")
    page.wait_for_selector("#talks-list .talk")


def row(page: Page, title: str) -> str:
    page.wait_for_selector(f'.talk-title:text-is("{title}")')
    return f'.talk:has(.talk-title:text-is("{title}"))'


def take(page: Page, text: str) -> None:
    page.click("#tab-talks")
    file = {"name": "talk.json", "mimeType": "application/json", "buffer": text.encode()}
    page.set_input_files(".taken-file", file)


def questions(page: Page) -> list[str]:
    return page.locator(".question").all_inner_texts()


def test_a_conversation_is_listed_searched_renamed_and_deleted_by_keyboard(page: Page) -> None:
    ask(page, FERRY)
    panel(page)
    expect(page.locator(".talk-open[aria-current=page]")).to_contain_text(FERRY)
    page.fill("#find-talks-box", "no such words")
    expect(page.locator("#talks-list")).to_contain_text("No conversation holds these words.")
    page.fill("#find-talks-box", "SOLVEIG crowns")
    page.focus(f"{row(page, FERRY)} summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Ferry <b>again</b>")
    page.keyboard.press("Enter")
    row(page, "Ferry <b>again</b>")
    page.fill("#find-talks-box", "<b>again")
    there = row(page, "Ferry <b>again</b>")
    page.click(f"{there} summary")
    page.click(f"{there} .talk-delete")
    expect(page.locator(f"{there} .talk-spare")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(f"{there} .talk-sure")).to_be_hidden()
    page.click(f"{there} summary")
    page.click(f"{there} .talk-delete")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#talks-list")).to_contain_text("No conversation holds these words.")
    page.wait_for_selector(".welcome")  # it was the one that was shown
    expect(page).not_to_have_url("*answer=*")


def test_the_back_button_leads_to_the_conversation_before(page: Page) -> None:
    ask(page, FERRY)
    ask(page, "And the hull?")
    page.click("#fresh")
    page.wait_for_selector(".welcome")
    ask(page, BAKERY)
    page.go_back()
    expect(page.locator(".question")).to_have_text([FERRY, "And the hull?"])
    expect(page.locator(".card").first).to_contain_text("Ferry")
    ask(page, "And the bakery?")  # and it goes on from there
    expect(page.locator(".turn:last-child .standalone")).to_contain_text("the bakery?")


def test_a_link_restores_the_answer_after_the_server_was_started_anew(
    browser: Browser, tmp_path: Path
) -> None:
    file = str(tmp_path / "talks.sqlite")
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    server = serve(file)
    page.goto(next(server))
    ask(page, FERRY)
    page.wait_for_url("**answer=*")
    done = page.url.partition("?")[2]
    ask(page, SLOWLY, wait=GROWING)
    page.wait_for_function("was => location.search !== '?' + was", arg=done)
    broken = page.url.partition("?")[2]
    server.close()  # type: ignore[attr-defined]
    page.context.close()
    address = next(server := serve(file))
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}?{broken}")
    expect(page.locator(".turn:last-child .status")).to_contain_text("Interrupted")
    assert questions(page) == [FERRY, SLOWLY]
    page.click(".again")
    expect(page.locator(".turn")).to_have_count(3)
    page.wait_for_selector(OVER)
    expect(page.locator(".turn:last-child .chip")).to_have_count(1)
    page.goto(f"{address}?{done}")
    page.wait_for_selector(".turn")
    expect(page.locator(".turn:first-child .question")).to_be_in_viewport()
    page.click(".turn:first-child .chip >> nth=1")
    expect(page.locator("#reader mark.main")).to_have_text(FERRY_COST)
    page.goto(f"{address}?answer=no-such-answer")
    expect(page.locator("#conversation .notice")).to_contain_text("not kept here any more")
    page.context.close()
    server.close()  # type: ignore[attr-defined]


def test_a_reload_in_mid_answer_says_so_and_asks_again(browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()  # Gradio complains of a stream that it leaves
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    ask(page, SLOWLY, wait=GROWING)
    page.wait_for_url("**answer=*")
    page.reload()
    expect(page.locator(".turn .status")).to_contain_text("Interrupted")
    page.click(".again")
    page.wait_for_selector(f"{OVER} .chip")
    page.reload()
    page.wait_for_selector(f"{OVER} .chip")
    assert questions(page) == [SLOWLY, SLOWLY]
    page.context.close()


def test_a_conversation_is_exported_and_taken_in_again(
    page: Page, browser: Browser, tmp_path: Path
) -> None:
    ask(page, FERRY)
    panel(page)
    files = {}
    for kind in ("md", "html", "json"):
        first = ".talk:first-child"
        page.click(f"{first} summary")
        with page.expect_download() as saved:
            page.click(f"{first} [data-export={kind}]")
        assert saved.value.suggested_filename == f"what-did-the-ferry-cost.{kind}"
        files[kind] = tmp_path / f"talk.{kind}"
        saved.value.save_as(files[kind])
    assert files["md"].read_text(encoding="utf-8").startswith(f"# {FERRY}\n\n## {FERRY}")
    alone = browser.new_context(offline=True).new_page()
    alone.goto(files["html"].as_uri())
    alone.click(".chip >> nth=1")
    mark = alone.locator("mark:has(.back:target)")
    expect(mark).to_contain_text(FERRY_COST)
    expect(mark).to_be_in_viewport()
    alone.click("mark .back:target")
    expect(alone.locator(".chip:target")).to_have_text("2")
    alone.context.close()
    page.click("#fresh")
    page.wait_for_selector(".welcome")
    page.click("#tab-talks")
    page.set_input_files(".taken-file", files["json"])
    page.wait_for_selector(".turn")
    assert questions(page) == [FERRY]
    page.click(".chip >> nth=1")
    expect(page.locator("#reader mark.main")).to_have_text(FERRY_COST)


def test_nothing_of_a_file_from_elsewhere_runs(page: Page) -> None:
    for payload in PAYLOADS:
        turn = answered(f"hack {payload}")
        take(page, to_json(talk_of(turn, title=f"{payload}{{{{1+1}}}}${{1+1}}"), payload))
        page.wait_for_selector(f"#talks-list .talk-title:has-text({json.dumps(payload)})")
        expect(page.locator(".question")).to_contain_text(payload)
        expect(page.locator(".talk-title").first).to_contain_text("{{1+1}}${1+1}")
        page.click(".chip")
        expect(page.locator("#reader mark.main")).to_contain_text("The editor is not amused.")
        page.click("#tab-talks")
        page.hover(".talk-open >> nth=0")
    take(page, '{"format": "clippings-conversation", "version": "<img src=x onerror=hacked=1>"}')
    expect(page.locator("#talks-list .notice")).to_contain_text("<img src=x")
    assert page.evaluate("window.hacked") is None


def test_an_answer_is_judged_and_bench_reads_it(page: Page, kept: Path) -> None:
    ask(page, "What did the ferry cost in all?")
    page.click("[data-verdict=wrong]")
    expect(page.locator("[aria-pressed=true]")).to_have_text("Wrong")
    page.click("[data-verdict=right]")
    expect(page.locator("[aria-pressed=true]")).to_have_text("Right")
    expect(page.locator("[data-verdict=right]")).to_be_focused()
    (folder,) = (kept.parent / "feedback").iterdir()
    (case,) = load(folder).cases
    assert (case.question, case.type) == ("What did the ferry cost in all?", "right")
    ask(page, SLOWLY, wait=GROWING)
    page.click("[data-verdict='wrong source']")  # while another answer grows
    page.wait_for_selector(OVER)
    expect(page.locator("[aria-pressed=true]")).to_have_text("Wrong source")
    page.reload()
    expect(page.locator("[aria-pressed=true]")).to_have_text("Wrong source")
    page.click("[aria-pressed=true]")
    expect(page.locator("[aria-pressed=true]")).to_have_count(0)
    assert (folder / "questions.jsonl").read_text(encoding="utf-8") == ""


def test_an_answer_is_copied_with_its_citations_and_so_is_its_link(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, FERRY)
    page.click("[data-copy]")
    expect(page.locator("[data-copy]")).to_have_text("Copied")
    assert FERRY_COST.replace(".", "") in page.evaluate("navigator.clipboard.readText()").replace(
        ".", ""
    )
    page.click("[data-link]")
    expect(page.locator("[data-link]")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url


def test_on_a_phone_a_conversation_is_picked_and_read(browser: Browser, address: str) -> None:
    for phone in open_page(browser, address, PHONE):
        ask(phone, BAKERY)
        phone.click("#fresh")
        phone.wait_for_selector(".welcome")
        panel(phone)
        width = "document.documentElement.scrollWidth"
        assert phone.evaluate(width) <= PHONE[0]
        phone.click(f"{row(phone, BAKERY)} .talk-open >> nth=0")
        expect(phone.locator(".answer")).to_be_in_viewport()
        expect(phone.locator(BOX)).to_be_visible()


def test_without_history_nothing_is_kept_and_nothing_offered(browser: Browser) -> None:
    server = serve()
    for page in open_page(browser, next(server), DESKTOP):
        ask(page, FERRY)
        page.click("#tab-talks")
        expect(page.locator("#talks-list")).to_contain_text("Conversations are not kept")
        expect(page.locator("#find-talks-box")).to_have_count(0)
        expect(page.locator("[data-verdict]")).to_have_count(0)
        expect(page.locator("[data-copy]")).to_have_count(1)
        assert "answer=" not in page.url
    server.close()  # type: ignore[attr-defined]
