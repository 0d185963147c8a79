"""The door, before an application that says what it was sent."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from serve.figures import Figures
from serve.guard import SIGNED, Guard, Rules, is_loopback, read_authorization
from serve.log import Log, request_id
from serve.users import Users, make_secret

PASSWORD = "the tide is out"


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Door:
    """A guard before an application that replies with the number of bytes it was sent."""

    def __init__(self, rules: Rules, log: io.StringIO | None = None, text: bool = False) -> None:
        self.figures = Figures()
        self.guard = Guard(self.app, rules, Log(log, text=text), self.figures)
        self.let_in = 0
        self.signed: list[bytes] = []  # the users that the last request was said to be from

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        self.let_in += 1
        self.signed = [value for name, value in scope["headers"] if name.lower() == SIGNED]
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message["body"]), message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": f"{size} {request_id.get()}".encode()})

    def ask(self, path: str = "/", *parts: bytes, host: str = "localhost", **headers: str) -> Reply:
        return asyncio.run(self._ask(path, parts or (b"",), {"host": host, **headers}))

    async def _ask(self, path: str, parts: tuple[bytes, ...], headers: dict[str, str]) -> Reply:
        reply, left = Reply(), list(parts)
        pairs = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
        scope = {"type": "http", "path": path, "method": "POST", "headers": pairs, "client": None}

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = {n.decode(): v.decode() for n, v in message["headers"]}
            else:
                reply.body += message["body"]

        await self.guard(scope, receive, send)  # type: ignore[arg-type]
        return reply


LOCAL = Rules("127.0.0.1")
WIDE = Rules("0.0.0.0", names=("desk.example",))


@pytest.mark.parametrize(
    ("rules", "host", "known"),
    [
        (LOCAL, "localhost", True),
        (LOCAL, "LOCALHOST:7860", True),
        (LOCAL, "127.0.0.1:7860", True),
        (LOCAL, "127.9.9.9", True),
        (LOCAL, "[::1]:7860", True),
        (LOCAL, "evil.example", False),
        (LOCAL, "evil.example:7860", False),
        (LOCAL, "127.0.0.1.evil.example", False),
        (LOCAL, "localhost.evil.example", False),
        (LOCAL, "localhost@evil.example", False),
        (LOCAL, "localhost:7860:1", False),
        (LOCAL, "192.168.0.7", False),
        (LOCAL, "", False),
        (LOCAL, "a" * 10_000, False),
        (Rules("127.0.0.1", names=("Desk.example",)), "desk.EXAMPLE", True),
        (WIDE, "192.168.0.7:7860", True),
        (WIDE, "[2001:db8::1]", True),
        (WIDE, "desk.example", True),
        (WIDE, "evil.example", False),
    ],
)
def test_only_a_host_that_names_this_server_is_let_in(rules: Rules, host: str, known: bool) -> None:
    door = Door(rules)
    reply = door.ask(host=host)
    assert (reply.status, door.let_in) == ((200, 1) if known else (421, 0))


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:7860", 200),
        ("http://localhost:7861", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("", 403),
        ("http://[", 403),
    ],
)
def test_a_page_of_another_site_may_not_ask(origin: str, status: int) -> None:
    assert Door(LOCAL).ask(host="localhost:7860", origin=origin).status == status


def test_two_hosts_in_one_request_are_none() -> None:
    door = Door(LOCAL)

    async def ask() -> int:
        statuses: list[int] = []

        async def send(message: Any) -> None:
            statuses.append(message.get("status", 0))

        hosts = [(b"host", b"localhost"), (b"host", b"evil.example")]
        scope = {"type": "http", "path": "/", "method": "GET", "headers": hosts}
        await door.guard(scope, None, send)  # type: ignore[arg-type]
        return statuses[0]

    assert asyncio.run(ask()) == 421


@pytest.fixture(scope="module")
def users() -> Users:
    return Users({"ada": make_secret(PASSWORD)})


@pytest.mark.parametrize("path", ["/", "/gradio_api/run/ask", "/gradio_api/mcp/", "/v1/models",
                                  "/metrics", "/config", "/healthy"])  # fmt: skip
def test_with_users_every_path_asks_for_one(users: Users, path: str) -> None:
    door = Door(Rules("127.0.0.1", users=users))
    reply = door.ask(path)
    assert (reply.status, door.let_in) == (401, 0)
    assert reply.headers["www-authenticate"].startswith("Basic ")
    assert door.ask(path, authorization=basic("ada", "the tide is in")).status == 401
    assert door.ask(path, authorization=basic("bob", PASSWORD)).status == 401
    assert door.ask(path, authorization=basic("ada", PASSWORD)).status == 200
    assert door.ask(path, authorization=f"Bearer ada:{PASSWORD}").status == 200


@pytest.mark.parametrize("name", ["x_clippings_user", "X_Clippings_User"])
def test_who_is_signed_in_cannot_be_forged(users: Users, name: str) -> None:
    forged = {name: "bob"}
    guarded, open_to_all = Door(Rules("127.0.0.1", users=users)), Door(LOCAL)
    assert guarded.ask("/", authorization=basic("ada", PASSWORD), **forged).status == 200
    assert guarded.signed == [b"ada"]
    assert guarded.ask("/", **forged).status == 401
    assert guarded.ask("/health", authorization=basic("bob", "any"), **forged).status == 200
    assert guarded.signed == []
    assert open_to_all.ask("/", authorization=basic("ada", "any"), **forged).status == 200
    assert open_to_all.signed == []


def test_health_is_told_without_a_user(users: Users) -> None:
    assert Door(Rules("127.0.0.1", users=users)).ask("/health").status == 200


@pytest.mark.parametrize(
    ("header", "read"),
    [
        (basic("ada", "a:b"), ("ada", "a:b")),
        ("bearer ada:secret", ("ada", "secret")),
        ("Bearer sk-123", None),
        ("Basic !!!", None),
        ("Basic " + base64.b64encode(b"\xff\xfe:").decode(), None),
        ("Digest ada:secret", None),
        ("", None),
        ("Basic " + "A" * 100_000, None),
    ],
)
def test_an_authorization_is_read(header: str, read: tuple[str, str] | None) -> None:
    assert read_authorization(header) == read


def test_a_body_beyond_the_limit_is_refused_told_or_not() -> None:
    door = Door(Rules("127.0.0.1", body_bytes=10, upload_bytes=20, paths={"/v1/": 5}))
    assert door.ask("/x", b"x" * 10, content_length="10").status == 200
    assert door.ask("/x", b"x" * 6, b"x" * 4).body.startswith(b"10 ")
    assert door.ask("/x", b"x" * 11, content_length="11").status == 413
    assert door.ask("/x", b"x" * 6, b"x" * 5).status == 413
    assert door.ask("/gradio_api/upload", b"x" * 20).status == 200
    assert door.ask("/gradio_api/upload", b"x" * 21).status == 413
    assert door.ask("/v1/chat/completions", b"x" * 6).status == 413
    for length in ("-1", "1e3", "9" * 5_000, "²"):
        assert door.ask("/x", content_length=length).status == 413


def test_under_v1_a_refusal_is_shaped_as_openai_does(users: Users) -> None:
    reply = Door(Rules("127.0.0.1", users=users)).ask("/v1/models")
    error = json.loads(reply.body)["error"]
    assert error["type"] == "authentication_error"
    assert "NAME:PASSWORD" in error["message"]


def test_every_reply_has_the_headers_of_a_careful_server() -> None:
    for host in ("localhost", "evil.example"):
        headers = Door(LOCAL).ask(host=host).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "no-referrer"


def test_a_request_has_an_id_its_own_where_that_is_plain() -> None:
    door = Door(LOCAL)
    reply = door.ask(x_request_id="abc-1")
    assert reply.headers["x-request-id"] == "abc-1"
    assert reply.body == b"0 abc-1"
    strange = door.ask(x_request_id="<b> x").headers["x-request-id"]
    assert len(strange) == 32


def test_a_request_is_one_line_of_json_without_its_query() -> None:
    log = io.StringIO()
    Door(LOCAL, log).ask("/v1/models", b"secret", host="localhost", authorization="Basic c2VjcmV0")
    told = json.loads(log.getvalue())
    assert log.getvalue().count("\n") == 1
    assert (told["event"], told["path"], told["status"]) == ("request", "/v1/models", 200)
    assert told["bytes_in"] == 6
    assert "secret" not in log.getvalue()


def test_requests_are_counted_by_kinds_that_no_client_chooses() -> None:
    door = Door(LOCAL)
    for path in ("/v1/models", "/made-up-by-somebody", "/", "//"):
        door.ask(path)
    text = door.figures.text().decode()
    assert 'clippings_requests_total{kind="v1",status="200"} 1.0' in text
    assert 'clippings_requests_total{kind="other",status="200"} 1.0' in text
    assert "made-up" not in text


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.7", False),
        ("desk.example", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
