"""Every format gives the same article, with where each field was found."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import date
from pathlib import Path

import pytest

from index.article import Article, Skipped
from index.read import read
from tests.index.read import samples
from tests.index.read.samples import RECORD, TEXT, TITLE, URL


def table(delimiter: str = ",", encoding: str = "utf-8", **more: str) -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*RECORD, *more], delimiter=delimiter)
    writer.writeheader()
    writer.writerow(RECORD | more)
    return stream.getvalue().encode(encoding)


def parquet() -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    writer = pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    writer.write_table(pyarrow.Table.from_pylist([RECORD]), stream)
    return stream.getvalue()


def both(
    folder: Path, name: str, data: bytes, **fields: str
) -> tuple[list[Article], list[Skipped]]:
    path = folder / name
    path.write_bytes(data)
    found = list(read([path], fields))
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one for one in found if isinstance(one, Skipped)]


def only(folder: Path, name: str, data: bytes, **fields: str) -> Article:
    articles, skipped = both(folder, name, data, **fields)
    assert not skipped
    (article,) = articles
    return article


RECORDS = {
    "a.jsonl": samples.jsonl,
    "a.ndjson": samples.jsonl,
    "a.jsonl.gz": lambda: gzip.compress(samples.jsonl()),
    "lines.json": lambda: samples.jsonl(RECORD, RECORD)[:-1],
    "list.json": lambda: json.dumps([RECORD]).encode(),
    "object.json": lambda: json.dumps({"status": "ok", "articles": [RECORD]}).encode(),
    "deep.json": lambda: json.dumps({"a": {"things": [{"x": 1}], "news": [RECORD]}}).encode(),
    "whole.json": lambda: json.dumps({"images": [{"description": "x"}], **RECORD}).encode(),
    "search.json": lambda: json.dumps({"hits": {"hits": [{"_source": RECORD}]}}).encode(),
    "a.csv": table,
    "semicolons.csv": lambda: table(";"),
    "wide.csv": lambda: table(encoding="utf-16"),
    "a.tsv": lambda: table("\t"),
    "a.parquet": parquet,
}


@pytest.mark.parametrize("name", RECORDS)
def test_the_usual_names_of_fields_are_guessed(tmp_path: Path, name: str) -> None:
    articles, skipped = both(tmp_path, name, RECORDS[name]())
    assert not skipped
    found = articles[0]
    assert (found.title, found.text, found.external_id) == (TITLE, TEXT, "tb-1")
    assert (found.published, found.published_at) == (date(2024, 5, 4), "2024-05-04T08:00:00+02:00")
    assert (found.source, found.author, found.section) == ("Bay Mirror", "Ida Fenn", "Harbour")
    assert (found.language, found.url) == ("en-GB", URL)
    assert dict(found.provenance)["published"] == "field:pubDate"


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_map_wins_and_a_column_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    found = only(tmp_path, name, RECORDS[name](), title="category", source="byline")
    assert (found.title, found.source) == ("Harbour", "By Ida Fenn")
    _, (wrong,) = both(tmp_path, name, RECORDS[name](), title="headlin")
    assert 'no column "headlin"' in wrong.reason
    assert "headline, body, pubDate" in wrong.reason


def test_a_map_that_fits_no_record_is_named(tmp_path: Path) -> None:
    articles, (wrong,) = both(tmp_path, "a.jsonl", samples.jsonl(), title="headlin")
    assert len(articles) == 1
    assert 'no record has the field "headlin"; there are: headline' in wrong.reason


def test_a_map_reaches_into_objects(tmp_path: Path) -> None:
    data = samples.jsonl({"a": {"b": TITLE}, "text": TEXT})
    assert only(tmp_path, "a.jsonl", data, title="a.b").title == TITLE


FEEDS = {
    "a.atom": samples.ATOM,
    "feed.json": samples.JSON_FEED,
    "nitf.xml": samples.NITF,
    "g2.xml": samples.NEWSML,
    "ninjs.json": samples.NINJS,
}


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_and_wires_are_read(tmp_path: Path, name: str) -> None:
    found = only(tmp_path, name, FEEDS[name])
    assert (found.title, found.text, found.external_id) == (TITLE, TEXT, "tb-1")
    assert (found.published, found.published_at) == (date(2024, 5, 4), "2024-05-04T08:00:00+02:00")
    assert found.author == "Ida Fenn"
    assert found.source == (None if name == "ninjs.json" else "Bay Mirror")
    later = date(2024, 5, 5) if name in ("a.atom", "g2.xml", "ninjs.json") else None
    assert found.updated == later


def test_an_entry_without_text_is_named_and_the_full_text_taken(tmp_path: Path) -> None:
    (found,), (bare,) = both(tmp_path, "a.rss", samples.RSS)
    assert (found.title, found.text, found.updated) == (TITLE, TEXT, None)
    assert (found.section, found.language) == ("Harbour", "en-GB")
    assert (bare.record, bare.reason) == (2, "the entry has no text, only a headline")


def test_other_xml_is_passed_over(tmp_path: Path) -> None:
    _, (note,) = both(tmp_path, "a.xml", b"<urlset><url/></urlset>")
    assert (note.reason, note.fault) == ("is XML of a kind that is not read (<urlset>)", False)


def test_a_pdf_is_read_without_its_dates_and_account_names(tmp_path: Path) -> None:
    page = (TITLE, "By Ida Fenn", "Posted 4 May 2024", *samples.PARAGRAPHS)
    about = f"/Title({TITLE})/Author(root)/CreationDate(D:20300101)"
    found = only(tmp_path, "a.pdf", samples.pdf(page, about=about))
    assert (found.title, found.author, found.published) == (TITLE, "Ida Fenn", date(2024, 5, 4))
    assert found.text.split() == TEXT.split()
    assert dict(found.provenance)["title"] == "pdf"


def test_lines_on_every_page_of_a_pdf_are_no_text(tmp_path: Path) -> None:
    pages = [
        ("Bay Mirror", f"{line} {n}.", f"Page {n}") for n, line in enumerate(samples.PARAGRAPHS)
    ]
    text = only(tmp_path, "a.pdf", samples.pdf(*pages)).text
    assert "Bay Mirror" not in text
    assert "Page" not in text
    assert "fishing boats. 2." in text


def test_a_scanned_pdf_says_so(tmp_path: Path) -> None:
    _, (scan,) = both(tmp_path, "a.pdf", samples.pdf(()))
    assert scan.reason.startswith("has no text layer: it was scanned")


def test_a_docx_is_read_with_its_tables(tmp_path: Path) -> None:
    found = only(tmp_path, "a.docx", samples.docx())
    assert (found.title, found.author) == (TITLE, "Ida Fenn")
    assert found.published_at == "2024-05-04T08:00+01:00"
    assert found.text == f"{TEXT}\n\nTern | 3.50"


@pytest.mark.parametrize("page", [False, True])
def test_a_mail_is_read_from_its_plain_or_its_html_part(tmp_path: Path, page: bool) -> None:
    found = only(tmp_path, "a.eml", samples.mail(page=page))
    assert (found.title, found.text, found.author) == (TITLE, TEXT, "Ida Fenn")
    assert found.published_at == "2024-05-04T08:00:00+02:00"
    assert found.external_id == "tb-1@baymirror.example"


def test_the_sender_of_a_newsletter_is_a_source(tmp_path: Path) -> None:
    found = only(tmp_path, "a.eml", samples.mail(newsletter=True))
    assert (found.source, found.author) == ("Ida Fenn", None)


def test_each_message_of_a_mailbox_is_an_article(tmp_path: Path) -> None:
    data = samples.mbox(samples.mail(), b"Subject: no text\n\n", samples.mail(number=3))
    articles, (empty,) = both(tmp_path, "a.mbox", data)
    assert [a.external_id for a in articles] == ["tb-1@baymirror.example", "tb-3@baymirror.example"]
    assert empty.record == 2


def test_a_saved_page_knows_its_address_but_not_its_day(tmp_path: Path) -> None:
    found = only(tmp_path, "a.mhtml", samples.mhtml())
    assert (found.title, found.text, found.url) == (TITLE, TEXT, URL)
    assert (found.published, dict(found.provenance)["url"]) == (None, "browser")


@pytest.mark.parametrize("packed", [False, True])
def test_the_pages_of_a_crawl_are_articles(tmp_path: Path, packed: bool) -> None:
    data = samples.warc(
        (URL, "200 OK", samples.html()),
        (f"{URL}/gone", "404 Not Found", samples.html()),
        ("https://baymirror.example/a.png", "200 OK", b"picture"),
        ("https://baymirror.example/", "200 OK", b"<html><nav>Home</nav></html>"),
        packed=packed,
    )
    (found,), (front,) = both(tmp_path, "a.warc.gz" if packed else "a.warc", data)
    assert (found.title, found.text, found.url) == (TITLE, TEXT, URL)
    assert (found.external_id, found.published) == (URL, None)
    assert front.reason.startswith("https://baymirror.example/: no article text found")
    assert not front.fault


def test_the_folder_of_a_saved_page_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "Lock.html").write_bytes(samples.html())
    (tmp_path / "Lock_files").mkdir()
    (tmp_path / "Lock_files" / "frame.html").write_bytes(samples.html())
    (tmp_path / "box_files").mkdir()
    (tmp_path / "box_files" / "a.txt").write_text(TEXT)
    names = [one.external_id for one in read([tmp_path]) if isinstance(one, Article)]
    assert names == ["Lock.html", "box_files/a.txt"]


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("a.txt", samples.pdf((TITLE, *samples.PARAGRAPHS)), "ends in .txt, but it is a PDF"),
        ("a.txt", samples.html(), "ends in .txt, but it is a web page"),
        ("a.pdf", samples.html(), "ends in .pdf, but it is a web page"),
        ("a.html", samples.mhtml(), "ends in .html, but it is a saved web page"),
        ("a.html", samples.docx(), "ends in .html, but it is a DOCX"),
        ("a.json", samples.zipped({"a.html": samples.html()}), "ends in .json, but it is a ZIP"),
        ("a.html", gzip.compress(samples.html()), "ends in .html, but it is packed by gzip"),
        ("a.jsonl", samples.RSS, "ends in .jsonl, but it is XML"),
    ],
)
def test_content_counts_more_than_an_ending_that_lies(
    tmp_path: Path, name: str, data: bytes, note: str
) -> None:
    (found,), (first, *_) = both(tmp_path, name, data)
    assert found.text.startswith("The harbour master")
    assert note in first.reason
    assert not first.fault


def test_a_page_without_ending_is_read_and_a_program_is_not(tmp_path: Path) -> None:
    assert only(tmp_path, "lock", samples.html()).title == TITLE
    (tmp_path / "tool.jar").write_bytes(samples.zipped({"a.html": samples.html()}))
    notes = [one for one in read([tmp_path]) if isinstance(one, Skipped)]
    assert [note.reason for note in notes] == ["is of a format that is not read"]
