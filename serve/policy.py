"""The Content-Security-Policy: what the page may load, run and speak to. It knows ASGI alone.

Scripts come from this server, or stand in the page as it was sent: those are named by their
hashes, so that none that came in later runs, whatever escaped our escaping. Gradio makes functions
of text ('unsafe-eval') and writes styles into elements ('unsafe-inline').
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME = b"content-security-policy"
RULES = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)


class Policy:
    """ASGI middleware that sends the policy with every reply."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a page is held until it is whole, for its scripts are counted."""
        reply = _Reply(send)
        await self._app(scope, receive, reply.send if scope["type"] == "http" else send)


class _Reply:
    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None  # of a page, that is held
        self._page = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if _is_page(message):
                self._start = message
                return
            message = _with(message, policy(b""))
        elif message["type"] == "http.response.body" and self._start is not None:
            self._page += message.get("body", b"")
            if message.get("more_body", False):
                return
            page, start = bytes(self._page), self._start
            self._start = None
            await self._send(_with(start, policy(page)))
            message = {"type": "http.response.body", "body": page}
        await self._send(message)


def policy(page: bytes) -> str:
    """The policy of a page, with its own scripts allowed."""
    named = " ".join(f"'sha256-{_digest(script)}'" for script in inline_scripts(page))
    return "; ".join([*RULES, f"script-src 'self' 'unsafe-eval' {named}".rstrip()])


def inline_scripts(page: bytes) -> Iterator[bytes]:
    """What stands between script tags."""
    lower, at = page.lower(), 0
    while (opened := lower.find(b"<script", at)) >= 0:
        start = lower.find(b">", opened) + 1
        end = lower.find(b"</script", start)
        if not start or end < 0:
            return
        if end > start:
            yield page[start:end]
        at = end + 1


def _digest(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode("ascii")


def _is_page(message: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.lower().startswith(b"text/html")
        for name, value in message.get("headers", ())
    )


def _with(message: Message, said: str) -> Message:
    return {**message, "headers": [*message.get("headers", ()), (NAME, said.encode("ascii"))]}
