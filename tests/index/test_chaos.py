"""What the disk and the clock may do to an index: nothing published is lost, and all is named."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from index import intake
from index.check import check, repair
from index.draft import PARTS
from index.errors import ClippingsError
from index.index import Index
from index.manifest import FILE
from index.sums import SUMS
from tests.conftest import MakeIndex
from tests.fakes import FakeEmbedder, add, add_limited, in_child, write_articles
from tests.index.interrupted import NEW, OLD, QUESTIONS, state

EMBEDDER = FakeEmbedder()


@pytest.fixture
def directory(make_index: MakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index with every part that there is, lists included."""
    monkeypatch.setattr("index.vectors.LISTS_FROM", 4)
    return make_index(write_articles(tmp_path / "a.jsonl", *OLD, *NEW)).directory


def damaged_copies(
    directory: Path, folder: Path, seed: int = 11, only: str = ""
) -> Iterator[tuple[str, Path]]:
    """Copies of an index, in each of which one byte of one file is another."""
    dice = random.Random(seed)
    for file in sorted(directory.rglob("*")):
        wanted = file.is_file() and file.suffix != ".lock" and only in str(file)
        if wanted and (size := file.stat().st_size):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(directory, folder)
            copy = folder / file.relative_to(directory)
            data = bytearray(copy.read_bytes())
            data[dice.randrange(size)] ^= 0x5A
            copy.write_bytes(data)
            yield str(file.relative_to(directory)), folder


def test_a_wrong_byte_in_any_file_is_named_and_repaired_or_refused(
    directory: Path, tmp_path: Path
) -> None:
    whole = state(directory)
    repaired, kept = set(), set()
    for name, copy in damaged_copies(directory, tmp_path / "copy"):
        problems = check(copy, sample=3, model=EMBEDDER)
        assert problems, f"{name}: nothing was found"
        part = Path(name).name if Path(name).name in (FILE, SUMS) else Path(name).parts[1]
        named = any(part in problem.what for problem in problems)
        assert named or part == SUMS, f"{name}: it is not named"  # a sum accuses another file
        if repair(copy, problems, model=EMBEDDER):
            repaired.add(part)
            assert check(copy, sample=3, model=EMBEDDER) == [], name
            assert state(copy)["articles"] == whole["articles"], name
        else:  # what cannot be made from the texts is left as it is, for a copy to replace
            kept.add(part)
            assert check(copy, sample=3, model=EMBEDDER), name
    assert kept == {"articles.sqlite"}
    assert repaired >= {*PARTS, SUMS, FILE} - kept


def search_all(directory: Path) -> None:
    """Search, and leave word of what was refused, or of nothing; anything else ends the process."""
    told = directory.with_suffix(".told")
    try:
        index = Index.open(directory, model=EMBEDDER)
        for question in QUESTIONS:
            index.search_vectors(EMBEDDER.encode([question])[0], 5)
            index.chunks([row for row, _ in index.search_words(question, 5)])
        told.write_text("searched", encoding="utf-8")
    except ClippingsError as error:
        told.write_text(str(error), encoding="utf-8")


def test_a_wrong_byte_in_any_file_ends_no_process_that_searches(
    directory: Path, tmp_path: Path
) -> None:
    everywhere = damaged_copies(directory, tmp_path / "copy")
    panics = (
        damage  # at several bytes of these files the libraries panic, or give rows that are none
        for seed in (1, 3)
        for part in ("words", "vectors.ivf")
        for damage in damaged_copies(directory, tmp_path / "copy", seed, part)
    )
    for name, copy in chain(everywhere, panics):
        assert in_child(search_all, copy) == 0, f"{name}: it died"
        told = copy.with_suffix(".told").read_text(encoding="utf-8")
        refused = "check --repair" in told or "Build the index again" in told
        assert told == "searched" or refused, f"{name}: {told}"


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_jumps_hides_no_change_and_loses_no_article(
    make_index: MakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    file = write_articles(tmp_path / "a.jsonl", "The bells of Averil rang.")
    index = make_index(file)
    real = intake.time.time_ns
    monkeypatch.setattr(intake.time, "time_ns", lambda: real() + years * 31_556_952 * 10**9)
    assert index.add([file]).added == 0
    write_articles(file, "The gates of Averil rang.")
    index.add([file])
    assert [article.text for article in index.articles()] == ["The gates of Averil rang."]
    monkeypatch.undo()
    write_articles(file, "The horns of Averil rang.")
    index.add([file])
    assert [article.text for article in index.articles()] == ["The horns of Averil rang."]
    assert check(index.directory, sample=3, model=EMBEDDER) == []


def test_a_file_from_the_future_is_not_taken_to_be_as_it_was(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    file = write_articles(tmp_path / "a.jsonl", "The bells of Averil rang.")
    future = (4_000_000_000, 4_000_000_000)  # seconds: the year 2096
    os.utime(file, future)
    index = make_index(file)
    write_articles(file, "The gates of Averil rang.")  # as long, and of the same moment
    os.utime(file, future)
    index.add([file])
    assert [article.text for article in index.articles()] == ["The gates of Averil rang."]


def test_a_wrong_byte_in_a_draft_is_never_published(folder: Path) -> None:
    """An add that was cut short, then a byte of what it left, then the add again."""
    new = write_articles(folder / "new.jsonl", *NEW)
    start = folder / "start"
    add(start, write_articles(folder / "old.jsonl", *OLD))
    assert in_child(add_limited, start, new, 20_000) == 0
    drafts = [file for file in (start / "draft").rglob("*") if file.is_file()]
    assert drafts
    copy = folder / "copy"
    for draft in drafts:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(start, copy)
        damaged = copy / draft.relative_to(start)
        data = bytearray(damaged.read_bytes() or b"x")
        data[len(data) // 2] ^= 0x5A
        damaged.write_bytes(data)
        with contextlib.suppress(ClippingsError):  # or it is noticed, and begun anew
            add(copy, new)
        texts = {article.text for article in Index.open(copy, model=EMBEDDER).articles()}
        assert set(OLD) <= texts, draft
        assert texts <= {*OLD, *NEW}, draft
        assert check(copy, sample=3, model=EMBEDDER) == [], draft
