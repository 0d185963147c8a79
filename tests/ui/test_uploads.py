"""Uploads one after the other, over the fake index and a real one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from index.article import Report, Skipped
from index.check import check
from index.errors import StorageError
from index.intake import Step
from index.read import is_address
from tests.conftest import MakeIndex
from tests.fakes import write_articles
from tests.ui.fake_bot import FakeIndex
from ui.archive import Limits, Upload
from ui.shelf import Pasted, Sent
from ui.uploads import BROKEN, Uploads


@pytest.fixture
def index(tmp_path: Path) -> FakeIndex:
    folder = tmp_path / "index"
    folder.mkdir()
    return FakeIndex(folder)


def sent(folder: Path, name: str, content: str) -> Sent:
    path = folder / "inbox" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return Sent(name, len(content), path)


def add(uploads: Uploads, *files: Sent, stop: threading.Event | None = None) -> list[Upload]:
    return list(uploads.add(files, (), stop or threading.Event()))


def test_files_are_added_under_their_own_names(index: FakeIndex, tmp_path: Path) -> None:
    good, broken = sent(tmp_path, "a.txt", "Good\n\nNews."), sent(tmp_path, "b.txt", "broken")
    *_, last = add(Uploads(index, tmp_path / "inbox"), good, broken)
    assert (last.stage, last.files, last.done, last.chunks) == ("added", 2, 2, 2)
    assert [(item.path, item.record) for item in last.skipped] == [("b.txt", 3)]
    assert last.report is not None
    assert last.report.added == 1
    assert index.more[0].path == (index.directory / "uploads/a.txt").as_posix()


def test_files_done_are_told_from_the_bytes_read(index: FakeIndex, tmp_path: Path) -> None:
    files = [sent(tmp_path, f"{n}.txt", "x" * (n + 1)) for n in range(3)]
    gate = threading.Event()
    index.may_add = gate.is_set
    seen: list[Upload] = []
    for upload in Uploads(index, tmp_path / "inbox").add(files, (), threading.Event()):
        seen.append(upload)
        if upload.done:
            gate.set()
    assert next((upload.done, upload.share) for upload in seen if upload.done) == (1, 1 / 6)


def test_the_second_upload_waits_for_the_first(index: FakeIndex, tmp_path: Path) -> None:
    gate = threading.Event()
    index.may_add = gate.is_set
    uploads = Uploads(index, tmp_path / "inbox")
    first = uploads.add([sent(tmp_path, "a.txt", "One")], (), threading.Event())
    while next(first).stage != "adding":
        pass
    second = uploads.add([sent(tmp_path, "b.txt", "Two")], (), threading.Event())
    assert [next(second).stage for _ in range(3)] == ["waiting"] * 3
    gate.set()
    assert [list(upload)[-1].stage for upload in (first, second)] == ["added", "added"]
    assert [article.title for article in index.more] == ["One", "Two"]


def test_a_stopped_upload_makes_room_for_the_next(index: FakeIndex, tmp_path: Path) -> None:
    index.may_add = lambda: False
    uploads = Uploads(index, tmp_path / "inbox")
    stop = threading.Event()
    stages = []
    for upload in uploads.add([sent(tmp_path, "a.txt", "One")], (), stop):
        stages.append(upload.stage)
        if upload.stage == "adding":
            stop.set()
    assert stages[-1] == "stopped"
    index.may_add = lambda: True
    assert add(uploads, sent(tmp_path, "b.txt", "Two"))[-1].stage == "added"


def test_an_upload_can_be_stopped_while_it_waits(index: FakeIndex, tmp_path: Path) -> None:
    gate, stop = threading.Event(), threading.Event()
    index.may_add = gate.is_set
    uploads = Uploads(index, tmp_path / "inbox")
    first = uploads.add([sent(tmp_path, "a.txt", "One")], (), threading.Event())
    while next(first).stage != "adding":
        pass
    stop.set()
    second = add(uploads, sent(tmp_path, "b.txt", "Two"), stop=stop)
    assert second[-1].stage == "stopped"
    gate.set()
    assert list(first)[-1].stage == "added"


class Refusing(FakeIndex):
    error: Exception = StorageError("The disk is full: make room.")

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        progress: Callable[[Step], None] | None = None,
        wait: float = 0.0,
    ) -> Report:
        raise self.error


def test_what_the_index_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    uploads = Uploads(Refusing(tmp_path / "index"), tmp_path / "inbox")
    last = add(uploads, sent(tmp_path, "a.txt", "One"))[-1]
    assert (last.stage, last.message) == ("failed", "The disk is full: make room.")


def test_an_unforeseen_error_does_not_leave_the_page_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    (tmp_path / "index").mkdir()
    index = Refusing(tmp_path / "index")
    index.error = ZeroDivisionError()
    last = add(Uploads(index, tmp_path / "inbox"), sent(tmp_path, "a.txt", "One"))[-1]
    assert (last.stage, last.message) == ("failed", BROKEN)
    for thread in threading.enumerate():
        if thread.name == "upload":
            thread.join(10)
    assert [fault.exc_type for fault in told] == [ZeroDivisionError]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    assert Uploads(FakeIndex(tmp_path), tmp_path).refusal() is None
    refusal = Uploads(FakeIndex(tmp_path / "gone"), tmp_path).refusal()
    assert refusal is not None
    assert "gone, cannot be written" in refusal


def test_a_real_index_takes_changed_uploads_in_place_of_the_earlier(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    first = tmp_path / "first.txt"
    first.write_text("Harbour levy\n\nThe levy was raised.", encoding="utf-8")
    index = make_index(first)
    uploads = Uploads(index, tmp_path / "inbox")
    text = "Ferry sails\n\nThe ferry sailed with {} passengers to the island on Monday."
    add(uploads, sent(tmp_path, "news.txt", text.format("twelve")))
    last = add(uploads, sent(tmp_path, "news.txt", text.format("ninety")))[-1]
    assert last.replaced == 1
    assert ["twelve" in article.text for article in index.articles()] == [False, False]
    assert [Path(article.path).name for article in index.articles()] == ["first.txt", "news.txt"]
    again = index.add(index.directory / "uploads")
    assert (again.added, again.unchanged, again.skipped) == (0, 1, ())
    assert check(index.directory) == []


def test_a_pasted_text_becomes_an_article_of_its_outlet_and_day(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(write_articles(tmp_path / "first.jsonl", "The council met on Monday."))
    uploads = Uploads(index, tmp_path / "inbox")
    pasted = Pasted("Levy raised\n\nThe levy was raised to 5%.", "", "Packet", "2031-04-17")
    assert list(uploads.paste(pasted, threading.Event()))[-1].stage == "added"
    _, article = index.articles()
    assert (article.title, article.source, article.published) == (
        "Levy raised", "Packet", date(2031, 4, 17),
    )  # fmt: skip
    again = list(uploads.paste(pasted, threading.Event()))[-1]
    assert again.report is not None
    assert (again.report.added, again.report.unchanged) == (0, 1)


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_an_empty_text_is_refused_with_the_remedy(
    index: FakeIndex, tmp_path: Path, text: str
) -> None:
    last = list(Uploads(index, tmp_path / "inbox").paste(Pasted(text), threading.Event()))[-1]
    assert (last.stage, last.report) == ("added", None)
    assert "is empty: paste one" in last.skipped[0].reason


def test_a_text_beyond_the_limit_is_refused(index: FakeIndex, tmp_path: Path) -> None:
    uploads = Uploads(index, tmp_path / "inbox", Limits(bytes=100))
    last = list(uploads.paste(Pasted("x" * 200, "Long"), threading.Event()))[-1]
    assert last.skipped == (Skipped("Long", "is larger than 100 bytes, the limit: split it"),)


class Fetching(FakeIndex):
    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        progress: Callable[[Step], None] | None = None,
        wait: float = 0.0,
    ) -> Report:
        self.named = list(paths) if not isinstance(paths, (str, Path)) else [paths]
        return Report(1, 0, (), 6, 9, 0.5)


@pytest.mark.parametrize(
    ("typed", "fetched"),
    [
        ("https://courier.example/ferry", "https://courier.example/ferry"),
        (" courier.example/ferry ", "https://courier.example/ferry"),
        ("/etc/passwd", "https:///etc/passwd"),
        ("/etc/://../passwd", "https:///etc/://../passwd"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("", "https://"),
    ],
)
def test_what_is_typed_as_an_address_is_never_a_path(
    tmp_path: Path, typed: str, fetched: str
) -> None:
    (tmp_path / "index").mkdir()
    index = Fetching(tmp_path / "index")
    list(Uploads(index, tmp_path / "inbox").fetch(typed, threading.Event()))
    assert index.named == [fetched]
    assert is_address(fetched)


def test_an_address_within_this_machine_or_of_another_kind_is_refused(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(write_articles(tmp_path / "first.jsonl", "The council met on Monday."))
    uploads = Uploads(index, tmp_path / "inbox")
    for address in ("file:///etc/passwd", "http://127.0.0.1:9/", "https:///etc/passwd"):
        last = list(uploads.fetch(address, threading.Event()))[-1]
        assert last.report is None or last.report.added == 0
        assert last.message or last.skipped
