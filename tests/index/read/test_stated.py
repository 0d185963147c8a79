"""What pages state, in the order of trust, with where it was found."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.article import Article
from index.read import read
from tests.index.read import samples

LINKED: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": samples.TITLE,
    "datePublished": "2024-05-01T08:00:00+02:00",
    "dateModified": "2024-05-02T08:00:00Z",
    "author": [{"@type": "Person", "name": "Ida Fenn"}, {"@id": "#tam"}],
    "publisher": {"@id": "#mirror"},
    "articleSection": ["Harbour", "News"],
    "inLanguage": "en-GB",
    "url": "https://www.baymirror.example/linked",
}
GRAPH = {
    "@graph": [
        LINKED,
        {"@id": "#tam", "name": "Tam Roake"},
        {"@id": "#mirror", "@type": "Organization", "name": "Bay Mirror"},
    ]
}
META = {
    "article:published_time": "2024-05-03T08:00:00Z",
    "article:modified_time": "2024-05-03T09:00:00Z",
    "og:site_name": "The Mirror",
    "article:author": "https://www.facebook.example/fenn",
    "author": "By Ida M. Fenn",
    "article:section": "Coast",
    "og:locale": "en_US",
    "og:url": "https://www.baymirror.example/2024/05/06/lock",
}


def page(
    folder: Path, linked: object = None, meta: dict[str, str] | None = None, body: str = ""
) -> tuple[Article, dict[str, str]]:
    head = "".join(f'<meta property="{k}" content="{v}">' for k, v in (meta or {}).items())
    if linked:
        head += f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    path = folder / "lock.html"
    path.write_bytes(samples.html(head).replace(b"</h1>", f"</h1>{body}".encode()))
    (found,) = read([path])
    assert isinstance(found, Article)
    return found, dict(found.provenance)


def test_linked_data_is_trusted_first_and_its_references_are_followed(tmp_path: Path) -> None:
    found, where = page(tmp_path, GRAPH, META)
    assert (found.published, found.updated) == (date(2024, 5, 1), date(2024, 5, 2))
    assert found.published_at == "2024-05-01T08:00:00+02:00"
    assert (found.source, found.author) == ("Bay Mirror", "Ida Fenn, Tam Roake")
    assert (found.section, found.language) == ("Harbour, News", "en-GB")
    assert found.url == "https://www.baymirror.example/linked"
    assert set(where.values()) == {"json-ld"}


def test_opengraph_comes_next_and_then_other_meta_elements(tmp_path: Path) -> None:
    found, where = page(tmp_path, None, META)
    assert (found.published, found.updated) == (date(2024, 5, 3), date(2024, 5, 3))
    assert (found.source, found.section, found.language) == ("The Mirror", "Coast", "en-US")
    assert (found.author, where["author"]) == ("Ida M. Fenn", "meta")
    assert where["published"] == where["url"] == where["source"] == "opengraph"


def test_the_address_states_a_day_before_a_line_does(tmp_path: Path) -> None:
    body = "<p>Posted 9 May 2024</p>"
    found, where = page(tmp_path, None, {"og:url": META["og:url"]}, body)
    assert (found.published, where["published"]) == (date(2024, 5, 6), "url")
    found, where = page(tmp_path, None, None, body)
    assert (found.published, where["published"]) == (date(2024, 5, 9), "dateline")


@pytest.mark.parametrize(
    "body",
    ["<p>By Ida Fenn</p>", '<a rel="author">Ida Fenn</a>', '<p class="byline">By Ida Fenn</p>'],
)
def test_a_byline_gives_the_author(tmp_path: Path, body: str) -> None:
    found, where = page(tmp_path, body=body)
    assert (found.author, where["author"]) == ("Ida Fenn", "byline")
    assert "Ida" not in found.text


def test_a_page_built_by_script_is_read_from_its_linked_data(tmp_path: Path) -> None:
    path = tmp_path / "lock.html"
    linked = json.dumps({**LINKED, "articleBody": samples.TEXT})
    path.write_text(f'<script type="application/ld+json">{linked}</script><div id="app"></div>')
    (found,) = read([path])
    assert isinstance(found, Article)
    assert (found.title, found.text) == (samples.TITLE, samples.TEXT)
