"""The tab "Archive" in a real browser, over real indexes of invented articles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.browsing import DESKTOP, PHONE, ask, free_port, open_page, run
from tests.ui.news import PAYLOADS
from tests.ui.serve_archive import COUNT
from ui.browse import PAGE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, folder = str(free_port()), tmp_path_factory.mktemp("archives")
    yield from run("-m", "tests.ui.serve_archive", port, str(folder), port=port)


@pytest.fixture
def archive(browser: Browser, address: str) -> Iterator[Page]:
    for page in open_page(browser, address, DESKTOP):
        page.wait_for_selector(".names", state="attached")
        page.click("#tab-archive")
        page.wait_for_selector("#browse-found .item")
        yield page


def test_the_list_is_leafed_through_and_an_article_opens_in_the_reader(archive: Page) -> None:
    rows = archive.locator("#browse-found .item")
    expect(rows).to_have_count(PAGE)
    expect(rows.first).to_contain_text(PAYLOADS[0])
    archive.click("#browse-found [data-more]")
    expect(rows).to_have_count(2 * PAGE)
    expect(archive.locator(f"#browse-found .item:nth-child({PAGE + 1}) .item-open")).to_be_focused()
    archive.click("#browse-found [data-more]")
    expect(rows).to_have_count(3 * PAGE)
    archive.click("#browse-found [data-more]")
    expect(rows).to_have_count(COUNT)
    expect(archive.locator("#browse-found [data-more]")).to_have_count(0)
    rows.nth(1).locator(".item-open").click()
    expect(archive.locator(".story h2")).to_have_text(
        f"Report {COUNT - 2}: news of the rowing club"
    )
    archive.go_back()
    expect(rows.nth(1)).to_be_visible()


def test_days_are_brushed_typed_and_asked_in(archive: Page) -> None:
    bars = archive.locator(".bin")
    expect(bars).to_have_count(16)
    march, may = bars.nth(2).bounding_box(), bars.nth(4).bounding_box()
    assert march is not None
    assert may is not None
    archive.mouse.move(march["x"] + 3, march["y"] + 20)
    archive.mouse.down()
    archive.mouse.move(may["x"] + 3, may["y"] + 20, steps=3)
    archive.mouse.up()
    since, until = (
        archive.locator("#panel-archive input[name=since]"),
        archive.locator("#panel-archive input[name=until]"),
    )
    expect(since).to_have_value("2019-03-01")
    expect(until).to_have_value("2019-05-31")
    expect(archive.locator(".bin.out")).to_have_count(13)
    tally = archive.locator(".tally")
    expect(tally).not_to_have_text(f"{COUNT} articles, the newest first")
    bars.nth(5).focus()
    archive.keyboard.press("ArrowRight")
    archive.keyboard.press("Enter")
    expect(since).to_have_value("2019-07-01")
    expect(until).to_have_value("2019-07-31")
    until.fill("2019-08-31")
    archive.check("input[name=only]")
    note = archive.locator("p.narrowed")
    expect(note).to_contain_text("July–August 2019")
    ask(archive, "What was said of the ferry?")
    expect(archive.locator(".read")).to_contain_text("searched July–August 2019")
    note.get_by_role("button").click()
    expect(note).to_have_count(0)
    expect(archive.locator("input[name=only]")).not_to_be_checked()


def test_outlets_and_words_narrow_the_list(archive: Page) -> None:
    archive.click(".names:has([name=sources]) summary")
    archive.check("input[value='The Hest Lantern']")
    tally = archive.locator(".tally")
    expect(tally).to_have_text("37 articles, the newest first")
    archive.fill("input[name=query]", "the lighthouse on the quay")
    archive.press("input[name=query]", "Enter")
    expect(tally).to_contain_text("“the lighthouse on the quay”, the best first")
    for about in archive.locator(".item-about").all_inner_texts():
        assert "The Hest Lantern" in about
    archive.click("[data-clear]")
    expect(tally).to_have_text(f"{COUNT} articles, the newest first")


def test_a_text_is_pasted_and_removed_again_with_a_question_first(archive: Page) -> None:
    archive.click("#adder .disclose")
    archive.click(".paste:has(textarea) summary")
    archive.fill("[name=text]", f"Seals on Gull Rock {PAYLOADS[1]}\n\nNine seals were counted.")
    archive.fill("[name=published]", "2020-05-03")
    archive.click("text=Add the text")
    expect(archive.locator(".outcome").first).to_contain_text("1 article added")
    archive.keyboard.press("Escape")
    newest = archive.locator("#browse-found .item").first
    expect(newest).to_contain_text("Seals on Gull Rock")
    expect(archive.locator(".holds")).to_contain_text(str(COUNT + 1))
    newest.locator(".item-remove").click()
    sure = archive.locator("dialog.sure")
    expect(sure.locator(".sure-name")).to_contain_text("Seals on Gull Rock")
    archive.keyboard.press("Escape")
    expect(sure).to_be_hidden()
    newest.locator(".item-remove").click()
    archive.click("[data-sure]")
    expect(archive.locator("#browse-told")).to_contain_text("was removed")
    expect(archive.locator(".tally")).to_contain_text(f"{COUNT} articles")
    expect(archive.locator("#browse-found .item").first).not_to_contain_text("Seals")


def test_an_address_within_this_machine_is_not_fetched(archive: Page, address: str) -> None:
    archive.click("#adder .disclose")
    archive.click(".paste:has([name=address]) summary")
    archive.fill("[name=address]", address)
    archive.click("text=Fetch and add")
    told = archive.locator("#progress")
    expect(told).to_contain_text("Nothing was added")
    expect(told).to_contain_text("127.0.0.1, which is no public address")


def test_each_tab_has_its_own_archive(archive: Page, browser: Browser, address: str) -> None:
    archive.click(".switch summary")
    archive.click(".switch a")
    expect(archive.locator("#headline .name")).to_have_text("Hest & Sons")
    expect(archive.locator("#headline")).to_contain_text("1 article")
    archive.click("#tab-archive")
    expect(archive.locator("#browse-found .item")).to_have_count(1)
    ask(archive, "Who raised the harbour levy?")
    expect(archive.locator(".answer, .refusal").first).to_be_visible()
    for other in open_page(browser, address, PHONE):
        expect(other.locator("#headline .name")).to_have_text("Aldern")
        other.click("#tab-archive")
        expect(other.locator("#browse-found .item")).to_have_count(PAGE)
        assert other.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    archive.reload()
    expect(archive.locator("#headline .name")).to_have_text("Hest & Sons")
