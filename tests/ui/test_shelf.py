"""Files from a browser on their way beside the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.article import Skipped
from tests.ui.fake_bot import PAYLOADS
from ui.archive import Limits
from ui.shelf import Kept, Sent, Shelf, safe_name

NAMES = (
    *PAYLOADS,
    "../../etc/passwd.txt",
    "/etc/passwd.txt",
    "..\\..\\boot.txt",
    "C:\\boot.txt",
    "a/../../b.txt",
    ".hidden.txt",
    "...",
    "",
    "/",
    "nul\0byte.txt",
    "line\nbreak.txt",
    "right\u202etxt.exe.txt",
    "x" * 5_000 + ".json.gz",
    "ж" * 5_000,
    "/".join("d" * 40 for _ in range(200)) + "/a.txt",
    "lone\ud800surrogate.txt",
)


class Desk:
    """An inbox and a shelf below one folder."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder, self.inbox, self.shelved = folder, folder / "inbox", folder / "index/uploads"
        self.shelf = Shelf(self.shelved, self.inbox, limits or Limits())

    def sent(self, name: str, content: str = "Words.", number: int = 0) -> Sent:
        path = self.inbox / str(number) / "received"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return Sent(name, len(content), path)

    def keep(self, *sent: Sent) -> Kept:
        return self.shelf.keep(sent)

    def shelved_files(self) -> list[str]:
        found = self.shelved.rglob("*")
        return sorted(p.relative_to(self.shelved).as_posix() for p in found if p.is_file())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("name", ["Report (2) & more.html", "Ödön’s 記事.txt", "folder/inner/a.md"])
def test_a_harmless_name_stays_as_it_is(name: str, desk: Desk) -> None:
    kept = desk.keep(desk.sent(name))
    assert desk.shelved_files() == [name]
    assert list(kept.files) == [desk.shelved / name]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_off_the_shelf(name: str, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    target = shelf / safe_name(name)
    assert target.resolve().is_relative_to(shelf)
    assert target != shelf
    target.parent.mkdir(parents=True)
    target.write_text("It can be written.", encoding="utf-8")
    assert not any(part.startswith(".") for part in target.relative_to(shelf).parts)


def test_names_that_are_altered_never_become_one() -> None:
    names = ["a?.txt", "a*.txt", "a_.txt", "../a_.txt", ".a_.txt", "a/../a_.txt"]
    assert len({safe_name(name) for name in names}) == len(names)


def test_an_altered_name_keeps_what_tells_its_format() -> None:
    assert safe_name("what?.json.gz").startswith("what_-")
    assert safe_name("what?.json.gz").endswith(".json.gz")


def test_a_changed_file_of_the_same_name_replaces_the_earlier(desk: Desk) -> None:
    assert desk.keep(desk.sent("a.txt", "One.")).replaced == 0
    assert desk.keep(desk.sent("a.txt", "One.")).replaced == 0
    assert desk.keep(desk.sent("a.txt", "Two.")).replaced == 1
    assert (desk.shelved / "a.txt").read_text(encoding="utf-8") == "Two."
    assert desk.shelved_files() == ["a.txt"]


def test_two_files_of_one_name_in_one_upload_are_both_kept(desk: Desk) -> None:
    desk.keep(desk.sent("a.txt", "One."), desk.sent("A.txt", "Two.", number=1))
    assert desk.shelved_files() == ["A (2).txt", "a.txt"]


def test_what_was_received_does_not_stay_in_the_inbox(desk: Desk) -> None:
    desk.keep(desk.sent("a.txt"), desk.sent("b.png", number=1))
    assert not [path for path in desk.inbox.rglob("*") if path.is_file()]


def test_only_what_was_received_is_taken(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("A secret.", encoding="utf-8")
    desk.inbox.mkdir()
    (desk.inbox / "link").symlink_to(secret)
    paths = [
        secret,
        desk.inbox / "../secret.txt",
        desk.inbox / "link",
        desk.inbox,
        Path("\0"),
        None,
    ]
    kept = desk.keep(*(Sent("a.txt", 9, path) for path in paths))
    assert not kept.files
    assert {item.reason for item in kept.skipped} == {"did not arrive: drop it again"}
    assert secret.exists()


def test_limits_are_kept_and_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Limits(files=3, bytes=10))
    contents = ["x" * 11, "x" * 6, "x" * 5, "x"]
    sent = [desk.sent(f"{n}.txt", content, n) for n, content in enumerate(contents)]
    kept = desk.keep(*sent)
    assert list(kept.files.values()) == ["1.txt"]
    assert [(item.path, item.reason) for item in kept.skipped] == [
        ("0.txt", "is larger than 10 bytes, the limit: split it"),
        ("2.txt", "is beyond the limit of 10 bytes at once: drop it again"),
        ("3.txt", "is beyond the limit of 3 files at once: drop it again"),
    ]


def test_the_size_that_counts_is_the_one_on_the_disk(tmp_path: Path) -> None:
    desk = Desk(tmp_path, Limits(bytes=10))
    sent = desk.sent("a.txt", "x" * 11)
    assert not desk.keep(Sent("a.txt", 1, sent.path)).files


def test_what_cannot_be_read_at_all_is_refused(desk: Desk) -> None:
    kept = desk.keep(desk.sent("a.png"), desk.sent("b.txt", "", number=1))
    assert [item.reason for item in kept.skipped] == ["is of a format that is not read", "is empty"]


def test_where_the_disk_refuses_the_file_is_named(desk: Desk) -> None:
    desk.keep(desk.sent("a.txt/b.txt"))
    kept = desk.keep(desk.sent("a.txt"), desk.sent("c.txt", number=1))
    assert list(kept.files.values()) == ["c.txt"]
    assert kept.skipped[0].reason.startswith("cannot be stored beside the index (")
    assert desk.shelved_files() == ["a.txt/b.txt", "c.txt"]


def test_what_an_add_says_is_told_under_the_name_it_came_under() -> None:
    kept = Kept({Path("index/uploads/a_-1.zip"): "a?.zip"}, (), 0)
    told = kept.as_sent(Skipped("index/uploads/a_-1.zip/in.txt", "index/uploads/a_-1.zip: odd", 2))
    assert told == Skipped("a?.zip/in.txt", "a?.zip: odd", 2)
    other = Skipped("elsewhere", "is broken")
    assert kept.as_sent(other) is other
