"""Files and their SHA-256: a large file is hashed once, and a stamp beside it remembers that.

It does not know what the files are.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    digest = hashlib.sha256()
    for block in _blocks(file):
        digest.update(block)
    return digest.hexdigest()


def join(parts: Iterable[Path], target: Path) -> str:
    """Write the parts one after the other, safely on disk; return the SHA-256 of the whole."""
    digest = hashlib.sha256()
    try:
        with target.open("wb") as sink:
            for part in parts:
                for block in _blocks(part):
                    digest.update(block)
                    sink.write(block)
            sink.flush()
            os.fsync(sink.fileno())
    except OSError:
        target.unlink(missing_ok=True)  # a full disk gets its room back
        raise
    return digest.hexdigest()


def is_right(file: Path, sha256: str) -> bool:
    """Whether an existing file has this sum; hashed only where that is not remembered."""
    if is_remembered(file, sha256):
        return True
    if sha256_of(file) != sha256:
        return False
    remember(file, sha256)
    return True


def is_remembered(file: Path, sha256: str) -> bool:
    """Whether this very file was verified: its size and time of change are as they were."""
    try:
        stamp = json.loads(_stamp_of(file).read_text("utf-8"))
        return bool(stamp == _state(file, sha256))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False


def remember(file: Path, sha256: str) -> None:
    """Write down that the file, as it is now, has this sum."""
    fresh = file.with_name(f".{file.name}.fresh")
    fresh.write_text(json.dumps(_state(file, sha256)), "utf-8")
    fresh.replace(_stamp_of(file))


def _stamp_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.verified")


def _state(file: Path, sha256: str) -> dict[str, object]:
    status = file.stat()
    return {"sha256": sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(1 << 20):
            yield block
