"""Print the path of a Chromium for the browser tests, installing one where that can be done.

Prints nothing where there is none: those tests are then skipped. With CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


def found() -> str | None:
    """CLIPPINGS_CHROMIUM, or the first Chromium on PATH that starts."""
    given = os.environ.get("CLIPPINGS_CHROMIUM")
    candidates = [given] if given else [shutil.which(name) for name in NAMES]
    return next((path for path in candidates if path and _starts(path)), None)


def install() -> str | None:
    """Install Chromium by apt-get where that is ours to do, else by playwright."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        _run(["apt-get", "update"])
        _run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"])
        if path := found():
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return path if _starts(path) else None


def _starts(path: str) -> bool:
    """Whether it runs at all; Ubuntu's package of that name is only a pointer to another one."""
    try:
        command = [path, "--version"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _run(command: list[str]) -> None:
    """Run an installer with its output on standard error; what it achieved is looked at after."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment, check=False
    )


def main() -> int:
    """Print the path, or say what is missing."""
    if path := found() or install():
        print(path)
        return 0
    print(
        f"No Chromium was found ({', '.join(NAMES)} or CLIPPINGS_CHROMIUM) and none could be "
        "installed: the browser tests are skipped. Install one to run them.",
        file=sys.stderr,
    )
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
