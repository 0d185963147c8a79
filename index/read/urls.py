"""Web addresses as articles state them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from index.dates import Moment, parse_moment

LONGEST: Final = 2_000  # characters; browsers take no more either
_DAY: Final = re.compile(
    r"[/_-](?P<year>(?:19|20)\d\d)(?P<mark>[/-])(?P<month>\d{1,2}|[a-z]{3,9})(?P=mark)"
    r"(?P<day>\d{1,2})(?=[/_.-]|$)",
    re.IGNORECASE,
)
_RUN: Final = re.compile(r"/((?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?=[/_.-]|$)")


def web_address(text: str | None) -> str | None:
    """The http or https address, or None when the text is none: it is to be safe as a link."""
    address = (text or "").strip()
    if not 0 < len(address) <= LONGEST or any(c.isspace() or not c.isprintable() for c in address):
        return None
    try:
        parts = urlsplit(address)
        known = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:  # such as a broken IPv6 host
        return None
    return address if known else None


def host(address: str | None) -> str | None:
    """The host of a web address without "www.": the outlet, where nothing better is known."""
    name = urlsplit(address).hostname if address else None
    return name.removeprefix("www.") if name else None


def day_in(address: str | None) -> Moment | None:
    """The day in the path of an address, "/2024/05/04/lock" or "/2024/may/04/lock"."""
    path = urlsplit(address).path if address else ""
    if match := _DAY.search(path):
        return parse_moment(f"{match['year']}-{match['month']}-{match['day']}")
    if match := _RUN.search(path):
        return parse_moment(match[1])
    return None
