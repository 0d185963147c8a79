"""Work over a pool of workers: the same index as without, nothing lost or doubled, no lie."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.build import Adding, build
from index.embed import Vectors
from index.errors import ClusterError
from index.index import Index
from index.intake import Step
from index.messenger import Cluster
from index.spread import AHEAD, PART, TRIES, Spread
from tests.fakes import FakeEmbedder, write_articles
from tests.fakes_pool import FakePool, FakeWorker, Message, hello

HERE = Cluster("local")
WORDS = "bells ferry fog harbour council bridge crowns vote Tuesday rain tram school".split()


def texts(count: int) -> list[str]:
    return [
        " ".join(WORDS[n * k % 12] for k in range(1, 5 + n % 7)) + f" {n}." for n in range(count)
    ]


def news(folder: Path) -> Path:
    """A folder of several formats: many records, pages, plain text, and one that is no article."""
    write_articles(folder / "many.jsonl", *texts(90), source="Wenlo Bell")
    for n in range(9):
        story = f"The {WORDS[n]} of Wenlo was the talk of the town, number {n}. " * 6
        page = f"<html><head><title>Page {n}</title></head><body><p>{story}</p></body></html>"
        (folder / f"page{n}.html").write_text(page, encoding="utf-8")
    (folder / "plain.txt").write_text("Plain news\n\nThe tram is late in the rain.", "utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 no more than this")
    (folder / "empty.html").write_bytes(b" ")
    return folder


def add(index: Index, *paths: Path, pool: FakePool, **how: Any) -> Any:
    report = build(index, paths, how=Adding(cluster=HERE, open_pool=pool.open, **how))
    index.reload()
    return report


def opened(folder: Path) -> Index:
    return Index.open(folder, create=True, model=FakeEmbedder())


def content(index: Index) -> tuple[list[Any], Vectors]:
    rows = range(index.info().chunks)
    return index.chunks(rows), index.vectors(rows)


@pytest.mark.parametrize("workers", [1, 2, 9])
def test_workers_make_the_same_index_and_report(tmp_path: Path, workers: int) -> None:
    folder = news(tmp_path / "news")
    alone, spread = opened(tmp_path / "alone"), opened(tmp_path / "spread")
    without = build(alone, [folder])
    alone.reload()
    pool = FakePool(workers)
    report = add(spread, folder, pool=pool)
    assert (report.added, report.skipped) == (without.added, without.skipped)
    assert any(item.path.endswith("broken.pdf") for item in report.skipped)
    chunks, vectors = content(spread)
    expected_chunks, expected_vectors = content(alone)
    assert len(chunks) > 90
    assert chunks == expected_chunks
    np.testing.assert_array_equal(vectors, expected_vectors)
    read = [job["read"]["name"] for job in pool.given if "read" in job]
    assert sorted(read) == ["broken.pdf", "empty.html", *(f"page{n}.html" for n in range(9))]
    assert pool.closed == 1


def test_progress_tells_the_same_bytes_with_workers_as_without(tmp_path: Path) -> None:
    folder = news(tmp_path / "news")
    seen: list[list[Step]] = [[], []]
    build(opened(tmp_path / "alone"), [folder], seen[0].append)
    how = Adding(cluster=HERE, open_pool=FakePool().open)
    build(opened(tmp_path / "spread"), [folder], seen[1].append, how)
    assert seen[1][-1] == seen[0][-1]
    for steps in seen:
        for name in ("read", "done", "chunks", "articles"):
            values = [getattr(step, name) for step in steps]
            assert values == sorted(values)


def test_progress_goes_on_within_a_file_that_is_read_here(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "many.jsonl", *texts(12), unread="x" * 100_000)
    steps: list[Step] = []
    how = Adding(cluster=HERE, open_pool=FakePool().open)
    build(opened(tmp_path / "index"), [file], steps.append, how)
    assert len({step.read for step in steps if 0 < step.read < file.stat().st_size}) > 2


def test_what_is_known_opens_no_pool(tmp_path: Path) -> None:
    folder = news(tmp_path / "news")
    index = opened(tmp_path / "index")
    build(index, [folder])

    def never(cluster: Cluster, spec: str) -> FakePool:
        raise AssertionError("opened")

    report = build(index, [folder], how=Adding(cluster=HERE, open_pool=never))
    assert (report.added, report.unchanged) == (0, 100)


def test_what_a_lost_worker_had_in_hand_is_done_by_another(tmp_path: Path) -> None:
    left = [2, 5, 11]  # answers that never arrive, by their order

    def lose(told: Message) -> list[Message]:
        nonlocal left
        left = [n - 1 for n in left]
        return [{"lost": [told["id"]], "why": "killed"}] if 0 in left and "id" in told else [told]

    folder = news(tmp_path / "news")
    spread, alone = opened(tmp_path / "spread"), opened(tmp_path / "alone")
    pool = FakePool(1, twist=lose)
    assert add(spread, folder, pool=pool).added == build(alone, [folder]).added
    alone.reload()
    numbers = [job["id"] for job in pool.given]
    assert len(numbers) == len(set(numbers)) + 3
    assert content(spread)[0] == content(alone)[0]
    np.testing.assert_array_equal(content(spread)[1], content(alone)[1])


def test_what_is_answered_twice_counts_once(tmp_path: Path) -> None:
    index = opened(tmp_path / "index")
    pool = FakePool(twist=lambda told: [told, told])
    report = add(index, news(tmp_path / "news"), pool=pool)
    assert report.added == report.articles == 100


def test_no_more_is_out_than_keeps_the_workers_busy() -> None:
    pool = FakePool(2)
    spread = Spread("local", lambda: pool, FakeEmbedder)
    given = [[text] for text in texts(60)]
    got = list(spread.encode(given))
    assert pool.most_out == 2 * AHEAD
    expected = FakeEmbedder().encode([text for part in given for text in part])
    np.testing.assert_array_equal(np.concatenate(got), expected)


def test_what_was_stored_before_the_pool_failed_is_not_embedded_again(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "news.jsonl", *texts(80))
    index = opened(tmp_path / "index")
    answers = 0

    def fail(told: Message) -> list[Message]:
        nonlocal answers
        answers += "id" in told
        if answers > 3:
            return [{"lost": [told["id"]], "why": "out of memory"}]
        return [told]

    pool = FakePool(twist=fail)
    with pytest.raises(ClusterError, match=r"3 workers were lost .*: out of memory.*go on"):
        add(index, file, pool=pool, batch_chunks=PART)
    assert pool.closed == 1
    assert [job["id"] for job in pool.given].count(4) == TRIES
    again = FakePool()
    report = add(index, file, pool=again, batch_chunks=PART)
    assert report.articles == 80
    assert sum(len(job["texts"]) for job in again.given) == 80 - 3 * PART


def test_a_pool_is_closed_when_the_user_stops(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "news.jsonl", *texts(80))
    pool = FakePool()

    def stop(step: Any) -> None:
        if step.chunks > PART:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(opened(tmp_path / "index"), [file], stop, Adding(cluster=HERE, open_pool=pool.open))
    assert pool.closed == 1


def vectors(change: Callable[[Vectors], Any]) -> Callable[[Message], list[Message]]:
    """Let answers with vectors be others."""

    def lie(told: Message) -> list[Message]:
        if "id" in told:
            honest = np.frombuffer(base64.b64decode(told["vectors"]), "<f4").reshape(-1, 16).copy()
            data = np.asarray(change(honest), dtype="<f4").tobytes()
            told = {**told, "vectors": base64.b64encode(data).decode("ascii")}
        return [told]

    return lie


def with_nan(honest: Vectors) -> Vectors:
    honest[-1, 3] = np.nan
    return honest


LIES = {
    "a dimension too few": (vectors(lambda honest: honest[:, :15]), "bytes for"),
    "a vector too few": (vectors(lambda honest: honest[1:]), "bytes for"),
    "a vector too many": (vectors(lambda honest: np.vstack([honest, honest[:1]])), "bytes for"),
    "no number": (vectors(with_nan), "unit length"),
    "beyond numbers": (vectors(lambda honest: honest * np.float32(1e30)), "unit length"),
    "zeros": (vectors(lambda honest: honest * 0), "unit length"),
    "too long": (vectors(lambda honest: honest * 1.01), "unit length"),
    "no base64": (lambda told: [{**told, "vectors": "é!"}] if "id" in told else [told], "0 bytes"),
    "nothing": (lambda told: [{"id": told["id"]}] if "id" in told else [told], "0 bytes"),
    "no answer": (lambda told: [{"surprise": 1}] if "id" in told else [told], "no answer"),
    "no number of a job": (lambda told: [{**told, "id": "1"}] if "id" in told else [told], "no an"),
    "a failure": (lambda told: [{"failed": "no core"}] if "id" in told else [told], "no core"),
    "another version": (lambda told: [hello(version="9.9")], "has version 9.9"),
    "another dimension": (lambda told: [hello(dimension=17)], "makes 17 numbers"),
    "no hello": (lambda told: [{"worker": None}], "has version unknown"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused_and_never_stored(tmp_path: Path, lie: str) -> None:
    twist, message = LIES[lie]
    file = write_articles(tmp_path / "news.jsonl", *texts(40))
    index = opened(tmp_path / "index")
    with pytest.raises(ClusterError, match=message):
        add(index, file, pool=FakePool(twist=twist))
    assert index.manifest is None
    report = build(index, [file])
    assert report.added == report.articles == 40
    index.reload()
    norms = np.linalg.norm(content(index)[1], axis=1)
    assert norms == pytest.approx(1, abs=1e-5)


class Other(FakeEmbedder):
    """Of the same dimension, but with other vectors."""

    def encode(self, texts: Any) -> Vectors:
        return np.roll(super().encode(texts), 1, axis=1)


def test_a_worker_with_another_model_is_refused(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "news.jsonl", *texts(3))
    with pytest.raises(ClusterError, match="embedder is another"):
        add(opened(tmp_path / "index"), file, pool=FakePool(worker=FakeWorker(Other())))


@pytest.mark.parametrize(
    "change",
    [
        lambda records: [{"article": {**records[0]["article"], "text": "Forged news."}}],
        lambda records: [{"article": {"text": "Forged news."}}],
        lambda records: [{"skipped": ["a", 2, None, True]}],
        lambda records: [{}],
        lambda records: ["no record"],
        lambda records: None,
    ],
)
def test_what_is_no_article_of_ours_is_refused(tmp_path: Path, change: Callable[..., Any]) -> None:
    def forge(told: Message) -> list[Message]:
        return [{**told, "records": change(told["records"])}] if "records" in told else [told]

    file = tmp_path / "page.html"
    file.write_text(f"<title>Bells</title><p>{'The bells of Wenlo rang. ' * 9}</p>", "utf-8")
    index = opened(tmp_path / "index")
    with pytest.raises(ClusterError, match=r"page\.html what is no article"):
        add(index, file, pool=FakePool(twist=forge))
    assert index.manifest is None
