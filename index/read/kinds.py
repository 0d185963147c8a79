"""What a file is: by its ending, and by its first bytes where these say otherwise.

An ending that lies is named. A file of another ending, or none, is read only where its first bytes
leave no doubt (a page, a PDF, a WARC); of those that begin like a ZIP most are programs or sheets.
"""

from __future__ import annotations

import re
from typing import Final

from index.errors import InputError
from index.read.files import File

ENDINGS: Final = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".pdf": "pdf",
    ".docx": "docx",
    ".eml": "eml",
    ".mbox": "mbox",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".rss": "xml",
    ".atom": "xml",
    ".xml": "xml",
    ".warc": "warc",
    ".zip": "zip",
    ".tar": "tar",
    ".tgz": "gzip",
    ".gz": "gzip",
}
ARCHIVES: Final = frozenset(("zip", "tar", "gzip"))
_NAMES: Final = {
    "html": "a web page",
    "mhtml": "a saved web page",
    "pdf": "a PDF",
    "xml": "XML",
    "warc": "a WARC",
    "gzip": "packed by gzip",
    "zip": "a ZIP",
    "docx": "a DOCX",
    "parquet": "Parquet",
    "tar": "a TAR",
}
_HEAD: Final = 4_096
_TAR_MARK: Final = slice(257, 262)
_BEYOND_DOUBT: Final = ("html", "mhtml", "pdf", "warc", "parquet")
_OLD: Final = "is encrypted or an old Office file: save it as DOCX without a password"
_FOREIGN: Final = (  # what a text may be mistaken for, with the remedy
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "is encrypted or an old Office file: save it as DOCX without a password",
    ),
    (b"{\\rtf", "is RTF: save it as DOCX or text"),
    (b"7z\xbc\xaf\x27\x1c", "is packed by 7-Zip: pack it as ZIP"),
    (b"Rar!\x1a\x07", "is packed by RAR: pack it as ZIP"),
    (b"\xfd7zXZ\x00", "is packed by xz: pack it by gzip"),
    (b"BZh", "is packed by bzip2: pack it by gzip"),
    (b"(\xb5/\xfd", "is packed by Zstandard: pack it by gzip"),
)
_PAGE: Final = re.compile(
    rb"(?:<\?xml\b[^>]*>\s*)?(?:<!--.{0,1000}?-->\s*)*<(?:!doctype\s+html\b|html\b)",
    re.IGNORECASE | re.DOTALL,
)
_XML: Final = re.compile(rb"<\?xml\s|<(?:rss|feed|rdf:RDF|nitf|newsItem|newsMessage)[\s>]")
_SAVED: Final = re.compile(rb"content-type:\s*multipart/related", re.IGNORECASE)
_HEADERS: Final = re.compile(rb"[A-Za-z-]{2,40}:[ \t]")


def known(name: str) -> bool:
    """Whether the ending of a name is one that is read."""
    return _stated(name) is not None


def kind_of(file: File) -> tuple[str | None, str | None]:
    """The kind of a file, None where it is not read, and a word about an ending that lies."""
    stated = _stated(file.name)
    with file.open() as stream:
        head = stream.read(_HEAD)
    found = _found(head, stated)
    if stated is None:
        return (found, None) if found in _BEYOND_DOUBT else (None, None)
    for mark, reason in _FOREIGN:
        if head.startswith(mark) and found is None:
            raise InputError(reason)
    if found is None or found == stated or _agree(stated, found):
        return stated, None
    ending = next(end for end in ENDINGS if file.name.lower().endswith(end))
    return found, f"its name ends in {ending}, but it is {_NAMES[found]}: it was read as that"


def _stated(name: str) -> str | None:
    lower = name.lower()
    return next((kind for end, kind in ENDINGS.items() if lower.endswith(end)), None)


def _found(head: bytes, stated: str | None) -> str | None:
    """The kind the first bytes leave no doubt of, or None."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"%PDF-" in head[:1_024] and stated not in ("mbox", "eml", "warc", "tar"):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx" if b"word/" in head or stated == "docx" else "zip"
    for mark, kind in ((b"\x1f\x8b", "gzip"), (b"PAR1", "parquet"), (b"WARC/1.", "warc")):
        if head.startswith(mark):
            return kind
    if head[_TAR_MARK] == b"ustar":
        return "tar"
    if _PAGE.match(start):
        return "html"
    if _XML.match(start):
        return "xml"
    if stated not in ("eml", "mbox") and _HEADERS.match(start) and _SAVED.search(head):
        return "mhtml"
    return None


def _agree(stated: str, found: str) -> bool:
    """Whether a kind may begin like the other without a lie."""
    return (stated, found) in {
        ("html", "xml"),
        ("docx", "zip"),
        ("markdown", "html"),
        ("eml", "mhtml"),
    }
