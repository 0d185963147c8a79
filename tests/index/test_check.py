"""Damage of every kind is found, and what can be made good from the stored text is."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.check import Problem, check, repair
from index.embed import Vectors
from index.errors import IndexFormatError
from index.filters import Filter
from index.index import Index
from index.lexical import Document, LexicalIndex
from index.manifest import FILE, FORMAT, UPGRADED
from index.sums import SUMS
from tests.conftest import MakeIndex
from tests.fakes import FakeEmbedder, write_articles

NEWS = [f"Number {n} is about Wenlo. It cost {n} crowns by 3 May 2024." for n in range(6)]
EMBEDDER = FakeEmbedder()


@pytest.fixture
def directory(make_index: MakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index with lists, history, a copy of an article and a removal behind it."""
    monkeypatch.setattr("index.vectors.LISTS_FROM", 4)
    index = make_index(write_articles(tmp_path / "a.jsonl", *NEWS, source="Packet"))
    for text in ("Bells rang.", "Bells are silent."):
        file = write_articles(tmp_path / "b.jsonl", text, url="https://courier.example/bells")
        index.add(file)
    index.add(write_articles(tmp_path / "c.jsonl", NEWS[1], source="Courier"))
    index.remove(ids=[next(index.articles()).id])
    return index.directory


def kept(directory: Path) -> Path:
    [folder] = directory.glob("generation-*")
    return folder


def parts(directory: Path) -> set[str]:
    return {problem.part for problem in check(directory, sample=5, model=EMBEDDER)}


def everything(directory: Path) -> dict[str, object]:
    index = Index.open(directory, model=EMBEDDER)
    assert index.manifest is not None
    pairs = index.chunks(range(index.manifest.chunks))
    return {
        "articles": list(index.articles()),
        "chunks": sorted((chunk.id, chunk.start, chunk.end) for chunk, _ in pairs),
        "mentions": index.mentions([article.id for article in index.articles()]),
        "counted": index.count(Filter(since=date(2024, 5, 1), mentioned=True)),
        "history": [index.history(article.id) for article in index.articles()],
        "found": [
            {article.id for _, article in index.chunks([row for row, _ in rows])}
            for rows in (
                index.search_words("crowns wenlo", 99),
                index.search_vectors(EMBEDDER.encode(["crowns"])[0], 99),
            )
        ],
    }


def test_a_whole_index_has_no_problem(directory: Path) -> None:
    assert check(directory, sample=5, model=EMBEDDER) == []


def test_no_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexFormatError, match="no index"):
        check(tmp_path)


def test_a_changed_byte_anywhere_is_found(directory: Path, tmp_path: Path) -> None:
    dice = random.Random(7)
    files = [file for file in sorted(directory.rglob("*")) if file.stat().st_size]
    for file in (file for file in files if file.is_file() and file.suffix != ".lock"):
        whole = file.read_bytes()
        for place in {0, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(4))}:
            changed = bytearray(whole)
            changed[place] ^= 1 << dice.randrange(8)
            file.write_bytes(changed)
            try:
                assert check(directory) or _is_the_same_json(file, whole), f"{file} at {place}"
            finally:
                file.write_bytes(whole)
    assert check(directory) == []


def _is_the_same_json(file: Path, whole: bytes) -> bool:
    """A space that became another white space does no harm."""
    return file.name in {FILE, SUMS} and file.read_bytes().split() == whole.split()


def change_table(directory: Path, *statements: str) -> None:
    """Change the table, and its checksum with it, as a bug would."""
    from index.draft import PARTS
    from index.sums import write_sums

    with sqlite3.connect(kept(directory) / "articles.sqlite") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    write_sums(kept(directory), PARTS)


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE article SET text = text || '!' WHERE current = 1", "articles"),
        ("UPDATE article SET cluster = 'none'", "articles"),
        ("DELETE FROM file", "articles"),
        ("UPDATE base SET recipe = 'another 16 128 160'", "articles"),
        ("DELETE FROM article WHERE current = 0", "articles"),
        ('UPDATE chunk SET "end" = "end" + 1', "chunks"),
        ("UPDATE chunk SET start = -1 WHERE row = 1", "chunks"),
        ("UPDATE chunk SET row = 99 WHERE row = 1", "chunks"),
        ("UPDATE chunk SET id = 'x' WHERE row = 1", "chunks"),
        ('UPDATE mention SET "end" = 9999', "chunks"),
        ("UPDATE mention SET last = '2024-04-31'", "chunks"),
        ("UPDATE mention SET last = '2023-01-01'", "chunks"),
        ("UPDATE mention SET first = '2024-05-02'", "facts"),
        ("DELETE FROM mention", "facts"),
        ("UPDATE article SET section = 'Sport'", "facts"),
        ("DELETE FROM chunk WHERE row = (SELECT max(row) FROM chunk)", "chunks"),
    ],
)
def test_tables_that_do_not_agree_are_found(directory: Path, statement: str, part: str) -> None:
    change_table(directory, statement)
    assert part in parts(directory)


def damage(directory: Path, part: str) -> None:
    folder = kept(directory)
    vectors = np.load(folder / "vectors.npy")
    if part == "chunks":
        change_table(directory, "DELETE FROM chunk WHERE row > 1")
    elif part == "vectors":
        (folder / "vectors.npy").write_bytes(b"\x93NUMPY")
    elif part == "norms":
        np.save(folder / "vectors.npy", 2 * vectors)
    elif part == "order":
        np.save(folder / "vectors.npy", vectors[::-1])
        change_table(directory)
    elif part == "words":
        shutil.rmtree(folder / "words")
    elif part == "rows":
        words = LexicalIndex.create(folder / "words")
        words.add(Document(0, "", "the same row") for _ in range(len(vectors)))
    elif part == "facts":
        file = folder / "facts" / "rows.npy"
        np.save(file, np.load(file)[:, ::-1])
    elif part == "names":
        (folder / "facts" / "names.json").write_text('{"sources": []}', encoding="utf-8")
    elif part == "lists":
        (folder / "vectors.ivf").write_bytes(b"IwSq")
    elif part == "no lists":
        (folder / "vectors.ivf").unlink()
    elif part == "mentions":
        change_table(directory, "DELETE FROM mention")
    elif part == "sums":
        (folder / SUMS).unlink()
    else:
        (directory / FILE).write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    "part",
    [
        *("chunks", "vectors", "norms", "order", "words", "rows", "facts", "names", "lists"),
        *("no lists", "mentions", "sums", "manifest"),
    ],
)
def test_what_can_be_made_from_the_texts_is_repaired(directory: Path, part: str) -> None:
    before = everything(directory)
    damage(directory, part)
    problems = check(directory, sample=5, model=EMBEDDER)
    assert problems
    assert repair(directory, problems, model=EMBEDDER)
    assert check(directory, sample=5, model=EMBEDDER) == []
    assert everything(directory) == before


def test_damaged_articles_are_left_as_they_are(directory: Path) -> None:
    change_table(directory, "UPDATE article SET text = text || '!'")
    before = (kept(directory) / "articles.sqlite").read_bytes()
    assert repair(directory, check(directory), model=EMBEDDER) is None
    assert (kept(directory) / "articles.sqlite").read_bytes() == before


def test_a_repair_keeps_what_an_interrupted_add_had_stored(directory: Path, tmp_path: Path) -> None:
    from contextlib import closing

    from index.draft import Draft
    from index.manifest import read_manifest
    from tests.index.test_draft import append

    with closing(Draft(directory, read_manifest(directory))) as draft:
        append(draft, "Owls called at night.")
    damage(directory, "vectors")
    assert repair(directory, check(directory), model=EMBEDDER)
    assert "Owls called at night." in [a.text for a in Index.open(directory).articles()]
    assert check(directory, sample=9, model=EMBEDDER) == []


def make_format_2(directory: Path) -> None:
    """Make of an index what the version before wrote: no mentions, no facts, no lists."""
    folder = kept(directory)
    shutil.rmtree(folder / "facts")
    (folder / "vectors.ivf").unlink()
    change_table(directory, "DROP TABLE mention")
    manifest = json.loads((directory / FILE).read_text(encoding="utf-8"))
    del manifest["nearest"]
    (directory / FILE).write_text(json.dumps(manifest | {"format": 2}), encoding="utf-8")


class NoEmbedder(FakeEmbedder):
    """Fails where something is embedded."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError(f"{len(texts)} texts are embedded")


def test_an_index_of_the_format_before_names_the_command_that_upgrades_it(directory: Path) -> None:
    opened = Index.open(directory, model=EMBEDDER)
    make_format_2(directory)
    before = {file: file.read_bytes() for file in directory.rglob("*") if file.is_file()}
    with pytest.raises(IndexFormatError, match=r"has format 2.*index check --repair --index"):
        Index.open(directory, model=EMBEDDER)
    with pytest.raises(IndexFormatError, match=r"has format 2.*index check --repair --index"):
        opened.remove(sources=["Packet"])
    assert {file: file.read_bytes() for file in directory.rglob("*") if file.is_file()} == before
    assert [problem.part for problem in check(directory)] == ["manifest"]


@pytest.mark.parametrize("number", [FORMAT + 1, UPGRADED - 1])
def test_an_index_of_a_format_that_is_not_ours_is_refused_and_never_repaired(
    directory: Path, number: int
) -> None:
    manifest = json.loads((directory / FILE).read_text(encoding="utf-8"))
    (directory / FILE).write_text(json.dumps(manifest | {"format": number}), encoding="utf-8")
    before = {file: file.read_bytes() for file in directory.rglob("*") if file.is_file()}
    with pytest.raises(IndexFormatError, match=f"has format {number}"):
        check(directory)
    with pytest.raises(IndexFormatError, match=f"has format {number}"):
        repair(directory, [Problem("manifest", "as one might think")], model=EMBEDDER)
    assert {file: file.read_bytes() for file in directory.rglob("*") if file.is_file()} == before


def test_an_index_of_the_format_before_is_upgraded_without_embedding(directory: Path) -> None:
    before = everything(directory)
    make_format_2(directory)
    assert repair(directory, check(directory), model=NoEmbedder())
    assert check(directory, sample=9, model=EMBEDDER) == []
    assert everything(directory) == before


def test_an_upgrade_keeps_what_an_interrupted_add_had_stored(directory: Path) -> None:
    from contextlib import closing

    from index.draft import Draft
    from index.manifest import read_manifest
    from tests.index.test_draft import append

    with closing(Draft(directory, read_manifest(directory))) as draft:
        append(draft, "Owls called on 5 May 2024.")
    make_format_2(directory)
    with closing(sqlite3.connect(directory / "draft" / "articles.sqlite")) as connection:
        connection.execute("DROP TABLE mention")
        connection.commit()
    assert repair(directory, check(directory), model=NoEmbedder())
    assert check(directory) == []
    index = Index.open(directory)
    [owls] = [article.id for article in index.articles() if "Owls" in article.text]
    assert len(index.mentions([owls])[owls]) == 1


def test_damaged_vectors_of_the_format_before_are_made_anew(directory: Path) -> None:
    before = everything(directory)
    make_format_2(directory)
    damage(directory, "vectors")
    assert repair(directory, check(directory), model=EMBEDDER)
    assert check(directory, sample=9, model=EMBEDDER) == []
    assert everything(directory) == before


def test_an_index_without_chunks_can_be_sampled(tmp_path: Path) -> None:
    index = Index.open(tmp_path / "index", create=True, model=EMBEDDER)
    index.add(write_articles(tmp_path / "a.jsonl", "One."))
    index.remove(ids=[next(index.articles()).id])
    assert check(index.directory, sample=5, model=EMBEDDER) == []
