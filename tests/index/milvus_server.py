"""A Milvus server over loopback, whose calls can be made to fail, hang or lie. It is Milvus Lite's.

In a process of its own, `python -m tests.index.milvus_server NAME PATH CALLS` is a writer that is
killed at one of its calls.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import grpc
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from milvus_lite.db import MilvusLite
from pymilvus.grpc_gen import milvus_pb2_grpc

from index.milvus.server import Row, Server
from index.milvus.store import MilvusIndex
from tests.fakes import FakeEmbedder

Answer = Callable[[], Any]  # what Milvus Lite answers
Fault = Callable[[Answer, Any, grpc.ServicerContext], Any]


class Milvus(grpc.ServerInterceptor):  # type: ignore[misc]
    """The server; `faults` names the calls that go wrong, and how."""

    def __init__(self, folder: Path) -> None:
        self.faults: dict[str, Fault] = {}
        self.over = Event()
        self._folder, self._port = folder, 0
        self.start()

    @property
    def name(self) -> str:
        return f"milvus:http://127.0.0.1:{self._port}#news"

    def start(self) -> None:
        """Start, at the address it had before if it was stopped."""
        self._db = MilvusLite(str(self._folder))
        self._server = grpc.server(ThreadPoolExecutor(4), interceptors=[self])
        milvus_pb2_grpc.add_MilvusServiceServicer_to_server(MilvusServicer(self._db), self._server)
        self._port = self._server.add_insecure_port(f"127.0.0.1:{self._port}")
        self._server.start()

    def stop(self) -> None:
        """Cut every connection."""
        self.over.set()
        self._server.stop(grace=None).wait()
        self._db.close()

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        """Put a fault in the place of an answer."""
        handler = continuation(details)
        call = details.method.rpartition("/")[2]

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            fault = self.faults.get(call)
            if fault is None:
                return handler.unary_unary(request, context)
            return fault(lambda: handler.unary_unary(request, context), request, context)

        def written(given: Any) -> bytes:
            return given if isinstance(given, bytes) else handler.response_serializer(given)

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, written)

    def hangs(self, _answer: Answer, _request: Any, context: grpc.ServicerContext) -> None:
        """Never answer."""
        self.over.wait()
        context.abort(grpc.StatusCode.UNAVAILABLE, "over")


class Losing:
    """A server that does what it is asked, whose answer is lost the first times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, answer: Answer, _request: Any, context: grpc.ServicerContext) -> Any:
        given = answer()
        if self.left:
            self.left -= 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "the answer is lost")
        return given


def main(given: Sequence[str]) -> None:
    """Make a store hold what is in PATH, and be killed instead of the call after CALLS."""
    name, path, left = given[0], given[1], int(given[2])
    put = Server.put

    def dying(server: Server, collection: str, rows: Sequence[Row]) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        put(server, collection, rows)

    Server.put = dying  # type: ignore[method-assign]
    MilvusIndex.open(name, create=True, model=FakeEmbedder()).add(path, sync=True)


if __name__ == "__main__":
    main(sys.argv[1:])
