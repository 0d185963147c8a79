"""Web addresses as articles state them."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2_000  # characters; browsers take no more either


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
