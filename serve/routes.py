"""What is served beside the page: /v1 as OpenAI's clients speak it, /health and /metrics.

A question runs in a thread of its own (bridge.py). A client that goes away ends its question.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from index.errors import ClippingsError, InputError, ModelError
from qa.answer import Answer
from serve.bridge import BROKEN, Told, answers
from serve.chat import (
    MODEL,
    ChatRequest,
    RequestError,
    answer_chunks,
    completion,
    draft_chunk,
    error_data,
    first_chunk,
    model,
    models,
    read_request,
)
from serve.described import openapi
from serve.figures import Figures
from serve.log import request_id
from serve.watched import MARK, BusyError, TooLongError


class _Gone(Exception):
    """The client waits no more."""


@dataclass(frozen=True)
class Routes:
    """The routes over one chatbot; `ready` tells whether its models are loaded."""

    bot: Any
    figures: Figures
    ready: Callable[[], bool]
    failure: Callable[[], str | None]
    began: int  # when the server began, in seconds of Unix time

    def list(self) -> list[Route]:
        """The routes for the server."""
        return [
            Route("/v1/openapi.json", self.openapi),
            Route("/v1/models", self.models),
            Route("/v1/models/{name}", self.model),
            Route("/v1/chat/completions", self.chat, methods=["POST"]),
            Route("/v1/{rest:path}", self.unknown, methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/health", self.health),
            Route("/metrics", self.metrics),
        ]

    async def openapi(self, _: Request) -> Response:
        """What is served here, as OpenAPI describes it."""
        return JSONResponse(openapi())

    async def models(self, _: Request) -> Response:
        """The one model there is."""
        return JSONResponse(models(self.began))

    async def model(self, request: Request) -> Response:
        """What is known of a model."""
        if request.path_params["name"] != MODEL:
            return _error(RequestError(f"There is one model, {MODEL!r}.", "model", 404))
        return JSONResponse(model(self.began))

    async def unknown(self, _: Request) -> Response:
        """Any other part of OpenAI's interface."""
        told = "Served are GET /v1/models and POST /v1/chat/completions."
        return _error(RequestError(told, status=404))

    async def health(self, _: Request) -> Response:
        """Whether questions can be answered: 200, or 503 while they cannot."""
        ready, failure = self.ready(), self.failure()
        status = "ready" if ready else "failed" if failure else "loading"
        manifest = self.bot.index.manifest
        told = {
            "status": status,
            "ready": ready,
            "models_loaded": ready,
            "generation": manifest.generation if manifest else 0,
            "detail": failure,
        }
        return JSONResponse(told, status_code=200 if ready else 503)

    async def metrics(self, _: Request) -> Response:
        """The figures for Prometheus."""
        manifest = self.bot.index.manifest
        self.figures.ready.set(self.ready())
        self.figures.generation.set(manifest.generation if manifest else 0)
        self.figures.articles.set(manifest.articles if manifest else 0)
        return Response(self.figures.text(), media_type="text/plain; version=0.0.4")

    async def chat(self, request: Request) -> Response:
        """Answer the last message, with those before it as the conversation."""
        name, created = request_id.get(), int(time.time())
        try:
            asked = read_request(await _json(request))
            given = answers(lambda told: self._stream(asked, name, told))
            if not asked.stream:
                return JSONResponse(completion(await _last(request, given), name, created))
            first = await _first(request, given)  # what cannot be asked is an error, no stream
        except _Gone:
            return Response(status_code=499)
        except (RequestError, ClippingsError) as error:
            return _error(error)
        return StreamingResponse(
            _events(first, given, name, created),
            media_type="text/event-stream",
            headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
        )

    def _stream(self, asked: ChatRequest, name: str, told: Told) -> Iterator[Answer]:
        stream: Iterator[Answer] = self.bot.stream(
            asked.question,
            asked.as_of,
            history=asked.history,
            session=f"{MARK}{name}",
            on_progress=told,
            **asked.narrowing,
        )
        return stream


Given = AsyncGenerator["Answer | None", None]


async def _first(request: Request, given: Given) -> Answer:
    """The first answer; _Gone where the client is."""
    async for answer in given:
        if answer is not None:
            return answer
        if await request.is_disconnected():
            await given.aclose()
            raise _Gone
    raise ModelError(BROKEN)


async def _last(request: Request, given: Given) -> Answer:
    """The answer that is done; _Gone where the client is."""
    async with aclosing(given):
        last = await _first(request, given)
        async for answer in given:
            if answer is not None:
                last = answer
            elif await request.is_disconnected():
                raise _Gone
    return last


async def _events(first: Answer, given: Given, name: str, created: int) -> AsyncIterator[str]:
    """The events of a stream: the model's draft as it is written, then what stood up."""
    answer, shown = first, ""
    async with aclosing(given):
        yield _event(first_chunk(name, created))
        try:
            async for newer in given:
                if newer is None:
                    yield ": still at it\n\n"
                    continue
                answer = newer
                if answer.done or answer.text == shown:
                    continue
                more = answer.text.removeprefix(shown)
                shown = answer.text
                yield _event(draft_chunk(more, name, created))
            for chunk in answer_chunks(answer, name, created):
                yield _event(chunk)
        except ClippingsError as error:
            yield _event(_told(error)[1])
        yield "data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or nested without end
        raise RequestError("The body is no JSON.") from error


def _error(error: RequestError | ClippingsError) -> Response:
    status, data = _told(error)
    headers = {"retry-after": "30"} if status == 429 else None
    return JSONResponse(data, status_code=status, headers=headers)


def _told(error: RequestError | ClippingsError) -> tuple[int, dict[str, Any]]:
    if isinstance(error, RequestError):
        return error.status, error_data(str(error), "invalid_request_error", error.param)
    if isinstance(error, InputError):
        return 400, error_data(str(error), "invalid_request_error", "messages")
    if isinstance(error, BusyError):
        return 429, error_data(str(error), "rate_limit_error")
    status = 504 if isinstance(error, TooLongError) else 500
    return status, error_data(str(error), "server_error")
