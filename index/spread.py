"""Work handed to the workers of a pool: each piece done once, in order, and checked.

What a worker had in hand when it was lost is given to another. It knows neither Ray nor processes:
a pool takes jobs and tells what became of them, as plain data.

A job is {"id", "texts"} or {"id", "read", "data"}; a pool tells {"worker": ...} of each worker that
is ready, {"id", "vectors"} or {"id", "records"} of a job that is done, {"lost": [ids], "why"} and
{"failed": why}. Bytes are base64.
"""

from __future__ import annotations

import base64
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final, NoReturn, Protocol

import numpy as np

from index.article import Article, Skipped
from index.embed import Embedder, Vectors
from index.errors import ClusterError, InputError
from index.read import kinds
from index.read.files import File
from index.worker import PROBE, file_names, from_plain, package_version

PART: Final = 16  # texts of one job: seconds of work on one core, and a multiple of what is batched
AHEAD: Final = 4  # jobs for each worker that are out at once
TRIES: Final = 3  # workers that may be lost over one job
MAX_FILE: Final = 8 * 2**20  # bytes of a file that is sent to a worker; larger ones are read here
ALIKE: Final = 0.99  # cosine of the same text embedded here and there; bf16 strays by 0.005
STRAY: Final = 1e-3  # of a vector's length from 1
# What is dear to read; plain text is not, and files of many records are streams.
KINDS: Final = {"html", "mhtml", "pdf", "docx", "eml"}

Message = dict[str, Any]


class Pool(Protocol):
    """Workers somewhere."""

    @property
    def workers(self) -> int:
        """How many there are to be."""

    def give(self, job: Message) -> None:
        """Hand a job over; it does not wait."""

    def take(self) -> Message:
        """Wait for what is told next. Raises ClusterError in time where nothing comes."""

    def close(self) -> None:
        """End the workers; what they had in hand is given up."""


class Spread:
    """One run of work over a pool, which is opened with the first piece."""

    def __init__(
        self, where: str, open_pool: Callable[[], Pool], embedder: Callable[[], Embedder]
    ) -> None:
        """`where` names the cluster in messages; `embedder` gives the one here."""
        self._where = where
        self._open_pool = open_pool
        self._embedder = embedder
        self._pool: Pool | None = None
        self._jobs: dict[int, Message] = {}  # that are out
        self._answers: dict[int, Message] = {}  # that nobody asked for yet
        self._lost: Counter[int] = Counter()
        self._given = 0

    @property
    def workers(self) -> int:
        """How many workers there are; the pool is opened to know it."""
        return self._opened().workers

    @property
    def breadth(self) -> int:
        """How many times the usual batch keeps all workers busy; 1 before the pool is open."""
        return max(1, self._pool.workers // 4) if self._pool else 1

    def encode(self, parts: Iterable[Sequence[str]]) -> Iterator[Vectors]:
        """The vectors of each part in order, as Embedder.encode gives them.

        Raises ClusterError for what is no such vectors, and where no worker can be had.
        """
        left = iter(parts)
        out: deque[tuple[int, int]] = deque()
        for part in islice(left, AHEAD * self.workers):
            out.append((self._give({"texts": list(part)}), len(part)))
        while out:
            number, count = out.popleft()
            vectors = self._vectors(self._answer(number), count)
            for part in islice(left, 1):
                out.append((self._give({"texts": list(part)}), len(part)))
            yield vectors

    def reading(self, file: File) -> Callable[[], Iterable[Article | Skipped]] | None:
        """Have a file read; what it gives is waited for when the result is called.

        None for a file that is to be read here.
        """
        try:
            if file.reader or file.opener or kinds.kind_of(file)[0] not in KINDS:
                return None
            with file.open() as stream:
                data = stream.read(MAX_FILE + 1)
        except (OSError, InputError):  # it is named when it is its turn
            return None
        if len(data) > MAX_FILE:
            return None
        job = {"read": file_names(file), "data": base64.b64encode(data).decode("ascii")}
        return partial(self._records, self._give(job), file)

    def close(self) -> None:
        """End the pool, if there is one."""
        if self._pool:
            self._pool.close()

    def _give(self, job: Message) -> int:
        self._given += 1
        self._jobs[self._given] = {"id": self._given, **job}
        self._opened().give(self._jobs[self._given])
        return self._given

    def _opened(self) -> Pool:
        if self._pool is None:
            self._pool = self._open_pool()
        return self._pool

    def _answer(self, number: int) -> Message:
        while number not in self._answers:
            self._hear()
        return self._answers.pop(number)

    def _hear(self) -> None:
        told = self._opened().take()
        if "worker" in told:
            self._meet(told["worker"])
        elif "lost" in told:
            self._again(told)
        elif "failed" in told:
            self._refuse(str(told["failed"]))
        elif type(told.get("id")) is int:
            if self._jobs.pop(told["id"], None):  # else it was done twice, and is known
                self._answers[told["id"]] = told
        else:
            self._refuse("something was told that is no answer")

    def _meet(self, worker: Any) -> None:
        """Refuse a worker that would give other vectors than the embedder here."""
        worker = worker if isinstance(worker, Mapping) else {}
        ours = self._embedder()
        version, here = worker.get("version"), package_version()
        if version != here:
            self._refuse(
                f"a worker has version {version or 'unknown'} of this package, here is {here}. "
                "Install the same there"
            )
        if worker.get("dimension") != ours.dimension:
            self._refuse(
                f"a worker's embedder makes {worker.get('dimension')} numbers of a text, the one "
                f"here {ours.dimension}. Give it the same weights"
            )
        theirs = self._vectors(dict(worker), 1)[0]
        if float(theirs @ ours.encode([PROBE])[0]) < ALIKE:
            self._refuse(
                "a worker's embedder is another than the one here: a text given to both has other "
                "vectors. Give it the same weights"
            )

    def _again(self, told: Message) -> None:
        for number in told["lost"]:
            if number not in self._jobs:
                continue
            self._lost[number] += 1
            if self._lost[number] >= TRIES:
                self._refuse(
                    f"{TRIES} workers were lost over the same work, the last: {told.get('why')}. "
                    "Perhaps they have too little memory"
                )
            self._opened().give(self._jobs[number])

    def _vectors(self, answer: Message, count: int) -> Vectors:
        dimension = self._embedder().dimension
        data = self._bytes(answer.get("vectors"))
        if len(data) != count * dimension * 4:
            self._refuse(
                f"a worker gave {len(data)} bytes for {count} vectors of {dimension} numbers"
            )
        vectors: Vectors = np.frombuffer(data, dtype="<f4").reshape(count, dimension)
        with np.errstate(over="ignore", invalid="ignore"):
            strayed = np.abs(np.linalg.norm(vectors, axis=1) - 1)
        if not np.all(strayed < STRAY):  # NaN is not
            self._refuse("a worker gave vectors that are not of unit length")
        return vectors

    def _records(self, number: int, file: File) -> Iterator[Article | Skipped]:
        records = self._answer(number).get("records")
        try:
            if not isinstance(records, list):
                raise ValueError("no list")
            yield from [from_plain(record, file) for record in records]
        except (InputError, ValueError, TypeError, AttributeError) as error:
            self._refuse(f"a worker gave for {file.shown} what is no article ({error})")

    def _bytes(self, text: Any) -> bytes:
        try:
            return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
        except ValueError:  # a letter that is none of base64's
            return b""

    def _refuse(self, why: str) -> NoReturn:
        raise ClusterError.at(self._where, why)
