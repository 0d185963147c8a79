"""The entry point: its arguments, its errors, its headline."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

import app
from index.errors import InputError
from tests.ui.fake_bot import PAYLOADS, FakeBot

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "app.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_a_missing_index_is_one_line_and_an_exit_status(tmp_path: Path) -> None:
    done = run("--index", str(tmp_path / "nothing"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "nothing" in done.stderr
    assert done.stdout == ""


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"127\.0\.0\.1:{port}.*--port"):
            app.serve(FakeBot(), Path("x"), "127.0.0.1", port)


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(InputError, match=r"203\.0\.113\.7:7860.*--host"):
        app.serve(FakeBot(), Path("x"), "203.0.113.7", 7860)


def test_a_language_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(InputError, match=r"'xx'.*--language"):
        app.serve(FakeBot(), Path("x"), "127.0.0.1", port, language="xx")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_cannot_be_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        app.main(["--index", "x", f"--port={port}"])
    assert caught.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_the_headline_names_the_archive_its_size_and_its_span() -> None:
    html = app.headline(FakeBot(), "Aldern <Archive>")
    assert "Aldern &lt;Archive&gt;" in html
    assert '5 articles<span class="published"> · 1 March – 2 May 2031' in html


def test_importing_the_entry_point_is_cheap() -> None:
    code = "import app, sys; sys.exit(any(m in sys.modules for m in ('gradio', 'torch', 'qa')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0


def test_the_payloads_are_really_there() -> None:
    assert any("<script>" in payload for payload in PAYLOADS)
