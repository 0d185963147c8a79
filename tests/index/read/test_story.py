"""Headline, body and dates of a page as plain text."""

from __future__ import annotations

from datetime import date

import pytest

from index.dates import Moment
from index.read.story import first_words, story

BODY = (
    "The harbour master of Tern Bay opened the new lock on Friday before four hundred people.\n\n"
    "It replaces a gate of 1911 that had to be turned by hand.\n\n"
    '"I shall miss the noise," she said.'
)
SAVED = f"""Go to contents

Tern Bay opens its new lock

Tern Bay opens its new lock

Posted May. 04, 2024 07:55,\u00a0\u00a0\u00a0

Updated May. 05, 2024 09:10


{BODY}"""


def test_a_page_saved_by_a_browser_is_taken_apart() -> None:
    found = story(SAVED)
    assert found.title == "Tern Bay opens its new lock"
    assert found.text == BODY
    assert found.published
    assert found.updated
    assert (found.published.day, found.updated.day) == (date(2024, 5, 4), date(2024, 5, 5))


def test_menus_labels_and_bylines_above_the_text_are_dropped() -> None:
    found = story(
        "Skip to main content\nHome  News  Sport  Farming & Fishing\nMenu\n\nThe Bay Mirror\n\n"
        "Tern Bay opens its new lock\n\nHarbour news\n\nTern Bay opens its new lock | Bay Mirror\n"
        "By Ida Fenn and Jon Hale, Harbour Reporter\nPublished: 4 May 2024 | Updated: 5 May 2024 "
        "| 3 min read\n\nFacebook  Twitter  Email\n\n" + BODY
    )
    assert found.title == "Tern Bay opens its new lock"
    assert found.text == BODY
    assert found.published
    assert found.updated
    assert (found.published.day, found.updated.day) == (date(2024, 5, 4), date(2024, 5, 5))


def test_share_lines_related_headlines_and_copyright_below_the_text_are_dropped() -> None:
    found = story(
        f"Tern Bay opens its new lock\n\n{BODY}\n\n\nShare  Email  Copy link\n"
        "Related stories\n\nGate of 1911 goes to the museum\n\nWho pays for the lock\n\n"
        "Read also: The toll keeper's last day\n\nUpdated 5 May 2024\n\n© 2024 The Bay Mirror"
    )
    assert found.text == BODY
    assert found.updated == Moment(date(2024, 5, 5))


def test_a_sentence_of_the_body_is_never_dropped() -> None:
    body = (
        "Published in 1999, the plan for the lock was forgotten for twenty years.\n\n"
        "More news\n\nBy Friday the water had risen.\n\nRead more\n\nThe gate held."
    )
    assert story(f"The lock\n\n{body}").text == body


def test_the_last_line_of_a_wrapped_paragraph_is_no_share_line() -> None:
    wrapped = (
        "The lock at Tern Bay was opened on Friday by the harbour master and\n"
        "was seen by four hundred people, most of whom had come to see the\n"
        "old gate for the last time and would have liked to see it move once\nmore"
    )
    assert story(wrapped, "The lock").text.endswith("move once more")


def test_a_summary_below_the_headline_stays() -> None:
    text = f"A gate of 1911 goes to the museum\n\n{BODY}"
    assert story(f"Tern Bay opens its new lock\n\n{text}").text == text


def test_a_headline_right_above_wrapped_text_is_found() -> None:
    found = story(
        "Tern Bay opens its new lock\n"
        "The harbour master of Tern Bay opened the new lock on Friday before\n"
        "a crowd of four hundred people and three ponies, who had waited for\n"
        "an hour in the rain."
    )
    assert found.title == "Tern Bay opens its new lock"
    assert found.text.startswith(
        "The harbour master of Tern Bay opened the new lock on Friday before a"
    )


def test_a_question_can_be_the_headline() -> None:
    found = story(f"Who will pay for the new lock of Tern Bay in the end?\n\n{BODY}")
    assert found.title == "Who will pay for the new lock of Tern Bay in the end?"
    assert found.text == BODY


@pytest.mark.parametrize("raw", [BODY, "One line only", "The lock at Tern Bay was opened on"])
def test_a_text_without_headline_has_no_title_and_keeps_every_word(raw: str) -> None:
    assert (story(raw).title, story(raw).text) == ("", raw)


def test_a_given_title_is_taken_out_of_the_text_and_no_other_line() -> None:
    found = story(
        f"Tern bay  opens its “new” lock\n\nSaturday, May 4, 2024\n\n{BODY}",
        "Tern Bay opens its 'new' lock",
    )
    assert (found.title, found.text) == ("Tern Bay opens its 'new' lock", BODY)
    assert found.published == Moment(date(2024, 5, 4))
    assert story(f"A short line\n\n{BODY}", "Another title").text == f"A short line\n\n{BODY}"


def test_a_text_that_is_only_its_title_keeps_it() -> None:
    assert story("Lock opened", "Lock opened").text == "Lock opened"


def test_columns_of_figures_are_no_menu() -> None:
    rows = "May   163.50   164.50\nJune  163.50   164.50\nJuly  163.50   165.50"
    assert story(rows, "Rubber").text.count("163.50") == 3


def test_a_title_is_made_from_the_first_sentence_cut_at_a_word() -> None:
    assert first_words("The lock is open. It cost much.\n\nNo.") == "The lock is open."
    made = first_words(
        "The harbour master of Tern Bay, who has waited for it since 1998, opened the lock."
    )
    assert made == "The harbour master of Tern Bay, who has waited for it since 1998, opened the…"
    assert len(first_words("x" * 500)) <= 80
