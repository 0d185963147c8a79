"""A copy into Milvus that looks at what is there, and the folders that may write."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.__main__ import main
from index.arrays import HEADER
from index.check import check, repair
from index.errors import IndexFormatError, StorageError
from index.filters import Filter
from index.index import Index
from index.manifest import generation_folder
from index.milvus.schema import CHUNK
from index.milvus.server import Row, Server
from index.milvus.store import MilvusIndex
from index.milvus.writer import FILE, named_writer, writer_in
from index.opening import copy_store
from index.protocol import Store
from index.store import VECTORS
from tests.fakes import FakeEmbedder, write_articles

pytest.importorskip("milvus_lite", reason="Milvus Lite is not made for Windows")

BRIDGE = "Bridge stands for good. It is of stone."
FERRY = "Ferry sails for good. It is of steel."
LONG = "Storm takes the wind. " + " ".join(f"{n:0>900}" for n in range(100))  # more than one row


@pytest.fixture
def folder(tmp_path: Path) -> Index:
    index = Index.open(tmp_path / "news", create=True, model=FakeEmbedder())
    index.add(write_articles(tmp_path / "a.jsonl", BRIDGE, FERRY, LONG, section="Harbour"))
    return index


class Room:
    """A folder and the file it is copied to."""

    def __init__(self, folder: Index, name: str) -> None:
        self.folder, self.name = folder, name
        self.opened: list[MilvusIndex] = []

    def copy(self, folder: Index | None = None) -> int:
        store, written = copy_store((folder or self.folder).directory, self.name)
        assert isinstance(store, MilvusIndex)
        self.opened.append(store)
        return written

    def open(self) -> MilvusIndex:
        self.opened.append(MilvusIndex.open(self.name, model=FakeEmbedder()))
        return self.opened[-1]


@pytest.fixture
def room(folder: Index, tmp_path: Path) -> Iterator[Room]:
    room = Room(folder, f"milvus:{tmp_path}/m.db")
    assert room.copy() > 4
    yield room
    for store in room.opened:
        store.close()


def same(store: MilvusIndex, folder: Index) -> bool:
    """Whether a store holds the articles, chunks, vectors and rarities of a folder, no more."""

    def held(index: Store) -> tuple[object, ...]:
        rows = [row for row, _ in index.search_vectors(FakeEmbedder().encode(["it"])[0], 1_000)]
        chunks = [chunk.id for chunk, _ in index.chunks(rows)]
        vectors = dict(zip(chunks, index.vectors(rows).round(5).tolist(), strict=True))
        return list(index.articles()), vectors, index.frequencies(["stone", "steel", "wind"])

    try:
        return held(store) == held(folder)
    except (StorageError, IndexFormatError):
        return False


def lose(collection: str, only: str) -> Callable[[Server], None]:
    def loses(server: Server) -> None:
        name = {"chunks": server.chunks, "articles": server.articles, "terms": server.terms}
        assert server.count(name[collection], only)
        server.delete(name[collection], only)

    return loses


def stray(server: Server) -> None:
    """A passage of an article that nobody knows."""
    [row] = server.rows(server.chunks, 'words like "% steel %"', sorted(CHUNK))
    server.put(server.chunks, [row | {"row": 7, "article": "0" * 16}])


LOSSES = {
    "passages": lose("chunks", 'words like "% stone %"'),
    "all passages": lose("chunks", "row != 0"),
    "a text": lose("articles", 'piece == 0 and body like "%Ferry%"'),
    "a piece of a text": lose("articles", "piece == 1"),
    "all texts": lose("articles", 'key != "@state"'),
    "words": lose("terms", 'term in ["stone", "wind"]'),
    "nothing, and a stray passage came": stray,
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_what_a_server_lost_is_written_again_by_a_copy_and_nothing_else(
    room: Room, loss: Callable[[Server], None]
) -> None:
    reader = room.open()
    generation = reader.manifest
    assert room.copy() == 0
    assert room.open().manifest == generation  # where all is well nothing is published
    loss(room.opened[0]._server)
    assert not same(room.open(), room.folder)
    assert 0 < room.copy() < 12
    assert same(room.open(), room.folder)
    assert room.copy() == 0
    assert reader.reload()
    assert same(reader, room.folder)


def test_the_command_says_what_a_copy_had_to_write(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    lose("chunks", 'words like "% stone %"')(room.opened[0]._server)
    command = ["copy", str(room.folder.directory), room.name]
    assert main(command) == 0
    assert "3 articles" in (said := capsys.readouterr().out)
    assert "1 row written" in said
    assert main(command) == 0
    assert "all of it was there already" in capsys.readouterr().out


def test_vectors_that_were_repaired_take_the_place_of_the_damaged_ones(room: Room) -> None:
    folder = room.folder.directory
    assert room.folder.manifest is not None
    file = generation_folder(folder, room.folder.manifest.generation) / VECTORS
    with file.open("r+b") as stream:
        os.pwrite(stream.fileno(), FakeEmbedder().encode(["something else"]).tobytes(), HEADER)
    assert room.copy() == 1
    assert repair(folder, check(folder), model=FakeEmbedder())
    assert not same(room.open(), Index.open(folder))
    assert room.copy() == 1
    assert same(room.open(), Index.open(folder))


def test_an_article_that_came_again_in_another_section_is_found_there(
    room: Room, tmp_path: Path
) -> None:
    [storm] = [article for article in room.folder.articles() if article.text == LONG]
    room.folder.remove(ids=[storm.id])
    room.folder.add(write_articles(tmp_path / "b.jsonl", LONG, section="Weather"))
    [again] = [article for article in room.folder.articles() if article.text == LONG]
    assert (again.id, again.section) == (storm.id, "Weather")
    assert room.copy() > 0
    store = room.open()
    assert same(store, room.folder)
    assert store.count(Filter(sections=("weather",))) == 1
    assert len(store.search_words("wind", 9, Filter(sections=("weather",)))) == 1


class Stops:
    """A server that is asked to write so many times, and then does something else first."""

    def __init__(self, server: Server, calls: int, then: Callable[[], None]) -> None:
        self._server, self._left, self._then = server, calls, then

    def __getattr__(self, name: str) -> object:
        return getattr(self._server, name)

    def put(self, collection: str, rows: list[Row]) -> None:
        if self._left == 0:
            self._then()
        self._left -= 1
        self._server.put(collection, rows)


class Overtaken(Stops):
    """A server that does something else right after a call."""

    def put(self, collection: str, rows: list[Row]) -> None:
        self._server.put(collection, rows)
        self._left -= 1
        if self._left == 0:
            self._then()


def gone() -> None:
    raise StorageError("the server is gone")


def test_what_could_not_be_published_is_compared_when_it_can(tmp_path: Path) -> None:
    store = MilvusIndex.open(f"milvus:{tmp_path}/m.db", create=True, model=FakeEmbedder())
    store.add(write_articles(tmp_path / "a.jsonl", BRIDGE, FERRY, section="Harbour"))
    whole = store._server
    [ferry] = [article for article in store.articles() if article.text == FERRY]
    store._server = Stops(whole, 0, gone)  # type: ignore[assignment]
    with pytest.raises(StorageError):
        store.remove(ids=[ferry.id])
    with pytest.raises(StorageError):
        store.add(write_articles(tmp_path / "b.jsonl", FERRY, section="Ships"))
    store._server = whole
    store.add(tmp_path / "b.jsonl")
    assert store.article(ferry.id).section == "Ships"
    assert store.count(Filter(sections=("ships",))) == 1
    assert len(store.search_words("steel", 9, Filter(sections=("ships",)))) == 1
    store.close()


def test_a_copy_that_is_stopped_anywhere_takes_nothing_from_readers(
    room: Room, tmp_path: Path
) -> None:
    other = Index.open(tmp_path / "other", create=True, model=FakeEmbedder())
    other.add(write_articles(tmp_path / "b.jsonl", FERRY, BRIDGE, section="Ships"))
    stopped = 0
    while stopped < 20:
        store = room.open()
        store._server = Stops(store._server, stopped, gone)  # type: ignore[assignment]
        try:
            store.mirror(other, take_over=True)
        except StorageError:
            reader = room.open()
            assert sorted(a.text for a in reader.articles()) == sorted([BRIDGE, FERRY, LONG])
            assert len(reader.chunks([row for row, _ in reader.search_words("for good", 9)])) == 2
            stopped += 1
        else:
            break
    assert stopped >= 5
    assert same(room.open(), other)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[MilvusIndex, Room]]:
    """A store with its writer's folder, and another folder that could take its place."""
    store = MilvusIndex.open(f"milvus:{tmp_path}/m.db", create=True, model=FakeEmbedder())
    store.add(write_articles(tmp_path / "a.jsonl", BRIDGE))
    store.add(write_articles(tmp_path / "b.jsonl", LONG))
    other = Index.open(tmp_path / "other", create=True, model=FakeEmbedder())
    other.add(write_articles(tmp_path / "c.jsonl", FERRY))
    room = Room(other, f"milvus:{tmp_path}/m.db")
    yield store, room
    store.close()
    for opened in room.opened:
        opened.close()


def test_who_was_taken_over_from_changes_nothing_until_it_takes_over_again(
    two: tuple[MilvusIndex, Room], tmp_path: Path
) -> None:
    store, room = two
    room.copy()
    written = store.writer.manifest
    with pytest.raises(StorageError, match=r"from another folder than .*index copy /"):
        store.add(tmp_path / "c.jsonl")
    with pytest.raises(StorageError, match=r"from another folder than .*index copy /"):
        store.remove(paths=[tmp_path / "a.jsonl"])
    assert store.writer.manifest == written  # not even its own folder
    assert same(store, room.folder)
    room.copy(store.writer)
    store.add(tmp_path / "c.jsonl")
    assert same(store, store.writer)
    assert len(list(store.articles())) == 3


@pytest.mark.parametrize("calls", [1, 2, 4])
def test_who_is_taken_over_from_in_mid_work_publishes_nothing(
    two: tuple[MilvusIndex, Room], tmp_path: Path, calls: int
) -> None:
    store, room = two
    whole = store._server
    taken: list[int] = []

    def take_over() -> None:
        taken.append(room.copy())

    store._server = Overtaken(whole, calls, take_over)  # type: ignore[assignment]
    (tmp_path / "b.jsonl").unlink()
    write_articles(tmp_path / "d.jsonl", "Gulls call. They call all day.")
    with pytest.raises(StorageError, match="from another folder than"):
        store.add([tmp_path / "a.jsonl", tmp_path / "d.jsonl", tmp_path], sync=True)
    store._server = whole
    assert taken
    assert same(room.open(), room.folder)
    assert room.copy() == 0


def test_a_folder_of_before_is_refused(two: tuple[MilvusIndex, Room], tmp_path: Path) -> None:
    store, _ = two
    kept = tmp_path / "kept"
    shutil.copytree(store.directory, kept)
    store.add(tmp_path / "c.jsonl")
    shutil.rmtree(store.directory)
    shutil.copytree(kept, store.directory)
    again = MilvusIndex.open(f"milvus:{tmp_path}/m.db", model=FakeEmbedder())
    with pytest.raises(StorageError, match="or from a later state of it"):
        again.add(tmp_path / "c.jsonl")


@pytest.mark.parametrize("text", ["", "{}", '{"writer": 3}', "[]", "\x80"])
def test_a_name_that_cannot_be_read_says_what_to_do(tmp_path: Path, text: str) -> None:
    assert writer_in(tmp_path) == writer_in(tmp_path / "missing") == ""
    name = named_writer(tmp_path)
    assert named_writer(tmp_path) == writer_in(tmp_path) == name != ""
    (tmp_path / FILE).write_text(text, encoding="latin-1")
    with pytest.raises(IndexFormatError, match="Delete the file and publish the folder again"):
        named_writer(tmp_path)
