"""Workers of a pool without Ray or processes: what they are told goes through JSON all the same."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from index.embed import Embedder
from index.errors import ClusterError
from index.messenger import Cluster
from index.worker import Worker, package_version
from tests.fakes import FakeEmbedder

Message = dict[str, Any]


class FakeWorker(Worker):
    """A worker with the fake embedder."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        super().__init__("fake")
        self._embedder = embedder or FakeEmbedder()


class FakePool:
    """Does a job when something is waited for; `twist` may change, drop or add what is told."""

    def __init__(
        self,
        workers: int = 2,
        worker: Worker | None = None,
        twist: Callable[[Message], list[Message]] = lambda told: [told],
    ) -> None:
        self.workers = workers
        self.given: list[Message] = []
        self.most_out = 0
        self.closed = 0
        self._worker = worker or FakeWorker()
        self._twist = twist
        self._jobs: deque[Message] = deque()
        self._told: deque[Message] = deque()
        for _ in range(workers):
            self._tell({"worker": self._worker.hello()})

    def open(self, cluster: Cluster, spec: str) -> FakePool:
        return self

    def give(self, job: Message) -> None:
        self.given.append(json.loads(json.dumps(job)))
        self._jobs.append(self.given[-1])
        self.most_out = max(self.most_out, len(self._jobs))

    def take(self) -> Message:
        while not self._told:
            if not self._jobs:
                raise ClusterError.at("fake", "no answer within 0 seconds")
            self._do(self._jobs.popleft())
        return self._told.popleft()

    def close(self) -> None:
        self.closed += 1

    def _do(self, job: Message) -> None:
        if "texts" in job:
            self._tell({"id": job["id"], "vectors": self._worker.embed(job["texts"])})
        else:
            records = self._worker.read(base64.b64decode(job["data"]), job["read"])
            self._tell({"id": job["id"], "records": records})

    def _tell(self, told: Message) -> None:
        for one in self._twist(_plain(told)):
            self._told.append(json.loads(json.dumps(one)))


def hello(**changed: Any) -> Message:
    """What a worker says when it is ready, with some of it changed."""
    return {"worker": {**_plain(FakeWorker().hello()), "version": package_version(), **changed}}


def _plain(told: Any) -> Any:
    if isinstance(told, bytes):
        return base64.b64encode(told).decode("ascii")
    if isinstance(told, dict):
        return {name: _plain(value) for name, value in told.items()}
    return told
