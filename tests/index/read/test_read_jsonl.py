"""JSON Lines, plain and gzipped."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.article import Article, Skipped
from index.read import limits, read

TEXT = "The harbour master opened the lock on Friday before a crowd of four hundred people."


def write(folder: Path, *lines: dict[str, Any] | bytes | str) -> Path:
    path = folder / "news.jsonl"
    encoded = [
        line
        if isinstance(line, bytes)
        else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    path.write_bytes(b"\n".join(encoded) + b"\n")
    return path


def only(path: Path) -> Article:
    (found,) = read([path])
    assert isinstance(found, Article)
    return found


def test_every_field_is_read(tmp_path: Path) -> None:
    record = {
        "id": "tb-1",
        "title": " New  lock ",
        "text": f"{TEXT}\r\n\r\nIt rained.",
        "date": "4-MAY-2024 15:01:01.79",
        "source": "Bay Mirror",
        "url": "https://www.baymirror.example/lock",
        "unknown": {"ignored": [1]},
    }
    path = write(tmp_path, record)
    found = only(path)
    assert found == Article.of(
        title="New lock",
        text=f"{TEXT}\n\nIt rained.",
        published=date(2024, 5, 4),
        source="Bay Mirror",
        url="https://www.baymirror.example/lock",
        path=str(path),
        external_id="tb-1",
        language="en",
        published_at="2024-05-04T15:01:01",
        provenance=[
            ("language", "detected"),
            ("published", "field:date"),
            ("source", "field:source"),
            ("title", "field:title"),
            ("url", "field:url"),
        ],
    )


def test_only_the_text_is_needed(tmp_path: Path) -> None:
    found = only(write(tmp_path, {"text": TEXT, "title": None, "date": None, "url": None}))
    assert (
        found.title
        == "The harbour master opened the lock on Friday before a crowd of four hundred…"
    )
    assert (found.published, found.source, found.url, found.external_id) == (None,) * 4


def test_the_host_is_the_source_where_none_is_given(tmp_path: Path) -> None:
    found = only(write(tmp_path, {"text": TEXT, "url": "https://www.baymirror.example/lock"}))
    assert found.source == "baymirror.example"


@pytest.mark.parametrize("when", ["soon", "2024-13-45", "", 12, 3.5, [], {}, True, "May 2024"])
def test_an_unreadable_date_leaves_the_article_undated(tmp_path: Path, when: object) -> None:
    assert only(write(tmp_path, {"text": TEXT, "date": when})).published is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "not a url", "http://", "https://[::", "/lock"]
)
def test_an_address_that_is_no_web_address_is_not_kept(tmp_path: Path, url: str) -> None:
    assert only(write(tmp_path, {"text": TEXT, "url": url})).url is None


def test_a_number_is_taken_for_an_id(tmp_path: Path) -> None:
    assert only(write(tmp_path, {"text": TEXT, "id": 7})).external_id == "7"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "broken', "not JSON: .* column"),
        ('["a", "list"]', "no object.*a list"),
        ("null", "no object.*null"),
        ({"title": "No text"}, '"text" is missing'),
        ({"text": None}, '"text" is missing'),
        ({"text": 7}, '"text" is a number: give a string'),
        ({"text": TEXT, "title": ["a"]}, '"title" is a list: give a string'),
        ({"text": TEXT, "source": {}}, '"source" is an object'),
        ({"text": TEXT, "id": True}, '"id" is true or false'),
        ({"text": TEXT, "title": "x" * 1_001}, '"title" is longer than 1,000'),
        ({"text": " \n\u200b "}, "has no text"),
        ("[" * 200_000, "beyond reason"),
        ('{"id": ' + "9" * 10_000 + "}", "beyond reason"),
        (b'{"text": "caf\xe9"}', r"not UTF-8 \(byte 14\)"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(
    tmp_path: Path, line: dict[str, Any] | bytes | str, reason: str
) -> None:
    path = write(tmp_path, {"text": TEXT, "id": "first"}, "", line, {"text": TEXT, "id": "last"})
    first, bad, last = read([path])
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert (first.external_id, last.external_id) == ("first", "last")
    assert isinstance(bad, Skipped)
    assert (bad.path, bad.record, bad.fault) == (str(path), 3, True)
    assert re.search(reason, bad.reason)


def test_a_line_that_is_too_long_is_skipped_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_RECORD_BYTES", 1_000)
    path = write(tmp_path, {"text": "x" * 5_000}, {"text": TEXT})
    long, found = read([path])
    assert isinstance(long, Skipped)
    assert long.record == 1
    assert isinstance(found, Article)


def test_half_a_surrogate_cannot_reach_the_store(tmp_path: Path) -> None:
    found = only(write(tmp_path, '{"text": "A \\ud800 bridge of steel", "title": "T \\udfff"}'))
    assert found.text.encode() == b"A bridge of steel"
    assert found.title == "T"


def test_a_gzipped_file_is_read_and_a_truncated_one_named(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"text": f"{TEXT} {n}"}).encode() + b"\n" for n in range(2_000))
    whole = tmp_path / "whole.jsonl.gz"
    whole.write_bytes(gzip.compress(lines))
    assert sum(isinstance(found, Article) for found in read([whole])) == 2_000
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(whole.read_bytes()[:-200])
    *articles, bad = read([cut])
    assert all(isinstance(found, Article) for found in articles)
    assert isinstance(bad, Skipped)
    assert bad.record == len(articles) + 1
    assert "gzip" in bad.reason


def test_a_file_that_is_no_gzip_or_no_text_is_one_skip(tmp_path: Path) -> None:
    plain = tmp_path / "plain.jsonl.gz"
    plain.write_bytes(b'{"text": "not packed"}\n')
    wide = tmp_path / "wide.jsonl"
    wide.write_bytes('{"text": "a"}\n{"text": "b"}\n'.encode("utf-16"))
    for path in (plain, wide):
        (bad,) = read([path])
        assert isinstance(bad, Skipped)
        assert bad.fault


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    assert only(write(tmp_path, b"\xef\xbb\xbf" + json.dumps({"text": TEXT}).encode())).text == TEXT


def test_articles_come_one_by_one(tmp_path: Path) -> None:
    path = write(tmp_path, {"text": TEXT, "id": "first"}, b"\xff")
    found = next(iter(read([path])))
    assert isinstance(found, Article)
