"""Where files from browsers are kept: beside the index, under safe names of their own.

Nothing a browser says is trusted: a name leads nowhere but below the shelf, and only what was
received into the inbox is taken.
"""

from __future__ import annotations

import filecmp
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from index.article import Skipped
from index.read import supported
from ui.archive import Limits, megabytes
from ui.words import figure, say

ENDINGS = supported()  # of the names of files that are read
PASTED = "pasted"  # in the folder of uploads
FOLDER = "uploads"  # in the folder of the index
LONGEST_TITLE = 200  # characters of a first line that stands for a title
LONGEST_BYTES = 200  # of a part of a name: disks take 255
DEEPEST = 12  # parts of a name
UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\/\u2028-\u202e\u2066-\u2069\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as the browser describes it; `path` is where it was received, if it was."""

    name: str  # of a folder's file with the folders
    size: int
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Pasted:
    """A text as it was typed or pasted, with what is known of it; all but the text may be empty."""

    text: str
    title: str = ""
    source: str = ""
    published: str = ""  # ISO 8601

    def name(self) -> str:
        """A name for its file that no other text has."""
        mark = sha256(
            "\0".join((self.text, self.source, self.published)).encode("utf-8", "surrogatepass")
        ).hexdigest()[:8]
        return f"{PASTED}/{' '.join(self.title.split())[:60].replace('/', ' ')} {mark}.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """The files that are on the shelf now, and those that are not."""

    files: Mapping[Path, str]  # with the names they came under
    skipped: tuple[Skipped, ...]
    replaced: int

    def as_sent(self, item: Skipped) -> Skipped:
        """What an add says of a kept file or what is in it, under the name it came under."""
        for path, name in self.files.items():
            stored = path.as_posix()
            if item.path == stored or item.path.startswith(f"{stored}/"):
                told = item.reason.replace(stored, name)
                return replace(item, path=name + item.path[len(stored) :], reason=told)
        return item


class Shelf:
    """A folder of files that were sent; a changed file of the same name replaces the earlier."""

    def __init__(self, folder: Path, inbox: Path, limits: Limits) -> None:
        self._folder = folder
        self._inbox = inbox.resolve()
        self._limits = limits

    def keep(self, sent: Sequence[Sent], check: Callable[[], None] = lambda: None) -> Kept:
        """Put files on the shelf, each that can be; `check` is called before each."""
        files: dict[Path, str] = {}
        skipped: list[Skipped] = []
        replaced = total = 0
        taken: set[str] = set()
        for place, item in enumerate(sent):
            check()
            source, size = self._received(item)
            reason = self._refusal(item, place, size, total)
            if reason is None and source is None:
                reason = say("did not arrive: drop it again")
            if reason is None and source is not None:
                target = self._folder / _untaken(safe_name(item.name), taken)
                try:
                    replaced += _store(source, target)
                    files[target] = item.name
                    total += size
                except OSError as error:
                    reason = _unstorable(error)
            if reason is not None:
                skipped.append(Skipped(item.name, reason))
            if source is not None:
                source.unlink(missing_ok=True)
        return Kept(files, tuple(skipped), replaced)

    def keep_text(self, pasted: Pasted) -> Kept:
        """Put a text on the shelf as a record; the same text again is the same file."""
        lines = [line.strip() for line in pasted.text.splitlines() if line.strip()]
        if not lines:
            return Kept(
                {}, (Skipped(say("The text"), say("is empty: paste one and add it again")),), 0
            )
        titled = pasted if pasted.title.strip() else replace(pasted, title=lines[0][:LONGEST_TITLE])
        record = {"title": titled.title, "text": titled.text}
        record |= {"source": titled.source} if titled.source else {}
        record |= {"date": titled.published} if titled.published else {}
        data = json.dumps(record).encode()  # in ASCII: half a pair of surrogates cannot be written
        if len(data) > self._limits.bytes:
            reason = _too_large(self._limits)
            return Kept({}, (Skipped(titled.title, reason),), 0)
        target = self._folder / safe_name(titled.name())
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(BytesIO(data), target)
        except OSError as error:
            reason = _unstorable(error)
            return Kept({}, (Skipped(titled.title, reason),), 0)
        return Kept({target: titled.title}, (), 0)

    def _received(self, item: Sent) -> tuple[Path | None, int]:
        """Where a file was received and its true size."""
        if item.path is not None:
            try:
                path = item.path.resolve(strict=True)
                if path.is_relative_to(self._inbox) and path.is_file():
                    return path, path.stat().st_size
            except (OSError, RuntimeError, ValueError):  # gone, a circle, a NUL byte
                return None, item.size
        return None, item.size

    def _refusal(self, item: Sent, place: int, size: int, total: int) -> str | None:
        limits = self._limits
        if not item.name.lower().endswith(ENDINGS):
            return say("is of a format that is not read")
        if size == 0:
            return say("is empty")
        if size > limits.bytes:
            return _too_large(limits)
        if place >= limits.files:
            most = figure(limits.files)
            return say("is beyond the limit of %(most)s files at once: drop it again", most=most)
        if total + size > limits.bytes:
            most = megabytes(limits.bytes)
            return say("is beyond the limit of %(most)s at once: drop it again", most=most)
        return None


def _too_large(limits: Limits) -> str:
    return say("is larger than %(size)s, the limit: split it", size=megabytes(limits.bytes))


def _unstorable(error: OSError) -> str:
    return say("cannot be stored beside the index (%(why)s)", why=error.strerror or error)


def safe_name(name: str) -> str:
    """A path below the shelf for a file's name.

    A name that had to be altered carries a mark of the original: two names never become one.
    """
    whole = unicodedata.normalize("NFC", name)
    parts = [_safe_part(part) for part in whole.split("/")[-DEEPEST:] if part.strip(". ")]
    path = "/".join(parts) or "file"
    if path == whole:
        return path
    mark = sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return _marked(path, f"-{mark}")


def _safe_part(part: str) -> str:
    clean = UNSAFE.sub("_", part).strip(". ") or "_"
    end = _ending(clean)
    room = LONGEST_BYTES - len(end.encode())
    stem = clean[: len(clean) - len(end)].encode()[:room].decode(errors="ignore")
    return stem + end


def _ending(leaf: str) -> str:
    """The last suffix, with the one before where it says what is packed."""
    suffixes = [suffix for suffix in PurePosixPath(leaf).suffixes if len(suffix) <= 12]
    return "".join(suffixes[-2:] if leaf.lower().endswith(".gz") else suffixes[-1:])


def _marked(path: str, mark: str) -> str:
    folders, slash, leaf = path.rpartition("/")
    end = _ending(leaf)
    return f"{folders}{slash}{leaf[: len(leaf) - len(end)]}{mark}{end}"


def _untaken(path: str, taken: set[str]) -> str:
    """The path, numbered where a file of the same upload has it already."""
    found, number = path, 1
    while found.casefold() in taken:
        number += 1
        found = _marked(path, f" ({number})")
    taken.add(found.casefold())
    return found


def _store(source: Path, target: Path) -> bool:
    """Copy a file to its place in one step; whether it replaced one of another content."""
    known = target.is_file()
    if known and filecmp.cmp(source, target, shallow=False):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as stream:
        _write(stream, target)
    return known


def _write(stream: BinaryIO, target: Path) -> None:
    with NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as copy:
        partial = Path(copy.name)
        try:
            shutil.copyfileobj(stream, copy)
            copy.close()
            partial.chmod(0o644)
            partial.replace(target)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
