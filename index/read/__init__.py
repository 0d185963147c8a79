"""From files and folders to clean Articles, one at a time. Knows the formats, not the index.

A file or record that cannot be read becomes a Skipped that names it; the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import html, jsonl, markdown, text
from index.read.files import File, Reader, plain, walk

_READERS: Final[dict[str, Reader]] = {
    ".txt": text.articles,
    ".md": markdown.articles,
    ".markdown": markdown.articles,
    ".html": html.articles,
    ".htm": html.articles,
    ".jsonl": jsonl.articles,
    ".jsonl.gz": jsonl.articles,
}


def supported() -> tuple[str, ...]:
    """The endings of the file names that are read."""
    return tuple(_READERS)


def read(paths: Sequence[Path]) -> Iterator[Article | Skipped]:
    """Yield the articles of files and folders, and a Skipped for whatever is not one.

    Paths are checked before anything is read: InputError for one that is missing, empty of
    anything readable, or of a format not read here. Folders are walked in the order of names.
    """
    for path in paths:
        _check(path)
    return chain.from_iterable(map(_read, paths))


def _check(path: Path) -> None:
    formats = f"Formats read: {', '.join(supported())}."
    if path.is_dir():
        if not any(isinstance(found, File) and _reader(found) for found in walk(path)):
            raise InputError(f"{plain(path)}: the folder holds no file that can be read. {formats}")
    elif not path.exists():
        raise InputError(f"{plain(path)}: no such file or folder. {formats}")
    elif not path.is_file() or not _reader(_named(path)):
        raise InputError(f"{plain(path)}: not a file of a format that is read. {formats}")
    elif path.stat().st_size == 0:
        raise InputError(f"{plain(path)}: the file is empty. {formats}")


def _read(path: Path) -> Iterator[Article | Skipped]:
    for found in walk(path) if path.is_dir() else [_named(path)]:
        if isinstance(found, Skipped):
            yield found
        elif reader := _reader(found):
            yield from _guarded(reader, found)
        else:
            yield Skipped(found.shown, "is of a format that is not read", fault=False)


def _guarded(reader: Reader, file: File) -> Iterator[Article | Skipped]:
    try:
        yield from reader(file)
    except InputError as error:
        yield Skipped(file.shown, str(error))
    except OSError as error:
        yield Skipped(file.shown, f"cannot be read: {error.strerror or error}")


def _named(path: Path) -> File:
    return File(path, plain(path), plain(Path(path.name)))


def _reader(file: File) -> Reader | None:
    name = file.path.name.lower()
    return next((reader for ending, reader in _READERS.items() if name.endswith(ending)), None)
