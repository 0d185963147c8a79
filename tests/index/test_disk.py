"""A disk that refuses: what is full or read-only is named, and room is all that is needed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import StorageError
from tests.fakes import add, add_limited, in_child, write_articles
from tests.index.interrupted import OLD, Interrupted


def check_refused(interrupted: Interrupted, message: str) -> None:
    assert re.search(r"index: the index cannot be written \(.*Make room or choose", message)
    interrupted.check_readable()


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("limit", [0, 100, 5_000, 20_000])
def test_a_file_that_may_not_grow_is_a_storage_error(folder: Path, first: bool, limit: int) -> None:
    interrupted = Interrupted(folder, first)
    interrupted.restart()
    assert in_child(add_limited, interrupted.directory, interrupted.file, limit) == 0
    message = interrupted.directory.with_suffix(".refused").read_text(encoding="utf-8")
    assert message.startswith("StorageError: ")
    check_refused(interrupted, message)
    interrupted.check_finishes()


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of its own; skips the test where it cannot be mounted."""
    folder.mkdir()
    size = ["-o", f"size={kilobytes}k"]
    command = ["mount", "-t", "tmpfs", *size, "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("first", [True, False])
def test_a_full_disk_is_a_storage_error_and_room_is_all_it_needs(folder: Path, first: bool) -> None:
    interrupted = Interrupted(folder, first)
    refused = 0
    with small_disk(folder / "disk", kilobytes=1_024) as disk:
        interrupted.directory = disk / "index"
        for free in range(0, 256, 24):
            interrupted.restart()
            filler = disk / "filler"
            room = shutil.disk_usage(disk).free - 1_024 * free
            filler.write_bytes(b"x" * max(0, room))
            try:
                add(interrupted.directory, interrupted.file)
            except StorageError as error:
                refused += 1
                check_refused(interrupted, str(error))
            filler.unlink()
            interrupted.check_finishes()
    assert refused


def test_a_disk_that_cannot_be_written_is_a_storage_error(folder: Path) -> None:
    interrupted = Interrupted(folder, first=False)
    with small_disk(folder / "disk", kilobytes=1_024) as disk:
        interrupted.directory = disk / "index"
        interrupted.restart()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StorageError) as refused:
            add(interrupted.directory, interrupted.file)
        check_refused(interrupted, str(refused.value))


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", *OLD)
    with pytest.raises(StorageError, match=r"cannot be written .*choose another folder"):
        add(file / "index", file)
