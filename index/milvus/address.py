"""Where a store in Milvus is, as it is named. It speaks to no server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.errors import InputError, StorageError

PREFIX = "milvus:"
TOKEN = "CLIPPINGS_MILVUS_TOKEN"  # noqa: S105 - the variable with "user:password" or a token


@dataclass(frozen=True, slots=True)
class Address:
    """A file of Milvus Lite or a server's URI, and the collections' name."""

    uri: str
    collection: str

    @classmethod
    def read(cls, text: str) -> Address:
        """Read "milvus:PATH_OR_URI[#collection]"; InputError if it cannot be one."""
        uri, _, collection = text.removeprefix(PREFIX).partition("#")
        collection = collection or "clippings"
        if "@" in uri.partition("://")[2]:
            raise InputError(f"A password does not belong in an address: put it in {TOKEN}.")
        if "://" not in uri and not uri.endswith(".db"):
            raise InputError(
                f"{text}: name a file that ends in .db, or a server as milvus:http://HOST:19530."
            )
        if not (collection.isascii() and collection.isidentifier() and len(collection) <= 200):
            raise InputError(
                f"{text}: a collection's name is made of letters, digits and _, and begins with no "
                "digit."
            )
        if "://" not in uri:
            try:
                uri = str(Path(uri).expanduser())
            except RuntimeError as error:
                raise InputError(f"{text}: there is no home of this name. Write it out.") from error
        return cls(uri, collection)

    @property
    def is_file(self) -> bool:
        """Whether Milvus Lite serves it."""
        return "://" not in self.uri

    def make_folder(self) -> None:
        """Make the folder of a file; StorageError where it cannot be."""
        folder = Path(self.uri).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"{self}: the folder {folder} cannot be made ({error.strerror}). Name a file in a "
                "folder that can be written."
            ) from error

    def __str__(self) -> str:
        return f"{PREFIX}{self.uri}#{self.collection}"
