"""The one module that speaks to Milvus: calls that end in time, with a clear error where they fail.

It knows no article. Writing the same rows again changes nothing, so every call may be repeated.
"""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import IndexFormatError, StorageError
from index.milvus import schema
from index.milvus.address import TOKEN, Address
from index.milvus.schema import STATE, schema_of

if TYPE_CHECKING:
    from pymilvus import MilvusClient

TIMEOUT_S = 15.0  # of one call to a server
FILE_TIMEOUT_S = 600.0  # of one to Milvus Lite, which is in this process and now and then tidies up
TRIES = 3  # of a call that a server refused
PAUSE_S = 0.3  # before the second try, twice as much before the third
BATCH = 1_000  # rows of one call
BATCH_BYTES = 8 << 20  # of what is written in one call, about; a server takes 64 MB
PAGE = 10_000  # rows of one reply where they are short
LONG = {"vector", "words", "body"}  # fields that make them long
MOST = 16_384  # rows that a search may ask for
LARGEST = 256 << 20  # bytes of a reply that is read
GONE = 2  # pymilvus' code for no connection: a server that starts again is waited for
NOT_LOADED = 101  # Milvus' code for a collection that somebody, or a restart of Lite, released
QUIET_MS = 2**31 - 1  # Milvus Lite hangs up on who asks every ten seconds whether it still works

Row = dict[str, Any]
Given = TypeVar("Given")


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
            address.make_folder()
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
        """Whether something is published in the collections, which are ready to be asked then.

        What an interrupted creation left is as nothing. Raises IndexFormatError where collections
        are of something else, or some are missing.
        """
        names = {
            self.terms: schema.TERM,
            self.chunks: schema.CHUNK,
            self.articles: schema.ARTICLE,
        }
        there = [name for name in names if self._call(self._client.has_collection, name)]
        for name in there:
            if lacking := names[name] - self._call(self._fields, name).keys():
                raise IndexFormatError(
                    f"{self.address}: the collection {name} is none of Clippings, or of another "
                    f"version: it has no field {', '.join(sorted(lacking))}. Name another with "
                    "milvus:ADDRESS#NAME, and copy the writer's folder there."
                )
        if self.articles not in there or not self._call(self._client.list_indexes, self.articles):
            return False
        self._call(self._client.load_collection, self.articles)  # needed where a file is opened
        if not self.count(self.articles, f'key == "{STATE}"'):
            return False
        if missing := [name for name in names if name not in there]:
            raise IndexFormatError(
                f"{self.address}: the collection {', '.join(missing)} is missing. "
                "Name another collection and copy the writer's folder there."
            )
        for name in (self.terms, self.chunks):
            self._call(self._client.load_collection, name)
        return True

    def dimension(self) -> int:
        """How many numbers a vector of the collection has."""
        return self._call(self._dimension)

    def _dimension(self, **options: Any) -> int:
        return int(self._fields(self.chunks, **options)["vector"]["dim"])

    def _fields(self, name: str, **options: Any) -> dict[str, Any]:
        found = self._client.describe_collection(name, **options)["fields"]
        return {str(field["name"]): field.get("params") for field in found}

    def create(self, dimension: int) -> None:
        """Make the collections; what is there of them already is gone on with."""
        for name, fields, size in (
            (self.terms, schema.TERM_FIELDS, 2),
            (self.chunks, schema.CHUNK_FIELDS, dimension),
            (self.articles, schema.ARTICLE_FIELDS, 2),
        ):
            nearest = "FLAT" if self.address.is_file else "AUTOINDEX"
            made, indexes = schema_of(fields, size, nearest)
            self._call(partial(self._make, made=made), name)
            for index in indexes:
                one = type(indexes)([index])  # an interrupted run may have made only some
                self._call(partial(self._search_by, field=index.field_name, indexes=one), name)
            self._call(self._client.load_collection, name)

    def _make(self, name: str, *, made: Any, **options: Any) -> None:
        if not self._client.has_collection(name, **options):
            self._client.create_collection(name, schema=made, consistency_level="Strong", **options)

    def _search_by(self, name: str, *, field: str, indexes: Any, **options: Any) -> None:
        if not self._client.list_indexes(name, field, **options):
            self._client.create_index(name, indexes, **options)

    def put(self, collection: str, rows: Sequence[Row]) -> None:
        """Write rows in place of those of the same key; all are there when it returns."""
        for batch in _batches(rows):
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
        """Give all rows that fit an expression, in the order of their keys, read page by page.

        Rows may be written meanwhile: each key comes once.
        """
        key = {self.chunks: "row", self.articles: "key", self.terms: "term"}[collection]
        size = BATCH if LONG & set(fields) else PAGE
        last: Any = None
        while True:
            after = (
                f"{key} > {json.dumps(last, ensure_ascii=False)} and " if last is not None else ""
            )
            # pymilvus' own iterator asks some things without any limit of time
            found = self._call(
                self._client.query, collection, filter=f"{after}({only})", limit=size,
                output_fields=[*fields], iterator="True", reduce_stop_for_best="True",
            )  # fmt: skip
            rows = self._whole(found, (key, *fields))
            if not rows:
                return
            if last is not None and min(row[key] for row in rows) <= last:
                raise self._odd("rows that it gave before")
            yield from rows
            last = max(row[key] for row in rows)

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
                if row.get(name) is None
                or not isinstance(row[name], schema.TYPES.get(name, object))
            ]
            if odd:
                raise self._odd(f"a row without {', '.join(odd)}, or another kind of it")
        return rows

    def _odd(self, what: str) -> StorageError:
        return StorageError(
            f"{self.address}: the server answered with {what}. Is it Milvus, and of version 2.5 or "
            "later? Nothing of its answer was used."
        )

    def _call(self, function: Callable[..., Given], *arguments: Any, **options: Any) -> Given:
        from grpc import RpcError
        from pymilvus.exceptions import MilvusException

        began = time.monotonic()
        ends = began + self._timeout
        for tried in count(1):
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
                        f"in {time.monotonic() - began:.1f} s ({_said(error)}). Nothing is half "
                        "published: look after the server and try again."
                    ) from error
                if getattr(error, "code", None) == NOT_LOADED:
                    with suppress(MilvusException, RpcError):  # the next try says what is wrong
                        self._client.load_collection(arguments[0], timeout=self._timeout)
                time.sleep(pause)
        raise AssertionError("unreachable")


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        # 8 bytes a number and 16 a term are about right; text is what makes rows large
        length = sum(len(v) * 8 if isinstance(v, list) else len(str(v)) for v in row.values())
        if batch and (len(batch) == BATCH or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch


def _said(error: Exception) -> str:
    details = getattr(error, "details", None)
    said = details() if callable(details) else getattr(error, "message", "")
    return " ".join(str(said or error).split())[:200]
