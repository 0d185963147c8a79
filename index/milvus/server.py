"""The one module that speaks to Milvus: calls that end in time, with a clear error where they fail.

It knows no article. Writing the same rows again changes nothing, so every call may be repeated.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import IndexFormatError, InputError, StorageError
from index.milvus.schema import (
    ARTICLE,
    ARTICLE_FIELDS,
    CHUNK,
    CHUNK_FIELDS,
    TERM,
    TERM_FIELDS,
    TYPES,
    schema_of,
)

if TYPE_CHECKING:
    from pymilvus import MilvusClient

PREFIX = "milvus:"
TOKEN = "CLIPPINGS_MILVUS_TOKEN"  # noqa: S105 - the variable with "user:password" or a token
TIMEOUT_S = 15.0  # of one call to a server
FILE_TIMEOUT_S = 600.0  # of one to Milvus Lite, which is in this process and now and then tidies up
TRIES = 3  # of a call that a server refused
PAUSE_S = 0.3  # before the second try, twice as much before the third
BATCH = 1_000  # rows of one call
MOST = 16_384  # rows that a search may ask for
LARGEST = 256 << 20  # bytes of a reply that is read
GONE = 2  # pymilvus' code for no connection: a server that starts again is waited for
NOT_LOADED = 101  # Milvus' code for a collection that somebody, or a restart of Lite, released
QUIET_MS = 2**31 - 1  # Milvus Lite hangs up on who asks every ten seconds whether it still works

Row = dict[str, Any]
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is: a file of Milvus Lite or a server's URI, and the collections' name."""

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
        return cls(uri, collection)

    @property
    def is_file(self) -> bool:
        """Whether Milvus Lite serves it."""
        return "://" not in self.uri

    def __str__(self) -> str:
        return f"{PREFIX}{self.uri}#{self.collection}"


class Server:
    """The three collections of one store."""

    def __init__(self, address: Address, client: MilvusClient, timeout: float) -> None:
        self.address = address
        self.chunks = address.collection
        self.articles = f"{address.collection}_articles"
        self.terms = f"{address.collection}_terms"
        self._client = client
        self._timeout = timeout

    @classmethod
    def connect(cls, address: Address, *, timeout: float = TIMEOUT_S) -> Server:
        """Connect; StorageError if there is no answer in time, or no pymilvus."""
        try:
            from pymilvus import MilvusClient
            from pymilvus.exceptions import MilvusException
        except ImportError as error:
            raise StorageError(
                f'{address}: this needs pymilvus. Install it with: pip install "clippings-qa'
                '[milvus]"'
            ) from error
        for name in ("pymilvus", "grpc"):  # what failed is said by us
            logging.getLogger(name).setLevel(logging.CRITICAL)
        token = os.environ.get(TOKEN, "") if not address.is_file else ""
        if address.is_file:
            Path(address.uri).parent.mkdir(parents=True, exist_ok=True)
        try:
            options = {"grpc.max_receive_message_length": LARGEST}
            if address.is_file:
                options["grpc.keepalive_time_ms"] = QUIET_MS
            client = MilvusClient(
                uri=address.uri, token=token, timeout=timeout, grpc_options=options
            )
        except (MilvusException, OSError, RuntimeError) as error:
            raise StorageError(
                f"{address}: Milvus cannot be reached within {timeout:g} s ({_said(error)}). "
                "Look whether the server runs and the address is right, then try again; a file "
                "serves one process at a time."
            ) from error
        return cls(address, client, FILE_TIMEOUT_S if address.is_file else timeout)

    def close(self) -> None:
        """Let go of the server; a file may be opened by another process then."""
        self._client.close()
        if self.address.is_file:
            from milvus_lite.server_manager import server_manager_instance

            server_manager_instance.release_server(self.address.uri)

    def exists(self) -> bool:
        """Whether all three collections are there; IndexFormatError if only some are, or others."""
        names = (self.chunks, self.articles, self.terms)
        there = [bool(self._call(self._client.has_collection, name)) for name in names]
        if not any(there):
            return False
        if not all(there):
            missing = ", ".join(n for n, is_there in zip(names, there, strict=True) if not is_there)
            raise IndexFormatError(
                f"{self.address}: the collection {missing} is missing. "
                "Name another collection, or drop what is left of this one and add again."
            )
        for name, wanted in zip(names, (CHUNK, ARTICLE, TERM), strict=True):
            fields = self._call(self._fields, name)
            if not wanted <= fields:
                raise IndexFormatError(
                    f"{self.address}: the collection {name} is none of Clippings, it has no field "
                    f"{', '.join(sorted(wanted - fields))}. Name another with milvus:ADDRESS#NAME."
                )
            self._call(self._client.load_collection, name)  # a file that is opened anew needs it
        return True

    def dimension(self) -> int:
        """How many numbers a vector of the collection has."""
        return self._call(self._dimension)

    def _dimension(self, **options: Any) -> int:
        found = self._client.describe_collection(self.chunks, **options)["fields"]
        return int({field["name"]: field["params"] for field in found}["vector"]["dim"])

    def _fields(self, name: str, **options: Any) -> set[str]:
        found = self._client.describe_collection(name, **options)["fields"]
        return {str(field["name"]) for field in found}

    def create(self, dimension: int) -> None:
        """Make the collections that are missing."""
        for name, fields, size in (
            (self.terms, TERM_FIELDS, 2),
            (self.articles, ARTICLE_FIELDS, 2),
            (self.chunks, CHUNK_FIELDS, dimension),
        ):
            if not self._call(self._client.has_collection, name):
                nearest = "FLAT" if self.address.is_file else "AUTOINDEX"
                schema, indexes = schema_of(fields, size, nearest)
                self._call(
                    self._client.create_collection, name, schema=schema, index_params=indexes,
                    consistency_level="Strong",
                )  # fmt: skip

    def put(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows in place of those of the same key; all are there when it returns."""
        for start in range(0, len(rows), BATCH):
            batch = list(rows[start : start + BATCH])
            done = self._call(self._client.upsert, collection, batch)
            if done.get("upsert_count") != len(batch):
                raise StorageError(
                    f"{self.address}: the server took {done.get('upsert_count')} of {len(batch)} "
                    "rows. Nothing of this was published: run the same command again."
                )

    def delete(self, collection: str, only: str) -> None:
        """Delete the rows that fit an expression."""
        self._call(self._client.delete, collection, filter=only)

    def count(self, collection: str, only: str) -> int:
        """Count the rows that fit an expression."""
        found = self.rows(collection, only, ("count(*)",))
        return int(found[0]["count(*)"]) if found else 0

    def rows(self, collection: str, only: str, fields: Sequence[str]) -> list[Row]:
        """Give the rows that fit an expression, a few thousand at most."""
        found = self._call(self._client.query, collection, filter=only, output_fields=list(fields))
        return self._whole(found, fields)

    def every(self, collection: str, only: str, fields: Sequence[str]) -> Iterator[Row]:
        """Give all rows that fit an expression, in no order."""
        found = self._call(
            self._client.query_iterator, collection, batch_size=BATCH, filter=only,
            output_fields=list(fields),
        )  # fmt: skip
        try:
            while batch := self._call(found.next, timed=False):
                yield from self._whole(batch, fields)
        finally:
            found.close()

    def search(
        self, field: str, asked: object, k: int, only: str, fields: Sequence[str]
    ) -> list[tuple[Row, float]]:
        """Give the k chunks that are best by one field, with their scores, best first."""
        metric = "IP" if field == "vector" else "BM25"

        def ask(collection: str, **options: Any) -> list[tuple[Row, float]]:
            found = self._client.search(
                collection, [asked], anns_field=field, limit=min(k, MOST), filter=only,
                output_fields=list(fields), search_params={"metric_type": metric}, **options,
            )[0]  # fmt: skip
            rows = [{**hit["entity"], "row": hit["row"]} for hit in found[:k]]
            return [(row, float(hit["distance"])) for row, hit in zip(rows, found, strict=False)]

        found = self._call(ask, self.chunks)
        self._whole([row for row, _ in found], ("row", *fields))
        if not all(math.isfinite(score) for _, score in found):
            raise self._odd("a score that is no number")
        return found

    def _whole(self, found: Sequence[Any], fields: Sequence[str]) -> list[Row]:
        """What was found as rows; StorageError where a field asked for is missing or odd."""
        rows = [dict(row) for row in found]
        for row in rows:
            odd = [
                name
                for name in fields
                if row.get(name) is None or not isinstance(row[name], TYPES.get(name, object))
            ]
            if odd:
                raise self._odd(f"a row without {', '.join(odd)}, or another kind of it")
        return rows

    def _odd(self, what: str) -> StorageError:
        return StorageError(
            f"{self.address}: the server answered with {what}. Is it Milvus, and of version 2.5 or "
            "later? Nothing of its answer was used."
        )

    def _call(
        self, function: Callable[..., Given], *arguments: Any, timed: bool = True, **options: Any
    ) -> Given:
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        began = time.monotonic()
        ends = began + self._timeout
        for tried in count(1):
            if timed:
                options["timeout"] = max(0.1, ends - time.monotonic())
            try:
                return function(*arguments, **options)
            except (KeyError, IndexError, TypeError, ValueError) as error:  # in reading the answer
                raise self._odd(f"what cannot be read ({_said(error)})") from error
            except (MilvusException, RpcError, OSError) as error:
                pause = PAUSE_S * 2 ** (tried - 1)
                gone = getattr(error, "code", None) == GONE and time.monotonic() < began + TIMEOUT_S
                if (tried >= TRIES and not gone) or time.monotonic() + pause > ends:
                    raise StorageError(
                        f"{self.address}: Milvus did not do what it was asked, tried {tried} times "
                        f"in {time.monotonic() - began:.1f} s ({_said(error)}). What is published "
                        "is as it was: look after the server and try again."
                    ) from error
                if getattr(error, "code", None) == NOT_LOADED:
                    with suppress(MilvusException, RpcError):  # the next try says what is wrong
                        self._client.load_collection(arguments[0], timeout=self._timeout)
                time.sleep(pause)
        raise AssertionError("unreachable")


def _said(error: Exception) -> str:
    details = getattr(error, "details", None)
    said = details() if callable(details) else getattr(error, "message", "")
    return " ".join(str(said or error).split())[:200]
