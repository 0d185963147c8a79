"""Ray itself: a cluster of two workers on this machine, of which one is killed at work."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from bench.spread import Ready
from index.build import Adding, build
from index.index import Index
from index.intake import Step
from index.messenger import Cluster, Messenger, reach
from index.spread import Pool
from tests.fakes import write_articles
from tests.index.test_spread import content, texts

LOOPBACK = {
    "0100007F",
    "0000000000000000FFFF00000100007F",  # the same within IPv6
    "00000000000000000000000001000000",
}
SLOW_START_S = 500  # of silence: the machine of a test may be busy


class Overheard:
    """A pool, what it tells, and the process it speaks through."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []
        self.messenger: Messenger | None = None

    def open(self, cluster: Cluster, spec: str) -> Pool:
        self.messenger = reach(cluster, spec)
        take = self.messenger.take

        def overhear() -> dict[str, object]:
            self.told.append(take())
            return self.told[-1]

        self.messenger.take = overhear  # type: ignore[method-assign]
        return Ready(self.messenger)  # so that whoever is killed has something in hand

    @property
    def processes(self) -> list[tuple[int, str]]:
        """Those that were begun for it and live: their numbers and titles."""
        assert self.messenger
        return list(descendants(self.messenger._process.pid))


def descendants(parent: int) -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text("utf-8", "replace")
            title = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
        except OSError:  # it has ended
            continue
        if int(stat.rpartition(")")[2].split()[1]) == parent:
            yield int(folder.name), title
            yield from descendants(int(folder.name))


def listening(processes: list[int]) -> Iterator[str]:
    """The addresses at which processes listen, as the kernel writes them."""
    held = set()
    for number in processes:
        for handle in Path(f"/proc/{number}/fd").glob("*"):
            with suppress(OSError):  # closed meanwhile
                held.add(str(handle.readlink()))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in held:
                yield local.partition(":")[0]


@pytest.mark.slow
def test_a_worker_killed_at_work_costs_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = write_articles(tmp_path / "news" / "many.jsonl", *texts(240))
    for n in range(6):
        story = f"The council of Wenlo met again, for the {n + 2}nd time this week. " * 5
        page = f"<html><head><title>Page {n}</title></head><body><p>{story}</p></body></html>"
        (tmp_path / "news" / f"page{n}.html").write_text(page, encoding="utf-8")
    alone = Index.open(tmp_path / "alone", create=True)
    alone.add(file.parent)
    pool = Overheard()
    begun: list[int] = []
    listened: list[str] = []

    def kill_one(step: Step) -> None:
        if step.chunks and not begun:
            found = pool.processes
            begun.extend(number for number, _ in found)
            workers = [number for number, title in found if title.startswith("ray::Worker")]
            assert len(workers) == 2
            listened.extend(listening(begun))
            os.kill(workers[0], signal.SIGKILL)

    spread = Index.open(tmp_path / "spread", create=True)
    spread.share(alone)
    capfd.readouterr()
    how = Adding(cluster=Cluster("local", 2, SLOW_START_S), open_pool=pool.open)
    report = build(spread, [file.parent], kill_one, how)
    spread.reload()
    assert capfd.readouterr() == ("", "")
    assert (report.added, report.skipped) == (246, ())
    assert listened
    assert set(listened) <= LOOPBACK
    lost = [told["lost"] for told in pool.told if "lost" in told]
    assert len(lost) == 1
    assert lost[0]
    assert len([told for told in pool.told if "records" in told]) == 6
    chunks, vectors = content(spread)
    expected_chunks, expected_vectors = content(alone)
    assert chunks == expected_chunks
    np.testing.assert_allclose(vectors, expected_vectors, atol=1e-6)
    left = 60.0
    while any(Path(f"/proc/{number}").exists() for number in begun) and left > 0:
        time.sleep(0.2)  # Ray's processes end each by itself once the first has
        left -= 0.2
    assert not [number for number in begun if Path(f"/proc/{number}").exists()]


@pytest.mark.slow
def test_what_is_given_before_the_only_worker_is_ready_is_done(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "few.jsonl", *texts(20))
    index = Index.open(tmp_path / "index", create=True)
    assert index.add(file, cluster=Cluster("local", 1, SLOW_START_S)).articles == 20
