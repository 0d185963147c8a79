"""The Content-Security-Policy of a page and of what is none."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Any

import pytest

from serve.policy import NAME, Policy, inline_scripts

PAGE = b"<head><script>a = 1;</script><SCRIPT type='x' src='/y'></SCRIPT><script\n>b</script >"
HTML = [(b"Content-Type", b"text/html; charset=utf-8")]


def replies(headers: list[tuple[bytes, bytes]], *parts: bytes) -> list[Any]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for n, part in enumerate(parts, 1):
            more = n < len(parts)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Policy(app)({"type": "http"}, None, send))  # type: ignore[arg-type]
    return sent


def said(message: Any) -> str:
    return str(dict(message["headers"])[NAME].decode())


def test_the_scripts_of_a_page_are_named_by_their_hashes() -> None:
    start, *bodies = replies(HTML, PAGE[:20], PAGE[20:])
    (rule,) = (rule for rule in said(start).split("; ") if rule.startswith("script-src"))
    hashes = [base64.b64encode(hashlib.sha256(s).digest()).decode() for s in (b"a = 1;", b"b")]
    assert rule == f"script-src 'self' 'unsafe-eval' 'sha256-{hashes[0]}' 'sha256-{hashes[1]}'"
    assert b"".join(body["body"] for body in bodies) == PAGE


def test_what_is_no_page_streams_and_may_run_nothing_inline() -> None:
    start, *bodies = replies([(b"content-type", b"text/event-stream")], b"<script>x", b"</script>")
    assert [body["body"] for body in bodies] == [b"<script>x", b"</script>"]
    assert "sha256" not in said(start)
    assert "'unsafe-inline'" not in said(start).partition("script-src")[2]


@pytest.mark.parametrize("page", [b"", b"<script", b"<script>", b"<script>x</scrip", b"<b>x</b>"])
def test_a_script_without_an_end_is_none(page: bytes) -> None:
    assert list(inline_scripts(page)) == []
