"""What goes wrong with Milvus: an interrupted publish, lost rows, silent and strange servers."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexFormatError, InputError, StorageError
from index.index import Index
from index.info import Info
from index.manifest import FORMAT, Manifest
from index.milvus.address import Address
from index.milvus.schema import LONGEST
from index.milvus.server import Row, Server, _batches
from index.milvus.state import State, listed, state_row, to_state
from index.milvus.store import MilvusIndex
from tests.fakes import FakeEmbedder, write_articles

pytest.importorskip("milvus_lite", reason="Milvus Lite is not made for Windows")

OLD, NEW = "Old bridge stands. It is of stone.", "New bridge opens. It is of steel."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MilvusIndex]:
    store = MilvusIndex.open(f"milvus:{tmp_path}/m.db", create=True, model=FakeEmbedder())
    store.add(write_articles(tmp_path / "old.jsonl", OLD))
    yield store
    store.close()


def texts(store: MilvusIndex) -> list[str]:
    rows = [row for row, _ in store.search_words("bridge", 10)]
    found = sorted(article.text for _, article in store.chunks(rows))
    assert found == sorted(article.text for article in store.articles())
    return found


class Dies:
    """A server that takes some calls and no more."""

    def __init__(self, server: Server, calls: int) -> None:
        self._server, self._left = server, calls

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)

    def put(self, collection: str, rows: list[Row]) -> None:
        if self._left == 0:
            raise StorageError("the server is gone")
        self._left -= 1
        self._server.put(collection, rows)


def test_a_publish_stopped_anywhere_shows_nothing_and_goes_on(
    store: MilvusIndex, tmp_path: Path
) -> None:
    whole = store._server
    (tmp_path / "old.jsonl").unlink()
    write_articles(tmp_path / "new.jsonl", NEW)
    stopped = 0
    while stopped < 20:
        store._server = Dies(whole, stopped)  # type: ignore[assignment]
        try:
            store.add(tmp_path, sync=True)
        except StorageError:
            store._server = whole
        else:
            break
        assert not store.reload()
        assert texts(store) == [OLD]
        stopped += 1
    assert stopped >= 4  # chunks, articles, marks and the state are written one after another
    assert texts(store) == [NEW]
    assert store.add(tmp_path).added == 0
    assert texts(store) == [NEW]


def test_rows_that_a_server_lost_are_never_published(store: MilvusIndex, tmp_path: Path) -> None:
    whole = store._server

    class Loses(Dies):
        def put(self, collection: str, rows: list[Row]) -> None:
            self._server.put(collection, rows[:-1] if collection == self.chunks else rows)

    store._server = Loses(whole, 0)  # type: ignore[assignment]
    with pytest.raises(StorageError, match="holds 1 chunks of 2 articles where 2 of 2"):
        store.add(write_articles(tmp_path / "new.jsonl", NEW))
    store._server = whole
    assert texts(store) == [OLD]
    store.add(tmp_path / "new.jsonl")
    assert texts(store) == [NEW, OLD]


def test_who_waited_to_publish_publishes_what_is_newest(store: MilvusIndex, tmp_path: Path) -> None:
    folder = store.writer.directory
    waited = Index.open(folder, model=FakeEmbedder())
    Index.open(folder, model=FakeEmbedder()).add(write_articles(tmp_path / "new.jsonl", NEW))
    store.mirror(waited)
    assert texts(store) == [NEW, OLD]


def test_half_an_article_is_never_shown(store: MilvusIndex) -> None:
    [article] = store.articles()
    rows = store._server.rows(store._server.articles, "piece == 0", ("key", "body"))
    [row] = [row for row in rows if "stone" in row["body"]]
    store._server.delete(store._server.articles, f'key == "{row["key"]}"')
    store._kept.clear()
    with pytest.raises(InputError, match="no article"):
        store.article(article.id)
    with pytest.raises(StorageError, match="removed meanwhile"):
        texts(store)


def test_another_embedder_is_refused(store: MilvusIndex, tmp_path: Path) -> None:
    name = f"milvus:{tmp_path}/m.db"
    with pytest.raises(IndexFormatError, match=r"with the embedder 'default', not 'hf:a/b'"):
        MilvusIndex.open(name, embedder="hf:a/b")
    other = MilvusIndex.open(name, model=FakeEmbedder(dimension=8))
    with pytest.raises(IndexFormatError, match=r"have 16 numbers, .* makes 8"):
        other.embedder.encode(["anything"])


def test_collections_of_something_else_are_refused(store: MilvusIndex, tmp_path: Path) -> None:
    client = store._server._client
    for name in ("other", "other_articles", "other_terms"):
        client.create_collection(name, dimension=4)
    with pytest.raises(IndexFormatError, match="none of Clippings"):
        MilvusIndex.open(f"milvus:{tmp_path}/m.db#other", create=True)
    client.drop_collection("clippings_terms")
    with pytest.raises(IndexFormatError, match="clippings_terms is missing"):
        MilvusIndex.open(f"milvus:{tmp_path}/m.db")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("milvus:archive", "ends in .db"),
        ("milvus:a.db#1st", "begins with no digit"),
        ("milvus:a.db#x y", "letters, digits"),
        ("milvus:http://me:secret@host:19530", "A password does not belong"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        Address.read(name)
    assert "secret" not in str(refused.value)


def test_a_home_is_found_and_one_that_is_not_there_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Address.read("milvus:~/news/a.db#x").uri == f"{tmp_path}/news/a.db"
    with pytest.raises(InputError, match="no home of this name"):
        Address.read("milvus:~nobody-is-called-this/a.db")


@pytest.mark.parametrize("path", ["file/m.db", "file/deep/m.db", "file"])
def test_a_file_that_cannot_be_there_is_an_error_that_names_it(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "file.db").write_text("no database")
    name = f"{tmp_path}/{path}" if path != "file" else f"{tmp_path}/file.db"
    with pytest.raises(StorageError, match=r"milvus:.*(cannot be made|cannot be reached)"):
        MilvusIndex.open(f"milvus:{name}", create=True, timeout=2.0)


def test_rows_are_written_in_calls_that_a_server_takes() -> None:
    rows = [{"key": n, "body": "x" * (5 << 20 if n < 3 else 1)} for n in range(2_500)]
    batches = list(_batches(rows))
    assert [row for batch in batches for row in batch] == rows
    assert [len(batch) for batch in batches] == [1, 1, 1_000, 1_000, 498]
    assert list(_batches([])) == []


def test_an_archive_of_very_many_outlets_says_as_many_as_fit_into_its_row() -> None:
    outlets = tuple((f"Die Nachrichten für Stadt {n} 😀", 9_000 - n) for n in range(9_000))
    info = Info(9_000, 9_000, None, None, outlets, "default", 384, FORMAT, 5)
    manifest = Manifest("default", 384, 512, 200, 1, 9_000, 9_000)
    state = State(manifest, listed(info), 1, (1, 0), "a" * 32)
    row = state_row(state)
    assert len(row["body"].encode()) < LONGEST
    assert to_state(row, "here") == state
    assert state.info.sources == outlets[: len(state.info.sources)]
    assert len(state.info.sources) > 500


class Speaks(socketserver.BaseRequestHandler):
    """What is no Milvus, and says so in HTTP."""

    def handle(self) -> None:
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")


def test_a_server_of_something_else_is_named_in_time() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Speaks) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        with pytest.raises(
            StorageError, match=rf"{port}.* (cannot be reached within 1 s|Fail connecting)"
        ):
            MilvusIndex.open(f"milvus:http://127.0.0.1:{port}", timeout=1.0)
        server.shutdown()


@pytest.mark.parametrize("listens", [False, True])
def test_a_server_that_is_not_there_or_silent_is_named_in_time(listens: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not listens:
            server.close()
        with pytest.raises(StorageError, match=rf"{port}.* cannot be reached within 1 s"):
            MilvusIndex.open(f"milvus:http://127.0.0.1:{port}", timeout=1.0)
