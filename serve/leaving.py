"""Whether the client of a request has gone away. It knows ASGI, and no route's business."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Receive

# For who works long on a request: whether nobody waits for its reply any more.
gone: ContextVar[Callable[[], bool]] = ContextVar("gone", default=lambda: False)


class Leaving:
    """Hands on what a client sends; after the body, only that it left can come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._end: asyncio.Task[Message] | None = None
        self._left = self._replied = False

    async def receive(self) -> Message:
        """Give the next message, as the server does."""
        if self._end is not None:  # who asks may be cancelled, and ask again
            return await asyncio.shield(self._end)
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            self._end = asyncio.create_task(self._wait())
        return message

    def gone(self) -> bool:
        """Whether the client left before it had the whole reply."""
        return self._left and not self._replied

    def replied(self) -> None:
        """Take note that the reply is whole: what comes now is no leaving."""
        self._replied = True

    def close(self) -> None:
        """Wait no more; the request is over."""
        if self._end is not None:
            self._end.cancel()

    async def _wait(self) -> Message:
        message = await self._receive()
        self._left = message["type"] == "http.disconnect"
        return message
