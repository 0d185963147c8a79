"""What answers: the name of a model, a file or a server to a Generator."""

from __future__ import annotations

from index.weights import resolve_llm
from qa.generate import Generator, LlamaGenerator
from qa.remote.server import Server


def open_generator(llm: str | Server) -> Generator:
    """Open a model in this process, or one behind an address; WeightsError or ModelError."""
    if not isinstance(llm, Server):
        return LlamaGenerator.open(resolve_llm(llm))
    from qa.remote.generator import RemoteGenerator

    return RemoteGenerator.open(llm)
