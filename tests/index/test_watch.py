"""A followed folder: what is put there is found without another command."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from index.article import Report
from index.errors import ClippingsError, InputError
from index.index import Index
from index.watch import watch
from tests.conftest import MakeIndex
from tests.fakes import write_articles

PATIENCE = 60.0  # seconds, on a busy machine


def until(condition: object, told: list[Report | ClippingsError], count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(told) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(told) >= count, condition


def test_what_is_put_in_a_followed_folder_is_added(make_index: MakeIndex, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_articles(folder / "a.jsonl", "Bells rang.")
    index, reader = make_index(), None
    told: list[Report | ClippingsError] = []
    stop = threading.Event()
    follower = threading.Thread(
        target=watch,
        args=(index, [folder], told.append),
        kwargs={"sync": True, "stop": stop},
        daemon=True,
    )
    follower.start()
    try:
        until("the first add", told, 1)
        reader = Index.open(index.directory)
        time.sleep(0.5)  # until the folder is followed
        write_articles(folder / "b.jsonl", "Owls called.")
        until("a file that came", told, 2)
        (folder / "a.jsonl").unlink()
        until("a file that went", told, 3)
        (folder / "b.jsonl").unlink()
        until("nothing is left, which is no reason to remove all", told, 4)
    finally:
        stop.set()
        follower.join()
    assert isinstance(told[3], InputError)
    assert reader.reload()
    assert [article.text for article in reader.articles()] == ["Owls called."]


def test_a_first_add_that_fails_ends_it(make_index: MakeIndex, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        watch(make_index(), [tmp_path / "missing"], print)
