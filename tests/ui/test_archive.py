"""What the page says of an upload."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.article import Report, Skipped
from tests.ui.fake_bot import PAYLOADS
from tests.ui.markup import attributes, elements, text
from ui.add import render_drop
from ui.archive import LISTED, Limits, Stage, Upload, render_upload

ADDING = Upload(4, "adding", done=1, share=0.25, articles=12, chunks=40, seconds=10.0)
REPORT = Report(2, 3, (), 30, 90, 1.5, removed=1)


def test_the_limits_and_formats_are_stated() -> None:
    said = text(render_drop((".txt", ".html"), Limits()))
    assert "Up to 500 files and 500 MB at once: .txt, .html" in said
    assert "Up to 1 file and 900 bytes at once" in text(render_drop((), Limits(1, 900)))


def test_where_nothing_can_be_added_nothing_can_be_chosen() -> None:
    html = render_drop((".txt",), Limits(), f"cannot be written {PAYLOADS[0]}")
    assert "cannot be written" in text(html)
    assert elements(html) == {"h2", "p"}


def test_progress_tells_files_chunks_rate_and_time_left() -> None:
    said = text(render_upload(ADDING))
    assert "Reading 4 files" in said
    counts = "12 articles stored · 40 chunks embedded · 4 chunks/s"
    assert f"1 of 4 files · {counts} · about 30 s left" in said
    assert "about 2 min left" in text(render_upload(replace(ADDING, seconds=40.0)))


def test_nothing_is_foretold_from_less_than_a_second() -> None:
    said = text(render_upload(replace(ADDING, seconds=0.5)))
    assert "left" not in said
    assert "chunks/s" not in said


def test_only_the_stage_is_spoken_while_counts_run_on() -> None:
    html = render_upload(ADDING)
    assert html.count('role="status"') == 1
    assert '<p class="counts">' in html
    assert "aria-label" in attributes(html)
    assert 'aria-busy="true"' in html


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("waiting", "Other articles are being added or removed; these are next"),
        ("storing", "Taking in 4 files"),
        ("stopping", "Stopping when what is in hand is done"),
        ("stopped", "Drop the same files again"),
    ],
)
def test_every_stage_has_its_words(stage: Stage, words: str) -> None:
    html = render_upload(replace(ADDING, stage=stage))
    assert words in text(html)
    assert ("data-halt" in html) == (stage in ("waiting", "storing"))


def test_the_report_tells_what_was_added_unchanged_and_replaced() -> None:
    said = text(render_upload(Upload(5, "added", replaced=1, report=REPORT)))
    assert "2 articles added, 3 unchanged, 1 file replaced, 1 earlier article taken out" in said
    assert "in 1.5 s. You can ask about them now." in said


def test_when_every_file_was_refused_nothing_is_said_to_be_added() -> None:
    refused = (Skipped("a.png", "is of a format that is not read"),)
    said = text(render_upload(Upload(0, "added", skipped=refused)))
    assert said.startswith("Nothing was added.")
    assert "a.png: is of a format that is not read" in said


def test_faults_and_notes_are_told_apart() -> None:
    items = (Skipped("a.json", "is broken", 7), Skipped("b.txt", "was mended", fault=False))
    said = text(render_upload(Upload(2, "added", skipped=items, report=REPORT)))
    assert "Left out 1a.json, record 7: is broken" in said
    assert "To know 1b.txt: was mended" in said


def test_a_long_list_is_cut_and_counted() -> None:
    items = tuple(Skipped(f"{n}.txt", "is empty") for n in range(LISTED + 5))
    html = render_upload(Upload(0, "added", skipped=items))
    assert html.count("<li>") == LISTED
    assert "… and 5 more" in text(html)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_reasons_and_messages_are_text(payload: str) -> None:
    items = (Skipped(payload, payload, 1), Skipped(payload, payload, fault=False))
    added = render_upload(Upload(1, "added", skipped=items, report=REPORT))
    failed = render_upload(Upload(1, "failed", message=payload))
    assert text(added).count(payload) == 4
    assert payload in text(failed)
    assert elements(added + failed) <= {"div", "p", "strong", "h3", "span", "ul", "li", "bdi"}
    assert attributes(added + failed) <= {"class", "role", "dir", "aria-busy"}
