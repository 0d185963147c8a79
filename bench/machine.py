"""On what, when, from which commit and by which command a result was made."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from index.opening import MILVUS


def about(arguments: Sequence[str]) -> dict[str, object]:
    """Give machine, date (UTC), commit ("+" if files differ from it, None outside git), command."""
    return {
        "machine": {"cpu": _cpu(), "cores": os.cpu_count(), "python": platform.python_version()},
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "commit": commit(),
        "command": command(arguments),
    }


def command(arguments: Sequence[str]) -> str:
    """Give the command as it was typed, but folders and files by their last name alone."""
    return shlex.join(["python", "-m", "bench", *map(_short, arguments)])


def _short(word: str) -> str:
    if word.startswith(MILVUS) and "://" not in word:
        return f"{MILVUS}{Path(word.removeprefix(MILVUS)).name}"
    return Path(word).name if "/" in word and _is_place(word) else word


def _is_place(word: str) -> bool:
    return Path(word).is_absolute() or Path(word).exists()  # a file of results may be new


def _cpu() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def commit() -> str | None:
    """Give the commit that is measured, with a + behind it if files differ from it."""
    if not (here := _git("rev-parse", "--short", "HEAD")):
        return None
    return f"{here}+" if _git("status", "--porcelain", "--untracked-files=no") else here


def _git(*arguments: str) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    folder = Path(__file__).parent
    done = subprocess.run(  # noqa: S603
        [git, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None
