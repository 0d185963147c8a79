"""The door of the server: names, users, sizes, headers, and a line in the log for each request.

It stands before every route as plain ASGI, and knows no route's business. A request is let in if
its Host is a name of this server (a page elsewhere cannot point its own name at us), its Origin,
if any, is the same, its user is known, and its body is within the limit.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from serve.leaving import Leaving, gone
from serve.log import Log, new_id, request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from serve.figures import Figures
    from serve.users import Users

MIB = 2**20
UPLOAD = "/gradio_api/upload"
SIGNED = b"x-clippings-user"  # set here alone: who a request is from
OPEN = ("/health", "/gradio_api/startup-events")  # without a user; the second is Gradio's own call
KINDS = ("v1", "gradio_api", "health", "metrics", "assets", "static", "theme.css")
WAITING = 16  # passwords that are looked at one after the other; more are turned away
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
)
HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,255})(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is let in."""

    host: str  # that the server is bound to
    names: tuple[str, ...] = ()  # more names it is reached by
    users: Users | None = None
    body_bytes: int = 16 * MIB
    upload_bytes: int = 516 * MIB
    paths: Mapping[str, int] = field(default_factory=lambda: {"/v1/": MIB})  # bytes, by beginning

    def limit(self, path: str) -> int:
        """The most bytes of a body sent to a path."""
        if path.startswith(UPLOAD):
            return self.upload_bytes
        found = (most for start, most in self.paths.items() if path.startswith(start))
        return next(found, self.body_bytes)

    def knows(self, host: str) -> bool:
        """Whether a Host header names this server.

        On loopback only loopback is it; bound wider every address is, for an address cannot be
        pointed elsewhere as a name can.
        """
        found = HOST.fullmatch(host)
        if not found:
            return False
        name = found[1].strip("[]").lower()
        if is_loopback(name) or name in {self.host.lower(), *map(str.lower, self.names)}:
            return True
        if is_loopback(self.host):
            return False
        return _is_address(name) or name in {socket.gethostname().lower(), socket.getfqdn().lower()}


class Guard:
    """ASGI middleware that lets in what the rules allow."""

    def __init__(self, app: ASGIApp, rules: Rules, log: Log, figures: Figures) -> None:
        self._app = app
        self._rules = rules
        self._log = log
        self._figures = figures
        self._hashing = asyncio.Lock()
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":  # nothing here speaks it
                await send({"type": "websocket.close", "code": 1008})
                return
            await self._app(scope, receive, send)
            return
        headers = _headers(scope["headers"])
        leaving = Leaving(receive)
        visit = _Visit(scope["path"], new_id(headers.get("x-request-id", "")), send, leaving)
        tokens = request_id.set(visit.id), gone.set(leaving.gone)
        try:
            refusal = await self._refusal(scope, headers)
            if refusal:
                await visit.refuse(*refusal)
                return
            limit = self._rules.limit(visit.path)
            scope = {**scope, "headers": self._signed(scope, headers)}
            await self._app(scope, visit.counted(leaving.receive, limit), visit.send)
        except _TooMuch:
            await visit.refuse(413, f"More than {limit:,} bytes were sent, which is the limit.")
        finally:
            request_id.reset(tokens[0])
            gone.reset(tokens[1])
            leaving.close()
            self._told(scope, visit)

    def _signed(self, scope: Scope, headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
        """The headers of a request that was let in, with its user's name; none can be forged."""
        signed = [(name, value) for name, value in scope["headers"] if name.lower() != SIGNED]
        given = read_authorization(headers.get("authorization", ""))
        looked_at = self._rules.users is not None and scope["path"] not in OPEN
        if looked_at and given is not None:
            signed.append((SIGNED, given[0].encode("utf-8")))
        return signed

    async def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """The status and reason a request is turned away with, None where it is let in."""
        rules, host = self._rules, headers.get("host", "")
        if not rules.knows(host):
            return 421, "This server is not known by that name. Name it with --name, or use its IP."
        if (origin := headers.get("origin")) is not None and origin.partition("://")[2] != host:
            return 403, "A page of another site may not ask here."
        if scope["path"] not in OPEN and rules.users is not None:
            status = await self._user(headers.get("authorization", ""))
            if status == 429:
                return 429, "Too many passwords are being looked at. Try again in a minute."
            if status:
                return 401, "Name a user and password: HTTP Basic, or NAME:PASSWORD as bearer."
        limit = rules.limit(scope["path"])
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or int(length[:20]) > limit:
            return 413, f"More than {limit:,} bytes were sent, which is the limit."
        return None

    async def _user(self, authorization: str) -> int:
        """0 where the user is known, else the status."""
        users, given = self._rules.users, read_authorization(authorization)
        if users is None or given is None:
            return 401
        if users.remembered(*given):
            return 0
        if self._waiting >= WAITING:
            return 429
        self._waiting += 1
        try:
            async with self._hashing:
                return 0 if await asyncio.to_thread(users.check, *given) else 401
        finally:
            self._waiting -= 1

    def _told(self, scope: Scope, visit: _Visit) -> None:
        first = visit.path.split("/")[1] if visit.path.count("/") else ""
        kind = "page" if not first else first if first in KINDS else "other"
        self._figures.request(kind, visit.status)
        client = scope.get("client")
        self._log.write(
            "request",
            request_id=visit.id,
            method=scope["method"],
            path=visit.path[:200],  # without the query, which may hold what was asked
            status=visit.status,
            seconds=round(time.monotonic() - visit.began, 3),
            bytes_in=visit.taken,
            bytes_out=visit.given,
            client=client[0] if client else None,
        )


class _TooMuch(Exception):
    """A body beyond the limit."""


class _Visit:
    """One request and what came of it."""

    def __init__(self, path: str, name: str, send: Send, leaving: Leaving) -> None:
        self.path = path
        self.id = name
        self.began = time.monotonic()
        self.status = 499  # until there is one: who asked was gone before
        self.taken = self.given = 0
        self._send = send
        self._leaving = leaving

    def counted(self, receive: Receive, limit: int) -> Receive:
        """The body as it comes, up to the limit."""

        async def take() -> Message:
            message = await receive()
            self.taken += len(message.get("body", b""))
            if self.taken > limit and self.status == 499:
                raise _TooMuch
            return message

        return take

    async def send(self, message: Message) -> None:
        """Send what the server says, with the headers that all replies have."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            sent = {name.lower() for name, _ in message.get("headers", ())}
            more = [header for header in HEADERS if header[0] not in sent]
            own = [*more, (b"x-request-id", self.id.encode("ascii"))]
            message = {**message, "headers": [*message.get("headers", ()), *own]}
        elif message["type"] == "http.response.body":
            self.given += len(message.get("body", b""))
            if not message.get("more_body", False):
                self._leaving.replied()
        await self._send(message)

    async def refuse(self, status: int, reason: str) -> None:
        """Turn the request away."""
        if self.status != 499:
            return  # the reply has begun
        body = json.dumps(refusal_data(self.path, status, reason)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        if status == 401:
            headers.append((b"www-authenticate", b'Basic realm="Clippings", charset="UTF-8"'))
        if status == 429:
            headers.append((b"retry-after", b"30"))
        if status == 413:
            headers.append((b"connection", b"close"))  # the rest of the body is not read
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def refusal_data(path: str, status: int, reason: str) -> dict[str, Any]:
    """A refusal as the clients of a path read it."""
    if not path.startswith("/v1/"):
        return {"error": reason}
    kind = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    said = kind.get(status, "invalid_request_error")
    return {"error": {"message": reason, "type": said, "param": None, "code": None}}


def read_authorization(header: str) -> tuple[str, str] | None:
    """The name and password of an Authorization header; None where it gives none."""
    kind, _, value = header[:1_000].partition(" ")
    said = value.strip()
    if kind.lower() == "basic":
        try:
            said = base64.b64decode(said, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None
    elif kind.lower() != "bearer":
        return None
    name, colon, password = said.partition(":")
    return (name, password) if colon else None


def is_loopback(host: str) -> bool:
    """Only this machine can reach what is served at the address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name
        return False


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower name; of a name that is there twice the values joined, as HTTP says."""
    found: dict[str, str] = {}
    for raw, value in pairs:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]},{text}" if name in found else text
    return found
