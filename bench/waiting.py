"""Readers who type, ask on, come together or open the page. It knows no data and no figures."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from bench.data import Case
from index.errors import ModelError
from qa import Answer, Chatbot
from qa.followup import Turn

KEYS = 5.0  # a second
PATIENCE = 120.0  # seconds for a page to come up
APP = Path(__file__).resolve().parents[1] / "app.py"

Seen = TypeVar("Seen")
Ask = Callable[[Case], Iterable[Answer]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Several readers at once, and the same questions asked alone."""

    alone_s: tuple[float, ...]  # each reader's wait for a whole answer, alone
    together_s: tuple[float, ...]  # the same readers' in the crowd
    whole_s: float  # until all were answered
    same: float  # share of answers that are those given alone


@dataclass(frozen=True, slots=True)
class Started:
    """A page that was started by its command and is served."""

    address: str
    began: float  # when the command was given, in seconds since the epoch
    ready_s: float  # from the command to the first reply with the page


def type_and_ask(
    bot: Chatbot, question: str, day: date | None, watch: Callable[[Ask], Seen], keys: float = KEYS
) -> Seen:
    """Type a question key by key, press Enter a key's time after the last, and watch."""
    session = f"typing {question}"
    for end in range(1, len(question) + 1):
        bot.warm(question[:end], day, session=session)
        time.sleep(1 / keys)
    return watch(lambda _: bot.stream(question, day, session=session))


def again(bot: Chatbot, question: str, day: date | None, watch: Callable[[Ask], Seen]) -> Seen:
    """Ask a question, and then in other words; watch the second."""
    session = f"again {question}"
    first = bot.ask(question, day, session=session)
    past = [Turn(question, first.text)]
    return watch(lambda _: bot.stream(f"Say again: {question}", day, history=past, session=session))


def crowd(
    fresh: Callable[[], AbstractContextManager[Chatbot]],
    asked: Sequence[tuple[str, date | None]],
) -> Crowd | None:
    """Ask alone and then together, each with a model that has read nothing; None without two."""
    if len(asked) < 2:
        return None

    def ask(bot: Chatbot, n: int) -> tuple[str, float]:
        started = time.perf_counter()
        question, day = asked[n]
        text = bot.ask(question, day, session=f"user {n}").text
        return text, time.perf_counter() - started

    with fresh() as bot:
        alone = [ask(bot, n) for n in range(len(asked))]
    with fresh() as bot, ThreadPoolExecutor(len(asked)) as pool:
        started = time.perf_counter()
        together = list(pool.map(lambda n: ask(bot, n), range(len(asked))))
        whole = time.perf_counter() - started
    same = sum(a[0] == b[0] for a, b in zip(alone, together, strict=True)) / len(asked)
    waits = [tuple(seconds for _, seconds in each) for each in (alone, together)]
    return Crowd(waits[0], waits[1], whole, same)


def page_ready(directory: str, llm: str) -> float:
    """Start the page and give the seconds until it is served."""
    with started(directory, llm) as page:
        return page.ready_s


@contextmanager
def started(directory: str, llm: str) -> Iterator[Started]:
    """Start the page by its command, and wait until it is served; ModelError if it is not."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, str(APP), "--index", directory, "--llm", llm, "--port", str(port)]
    address = f"http://127.0.0.1:{port}/"
    began, now = time.time(), time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        [*command, "--no-history"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while not _is_served(address):
                if time.perf_counter() - now > PATIENCE or server.poll() is not None:
                    raise ModelError(
                        f"{APP}: the page did not come up. Start it by hand to see why."
                    )
                time.sleep(0.02)
            yield Started(address, began, time.perf_counter() - now)
        finally:
            server.kill()


def _is_served(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as page:  # noqa: S310
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False
