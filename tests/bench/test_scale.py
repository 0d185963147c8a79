"""Archives made to measure: what they are made of, what is measured, and a search that is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.__main__ import main
from bench.apart import Figures, Given, Known, apart, build, memory_mb
from bench.changes import ONE_IN
from bench.data import load
from bench.scale import Exact, recall, run, to_metrics
from bench.synthetic import ARTICLE_PASSAGES, Batch, Real, nearest_cosines, passages, place
from bench.synthetic import read_real as read
from index.article import Article
from index.embed import Vectors
from index.errors import InputError, StorageError
from index.manifest import Manifest
from tests.bench.made import question, write_lines
from tests.conftest import MakeIndex
from tests.fakes import write_articles

NEWS = (
    "Oona Strand mended the bells of Sallowmouth church. The vicar paid her in kelp.",
    "The ferry to Little Hask ran late. A crane had sunk in the harbour. Nobody was hurt.",
    "Rain fell on the kelp market. The cannery sent its workers home at noon.",
)


PARTS = ("articles", "vectors", "lists", "words", "facts")


@pytest.fixture
def real(make_index: MakeIndex, tmp_path: Path) -> Real:
    """What an index of three articles of one chunk each gives."""
    return read(make_index(write_articles(tmp_path / "news.jsonl", *NEWS)))


def rows(*angles: float) -> Vectors:
    """Unit vectors of a plane at these angles, in degrees."""
    radians = np.radians(np.array(angles))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def here(
    function: Callable[..., Given], *arguments: Any, feed: Iterable[Batch] | None = None
) -> Given:
    """A call in this process."""
    return function(*arguments) if feed is None else function(*arguments, feed)


def of(real: Real, size: int, seed: int = 0) -> list[Batch]:
    return list(passages(real, size, seed))


def test_an_index_gives_the_sentences_and_vectors_of_its_chunks(real: Real) -> None:
    assert [" ".join(sentences) for sentences in real.sentences] == list(NEWS)
    assert [len(sentences) for sentences in real.sentences] == [2, 3, 2]
    assert [owned for _, owned in real.articles] == [range(1), range(1, 2), range(2, 3)]
    assert real.vectors.shape == (3, 16)
    assert np.allclose(np.linalg.norm(real.vectors, axis=1), 1)


def test_an_index_of_one_chunk_has_no_neighbours(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index(write_articles(tmp_path / "news.jsonl", NEWS[0]))
    with pytest.raises(InputError, match="no two of its 1 chunks differ"):
        read(index)


def test_a_chunk_is_compared_with_the_nearest_other_one() -> None:
    # at 0°, 60° and 90°: the nearest other one is 60°, 30° and 30° away
    assert nearest_cosines(rows(0, 60, 90)) == pytest.approx([0.5, 0.866, 0.866], abs=1e-3)


def test_copies_of_a_chunk_are_not_its_neighbours() -> None:
    assert nearest_cosines(rows(0, 0, 60)) == pytest.approx([0.5, 0.5, 0.5], abs=1e-3)
    assert nearest_cosines(rows(20, 20)).size == nearest_cosines(rows()).size == 0


def test_a_vector_lies_at_its_cosine_on_the_side_of_its_noise() -> None:
    noise = np.array([[5, 2], [5, -2], [3, 0]], dtype=np.float32)  # the last has no side
    placed = place(rows(0, 0, 0), noise, np.array([0.5, 0.866, 0.1], dtype=np.float32))
    assert placed == pytest.approx(rows(60, -30, 0), abs=1e-3)


def test_vectors_are_as_far_from_real_ones_as_these_from_each_other() -> None:
    vectors = np.random.default_rng(3).normal(size=(40, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    sentences = tuple((f"Sentence {n}.",) for n in range(40))
    item = Article.of(title="Notes", text="")
    near = np.full(5, 0.8, dtype=np.float32)
    real = Real(((item, range(40)),), sentences, vectors, near)
    [(_, made)] = of(real, 500)
    cosines = made @ vectors.T
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-6)
    assert np.isclose(cosines, 0.8, atol=1e-5).any(axis=1).all()


def test_a_passage_is_made_of_real_sentences(real: Real) -> None:
    known = {sentence for sentences in real.sentences for sentence in sentences}
    [(entries, vectors)] = of(real, 30)
    texts = [item.text[chunk.start : chunk.end] for item, chunks in entries for chunk in chunks]
    assert len(texts) == len(vectors) == 30
    for text in texts:
        said = [sentence for sentence in known if sentence in text]
        assert 1 <= len(said) <= 3
        assert set(text.split()) == set(" ".join(said).split())


def test_articles_have_fourteen_passages_and_the_last_the_rest(real: Real) -> None:
    [(entries, _)] = of(real, 2 * ARTICLE_PASSAGES + 3)
    assert [len(chunks) for _, chunks in entries] == [14, 14, 3]
    assert len({item.id for item, _ in entries}) == 3


def test_passages_follow_from_the_seed_and_a_larger_archive_begins_alike(real: Real) -> None:
    (first, vectors), (again, same), (other, _) = (of(real, *those)[0] for those in
        ((30, 5), (44, 5), (30, 6)))  # fmt: skip
    assert first[:2] == again[:2]
    assert np.array_equal(vectors[:28], same[:28])
    assert first[:2] != other[:2]


def test_batches_add_up_to_the_size(real: Real) -> None:
    assert [len(vectors) for _, vectors in of(real, 4_100)] == [2_044, 2_044, 12]


def test_the_nearest_are_those_of_all_blocks_together() -> None:
    exact = Exact(rows(0, 90), k=2)
    exact.add(rows(80, 10, 45))
    exact.add(rows(-5, 70))
    assert exact.nearest() == [{3, 1}, {0, 4}]


def test_recall_is_the_share_of_the_nearest_that_were_found() -> None:
    exact = Exact(rows(0, 90), k=2)
    exact.add(rows(80, 10, 45, -5, 70))
    assert recall(exact, [[1, 3], [4, 0]]) == 1.0
    assert recall(exact, [[3, 2], [0, 4]]) == 0.75  # 1 of 2 and 2 of 2
    assert recall(exact, [[], [1, 2]]) == 0.0


def test_equally_near_passages_stand_for_each_other() -> None:
    exact = Exact(rows(0), k=2)
    exact.add(rows(10, 20, -20, 40))
    assert recall(exact, [[0, 1]]) == recall(exact, [[0, 2]]) == 1.0
    assert recall(exact, [[0, 3]]) == 0.5


def test_of_an_archive_smaller_than_ten_all_are_wanted() -> None:
    exact = Exact(rows(0))
    exact.add(rows(10, 20))
    assert recall(exact, [[1, 0]]) == 1.0
    assert recall(exact, [[1]]) == 0.5


def test_figures_are_named_by_size_and_counted() -> None:
    points: list[Figures] = [
        {"passages": size, "disk_mb": size / 10, "search_ms_p95": 2.0, "recall@10": 1.0}
        for size in (10, 20)
    ]
    assert [(m.name, m.value, m.n) for m in to_metrics(points, 7)] == [
        *(("disk_mb@10", 1.0, 1), ("disk_mb@20", 2.0, 1)),
        *(("search_ms_p95@10", 2.0, 7), ("search_ms_p95@20", 2.0, 7)),
        *(("recall@10@10", 1.0, 7), ("recall@10@20", 1.0, 7)),
    ]


@pytest.fixture
def grow(
    make_index: MakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Runs the task over the three articles, with two questions, in this process."""
    monkeypatch.setenv("CLIPPINGS_CACHE", str(tmp_path / "cache"))
    index = make_index(write_articles(tmp_path / "news.jsonl", *NEWS))
    asked = ("Who mended the bells?", "Why was the ferry late?")
    lines = [question(id=text, question=text) for text in asked]
    write_lines(tmp_path / "questions.jsonl", *lines)

    def grown(*sizes: int, call: Any = here) -> Any:
        return run(
            load(tmp_path), index, sizes, questions=None, seed=0, count_tokens=len, call=call
        )

    return grown


def test_an_archive_grows_from_end_to_end(grow: Callable[..., Any], tmp_path: Path) -> None:
    result = grow(20, 50)
    small, large = result.series["scale"]
    assert [small["passages"], large["passages"]] == [20, 50]
    assert [small["articles"], large["articles"]] == [2, 4]
    # a vector has 16 numbers of four bytes
    assert large["vectors_mb"] - small["vectors_mb"] == pytest.approx(30 * 64 / 1e6, abs=1e-4)
    for point in (small, large):
        parts = sum(point[f"{part}_mb"] for part in PARTS)
        assert point["disk_mb"] == pytest.approx(parts, abs=1e-3)
        assert point["index_s"] == pytest.approx(point["append_s"] + point["publish_s"], abs=1e-3)
        assert point["recall@10"] == 1.0
        assert point["add_s"] > 0 < point["remove_s"]
        for one_in in ONE_IN:
            assert point[f"select_1_in_{one_in}_ms"] > 0
            assert point[f"dense_1_in_{one_in}_ms"] > 0 < point[f"bm25_1_in_{one_in}_ms"]
        for way in ("dense_ms", "bm25_ms", "search_ms", "question_ms"):
            assert 0 < point[way] <= point[f"{way}_p95"] <= point[f"{way}_p99"]
    assert result.settings["questions"] == 2
    assert list((tmp_path / "cache" / "bench").iterdir()) == []  # nothing is left behind


def test_an_index_that_holds_other_vectors_is_found_out(grow: Callable[..., Any]) -> None:
    def turned(batches: Iterable[Batch]) -> Iterator[Batch]:
        for entries, vectors in batches:
            yield entries, -vectors

    def wrong(function: Callable[..., Given], *arguments: Any, feed: Any = None) -> Given:
        return here(function, *arguments, feed=feed and turned(feed))

    assert grow(50, call=wrong).series["scale"][0]["recall@10"] < 0.5


def test_what_was_measured_before_a_failure_stands(
    grow: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    def cramped(function: Callable[..., Given], *arguments: Any, feed: Any = None) -> Given:
        if feed and len(calls) == 4:
            raise StorageError("The disk is full.")
        calls.append(function)
        return here(function, *arguments, feed=feed)

    calls: list[object] = []
    assert [point["passages"] for point in grow(20, 50, call=cramped).series["scale"]] == [20]
    assert "bench: stopped at 50 passages. The disk is full." in capsys.readouterr().err
    with pytest.raises(StorageError):
        grow(20, call=cramped)


def die(batches: Iterable[Batch]) -> None:
    next(iter(batches))
    os._exit(9)


def refuse() -> None:
    raise InputError("No.")


def weigh(batches: Iterable[Batch]) -> tuple[int, int]:
    return os.getpid(), sum(len(vectors) for _, vectors in batches)


def test_another_process_is_given_the_batches(real: Real) -> None:
    process, count = apart(weigh, feed=passages(real, 30, 0))
    assert process != os.getpid()
    assert count == 30


def test_a_process_that_dies_is_named(real: Real) -> None:
    with pytest.raises(StorageError, match=r"`die` ended with status 9 .* lack of memory"):
        apart(die, feed=passages(real, 30, 0))


def test_a_refusal_in_another_process_is_one_here() -> None:
    with pytest.raises(InputError, match=r"No\."):
        apart(refuse)


def test_a_folder_that_cannot_be_written_is_named(real: Real, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    manifest = Manifest("default", 16, 1, 1)
    with pytest.raises(StorageError, match="the passages cannot be stored"):
        build(tmp_path / "file" / "index", manifest, passages(real, 30, 0))


def test_the_asked_question_has_the_vector_it_was_given_in_whatever_words() -> None:
    known = Known(rows(0, 90))
    known.asked = 1
    assert np.array_equal(known.encode(["b", "B?"]), rows(90, 90))


def test_memory_grows_with_what_is_held() -> None:
    before = memory_mb("VmHWM")
    held = np.ones(5_000_000)  # 40 MB
    assert memory_mb("VmHWM") >= memory_mb("VmRSS") > 40
    assert memory_mb("VmHWM") >= before
    assert held[-1] == 1


@pytest.mark.parametrize("sizes", ["0,10", "30,10", "10,10", "ten", ""])
def test_sizes_that_do_not_grow_are_refused(sizes: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["scale", "--data", str(tmp_path), "--sizes", sizes])
    assert caught.value.code == 2
