"""Adding: what is new, what is known, and every way in which an add can be cut short."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from filelock import FileLock

from index.build import Adding, build
from index.errors import IndexFormatError, InputError, StorageError
from index.index import Index
from index.intake import Step
from index.manifest import FILE, LOCK
from tests.conftest import MakeIndex
from tests.fakes import (
    WRITERS,
    FakeEmbedder,
    add,
    add_limited,
    add_up_to,
    in_child,
    write_articles,
)

OLD = [f"Old number {n} came from Averil. It is known." for n in range(3)]
NEW = [f"New number {n} is about Wenlo. It cost {n} crowns. Nobody paid." for n in range(7)]
QUESTIONS = ["old number 2 from averil", "new number 5", "who paid 3 crowns at wenlo?"]


def texts(index: Index) -> list[str]:
    return [article.text for article in index.articles()]


def state(directory: Path) -> dict[str, Any]:
    """Everything an index answers with, and what lies in its folder."""
    index = Index.open(directory, model=FakeEmbedder())
    manifest = index.manifest
    assert manifest is not None
    kept = directory / f"generation-{manifest.generation:06d}"
    return {
        "articles": list(index.articles()),
        "chunks": index.chunks(range(manifest.chunks)),
        "vectors": (kept / "vectors.npy").read_bytes(),
        "found": [
            (
                index.search_vectors(index.embedder.encode([question])[0], 5),
                index.search_words(question, 5),
            )
            for question in QUESTIONS
        ],
        "parts": sorted(path.name for path in kept.iterdir()),
        "folder": sorted(path.name for path in directory.iterdir()),
    }


def test_a_second_add_of_the_same_file_changes_nothing(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    file = write_articles(tmp_path / "a.jsonl", *NEW)
    index = make_index()
    first, second = index.add(file), index.add([str(file)])
    assert (first.added, first.unchanged, first.articles, first.skipped) == (7, 0, 7, ())
    assert (second.added, second.unchanged, second.articles) == (0, 7, 7)
    assert first.chunks == second.chunks == 7
    assert index.manifest is not None
    assert index.manifest.generation == 1


def test_an_article_that_comes_twice_is_stored_once(make_index: MakeIndex, tmp_path: Path) -> None:
    one = write_articles(tmp_path / "in" / "one.jsonl", NEW[0], NEW[1], NEW[0])
    write_articles(tmp_path / "in" / "two.jsonl", NEW[1], NEW[2])
    index = make_index()
    report = index.add([tmp_path / "in", one])
    assert (report.added, report.unchanged) == (3, 5)
    assert texts(index) == NEW[:3]


@pytest.mark.parametrize("batch_chunks", [1, 2, 3, 100])
def test_the_size_of_the_batches_makes_no_difference(tmp_path: Path, batch_chunks: int) -> None:
    file = write_articles(tmp_path / "a.jsonl", *NEW, *NEW[:2])
    add(tmp_path / "one", file, batch_chunks=batch_chunks)
    add(tmp_path / "other", file, batch_chunks=5)
    assert state(tmp_path / "one") == state(tmp_path / "other")


def test_two_adds_make_what_one_makes(make_index: MakeIndex, tmp_path: Path) -> None:
    old = write_articles(tmp_path / "old.jsonl", *OLD)
    new = write_articles(tmp_path / "new.jsonl", *NEW)
    for paths in ([old], [new]):
        make_index(*paths, name="two")
    make_index(old, new, name="one")
    two, one = state(tmp_path / "two"), state(tmp_path / "one")
    assert two.pop("folder") == [FILE, "generation-000002", LOCK]
    assert one.pop("folder") == [FILE, "generation-000001", LOCK]
    assert two == one


def steps_of(index: Index, *files: Path, batch_chunks: int) -> list[Step]:
    """The steps of an add, each once."""
    steps: list[Step] = []
    build(index, files, steps.append, Adding(batch_chunks=batch_chunks))
    return list(dict.fromkeys(steps))


def test_progress_counts_what_is_embedded_and_stored(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", *NEW)
    index = Index.open(tmp_path / "index", create=True, model=FakeEmbedder())
    steps = steps_of(index, file, batch_chunks=3)
    counts = list(dict.fromkeys((step.articles, step.chunks) for step in steps))
    assert counts == [(0, 0), (0, 3), (3, 3), (3, 6), (6, 6), (6, 7), (7, 7)]
    size = file.stat().st_size
    assert (steps[-1].read, steps[-1].done, steps[-1].total) == (size, size, size)


def test_progress_grows_within_a_batch_and_never_shrinks(tmp_path: Path) -> None:
    one = write_articles(
        tmp_path / "one.jsonl", *(f"{text} {n}" for text in NEW for n in range(30))
    )
    two = write_articles(tmp_path / "two.jsonl", *OLD)
    index = Index.open(tmp_path / "index", create=True, model=FakeEmbedder())
    steps = steps_of(index, one, two, batch_chunks=1_000)
    assert [step.chunks for step in steps if step.chunks] == [64, 128, 192, 213, 213]
    assert [step.articles for step in steps][-2:] == [0, 213]
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert 0.28 < steps[-5].done / steps[-1].total < 0.32
    assert 0 < steps[0].read < one.stat().st_size
    assert all(step.done <= step.read <= step.total for step in steps)


def test_an_add_that_is_stopped_while_it_embeds_keeps_the_batches_before(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", *(f"{text} {n}" for text in NEW for n in range(30)))
    index = Index.open(tmp_path / "index", create=True, model=FakeEmbedder())

    def stop(step: Step) -> None:
        if step.chunks > step.articles > 0:  # within the second batch
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(index, [file], stop, Adding(batch_chunks=100))
    report = index.add(file)
    assert (report.added, report.unchanged, report.articles) == (110, 100, 210)


def test_what_cannot_be_read_is_named_and_the_rest_is_added(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    file = write_articles(tmp_path / "a.jsonl", NEW[0])
    with file.open("a", encoding="utf-8") as stream:
        stream.write('{"text": 7}\nno json\n')
    index = make_index()
    report = index.add(file)
    assert report.added == 1
    assert [(skipped.path, skipped.record) for skipped in report.skipped] == [
        (str(file), 2),
        (str(file), 3),
    ]


def test_a_path_that_cannot_be_read_does_not_keep_the_others_out(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    file = write_articles(tmp_path / "a.jsonl", *OLD)
    index = make_index()
    report = index.add([tmp_path / "missing", file], sync=True)
    assert report.added == 3
    assert [(item.path, item.fault) for item in report.skipped] == [
        (str(tmp_path / "missing"), True)
    ]


def test_a_path_that_is_gone_does_not_let_sync_remove_what_lay_there(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    index = make_index(write_articles(one / "a.jsonl", *OLD), write_articles(two / "b.jsonl", *NEW))
    shutil.rmtree(one)
    report = index.add([one, two], sync=True)
    assert (report.removed, report.articles) == (0, 10)


@pytest.mark.parametrize("path", ["missing.jsonl", ""])
def test_a_path_that_is_none_leaves_no_folder_behind(
    make_index: MakeIndex, tmp_path: Path, path: str
) -> None:
    index = make_index()
    with pytest.raises(InputError, match=r"no such file|path is empty"):
        index.add([tmp_path / path if path else path])
    assert not index.directory.exists()


def test_an_add_sees_what_another_process_has_published(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(write_articles(tmp_path / "old.jsonl", *OLD))
    for n in range(2):
        add(index.directory, write_articles(tmp_path / f"{n}.jsonl", NEW[n]))
    report = index.add(write_articles(tmp_path / "new.jsonl", *NEW[:3]))
    assert (report.added, report.unchanged) == (1, 2)
    assert texts(index) == [*OLD, *NEW[:3]]


def test_an_add_refuses_an_index_another_process_has_made_with_another_embedder(
    tmp_path: Path,
) -> None:
    file = write_articles(tmp_path / "old.jsonl", *OLD)
    index = Index.open(tmp_path / "index", create=True, embedder="hf:a/b", model=FakeEmbedder())
    add(index.directory, file)
    with pytest.raises(IndexFormatError, match=r"built with the embedder 'default', not 'hf:a/b'"):
        index.add(file)


def test_a_second_writer_is_refused_and_may_come_later(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    file = write_articles(tmp_path / "old.jsonl", *OLD)
    index = make_index(file)
    with (
        FileLock(index.directory / LOCK),
        pytest.raises(StorageError, match=r"another process is changing.*Wait until it has ended"),
    ):
        index.add(file)
    assert index.add(file).unchanged == 3


# --- kill -9 ---------------------------------------------------------------------------------


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: what is killed here need not wait for a disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


class Interrupted:
    """An add to an index of OLD (or to none), cut short again and again, then let run."""

    def __init__(self, folder: Path, first: bool) -> None:
        self.file = write_articles(folder / "new.jsonl", *NEW)
        self.directory = folder / "index"
        self._start = folder / "start"
        self._previous: dict[str, Any] | None = None
        if not first:
            add(self._start, write_articles(folder / "old.jsonl", *OLD))
            self._previous = state(self._start)
        shutil.copytree(self._start, folder / "whole") if not first else None
        add(folder / "whole", self.file)
        self._whole = state(folder / "whole")

    def restart(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)
        if self._previous is not None:
            shutil.copytree(self._start, self.directory)

    def check_readable(self) -> None:
        """The previous state answers, or already the next."""
        if self._previous is None and not (self.directory / FILE).exists():
            with pytest.raises(IndexFormatError, match=r"no such folder|no index|not ended"):
                Index.open(self.directory)
            return
        found = state(self.directory)
        for extra in ("parts", "folder"):
            del found[extra]
        previous = self._previous or self._whole
        assert any(found.items() <= whole.items() for whole in (previous, self._whole))

    def check_finishes(self) -> None:
        """The next run makes what an add without interruption makes."""
        add(self.directory, self.file)
        assert state(self.directory) == self._whole


def count_lines(directory: Path, file: Path) -> int:
    """How many lines the writer's modules run in an add."""
    lines = 0

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename not in WRITERS:
            return None
        lines += event == "line"
        return count

    previous = sys.gettrace()
    sys.settrace(count)
    try:
        add(directory, file)
    finally:
        sys.settrace(previous)
    return lines


def kill_between_lines(folder: Path, first: bool, share: int) -> None:
    interrupted = Interrupted(folder, first)
    interrupted.restart()
    lines = count_lines(interrupted.directory, interrupted.file)
    for line in random.Random(lines).sample(range(1, lines + 1), lines // share):
        interrupted.restart()
        code = in_child(add_up_to, interrupted.directory, interrupted.file, line)
        assert code == -signal.SIGKILL
        interrupted.check_readable()
        interrupted.check_finishes()


@pytest.mark.parametrize("first", [True, False])
def test_an_add_killed_between_two_lines_is_finished_by_the_next(folder: Path, first: bool) -> None:
    kill_between_lines(folder, first, share=20)


@pytest.mark.slow
@pytest.mark.parametrize("first", [True, False])
def test_an_add_killed_between_many_lines_is_finished_by_the_next(
    folder: Path, first: bool
) -> None:
    kill_between_lines(folder, first, share=5)


def kill_at_any_moment(folder: Path, first: bool, times: int) -> None:
    interrupted = Interrupted(folder, first)
    arguments = (interrupted.directory, interrupted.file, 2, 0.01)
    interrupted.restart()
    in_child(add, *arguments)  # the first child waits until others can be forked
    interrupted.restart()
    started = time.perf_counter()
    in_child(add, *arguments)
    whole = time.perf_counter() - started
    moments = random.Random(times)
    for _ in range(times):
        interrupted.restart()
        for _ in range(2):  # the second goes on from what the first left
            in_child(add, *arguments, kill_after=moments.uniform(0, whole))
            interrupted.check_readable()
        interrupted.check_finishes()


@pytest.mark.parametrize("first", [True, False])
def test_an_add_killed_at_any_moment_loses_nothing(folder: Path, first: bool) -> None:
    kill_at_any_moment(folder, first, times=5)


@pytest.mark.slow
@pytest.mark.parametrize("first", [True, False])
def test_an_add_killed_at_many_moments_loses_nothing(folder: Path, first: bool) -> None:
    kill_at_any_moment(folder, first, times=50)


# --- a disk that refuses ---------------------------------------------------------------------


def check_refused(interrupted: Interrupted, message: str) -> None:
    assert re.search(r"index: the index cannot be written \(.*Make room or choose", message)
    interrupted.check_readable()


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("limit", [0, 100, 5_000, 20_000])
def test_a_file_that_may_not_grow_is_a_storage_error(folder: Path, first: bool, limit: int) -> None:
    interrupted = Interrupted(folder, first)
    interrupted.restart()
    assert in_child(add_limited, interrupted.directory, interrupted.file, limit) == 0
    message = interrupted.directory.with_suffix(".refused").read_text(encoding="utf-8")
    assert message.startswith("StorageError: ")
    check_refused(interrupted, message)
    interrupted.check_finishes()


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of its own; skips the test where it cannot be mounted."""
    folder.mkdir()
    size = ["-o", f"size={kilobytes}k"]
    command = ["mount", "-t", "tmpfs", *size, "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("first", [True, False])
def test_a_full_disk_is_a_storage_error_and_room_is_all_it_needs(folder: Path, first: bool) -> None:
    interrupted = Interrupted(folder, first)
    refused = 0
    with small_disk(folder / "disk", kilobytes=1_024) as disk:
        interrupted.directory = disk / "index"
        for free in range(0, 256, 24):
            interrupted.restart()
            filler = disk / "filler"
            room = shutil.disk_usage(disk).free - 1_024 * free
            filler.write_bytes(b"x" * max(0, room))
            try:
                add(interrupted.directory, interrupted.file)
            except StorageError as error:
                refused += 1
                check_refused(interrupted, str(error))
            filler.unlink()
            interrupted.check_finishes()
    assert refused


def test_a_disk_that_cannot_be_written_is_a_storage_error(folder: Path) -> None:
    interrupted = Interrupted(folder, first=False)
    with small_disk(folder / "disk", kilobytes=1_024) as disk:
        interrupted.directory = disk / "index"
        interrupted.restart()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StorageError) as refused:
            add(interrupted.directory, interrupted.file)
        check_refused(interrupted, str(refused.value))


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", *OLD)
    with pytest.raises(StorageError, match=r"cannot be written .*choose another folder"):
        add(file / "index", file)
