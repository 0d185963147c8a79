"""Later versions of an article, removal, and what becomes of history and copies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.article import Article, Report
from index.errors import InputError
from index.index import Index
from index.store.versions import version_key
from tests.conftest import MakeIndex
from tests.fakes import write_articles

URL = "https://courier.example/storm"
FIRST = "Storm Ottoline flooded 40 homes."
SECOND = "Storm Ottoline flooded 45 homes."


def texts(index: Index) -> list[str]:
    return [article.text for article in index.articles()]


def stored(index: Index, text: str) -> Article:
    [article] = [article for article in index.articles() if article.text == text]
    return article


def add(index: Index, file: Path, *items: str, **fields: str) -> Report:
    return index.add(write_articles(file, *items, **fields))


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"url": f"{URL}#top"}, URL),
        ({"url": "https://courier.example/?id=7"}, "https://courier.example/?id=7"),
        ({"url": "https://courier.example/", "path": "a", "external_id": "7"}, "a#7"),
        ({"path": "a.txt", "external_id": "a.txt"}, "a.txt#a.txt"),
        ({"path": "a.jsonl"}, None),
        ({"url": "https://courier.example"}, None),
    ],
)
def test_versions_share_an_address_or_a_file_and_record(
    fields: dict[str, str], key: str | None
) -> None:
    assert version_key(Article.of(title="T", text="x", **fields)) == key  # type: ignore[arg-type]


def test_a_later_version_of_an_address_replaces_the_earlier(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index()
    first = add(index, tmp_path / "1.jsonl", FIRST, url=URL)
    old = stored(index, FIRST)
    second = add(index, tmp_path / "2.jsonl", SECOND, url=URL)
    assert (first.replaced, second.replaced) == (0, 1)
    assert texts(index) == [SECOND]
    assert index.search_words("40", 5) == []
    assert index.history(stored(index, SECOND).id) == [old]
    assert index.article(old.id) == old
    assert index.info().articles == 1


def test_a_version_with_an_earlier_date_is_history_at_once(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index()
    add(index, tmp_path / "2.jsonl", SECOND, url=URL, date="2024-03-05")
    add(index, tmp_path / "1.jsonl", FIRST, url=URL, date="2024-03-04")
    assert texts(index) == [SECOND]
    assert [old.text for old in index.history(stored(index, SECOND).id)] == [FIRST]


def test_when_the_file_of_the_last_version_vanishes_the_one_before_is_searched(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index()
    add(index, tmp_path / "in" / "1.jsonl", FIRST, url=URL)
    add(index, tmp_path / "in" / "2.jsonl", SECOND, url=URL)
    (tmp_path / "in" / "2.jsonl").unlink()
    index.add(tmp_path / "in", sync=True)
    assert texts(index) == [FIRST]
    assert len(index.search_words("40", 5)) == 1
    assert index.history(stored(index, FIRST).id) == []


def test_an_article_is_removed_with_its_history(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index()
    add(index, tmp_path / "1.jsonl", FIRST, url=URL)
    old = stored(index, FIRST)
    add(index, tmp_path / "2.jsonl", SECOND, "Bells rang here.", url=URL)
    add(index, tmp_path / "3.jsonl", "Ferries sail here.", url=f"{URL}2")
    current = index.articles().__next__()
    report = index.remove(ids=[current.id])
    assert (report.removed, report.articles, texts(index)) == (1, 1, ["Ferries sail here."])
    with pytest.raises(InputError, match="no article"):
        index.article(old.id)
    assert b"Ottoline" not in (index.directory / "generation-000004/articles.sqlite").read_bytes()


def archive(index: Index, tmp_path: Path) -> None:
    days = ("2024-03-01", "2024-03-05", "2024-03-09")
    for n, day in enumerate(days):
        file = tmp_path / "in" / f"{n}.jsonl"
        add(index, file, f"Number {n} is news.", date=day, source="Packet" if n else "Courier")


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"sources": ["Packet"]}, [0]),
        ({"since": date(2024, 3, 5)}, [0]),
        ({"until": date(2024, 3, 5)}, [2]),
        ({"since": date(2024, 3, 2), "until": date(2024, 3, 6)}, [0, 2]),
        ({"sources": ["Packet"], "until": date(2024, 3, 6)}, [0, 2]),
        ({"sources": ["Nobody"]}, [0, 1, 2]),
    ],
)
def test_what_fits_every_condition_is_removed(
    make_index: MakeIndex, tmp_path: Path, wanted: dict[str, object], left: list[int]
) -> None:
    index = make_index()
    archive(index, tmp_path)
    report = index.remove(**wanted)  # type: ignore[arg-type]
    assert report.removed == 3 - len(left)
    assert texts(index) == [f"Number {n} is news." for n in left]
    assert index.add(tmp_path / "in").added == 0, "the files did not change"


def test_a_path_is_removed_with_its_files_and_can_be_added_again(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index()
    archive(index, tmp_path)
    assert index.remove(paths=[tmp_path / "in" / "1.jsonl"]).removed == 1
    assert index.remove(paths=[tmp_path / "in"], sources=["Courier"]).removed == 1
    assert index.remove(paths=[tmp_path / "i"]).removed == 0
    assert index.add(tmp_path / "in").added == 1
    assert index.remove(paths=[tmp_path / "in"]).articles == 0
    assert index.add(tmp_path / "in").added == 3


def test_removing_nothing_in_particular_or_an_unknown_id_is_refused(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index()
    with pytest.raises(InputError, match="Say what to remove"):
        index.remove()
    archive(index, tmp_path)
    with pytest.raises(InputError, match=r"0123: no article.*Nothing was removed"):
        index.remove(ids=["0123", next(index.articles()).id])
    assert len(texts(index)) == 3


def test_a_view_does_not_see_what_is_published_later(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index()
    archive(index, tmp_path)
    view = index.view()
    index.remove(sources=["Courier"])
    [(row, _)] = view.search_words("0", 1)
    [(_, article)] = view.chunks([row])
    assert article.text == "Number 0 is news."
    assert len(texts(index)) == 2
