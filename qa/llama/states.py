"""What the model has read, kept to be used again: in memory the latest, on disk the instructions.

A state is the context's own bytes for the batches that it had read, laid back where they were, so
nothing in an answer depends on whether it came from here. A file is used only if its checksum
holds; one that is damaged, or a folder that cannot be used, costs the time of reading anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.llama.batches import shared, size
from qa.llama.records import Batch

FILES = 8  # instructions on disk, of all models and settings
_DIGEST = 32  # bytes


@dataclass(frozen=True, slots=True)
class State:
    """A context's bytes after it read these batches and nothing else."""

    batches: tuple[Batch, ...]
    data: bytes


class States:
    """The states last used, `budget` tokens of them at most; `key` names model and settings."""

    def __init__(self, budget: int, folder: Path | None, key: str) -> None:
        self._budget = budget
        self._folder = folder
        self._key = key
        self._kept: list[State] = []  # the one used last stands last

    def find(self, batches: Sequence[Batch], more_than: int, stable: int) -> State | None:
        """Give the state that spares most of the batches, if it spares more than so many.

        The first `stable` batches are the instructions.
        """
        best = max(self._kept, key=lambda state: shared(state.batches, batches), default=None)
        spared = shared(best.batches, batches) if best else 0
        if max(more_than, spared) < stable and (found := self._from_disk(tuple(batches[:stable]))):
            self.add(found)
            return found
        if best is None or spared <= more_than:
            return None
        self._kept = [*(known for known in self._kept if known is not best), best]
        return best

    def add(self, state: State) -> None:
        """Keep a state instead of those that it goes on from, and the oldest beyond the budget."""
        self._kept = [
            known
            for known in self._kept
            if shared(known.batches, state.batches) < len(known.batches)
        ]
        self._kept.append(state)
        while self._kept and sum(size(known.batches) for known in self._kept) > self._budget:
            del self._kept[0]

    def drop(self, state: State) -> None:
        """Forget a state that turned out to be of no use, on disk too."""
        self._kept = [known for known in self._kept if known is not state]
        if file := self._file(state.batches):
            _remove(file)

    def needs(self, stable: Sequence[Batch]) -> bool:
        """Whether these instructions should be written to the disk."""
        file = self._file(tuple(stable)) if stable else None
        return file is not None and not file.exists()

    def write(self, state: State) -> None:
        """Put instructions on the disk; the oldest files make room."""
        file = self._file(state.batches)
        if file is None:
            return
        fresh = file.with_name(f".{file.name}.fresh")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(hashlib.sha256(state.data).digest() + state.data)
            fresh.replace(file)
            old = sorted(file.parent.glob("*.state"), key=lambda f: f.stat().st_mtime)[:-FILES]
        except OSError:  # a full or foreign folder
            _remove(fresh)
            return
        for each in old:
            _remove(each)

    def _from_disk(self, batches: tuple[Batch, ...]) -> State | None:
        file = self._file(batches)
        try:
            content = file.read_bytes() if file else b""
        except OSError:
            return None
        digest, data = content[:_DIGEST], content[_DIGEST:]
        if file is None or hashlib.sha256(data).digest() != digest:
            if content and file:
                _remove(file)
            return None
        _touch(file)
        return State(batches, data)

    def _file(self, batches: tuple[Batch, ...]) -> Path | None:
        if self._folder is None:
            return None
        name = hashlib.sha256(f"{self._key}\n{batches}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.state"


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return


def _touch(file: Path) -> None:
    try:
        os.utime(file)
    except OSError:
        return
