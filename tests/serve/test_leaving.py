"""Who leaves before the reply is whole, and who does not."""

from __future__ import annotations

import asyncio
from typing import Any

from serve.leaving import Leaving

BODY = {"type": "http.request", "body": b"x", "more_body": False}
PART = {**BODY, "more_body": True}
LEFT = {"type": "http.disconnect"}


async def took(leaving: Leaving, count: int) -> list[Any]:
    return [await leaving.receive() for _ in range(count)]


def made(*messages: Any) -> Leaving:
    left = list(messages)

    async def receive() -> Any:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return Leaving(receive)


def test_the_body_comes_whole_and_then_that_the_client_left_as_often_as_it_is_asked() -> None:
    async def use() -> None:
        leaving = made(PART, BODY, LEFT)
        assert await took(leaving, 2) == [PART, BODY]
        assert not leaving.gone()
        assert await took(leaving, 2) == [LEFT, LEFT]
        assert leaving.gone()
        leaving.close()

    asyncio.run(use())


def test_it_is_noticed_while_nobody_asks() -> None:
    async def use() -> None:
        leaving = made(BODY, LEFT)
        await took(leaving, 1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert leaving.gone()

    asyncio.run(use())


def test_who_has_the_whole_reply_did_not_leave() -> None:
    async def use() -> None:
        leaving = made(BODY, LEFT)
        await took(leaving, 1)
        leaving.replied()
        assert await took(leaving, 1) == [LEFT]
        assert not leaving.gone()

    asyncio.run(use())


def test_to_give_up_waiting_for_the_end_does_not_lose_it() -> None:
    async def use() -> None:
        leaving = made(BODY)
        await took(leaving, 1)
        asking = asyncio.create_task(leaving.receive())
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.sleep(0)
        assert asking.cancelled()
        assert leaving._end is not None
        assert not leaving._end.done()
        leaving.close()

    asyncio.run(use())
