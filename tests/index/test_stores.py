"""The contract of a store, kept by a folder and by Milvus, here Milvus Lite in this process."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from index.errors import InputError, StorageError
from index.filters import Filter
from index.milvus.store import MilvusIndex
from index.opening import copy_store, open_store
from index.protocol import Store
from tests.fakes import FakeEmbedder, write_articles

LITE = pytest.mark.skipif(
    find_spec("milvus_lite") is None, reason="Milvus Lite is not made for Windows"
)
HERE = [pytest.param("folder"), pytest.param("milvus", marks=LITE)]
BRIDGE = "Bridge opens today. It cost 21 million crowns on 3 May 2019."
FERRY = "Ferry sails again. The hull was mended."
SCHOOL = "School stays open. The council voted against the closing."
LONG = "Storm takes the roof. " + "The wind blew over the harbour and the gulls were gone. " * 3_000


@dataclass
class Room:
    """Where one kind of store is; a name always means the same store."""

    folder: Path
    kind: str
    opened: list[Store] = field(default_factory=list)

    def name(self, name: str) -> str | Path:
        return self.folder / name if self.kind == "folder" else f"milvus:{self.folder}/m.db#{name}"

    def open(self, name: str = "news", *, create: bool = True) -> Store:
        store = open_store(self.name(name), create=create, model=FakeEmbedder())
        self.opened.append(store)
        return store

    def close(self) -> None:
        for store in self.opened:
            if isinstance(store, MilvusIndex):
                with suppress(StorageError):
                    store.close()
        self.opened.clear()


@pytest.fixture(params=HERE)
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path, request.param)
    yield room
    room.close()


@pytest.fixture
def news(room: Room, tmp_path: Path) -> Store:
    store = room.open()
    fields = {"source": "The Packet", "section": 'Local "news"'}
    store.add(write_articles(tmp_path / "one.jsonl", BRIDGE, date="2019-05-04", **fields))
    store.add(write_articles(tmp_path / "two.jsonl", FERRY, source="Écho\\", date="2019-06-01"))
    store.add(write_articles(tmp_path / "three.jsonl", SCHOOL))
    return store


def texts(store: Store, found: list[tuple[int, float]]) -> list[str]:
    pairs = store.chunks([row for row, _ in found])
    assert all(article.text[c.start : c.end] for c, article in pairs)
    return [article.text for _, article in pairs]


def by_vector(store: Store, text: str, k: int = 1, only: Filter | None = None) -> list[str]:
    return texts(store, store.search_vectors(FakeEmbedder().encode([text])[0], k, only))


def by_words(store: Store, text: str, only: Filter | None = None, **how: list[str]) -> list[str]:
    return texts(store, store.search_words(text, 10, only, **how))  # type: ignore[arg-type]


def test_what_was_added_is_found_by_vectors_words_phrases_and_days(news: Store) -> None:
    assert by_vector(news, f"Ferry sails again.\n{FERRY}") == [FERRY]
    assert by_words(news, "Mending HULLS") == [FERRY]
    assert by_words(news, "closings of bridges")[:2] in ([SCHOOL, BRIDGE], [BRIDGE, SCHOOL])
    assert by_words(news, "opens", phrases=["million crowns"]) == [BRIDGE]
    assert by_words(news, "", phrases=["crowns million"]) == []
    assert by_words(news, "unheard of", days=["2019-05"]) == [BRIDGE]
    assert by_words(news, '" or 1 == 1 %_\\') == by_words(news, "or 1")
    assert (by_words(news, "zeppelin"), by_words(news, "")) == ([], [])


FILTERS: list[tuple[Filter, set[str]]] = [
    (Filter(), {BRIDGE, FERRY, SCHOOL}),
    (Filter(since=date(2019, 5, 5)), {FERRY}),
    (Filter(until=date(2019, 5, 4)), {BRIDGE}),
    (Filter(until=date(2019, 5, 4), undated=True), {BRIDGE, SCHOOL}),
    (Filter(date(2019, 5, 3), date(2019, 5, 3)), set()),
    (Filter(date(2019, 5, 3), date(2019, 5, 3), mentioned=True), {BRIDGE}),
    (Filter(sources=("the PACKET",)), {BRIDGE}),
    (Filter(sources=("écho\\", "nobody")), {FERRY}),
    (Filter(sources=("",)), set()),
    (Filter(sources=('x" or 1 == 1 or source == "',)), set()),
    (Filter(sections=('local "NEWS"',), since=date(2019, 1, 1)), {BRIDGE}),
]


def test_a_filter_is_kept_to_by_every_search(news: Store) -> None:
    for only, passing in FILTERS:
        assert set(by_vector(news, "anything at all", 10, only)) == passing, only
        assert set(by_words(news, "bridge ferry school", only)) == passing, only
        assert news.count(only) == len(passing), only


def test_the_nearest_days_are_told(news: Store) -> None:
    window = Filter(date(2019, 5, 10), date(2019, 5, 20))
    assert news.nearest(window) == (date(2019, 5, 4), date(2019, 6, 1))
    assert news.nearest(Filter(since=date(2019, 5, 4))) == (None, None)
    assert news.nearest(Filter(until=date(2019, 5, 4), sources=("écho\\",))) == (
        None,
        date(2019, 6, 1),
    )


def test_rows_have_days_vectors_and_articles(news: Store) -> None:
    [(ferry, _)] = news.search_words("hull", 5)
    [(school, _)] = news.search_words("council", 5)
    assert news.days([school, ferry]).tolist() == [0, date(2019, 6, 1).toordinal()]
    assert len(set(news.article_numbers([school, ferry, school]).tolist())) == 2
    [asked] = FakeEmbedder().encode(["the hull of the ferry"])
    cosines = dict(news.search_vectors(asked, 3))
    assert news.vectors([school, ferry]) @ asked == pytest.approx([cosines[school], cosines[ferry]])
    assert news.frequencies(["hull", "the", "zeppelin"]) == [1, 2, 0]


def test_articles_are_read_back_as_they_were(news: Store, room: Room, tmp_path: Path) -> None:
    news.add(write_articles(tmp_path / "long.jsonl", LONG, author="Ö. \ud7ff 😀"))
    again = room.open()
    found = list(again.articles())
    assert [article.text for article in found][:3] == [BRIDGE, FERRY, SCHOOL]
    assert found[3].text == LONG.strip()
    assert [again.article(article.id) for article in found] == found
    assert again.has(found[0].id)
    assert not again.has("0" * 16)
    with pytest.raises(InputError, match=r"no article of .* has this id"):
        again.article("' or 1")
    said = again.mentions([found[0].id])[found[0].id]
    assert date(2019, 5, 3) in [mention.first for mention in said]
    info = again.info()
    assert (info.articles, info.sources[0][1], info.first) == (4, 1, date(2019, 5, 4))


def test_a_store_that_was_closed_is_opened_again(news: Store, room: Room) -> None:
    room.close()
    again = room.open()
    assert again.manifest == news.manifest
    assert by_words(again, "hull") == [FERRY]
    assert by_vector(again, f"Ferry sails again.\n{FERRY}") == [FERRY]
    assert again.count(Filter()) == 3


def test_a_later_version_takes_the_place_of_the_earlier(news: Store, tmp_path: Path) -> None:
    url = {"url": "https://packet.example/harbour/1"}
    news.add(write_articles(tmp_path / "a.jsonl", "Harbour shuts at noon.", **url))
    [(row, _)] = news.search_words("noon", 5)
    [(_, old)] = news.chunks([row])
    news.add(write_articles(tmp_path / "b.jsonl", "Harbour shuts at midnight.", **url))
    assert by_words(news, "noon") == []
    assert by_words(news, "harbour") == ["Harbour shuts at midnight."]
    [new] = [article for article in news.articles() if "midnight" in article.text]
    assert news.history(new.id) == [old]
    assert news.article(old.id) == old
    assert news.current([old.id, new.id]) == {new.id}
    assert news.current([]) == set()


def test_copies_are_known(room: Room, tmp_path: Path) -> None:
    text = " ".join(f"The council of Wenlo met on item {n} of the plan." for n in range(30))
    store = room.open()
    store.add(write_articles(tmp_path / "a.jsonl", text, source="Packet"))
    store.add(write_articles(tmp_path / "b.jsonl", text, source="Courier"))
    first, second = store.articles()
    assert store.clusters([second.id, first.id]) == {first.id: first.id, second.id: first.id}
    assert [copy.source for copy in store.copies(first.id)] == ["Packet", "Courier"]
    store.remove(ids=[first.id])
    assert store.clusters([second.id]) == {second.id: second.id}


def test_a_view_stays_as_it_was_while_another_publishes(news: Store, room: Room) -> None:
    other = room.open()
    view = news.view()
    [(row, _)] = view.search_words("hull", 5)
    [(_, ferry)] = view.chunks([row])
    other.remove(ids=[ferry.id])
    assert by_words(view, "hull") == [FERRY]
    assert view.count(Filter()) == 3
    assert view.current([ferry.id]) == {ferry.id}
    assert news.reload()
    assert not news.reload()
    assert by_words(news, "hull") == []
    assert news.count(Filter()) == 2
    assert not news.has(ferry.id)
    assert news.current([ferry.id]) == set()


def test_what_is_not_there_is_refused_and_what_is_to_be_is_empty(room: Room) -> None:
    with pytest.raises(Exception, match="index add"):
        room.open("none", create=False)
    store = room.open("none")
    assert store.manifest is None
    assert (store.search_words("anything", 5), store.count(Filter())) == ([], 0)
    assert by_vector(store, "anything") == list(store.articles()) == []
    assert store.info().articles == 0
    assert not store.reload()


def test_an_add_that_gave_nothing_tells_what_was_skipped_and_the_next_goes_on(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, folder = room.open(), tmp_path / "in"
    articles = write_articles(folder / "a.jsonl", FERRY)

    def refuses(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as disk:
        disk.setattr("index.intake._look", refuses)
        for _ in range(2):
            report = store.add(folder)
            assert (report.added, report.articles) == (0, 0)
            assert [item.path for item in report.skipped] == [str(articles)]
    assert store.manifest is None
    with pytest.raises(InputError, match="nothing in this index to remove"):
        store.remove(ids=["0" * 16])
    assert store.add(folder).added == 1
    assert by_words(store, "hull") == [FERRY]
    (folder / "a.jsonl").unlink()
    (folder / "none.jsonl").write_text("\n")
    assert store.add(folder, sync=True).removed == 1
    assert by_words(store, "hull") == list(store.articles()) == []
    assert store.add(write_articles(folder / "b.jsonl", BRIDGE)).added == 1
    assert by_words(store, "opens") == [BRIDGE]


@LITE
def test_a_folder_copied_answers_as_the_folder_does(tmp_path: Path) -> None:
    folder = Room(tmp_path, "folder").open()
    folder.add(write_articles(tmp_path / "a.jsonl", BRIDGE, FERRY, SCHOOL, date="2019-05-04"))
    copied, _ = copy_store(tmp_path / "news", f"milvus:{tmp_path}/m.db")
    assert isinstance(copied, MilvusIndex)
    try:
        asked = "the council mended a bridge"
        assert by_vector(copied, asked, 3) == by_vector(folder, asked, 3)
        assert set(by_words(copied, asked)) == set(by_words(folder, asked))
        with pytest.raises(StorageError, match=re.escape("index copy DIR")):
            copied.add(tmp_path / "a.jsonl")
    finally:
        copied.close()
