"""Paths to readable files, and files to bytes. Knows the limits, not what stands in a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.article import Article, Skipped
from index.errors import InputError

MAX_FILE_BYTES: Final = 64 * 2**20  # of a file that is one article; a page with inlined pictures
MAX_ARTICLE_CHARACTERS: Final = 2_000_000  # of clean text: a thick book


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: where it is, how the user named it, and its name below what was added."""

    path: Path
    shown: str
    name: str


Reader = Callable[[File], Iterator["Article | Skipped"]]


def load(file: File) -> bytes:
    """The bytes of a file that is one article; InputError when it is empty or too large."""
    with file.path.open("rb") as stream:
        data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 2**20
        raise InputError(f"is larger than {limit} MiB, the limit for one article: split it")
    if not data.strip():
        raise InputError("is empty: remove it or put an article in")
    return data


def within_limit(text: str) -> str:
    """The text of an article; InputError when there is none or it is too long for one."""
    if not text:
        raise InputError("has no text: nothing is left when it is cleaned")
    if len(text) > MAX_ARTICLE_CHARACTERS:
        raise InputError(f"is longer than {MAX_ARTICLE_CHARACTERS:,} characters: split it")
    return text


def walk(folder: Path) -> Iterator[File | Skipped]:
    """The files below a folder in the order of their paths; hidden ones are passed over.

    Links to folders are not followed, links to files only while they stay below the folder.
    """
    root = folder.resolve()
    stack = [folder]
    while stack:
        path = stack.pop()
        if path != folder and path.is_symlink() and not _stays(path, root):
            yield Skipped(plain(path), "is a link that is not followed", fault=False)
        elif path.is_dir():
            try:
                children = sorted(os.scandir(path), key=lambda entry: entry.name, reverse=True)
            except OSError as error:
                yield Skipped(plain(path), f"cannot be listed: {error.strerror}")
                continue
            stack += [Path(child.path) for child in children if not child.name.startswith(".")]
        elif path.is_file():
            yield File(path, plain(path), plain(path.relative_to(folder)))
        else:
            yield Skipped(plain(path), "is no regular file", fault=False)


def plain(path: Path) -> str:
    """A path as text that can be stored: / between folders, bytes that are no text replaced."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _stays(link: Path, root: Path) -> bool:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # dangling, or a circle
        return False
    return target.is_file() and target.is_relative_to(root)
