"""The bytes of a server-sent stream to pieces of an answer. Pure: it knows no connection.

Whatever comes is taken or refused: a line too long, no JSON, an object of another shape.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LINE_BYTES = 2**18  # of a line, and of the data of one event
STREAM_BYTES = 2**23  # of one answer with all that stands around it
SAID = 200  # characters of what a server says of an error that are shown
DONE = "[DONE]"


class Nonsense(Exception):
    """What a server sent is no answer; the message completes "the server …"."""


@dataclass(frozen=True, slots=True)
class Delta:
    """What one event adds to an answer."""

    text: str = ""
    logprob: float | None = None  # natural, summed over the tokens; None: not told
    tokens: int = 0  # 0: not told
    finish: str | None = None  # why the answer is over


class Events:
    """Takes bytes as they come and gives the data of the events that are whole."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []
        self._bytes = 0  # of the stream

    def feed(self, data: bytes) -> Iterator[str]:
        """Give the data of each event that ends in these bytes; Nonsense beyond a limit."""
        self._bytes += len(data)
        if self._bytes > STREAM_BYTES:
            raise Nonsense(f"sent more than {STREAM_BYTES // 2**20} MiB for one answer")
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            yield from self._line(line.rstrip(b"\r"))
        if len(self._rest) > LINE_BYTES:
            raise Nonsense(f"sent a line of more than {LINE_BYTES // 2**10} KiB")

    def _line(self, line: bytes) -> Iterator[str]:
        if not line:
            if self._data:
                yield "\n".join(self._data)
            self._data = []
            return
        name, _, value = line.partition(b":")
        if name != b"data":  # a comment, or a field that says nothing here
            return
        self._data.append(value.removeprefix(b" ").decode("utf-8", "replace"))
        if sum(map(len, self._data)) > LINE_BYTES:
            raise Nonsense(f"sent an event of more than {LINE_BYTES // 2**10} KiB")


def delta_of(data: str) -> Delta:
    """Read the data of an event; Nonsense if it is none of an answer."""
    event = parsed(data)
    if "error" in event:
        raise Nonsense(f"broke off: {said(event)}")
    choices = event.get("choices")
    if choices == []:  # what was used, at the end
        return Delta()
    if not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise Nonsense("sent an event that has no choices")
    choice = choices[0]
    delta = choice.get("delta")
    text = delta.get("content") if isinstance(delta, dict) else None
    finish = choice.get("finish_reason")
    if not isinstance(text, str | None) or not isinstance(finish, str | None):
        raise Nonsense("sent an event whose text is no text")
    logprobs = _logprobs(choice.get("logprobs"))
    whole = (text or "").encode("utf-8", "replace").decode("utf-8")  # half letters are none
    return Delta(whole, math.fsum(logprobs) if logprobs else None, len(logprobs), finish)


def parsed(data: str | bytes) -> Mapping[str, Any]:
    """Read a JSON object; Nonsense if it is none."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Nonsense("sent something that is no JSON") from error
    if not isinstance(value, dict):
        raise Nonsense("sent something else than a JSON object")
    return value


def said(event: Mapping[str, Any]) -> str:
    """What an object says of an error, in a few printable letters."""
    error = event.get("error", event.get("detail", event.get("message")))
    message = error.get("message") if isinstance(error, dict) else error
    return f"“{printable(message)}”" if isinstance(message, str) and message else "without a word"


def printable(text: str) -> str:
    """A text of a stranger on one line, shortened."""
    kept = "".join(c if c.isprintable() else " " for c in text[: 4 * SAID])
    return " ".join(kept.split())[:SAID]


def top_logprobs(choice: Any) -> dict[str, float]:
    """The likeliest first tokens of an answer that was given whole; empty if they are not told."""
    entries = _content(choice.get("logprobs")) if isinstance(choice, dict) else []
    tops = entries[0].get("top_logprobs") if entries else None
    if not isinstance(tops, list):
        return {}
    pairs = [(top.get("token"), _number(top)) for top in tops if isinstance(top, dict)]
    return {token: value for token, value in pairs if isinstance(token, str) and value is not None}


def _logprobs(told: Any) -> list[float]:
    values = [_number(entry) for entry in _content(told)]
    return [value for value in values if value is not None] if None not in values else []


def _content(told: Any) -> list[dict[str, Any]]:
    content = told.get("content") if isinstance(told, dict) else None
    entries = content if isinstance(content, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _number(entry: Mapping[str, Any]) -> float | None:
    """A logarithm of a probability; None where it is none."""
    value = entry.get("logprob")
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e5 < value < 1e-3:
        return None
    return min(0.0, float(value))
