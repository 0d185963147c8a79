"""What a folder has published, into Milvus: the difference alone, seen by readers all at once.

Whatever stops it leaves the generation before it whole, and the next run begins by taking away
what was left. It knows no reader and no model.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from index.errors import IndexFormatError, StorageError
from index.info import Info
from index.milvus.change import Change
from index.milvus.schema import STATE
from index.milvus.server import Server
from index.milvus.state import State, listed, state_row, to_state
from index.milvus.writer import another_writes, named_writer, writer_in
from index.published import Published


def read_state(server: Server) -> State | None:
    """Give what is published; None where nothing is."""
    rows = server.rows(server.articles, f'key == "{STATE}"', ("body",))
    return to_state(rows[0], server.address) if rows else None


def publish(
    server: Server, folder: Path, published: Published, info: Info, *, take_over: bool = False
) -> int:
    """Make Milvus hold what a folder has published; gives how many rows had to be written.

    With `take_over` every row there is looked at, whoever wrote it, and this folder is the writer
    from then on; else StorageError where another one is. The folder must be locked.
    """
    manifest = published.manifest
    before = read_state(server) if server.exists() else None
    if before is None:
        server.create(manifest.dimension)
        before = read_state(server)  # who made them at the same time may have published
    if before and before.writer != writer_in(folder) and not take_over:
        raise another_writes(server.address, folder)
    _check_fit(server, published, before)
    writer = named_writer(folder)
    if before and before.writer != writer:
        before = replace(before, writer=writer, written=0)
        server.put(server.articles, [state_row(before)])  # now the other one is refused
    last = before.manifest.generation if before else 0

    def check_writer() -> None:
        if read_state(server) != before:
            raise another_writes(server.address, folder)

    change = Change(server, published, last + 1, check_writer)
    change.clear()
    # What was never published cannot be told by its standing, for numbers are given again.
    missed = before is not None and manifest.generation - before.written not in (0, 1)
    change.make(whole=take_over or missed)
    if change.written or before is None:
        now = replace(manifest, generation=last + 1, nearest="exact")
        state = State(now, listed(info), manifest.generation, change.spoken(), writer)
        _verify(server, change)
    else:
        state = replace(before, written=manifest.generation)
    if state != before:
        check_writer()
        server.put(server.articles, [state_row(state)])
    return change.written


def _check_fit(server: Server, published: Published, before: State | None) -> None:
    manifest = published.manifest
    if before and before.manifest.recipe != manifest.recipe:
        raise IndexFormatError(
            f"{server.address}: it was built with the embedder {before.manifest.embedder!r} "
            f"({before.manifest.dimension} numbers), the folder with {manifest.embedder!r} "
            f"({manifest.dimension}). Name another collection with milvus:ADDRESS#NAME."
        )
    if server.dimension() != manifest.dimension:
        raise IndexFormatError(
            f"{server.address}: its vectors have {server.dimension()} numbers, those of the folder "
            f"{manifest.dimension}. Name another collection with milvus:ADDRESS#NAME."
        )


def _verify(server: Server, change: Change) -> None:
    """See that all is there before it is published, and write what is not once more."""
    if change.difference():
        change.make(whole=True)
    if wrong := change.difference():
        raise StorageError(
            f"{server.address}: {wrong}. Nothing was published: look after the server and run the "
            "same command again."
        )
