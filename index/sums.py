"""The SHA-256 of each file of a generation, written once beside them: damage is found by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from index.checksum import sha256_of
from index.manifest import replace_json

SUMS = "checksums.json"


def write_sums(folder: Path, parts: tuple[str, ...]) -> None:
    """Write the sums of a complete generation's parts in one step."""
    sums = {name: sha256_of(folder / name) for name in _names(folder, parts)}
    replace_json(folder / SUMS, sums)


def damaged_files(folder: Path, parts: tuple[str, ...]) -> list[str]:
    """Say of each file that is missing, new or changed since the sums were written."""
    try:
        sums = json.loads((folder / SUMS).read_text(encoding="utf-8"))
        known = {str(name): str(value) for name, value in sums.items()}
    except (OSError, ValueError, AttributeError) as error:
        return [f"{SUMS}: the checksums cannot be read ({error})"]
    there = set(_names(folder, parts))
    found = [f"{name}: the file is missing" for name in sorted(known.keys() - there)]
    found += [f"{name}: the file is not part of the index" for name in sorted(there - known.keys())]
    for name in sorted(there & known.keys()):
        try:
            if sha256_of(folder / name) != known[name]:
                found.append(f"{name}: its content is not what was written (SHA-256)")
        except OSError as error:
            found.append(f"{name}: it cannot be read ({error.strerror})")
    return found


def _names(folder: Path, parts: tuple[str, ...]) -> Iterator[str]:
    """The files of the parts but for locks, in order."""
    for part in parts:
        path = folder / part
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and file.suffix != ".lock":
                yield file.relative_to(folder).as_posix()
