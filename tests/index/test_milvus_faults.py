"""A Milvus server that fails, hangs, lies and goes away, and a writer that is killed."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import ClippingsError, IndexFormatError, StorageError
from index.filters import Filter
from index.milvus.store import MilvusIndex
from tests.fakes import FakeEmbedder, write_articles

pytest.importorskip("milvus_lite", reason="Milvus Lite is not made for Windows")

from pymilvus.grpc_gen import common_pb2

from tests.index.milvus_server import Losing, Milvus

OLD, NEW = "Old bridge stands. It is of stone.", "New bridge opens. It is of steel."
PATIENCE = 5.0  # seconds that a store waits for a server here


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Milvus]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))  # the writer's folder is there
    server = Milvus(tmp_path / "server.db")
    yield server
    server.stop()


@pytest.fixture
def store(server: Milvus, tmp_path: Path) -> Iterator[MilvusIndex]:
    store = MilvusIndex.open(server.name, create=True, model=FakeEmbedder())
    store.add(write_articles(tmp_path / "old.jsonl", OLD))
    store.close()
    store = MilvusIndex.open(server.name, model=FakeEmbedder(), timeout=PATIENCE)
    yield store
    store.close()


def texts(store: MilvusIndex) -> list[str]:
    rows = [row for row, _ in store.search_words("bridge", 10)]
    return sorted(article.text for _, article in store.chunks(rows))


def test_a_call_whose_answer_is_lost_is_repeated_and_doubles_nothing(
    server: Milvus, store: MilvusIndex, tmp_path: Path
) -> None:
    server.faults = {"Upsert": Losing(3), "Search": Losing(1), "Query": Losing(1)}
    store = MilvusIndex.open(server.name, model=FakeEmbedder())
    store.add(write_articles(tmp_path / "new.jsonl", NEW))
    assert texts(store) == [NEW, OLD]
    assert store.count(Filter()) == 2
    store.close()


@pytest.mark.parametrize("call", ["Search", "Query", "Upsert", "Delete", "DescribeCollection"])
def test_a_server_that_hangs_in_mid_work_is_told_and_shows_what_it_did(
    server: Milvus, store: MilvusIndex, tmp_path: Path, call: str
) -> None:
    server.faults = {call: server.hangs}
    asks: Callable[[], object] = {
        "Search": lambda: store.search_words("bridge", 5),
        "Query": lambda: store.count(Filter()),
        "DescribeCollection": lambda: MilvusIndex.open(server.name, timeout=PATIENCE),
    }.get(call, lambda: store.add(write_articles(tmp_path / "new.jsonl", NEW)))
    with pytest.raises(StorageError, match="did not do what it was asked"):
        asks()
    server.faults = {}
    assert texts(store) == [OLD]
    if call in ("Upsert", "Delete"):
        store.add(tmp_path / "new.jsonl")
        assert texts(store) == [NEW, OLD]


class Fails:
    """Fails from the call after some calls on."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, answer: Callable[[], Any], *_: Any) -> Any:
        if self.left == 0:
            return common_pb2.Status(code=65535, reason="the coordinator is not there")
        self.left -= 1
        return answer()


@pytest.mark.parametrize(
    ("call", "calls"),
    [
        ("CreateCollection", 2),
        *(("CreateIndex", n) for n in (2, 3)),
        ("LoadCollection", 2),
    ],
)
def test_collections_that_were_made_in_part_are_gone_on_with(
    server: Milvus, tmp_path: Path, call: str, calls: int
) -> None:
    name = f"{server.name}_2"
    server.faults = {call: Fails(calls)}
    store = MilvusIndex.open(name, create=True, model=FakeEmbedder())
    with pytest.raises(StorageError, match="the coordinator is not there"):
        store.add(write_articles(tmp_path / "new.jsonl", NEW))
    server.faults = {}
    with pytest.raises(IndexFormatError, match="no archive of this name"):
        MilvusIndex.open(name)
    server.faults = {"CreateCollection": Losing(1), "CreateIndex": Losing(1)}
    again = MilvusIndex.open(name, create=True, model=FakeEmbedder())
    again.add(tmp_path / "new.jsonl")
    assert texts(again) == [NEW]
    again.close()


@pytest.mark.parametrize("call", ["DescribeCollection", "LoadCollection"])
def test_a_server_of_which_only_a_part_answers_is_told_in_time(
    server: Milvus, store: MilvusIndex, tmp_path: Path, call: str
) -> None:
    write_articles(tmp_path / "new.jsonl", NEW)
    server.faults = {call: server.hangs}
    told: list[str] = []

    def add() -> None:
        try:
            store.add(tmp_path / "new.jsonl")
        except StorageError as error:
            told.append(str(error))

    adding = threading.Thread(target=add, daemon=True)
    adding.start()
    adding.join(20 * PATIENCE)
    assert "did not do what it was asked" in told[0]
    server.faults = {}
    store.add(tmp_path / "new.jsonl")
    assert texts(store) == [NEW, OLD]


def test_a_publish_whose_last_answer_never_came_is_whole_and_is_not_made_twice(
    server: Milvus, store: MilvusIndex, tmp_path: Path
) -> None:
    def deaf(answer: Callable[[], Any], request: Any, context: Any) -> Any:
        given = answer()
        if b"@state" in request.SerializeToString():
            server.hangs(answer, request, context)
        return given

    before = store.manifest
    server.faults = {"Upsert": deaf}
    with pytest.raises(StorageError, match="Nothing is half published"):
        store.add(write_articles(tmp_path / "new.jsonl", NEW))
    server.faults = {}
    again = MilvusIndex.open(server.name, model=FakeEmbedder())
    assert texts(again) == [NEW, OLD]
    assert again.add(tmp_path / "new.jsonl").added == 0
    assert again.manifest is not None
    assert before is not None
    assert again.manifest.generation == before.generation + 1
    again.close()


def field(response: Any, name: str) -> Any:
    return next(f for f in response.results.fields_data if f.field_name == name)


def no_number(response: Any) -> None:
    response.results.scores[0] = float("nan")


def another_row(response: Any) -> None:
    response.results.ids.int_id.data[0] += 1


def another_span(response: Any) -> None:
    field(response, "end").scalars.long_data.data[0] -= 4


def no_article(response: Any) -> None:
    response.results.fields_data.remove(field(response, "article"))


def another_kind(response: Any) -> None:
    number = field(response, "end")
    number.Clear()
    number.field_name, number.type = "end", 21
    number.scalars.string_data.data.extend(["12"] * len(response.results.scores))


def refused(response: Any) -> None:
    response.results.Clear()
    response.status.code, response.status.reason = 65535, "the shard is\nnot there"


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (no_number, "a score that is no number"),
        (another_row, "is not what was written under its key"),
        (another_span, "is not what was written under its key"),
        (no_article, "a row without article|what cannot be read"),
        (another_kind, "a row without end, or another kind of it"),
        (refused, "tried 3 times .*the shard is not there"),
        (None, "Milvus did not do what it was asked|what cannot be read"),
    ],
)
def test_a_search_that_lies_is_an_error_and_no_answer(
    server: Milvus, store: MilvusIndex, lie: Callable[[Any], None] | None, said: str
) -> None:
    def lying(answer: Callable[[], Any], *_: Any) -> Any:
        given = answer()
        if lie is None:
            return b"\xff\xff\xff no message of Milvus"
        lie(given)
        return given

    server.faults = {"Search": lying}
    with pytest.raises(StorageError, match=said):
        texts(store)
    server.faults = {}
    assert texts(store) == [OLD]


def test_a_server_that_gives_the_same_page_again_and_again_is_left(
    server: Milvus, store: MilvusIndex
) -> None:
    def forgets(answer: Callable[[], Any], request: Any, *_: Any) -> Any:
        request.expr = re.sub(r"^key > \S+ and ", "", request.expr)
        return answer()

    server.faults = {"Query": forgets}
    with pytest.raises(StorageError, match="rows that it gave before"):
        list(store.articles())
    server.faults = {}
    assert [article.text for article in store.articles()] == [OLD]


@pytest.mark.parametrize(("name", "value"), [("day", 700_000), ("born", 9), ("died", 0)])
def test_a_passage_that_the_search_leaves_out_is_no_answer(
    server: Milvus, store: MilvusIndex, tmp_path: Path, name: str, value: int
) -> None:
    def unfiltered(answer: Callable[[], Any], *_: Any) -> Any:
        given = answer()
        field(given, name).scalars.long_data.data[0] = value
        return given

    store.add(write_articles(tmp_path / "dated.jsonl", NEW, date="2019-05-04"))
    only = Filter(since=date(2019, 5, 4))
    assert len(store.search_words("bridge", 5, only)) == 1
    server.faults = {"Search": unfiltered}
    with pytest.raises(StorageError, match="passages that the search leaves out"):
        store.search_words("bridge", 5, only)


def test_a_server_that_was_started_again_is_asked_by_who_knew_it_before(
    server: Milvus, store: MilvusIndex
) -> None:
    patient = MilvusIndex.open(server.name, model=FakeEmbedder())
    server.stop()
    server.start()  # its collections are released now
    assert texts(patient) == [OLD]
    patient.close()


@pytest.mark.parametrize("wrong", ["short", "no number"])
def test_vectors_of_another_length_or_of_no_numbers_are_refused(
    server: Milvus, store: MilvusIndex, wrong: str
) -> None:
    def short(answer: Callable[[], Any], *_: Any) -> Any:
        given = answer()
        for data in given.fields_data:
            if data.field_name == "vector" and wrong == "short":
                data.vectors.dim = 4
                del data.vectors.float_vector.data[4:]
            elif data.field_name == "vector":
                data.vectors.float_vector.data[2] = float("nan")
        return given

    [(row, _)] = store.search_words("bridge", 1)
    server.faults = {"Query": short}
    with pytest.raises(StorageError, match="vectors that have not 16 numbers"):
        store.vectors([row])
    server.faults = {}
    assert np.linalg.norm(store.vectors([row])) == pytest.approx(1)


def test_a_collection_of_another_dimension_is_refused_before_it_is_asked(
    server: Milvus, store: MilvusIndex
) -> None:
    def wrong(answer: Callable[[], Any], *_: Any) -> Any:
        given = answer()
        for one in given.schema.fields:
            for pair in one.type_params:
                if pair.key == "dim":
                    pair.value = "768"
        return given

    server.faults = {"DescribeCollection": wrong}
    with pytest.raises(IndexFormatError, match="have 768 numbers, where it says 16"):
        MilvusIndex.open(server.name, timeout=PATIENCE)


def test_a_server_that_takes_less_than_it_was_given_publishes_nothing(
    server: Milvus, store: MilvusIndex, tmp_path: Path
) -> None:
    def fewer(answer: Callable[[], Any], *_: Any) -> Any:
        given = answer()
        given.upsert_cnt -= 1
        return given

    server.faults = {"Upsert": fewer}
    with pytest.raises(StorageError, match=r"took 0 of 1 rows"):
        store.add(write_articles(tmp_path / "new.jsonl", NEW))
    server.faults = {}
    assert texts(store) == [OLD]
    store.add(tmp_path / "new.jsonl")
    assert texts(store) == [NEW, OLD]


def test_what_is_added_while_a_server_is_gone_is_there_when_it_is_back(
    server: Milvus, store: MilvusIndex, tmp_path: Path
) -> None:
    server.stop()
    with pytest.raises(ClippingsError, match="did not do what it was asked"):
        texts(store)
    with pytest.raises(ClippingsError, match="did not do what it was asked"):
        store.add(write_articles(tmp_path / "new.jsonl", NEW))
    server.start()
    patient = MilvusIndex.open(server.name, model=FakeEmbedder())
    patient.add(tmp_path / "new.jsonl")
    assert texts(patient) == [NEW, OLD]
    patient.close()


@pytest.mark.slow
@pytest.mark.parametrize("calls", [1, 3])
def test_a_writer_that_is_killed_leaves_the_old_or_the_new(tmp_path: Path, calls: int) -> None:
    name, news = f"milvus:{tmp_path}/m.db", tmp_path / "news"

    def write(before_it_dies: int) -> int:
        command = [sys.executable, "-m", "tests.index.milvus_server", name, str(news)]
        return subprocess.run([*command, str(before_it_dies)], check=False).returncode

    write_articles(news / "old.jsonl", OLD)
    assert write(100) == 0
    (news / "old.jsonl").unlink()
    write_articles(news / "new.jsonl", NEW)
    assert write(calls) == -9
    store = MilvusIndex.open(name, model=FakeEmbedder())  # in another process than the one before
    assert texts(store) == [OLD]
    store.add(news, sync=True)
    assert texts(store) == [NEW]
    store.close()
