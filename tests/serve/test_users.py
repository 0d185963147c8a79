from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from index.errors import InputError
from serve.users import Users, line_of, main

PASSWORD = "the tide is out"


def write(folder: Path, *lines: str) -> Path:
    file = folder / "users.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_a_user_is_known_by_name_and_password_alone(tmp_path: Path) -> None:
    users = Users.read(write(tmp_path, "# ours", "", line_of("ada", PASSWORD)))
    assert users.check("ada", PASSWORD)
    assert not users.check("ada", PASSWORD + "!")
    assert not users.check("bob", PASSWORD)
    assert not users.check("ada", "")


def test_a_password_that_was_right_need_not_be_hashed_again(tmp_path: Path) -> None:
    users = Users.read(write(tmp_path, line_of("ada", PASSWORD)))
    users.check("ada", "a wrong one")
    assert not users.remembered("ada", "a wrong one")
    assert not users.remembered("ada", PASSWORD)
    users.check("ada", PASSWORD)
    assert users.remembered("ada", PASSWORD)


def test_a_password_is_not_in_its_line_and_two_lines_differ() -> None:
    first, second = line_of("ada", PASSWORD), line_of("ada", PASSWORD)
    assert PASSWORD not in first
    assert first != second


@pytest.mark.parametrize("name", ["", "a b", "a:b", "x" * 65, "né", "a\n"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot be a user's name"):
        line_of(name, PASSWORD)


@pytest.mark.parametrize("password", ["", "seven77", "x" * 257])
def test_a_password_that_is_too_short_or_long_is_refused(password: str) -> None:
    with pytest.raises(InputError, match="8 to 256 characters"):
        line_of("ada", password)


GOOD = "ada:scrypt:16384:8:5:" + "A" * 22 + "==:" + "A" * 43 + "="


@pytest.mark.parametrize(
    "line",
    [
        "ada:secret",
        GOOD.replace("scrypt", "md5"),
        GOOD.replace("16384", "16383"),
        GOOD.replace("16384", str(2**30)),
        GOOD.replace(":8:5:", ":8:x:"),
        GOOD.replace(":8:5:", ":8:1000000:"),
        GOOD.replace("AAAA", "A?AA", 1),
        GOOD[:-8],
        GOOD + ":more",
    ],
)
def test_a_line_that_is_no_user_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=r"users\.txt, line 2: this is no user"):
        Users.read(write(tmp_path, "# ours", line))


def test_a_file_without_users_lets_nobody_in_by_accident(tmp_path: Path) -> None:
    for text in ("", "# ada"):
        with pytest.raises(InputError, match="no user in it"):
            Users.read(write(tmp_path, text))
    with pytest.raises(InputError, match="cannot be read"):
        Users.read(tmp_path / "nothing")


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2: ada is there twice"):
        Users.read(write(tmp_path, line_of("ada", PASSWORD), line_of("ada", "another one")))


def test_the_command_prints_a_line_that_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert main(["ada"]) == 0
    assert Users.read(write(tmp_path, capsys.readouterr().out)).check("ada", PASSWORD)
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert main(["ada"]) == 1
    assert "8 to 256" in capsys.readouterr().err
