"""Adding again: what is read, what is passed over, and what goes when files change or vanish."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import pytest

from index import intake
from index.article import Report
from index.errors import InputError
from index.index import Index
from index.read import read_file
from tests.conftest import MakeIndex
from tests.fakes import write_articles

LONG_AGO = 1_600_000_000


def write(file: Path, text: str, seconds: int = LONG_AGO) -> Path:
    """A text file of a given age: young ones are not trusted by their time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    os.utime(file, (seconds, seconds))
    return file


def texts(index: Index) -> list[str]:
    return [article.text for article in index.articles()]


def found(index: Index, words: str) -> list[str]:
    rows = [row for row, _ in index.search_words(words, 9)]
    return [article.text for _, article in index.chunks(rows)]


def files_read(index: Index, *paths: Path, sync: bool = False) -> tuple[list[str], Report]:
    """Add, and give the names of the files that were opened for it."""
    names = []
    with patch.object(intake, "read_file", lambda f: names.append(f.path.name) or read_file(f)):
        report = index.add(paths, sync=sync)
    return names, report


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "in" / "bells.txt", "Bells\n\nThe bells of Averil rang.")
    write(tmp_path / "in" / "ferry.txt", "Ferry\n\nThe ferry sails to Wenlo.")
    return tmp_path / "in"


def test_files_that_did_not_change_are_not_read_again(make_index: MakeIndex, folder: Path) -> None:
    index = make_index(folder)
    names, report = files_read(index, folder)
    assert (names, report.added, report.unchanged) == ([], 0, 2)
    assert index.manifest is not None
    assert index.manifest.generation == 1


def test_a_file_of_another_time_and_the_same_content_is_not_read_again(
    make_index: MakeIndex, folder: Path
) -> None:
    index = make_index(folder)
    os.utime(folder / "bells.txt")
    assert files_read(index, folder)[0] == []


def test_a_file_of_the_same_size_that_is_young_is_told_by_its_content(
    make_index: MakeIndex, folder: Path
) -> None:
    file = folder / "bells.txt"
    file.write_text("Bells\n\nThe bells of Averil rang.", encoding="utf-8")
    stamp = file.stat().st_mtime_ns
    index = make_index(folder)
    file.write_text("Bells\n\nThe bells of Averil sang.", encoding="utf-8")
    os.utime(file, ns=(stamp, stamp))
    assert files_read(index, folder)[0] == ["bells.txt"]
    assert found(index, "sang")


def test_a_changed_file_is_read_and_its_old_article_becomes_history(
    make_index: MakeIndex, folder: Path
) -> None:
    index = make_index(folder)
    [old] = [article for article in index.articles() if article.title == "Bells"]
    write(folder / "bells.txt", "Bells\n\nThe bells of Averil fell silent.", LONG_AGO + 9)
    names, report = files_read(index, folder)
    assert (names, report.added, report.removed, report.articles) == (["bells.txt"], 1, 0, 2)
    assert found(index, "rang") == []
    [new] = [article for article in index.articles() if article.title == "Bells"]
    assert found(index, "silent") == [new.text]
    assert index.article(old.id) == old, "old citations still open"
    assert index.history(new.id) == [old]
    assert index.history(old.id) == [new]


def test_a_file_that_goes_back_to_what_it_was_is_searched_as_it_is(
    make_index: MakeIndex, folder: Path
) -> None:
    index = make_index(folder)
    for n, end in enumerate(("fell silent.", "rang."), start=1):
        write(folder / "bells.txt", f"Bells\n\nThe bells of Averil {end}", LONG_AGO + n)
        index.add(folder)
    assert found(index, "rang") == ["The bells of Averil rang."]
    assert found(index, "silent") == []
    assert len(texts(index)) == 2


def test_what_a_file_of_records_no_longer_gives_is_removed(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    file = write_articles(tmp_path / "a.jsonl", "One stays here.", "Two leaves here.")
    index = make_index(file)
    report = index.add(write_articles(file, "One stays here.", "Three comes here."))
    assert (report.added, report.removed, report.unchanged) == (1, 1, 1)
    assert texts(index) == ["One stays here.", "Three comes here."]
    assert found(index, "leaves") == []


def test_a_file_that_cannot_be_read_keeps_what_it_gave(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    file = write_articles(tmp_path / "a.jsonl", "One stays here.", "Two stays too.")
    index = make_index(file)
    file.write_text("no json\n", encoding="utf-8")
    report = index.add(file)
    assert (len(report.skipped), report.removed, len(texts(index))) == (1, 0, 2)


def test_what_was_skipped_is_told_again(make_index: MakeIndex, tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", "One stays here.")
    with file.open("a", encoding="utf-8") as stream:
        stream.write("no json\n")
    index = make_index()
    assert index.add(file).skipped == index.add(file).skipped != ()


def test_sync_removes_what_vanished_below_the_paths_alone(
    make_index: MakeIndex, folder: Path, tmp_path: Path
) -> None:
    other = write(tmp_path / "other" / "owls.txt", "Owls\n\nThe owls of Averil called.")
    index = make_index(folder, other.parent)
    (folder / "ferry.txt").unlink()
    other.unlink()
    assert index.add(folder).removed == 0, "only when asked"
    report = index.add(folder, sync=True)
    assert (report.removed, report.articles) == (1, 2)
    assert found(index, "ferry") == []
    assert found(index, "owls")


def test_sync_of_a_folder_that_is_empty_or_gone_is_refused(
    make_index: MakeIndex, folder: Path
) -> None:
    index = make_index(folder)
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(InputError, match="holds no file"):
        index.add(folder, sync=True)
    assert len(texts(index)) == 2


def test_an_article_that_two_files_give_stays_while_one_is_there(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        write_articles(tmp_path / "in" / f"{name}.jsonl", "One stays here.")
    write_articles(tmp_path / "in" / "c.jsonl", "Two stays too.")
    index = make_index(tmp_path / "in")
    for name, left in (("a", 2), ("b", 1)):
        (tmp_path / "in" / f"{name}.jsonl").unlink()
        assert index.add(tmp_path / "in", sync=True).articles == left


def test_reread_reads_what_did_not_change(make_index: MakeIndex, folder: Path) -> None:
    index = make_index(folder)
    report = index.add(folder, reread=True)
    assert (report.added, report.unchanged) == (0, 2)


def test_another_map_reads_the_records_again(make_index: MakeIndex, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"headline": "A", "kicker": "B", "text": "Bells rang."}\n', encoding="utf-8")
    index = make_index(file)
    report = index.add(file, fields={"title": "kicker"})
    assert [article.title for article in index.articles()] == ["B"]
    assert (report.added, report.removed) == (1, 1)


def test_texts_that_the_default_embedder_does_not_read_are_named(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    russian = "Мост через пролив открыли в понедельник, сообщил мэр города. " * 5
    write(tmp_path / "in" / "most.txt", f"Мост\n\n{russian}")
    write(tmp_path / "in" / "ferry.txt", "Ferry\n\nThe ferry sails to Wenlo on Monday morning.")
    report = make_index().add(tmp_path / "in")
    assert report.added == 2
    (note,) = report.skipped
    assert not note.fault
    assert note.reason.startswith("holds articles that are not in English (ru 1)")
    assert "--embedder hf:" in note.reason
    again = make_index().add(tmp_path / "in")
    assert not again.skipped
