"""HTTP by urllib3: an address to the bytes that stand there, within limits. It knows no format.

Each hop goes to an address that was checked, and to no other: the name is looked up once, the
connection is made here, and redirects are followed here. No cookies, no proxy, no second try.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from index.errors import InputError
from index.read import limits
from index.read.hosts import Resolver, Target, look_up, permitted, target_of

AGENT: Final = "Clippings"
_ACCEPT: Final = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
    "application/feed+json, application/pdf;q=0.9, */*;q=0.5"
)
_PACKINGS: Final = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KIND: Final = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE | re.ASCII)
_BLOCK: Final = 2**16
_BY_HAND: Final = "save the page in a browser and add the file"
_STATUS: Final = {
    401: f"wants a login (401): {_BY_HAND}",
    402: f"wants to be paid (402): {_BY_HAND}",
    403: f"may not be fetched by a program (403): {_BY_HAND}",
    404: "is not there (404): check the address",
    410: "is gone (410): take the address off your list",
    451: "may not be shown for legal reasons (451)",
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds."""

    connect: float = limits.CONNECT_SECONDS
    read: float = limits.READ_SECONDS
    total: float = limits.FETCH_SECONDS
    pause: float = limits.PAUSE_SECONDS


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched."""

    target: Target  # the last one, where redirects led
    kind: str  # the content type in small letters, "" where none was given
    charset: str | None
    body: bytes  # unpacked


class StatusError(InputError):
    """An answer that is no page."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class _Pinned:
    """A connection over a socket that is open already: no name is looked up again."""

    opened: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.opened


class _Plain(_Pinned, HTTPConnection):
    pass


class _Secure(_Pinned, HTTPSConnection):
    pass


class Web:
    """The open web, and those hosts within the private one that the user named."""

    def __init__(
        self,
        *,
        private: Collection[str] = (),
        resolver: Resolver = look_up,
        patience: Patience | None = None,
    ) -> None:
        self.patience = patience or Patience()
        self._private = private
        self._resolver = resolver
        self._tls: ssl.SSLContext | None = None

    def get(
        self,
        target: Target,
        check: Callable[[Target], None] | None = None,
        most: int = limits.MAX_FETCHED_BYTES,
    ) -> Page:
        """Fetch a page of `most` bytes, over redirects; InputError where there is none to be had.

        Each address on the way is shown to `check`, which raises where it may not be fetched.
        """
        deadline = time.monotonic() + self.patience.total
        for _ in range(limits.MAX_REDIRECTS + 1):
            if check:
                check(target)
            found = self._ask(target, deadline, most)
            if isinstance(found, Page):
                return found
            target = target_of(found, target.address)
        raise InputError(f"leads on more than {limits.MAX_REDIRECTS} times, or in a circle")

    def _ask(self, target: Target, deadline: float, most: int) -> Page | str:
        """A page, or the address that it is said to be at."""
        numbers = permitted(target, self._resolver, self._private)
        opened = self._open(target, numbers, deadline)
        with _cut_off(opened, deadline) as was_cut:
            connection = self._connection(target, opened)
            try:
                connection.request("GET", target.path, headers=_headers(), preload_content=False)
                found = _read(connection.getresponse(), target, most)
            except (HTTPError, HTTPException, OSError) as error:
                raise InputError(_late() if was_cut.is_set() else _explained(error)) from error
            finally:
                connection.close()
                opened.close()
        if was_cut.is_set():  # an answer without a length ends where it was cut
            raise InputError(_late())
        return found

    def _open(self, target: Target, numbers: Sequence[str], deadline: float) -> socket.socket:
        last: OSError | None = None
        for number in numbers:
            left = min(self.patience.connect, deadline - time.monotonic())
            if left <= 0:
                raise InputError(_late())
            try:
                opened = socket.create_connection((number, target.port), timeout=left)
            except OSError as error:
                last = error
                continue
            opened.settimeout(self.patience.read)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return opened
        raise InputError(f"{target.origin} {_unreachable(last)}") from last

    def _connection(self, target: Target, opened: socket.socket) -> _Plain | _Secure:
        connection: _Plain | _Secure
        if target.scheme == "https":
            self._tls = self._tls or ssl.create_default_context()
            connection = _Secure(
                target.host, target.port, timeout=self.patience.read, ssl_context=self._tls
            )
        else:
            connection = _Plain(target.host, target.port, timeout=self.patience.read)
        connection.opened = opened
        return connection


@contextmanager
def _cut_off(opened: socket.socket, deadline: float) -> Iterator[threading.Event]:
    """Shut a socket down at the deadline: one who sends a byte now and then never times out."""
    was_cut = threading.Event()
    handle = opened.dup()  # stays valid when TLS takes the socket over

    def cut() -> None:
        was_cut.set()
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:  # the other side was faster
            return

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield was_cut
    finally:
        timer.cancel()
        timer.join()
        handle.close()


def _read(response: BaseHTTPResponse, target: Target, most: int) -> Page | str:
    status, headers = response.status, response.headers
    if status in _REDIRECTS and "location" in headers:
        place = str(headers["location"])  # read as Latin-1, but UTF-8 where it is not ASCII
        return place.encode("latin-1", "replace").decode("utf-8", "replace")
    if status not in (200, 203):
        raise StatusError(_status(status, headers), status)
    packings = str(headers.get("content-encoding", "")).lower().split(",")
    if not _PACKINGS.issuperset(packing.strip() for packing in packings):
        raise InputError(f"is packed in a way that was not asked for: {_BY_HAND}")
    length = str(headers.get("content-length", ""))
    body = bytearray()
    if not (length.isdecimal() and int(length) > most):
        while len(body) <= most and (block := response.read(_BLOCK)):
            body += block
        if len(body) <= most:
            return _page(target, headers, bytes(body))
    raise InputError(f"is larger than {most // 2**10:,} KiB, the limit: {_BY_HAND}")


def _page(target: Target, headers: Any, body: bytes) -> Page:
    told = str(headers.get("content-type", ""))
    kind = _KIND.match(told)
    charset = _CHARSET.search(told)
    return Page(target, kind[0].lower() if kind else "", charset[1] if charset else None, body)


def _headers() -> dict[str, str]:
    try:
        number = version("clippings-qa")
    except PackageNotFoundError:  # run from a folder that was not installed
        number = "0"
    return {
        "User-Agent": f"{AGENT}/{number}",
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }


def _status(status: int, headers: Any) -> str:
    if status in (429, 503):
        wait = str(headers.get("retry-after", ""))[:40]
        when = f"Retry-After: {wait}" if wait.isprintable() and wait else "no time is named"
        return f"asks to be left alone for now ({status}, {when}): add it again later"
    if status >= 500:
        return f"its server has failed ({status}): add it again later"
    return _STATUS.get(status, f"was answered with the status {status}: check the address")


def _explained(error: Exception) -> str:
    said = str(error)[:200]
    if isinstance(error, ssl.SSLError):
        return f"no safe connection can be made ({said}): check the address and its certificate"
    if isinstance(error, TimeoutError) or "timed out" in said:
        return "sent nothing for too long: add it again later"
    return f"the answer breaks off or is no HTTP ({said}): add it again later"


def _unreachable(error: OSError | None) -> str:
    if isinstance(error, TimeoutError):
        return "does not answer: check the address, or add it again later"
    if isinstance(error, ConnectionRefusedError):
        return "refuses the connection: check the address and its port"
    return f"cannot be reached ({error}): check the connection"


def _late() -> str:
    return "takes longer than the time limit: add it again later"
