"""What answers: the name of a model, a file or a server to a Generator."""

from __future__ import annotations

import threading

from index.weights import resolve_llm
from qa.generate import Generator, LlamaGenerator
from qa.remote.server import Server, is_address


class Model:
    """The language model of one chatbot or several, opened when it is first needed."""

    def __init__(self, llm: str | Server, opened: Generator | None = None) -> None:
        """Take a name or an address, or what is open already; ModelError where it is no address."""
        self._llm = Server(llm) if isinstance(llm, str) and is_address(llm) else llm
        self._opened = opened
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The model's name; as it was asked for while it is not open."""
        if self._opened is not None:
            return self._opened.name
        return self._llm if isinstance(self._llm, str) else self._llm.address

    def open(self) -> Generator:
        """Give the model, opened; WeightsError or ModelError."""
        with self._lock:
            if self._opened is None:
                self._opened = open_generator(self._llm)
            return self._opened


def open_generator(llm: str | Server) -> Generator:
    """Open a model in this process, or one behind an address; WeightsError or ModelError."""
    if not isinstance(llm, Server):
        return LlamaGenerator.open(resolve_llm(llm))
    from qa.remote.generator import RemoteGenerator

    return RemoteGenerator.open(llm)
