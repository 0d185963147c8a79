from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.chunk import embedding_texts
from index.errors import IndexFormatError, InputError
from index.index import Index
from index.manifest import FILE, FORMAT, Manifest
from index.published import Published
from tests.conftest import MakeIndex
from tests.fakes import FakeEmbedder, write_articles

BRIDGE = "Bridge opens today. It cost 21 million crowns."
FERRY = "Ferry sails again. The hull was mended."
SCHOOL = "School stays open. The council voted."


@pytest.fixture
def directory(make_index: MakeIndex, tmp_path: Path) -> Path:
    """An index of two articles."""
    return make_index(write_articles(tmp_path / "first.jsonl", BRIDGE, FERRY)).directory


def open_index(directory: Path, **options: str) -> Index:
    return Index.open(directory, model=FakeEmbedder(), **options)  # type: ignore[arg-type]


def titles(index: Index) -> list[str]:
    return [article.title for article in index.articles()]


def nearest(index: Index, question: str) -> str:
    vector = index.embedder.encode([question])[0]
    [(row, _)] = index.search_vectors(vector, 1)
    [(_, article)] = index.chunks([row])
    return article.text


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in [folder, *folder.rglob("*")]
    }


def use(index: Index) -> None:
    assert nearest(index, "the ferry and its hull") == FERRY
    [(row, _), *_] = index.search_words("crowns", 5)
    [(chunk, article)] = index.chunks([row])
    assert article.text[chunk.start : chunk.end] == BRIDGE
    assert index.article(article.id) == article
    assert index.info().articles == len(list(index.articles())) == 2


def test_what_was_added_is_found_by_vectors_and_by_words(directory: Path) -> None:
    use(open_index(directory))


def test_info_says_what_the_index_holds(make_index: MakeIndex, tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", BRIDGE, FERRY, source="Packet", date="2024-03-04")
    info = make_index(file).info()
    assert (info.articles, info.chunks, info.dimension, info.embedder) == (2, 2, 16, "default")
    assert (str(info.first), str(info.last), info.sources) == (
        "2024-03-04",
        "2024-03-04",
        (("Packet", 2),),
    )
    assert info.bytes > 1_000


def test_opening_and_asking_never_writes(directory: Path) -> None:
    before = snapshot(directory)
    index = open_index(directory)
    use(index)
    index.reload()
    assert snapshot(directory) == before


@pytest.fixture
def read_only(directory: Path, tmp_path: Path) -> Iterator[Path]:
    """The index on a mount that cannot be written; elsewhere without the right to write."""
    folder = tmp_path / "read-only"
    if os.geteuid() != 0:
        for path in [directory, *directory.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield directory
        for path in [directory, *directory.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        return
    folder.mkdir()
    bind = ["mount", "--bind", str(directory), str(folder)]
    if subprocess.run(bind, check=False, capture_output=True).returncode:
        pytest.skip("root without the right to mount")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_an_index_that_cannot_be_written_can_be_read(read_only: Path) -> None:
    use(open_index(read_only))


def test_an_index_without_lock_files_can_be_read(directory: Path) -> None:
    for lock in directory.rglob("*.lock"):
        lock.unlink()
    before = snapshot(directory)
    use(open_index(directory))
    assert snapshot(directory) == before


def test_a_copy_of_the_folder_is_an_index(directory: Path, tmp_path: Path) -> None:
    copy = tmp_path / "a copy #1 %20"
    shutil.copytree(directory, copy)
    shutil.rmtree(directory)
    use(open_index(copy))


def test_an_open_index_keeps_its_generation_until_it_reloads(
    directory: Path, tmp_path: Path
) -> None:
    reader, writer = open_index(directory), open_index(directory)
    writer.add(write_articles(tmp_path / "second.jsonl", SCHOOL))
    use(reader)
    assert reader.search_words("council", 5) == []
    assert reader.reload()
    assert not reader.reload()
    assert titles(reader) == titles(writer)
    assert nearest(reader, "school council") == SCHOOL


def test_readers_are_served_while_articles_are_added(directory: Path, tmp_path: Path) -> None:
    reader, writer = open_index(directory), open_index(directory)
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert nearest(reader, "the ferry and its hull") == FERRY
                reader.reload()
        except BaseException as error:  # noqa: BLE001 - it is handed to the test
            failures.append(error)

    threads = [threading.Thread(target=read, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for number in range(5):
            writer.add(write_articles(tmp_path / f"{number}.jsonl", f"Number {number} is news."))
    finally:
        done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    reader.reload()
    assert len(titles(reader)) == 7


def test_who_opens_slowly_does_not_put_an_earlier_generation_back(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = open_index(directory), open_index(directory)
    opens, entered, go = Published.open, threading.Event(), threading.Event()

    def slowly(folder: Path, manifest: Manifest) -> Published:
        opened = opens(folder, manifest)
        if threading.current_thread().name == "slow":
            entered.set()
            assert go.wait(20)
        return opened

    monkeypatch.setattr(Published, "open", staticmethod(slowly))
    writer.add(write_articles(tmp_path / "a.jsonl", "Bells rang."))
    slow = threading.Thread(target=reader.reload, name="slow", daemon=True)
    slow.start()
    assert entered.wait(20)
    writer.add(write_articles(tmp_path / "b.jsonl", "Owls called."))
    quick = threading.Thread(target=reader.reload, daemon=True)
    quick.start()
    quick.join(1)  # over by now, or waiting for the slow one
    go.set()
    slow.join(20)
    quick.join(20)
    assert titles(reader) == titles(writer)


def test_a_rebuilt_index_is_seen(directory: Path, tmp_path: Path) -> None:
    reader = open_index(directory)
    shutil.rmtree(directory)
    Index.open(directory, create=True, model=FakeEmbedder()).add(
        write_articles(tmp_path / "other.jsonl", SCHOOL)
    )
    assert reader.reload()
    assert titles(reader) == ["School stays open."]


def test_rows_have_the_vectors_of_their_chunks(directory: Path) -> None:
    index = open_index(directory)
    count = index.embedder.count_tokens
    texts = [embedding_texts(article, [chunk], count)[0] for chunk, article in index.chunks([1, 0])]
    assert texts == [f"Ferry sails again.\n{FERRY}", f"Bridge opens today.\n{BRIDGE}"]
    assert np.array_equal(index.vectors([1, 0]), index.embedder.encode(texts))


def test_an_unknown_article_is_named(directory: Path, make_index: MakeIndex) -> None:
    for index in (open_index(directory), make_index(name="empty")):
        with pytest.raises(InputError, match=r"'0123': no article of .* has this id"):
            index.article("0123")


def test_an_index_to_be_is_empty_and_writes_nothing(make_index: MakeIndex) -> None:
    index = make_index(name="new")
    vector = index.embedder.encode(["anything"])[0]
    assert (index.search_vectors(vector, 5), index.search_words("anything", 5)) == ([], [])
    assert (index.chunks([]), list(index.articles()), index.info().articles) == ([], [], 0)
    assert index.vectors([]).size == 0
    assert index.manifest is None
    assert not index.reload()
    assert not index.directory.exists()


def test_an_empty_folder_is_an_index_only_to_be(tmp_path: Path) -> None:
    assert Index.open(tmp_path, create=True).manifest is None
    with pytest.raises(IndexFormatError, match="no index"):
        Index.open(tmp_path)
    with pytest.raises(IndexFormatError, match="no index"):
        Index.open(tmp_path, embedder="default")


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(IndexFormatError, match="no index"):
        Index.open(tmp_path, create=True)


def test_a_file_is_no_index(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", BRIDGE)
    with pytest.raises(IndexFormatError, match="this is a file"):
        Index.open(file, create=True)


def test_another_embedder_is_refused_by_name(directory: Path) -> None:
    with pytest.raises(IndexFormatError, match=r"built with the embedder 'default', not 'hf:a/b'"):
        open_index(directory, embedder="hf:a/b")
    use(open_index(directory, embedder="default"))


def test_another_embedder_is_refused_by_its_dimension(directory: Path, tmp_path: Path) -> None:
    index = Index.open(directory, model=FakeEmbedder(dimension=8))
    with pytest.raises(IndexFormatError, match=r"have 16 numbers, .* makes 8"):
        index.embedder.encode(["anything"])
    with pytest.raises(IndexFormatError, match=r"have 16 numbers, .* makes 8"):
        index.add(write_articles(tmp_path / "second.jsonl", SCHOOL))


def test_a_newer_format_is_refused(directory: Path) -> None:
    change_manifest(directory, format=FORMAT + 1)
    with pytest.raises(IndexFormatError, match="newer version"):
        open_index(directory)
    with pytest.raises(IndexFormatError, match="newer version"):
        Index.open(directory, create=True)


@pytest.mark.parametrize("change", [{"chunks": 3}, {"dimension": 8}])
def test_parts_that_do_not_fit_are_refused(directory: Path, change: dict[str, int]) -> None:
    change_manifest(directory, **change)
    with pytest.raises(IndexFormatError, match=r"do not fit together.*another folder"):
        open_index(directory)


@pytest.mark.parametrize("part", ["articles.sqlite", "vectors.npy", "words/meta.json"])
@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_damaged_part_is_named_and_an_add_leaves_it_alone(
    directory: Path, tmp_path: Path, part: str, damage: str
) -> None:
    file = directory / "generation-000001" / part
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:20])
    else:
        file.unlink()
    name = part.split("/")[0]
    with pytest.raises(IndexFormatError, match=rf"{name}: .*Build the index again"):
        open_index(directory)
    before = snapshot(directory)
    with pytest.raises(IndexFormatError, match=name):
        Index.open(directory, create=True).add(write_articles(tmp_path / "second.jsonl", SCHOOL))
    assert snapshot(directory) == before


def change_manifest(directory: Path, **changes: object) -> None:
    fields = json.loads((directory / FILE).read_text(encoding="utf-8"))
    (directory / FILE).write_text(json.dumps(fields | changes), encoding="utf-8")
