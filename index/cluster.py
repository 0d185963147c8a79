"""Workers as Ray actors: the process that `index.messenger` starts, and all that knows Ray.

    python -m index.cluster ADDRESS EMBEDDER WORKERS PATIENCE FOLDER

Jobs come as lines of JSON on the standard input, what became of them goes to the standard output
(see index.spread); Ray's own words go to the standard error. It ends with its input.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Final

import ray
from ray.exceptions import RayError, RayTaskError

from index.errors import ClippingsError
from index.worker import Worker

HOLDS: Final = 2  # jobs that a worker has at once: the next one is there when one is done
LOOK_S: Final = 0.05  # between two looks at whether new jobs came
STILLBORN: Final = 3  # workers that may end before they were ready, one after the other
OBJECTS: Final = 100 * 2**20  # bytes of Ray's memory for what is passed on: ours is small

Job = dict[str, Any]
Tell = Callable[[Job], None]


class Stop(Exception):
    """There is no going on; the reason was told."""


@dataclass(slots=True, eq=False)
class Hand:
    """One worker: its actor, whether it is ready, and since when it is at its present job."""

    actor: Any
    ready: bool = False
    since: float = 0.0


class Workers:
    """The actors, what each has in hand, and what none has yet."""

    def __init__(self, spec: str, count: int, patience_s: float, tell: Tell) -> None:
        self._spec = spec
        self._patience_s = patience_s
        self._tell = tell
        self._waiting: deque[Job] = deque()
        self._out: dict[Any, tuple[Hand, Job | None]] = {}  # by Ray's reference; None: hello
        self._stillborn = 0
        self._hands: list[Hand] = []
        for _ in range(count):
            self._hire()

    def run(self, jobs: queue.SimpleQueue[Job | None]) -> None:
        """Work until None comes."""
        while True:
            try:
                while (job := jobs.get(block=not self._out)) is not None:
                    self._waiting.append(job)
                    self._hand_out()
                return
            except queue.Empty:
                self._hand_out()
            done, _ = ray.wait(list(self._out), num_returns=1, timeout=LOOK_S)
            for reference in done:
                self._take_back(reference)
            self._look_for_the_hung()

    def _hire(self) -> None:
        actor = ray.remote(num_cpus=1, max_restarts=0)(Worker).remote(self._spec)
        hand = Hand(actor, since=time.monotonic())
        self._hands.append(hand)
        self._out[actor.hello.remote()] = (hand, None)

    def _hand_out(self) -> None:
        while self._waiting:
            free = [hand for hand in self._hands if hand.ready and self._load(hand) < HOLDS]
            if not free:
                return
            hand, job = min(free, key=self._load), self._waiting.popleft()
            if not self._load(hand):
                hand.since = time.monotonic()
            if "texts" in job:
                reference = hand.actor.embed.remote(job["texts"])
            else:
                data = base64.b64decode(job["data"])
                reference = hand.actor.read.remote(data, job["read"])
            self._out[reference] = (hand, job)

    def _load(self, hand: Hand) -> int:
        return sum(other is hand for other, _ in self._out.values())

    def _take_back(self, reference: Any) -> None:
        if reference not in self._out:  # its worker was lost with another job
            return
        hand, job = self._out[reference]
        try:
            value = ray.get(reference)
        except RayTaskError as error:
            self._stop(f"a worker failed: {_cause(error)}")
        except RayError as error:
            self._lose(hand, _last_line(error))
            return
        del self._out[reference]
        hand.since = time.monotonic()
        if job is None:
            hand.ready, self._stillborn = True, 0
            self._tell({"worker": {**value, "vectors": _text(value["vectors"])}})
        elif "texts" in job:
            self._tell({"id": job["id"], "vectors": _text(value)})
        else:
            self._tell({"id": job["id"], "records": value})

    def _lose(self, hand: Hand, why: str) -> None:
        """Give up a worker: its jobs are told as lost, and another one is begun."""
        if not hand.ready:
            self._stillborn += 1
            if self._stillborn >= STILLBORN and not any(other.ready for other in self._hands):
                self._stop(
                    f"no worker can be begun: {why}. Its machines need this package in the same "
                    "version (pip install 'clippings-qa[ray]') and the weights"
                )
        held = [(key, job) for key, (other, job) in self._out.items() if other is hand]
        for key, _ in held:
            del self._out[key]
        self._hands.remove(hand)
        self._hire()
        self._tell({"lost": [job["id"] for _, job in held if job], "why": why})

    def _look_for_the_hung(self) -> None:
        """Give up those at work; who takes long to load the model keeps nobody from working."""
        now = time.monotonic()
        for hand in list(self._hands):
            if hand.ready and self._load(hand) and now - hand.since > self._patience_s:
                ray.kill(hand.actor)
                self._lose(hand, f"no answer for {self._patience_s:g} seconds")

    def _stop(self, why: str) -> None:
        self._tell({"failed": why})
        raise Stop(why)


def connect(address: str, workers: int, folder: str) -> int:
    """Begin or reach a cluster; how many workers there are to be."""
    quiet = {"log_to_driver": False, "logging_level": "error", "configure_logging": False}
    if address == "local":
        workers = workers or os.cpu_count() or 1
        ray.init(
            address="local",
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=OBJECTS,
            _node_ip_address="127.0.0.1",
            _temp_dir=folder,
            **quiet,
        )
        return workers
    ray.init(address=address, **quiet)
    return workers or int(ray.cluster_resources().get("CPU", 0))


def main() -> None:
    """Serve jobs until the input ends."""
    address, spec, workers, patience_s, folder = sys.argv[1:]
    output = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever else is printed is no message

    def tell(message: Job) -> None:
        output.write(json.dumps(message) + "\n")
        output.flush()

    jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, jobs), daemon=True).start()
    try:
        count = connect(address, int(workers), folder)
        tell({"workers": count})
        if count:
            Workers(spec, count, float(patience_s), tell).run(jobs)
    except (Stop, BrokenPipeError):  # told, or there is nobody to tell
        pass
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)  # who began us may have been killed


def _receive(stream: IO[bytes], jobs: queue.SimpleQueue[Job | None]) -> None:
    for line in stream:
        jobs.put(json.loads(line))
    jobs.put(None)


def _cause(error: RayTaskError) -> str:
    cause = error.cause
    return str(cause) if isinstance(cause, ClippingsError) else f"{type(cause).__name__}: {cause}"


def _last_line(error: RayError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    found = next((line for line in lines if "Error:" in line), lines[-1] if lines else "")
    return (found or type(error).__name__)[:300]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


if __name__ == "__main__":
    main()
