"""Saved web pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.article import Article, Skipped
from index.read import read

PARAGRAPHS = (
    "The harbour master of Tern Bay opened the new lock on Friday before a crowd of four hundred.",
    "It replaces a gate of 1911 that had to be turned by hand, in a gale by as many as six men.",
    '"I shall miss the noise," said Ida Fenn, who has kept the books of the harbour since 1998.',
    "The lock cost 2.4 million crowns, a third of which was paid by the owners of fishing boats.",
)
LINKED = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "WebSite", "name": "no"}, {"@type": ["Thing", "NewsArticle"],
 "headline": "Tern Bay opens its new lock", "datePublished": "2024-05-04T08:00:00+02:00",
 "dateModified": "2024-05-05T09:00:00Z",
 "publisher": {"@type": "Organization", "name": "Bay Mirror"}}]}</script>"""


def page(*, head: str = "", top: str = "", body: str = "", bottom: str = "") -> str:
    text = "".join(f"<p>{paragraph}</p>\n" for paragraph in PARAGRAPHS)
    return (
        '<!DOCTYPE html><html lang="en"><head>'
        "<title>Tern Bay opens its new lock | Bay Mirror</title>"
        f"{head}</head><body><nav><ul><li><a href='/'>Home</a></li><li>Sport</li></ul></nav>"
        f"<main><article><h1>Tern Bay opens its new lock</h1>{top}<div class='article-body'>"
        f"{text}{body}</div></article></main>{bottom}<footer><p>© 2024 Bay Mirror</p></footer>"
        "</body></html>"
    )


def only(folder: Path, markup: str | bytes) -> Article:
    path = folder / "lock.html"
    path.write_bytes(markup.encode() if isinstance(markup, str) else markup)
    (found,) = read([path])
    assert isinstance(found, Article), found
    return found


def test_linked_data_gives_dates_and_outlet_and_the_heading_the_title(tmp_path: Path) -> None:
    link = '<link rel="canonical" href="https://www.baymirror.example/lock">'
    found = only(tmp_path, page(head=LINKED + link))
    assert found.title == "Tern Bay opens its new lock"
    assert found.text.split("\n\n") == list(PARAGRAPHS)
    assert (found.published, found.updated) == (date(2024, 5, 4), date(2024, 5, 5))
    assert found.source == "Bay Mirror"
    assert found.url == "https://www.baymirror.example/lock"
    assert found.external_id == "lock.html"


@pytest.mark.parametrize(
    ("head", "top"),
    [
        ('<meta property="article:published_time" content="2024-05-04T08:00:00Z">', ""),
        ('<meta name="DC.date.issued" content="2024-05-04">', ""),
        ("", '<p><time datetime="2024-05-04T08:00">Saturday</time></p>'),
        ("", "<p>By Ida Fenn | <span>Published</span> <time>4 May 2024</time></p>"),
        ("", '<p class="posted">Posted May. 4, 2024 07:55,&nbsp;&nbsp;</p>'),
        ("", "<div>By Ida Fenn</div><div>4 May 2024, 08.12</div>"),
    ],
)
def test_the_date_is_read_wherever_the_page_states_it(tmp_path: Path, head: str, top: str) -> None:
    found = only(tmp_path, page(head=head, top=top))
    assert (found.published, found.updated) == (date(2024, 5, 4), None)
    assert found.text.split("\n\n") == list(PARAGRAPHS)


def test_an_updated_stamp_is_not_the_day_of_publication(tmp_path: Path) -> None:
    top = (
        "<p>Updated <time datetime='2024-05-06'>6 May</time> | "
        "Published <time datetime='2024-05-04'>4 May</time></p>"
    )
    found = only(tmp_path, page(top=top))
    assert (found.published, found.updated) == (date(2024, 5, 4), date(2024, 5, 6))


def test_a_page_that_states_no_date_has_none(tmp_path: Path) -> None:
    body = "<p>It is to be looked at on <time datetime='2030-01-01'>1 January 2030</time> by men"
    body += " who were there when the old gate was built and by all who would like to come.</p>"
    found = only(tmp_path, page(body=body, bottom="<p>Today is 1 June 2025</p>"))
    assert (found.published, found.updated) == (None, None)


def test_the_outlet_is_the_host_where_no_name_is_stated(tmp_path: Path) -> None:
    saved = "<!-- saved from url=(0030)https://www.baymirror.example/lock -->\n"
    found = only(tmp_path, saved + page())
    assert (found.source, found.url) == ("baymirror.example", "https://www.baymirror.example/lock")


def test_nothing_around_the_article_enters_the_text(tmp_path: Path) -> None:
    boxes = [
        '<div class="cookie-banner" role="dialog"><p>We use cookies. Is that all right?</p></div>',
        '<div id="newsletter-signup"><p>Our best stories in your inbox every day.</p></div>',
        '<section class="related-stories"><h2>More</h2><p>Gate goes to the museum</p></section>',
        '<div class="share-buttons"><a href="#">Share on Facebook</a></div>',
        '<section id="comments"><p>First! What a lovely lock this is, said a reader.</p></section>',
        "<form><p>Search the archive of this paper</p><button>Go</button></form>",
    ]
    found = only(tmp_path, page(body=boxes[2] + boxes[3], bottom="".join(boxes)))
    assert found.text.split("\n\n") == list(PARAGRAPHS)


def test_what_a_reader_cannot_see_stays_out(tmp_path: Path) -> None:
    hidden = (
        "<!-- IGNORE the lock --><p hidden>IGNORE the lock</p><script>IGNORE('lock')</script>"
        '<p style="color: red; DISPLAY : none">IGNORE the lock</p><noscript>IGNORE</noscript>'
        '<p style="visibility:hidden">IGNORE the lock</p><style>.IGNORE{}</style>'
        '<span style="font-size:0">IGNORE the lock</span><template>IGNORE</template>'
    )
    found = only(tmp_path, page(body=hidden, top=hidden))
    assert found.text.split("\n\n") == list(PARAGRAPHS)


def test_a_summary_under_the_headline_is_kept(tmp_path: Path) -> None:
    found = only(tmp_path, page(top='<p class="article__standfirst">Six men are out of work</p>'))
    assert found.text.split("\n\n") == ["Six men are out of work", *PARAGRAPHS]


def test_a_headline_within_the_text_is_taken_out(tmp_path: Path) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    found = only(
        tmp_path,
        "<html><head><title>Bay Mirror: Tern Bay opens its new lock</title>"
        '<meta property="og:site_name" content="Bay Mirror"></head><body><div>'
        f"<p>Tern Bay opens its new lock</p>{text}</div></body></html>",
    )
    assert found.title == "Tern Bay opens its new lock"
    assert found.text.split("\n\n") == list(PARAGRAPHS)


def test_the_name_of_the_site_is_no_headline(tmp_path: Path) -> None:
    head = '<meta property="og:site_name" content="Bay Mirror">'
    markup = page(head=head).replace("<main>", "<h1>Bay Mirror</h1><main>")
    assert only(tmp_path, markup).title == "Tern Bay opens its new lock"


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    markup = page(head='<meta charset="windows-1251">').replace("Ida Fenn", "Ида Фенн")
    assert "Ида Фенн" in only(tmp_path, markup.encode("cp1251", "replace")).text


def test_broken_linked_data_is_passed_over(tmp_path: Path) -> None:
    broken = '<script type="application/ld+json">{"@type": "NewsArticle", oops</script>'
    deep = f'<script type="application/ld+json">{"[" * 100_000}</script>'
    assert only(tmp_path, page(head=broken + deep + LINKED)).published == date(2024, 5, 4)


@pytest.mark.parametrize(
    "markup",
    [
        "<!-- nothing -->",
        "<html><body></body></html>",
        "<nav><a href='/'>Home</a></nav>",
        "<p hidden>No",
    ],
)
def test_a_page_without_article_text_is_skipped(tmp_path: Path, markup: str) -> None:
    (tmp_path / "none.html").write_text(markup)
    (found,) = read([tmp_path])
    assert isinstance(found, Skipped)
    assert "no article text found" in found.reason
