from __future__ import annotations

from pathlib import Path

import pytest

from tools.chromium import found


def program(path: Path, status: int) -> Path:
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return path


def test_the_first_one_on_the_path_that_starts_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLIPPINGS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found() is None
    program(tmp_path / "chromium-browser", 1)  # a pointer to a package that is not there
    assert found() is None
    chrome = program(tmp_path / "google-chrome", 0)
    assert found() == str(chrome)


def test_the_one_that_is_named_is_taken_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / "chromium", 0)
    named = program(tmp_path / "mine", 0)
    monkeypatch.setenv("CLIPPINGS_CHROMIUM", str(named))
    assert found() == str(named)
    monkeypatch.setenv("CLIPPINGS_CHROMIUM", str(tmp_path / "gone"))
    assert found() is None
