"""A store by its name: a folder, or "milvus:PATH_OR_URI[#collection]"."""

from __future__ import annotations

from pathlib import Path

from index.embed import Embedder
from index.errors import InputError
from index.index import Index
from index.manifest import indexes_in
from index.protocol import Store

MILVUS = "milvus:"


def place(text: str) -> str | Path:
    """Read what names a store on a command line."""
    return text if text.startswith(MILVUS) else Path(text)


def stores_in(named: str | Path) -> list[str | Path]:
    """What is named, or the indexes in a folder that is none, in the order of their names."""
    return [named] if isinstance(named, str) else list(indexes_in(named))


def open_store(
    name: str | Path,
    *,
    create: bool = False,
    embedder: str | None = None,
    model: Embedder | None = None,
) -> Store:
    """Open a store as `Index.open` does; StorageError where a server does not answer in time."""
    if isinstance(name, str) and name.startswith(MILVUS):
        from index.milvus.store import MilvusIndex

        return MilvusIndex.open(name, create=create, embedder=embedder, model=model)
    return Index.open(name, create=create, embedder=embedder, model=model)


def copy_store(source: str | Path, target: str | Path, *, wait: float = 0.0) -> tuple[Store, int]:
    """Make a store of Milvus hold what a folder has published; nothing is embedded.

    All that is there is compared with the folder, which is its writer from then on. Gives the
    store, and how many of its rows were missing, wrong or too many.
    """
    if not str(target).startswith(MILVUS) or str(source).startswith(MILVUS):
        raise InputError(
            f"{source} to {target}: a folder is copied to milvus:PATH_OR_URI[#collection]."
        )
    from index.milvus.store import MilvusIndex

    index = Index.open(source)
    store = MilvusIndex.open(str(target), create=True, embedder=index.embedder_spec)
    return store, store.mirror(index, wait=wait, take_over=True)
