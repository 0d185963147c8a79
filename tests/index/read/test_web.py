"""HTTP, from a site on loopback: what is refused, what is bounded, what is named."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from index.read import limits
from index.read.web import Patience
from tests.index.read.site import Handler, Site, fetch, page, refusal, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def test_the_address_in_the_end_is_that_of_the_article(site: Site) -> None:
    site.lead("/old", "new?x=1#top", status=301)
    address = site.put("/new?x=1", page("Bridge opens"))
    (article,), _ = fetch(site.url("/old"))
    assert (article.url, article.path) == (address, site.url("/old"))


def test_redirects_end(site: Site) -> None:
    site.lead("/a", "/b")
    site.lead("/b", "/a")
    assert refusal(site.url("/a")) == "leads on more than 5 times, or in a circle"
    assert len(site.asked) == 1 + 1 + limits.MAX_REDIRECTS


def test_robots_txt_is_respected_on_every_hop(site: Site) -> None:
    rules = "User-agent: *\nAllow: /news\nDisallow: /*.cgi$\nDisallow: /in\n"
    site.put("/robots.txt", rules, "text/plain")
    site.put("/news/in", page("Bridge opens"))
    site.lead("/news/out", "/in/secret")
    assert len(fetch(site.url("/news/in"))[0]) == 1
    assert "not for programs, says the robots.txt" in refusal(site.url("/x.cgi"))
    assert f"{site.url('/in/secret')} is not for programs" in refusal(site.url("/news/out"))
    assert not {"/x.cgi", "/in/secret"} & set(site.asked)


def test_a_site_whose_rules_cannot_be_had_is_left_alone(site: Site) -> None:
    site.put("/robots.txt", "down", status=503)
    site.put("/a", page("Bridge opens"))
    reason = refusal(site.url("/a"))
    assert reason.startswith("the robots.txt of its site asks to be left alone")
    assert site.asked == ["/robots.txt"]


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (404, {}, "is not there (404): check the address"),
        (403, {}, "may not be fetched by a program (403)"),
        (429, {"Retry_After": "120"}, "left alone for now (429, Retry-After: 120): add it again"),
        (503, {}, "left alone for now (503, no time is named)"),
        (500, {}, "its server has failed (500)"),
        (418, {}, "status 418"),
        (302, {}, "status 302"),
    ],
)
def test_an_answer_that_is_no_page_is_named(
    site: Site, status: int, headers: dict[str, str], reason: str
) -> None:
    site.put("/a", page("Bridge opens"), status=status, **headers)
    assert reason in refusal(site.url("/a"))


def test_a_server_that_is_not_there_is_named() -> None:
    with serving() as gone:
        address = gone.url("/a")
    assert "refuses the connection: check the address and its port" in refusal(address)


def test_a_name_that_is_not_known_is_named() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    reason = refusal("https://nwes.example/", private=(), resolver=unknown)
    assert "the name nwes.example cannot be looked up (Name or service not known)" in reason


def drip(handler: Handler) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def drip_headers(handler: Handler) -> None:
    while True:
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [drip, drip_headers])
def test_a_slow_drip_is_cut_off(site: Site, answer: Callable[[Handler], None]) -> None:
    site.answers["/a"] = answer
    started = time.monotonic()
    reason = refusal(site.url("/a"), patience=Patience(read=0.5, total=0.3))
    assert reason == "takes longer than the time limit: add it again later"
    assert time.monotonic() - started < 1


def test_silence_is_cut_off(site: Site) -> None:
    site.answers["/a"] = lambda handler: time.sleep(1)
    reason = refusal(site.url("/a"), patience=Patience(read=0.1))
    assert reason == "sent nothing for too long: add it again later"


def test_a_body_that_breaks_off_is_no_article(site: Site) -> None:
    def broken(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(page("Bridge opens").encode())

    site.answers["/a"] = broken
    assert "the answer breaks off or is no HTTP" in refusal(site.url("/a"))


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(2**20))


def bomb(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.wfile.write(gzip.compress(bytes(limits.MAX_FETCHED_BYTES + 1), 1))


def huge(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**12))
    handler.end_headers()


@pytest.mark.parametrize("answer", [endless, bomb, huge])
def test_an_answer_without_end_is_refused(site: Site, answer: Callable[[Handler], None]) -> None:
    site.answers["/a"] = answer
    assert "is larger than 65,536 KiB, the limit" in refusal(site.url("/a"), patience=Patience())


def test_a_packed_page_is_unpacked(site: Site) -> None:
    body = gzip.compress(page("Bridge opens").encode())
    site.put("/a", body, Content_Encoding="gzip")
    assert fetch(site.url("/a"))[0][0].title == "Bridge opens"


@pytest.mark.parametrize(
    ("kind", "encoding", "reason"),
    [
        ("image/png", "", "is of the type image/png, which is not read"),
        ("text/html", "zstd, gzip", "is packed in a way that was not asked for"),
        ("text/html", "gzip", "the answer breaks off or is no HTTP"),
    ],
)
def test_what_is_no_page_is_named(site: Site, kind: str, encoding: str, reason: str) -> None:
    site.put("/a.html", b"\x89PNG", kind, Content_Encoding=encoding)
    assert reason in refusal(site.url("/a.html"))
