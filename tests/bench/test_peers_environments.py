from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.peers.environments import key, llama_wheel, pinned_first, python_of
from index.errors import InputError


def test_an_environment_is_made_again_when_a_pin_or_the_build_changes(tmp_path: Path) -> None:
    pins = tmp_path / "some.txt"
    builds = [tmp_path / name / "llama.whl" for name in ("first", "second")]
    pins.write_text("torch==1.0\n")
    before = key(pins, builds[0])
    assert key(pins, builds[0]) == before
    assert key(pins, builds[1]) != before
    pins.write_text("torch==1.1\n")
    assert key(pins, builds[0]) != before


@pytest.mark.parametrize("text", ["numpy==1.0\n", "torch>=2\n", "torch==1.0\ntorch==2.0\n"])
def test_torch_must_be_pinned_once(tmp_path: Path, text: str) -> None:
    pins = tmp_path / "some.txt"
    pins.write_text(text)
    with pytest.raises(InputError, match="must pin torch once"):
        pinned_first(pins)


def test_torch_is_found_among_its_like(tmp_path: Path) -> None:
    pins = tmp_path / "some.txt"
    pins.write_text("torchvision==0.1\ntorch==2.13.0\n")
    assert pinned_first(pins) == "torch==2.13.0"


def test_an_unknown_peer_is_refused() -> None:
    with pytest.raises(InputError, match="There is no peer 'nobody'"):
        python_of("nobody")


def test_without_a_known_build_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(InputError, match="make clean weights"):
        llama_wheel()
