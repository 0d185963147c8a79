"""Files and folders, limits and formats."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from index.article import Article, Skipped
from index.errors import InputError
from index.read import limits, read, supported

TEXT = "The harbour master opened the lock on Friday before a crowd of four hundred people."


def articles(*paths: Path) -> list[Article]:
    return [found for found in read(paths) if isinstance(found, Article)]


def skipped(*paths: Path) -> list[Skipped]:
    return [found for found in read(paths) if isinstance(found, Skipped)]


def test_a_text_file_is_one_article(tmp_path: Path) -> None:
    path = tmp_path / "lock.txt"
    path.write_text(f"Lock opened\n\nPosted May. 4, 2024 07:55,\n\n{TEXT}\n")
    assert list(read([path])) == [
        Article.of(
            title="Lock opened",
            text=TEXT,
            published=date(2024, 5, 4),
            path=str(path),
            external_id="lock.txt",
            language="en",
            published_at="2024-05-04T07:55",
            provenance=[("language", "detected"), ("published", "dateline"), ("title", "text")],
        )
    ]


def test_the_file_name_is_the_title_of_a_text_without_one(tmp_path: Path) -> None:
    (tmp_path / "new_lock-opens.txt").write_text(TEXT)
    assert articles(tmp_path)[0].title == "New lock opens"


def test_a_folder_is_walked_in_order_and_names_are_relative_to_it(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.md", "c.HTM.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{TEXT} {name}")
    found = articles(tmp_path)
    assert [a.external_id for a in found] == ["a/b/c.md", "a/z.txt", "b.txt", "c.HTM.txt"]
    assert found[0].path == f"{tmp_path}/a/b/c.md"


def test_other_formats_are_passed_over_and_hidden_files_not_seen(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text(TEXT)
    (tmp_path / "lock.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / ".secret.txt").write_text(TEXT)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "lock.txt").write_text(TEXT)
    assert len(articles(tmp_path)) == 1
    (other,) = skipped(tmp_path)
    assert other == Skipped(f"{tmp_path}/lock.png", "is of a format that is not read", fault=False)


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    for folder in (outside, inside):
        folder.mkdir()
        (folder / "lock.txt").write_text(f"{TEXT} {folder.name}")
    (inside / "a.txt").symlink_to(outside / "lock.txt")
    (inside / "b").symlink_to(outside)
    (inside / "c").symlink_to(inside)
    (inside / "d.txt").symlink_to("d.txt")
    (inside / "e.txt").symlink_to("lock.txt")
    assert {a.external_id for a in articles(inside)} == {"e.txt", "lock.txt"}
    assert [Path(s.path).name for s in skipped(inside)] == ["a.txt", "b", "c", "d.txt"]
    assert not any(s.fault for s in skipped(inside))


def test_a_bad_file_in_a_folder_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00\x01\x02")
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.txt").write_text(TEXT)
    assert [a.external_id for a in articles(tmp_path)] == ["c.txt"]
    binary, empty = skipped(tmp_path)
    assert binary.path.endswith("a.txt")
    assert binary.reason.startswith("is not text")
    assert empty.reason.startswith("is empty")
    assert binary.fault
    assert empty.fault


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text(TEXT)
    os.mkfifo(tmp_path / "pipe.txt")
    assert len(articles(tmp_path)) == 1
    with pytest.raises(InputError, match="not a file"):
        read([tmp_path / "pipe.txt"])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "no such file or folder"),
        ("lock.png", "not a file of a format"),
        ("empty.txt", "the file is empty"),
        ("folder", "no file that can be read"),
    ],
)
def test_a_path_that_cannot_be_read_is_named_and_refused_where_there_is_no_other(
    tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "good.txt").write_text(TEXT)
    (tmp_path / "lock.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    with pytest.raises(InputError, match=rf"{name}: .*{message}.*\.jsonl"):
        read([tmp_path / name, tmp_path / name])
    bad, good = read([tmp_path / name, tmp_path / "good.txt"])
    assert isinstance(bad, Skipped)
    assert bad.path == str(tmp_path / name)
    assert message in bad.reason
    assert bad.fault
    assert isinstance(good, Article)


def test_a_file_or_text_beyond_the_limit_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "long.txt").write_text(TEXT * 10)
    monkeypatch.setattr(limits, "MAX_ARTICLE_CHARACTERS", 100)
    assert "longer than 100 characters" in skipped(tmp_path)[0].reason
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 200)
    assert "is larger than" in skipped(tmp_path)[0].reason


def test_a_name_that_is_no_text_can_be_stored(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(TEXT)
    except OSError:
        pytest.skip("this file system takes only names that are text")
    (found,) = articles(tmp_path)
    assert (found.external_id or "").encode() == "caf\ufffd.txt".encode()


def test_the_formats_are_stated() -> None:
    assert set(supported()) == set(
        ".txt .md .markdown .html .htm .xhtml .shtml .mhtml .mht .pdf .docx .eml .mbox .jsonl"
        " .ndjson .json .csv .tsv .parquet .rss .atom .xml .warc .zip .tar .tgz .gz".split()
    )
