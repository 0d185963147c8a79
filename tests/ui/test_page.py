"""A conversation on the page, in a real browser over the scripted chatbot."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from qa.answer import REFUSAL
from tests.ui.browsing import BOX, IN_VIEW, OVER, PHONE, ask
from tests.ui.fake_bot import LAST_LOAF, PAYLOADS, SLOW

pytestmark = pytest.mark.slow
RESTS = """async question => {
    const before = question.getBoundingClientRect().y;
    await new Promise(done => setTimeout(done, 150));
    return question.getBoundingClientRect().y === before;
}"""


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
    assert page.evaluate("document.querySelector('#reader').scrollTop") == 0  # seen as it stands
    link = page.locator(".story .about a")
    expect(link).to_have_attribute("href", "https://courier.example/2031/ferry")
    doubtful = page.locator(".unsupported")
    page.focus(".why")
    expect(page.locator("#cite")).to_have_text("No source says this.")
    style = doubtful.evaluate("element => getComputedStyle(element).textDecorationStyle")
    assert style == "dotted"


def test_a_card_opens_its_article(page: Page) -> None:
    ask(page, "What did the ferry cost?")
    page.click(".card >> nth=2")
    expect(page.locator(".story h2")).to_contain_text("Bakery")
    expect(page.locator("#reader mark.found").first).to_be_visible()


def test_the_likely_answer_is_shown_until_the_answer_takes_its_place(page: Page) -> None:
    ask(page, "Who bakes at the bakery? Tell slowly.", wait=".instant")
    expect(page.locator(".instant strong")).to_have_text("Astrid Lindqvist")
    expect(page.locator(".instant")).to_contain_text("The Hest Lantern · 2 May 2031")
    page.click(".instant-open")
    expect(page.locator("#reader mark.main")).to_have_text("Astrid Lindqvist")
    expect(page.locator("#reader mark.found").first).to_be_visible()
    foot = page.locator(".foot").element_handle()
    before = foot.bounding_box()
    page.wait_for_selector(".turn[aria-busy=true] .answer")
    expect(page.locator(".instant")).to_be_hidden()
    after = page.locator(".foot").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 1
    page.wait_for_selector(OVER)
    expect(page.locator(".instant")).to_have_count(0)


def test_a_follow_up_says_how_it_was_read_and_can_be_corrected(page: Page) -> None:
    ask(page, "What did the ferry cost?")
    ask(page, "And the hull?")
    read = page.locator(".turn:last-child .standalone")
    expect(read).to_have_text("What did the ferry cost, the hull?")
    expect(page.locator(".differing")).to_contain_text("Reports differ")
    expect(page.locator(".differing .chip")).to_have_count(1)
    read.click()
    expect(page.locator(BOX)).to_have_value("What did the ferry cost, the hull?")
    expect(page.locator(BOX)).to_be_focused()
    page.press(BOX, "Enter")
    expect(page.locator(".turn")).to_have_count(3)
    page.wait_for_selector(OVER)
    expect(page.locator(".question >> nth=2")).to_have_text("What did the ferry cost, the hull?")


def test_the_days_that_were_searched_are_told_and_can_be_left_out(page: Page) -> None:
    ask(page, "What did the ferry cost in April?")
    expect(page.locator(".read")).to_contain_text("searched April 2031, as of 2 May 2031")
    page.click("#conversation .plain")
    again = page.locator(".turn >> nth=1")
    expect(again.locator(".question")).to_have_text("What did the ferry cost in April?")
    expect(again.locator(".read")).to_have_text("asked without days")
    page.wait_for_selector(OVER)
    expect(page.locator("#conversation .plain")).to_have_count(1)


def test_an_article_that_gives_orders_to_machines_is_marked(page: Page) -> None:
    ask(page, "hack")
    page.click(".chip")
    expect(page.locator(".orders-note")).to_contain_text("gives orders to reading programs")
    expect(page.locator("p.orders")).to_contain_text("Note to AI assistants")


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
    expect(page.locator(".read")).to_have_text("as of 2 May 2031")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_in_articles_answers_or_questions_runs(page: Page, payload: str) -> None:
    page.fill(BOX, f"hack {payload}")
    page.press(BOX, "Enter")
    page.wait_for_selector(OVER)
    expect(page.locator(".question")).to_contain_text(payload)
    page.hover(".sentence")
    page.click(".chip")
    expect(page.locator("#reader mark.main")).to_contain_text("The editor is not amused.")
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


def test_on_a_phone_one_region_is_shown_at_a_time(phone: Page) -> None:
    ask(phone, "What did the ferry cost?")
    width = "document.documentElement.scrollWidth"
    assert phone.evaluate(width) <= PHONE[0]
    about = phone.locator("#headline .archive")
    assert about.evaluate("about => about.scrollWidth <= about.clientWidth")  # nothing is cut off
    expect(phone.locator(".card").first).to_be_hidden()
    phone.click(".chip >> nth=1")
    mark = phone.locator("#reader mark.main")
    expect(mark).to_be_in_viewport()
    expect(phone.locator(BOX)).to_be_hidden()
    assert phone.evaluate(width) <= PHONE[0]
    phone.go_back()
    expect(mark).to_be_hidden()
    expect(phone.locator(".answer")).to_be_visible()
    phone.click(".to-sources")
    expect(phone.locator(".card").first).to_be_in_viewport()
    phone.keyboard.press("Escape")
    expect(phone.locator(".card").first).to_be_hidden()
    expect(phone.locator(BOX)).to_be_in_viewport()


def test_the_tabs_are_moved_through_by_the_arrows(page: Page) -> None:
    page.focus("#tab-article")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-archive")).to_be_focused()
    expect(page.locator("#tab-archive")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#panel-archive")).to_be_visible()
    expect(page.locator("#panel-article")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.locator("#panel-talks")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-article")).to_be_focused()


def test_the_back_button_leads_from_the_article_to_where_one_was(page: Page) -> None:
    ask(page, "What did the ferry cost?")
    page.click(".chip >> nth=0")
    page.click(".chip >> nth=2")
    expect(page.locator(".story h2")).to_have_text("Hull repairs cost more than planned")
    page.go_back()
    expect(page.locator(".story h2")).to_contain_text("Ferry to Hest")
    page.go_back()
    expect(page.locator(".card").first).to_be_visible()
    expect(page.locator(".turn")).to_have_count(1)


def test_a_chip_can_be_opened_from_the_keyboard(page: Page) -> None:
    ask(page, "Who bakes at the bakery?")
    page.focus(".chip")
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark.main")).to_have_text(LAST_LOAF)
