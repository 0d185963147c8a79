"""The order of every change of an index: lock, read, chunk, embed, store, publish."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Report
from index.chunk import TARGET_TOKENS
from index.draft import Draft, finish_publish
from index.errors import InputError
from index.fill import BATCH_CHUNKS, Filling
from index.intake import Intake, Progress
from index.manifest import UPGRADED, Manifest, read_manifest
from index.messenger import Cluster, reach
from index.read import files, is_address, pages
from index.read.files import plain
from index.spread import Pool, Spread
from index.store import Wanted
from index.writing import writing

if TYPE_CHECKING:
    from index.index import Index


@dataclass(frozen=True, slots=True)
class Adding:
    """How articles are added."""

    fields: Mapping[str, str] | None = None  # our fields to those of records
    sync: bool = False  # whether what vanished below the paths is removed
    reread: bool = False  # whether files are read that have not changed
    allow_private: bool = False  # whether the hosts of addresses may be in a private network
    wait: float = 0.0  # seconds for another writer
    batch_chunks: int = BATCH_CHUNKS
    cluster: Cluster | None = None  # whose workers read and embed; None: all is done here
    open_pool: Callable[[Cluster, str], Pool] = reach  # given the embedder's name too


def build(
    index: Index,
    named: Sequence[str | Path],
    progress: Progress | None = None,
    how: Adding | None = None,
) -> Report:
    """Add what paths and web addresses hold to an index and publish it."""
    how = how or Adding()
    addresses = [str(name) for name in named if is_address(str(name))]
    paths = [Path(name) for name in named if not is_address(str(name))]
    # Both are checked before anything is made.
    found = chain(
        files(paths, how.fields, alone=not addresses),
        pages(addresses, how.fields, allow_private=how.allow_private),
    )
    taken: list[Intake] = []
    spread = _spread(index, how)

    def add(filling: Filling) -> None:
        intake = Intake(filling, progress, reread=how.reread, spread=spread)
        taken.append(intake)
        intake.take(found)
        filling.flush()
        if how.sync:
            intake.remove_vanished(paths)

    with ExitStack() as stack:
        if spread:
            stack.callback(spread.close)
        report = change(index, add, wait=how.wait, batch_chunks=how.batch_chunks, spread=spread)
    english_only = index.embedder_spec == "default"
    where = ", ".join([*map(plain, paths), *addresses][:3])
    notes = taken[0].foreign(where) if english_only else []
    return replace(report, skipped=(*taken[0].skipped, *notes))


def remove(index: Index, wanted: Wanted, *, wait: float = 0.0) -> Report:
    """Remove the articles that are meant and publish what is left."""
    if index.manifest is None:
        raise InputError(f"{index.directory}: there is nothing in this index to remove.")

    def take_out(filling: Filling) -> None:
        table = filling.draft.table
        if table is None:
            return
        paths = list(table.files.below(wanted.paths)) if wanted.only_paths else []
        ids = [] if wanted.only_paths else table.versions.find(wanted)
        missing = sorted(set(wanted.ids) - set(ids)) if not wanted.paths else []
        unknown = [article_id for article_id in missing if not table.has(article_id)]
        if unknown:
            raise InputError(
                f"{', '.join(unknown)}: no article of {index.directory} has this id. "
                "Nothing was removed."
            )
        if paths:
            filling.removed += filling.draft.begun().forget_files(paths)
        elif ids:
            filling.removed += filling.draft.begun().remove(ids)

    return change(index, take_out, wait=wait)


def rebuild(index: Index, *, vectors: bool, wait: float = 0.0) -> Report:
    """Build all but the vectors, and with `vectors` these too, from the stored texts anew.

    An index of an earlier format is one of this version then.
    """

    def forget(filling: Filling) -> None:
        table = filling.draft.begun()
        if vectors:
            table.forget_chunks()
        else:
            filling.draft.find_mentions()

    return change(index, forget, wait=wait, repairing=True)


def change(
    index: Index,
    work: Callable[[Filling], None],
    *,
    wait: float = 0.0,
    batch_chunks: int = BATCH_CHUNKS,
    repairing: bool = False,
    spread: Spread | None = None,
) -> Report:
    """Let `work` change a draft of the index, then publish it; `spread` embeds in its stead.

    When `repairing` the published vectors and words may be damaged: neither is opened.
    """
    started = time.perf_counter()
    with writing(index.directory, wait):
        if repairing:
            manifest = read_manifest(index.directory, oldest=UPGRADED)
        else:
            index.reload()  # another process may have published since it was opened
            manifest = index.manifest or _new_manifest(index)
        manifest = finish_publish(index.directory, manifest)
        with closing(Draft(index.directory, manifest)) as draft:
            filling = Filling(index, draft, manifest, batch_chunks=batch_chunks, spread=spread)
            work(filling)
            filling.chunk_pending()
            replaced = draft.table.versions.replaced if draft.table else 0
            if draft.is_changed:
                manifest = draft.publish(anew=repairing)
            else:
                draft.discard()
    return Report(
        filling.added,
        filling.unchanged,
        (),
        manifest.articles,
        manifest.chunks,
        time.perf_counter() - started,
        removed=filling.removed,
        replaced=replaced,
    )


def _spread(index: Index, how: Adding) -> Spread | None:
    if how.cluster is None:
        return None
    open_pool = partial(how.open_pool, how.cluster, index.embedder_spec)
    return Spread(how.cluster.address, open_pool, lambda: index.embedder)


def _new_manifest(index: Index) -> Manifest:
    embedder = index.embedder
    return Manifest(index.embedder_spec, embedder.dimension, embedder.max_tokens, TARGET_TOKENS)
