"""The server of llama-cpp-python over loopback with the smallest model: nothing is faked."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import weights
from index.errors import ModelError
from qa import Chatbot
from qa.generate import Piece, Prompt
from qa.remote.generator import RemoteGenerator
from qa.remote.server import Patience, Server
from tests.qa.made import FERRY, Bots

pytest.importorskip("starlette_context", reason="llama_cpp.server is not installed")

PROMPT = Prompt("Answer in one word.", "Where did the ferry Petrel sail?")
PATIENT = Patience(first=240.0, idle=60.0)  # a test machine may be busy


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "llama_cpp.server", "--host", "127.0.0.1", "--port", str(port)]
    options = {"model": weights.fetch("tiny", progress=False), "model_alias": "tiny"}
    options |= {"n_ctx": "1024", "n_threads": "1", "logits_all": "true", "verbose": "false"}
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as told, subprocess.Popen(command, stdout=told, stderr=told) as server:
        try:
            _wait(server, port, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"the server did not come up: {log.read_text(errors='replace')[-2000:]}")


@pytest.mark.slow
def test_the_real_server_streams_stops_and_says_what_is_wrong(address: str, bots: Bots) -> None:
    generator = RemoteGenerator.open(Server(address, patience=PATIENT))
    assert generator.name == "tiny"
    pieces = list(generator.generate(PROMPT, max_tokens=8))
    assert 1 <= sum(piece.tokens for piece in pieces) <= 8
    assert all(isinstance(piece, Piece) and piece for piece in pieces)
    assert all(piece.logprob < 0 for piece in pieces)  # in a stream this server tells none

    again = generator.generate(PROMPT, max_tokens=200)
    assert next(again) == pieces[0]
    again.close()  # type: ignore[attr-defined]
    assert list(generator.generate(PROMPT, max_tokens=8)) == pieces  # it was given up there too

    likely, unlikely = generator.first_logprobs(PROMPT, [pieces[0], "Zanzibar"])
    assert unlikely <= likely <= 0

    with pytest.raises(ModelError, match=r"broke off in the middle|status 400"):
        list(generator.generate(Prompt("Sum up.", "word " * 3_000), max_tokens=8))
    with pytest.raises(ModelError, match=r"no model 'huge'.*: tiny"):
        RemoteGenerator.open(Server(address, "huge"))

    bot = Chatbot(bots.index(FERRY), llm=Server(address, patience=PATIENT), strictness=0.0)
    answer = bot.ask("Who sailed the ferry Petrel to Gannet Island?")
    assert answer.model == "tiny"
    for citation in answer.citations:
        assert citation.quote in FERRY
