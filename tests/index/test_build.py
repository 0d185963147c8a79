"""Adding: what is new, what is known, and what progress and reports tell."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from index.build import Adding, build
from index.errors import IndexFormatError, InputError, StorageError
from index.index import Index
from index.intake import Step
from index.manifest import FILE, LOCK
from tests.conftest import MakeIndex
from tests.fakes import FakeEmbedder, add, write_articles
from tests.index.interrupted import NEW, OLD, state


def texts(index: Index) -> list[str]:
    return [article.text for article in index.articles()]


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
