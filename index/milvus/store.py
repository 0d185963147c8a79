"""An archive that Milvus keeps: searched and read by any machine, written by one.

The writer works in a folder of its own, an index like any other that knows files, versions and
copies; after each change the difference goes to Milvus. Readers need no folder.
"""

from __future__ import annotations

import copy
import hashlib
import os
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_dir

from index.article import Report
from index.embed import Embedder
from index.errors import IndexFormatError, InputError
from index.index import Index
from index.info import Info
from index.manifest import FORMAT, Manifest
from index.milvus.address import Address
from index.milvus.publish import publish, read_state
from index.milvus.reader import Reader
from index.milvus.server import TIMEOUT_S, Server
from index.milvus.writer import another_writes, writer_in
from index.writing import writing

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from index.protocol import AddOptions, RemoveOptions, Store


class MilvusIndex(Reader):
    """What is published in three collections. See `index.protocol.Store`."""

    def __init__(self, server: Server, folder: Path, embedder: Embedder | None, spec: str) -> None:
        self.directory = folder
        super().__init__(server)
        self._reloading = threading.Lock()  # who reads slowly would put an earlier state back
        self._writer = Index(folder, embedder, spec)  # opened by the first change

    @classmethod
    def open(
        cls,
        address: str,
        *,
        create: bool = False,
        embedder: str | None = None,
        model: Embedder | None = None,
        timeout: float = TIMEOUT_S,
    ) -> MilvusIndex:
        """Open "milvus:PATH_OR_URI[#collection]"; with `create` it need not be there yet.

        Raises StorageError where nothing answers within `timeout` seconds, IndexFormatError where
        the collections are missing, of something else, or of another embedder.
        """
        where = Address.read(address)
        if where.is_file and not create and not Path(where.uri).exists():
            raise IndexFormatError(_none(where))
        server = Server.connect(where, timeout=timeout)
        state = read_state(server) if server.exists() else None
        if state is None and not create:
            raise IndexFormatError(_none(where))
        spec = state.manifest.embedder if state else embedder or "default"
        if embedder not in (None, spec):
            raise IndexFormatError(
                f"{where}: it was built with the embedder {spec!r}, not {embedder!r}. Leave "
                "--embedder out, or name another collection."
            )
        if state and server.dimension() != state.manifest.dimension:
            raise IndexFormatError(
                f"{where}: its vectors have {server.dimension()} numbers, where it says "
                f"{state.manifest.dimension}: it is not what was published. Name another "
                "collection and copy the writer's folder there."
            )
        index = cls(server, _folder(where), model, spec)
        if state:
            index._see(state)
        return index

    def close(self) -> None:
        """Let go of the server, and of the file that Milvus Lite serves."""
        self._server.close()

    def reload(self) -> bool:
        """See what was published since; True if there is something new."""
        with self._reloading:
            if self._state is None and not self._server.exists():
                return False
            state = read_state(self._server)
            if state is None or state == self._state:
                return False
            if state.manifest.embedder != self._writer.embedder_spec:
                raise IndexFormatError(
                    f"{self._server.address}: it is built with the embedder "
                    f"{state.manifest.embedder!r} now. Open it anew."
                )
            self._see(state)
            return True

    def view(self) -> MilvusIndex:
        """The store as it is now. The generation before is kept until the next publish."""
        return copy.copy(self)

    def add(self, paths: Iterable[str | Path] | str | Path, **how: Unpack[AddOptions]) -> Report:
        """Add to the writer's folder as `Index.add` does, then publish."""
        writer = self._opened()
        report = writer.add(paths, **how)
        if writer.published is not None:  # nothing is, where nothing could be read
            self.mirror(writer, wait=how.get("wait", 0.0))
        return report

    def remove(self, **what: Unpack[RemoveOptions]) -> Report:
        """Remove from the writer's folder as `Index.remove` does, then publish."""
        writer = self._opened()
        report = writer.remove(**what)
        self.mirror(writer, wait=what.get("wait", 0.0))
        return report

    def mirror(self, source: Index, *, wait: float = 0.0, take_over: bool = False) -> int:
        """Publish here what a folder has published, and nothing else. May be repeated.

        With `take_over` all that is here is compared with the folder, whichever folder wrote it,
        and this one is the writer from then on; without, StorageError where another one is.
        Gives how many rows had to be written.
        """
        with writing(source.directory, wait):
            source.reload()  # another may have published while the lock was waited for
            if source.published is None:
                raise InputError(f"{source.directory}: nothing is published there.")
            written = publish(
                self._server,
                source.directory,
                source.published,
                source.info(),
                take_over=take_over,
            )
        self.reload()
        return written

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded at its first use."""
        embedder, manifest = self._writer.embedder, self.manifest
        if manifest and embedder.dimension != manifest.dimension:
            raise IndexFormatError(
                f"{self._server.address}: its vectors have {manifest.dimension} numbers, the "
                f"embedder {manifest.embedder!r} makes {embedder.dimension}. Name the embedder it "
                "was built with, or another collection."
            )
        return embedder

    @property
    def catalog(self) -> None:
        """None: leafing through needs what is known of every article in memory."""
        return None

    @property
    def writer(self) -> Index:
        """The folder that changes go through."""
        return self._writer

    def share(self, other: Store) -> None:
        """Use the embedder of another store where both were built with the same."""
        self._writer.share(other)

    @property
    def manifest(self) -> Manifest | None:
        """What the published state was built with; None before the first add."""
        return self._state.manifest if self._state else None

    def info(self) -> Info:
        """Say what is there; of a server the bytes are not known and 0."""
        if self._state is None:
            return Info(0, 0, None, None, (), self._writer.embedder_spec, 0, FORMAT, 0)
        files = Path(self._server.address.uri).rglob("*") if self._server.address.is_file else ()
        return replace(self._state.info, bytes=sum(f.stat().st_size for f in files if f.is_file()))

    def _opened(self) -> Index:
        """The writer's folder; StorageError where it did not write what is published."""
        self.reload()
        self._writer.reload()
        manifest, state = self._writer.manifest, self._state
        if state and (
            manifest is None
            or manifest.generation < state.written
            or writer_in(self.directory) != state.writer
        ):
            shown = None if manifest else "DIR"
            raise another_writes(self._server.address, self.directory, shown)
        return self._writer


def _folder(where: Address) -> Path:
    """Where the writer works: beside the file, or among the user's data."""
    if where.is_file:
        return Path(f"{where.uri}.writer", where.collection)
    key = hashlib.sha256(where.uri.encode()).hexdigest()[:8]
    root = Path(os.environ.get("CLIPPINGS_DATA") or user_data_dir("clippings")).expanduser()
    return root / "milvus" / key / where.collection


def _none(where: Address) -> str:
    return (
        f"{where}: there is no archive of this name. Make one with: python -m index add PATH "
        f"--index {where}"
    )
