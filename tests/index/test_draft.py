"""The draft, and every state on disk that a stop between two of its steps can leave."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.article import Article, Chunk
from index.chunk import split_chunks
from index.draft import Draft, finish_publish
from index.index import Index
from index.lexical import Document, LexicalIndex
from index.manifest import (
    DRAFT,
    FILE,
    LOCK,
    PARTIAL,
    Manifest,
    generation_folder,
    read_manifest,
)
from tests.fakes import FakeEmbedder, add, write_articles

EMBEDDER = FakeEmbedder()
EMPTY = Manifest("default", 16, 128, 160)
PARTS = ["articles.sqlite", "checksums.json", "facts", "vectors.npy", "words"]


def entry(text: str) -> tuple[Article, list[Chunk]]:
    article = Article.of(title=text.split()[0], text=text)
    return article, split_chunks(article, EMBEDDER.count_tokens, max_tokens=128)


def append(draft: Draft, *texts: str) -> None:
    draft.append([entry(text) for text in texts], EMBEDDER.encode(texts))


def publish(directory: Path, manifest: Manifest, *batches: Sequence[str]) -> Manifest:
    with closing(Draft(directory, manifest)) as draft:
        for batch in batches:
            append(draft, *batch)
        return draft.publish()


def check(directory: Path, *texts: str) -> None:
    """The published state is these texts in order, each found by its own vector and words."""
    index = Index.open(directory, model=EMBEDDER)
    assert [article.text for article in index.articles()] == list(texts)
    for row, text in enumerate(texts):
        assert index.search_vectors(EMBEDDER.encode([text])[0], 1)[0][0] == row
        assert index.search_words(text, 1)[0][0] == row
    assert index.manifest is not None
    kept = generation_folder(directory, index.manifest.generation)
    assert sorted(file.name for file in kept.iterdir()) == PARTS
    assert {file.name for file in directory.iterdir()} - {LOCK} == {FILE, kept.name}


def test_batches_are_published_in_the_order_they_were_appended(tmp_path: Path) -> None:
    manifest = publish(tmp_path, EMPTY, ["one", "two"], ["three"])
    assert (manifest.generation, manifest.articles, manifest.chunks) == (1, 3, 3)
    assert read_manifest(tmp_path) == manifest
    check(tmp_path, "one", "two", "three")


def test_a_generation_goes_on_from_the_one_before(tmp_path: Path) -> None:
    manifest = publish(tmp_path, EMPTY, ["one"])
    manifest = publish(tmp_path, manifest, ["two"], ["three"])
    assert manifest.generation == 2
    check(tmp_path, "one", "two", "three")


def test_a_draft_knows_what_is_published_and_what_was_appended(tmp_path: Path) -> None:
    manifest = publish(tmp_path, EMPTY, ["one"])
    with closing(Draft(tmp_path, manifest)) as draft:
        assert not draft.is_changed
        append(draft, "two")
        assert draft.is_changed
        assert [draft.has(entry(text)[0].id) for text in ("one", "two", "three")] == [1, 1, 0]


def test_articles_without_chunks_are_kept(tmp_path: Path) -> None:
    with closing(Draft(tmp_path, EMPTY)) as draft:
        nothing = Article.of(title="Nothing", text="")
        draft.append([(nothing, [])], EMBEDDER.encode([]).reshape(0, 16))
        append(draft, "one")
        assert draft.publish().articles == 2
    assert Index.open(tmp_path).search_words("one", 5)[0][0] == 0


def test_what_was_appended_outlives_a_stop(tmp_path: Path) -> None:
    manifest = publish(tmp_path, EMPTY, ["one"])
    with closing(Draft(tmp_path, manifest)) as draft:
        append(draft, "two")
    publish(tmp_path, manifest, ["three"])
    check(tmp_path, "one", "two", "three")


def test_a_discarded_draft_leaves_nothing(tmp_path: Path) -> None:
    manifest = publish(tmp_path, EMPTY, ["one"])
    Draft(tmp_path, manifest).discard()
    check(tmp_path, "one")


def test_vectors_whose_articles_were_not_committed_are_dropped(tmp_path: Path) -> None:
    with closing(Draft(tmp_path, EMPTY)) as draft:
        append(draft, "one")
    stray = tmp_path / DRAFT / "batch-000000001.npy"
    np.save(stray, EMBEDDER.encode(["lost", "lost"]))
    publish(tmp_path, EMPTY, ["two"])
    check(tmp_path, "one", "two")


def test_vectors_that_were_half_written_are_dropped(tmp_path: Path) -> None:
    with closing(Draft(tmp_path, EMPTY)) as draft:
        append(draft, "one")
    (tmp_path / DRAFT / "batch-000000001.npy").write_bytes(b"\x93NUMPY")
    publish(tmp_path, EMPTY)
    check(tmp_path, "one")


def test_a_half_copied_table_is_begun_again(tmp_path: Path) -> None:
    manifest = publish(tmp_path, EMPTY, ["one"])
    (tmp_path / DRAFT).mkdir()
    (tmp_path / DRAFT / "articles.sqlite.partial").write_bytes(b"SQLite format 3\0")
    (tmp_path / DRAFT / "articles.sqlite.partial-journal").write_bytes(b"\xd9\xd5\x05\xf9")
    publish(tmp_path, manifest, ["two"])
    check(tmp_path, "one", "two")


def test_half_built_words_and_vectors_are_built_again(tmp_path: Path) -> None:
    with closing(Draft(tmp_path, EMPTY)) as draft:
        append(draft, "one", "two")
    LexicalIndex.create(tmp_path / DRAFT / "words").add(
        [Document(0, "stray", "stray"), Document(1, "", "two")]
    )
    (tmp_path / DRAFT / "vectors.npy").write_bytes(b"\x93NUM")
    publish(tmp_path, EMPTY)
    check(tmp_path, "one", "two")
    assert Index.open(tmp_path).search_words("stray", 5) == []


def test_a_draft_of_another_recipe_or_generation_is_begun_again(tmp_path: Path) -> None:
    with closing(Draft(tmp_path, EMPTY)) as draft:
        append(draft, "lost")
    manifest = publish(tmp_path, replace(EMPTY, target_tokens=80), ["one"])
    with closing(Draft(tmp_path, manifest)) as draft:
        append(draft, "lost")
    shutil.move(tmp_path / DRAFT, tmp_path / "stale")
    manifest = publish(tmp_path, manifest, ["two"])
    shutil.move(tmp_path / "stale", tmp_path / DRAFT)
    publish(tmp_path, manifest, ["three"])
    check(tmp_path, "one", "two", "three")


def stop_before_the_manifest(directory: Path, manifest: Manifest) -> None:
    """What a stop after the renaming leaves: a new generation, its batches, the old manifest."""
    published = read_manifest(directory)
    folder = generation_folder(directory, published.generation)
    np.save(folder / "batch-000000000.npy", np.load(folder / "vectors.npy"))
    if manifest.generation:
        manifest.write(directory)
    else:
        (directory / FILE).unlink()


def test_a_renamed_draft_without_its_manifest_is_completed(tmp_path: Path) -> None:
    manifest = publish(tmp_path, EMPTY, ["one"])
    old = tmp_path / "old"
    shutil.copytree(generation_folder(tmp_path, 1), old)
    publish(tmp_path, manifest, ["two"])
    stop_before_the_manifest(tmp_path, manifest)
    old.replace(generation_folder(tmp_path, 1))
    assert len(list(Index.open(tmp_path).articles())) == 1, "until then the old state stands"
    assert finish_publish(tmp_path, manifest).generation == 2
    check(tmp_path, "one", "two")


def test_a_first_generation_without_its_manifest_is_completed_by_the_next_add(
    tmp_path: Path,
) -> None:
    directory = tmp_path / "index"
    publish(directory, EMPTY, ["one"])
    stop_before_the_manifest(directory, EMPTY)
    (directory / PARTIAL).write_text('{"embedder": ')
    add(directory, write_articles(tmp_path / "a.jsonl", "two"))
    check(directory, "one", "two")


def test_a_first_generation_of_another_recipe_is_not_taken_for_this_one(tmp_path: Path) -> None:
    directory = tmp_path / "index"
    publish(directory, replace(EMPTY, embedder="hf:another/embedder"), ["lost"])
    stop_before_the_manifest(directory, EMPTY)
    add(directory, write_articles(tmp_path / "a.jsonl", "one"))
    check(directory, "one")


def test_what_a_stop_after_the_manifest_leaves_is_removed(tmp_path: Path) -> None:
    manifest = publish(tmp_path, EMPTY, ["one"])
    old = tmp_path / "old"
    shutil.copytree(generation_folder(tmp_path, 1), old)
    manifest = publish(tmp_path, manifest, ["two"])
    old.replace(generation_folder(tmp_path, 1))
    np.save(generation_folder(tmp_path, 2) / "batch-000000001.npy", EMBEDDER.encode(["two"]))
    (tmp_path / PARTIAL).touch()
    assert finish_publish(tmp_path, manifest) == manifest
    check(tmp_path, "one", "two")


@pytest.mark.parametrize("left", [[], [DRAFT], [DRAFT, LOCK], [LOCK, PARTIAL]])
def test_a_first_add_that_stopped_early_is_begun_again(tmp_path: Path, left: list[str]) -> None:
    directory = tmp_path / "index"
    directory.mkdir()
    for name in left:
        (directory / name).mkdir() if name == DRAFT else (directory / name).touch()
    add(directory, write_articles(tmp_path / "a.jsonl", "one"))
    check(directory, "one")
