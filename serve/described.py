"""The OpenAPI description of what is served beside the page. Pure: a dictionary, no server."""

from __future__ import annotations

from typing import Any

from serve.chat import DAYS, LISTS, MODEL, MOST_CHARACTERS, MOST_MESSAGES

_TEXT = {"type": "string"}
_PART = {"type": "object", "required": ["text"], "properties": {"text": _TEXT}}
_MESSAGE = {
    "type": "object",
    "required": ["role", "content"],
    "properties": {
        "role": {"enum": ["system", "developer", "user", "assistant"]},
        "content": {
            "anyOf": [
                {"type": "string", "maxLength": MOST_CHARACTERS},
                {"type": "array", "items": _PART},
            ]
        },
    },
}
_DAY = {"type": ["string", "null"], "description": "a day, such as 2024-05-31"}
_NAMES = {"type": "array", "maxItems": 100, "items": {"type": "string", "maxLength": 200}}
_REQUEST = {
    "type": "object",
    "required": ["model", "messages"],
    "properties": {
        "model": {"const": MODEL},
        "messages": {
            "type": "array", "minItems": 1, "maxItems": MOST_MESSAGES, "items": _MESSAGE
        },
        "stream": {"type": "boolean"},
        **dict.fromkeys(DAYS, _DAY),
        **dict.fromkeys(LISTS, _NAMES),
    },
}  # fmt: skip
_CITATION = {
    "type": "object",
    "required": ["n", "article_id", "start", "end", "quote"],
    "properties": {
        "n": {"type": "integer", "minimum": 1},
        "article_id": _TEXT,
        "title": {"type": ["string", "null"]},
        "source": {"type": ["string", "null"]},
        "published": {"type": ["string", "null"]},
        "url": {"type": ["string", "null"]},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 1},
        "quote": {**_TEXT, "description": "text[start:end] of the article"},
    },
}
_MODEL = {
    "type": "object",
    "required": ["id", "object", "created", "owned_by"],
    "properties": {"id": {"const": MODEL}, "created": {"type": "integer"}},
}
_HEALTH = {
    "type": "object",
    "required": ["status", "ready", "models_loaded", "generation", "detail"],
    "properties": {
        "status": {"enum": ["ready", "loading", "failed"]},
        "ready": {"type": "boolean"},
    },
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type"],
            "properties": {"message": _TEXT, "type": _TEXT, "param": {"type": ["string", "null"]}},
        }
    },
}
_COMPLETION = {
    "type": "object",
    "required": ["id", "object", "created", "model", "choices", "citations", "clippings"],
    "properties": {
        "object": {"const": "chat.completion"},
        "choices": {"type": "array", "minItems": 1, "maxItems": 1},
        "citations": {"type": "array", "items": _CITATION},
    },
}
_EVENT = {  # of a stream: a chunk of the answer as JSON, at last "[DONE]"
    "type": "object",
    "required": ["data"],
    "properties": {"data": _TEXT},
}
_FAULTS = {
    "400": "what is wrong with the request, and in which field",
    "401": "a name and password are asked for",
    "403": "a page of another site asked",
    "404": "there is no such model or path",
    "413": "too many bytes were sent",
    "421": "the server is not known by that name",
    "429": "too many questions wait",
    "500": "the model failed",
    "504": "the answer took too long",
}


def openapi() -> dict[str, Any]:
    """Describe the routes that are no page (OpenAPI 3.1)."""
    name = {"name": "name", "in": "path", "required": True, "schema": _TEXT}
    asked = {"required": True, "content": {"application/json": {"schema": _REQUEST}}}
    answer = {
        "description": "the answer; as a stream of events where `stream` is true",
        "content": {
            "application/json": {"schema": _COMPLETION},
            "text/event-stream": {"schema": _EVENT},
        },
    }
    figures = {"description": "figures for Prometheus", "content": {"text/plain": {}}}
    models = {"type": "object", "required": ["object", "data"]}
    health = {"200": _json("questions can be answered", _HEALTH)}
    health["503"] = _json("the models load, or could not be loaded", _HEALTH)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Clippings", "version": "1"},
        "paths": {
            "/v1/chat/completions": {
                "post": {
                    "summary": "Ask the archive",
                    "requestBody": asked,
                    "responses": {"200": answer, **_faults()},
                }
            },
            "/v1/models": _get("The one model there is", {"200": _json("models", models)}),
            "/v1/models/{name}": {
                **_get("What is known of a model", {"200": _json("the model", _MODEL)}),
                "parameters": [name],
            },
            "/health": _get("Whether questions can be answered", health),
            "/metrics": _get("What was counted", {"200": figures}),
        },
    }


def _get(summary: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {"get": {"summary": summary, "responses": {**responses, **_faults()}}}


def _faults() -> dict[str, Any]:
    return {status: _json(why, _ERROR) for status, why in _FAULTS.items()}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
