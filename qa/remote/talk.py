"""One prompt to one answer over the wire: tries, time limits, and what an answer must look like."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from queue import Empty
from typing import Any

from index.errors import ModelError
from qa.remote.about import lost_error, status_error
from qa.remote.events import DONE, Delta, Events, Nonsense, delta_of
from qa.remote.http import Call, Head, Lost, Part, collect
from qa.remote.server import Server

RETRIES = 2  # before the first word; nothing is lost by asking again
_PAUSES = (0.5, 2.0)  # seconds before them
_AGAIN = frozenset({429, 500, 502, 503, 504})
_BAD_REQUEST = frozenset({400, 422})
_LOOK = 0.25  # seconds between two looks whether who asked still waits
_BODY_BYTES = 2**16
_ERROR_SECONDS = 5.0

Ask = Callable[[], object]  # called while nothing comes; what it raises ends the request


@dataclass(frozen=True, slots=True)
class Wait:
    """The moments, on the monotonic clock, until which is waited."""

    first: float
    total: float

    @classmethod
    def of(cls, server: Server, timeout_s: float | None) -> Wait:
        """Begin to wait now."""
        now = time.monotonic()
        whole = server.patience.total
        total = now + (whole if timeout_s is None else min(whole, timeout_s))
        return cls(min(now + server.patience.first, total), total)


class NoLogprobs(Exception):
    """The server does not want to be asked for probabilities."""


def deltas(server: Server, body: Mapping[str, Any], wait: Wait, ask: Ask) -> Iterator[Delta]:
    """Give an answer as it is written; ModelError unless it comes to its proper end.

    Until a server has begun to answer, a request that failed is made again. NoLogprobs if one with
    "logprobs" is refused.
    """
    call = _opened(server, body, wait, ask)
    try:
        yield from _read(server, call, wait, ask)
    except (Lost, Nonsense) as error:
        raise lost_error(server, error) from error
    finally:
        call.close()


def whole(server: Server, body: Mapping[str, Any], wait: Wait) -> bytes:
    """Give the JSON of an answer that is not streamed; ModelError if there is none."""
    call = _opened(server, body, wait, lambda: None)
    try:
        return collect(call, _BODY_BYTES, wait.first)
    except Lost as error:
        raise lost_error(server, error) from error
    finally:
        call.close()


def _opened(server: Server, body: Mapping[str, Any], wait: Wait, ask: Ask) -> Call:
    """A request that was answered with 200 and the right type, at the first or a later try."""
    for tries in range(RETRIES + 1):
        call = Call(server, "POST", f"{server.path}/chat/completions", body)
        opened = False
        try:
            head = _take(call, wait.first, ask)
            if not isinstance(head, Head):
                raise Lost("answered with nothing")
            if head.status == 200:
                _check(head, streamed=bool(body.get("stream")))
                opened = True
                return call
            failed = _refusal(server, call, head, body)
            again = head.status in _AGAIN
        except Lost as error:
            failed, again = lost_error(server, error), True
        except Nonsense as error:
            raise lost_error(server, error) from error
        finally:
            if not opened:
                call.close()
        if not again or tries == RETRIES or not _pause(_PAUSES[tries], wait.first, ask):
            raise failed
    raise AssertionError("the last try returns or raises")


def _read(server: Server, call: Call, wait: Wait, ask: Ask) -> Iterator[Delta]:
    events = Events()
    until = wait.first
    finished = False
    while (part := _take(call, until, ask)) is not None:
        if isinstance(part, Head):
            raise Nonsense("answered twice")
        for data in events.feed(part):
            if data.strip() == DONE:
                finished = True
                break
            delta = delta_of(data)
            finished = finished or delta.finish is not None
            if delta.text:  # whatever else comes does not count as an answer
                until = min(time.monotonic() + server.patience.idle, wait.total)
            yield delta
        if finished:
            return
    raise Nonsense("broke off in the middle of its answer")


def _take(call: Call, until: float, ask: Ask) -> Part:
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise _Late("gave no word in the time allowed")
        try:
            return call.take(min(left, _LOOK))
        except Empty:
            ask()


class _Late(Nonsense):
    """Nothing came in time: to try again would take as long."""


def _check(head: Head, *, streamed: bool) -> None:
    if head.packed:
        raise Nonsense("sent a packed answer though none was asked for")
    wanted = "text/event-stream" if streamed else "application/json"
    if head.kind != wanted:
        raise Nonsense(f"answered with {head.kind[:80] or 'no content type'}, not {wanted}")


def _refusal(server: Server, call: Call, head: Head, body: Mapping[str, Any]) -> ModelError:
    try:
        said = collect(call, _BODY_BYTES, time.monotonic() + _ERROR_SECONDS)
    except Lost:
        said = b""
    if body.get("logprobs") and (head.status in _BAD_REQUEST or _of_logprobs(said)):
        raise NoLogprobs
    return status_error(server, head.status, said)


def _of_logprobs(said: bytes) -> bool:
    return any(word in said.lower() for word in (b"logprob", b"logits"))


def _pause(seconds: float, until: float, ask: Ask) -> bool:
    """Wait; False where there would be no time left."""
    over = time.monotonic() + seconds
    if over >= until:
        return False
    while (left := over - time.monotonic()) > 0:
        time.sleep(min(left, _LOOK))
        ask()
    return True
