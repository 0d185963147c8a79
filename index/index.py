"""The open index: what is published, searchable and readable. Changes are `index.build`'s work."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Report
from index.embed import Embedder, SentenceTransformerEmbedder
from index.errors import IndexFormatError, InputError
from index.info import Info, info_of
from index.manifest import FORMAT, is_unpublished, manifest_stamp, read_manifest
from index.published import Published
from index.reader import Reader
from index.store import Wanted

if TYPE_CHECKING:
    from index.intake import Progress
    from index.messenger import Cluster
    from index.protocol import Store


class Index(Reader):
    """A folder of articles that can be searched. Opening it never writes."""

    def __init__(self, directory: Path, embedder: Embedder | None, spec: str) -> None:
        super().__init__(directory)
        self.embedder_spec = spec
        self._loaded = [embedder] if embedder else []  # shared with the views
        self._lock = threading.Lock()
        self._reloading = threading.Lock()  # who opens slowly would put an earlier one back
        self._stamp: tuple[int, ...] | None = None  # of the manifest that was read last

    @classmethod
    def open(
        cls,
        directory: str | Path,
        *,
        create: bool = False,
        embedder: str | None = None,
        model: Embedder | None = None,
    ) -> Index:
        """Open an index; with `create` a folder that does not exist or is empty will do.

        `embedder` names the embedder ("default", "hf:REPO" or a folder) and must be the one the
        index was built with; `model` hands over one that is loaded already. Raises
        IndexFormatError for a folder that is no index, or one of another embedder or version.
        """
        folder = Path(directory)
        if create and is_unpublished(folder):
            return cls(folder, model, embedder or "default")
        built_with = read_manifest(folder).embedder
        index = cls(folder, model, embedder or built_with)
        index.reload()
        return index

    @property
    def writer(self) -> Index:
        """The folder that changes go through: this one."""
        return self

    def share(self, other: Store) -> None:
        """Use the embedder of another index, loaded once, where this one was built with the same.

        To be called before the embedder of this one is used.
        """
        if other.writer.embedder_spec == self.embedder_spec:
            self._loaded, self._lock = other.writer._loaded, other.writer._lock

    def reload(self) -> bool:
        """See what was published since; True if there is something new. Cheap where not."""
        stamp = manifest_stamp(self.directory)
        if stamp is not None and stamp == self._stamp:
            return False
        with self._reloading:
            return self._reload()

    def _reload(self) -> bool:
        stamp = manifest_stamp(self.directory)
        if stamp is not None and stamp == self._stamp:  # another thread saw it meanwhile
            return False
        if self._published is None and is_unpublished(self.directory):
            return False
        manifest = read_manifest(self.directory)
        if manifest.embedder != self.embedder_spec:
            raise IndexFormatError(
                f"{self.directory}: this index was built with the embedder {manifest.embedder!r}, "
                f"not {self.embedder_spec!r}. Leave --embedder out, or build another index in "
                "another folder."
            )
        try:
            self._published = Published.open(self.directory, manifest)
        except IndexFormatError:
            if read_manifest(self.directory) == manifest:
                raise
            return self._reload()  # a writer published while we were opening
        self._stamp = stamp
        return True

    def view(self) -> Index:
        """The index as it is now: what is published later is not seen through the view.

        A row means something within one generation alone, so a search and the look at what it
        found go through one view.
        """
        return copy.copy(self)

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        progress: Progress | None = None,
        fields: Mapping[str, str] | None = None,
        sync: bool = False,
        reread: bool = False,
        allow_private: bool = False,
        cluster: Cluster | None = None,
        wait: float = 0.0,
    ) -> Report:
        """Read files, folders and web addresses into the index, then publish.

        Files that have not changed are passed over, unless `reread`; what a changed file no longer
        gives is removed. With `sync` so is what vanished below the paths. `fields` says which
        field of records is which of ours; another writer is waited for `wait` seconds. An address
        is fetched each time; with `allow_private` its host may be within a private network. The
        workers of a `cluster` read and embed, to the same index; ClusterError where they fail.

        A path that cannot be read is in the report's `skipped`; InputError is raised where none
        can, StorageError where the disk refuses; whatever was published before stays as it was.
        """
        from index.build import Adding, build

        listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
        if "" in map(str, listed):
            raise InputError("A path is empty: name a file or folder.")
        how = Adding(fields, sync, reread, allow_private, wait, cluster=cluster)
        report = build(self, listed, progress, how)
        self.reload()
        return report

    def remove(
        self,
        *,
        ids: Iterable[str] = (),
        sources: Iterable[str] = (),
        paths: Iterable[str | Path] = (),
        since: date | None = None,
        until: date | None = None,
        wait: float = 0.0,
    ) -> Report:
        """Remove the articles that fit every condition given, with their history, and publish.

        `paths` are files, folders or web addresses as they were added. With ids, outlets or days
        the files they came from stay known: what was removed comes back when its file changes, not
        before.
        """
        from index.build import remove

        named = [str(path) for path in paths]  # a Path would take an address for folders
        names = tuple(name if "://" in name else Path(name).as_posix() for name in named)
        wanted = Wanted(tuple(ids), tuple(sources), names, since, until)
        if wanted == Wanted():
            raise InputError("Say what to remove: ids, sources, paths, or days.")
        report = remove(self, wanted, wait=wait)
        self.reload()
        return report

    @property
    def embedder(self) -> Embedder:
        """The embedder, loaded at its first use."""
        with self._lock:
            if not self._loaded:
                from index.weights import resolve_embedder

                path = resolve_embedder(self.embedder_spec)
                self._loaded.append(SentenceTransformerEmbedder.open(path))
        embedder = self._loaded[0]
        manifest = self.manifest
        if manifest and embedder.dimension != manifest.dimension:
            raise IndexFormatError(
                f"{self.directory}: its vectors have {manifest.dimension} numbers, the embedder "
                f"{self.embedder_spec!r} makes {embedder.dimension}. Name the embedder it "
                "was built with, or build another index in another folder."
            )
        return embedder

    def info(self) -> Info:
        """Say what the index holds."""
        if self._published is None:
            return Info(0, 0, None, None, (), self.embedder_spec, 0, FORMAT, 0)
        return info_of(self.directory, self._published)
