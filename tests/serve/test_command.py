from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from index.commands import parser
from serve.command import INDEX, OTHERS, main, usage


def test_every_subcommand_is_told_of_and_is_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name in (*INDEX, *OTHERS):
        assert f"\n  {name} " in out
        if name != "bench":  # it takes a while to be imported
            with pytest.raises(SystemExit) as caught:
                main([name, "--help"])
            assert caught.value.code == 0


def test_the_indexs_own_commands_are_all_there() -> None:
    help_text = parser("").format_help()
    assert all(f"    {name} " in help_text for name in INDEX)


def test_a_command_that_is_none_is_named_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sing"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(usage())
    assert err.endswith("there is no command 'sing'.\n")


def test_arguments_and_status_are_those_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("long enough\n"))
    assert main(["user", "ada"]) == 0
    assert capsys.readouterr().out.startswith("ada:scrypt:")
    assert main(["check", "--index", str(tmp_path / "nothing")]) == 1
    assert main(["ask", "Who?", "--index", str(tmp_path / "nothing")]) == 1
    assert main(["page", "--index", str(tmp_path / "nothing")]) == 1
