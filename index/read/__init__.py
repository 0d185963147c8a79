"""From files and web addresses to clean Articles, one at a time. Knows formats, not the index.

A file, member or record that cannot be read becomes a Skipped that names it; the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import kinds, limits
from index.read.fields import check_map
from index.read.files import File, Reader, plain, walk
from index.read.hosts import is_address, target_of

__all__ = ["files", "is_address", "pages", "read", "read_file", "supported"]

# The module of a kind is loaded with the first file of it, and its library with it.
_MODULES: Final = {
    "text": "text",
    "markdown": "markdown",
    "html": "html",
    "mhtml": "mhtml",
    "pdf": "pdf",
    "docx": "docx",
    "eml": "mail",
    "mbox": "mbox",
    "jsonl": "jsonl",
    "json": "json",
    "csv": "csv",
    "parquet": "parquet",
    "xml": "xml",
    "warc": "warc",
}


def supported() -> tuple[str, ...]:
    """The endings of the file names that are read."""
    return tuple(kinds.ENDINGS)


def read(
    paths: Sequence[Path], fields: Mapping[str, str] | None = None
) -> Iterator[Article | Skipped]:
    """Yield the articles of files and folders, and a Skipped for whatever is not one.

    Paths are checked before anything is read: one that is missing, empty of anything readable, or
    of a format not read here is a Skipped, and an InputError where no other path can be read.
    Folders are walked in the order of names. `fields` says which field of records is which of
    ours, as {"title": "headline"}.
    """
    found = files(paths, fields)
    return chain.from_iterable(
        [file] if isinstance(file, Skipped) else read_file(file) for file in found
    )


def files(
    paths: Sequence[Path], fields: Mapping[str, str] | None = None, *, alone: bool = True
) -> Iterator[File | Skipped]:
    """The files `read` would read, checked as there; `read_file` reads one.

    Unless the paths are `alone` there is something else to read, and none of them need be good.
    """
    check_map(fields or {})
    troubles = {path: trouble for path in paths if (trouble := _trouble(path))}
    if troubles and alone and len(troubles) == len(set(paths)):
        told = "; ".join(f"{plain(path)}: {why}" for path, why in troubles.items())
        raise InputError(f"{told}. Formats read: {', '.join(supported())}.")
    return chain.from_iterable(
        [Skipped(plain(path), troubles[path])] if path in troubles else _files(path, fields or {})
        for path in paths
    )


def pages(
    addresses: Sequence[str],
    fields: Mapping[str, str] | None = None,
    *,
    allow_private: bool = False,
) -> list[File]:
    """Web addresses as files that `read_file` fetches; InputError for one that is none.

    With `allow_private` their hosts, and no others, may be within a private network.
    """
    check_map(fields or {})
    hosts = [target_of(address).host for address in addresses]
    if not addresses:
        return []
    from index.read.fetch import Fetching  # HTTP is loaded when it is asked for
    from index.read.web import Web

    fetching = Fetching(Web(private=hosts if allow_private else ()), read_file)
    return [fetching.file(address, fields or {}) for address in addresses]


def read_file(file: File) -> Iterator[Article | Skipped]:
    """The articles of one file, of an archive those of its members."""
    yield from _guarded(file, 0)


def _trouble(path: Path) -> str | None:
    """Why nothing can be read at a path."""
    try:
        if path.is_dir():
            held = walk(path, {})
            if any(isinstance(found, File) and _readable(found) for found in held):
                return None
            return "the folder holds no file that can be read"
        if not path.exists():
            return "no such file or folder"
        if not path.is_file() or not _readable(File.on_disk(path, path.name, {})):
            return "not a file of a format that is read"
        return "the file is empty" if path.stat().st_size == 0 else None
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _readable(file: File) -> bool:
    if kinds.known(file.name):
        return True
    try:
        return kinds.kind_of(file)[0] is not None
    except (OSError, InputError):  # it is named when it is its turn
        return False


def _files(path: Path, fields: Mapping[str, str]) -> Iterator[File | Skipped]:
    if path.is_dir():
        yield from walk(path, fields)
    else:
        yield File.on_disk(path, plain(Path(path.name)), fields)


def _guarded(file: File, depth: int) -> Iterator[Article | Skipped]:
    try:
        if file.reader:
            yield from file.reader(file)
            return
        kind, note = kinds.kind_of(file)
        if kind is None:
            yield Skipped(file.shown, "is of a format that is not read", fault=False)
            return
        if note:
            yield Skipped(file.shown, note, fault=False)
        if kind in kinds.ARCHIVES:
            yield from _members(file, kind, depth)
        else:
            yield from _reader(kind)(file)
    except InputError as error:
        yield Skipped(file.shown, str(error))
    except OSError as error:
        yield Skipped(file.shown, f"cannot be read: {error.strerror or error}")


def _members(file: File, kind: str, depth: int) -> Iterator[Article | Skipped]:
    from index.read.archives import members

    if depth >= limits.MAX_DEPTH:
        raise InputError(
            f"lies in more than {limits.MAX_DEPTH} archives, one in the other: unpack them"
        )
    for member in members(file, kind):
        if isinstance(member, Skipped):
            yield member
        else:
            yield from _guarded(member, depth + 1)


def _reader(kind: str) -> Reader:
    reader: Reader = import_module(f"index.read.{_MODULES[kind]}").articles
    return reader
