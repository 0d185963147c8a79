"""The process that speaks to Ray, where it ends, hangs or says what is no message."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import messenger
from index.__main__ import main
from index.errors import ClusterError, InputError
from index.messenger import Cluster, Messenger, reach

SPEAKER = Path(__file__).with_name("speaker.py")


def start(deed: str, timeout_s: float = 30.0) -> Messenger:
    return Messenger([sys.executable, str(SPEAKER), deed], "here", timeout_s=timeout_s)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_is_given_comes_back_whole_and_in_order() -> None:
    speaker = start("echoes")
    folder = Path(speaker._folder.name)
    assert speaker.workers == 2
    long = "Größe 渡し船 \ud800 \n " * 20_000  # more than a pipe holds
    for number in range(5):
        speaker.give({"id": number, "texts": [long]})
    for number in range(5):
        assert speaker.take() == {"id": number, "said": {"id": number, "texts": [long]}}
    assert folder.is_dir()
    speaker.close()
    assert not folder.exists()
    assert not is_alive(speaker._process.pid)


@pytest.mark.parametrize(
    ("deed", "message"),
    [
        ("silent", r"here: no answer within 1 seconds\. What was stored"),
        ("ends at once", r"has ended \(it said last: Boom: the port is \[31mtaken\)"),
        ("fails", "here: no such cluster. What was stored before is kept"),
        ("no workers", "no worker with a core"),
    ],
)
def test_a_process_that_does_not_begin_is_told_in_time(deed: str, message: str) -> None:
    with pytest.raises(ClusterError, match=message):
        start(deed, 1.0 if deed == "silent" else 30.0)


@pytest.mark.parametrize(
    ("deed", "message"),
    [
        ("ends", r"has ended \(it said last: Failed to connect to GCS\)"),
        ("is cut off", "has ended"),
        ("babbles", "cannot be read"),
        ("gives a list", "cannot be read"),
        ("hangs", "no answer within 1 seconds"),
    ],
)
def test_a_process_that_goes_wrong_at_work_is_told_and_ended(
    monkeypatch: pytest.MonkeyPatch, deed: str, message: str
) -> None:
    monkeypatch.setattr(messenger, "CLOSING_S", 0.2)
    speaker = start(deed)
    speaker._timeout_s = 1.0 if deed == "hangs" else 30.0
    for number in range(300):  # more than the pipe holds: who gives is not held up
        speaker.give({"id": number, "texts": ["word " * 1_000]})
    with pytest.raises(ClusterError, match=message):
        speaker.take()
    speaker.close()
    assert not is_alive(speaker._process.pid)


def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messenger, "CLOSING_S", 0.2)
    speaker = start("does not end")
    speaker.close()
    assert not is_alive(speaker._process.pid)


def test_a_line_without_end_is_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messenger, "MAX_LINE", 1_000)
    monkeypatch.setattr(messenger, "CLOSING_S", 0.2)
    speaker = start("echoes")
    speaker.give({"id": 1, "texts": ["x" * 2_000]})
    with pytest.raises(ClusterError, match="has ended"):
        speaker.take()
    speaker.close()


@pytest.mark.parametrize(
    "address",
    ["", "Local", "auto", "host", "host:", "http://host:1", "ray://", "a b:1", "h:123456"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InputError, match="give local, or HOST:PORT"):
        Cluster(address)


@pytest.mark.parametrize("address", ["local", "10.0.0.7:6379", "ray://head.news:10001", "[::1]:1"])
def test_an_address_is_taken(address: str) -> None:
    assert Cluster(address, 2).address == address


@pytest.mark.parametrize(
    "make",
    [
        lambda: Cluster("local", 0),
        lambda: Cluster("local", 1, 0.0),
        lambda: Cluster("local", 1, float("nan")),
        lambda: Cluster("local", 1, float("inf")),
    ],
)
def test_numbers_that_make_no_sense_are_refused(make: Callable[[], Cluster]) -> None:
    with pytest.raises(InputError, match="give"):
        make()


def test_without_ray_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messenger, "find_spec", lambda name: None)
    with pytest.raises(ClusterError, match=r"pip install 'clippings-qa\[ray\]'"):
        reach(Cluster("local"), "default")


def test_the_command_refuses_an_address_before_it_makes_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("Bells rang.", encoding="utf-8")
    folder = tmp_path / "index"
    asked = ["add", str(tmp_path / "a.txt"), "--index", str(folder), "--ray", "nowhere"]
    assert main(asked) == 1
    assert "--ray nowhere: give local" in capsys.readouterr().err
    assert not folder.exists()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["ray://", ""])
def test_a_cluster_that_is_not_there_is_told_in_time(scheme: str) -> None:
    began = time.monotonic()
    with pytest.raises(ClusterError, match=f"--ray {scheme}127.0.0.1:1: .*run the same command"):
        reach(Cluster(f"{scheme}127.0.0.1:1", 1, timeout_s=6), "default")
    assert time.monotonic() - began < 60
