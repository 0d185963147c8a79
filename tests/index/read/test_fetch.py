"""From addresses to articles: pages, feeds and the index they go into."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.read import limits
from tests.conftest import MakeIndex
from tests.index.read.site import SENTENCES, Site, fetch, page, rss, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def test_a_page_becomes_an_article(site: Site) -> None:
    address = site.put("/2024/05/03/bridge", page("Bridge opens"))
    (article,), skipped = fetch(f"{address}#comments")
    assert skipped == []
    assert (article.title, article.text) == ("Bridge opens", SENTENCES)
    assert (article.url, article.path) == (address, f"{address}#comments")
    assert str(article.published) == "2024-05-03"
    assert dict(article.provenance)["url"] == "fetch"
    assert site.asked == ["/robots.txt", "/2024/05/03/bridge"]
    assert all(heard["User-Agent"].startswith("Clippings/") for heard in site.heard)
    assert not {"Cookie", "Authorization", "Referer"} & {name for h in site.heard for name in h}


def test_a_page_cannot_pass_itself_off_as_one_of_another_site(site: Site) -> None:
    head = '<link rel="canonical" href="https://other.example/news">'
    address = site.put("/a", page("Bridge opens", head=head))
    (article,), _ = fetch(address)
    assert article.url == address


def test_the_encoding_the_server_names_is_taken(site: Site) -> None:
    body = page("Мост открыт", "Совет решил во вторник, что мост откроют в мае. Мэр был рад.")
    site.put("/a", body.encode("koi8-r"), "text/html; charset=koi8-r")
    (article,), _ = fetch(site.url("/a"))
    assert article.title == "Мост открыт"


def test_the_content_type_decides_and_then_the_address(site: Site) -> None:
    site.put("/a.php", "# Bridge opens\n\n" + SENTENCES, "text/markdown")
    site.put("/b.md", "# Bridge opens\n\n" + SENTENCES, "text/plain")
    site.put("/c.jsonl.gz", gzip.compress(json.dumps(
        {"title": "Bridge opens", "text": SENTENCES, "url": "https://a.example/c"}
    ).encode()), "application/octet-stream")  # fmt: skip
    for path in ("/a.php", "/b.md", "/c.jsonl.gz"):
        (article,), skipped = fetch(site.url(path))
        assert (article.title, article.text, skipped) == ("Bridge opens", SENTENCES, [])
    assert article.url == "https://a.example/c"


def test_a_feed_becomes_what_its_entries_hold_or_link_to(site: Site) -> None:
    site.put("/news/1", page("One"))
    site.put("/news/2", page("Two", head='<meta property="og:title" content="Two">'))
    feed = rss(
        "<item><title>One</title><link>/news/1</link><description>Short.</description>"
        "<pubDate>Fri, 03 May 2024 10:00:00 +0100</pubDate></item>",
        "<item><title>Again</title><link>/news/1#top</link></item>",
        "<item><title>Two</title><link>../news/2</link></item>",
        f"<item><title>Three</title><link>/news/3</link><content:encoded>{SENTENCES}"
        "</content:encoded></item>",
        "<item><title>Four</title><link>/news/4</link></item>",
        "<item><title>Five</title><link>http://10.0.0.1/</link></item>",
    )
    address = site.put("/feeds/rss", feed, "text/html; charset=utf-8")
    articles, skipped = fetch(address, resolver=lambda host, port: [host])
    assert [article.url for article in articles] == [site.url(f"/news/{n}") for n in (1, 2, 3)]
    assert {article.path for article in articles} == {address}
    assert articles[0].published_at == "2024-05-03T10:00:00+01:00"
    assert (articles[0].source, dict(articles[0].provenance)["published"]) == (
        "The Packet", "feed"
    )  # fmt: skip
    assert [item.path for item in skipped] == [site.url("/news/4"), "http://10.0.0.1/"]
    assert site.asked == ["/robots.txt", "/feeds/rss", "/news/1", "/news/2", "/news/4"]


def test_a_json_feed_becomes_what_its_items_hold_or_link_to(site: Site) -> None:
    site.put("/1", page("One"))
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "The Packet",
        "items": [
            {"id": "1", "url": "/1", "title": "One", "summary": "Short.",
             "date_published": "2024-05-03"},
            {"id": "2", "url": site.url("/2"), "title": "Two", "content_text": SENTENCES},
        ],
    }  # fmt: skip
    address = site.put("/feed.json", json.dumps(feed), "application/feed+json")
    articles, skipped = fetch(address)
    assert skipped == []
    assert [(article.title, article.url) for article in articles] == [
        ("One", site.url("/1")), ("Two", site.url("/2"))
    ]  # fmt: skip
    assert [str(articles[0].published), articles[0].source] == ["2024-05-03", "The Packet"]


def test_a_feed_is_followed_up_to_a_limit_and_no_deeper(site: Site) -> None:
    site.put("/deeper", rss("<item><title>A</title><link>/a</link></item>"), "text/xml")
    links = ["/deeper", *(f"/{n}" for n in range(limits.MAX_FOLLOWED + 5))]
    site.put("/rss", rss(*(f"<item><title>T</title><link>{x}</link></item>" for x in links)))
    _, skipped = fetch(site.url("/rss"))
    assert "only a headline" in skipped[0].reason
    assert [item.reason for item in skipped if "100 pages" in item.reason] == [
        "links to more than 100 pages: the rest were not fetched, add them by their addresses"
    ]
    assert len(site.asked) == 2 + limits.MAX_FOLLOWED


@pytest.mark.parametrize(("delay", "asked"), [("0.2", 5), ("31", 2)])
def test_a_site_is_given_the_pause_it_asks_for(site: Site, delay: str, asked: int) -> None:
    site.put("/robots.txt", f"User-agent: Clippings\nCrawl-delay: {delay}\n", "text/plain")
    links = "".join(f"<item><title>T</title><link>/{n}</link></item>" for n in range(3))
    site.put("/rss", rss(links))
    started = time.monotonic()
    _, skipped = fetch(site.url("/rss"))
    assert len(site.asked) == asked
    if asked == 2:
        assert "asks for 31 seconds between two fetches" in skipped[0].reason
    else:
        assert time.monotonic() - started >= 0.6


def test_a_later_version_of_an_address_replaces_the_earlier(
    site: Site, make_index: MakeIndex
) -> None:
    index = make_index()
    address = site.put("/news/bridge", page("Bridge opens"))
    assert index.add(address, allow_private=True).added == 1
    assert index.add(address, allow_private=True).unchanged == 1
    site.put("/news/bridge", page("Bridge stays shut"))
    index.add([address], allow_private=True)
    (article,) = index.articles()
    assert article.title == "Bridge stays shut"
    assert [earlier.title for earlier in index.history(article.id)] == ["Bridge opens"]


def test_what_an_address_gives_no_more_is_kept_until_it_is_removed(
    site: Site, make_index: MakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make_index()
    item = "<item><title>{0}</title><link>/{0}</link><content:encoded>{0} {1}</content:encoded>"
    for name in ("One", "Two"):
        address = site.put("/rss", rss(item.format(name, SENTENCES) + "</item>"), "text/xml")
        index.add(address, allow_private=True)
    del site.answers["/rss"]
    report = index.add(address, allow_private=True)
    assert [skipped.reason for skipped in report.skipped] == [
        "is not there (404): check the address"
    ]
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(SENTENCES, encoding="utf-8")
    index.add(".", sync=True)
    assert {article.title for article in index.articles()} == {"One", "Two", "A"}
    index.remove(paths=[address])
    assert [article.title for article in index.articles()] == ["A"]


def test_a_private_address_is_not_added_unless_it_is_allowed(
    site: Site, make_index: MakeIndex
) -> None:
    index = make_index()
    report = index.add(site.put("/a", page("Bridge opens")))
    assert (report.added, len(report.skipped), site.asked) == (0, 1, [])
    assert "--allow-private" in report.skipped[0].reason
