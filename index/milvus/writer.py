"""Which folder writes into a store of Milvus: a random name in the folder and beside what it wrote.

It knows no server.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from index.errors import IndexFormatError, StorageError
from index.manifest import replace_json
from index.milvus.address import Address

FILE = "milvus-writer.json"


def writer_in(folder: Path) -> str:
    """The name that a folder writes under; "" where it has none yet."""
    file = folder / FILE
    try:
        name = json.loads(file.read_text(encoding="utf-8"))["writer"]
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(file) from error
    if not isinstance(name, str) or not name:
        raise _damaged(file)
    return name


def named_writer(folder: Path) -> str:
    """The name that a folder writes under, made up where it has none; OSError if that cannot be."""
    name = writer_in(folder)
    if not name:
        name = secrets.token_hex(16)
        replace_json(folder / FILE, {"writer": name})
    return name


def another_writes(address: Address, folder: Path, shown: str | None = None) -> StorageError:
    """What is said to a folder that is not the one which wrote what is published."""
    return StorageError(
        f"{address}: it was written from another folder than {folder}, or from a later state of "
        "it. Add on the machine that writes it, to the folder that it was copied from; or publish "
        "this folder in its place, and nothing but what it holds, with: "
        f"python -m index copy {shown or folder} {address}"
    )


def _damaged(file: Path) -> IndexFormatError:
    return IndexFormatError(
        f"{file}: the name that this folder writes under cannot be read. Delete the file and "
        "publish the folder again with: python -m index copy DIR milvus:ADDRESS"
    )
