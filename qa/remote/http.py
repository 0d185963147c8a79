"""HTTP by urllib3: one request to the bytes of its answer. It knows no API.

Each request has a connection and a thread of its own, so that who waits can give it up at any
moment, whatever the server does. Nothing is sent twice here, no redirect is followed, no proxy
asked, nothing unpacked.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from queue import Empty, Full, Queue
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from qa.remote.server import Server

_BLOCK = 2**16
_AHEAD = 16  # blocks that may wait to be taken
_LOOK = 0.2  # seconds between looks whether anybody still waits


@dataclass(frozen=True, slots=True)
class Head:
    """How an answer begins."""

    status: int
    kind: str  # the content type in small letters, "" where none was given
    packed: bool  # it would have to be unpacked


class Lost(Exception):
    """The connection failed; the message completes "the server …"."""


Part = Head | bytes | None  # None: the end


class Call:
    """One request. Take what comes of it until None, and close it in any case."""

    def __init__(self, server: Server, method: str, path: str, body: Mapping[str, Any] | None):
        self._parts: Queue[Part | Lost] = Queue(_AHEAD)
        self._closed = threading.Event()
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()  # guards the socket
        sent = None if body is None else json.dumps(body).encode()
        threading.Thread(
            target=self._run, args=(server, method, path, sent), name="clippings-call", daemon=True
        ).start()

    def take(self, seconds: float) -> Part:
        """Give the next part; Empty if none comes in time, Lost if the connection failed."""
        part = self._parts.get(timeout=max(0.0, seconds))
        if isinstance(part, Lost):
            raise part
        return part

    def close(self) -> None:
        """Give the request up; the server sees the connection end."""
        self._closed.set()
        with self._lock:
            if self._socket is not None:
                with contextlib.suppress(OSError):  # it has ended by itself
                    self._socket.shutdown(socket.SHUT_RDWR)

    def _run(self, server: Server, method: str, path: str, body: bytes | None) -> None:
        kind = HTTPSConnection if server.secure else HTTPConnection
        connection = kind(server.host, server.port, timeout=server.patience.connect)
        try:
            connection.connect()
            with self._lock:
                self._socket = connection.sock
            if self._closed.is_set():
                return
            connection.timeout = server.patience.total  # from here on who waits is sooner
            connection.request(
                method, path, body, headers=_headers(server, body), preload_content=False,
                decode_content=False,
            )  # fmt: skip
            self._read(connection.getresponse())
        except (HTTPError, HTTPException, OSError, ValueError, AttributeError) as error:
            self._put(Lost(_explained(error)))  # the last two: a socket closed in another thread
        finally:
            with self._lock:
                self._socket = None
            connection.close()

    def _read(self, response: Any) -> None:
        headers = response.headers
        packing = headers.get("Content-Encoding", "").strip().lower()
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        self._put(Head(response.status, kind, packing not in ("", "identity")))
        try:
            while not self._closed.is_set() and (block := response.read1(_BLOCK)):
                self._put(block)
            self._put(None)
        finally:
            response.close()

    def _put(self, part: Part | Lost) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(Full):
                self._parts.put(part, timeout=_LOOK)
                return


def fetch(server: Server, path: str, most: int, seconds: float) -> tuple[Head, bytes]:
    """Get a small document as it is; Lost if it does not come whole in time, or has more bytes."""
    call = Call(server, "GET", path, None)
    until = time.monotonic() + seconds
    try:
        head = _part(call, until)
        if not isinstance(head, Head):
            raise Lost("answered with nothing")
        return head, collect(call, most, until)
    finally:
        call.close()


def collect(call: Call, most: int, until: float) -> bytes:
    """Take the rest of an answer; Lost if it has more bytes, or has not ended at that moment."""
    body = b""
    while (part := _part(call, until)) is not None:
        body += b"" if isinstance(part, Head) else part
        if len(body) > most:
            raise Lost("sent an answer that does not end")
    return body


def _part(call: Call, until: float) -> Part:
    try:
        return call.take(until - time.monotonic())
    except Empty:
        raise Lost("gave no answer in the time allowed") from None


def _headers(server: Server, body: bytes | None) -> dict[str, str]:
    headers = {
        "Accept": "text/event-stream, application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": "Clippings",
    }
    if body is not None:
        headers["Content-Type"] = "application/json"
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    return headers


def _explained(error: Exception) -> str:
    cause = error.__cause__ or error
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "did not answer in time"
    if "refused" in str(error):
        return "is not there (connection refused)"
    if isinstance(cause, socket.gaierror):
        return "has a name that is not known"
    return f"broke the connection ({type(cause).__name__})"
