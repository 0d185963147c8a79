"""The wheel: it builds, and what the page and the answers need is in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.ui.browsing import ROOT

pytestmark = pytest.mark.slow


def test_a_wheel_builds_with_the_command_and_its_data(tmp_path: Path) -> None:
    source = tmp_path / "source"  # a build leaves its traces in the folder
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = listed.stdout.splitlines()
    if listed.returncode:
        pytest.skip("not a checkout: there is no list of what belongs to the project")
    for name in names:
        if not name.startswith(("docs/", "tests/", "sample/")) and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", str(tmp_path)], cwd=source, check=True, timeout=550)
    (wheel,) = tmp_path.glob("clippings_qa-*.whl")
    with zipfile.ZipFile(wheel) as file:
        inside = set(file.namelist())
        entry = next(name for name in inside if name.endswith("entry_points.txt"))
        assert "clippings = serve.command:main" in file.read(entry).decode()
    data = {name for name in names if name.startswith(("ui/", "qa/", "index/", "serve/"))}
    assert data - inside == set()
    assert "app.py" in inside
    assert not any(name.startswith("tests/") for name in inside)
