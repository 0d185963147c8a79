"""A little server on loopback that speaks the chat API, or whatever else a test wants it to say."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from qa.remote.server import Patience, Server

QUICK = Patience(connect=5.0, first=1.2, idle=0.8, total=6.0)


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


Say = Callable[[Asked, socket.socket], None]


@dataclass
class Serving:
    """What is said to a question; the list of models and /props are said as they are."""

    say: Say
    models: Any = field(default_factory=lambda: {"data": [{"id": "made"}]})
    props: Any = None
    asked: list[Asked] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)  # a client hung up
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def server(self, **changes: Any) -> Server:
        return Server(self.address, patience=changes.pop("patience", QUICK), **changes)

    def questions(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == "POST"]

    def answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            asked = _read(connection)
            if asked is None:
                return
            self.asked.append(asked)
            if asked.method == "POST":
                self.say(asked, connection)
                return
            told = self.props if asked.path == "/props" else self.models
            send(connection, head(200 if told else 404) + json.dumps(told).encode())


@contextmanager
def serving(say: Say, **told: Any) -> Iterator[Serving]:
    """Serve until the block ends."""
    made = Serving(say, **told)
    listener = socket.create_server(("127.0.0.1", 0))
    made.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=made.answer, args=(connection,)))
                threads[-1].start()

    door = threading.Thread(target=accept)
    door.start()
    try:
        yield made
    finally:
        made.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (door, *threads):
            thread.join(timeout=20)


def head(status: int = 200, kind: str = "application/json", **more: str) -> bytes:
    fields = {"Content-Type": kind, "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode()


STREAM = head(kind="text/event-stream; charset=utf-8")
DONE = b"data: [DONE]\n\n"


def event(text: str | None, logprob: float | None = None, finish: str | None = None) -> bytes:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    if logprob is not None:
        tops = [{"token": text, "logprob": logprob}, {"token": "Not", "logprob": -9.0}]
        choice["logprobs"] = {"content": [{**tops[0], "top_logprobs": tops}]}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def send(connection: socket.socket, *parts: bytes) -> None:
    for part in parts:
        connection.sendall(part)


def words(text: str, *, logprobs: bool = True) -> Say:
    """Say a text word by word, as a good server does, no more of it than was asked for."""

    def say(asked: Asked, connection: socket.socket) -> None:
        if not logprobs and "logprobs" in asked.body:
            error = {"error": {"message": "logprobs are not supported"}}
            send(connection, head(400) + json.dumps(error).encode())
            return
        most = asked.body["max_tokens"]
        spoken = [word if n == 0 else f" {word}" for n, word in enumerate(text.split())][:most]
        probable = -0.25 if asked.body.get("logprobs") else None
        if not asked.body.get("stream"):
            send(connection, head() + event(spoken[0], probable).removeprefix(b"data: "))
            return
        send(connection, STREAM, b": a comment\n\n")
        for word in spoken:
            send(connection, event(word, probable))
        finish = "stop" if len(spoken) == len(text.split()) else "length"
        send(connection, event(None, finish=finish), DONE)

    return say


def says(*parts: bytes, then_hang: bool = False) -> Say:
    """Say these bytes, then hang up, or neither speak nor hang up."""

    def say(_: Asked, connection: socket.socket) -> None:
        send(connection, *parts)
        if then_hang:
            _wait_for_end(connection)

    return say


def in_turn(*says: Say) -> Say:
    """Say one after the other, and the last one from then on."""
    left: list[Say] = list(says)

    def say(asked: Asked, connection: socket.socket) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(asked, connection)

    return say


def for_ever(*parts: bytes, pause: float = 0.0) -> Say:
    """Say the first part once and the others again and again, until nobody listens."""

    def say(_: Asked, connection: socket.socket) -> None:
        send(connection, parts[0])
        wait = threading.Event()
        while True:
            send(connection, *parts[1:])
            wait.wait(pause)

    return say


def _wait_for_end(connection: socket.socket) -> None:
    connection.settimeout(20)
    connection.recv(1)


def _read(connection: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (block := connection.recv(2**16)):
            return None
        data += block
    told, _, body = data.partition(b"\r\n\r\n")
    first, *lines = told.decode().split("\r\n")
    headers = {name.lower(): value for name, value in _pairs(lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(2**16)
    method, path, _ = first.split()
    return Asked(method, path, headers, json.loads(body) if body else {})


def _pairs(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, value = line.partition(": ")
        yield name, value
