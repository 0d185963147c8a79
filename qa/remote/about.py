"""What a server tells of the model it serves: its name, and how much it can read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.errors import ModelError
from qa.remote.events import Nonsense, parsed, printable, said
from qa.remote.http import Lost, fetch
from qa.remote.server import KEY_VARIABLE, Server

_BYTES = 2**22  # of a list of models; some servers have many hundreds
_SECONDS = 15.0
_LENGTHS = ("max_model_len", "context_length", "max_context_length", "n_ctx", "context_window")


@dataclass(frozen=True, slots=True)
class About:
    """A model that is served. `context` None: the server does not tell."""

    model: str
    context: int | None = None  # tokens of a prompt and its answer


def about(server: Server) -> About:
    """Ask a server for the model; ModelError where it is not there or does not have it."""
    models = _models(server)
    name = server.model or _only(server, models)
    own = next((model for model in models if model.get("id") == name), None)
    if models and own is None:
        raise ModelError(
            f"{server.address}: it has no model {printable(name)!r}. Choose with --model: "
            f"{_listed(models)}."
        )
    return About(printable(name), _props(server) or _context(own or {}))


def status_error(server: Server, status: int, body: bytes) -> ModelError:
    """Say what a server refused, and what to do about it."""
    try:
        why = said(parsed(body))
    except Nonsense:
        why = "without a word"
    remedy = {
        401: f"Put the server's key into the environment variable {KEY_VARIABLE}.",
        403: f"Put a key that may do this into the environment variable {KEY_VARIABLE}.",
        404: "Check the address, which often ends in /v1, and --model.",
        429: "Wait a while, then ask again.",
        503: "The server may still be loading its model: ask again.",
    }.get(status, "Ask again, or look into the server's log.")
    if 300 <= status < 400:
        remedy = "Redirects are not followed: name the address it leads to."
    return ModelError(
        f"{server.address}: the server answered with status {status}, {why}. {remedy}"
    )


def lost_error(server: Server, why: Exception) -> ModelError:
    """Say what became of a connection or of what came over it."""
    return ModelError(f"{server.address}: the server {why}. Check that it runs, then ask again.")


def _models(server: Server) -> Sequence[Mapping[str, Any]]:
    """The models of a server; none where it has no list of them."""
    try:
        head, body = fetch(server, f"{server.path}/models", _BYTES, _SECONDS)
        if head.status in (404, 405, 501):
            return ()
        if head.status != 200:
            raise status_error(server, head.status, body)
        if head.packed:
            raise Nonsense("sent a packed answer though none was asked for")
        data = parsed(body).get("data")
    except (Lost, Nonsense) as error:
        raise lost_error(server, error) from error
    models = data if isinstance(data, list) else []
    return [item for item in models if isinstance(item, dict) and isinstance(item.get("id"), str)]


def _only(server: Server, models: Sequence[Mapping[str, Any]]) -> str:
    if len(models) == 1:
        return str(models[0]["id"])
    told = f": {_listed(models)}" if models else "; the server does not list its own"
    raise ModelError(f"{server.address}: name a model with --model{told}.")


def _listed(models: Sequence[Mapping[str, Any]]) -> str:
    names = [printable(str(model["id"])) for model in models[:8]]
    return ", ".join([*names, "…"] if len(models) > len(names) else names)


def _context(model: Mapping[str, Any]) -> int | None:
    return next((n for name in _LENGTHS if (n := _tokens(model.get(name)))), None)


def _props(server: Server) -> int | None:
    """The context of a slot, as llama.cpp's server tells it beside the API."""
    try:
        root = server.path.removesuffix("/v1")
        head, body = fetch(server, f"{root}/props", _BYTES, _SECONDS)
        told = parsed(body) if head.status == 200 and not head.packed else {}
    except (Lost, Nonsense):  # other servers have no such thing
        return None
    settings = told.get("default_generation_settings")
    return _tokens(settings.get("n_ctx")) if isinstance(settings, dict) else None


def _tokens(value: Any) -> int | None:
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
    return value if usable else None
