"""From a chatbot in a thread to the event loop: growing answers, and an end to what nobody awaits.

It knows no HTTP.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import closing

from index.errors import ClippingsError, ModelError
from qa.answer import Answer

BEAT = 0.5  # seconds of silence until None is given, so that a client who is gone is noticed
BROKEN = "Something went wrong while answering. The terminal of the server says more."

Told = Callable[[int, int], None]


class _Stopped(Exception):
    """Nobody waits any more."""


async def answers(
    start: Callable[[Told], Iterator[Answer]], *, beat: float = BEAT
) -> AsyncGenerator[Answer | None, None]:
    """Give the answers of a stream, and None after each `beat` seconds of silence.

    `start` is given what to tell of progress. To close the iterator ends the stream, in the
    midst of reading too. What the stream raises is raised.
    """
    loop = asyncio.get_running_loop()
    given: asyncio.Queue[Answer | ClippingsError | None] = asyncio.Queue()
    stop = threading.Event()

    def tell(item: Answer | ClippingsError | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(given.put_nowait, item)

    worker = threading.Thread(target=_work, args=(start, tell, stop), name="api", daemon=True)
    worker.start()
    try:
        while True:
            try:
                item = await asyncio.wait_for(given.get(), beat)
            except asyncio.TimeoutError:
                yield None
                continue
            if isinstance(item, ClippingsError):
                raise item
            if item is None:
                return
            yield item
    finally:
        stop.set()


def _work(
    start: Callable[[Told], Iterator[Answer]],
    tell: Callable[[Answer | ClippingsError | None], None],
    stop: threading.Event,
) -> None:
    def check(*_: int) -> None:
        if stop.is_set():
            raise _Stopped

    end: ClippingsError | None = ModelError(BROKEN)  # after an error that is ours
    try:
        with closing(_closable(start(check))) as stream:
            for answer in stream:
                tell(answer)
                check()
        end = None
    except _Stopped:
        end = None
    except ClippingsError as error:
        end = error
    finally:  # after any other error too: the client must not wait for ever
        tell(end)


def _closable(stream: Iterator[Answer]) -> Generator[Answer, None, None]:
    """A stream that can be closed, and with it what it is made of."""
    yield from stream
