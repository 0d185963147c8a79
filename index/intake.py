"""Files to articles, and only those files that changed since they were last read."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index.article import Article, Skipped
from index.checksum import sha256_of
from index.fill import Filling
from index.read import read_file
from index.read.files import File, plain
from index.spread import Spread
from index.store import FileState
from index.store.files import is_below

FRESH_NS = 2_000_000_000  # a file changed so lately may change again within one tick of its clock
AHEAD = 16  # files that are being read while one is taken, for every four workers
UNKNOWN = -1  # in place of a time that is not to be trusted


@dataclass(frozen=True, slots=True)
class Step:
    """How far an add is."""

    articles: int  # stored in this run
    chunks: int  # embedded in this run
    read: int  # bytes of the files
    done: int  # of these bytes what is embedded, as far as it has to be
    total: int


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class _Due:
    """A file whose turn comes: its state, why that is not known, and what is to be read of it."""

    file: File
    size: int
    known: FileState | None
    state: FileState | None
    trouble: str
    items: Callable[[], Iterable[Article | Skipped]]


class Intake:
    """One run over files, into a filling."""

    def __init__(
        self,
        filling: Filling,
        progress: Progress | None = None,
        *,
        reread: bool = False,
        spread: Spread | None = None,
    ) -> None:
        self.skipped: list[Skipped] = []
        self._filling = filling
        self._progress = progress
        self._reread = reread
        self._spread = spread
        self._seen: set[str] = set()
        self._touched: list[FileState] = []  # files of another time and the same content
        self._read_before = self._read_now = self._size = (
            0  # bytes: other files, this one, all of it
        )
        self._settled = self._total = 0  # bytes that were read when all was embedded, and all bytes
        self._languages: Counter[str] = Counter()  # of the articles read that are not in English

    def take(self, found: Iterable[File | Skipped]) -> None:
        """Take every file that changed; what is skipped is kept to be reported."""
        waiting: list[tuple[File, int]] = []
        for file in found:
            if isinstance(file, Skipped):
                self.skipped.append(file)
                continue
            self._seen.add(file.origin)
            size = 0 if file.reader else _size(file.path)
            self._total += size
            waiting.append((file, size))
        self._filling.tell = self._tell
        for due in self._looked_at(waiting):
            self._read_now, self._size = 0, due.size
            self._take(due)
            self._read_before += due.size
            self._read_now = 0
            self._tell()
        self._filling.flush()
        if self._filling.draft.is_changed:  # a new time alone is not worth a generation
            for state in self._touched:
                self._filling.finish(state, ())
            self._filling.flush()
        self._tell()

    def foreign(self, where: str) -> list[Skipped]:
        """A note that the default embedder reads English alone, where it was given other texts."""
        if not self._languages:
            return []
        counts = ", ".join(f"{name} {n:,}" for name, n in self._languages.most_common(5))
        reason = (
            f"holds articles that are not in English ({counts}): they "
            "are found by their words, but the default embedder does not know what they mean. For "
            "these build an index with --embedder hf:OWNER/NAME, a model of many languages"
        )
        return [Skipped(where, reason, fault=False)]

    def remove_vanished(self, paths: Sequence[Path]) -> None:
        """Remove the files below the paths that are no more, with what they alone gave."""
        table = self._filling.draft.table
        if table is None:
            return
        unlisted = [item.path for item in self.skipped if item.fault]
        gone = [
            path
            for path in table.files.below([plain(path) for path in paths])
            if path not in self._seen and not is_below(path, unlisted)
        ]
        if gone:
            self._filling.removed += self._filling.draft.begun().forget_files(gone)

    def _looked_at(self, waiting: Iterable[tuple[File, int]]) -> Iterator[_Due]:
        """The files in order; with workers those that come next are being read already."""
        coming: deque[_Due] = deque()
        for file, size in waiting:
            coming.append(self._look_at(file, size))
            if self._spread is None or len(coming) > AHEAD * self._spread.breadth:
                yield coming.popleft()
        yield from coming

    def _look_at(self, file: File, size: int) -> _Due:
        table = self._filling.draft.table
        known = table.files.find(file.origin) if table else None
        fields = json.dumps(dict(file.fields), sort_keys=True)
        here = partial(read_file, replace(file, told=self._count))
        if file.reader:  # what stands at an address is known when it was fetched
            state = FileState(file.origin, UNKNOWN, UNKNOWN, "", fields)
            return _Due(file, size, None, state, "", here)
        try:
            state = _look(file, fields, known)
        except OSError as error:
            trouble = f"cannot be read: {error.strerror or error}"
            return _Due(file, size, known, None, trouble, here)
        due = _Due(file, size, known, state, "", here)
        if self._spread is None or self._is_known(due):
            return due
        return replace(due, items=self._spread.reading(file) or here)

    def _is_known(self, due: _Due) -> bool:
        if due.known is None or due.state is None or self._reread:
            return False
        return (due.known.sha256, due.known.fields) == (due.state.sha256, due.state.fields)

    def _take(self, due: _Due) -> None:
        if due.state is None:
            self.skipped.append(Skipped(due.file.shown, due.trouble))
        elif due.known and self._is_known(due):
            self._filling.unchanged += due.known.articles
            self.skipped += due.known.skipped
            if due.state.mtime_ns != due.known.mtime_ns:
                self._touched.append(replace(due.state, skipped=due.known.skipped))
        else:
            self._read(due.file, due.state, due.items)

    def _read(
        self, file: File, state: FileState, items: Callable[[], Iterable[Article | Skipped]]
    ) -> None:
        table = self._filling.draft.table
        before = table.files.given(file.origin) if table else set()
        skipped: list[Skipped] = []
        for item in items():
            if isinstance(item, Skipped):
                skipped.append(item)
            else:
                before.discard(item.id)
                if item.language and not item.language.lower().startswith("en"):
                    self._languages[item.language] += 1
                self._filling.add(item, file.origin)
            self._tell()
        self.skipped += skipped
        if file.reader or any(item.fault for item in skipped):
            before.clear()  # what could not be read may hold them still; feeds drop what is old
        if file.reader or _changed(file.path, state):
            state = FileState(file.origin, UNKNOWN, UNKNOWN, "", state.fields)
        else:
            state = replace(state, skipped=tuple(skipped))
        self._filling.finish(state, sorted(before))

    def _count(self, size: int) -> None:
        self._read_now += size

    def _tell(self) -> None:
        if not self._progress:
            return
        filling = self._filling
        read = self._read_before + min(self._read_now, self._size)
        done = self._settled + int((read - self._settled) * filling.share)
        if filling.share == 1:
            self._settled = read
        self._progress(Step(filling.added, filling.chunks, read, done, self._total))


def _look(file: File, fields: str, known: FileState | None) -> FileState:
    """The state of a file; its content is hashed only where size or time are not as known."""
    now = time.time_ns()
    stat = file.path.stat()
    mtime = stat.st_mtime_ns if stat.st_mtime_ns < now - FRESH_NS else UNKNOWN
    same = known and mtime != UNKNOWN and (known.size, known.mtime_ns) == (stat.st_size, mtime)
    sha256 = known.sha256 if known and same else ""
    return FileState(file.origin, stat.st_size, mtime, sha256 or sha256_of(file.path), fields)


def _changed(path: Path, state: FileState) -> bool:
    """Whether a file was written while it was read."""
    try:
        stat = path.stat()
    except OSError:
        return True
    return stat.st_size != state.size or state.mtime_ns not in (stat.st_mtime_ns, UNKNOWN)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it is named when it is its turn
        return 0
