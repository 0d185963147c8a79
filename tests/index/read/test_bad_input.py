"""Bombs, damage, wrong encodings and other languages: named or repaired, and the rest is read."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

from index.article import Article, Skipped
from index.read import limits, read
from tests.index.read import samples
from tests.index.read.samples import TEXT, TITLE


def both(folder: Path, name: str, data: bytes) -> tuple[list[Article], list[Skipped]]:
    path = folder / name
    path.write_bytes(data)
    found = list(read([path]))
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one for one in found if isinstance(one, Skipped)]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
LEAK = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("prologue", [BOMB, LEAK])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("sample", [samples.RSS, samples.NITF])
def test_xml_with_entities_of_its_own_is_refused(
    tmp_path: Path, prologue: str, encoding: str, sample: bytes
) -> None:
    body = sample.decode().partition("?>")[2].replace("The harbour", "&l9; The harbour")
    articles, (bad,) = both(tmp_path, "a.xml", (prologue + body).encode(encoding))
    assert not articles
    assert bad.reason.startswith("declares entities of its own")


def test_an_encrypted_pdf_says_so(tmp_path: Path) -> None:
    data = samples.pdf((TITLE, *samples.PARAGRAPHS)).replace(
        b"/Root", b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -1/O<" + b"00" * 32
        + b">/U<" + b"11" * 32 + b">>>/Root"
    )  # fmt: skip
    assert both(tmp_path, "a.pdf", data)[1][0].reason == "is encrypted: save it without a password"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.doc.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "encrypted or an old"),
        ("a.txt", b"{\\rtf1 The lock}", "is RTF: save it"),
        ("a.pdf", b"%PDF-1.7\nnothing", "is damaged or no PDF"),
        ("a.docx", samples.docx()[:2_000], "is damaged or no DOCX"),
        ("a.parquet", b"PAR1 nothing", "is damaged or no Parquet"),
        ("a.json", b'[{"text": "x"}, {"te', "no JSON from there on"),
        ("a.json", b'{"a": 1}', "holds no article with a text; map one of its fields: a"),
        ("a.csv", b"a,b\n1,2\n", "has no column for the text"),
        ("a.mbox", b"no mailbox", "holds no messages"),
        ("a.eml", b"Subject: x\nContent-Type: image/png\n\nx", "no message with text"),
        ("a.warc", b"nothing", "is damaged or no WARC"),
        ("a.rss", b"<rss><channel/></rss>", "is a feed without entries"),
        ("a.html", b"<p>We use cookies.</p><p>Accept</p>", "no article text found"),
        ("a.tar", b"nothing", "is damaged or no TAR"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    assert reason in both(tmp_path, name, data)[1][-1].reason


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.mbox"])
def test_a_record_that_does_not_fit_in_memory_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(limits, "MAX_RECORD_BYTES", 200_000)
    huge = "x" * 2_000_000
    data = {
        "a.csv": f"title,text\na,{TEXT[:90]}\nb,{huge}\n",
        "a.json": json.dumps([{"text": TEXT}, {"text": huge}]),
        "a.mbox": f"From a@b.example Sat May  4 08:00:00 2024\n\n{huge}\n\n"
        f"From a@b.example Sat May  4 08:00:00 2024\n\n{TEXT}\n",
    }[name]
    articles, (bad,) = both(tmp_path, name, data.encode())
    assert "larger than" in bad.reason or "longer than" in bad.reason
    assert len(articles) == 1


def test_a_docx_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = samples.docx()
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", len(data))
    assert "unpacks to more than" in both(tmp_path, "a.docx", data)[1][0].reason


def test_a_pdf_of_too_many_pages_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_PAGES", 2)
    data = samples.pdf(*[(TITLE,)] * 3)
    assert "more than 2 pages" in both(tmp_path, "a.pdf", data)[1][0].reason


def test_a_pdf_that_would_take_days_is_given_up_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = samples.pdf((TITLE, *samples.PARAGRAPHS))
    assert both(tmp_path, "good.pdf", good)[0]  # the reader's process is up
    monkeypatch.setattr(limits, "PDF_SECONDS", 0.5)
    articles, (bad,) = both(tmp_path, "a.pdf", samples.endless_pdf())
    assert not articles
    assert bad.reason.startswith("takes more than 0.5 s or 4 GiB to read, or breaks the reader")
    monkeypatch.undo()
    assert both(tmp_path, "good.pdf", good)[0]


BROKEN = "The cafâ€™s owner, ZoÃ« MÃ¼ller, said â€œit is openâ€\x9d to the men of the lock."


def test_text_that_was_decoded_wrongly_is_put_right_and_noted(tmp_path: Path) -> None:
    (found,), (note,) = both(tmp_path, "a.txt", BROKEN.encode())
    assert found.text == "The caf’s owner, Zoë Müller, said “it is open” to the men of the lock."
    assert "put right" in note.reason
    assert not note.fault


@pytest.mark.parametrize(
    "text", ["Zoë’s café in Malmö – “naïve” façade, São Tomé, Łódź", "Ærø, 25 €"]
)
def test_right_text_is_left_alone(tmp_path: Path, text: str) -> None:
    (found,), notes = both(tmp_path, "a.txt", f"{text} is open again.".encode())
    assert found.text == f"{text} is open again."
    assert not notes


def test_two_encodings_in_one_file_are_both_read(tmp_path: Path) -> None:
    data = "Zoë Müller’s café opened the lock. ".encode() * 3 + b"It cost \xa32m, she said."
    (found,), (note,) = both(tmp_path, "a.txt", data)
    assert found.text.endswith("Zoë Müller’s café opened the lock. It cost £2m, she said.")
    assert "two encodings" in note.reason


def test_a_few_nul_bytes_are_taken_out_and_utf16_without_a_mark_is_read(tmp_path: Path) -> None:
    (found,), (note,) = both(tmp_path, "a.txt", TEXT.encode() + b"\x00")
    assert (found.text, note.reason) == (TEXT, "1 NUL bytes were taken out")
    assert both(tmp_path, "b.txt", TEXT.encode("utf-16-le"))[0][0].text == TEXT


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "افتتح مدير الميناء القفل الجديد يوم الجمعة أمام حشد من أربعمئة شخص."),
        ("he", "מנהל הנמל פתח את השער החדש ביום שישי לפני קהל של ארבע מאות איש."),
        ("ja", "港長は金曜日に四百人の観客の前で新しい水門を開いた。"),
        ("ko", "항만장은 금요일에 사백 명의 관중 앞에서 새 갑문을 열었다."),
        ("ru", "Начальник порта открыл в пятницу новый шлюз, который заменил старые ворота."),
        ("de", "Der Hafenmeister öffnete am Freitag die neue Schleuse vor vielen Leuten, die lange"
         " auf sie gewartet hatten und nun nach Hause gehen."),
        ("en", TEXT),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stated", ["", "en"])
def test_every_script_is_kept_and_its_language_known(
    tmp_path: Path, language: str, text: str, stated: str
) -> None:
    record = {"text": text, "lang": stated}
    (found,), notes = both(tmp_path, "a.jsonl", samples.jsonl(record))
    assert found.text == text
    latin = language == "de" and stated == "en"  # Latin letters don't contradict what is stated
    assert found.language == ("en" if latin else language)
    assert not notes


def test_a_pdf_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RATIO_FREE_BYTES", 100_000)
    packed = zlib.compress(b" " * 3_000_000)
    stream = b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed)
    plain = samples.pdf((TITLE, *samples.PARAGRAPHS))
    assert both(tmp_path, "plain.pdf", plain)[0]
    data = plain.replace(b"%PDF-1.4\n", b"%PDF-1.4\n9 0 obj\n" + stream + b"\nendobj\n")
    assert "as a bomb does" in both(tmp_path, "a.pdf", data)[1][0].reason


def test_a_page_that_shows_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_PAGE_CHARACTERS", 100)
    assert "more than 100 characters" in both(tmp_path, "a.html", samples.html())[1][0].reason
