"""An environment of its own for each peer, made from pinned requirements: `make bench-peers`.

An environment is kept in the cache under the hash of what it was made from, and made again when
that changes. llama-cpp-python is the build that this project runs itself, taken from its wheel.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from bench.peers.systems import SYSTEMS
from index.errors import InputError
from index.weights import cache_root

REQUIREMENTS = Path(__file__).with_name("requirements")
FIRST = "torch"  # first and alone, so that a CPU build is taken where one is offered
MADE = ".made"  # there once everything is installed


def python_of(name: str) -> Path:
    """Give the Python of a peer's environment, making the environment where it is missing.

    Raises InputError, with what pip said, where it cannot be made.
    """
    requirements = REQUIREMENTS / f"{name}.txt"
    if not requirements.is_file():
        raise InputError(f"There is no peer {name!r}: {requirements} is missing.")
    wheel = llama_wheel()
    folder = cache_root() / "peers" / f"{name}-{key(requirements, wheel)}"
    python = folder / "bin" / "python"
    if not (folder / MADE).exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f".{name}.lock"):
            if not (folder / MADE).exists():
                print(f"Setting up the environment of {name} (some minutes).", file=sys.stderr)
                _make(folder, python, requirements, wheel)
                (folder / MADE).touch()
                _remove_older(folder, name)
    return python


def key(requirements: Path, wheel: Path) -> str:
    """Tell environments apart by what they are made from and by the Python that makes them."""
    made_from = [
        requirements.read_text(encoding="utf-8"),
        wheel.parent.name,
        str(sys.implementation.cache_tag),
    ]
    return hashlib.sha256("\n".join(made_from).encode()).hexdigest()[:12]


def llama_wheel() -> Path:
    """Give the wheel of the llama-cpp-python that this environment runs; InputError without one."""
    stamp = Path(sys.prefix) / "llama.json"
    try:
        from tools import build_llama  # not installed with the packages
    except ImportError as error:
        raise InputError(
            "The peers are set up from a checkout of the project: change into its folder."
        ) from error
    try:
        arguments = json.loads(stamp.read_text(encoding="utf-8")).get("arguments")
    except (OSError, ValueError):
        arguments = None
    if arguments:
        folder = build_llama.cache_folder() / build_llama.key(arguments)
        for wheel in folder.glob("*.whl"):
            return wheel
    raise InputError(
        f"{stamp}: the wheel of the llama-cpp-python in this environment is not known, and the "
        "peers are to run the same build. Run `make clean weights`."
    )


def pinned_first(requirements: Path) -> str:
    """Give the line of the requirements that is installed first."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if re.match(rf"{FIRST}==", line)]
    if len(found) != 1:
        raise InputError(f"{requirements}: it must pin {FIRST} once, as `{FIRST}==VERSION`.")
    return found[0]


def _make(folder: Path, python: Path, requirements: Path, wheel: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # what an interrupted set-up left
    install = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    name = requirements.stem
    _run(name, [sys.executable, "-m", "venv", str(folder)])
    _run(name, [*install, pinned_first(requirements)])
    _run(name, [*install, "--no-deps", "--no-index", "--force-reinstall", str(wheel)])
    # the file names everything, so nothing is left to be resolved
    _run(name, [*install, "--no-deps", "--requirement", str(requirements)])
    _run(name, [str(python), "-m", "pip", "--disable-pip-version-check", "check"])


def _run(name: str, command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}".strip().splitlines()[-5:]
        raise InputError(
            f"The environment of {name} could not be made: {' '.join(said)} "
            "Try again with a network, on the Python that its requirements name."
        )


def _remove_older(folder: Path, name: str) -> None:
    for other in folder.parent.glob(f"{name}-*"):
        if other != folder and re.fullmatch(rf"{re.escape(name)}-[0-9a-f]{{12}}", other.name):
            shutil.rmtree(other, ignore_errors=True)


def main() -> int:
    """Make every environment; exit status 1 if one could not be made."""
    failed = False
    for name in dict.fromkeys(item.environment for item in SYSTEMS if item.environment):
        try:
            print(f"{name}: {python_of(name)}")
        except InputError as error:
            failed = True
            print(f"bench: {error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
