"""A web site on loopback for the tests of fetching."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from index.article import Article, Skipped
from index.read import read_file
from index.read.fetch import Fetching
from index.read.hosts import Resolver, look_up
from index.read.web import Patience, Web

QUICK = Patience(connect=2.0, read=0.5, total=2.0, pause=0.0)
HERE = "127.0.0.1"
SENTENCES = (
    "The council decided on Tuesday that the bridge will open in May. "
    "Nobody spoke against it, and the mayor thanked the engineers for their patience."
)
Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers with what the site has at a path."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.heard.append(dict(self.headers.items()))
        answer = self.server.answers.get(self.path)
        try:
            if answer:
                answer(self)
            else:
                self.send_error(404)
        except OSError:  # the client went away, as it should
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Site(ThreadingHTTPServer):
    """What stands at which path, and what was asked for."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.heard: list[dict[str, str]] = []
        self.name = f"127.0.0.1:{self.server_port}"

    def url(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://{self.name}{path}"

    def put(
        self, path: str, body: str | bytes, kind: str = "text/html", status: int = 200,
        **headers: str,
    ) -> str:  # fmt: skip
        """Put an answer at a path; gives its address."""
        data = body.encode() if isinstance(body, str) else body

        def answer(handler: Handler) -> None:
            handler.send_response(status)
            if kind:
                handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(data)

        self.answers[path] = answer
        return self.url(path)

    def lead(self, path: str, to: str, status: int = 302) -> str:
        """Put a redirect at a path; gives its address."""
        return self.put(path, "elsewhere", status=status, Location=to)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off is what some tests are about."""


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Site]:
    """A site that answers, over TLS where it has a certificate."""
    with Site() as site:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            site.socket = context.wrap_socket(site.socket, server_side=True)
        thread = threading.Thread(
            target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()


def page(title: str, text: str = SENTENCES, head: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body><article>"
        f"<h1>{title}</h1><p>{text}</p></article></body></html>"
    )


def rss(*items: str) -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>The Packet</title><link>/</link>{''.join(items)}</channel></rss>"
    )


def fetch(
    address: str,
    *,
    private: Sequence[str] = (HERE,),
    resolver: Resolver = look_up,
    patience: Patience = QUICK,
) -> tuple[list[Article], list[Skipped]]:
    """What an address gives."""
    web = Web(private=private, resolver=resolver, patience=patience)
    found = list(read_file(Fetching(web, read_file).file(address, {})))
    return (
        [item for item in found if isinstance(item, Article)],
        [item for item in found if isinstance(item, Skipped)],
    )


def refusal(address: str, **how: object) -> str:
    """Why an address gives nothing."""
    articles, skipped = fetch(address, **how)  # type: ignore[arg-type]
    assert articles == []
    assert len(skipped) == 1
    assert (skipped[0].path, skipped[0].fault) == (address, True)
    return skipped[0].reason
