"""What every test runs under: no network but loopback, nothing that calls home."""

from __future__ import annotations

import faulthandler
import os
import socket
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"  # before anything imports huggingface_hub
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from index.index import Index
from tests.fakes import FakeEmbedder

MakeIndex = Callable[..., Index]

LEAVING = 120  # seconds after the last test

# Nothing is timed: the machine may be busy. `--hypothesis-profile=long` looks further.
settings.register_profile("short", deadline=None)
settings.register_profile("long", deadline=None, max_examples=500)
settings.load_profile("short")


def pytest_unconfigure() -> None:
    """Say where threads are and fail if one that a test left behind keeps the run from its end."""
    faulthandler.dump_traceback_later(LEAVING, exit=True, file=sys.__stderr__)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that connects to, or asks the name of, another machine."""

    def guard(method: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
                pytest.fail(f"this test connects to {address}")
            return method(self, address)

        return guarded

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_loopback(host):
            pytest.fail(f"this test looks {host} up")
        return look_up(host, *arguments, **options)

    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guard(getattr(socket.socket, name)))


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        address = ip_address(str(name))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """Add files to the index `name` below tmp_path, with the fake embedder, and give it."""

    def make(*paths: Path, name: str = "index") -> Index:
        index = Index.open(tmp_path / name, create=True, model=FakeEmbedder())
        if paths:
            index.add(paths)
        return index

    return make
