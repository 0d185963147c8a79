"""The command line: what it says, its exit status, and its last line with --json."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from index.__main__ import main
from index.article import Article
from index.index import Index
from index.manifest import LOCK
from index.read import read
from index.says import SKIPPED_SHOWN
from tests.fakes import add, write_articles

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample" / "articles"
ADD_KEYS = [
    "added", "unchanged", "removed", "replaced", "skipped", "articles", "chunks", "seconds"
]  # fmt: skip
INFO_KEYS = [
    "articles", "chunks", "first", "last", "sources", "embedder", "dimension", "format", "bytes"
]  # fmt: skip

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process; gives exit status, output and errors."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        status = main([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write_articles(tmp_path / "a.jsonl", "Bells rang.", "Ferries sail.", source="Packet")


def test_info_says_what_an_index_holds(run: Run, tmp_path: Path, news: Path) -> None:
    add(tmp_path / "index", news)
    status, output, errors = run("info", "--index", tmp_path / "index", "--json")
    assert (status, errors) == (0, "")
    *lines, last = output.splitlines()
    assert lines[0] == f"{tmp_path / 'index'}: 2 articles, 2 chunks, no dates"
    assert lines[1] == "  outlets: Packet (2)"
    found = json.loads(last)
    assert list(found) == INFO_KEYS
    size = found.pop("bytes")
    assert size > 1_000
    assert found == {
        "articles": 2, "chunks": 2, "first": None, "last": None, "sources": {"Packet": 2},
        "embedder": "default", "dimension": 16, "format": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: None, "there is no such folder. Make one with: python -m index add PATH"),
        (lambda folder: folder.mkdir(), "this folder is no index"),
        (lambda folder: folder.touch(), "this is a file, an index is a folder"),
    ],
    ids=["missing", "empty", "a file"],
)
def test_info_of_no_index_says_how_to_make_one(
    run: Run, tmp_path: Path, make: Callable[[Path], Any], message: str
) -> None:
    make(tmp_path / "no")
    status, output, errors = run("info", "--index", tmp_path / "no")
    assert (status, output) == (1, "")
    assert errors.startswith(f"index: {tmp_path / 'no'}: {message}")
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing", "missing: no such file or folder"),
        ("", "A path is empty: name a file or folder."),
        ("empty", "empty: the folder holds no file that can be read"),
        ("empty.jsonl", "empty.jsonl: the file is empty"),
        ("photo.jpg", "photo.jpg: not a file of a format that is read"),
    ],
)
def test_a_path_that_cannot_be_read_is_refused_before_anything_is_made(
    run: Run, tmp_path: Path, path: str, message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    status, output, errors = run("add", tmp_path / path if path else "", "--index", tmp_path / "ix")
    assert (status, output) == (1, "")
    assert message in errors
    assert not (tmp_path / "ix").exists()


def test_a_path_that_cannot_be_read_beside_others_sets_the_status(
    run: Run, tmp_path: Path, news: Path
) -> None:
    status, output, _ = run("add", tmp_path / "missing", news, "--index", tmp_path / "index")
    assert status == 3
    assert f"skipped {tmp_path / 'missing'}: no such file or folder" in output
    assert "articles added" in output


def test_an_add_to_a_folder_of_something_else_is_refused(
    run: Run, tmp_path: Path, news: Path
) -> None:
    status, _, errors = run("add", news, "--index", tmp_path)
    assert status == 1
    assert "this folder is no index" in errors


def test_an_add_with_another_embedder_is_refused(run: Run, tmp_path: Path, news: Path) -> None:
    add(tmp_path / "index", news)
    status, _, errors = run("add", news, "--index", tmp_path / "index", "--embedder", "hf:a/b")
    assert status == 1
    assert "built with the embedder 'default', not 'hf:a/b'. Leave --embedder out" in errors


@pytest.mark.parametrize("arguments", [[], ["add"], ["add", "x"], ["info"], ["remove"], ["export"]])
def test_a_command_that_is_not_complete_is_explained(run: Run, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        run(*arguments)
    assert exit_.value.code == 2


def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "index", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def last_line(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.slow
def test_the_sample_archive_is_indexed_by_the_command(tmp_path: Path) -> None:
    items = list(read([SAMPLE]))
    ids = {item.id for item in items if isinstance(item, Article)}
    known = sum(isinstance(item, Article) for item in items) - len(ids)
    assert known >= 1, "the archive holds an exact copy"
    directory = tmp_path / "index"
    done = command("add", SAMPLE, "--index", directory, "--json")
    assert done.returncode == 0, done.stderr
    added = last_line(done)
    assert list(added) == ADD_KEYS
    assert (added["added"], added["unchanged"], added["articles"]) == (len(ids), known, len(ids))
    assert f"{len(ids)} articles added" in done.stdout

    index = Index.open(directory)
    assert {article.id for article in index.articles()} == ids
    assert all(article.text.strip() and article.title.strip() for article in index.articles())
    chunked = {chunk.article_id for chunk, _ in index.chunks(range(added["chunks"]))}
    assert chunked == ids, "every article has text to cite"

    again = last_line(command("add", SAMPLE, "--index", directory, "--json"))
    assert (again["added"], again["unchanged"]) == (0, len(ids) + known)
    assert (again["articles"], again["chunks"]) == (added["articles"], added["chunks"])


@pytest.mark.slow
def test_what_could_not_be_read_sets_the_exit_status(tmp_path: Path, news: Path) -> None:
    with news.open("a", encoding="utf-8") as file:
        file.write("no json\n" * (SKIPPED_SHOWN + 5))
    done = command("add", news, "--index", tmp_path / "index", "--json")
    assert done.returncode == 3, done.stderr
    assert f"skipped {news}:3: " in done.stdout
    assert "… and 5 more; --json and --report FILE list them all" in done.stdout
    found = last_line(done)
    assert found["added"] == 2
    assert len(found["skipped"]) == SKIPPED_SHOWN + 5
    assert found["skipped"][0] | {"reason": ""} == {
        "path": str(news), "record": 3, "reason": "", "fault": True
    }  # fmt: skip


@pytest.mark.slow
def test_what_is_not_read_by_design_is_no_fault(tmp_path: Path, news: Path) -> None:
    (tmp_path / "in").mkdir()
    news.rename(tmp_path / "in" / "a.jsonl")
    (tmp_path / "in" / "photo.jpg").write_bytes(b"\xff\xd8")
    done = command("add", tmp_path / "in", "--index", tmp_path / "index")
    assert done.returncode == 0, done.stderr
    assert "photo.jpg" in done.stdout


def test_what_is_removed_is_counted(run: Run, tmp_path: Path, news: Path) -> None:
    index = tmp_path / "index"
    add(index, news)
    status, output, _ = run("remove", "--source", "Nobody", "--index", index)
    assert (status, "now holds 2 articles" in output) == (0, True)
    status, output, _ = run("remove", "--path", news, "--index", index, "--json")
    assert status == 0
    assert "2 removed" in output
    assert json.loads(output.splitlines()[-1])["articles"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["remove"], "Say what to remove"),
        (["remove", "--id", "0123"], "0123: no article of"),
        (["export", "/no/such/folder/a.jsonl"], "the export cannot be written"),
        (["add", "--map", "title", "x"], "--map title: give it as OURS=THEIRS"),
        (["watch", "x"], "x: this is no folder"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    run: Run, tmp_path: Path, news: Path, arguments: list[str], message: str
) -> None:
    add(tmp_path / "index", news)
    status, _, errors = run(*arguments, "--index", tmp_path / "index")
    assert status == 1
    assert message in errors


def test_a_day_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as exit_:
        run("remove", "--since", "yesterday", "--index", tmp_path)
    assert exit_.value.code == 2


def test_an_export_is_a_file_that_add_reads(run: Run, tmp_path: Path, news: Path) -> None:
    add(tmp_path / "index", news)
    status, output, _ = run("export", tmp_path / "out.jsonl", "--index", tmp_path / "index")
    assert (status, output) == (0, f"{tmp_path / 'out.jsonl'}: 2 articles written\n")
    add(tmp_path / "other", tmp_path / "out.jsonl")
    _, again, _ = run("export", "-", "--index", tmp_path / "other")
    assert again == (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_check_says_that_all_is_well_or_what_is_not(run: Run, tmp_path: Path, news: Path) -> None:
    add(tmp_path / "index", news)
    status, output, _ = run("check", "--index", tmp_path / "index")
    assert (status, output) == (0, f"{tmp_path / 'index'}: everything fits together\n")
    [words] = (tmp_path / "index").glob("generation-*/words/meta.json")
    words.unlink()
    status, output, _ = run("check", "--index", tmp_path / "index", "--json")
    assert status == 1
    assert "words: words/meta.json: the file is missing" in output
    assert "Repair them with --repair" in output
    status, output, _ = run("check", "--repair", "--index", tmp_path / "index")
    assert status == 0
    assert output.endswith("repaired\n")


def test_what_was_skipped_is_written_to_a_report(run: Run, tmp_path: Path, news: Path) -> None:
    add(tmp_path / "index", news)
    with news.open("a", encoding="utf-8") as file:
        file.write("no json\n")
    add(tmp_path / "index", news)  # by another, so that nothing is left to embed
    report = tmp_path / "report.jsonl"
    status, _, _ = run("add", news, "--report", report, "--index", tmp_path / "index")
    assert status == 3
    [line] = report.read_text(encoding="utf-8").splitlines()
    assert json.loads(line) | {"reason": ""} == {
        "path": str(news), "record": 3, "reason": "", "fault": True
    }  # fmt: skip


def test_a_second_writer_waits_as_long_as_it_is_told(run: Run, tmp_path: Path, news: Path) -> None:
    add(tmp_path / "index", news)
    lock = FileLock(tmp_path / "index" / LOCK, thread_local=False)
    lock.acquire()
    command = ("add", news, "--index", tmp_path / "index", "--wait")
    status, _, errors = run(*command, 0.1)
    assert status == 1
    assert "waiting up to 0.1 s" in errors
    assert "(it was waited for 0.1 s)" in errors
    threading.Timer(0.5, lock.release).start()
    assert run(*command, 60)[0] == 0
