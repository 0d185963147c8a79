"""Mail: newsletters and press releases as .eml, one article a message.

The plain part is taken where it says as much as the HTML part, which else goes through the reader
of pages. Attachments are not read. The Date field is the day of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from itertools import islice
from typing import Final

from index.article import Article, Skipped
from index.clean import clean_line
from index.errors import InputError
from index.read.decode import decoded
from index.read.facts import Facts
from index.read.files import File, load
from index.read.html import page
from index.read.markup import NO_ARTICLE, text_of

_MOST_PARTS: Final = 200
_SIGNATURE: Final = re.compile(r"^-- \s*\n.{0,2000}\Z", re.MULTILINE | re.DOTALL)
_ENOUGH: Final = 0.5  # of the letters of the HTML part in the plain one; else it is a stub
_HEADER_ERRORS: Final = (LookupError, ValueError, TypeError, AttributeError)
_DEEP: Final = "is a message within messages beyond reason: save the innermost"


def articles(file: File) -> Iterator[Article | Skipped]:
    """The one article of a message; InputError when it has no text."""
    yield from message_articles(load(file), file, file.name)


def message_articles(
    data: bytes, file: File, name: str, record: int | None = None
) -> Iterator[Article | Skipped]:
    """The article of a message's bytes."""
    message = parse(data)
    facts = Facts(file, record)
    _offer_headers(message, facts)
    plain, html = _parts(message)
    if plain is None and html is None:
        raise InputError("holds no message with text: save the message itself as .eml")
    identity = header(message, "Message-ID").strip("<> ") or name
    text = decoded(*plain).text if plain else ""
    shown = text_of(decoded(*html).text) if html else ""
    if html and _letters(text) < _ENOUGH * _letters(shown):
        try:
            yield from page(html[0], file, facts, charset=html[1], external_id=identity)
            return
        except InputError as error:
            if str(error) != NO_ARTICLE:
                raise
            text = shown  # a mail need not look like a page
    yield from facts.articles(_SIGNATURE.sub("", text), external_id=identity)


def parse(data: bytes) -> Message:
    """A message, as it is; nothing of it is decoded yet."""
    try:
        return message_from_bytes(data, policy=policy.compat32)
    except RecursionError as error:
        raise InputError(_DEEP) from error


def header(message: Message, name: str) -> str:
    """A field of the header, decoded; as it stands where it is encoded wrongly."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        return clean_line(str(make_header(decode_header(value))))
    except _HEADER_ERRORS:
        return clean_line(str(value))


def part_bytes(part: Message) -> tuple[bytes, str | None]:
    """The content of a part and the encoding it declares."""
    try:
        payload = part.get_payload(decode=True)
        charset = part.get_content_charset()
    except _HEADER_ERRORS as error:
        raise InputError(f"has a part that is coded wrongly ({error}): save it again") from error
    return (payload if isinstance(payload, bytes) else b""), charset


def parts(message: Message) -> Iterator[Message]:
    """The parts that are no containers."""
    try:
        yield from (part for part in islice(message.walk(), _MOST_PARTS) if not part.is_multipart())
    except RecursionError as error:
        raise InputError(_DEEP) from error


def _parts(message: Message) -> tuple[tuple[bytes, str | None] | None, ...]:
    """The first plain and the first HTML part that are no attachments."""
    found: dict[str, tuple[bytes, str | None]] = {}
    for part in parts(message):
        kind = part.get_content_type()
        attached = "attachment" in str(part.get("Content-Disposition", "")).lower()
        if kind in ("text/plain", "text/html") and kind not in found and not attached:
            content = part_bytes(part)
            if content[0].strip():
                found[kind] = content
    return found.get("text/plain"), found.get("text/html")


def _offer_headers(message: Message, facts: Facts) -> None:
    """A list or a newsletter is a source; a person who writes is an author."""
    facts.offer("field:Subject", title=header(message, "Subject"))
    facts.offer("field:Date", published=header(message, "Date"))
    facts.offer("field:Content-Language", language=header(message, "Content-Language"))
    name, address = parseaddr(header(message, "From"))
    if any(message.get(field) for field in ("List-Id", "List-Unsubscribe", "List-Post")):
        facts.offer("field:From", source=name)
    else:
        facts.offer("field:From", author=name)
    facts.offer("field:From", source=address.rpartition("@")[2])


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
