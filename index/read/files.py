"""Paths to readable files, and files to bytes. Knows no format."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from index.article import Article, Skipped
from index.errors import InputError
from index.read import limits

_ASSETS: Final = "_files"  # browsers put a page's pictures in NAME_files beside NAME.html
_PAGES: Final = (".html", ".htm")
_BLOCK: Final = 2**18


@dataclass(slots=True)
class Budget:
    """What all the archives within one may still unpack to."""

    left: int

    def spend(self, size: int) -> None:
        """Take bytes off; InputError when none are left."""
        self.left -= size
        if self.left < 0:
            most = limits.MAX_UNPACKED_BYTES // 2**30
            raise InputError(f"its archive unpacks to more than {most} GiB: split it")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is known of a file that came from the web."""

    address: str  # where it was found in the end
    charset: str | None = None
    hints: Mapping[str, str | None] = field(default_factory=dict)  # what a feed says of it
    # Reads what an entry of a feed links to; given the link and what the feed says of it.
    follow: Callable[[str, Mapping[str, str | None]], Iterator[Article | Skipped]] | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: on the disk, within an archive on it, or at a web address."""

    path: Path  # on the disk; of no meaning where there is a reader
    shown: str  # how messages name it: a member is ARCHIVE/MEMBER
    name: str  # below what was added; of a member with the archive's name in front
    origin: str  # the file on the disk as the user named it
    fields: Mapping[str, str] = field(default_factory=dict)  # our field to that of records
    opener: Callable[[], IO[bytes]] | None = None  # of a member
    budget: Budget = field(default_factory=lambda: Budget(limits.MAX_UNPACKED_BYTES))
    told: Callable[[int], None] | None = None  # gets how many bytes were read of the disk
    reader: Reader | None = None  # of an address: fetches and reads it
    web: Fetched | None = None

    @classmethod
    def on_disk(cls, path: Path, name: str, fields: Mapping[str, str]) -> File:
        """A file as the user named it or a folder holds it."""
        return cls(path, plain(path), name, plain(path), fields)

    def member(self, name: str, opener: Callable[[], IO[bytes]]) -> File:
        """A file within this one."""
        return replace(
            self, shown=f"{self.shown}/{name}", name=f"{self.name}/{name}", opener=opener, web=None
        )

    def unpacked(self, name: str, opener: Callable[[], IO[bytes]]) -> File:
        """What the file holds, where it is packed and holds nothing else."""
        return replace(self, name=name, opener=opener)

    def open(self) -> IO[bytes]:
        """A stream at the beginning of the file, to be closed by the caller."""
        return self.opener() if self.opener else self.on_the_disk()

    def on_the_disk(self) -> IO[bytes]:
        """A stream at the beginning of the file that holds it."""
        return (
            io.BufferedReader(_Counted(self.path, self.told)) if self.told else self.path.open("rb")
        )


class _Counted(io.FileIO):
    """A file that tells how much is read of it."""

    def __init__(self, path: Path, told: Callable[[int], None]) -> None:
        super().__init__(path)
        self._told = told

    def readinto(self, buffer: Any, /) -> int | None:
        size = super().readinto(buffer)
        self._told(size or 0)
        return size

    def readall(self) -> bytes:
        data = super().readall()
        self._told(len(data))
        return data


Reader = Callable[[File], Iterator[Article | Skipped]]


class Rationed:
    """A stream that gives so many bytes until it is told more: what is held is to be short."""

    def __init__(self, source: IO[bytes], refusal: str) -> None:
        self._source = source
        self._refusal = refusal
        self.left = limits.MAX_RECORD_BYTES

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; InputError when the ration is used up."""
        data = self._source.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise InputError(self._refusal)
        return data


def load(file: File, limit: int | None = None) -> bytes:
    """The bytes of a file that is held whole; InputError when it is empty or too large."""
    most = limit or limits.MAX_FILE_BYTES
    with file.open() as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise InputError(f"is larger than {most // limits.MIB} MiB, the limit: split it")
    if not data.strip():
        raise InputError("is empty: remove it or put an article in")
    return data


@contextmanager
def seekable(file: File) -> Iterator[IO[bytes]]:
    """The file as a stream one can jump in; a member is copied to a nameless file first."""
    if not file.opener:
        with file.on_the_disk() as stream:
            yield stream
        return
    with file.open() as source, SpooledTemporaryFile(limits.HELD_BYTES) as copy:
        size = 0
        while block := source.read(_BLOCK):
            size += len(block)
            if size > limits.MAX_SPOOLED_BYTES:
                most = limits.MAX_SPOOLED_BYTES // limits.MIB
                raise InputError(f"unpacks to more than {most} MiB: unpack the archive around it")
            copy.write(block)
        copy.seek(0)
        yield copy


def within_limit(text: str) -> str:
    """The text of an article; InputError when there is none or it is too long for one."""
    if not text:
        raise InputError("has no text: nothing is left when it is cleaned")
    if len(text) > limits.MAX_ARTICLE_CHARACTERS:
        raise InputError(f"is longer than {limits.MAX_ARTICLE_CHARACTERS:,} characters: split it")
    return text


def walk(folder: Path, fields: Mapping[str, str]) -> Iterator[File | Skipped]:
    """The files below a folder in the order of their paths.

    Hidden ones are passed over, and so are folders with the assets of a saved page. Links to
    folders are not followed, links to files only while they stay below the folder.
    """
    root = folder.resolve()
    stack = [folder]
    while stack:
        path = stack.pop()
        if path != folder and path.is_symlink() and not _stays(path, root):
            yield Skipped(plain(path), "is a link that is not followed", fault=False)
        elif path.is_dir():
            try:
                names = sorted((entry.name for entry in os.scandir(path)), reverse=True)
            except OSError as error:
                yield Skipped(plain(path), f"cannot be listed: {error.strerror}")
                continue
            known = set(names)
            stack += [
                path / name
                for name in names
                if not name.startswith(".") and not is_assets(name, known)
            ]
        elif path.is_file():
            yield File.on_disk(path, plain(path.relative_to(folder)), fields)
        else:
            yield Skipped(plain(path), "is no regular file", fault=False)


def is_assets(name: str, beside: set[str]) -> bool:
    """Whether a folder holds the assets of a page that a browser saved beside it."""
    page = name.removesuffix(_ASSETS)
    return page != name and any(page + ending in beside for ending in _PAGES)


def plain(path: Path) -> str:
    """A path as text that can be stored: / between folders, bytes that are no text replaced."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _stays(link: Path, root: Path) -> bool:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # dangling, or a circle
        return False
    return target.is_file() and target.is_relative_to(root)
