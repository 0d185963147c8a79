"""Bytes to text."""

from __future__ import annotations

import pytest

from index.errors import InputError
from index.read.decode import decode

ENGLISH = "The café’s owner, Zoë Müller, paid £2m – “a fair price” – for the lock."
RUSSIAN = "Начальник порта открыл в пятницу новый шлюз, который заменил старые ворота. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_english_text_is_read_in_the_usual_encodings(encoding: str) -> None:
    assert decode(ENGLISH.encode(encoding)) == ENGLISH


@pytest.mark.parametrize("short", ["The café is closed", "It’s closed", "Überfall in Köln"])
def test_a_short_windows_text_is_not_taken_for_an_eastern_one(short: str) -> None:
    assert decode(short.encode("cp1252")) == short


def test_another_encoding_is_detected_or_declared() -> None:
    assert decode(RUSSIAN.encode("cp1251")) == RUSSIAN
    assert decode(RUSSIAN.encode("koi8-r"), "koi8-r") == RUSSIAN
    assert decode("日本の港".encode("shift_jis"), "Shift_JIS") == "日本の港"


def test_utf8_counts_more_than_a_wrong_declaration() -> None:
    assert decode(ENGLISH.encode(), "iso-8859-1") == ENGLISH


@pytest.mark.parametrize("declared", ["no-such-encoding", "hex", "punycode", "x" * 500, ""])
def test_a_declaration_that_is_no_encoding_is_passed_over(declared: str) -> None:
    assert decode(ENGLISH.encode("cp1252"), declared) == ENGLISH


@pytest.mark.parametrize(
    "data",
    [
        b"text\x00with a NUL",
        b"\xff\xfe\x00\xd8",  # UTF-16 that breaks off in a pair
        b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)) * 4,
        b"%PDF-1.7\n" + bytes(range(1, 32)) * 20,
    ],
)
def test_what_is_not_text_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(InputError, match=r"is not text: .*UTF-8"):
        decode(data)
