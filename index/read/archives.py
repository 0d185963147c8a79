"""ZIP, TAR and gzip: the members of an archive, one after the other, each a File of its own.

Nothing is unpacked to where a member's name says. Members that must lie on the disk are copied to
files without a name. Bombs are stopped by what really comes out, not by what a header promises.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any, Final, cast

from index.article import Skipped
from index.errors import InputError
from index.read import limits
from index.read.files import Budget, File, Rationed, is_assets, seekable

_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_BROKEN: Final = (
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)
_END: Final = b"PK\x05\x06"
_END_REACH: Final = 65_557  # bytes from the end in which a ZIP's last record begins
_BLOCK: Final = 2**18
_ENCRYPTED: Final = 1
_LINK_TYPE: Final = 0o120000
_LEADS_OUT: Final = "its name leads out of the archive: it was not read, rename it"
_IS_LINK: Final = "is a link that is not followed"


def members(file: File, kind: str) -> Iterator[File | Skipped]:
    """The members of an archive; one is to be read before the next is asked for."""
    of_kind = {"zip": _of_zip, "tar": _of_tar, "gzip": _of_gzip}[kind]
    for number, member in enumerate(of_kind(file), start=1):
        if number > limits.MAX_MEMBERS:
            raise InputError(f"has more than {limits.MAX_MEMBERS:,} members: split it")
        yield member
        if file.budget.left < 0:
            raise InputError("unpacks to too much: the rest of it was not read")


class _Unpacked(io.RawIOBase):
    """A stream that counts what comes out of it and names what is wrong with it."""

    def __init__(
        self,
        sources: tuple[IO[bytes], ...],
        what: str,
        budget: Budget,
        packed: Callable[[], int] | None,
    ) -> None:
        self._sources = sources
        self._what = what
        self._budget = budget
        self._packed = packed
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            # Not all at once: what comes before a break is still given.
            data = self._sources[0].read1(len(buffer))  # type: ignore[attr-defined]
        except _BROKEN as error:
            raise InputError(
                f"the {self._what} breaks off or is damaged ({error}): fetch the file again"
            ) from error
        buffer[: len(data)] = data
        self._count += len(data)
        self._budget.spend(len(data))
        if self._packed and self._count > limits.RATIO_FREE_BYTES:
            self._check_ratio(self._packed())
        return len(data)

    def _check_ratio(self, packed: int) -> None:
        if self._count > limits.MAX_RATIO * packed:
            raise InputError(
                f"unpacks to more than {limits.MAX_RATIO} times its size, as a bomb does: "
                "unpack it by hand if you trust it"
            )

    def close(self) -> None:
        for source in self._sources:
            source.close()
        super().close()


def _stream(
    *sources: IO[bytes], what: str, budget: Budget, packed: Callable[[], int] | None
) -> IO[bytes]:
    """The first of the streams, counted; all are closed with it."""
    return cast("IO[bytes]", io.BufferedReader(_Unpacked(sources, what, budget, packed), _BLOCK))


def _of_gzip(file: File) -> Iterator[File]:
    name = file.name
    lower = name.lower()
    if lower.endswith(".tgz"):
        name = name[:-4] + ".tar"
    elif lower.endswith(".gz"):
        name = name[:-3]

    def opener() -> IO[bytes]:
        packed = file.open()
        unpacked = cast("IO[bytes]", gzip.GzipFile(fileobj=packed))
        return _stream(unpacked, packed, what="gzip stream", budget=file.budget, packed=packed.tell)

    yield file.unpacked(name, opener)


def _of_zip(file: File) -> Iterator[File | Skipped]:
    with seekable(file) as stream:
        _check_directory(stream)
        try:
            archive = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise InputError(f"is damaged or no ZIP ({error}): fetch the file again") from error
        names = set(archive.namelist())
        for info in archive.infolist():
            if info.is_dir() or _passed_over(info.filename, names):
                continue
            shown = f"{file.shown}/{info.filename}"
            if _leads_out(info.filename):
                yield Skipped(shown, _LEADS_OUT)
            elif info.external_attr >> 16 & 0o170000 == _LINK_TYPE:
                yield Skipped(shown, _IS_LINK, fault=False)
            elif info.flag_bits & _ENCRYPTED:
                yield Skipped(shown, "is encrypted: unpack it with its password")
            elif info.compress_type not in _METHODS:
                yield Skipped(shown, "is packed in a way that is not read: pack it by deflate")
            else:
                yield file.member(info.filename, _zip_opener(archive, info, file.budget))


def _zip_opener(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget
) -> Callable[[], IO[bytes]]:
    def opener() -> IO[bytes]:
        try:
            source = archive.open(info)
        except _BROKEN as error:
            raise InputError(f"is damaged in its archive ({error}): fetch it again") from error
        return _stream(source, what="ZIP member", budget=budget, packed=lambda: info.compress_size)

    return opener


def _check_directory(stream: IO[bytes]) -> None:
    """Refuse a list of members that would fill the memory before one of them is read."""
    size = stream.seek(0, os.SEEK_END)
    start = stream.seek(max(0, size - _END_REACH))
    tail = stream.read()
    at = tail.rfind(_END)
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    if length == 0xFFFFFFFF and start + at >= 20:  # ZIP64: it stands where the locator says
        stream.seek(start + at - 12)
        stream.seek(min(int.from_bytes(stream.read(8), "little"), size))
        length = int.from_bytes(stream.read(48)[40:], "little")
    if length > limits.MAX_DIRECTORY_BYTES:
        raise InputError("has too many members: split it")
    stream.seek(0)


def _of_tar(file: File) -> Iterator[File | Skipped]:
    with file.open() as source:
        stream = Rationed(source, "is a TAR with a header beyond reason: pack it again")
        try:
            # Read once from front to end: nothing is held but the member at hand.
            archive = tarfile.TarFile.open(fileobj=cast("IO[bytes]", stream), mode="r|")
        except (*_BROKEN, OSError) as error:
            raise InputError(f"is damaged or no TAR ({error}): fetch the file again") from error
        while info := _next(archive):
            stream.left = max(0, info.size) + limits.MAX_RECORD_BYTES
            shown = f"{file.shown}/{info.name}"
            if info.isdir() or _passed_over(info.name, set()):
                continue
            if _leads_out(info.name):
                yield Skipped(shown, _LEADS_OUT)
            elif not info.isreg() or info.issparse():
                yield Skipped(shown, _IS_LINK, fault=False)
            elif info.size > limits.MAX_SPOOLED_BYTES:
                yield Skipped(shown, "is too large to be read from a TAR: unpack it")
            else:
                yield from _of_tar_member(file, archive, info)


def _next(archive: tarfile.TarFile) -> tarfile.TarInfo | None:
    try:
        info = archive.next()
        setattr(archive, "members", [])  # noqa: B010 - else it keeps every header; no type knows it
    except (*_BROKEN, OSError) as error:
        raise InputError(f"the TAR breaks off or is damaged ({error}): fetch it again") from error
    return info


def _of_tar_member(
    file: File, archive: tarfile.TarFile, info: tarfile.TarInfo
) -> Iterator[File | Skipped]:
    source = archive.extractfile(info)
    if source is None:
        return
    with _held(_stream(source, what="TAR", budget=file.budget, packed=None)) as opener:
        yield file.member(info.name, opener)


@contextmanager
def _held(source: IO[bytes]) -> Iterator[Callable[[], IO[bytes]]]:
    """A stream that can be read once, held so that it can be read again."""
    head = source.read(limits.HELD_BYTES + 1)
    if len(head) <= limits.HELD_BYTES:
        yield lambda: io.BytesIO(head)
        return
    with TemporaryFile() as copy:
        while head:
            copy.write(head)
            head = source.read(_BLOCK)
        copy.flush()

        def opener() -> IO[bytes]:
            copy.seek(0)
            return os.fdopen(os.dup(copy.fileno()), "rb")

        yield opener


def _passed_over(name: str, beside: set[str]) -> bool:
    """Whether a member is hidden, or of the assets of a saved page."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts):
        return True
    folders = ["/".join(parts[: at + 1]) for at in range(len(parts) - 1)]
    return any(is_assets(folder, beside) for folder in folders)


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or name[1:2] == ":"
