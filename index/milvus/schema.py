"""The fields of the collections, and how Milvus keeps and searches each. It speaks to no server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LONGEST = 65_535  # bytes of a text in one row
ELEMENTS = 4_096  # terms of one row
STATE = "@state"  # the key of the row that says what is published

CHUNK_FIELDS = (
    *("row:key", "vector:vector", "words:words", "article:text", "number:int", "start:int"),
    *("end:int", "day:int", "source:text", "section:text", "spoken:terms"),
    *("checksum:int", "born:int", "died:int"),
)
ARTICLE_FIELDS = (
    *("key:name", "vector:vector", "article:text", "piece:int", "number:int", "current:int"),
    *("cluster:text", "version:text", "day:int", "source:text", "section:text", "spoken:terms"),
    *("body:text", "checksum:int", "born:int", "died:int"),
)
TERM_FIELDS = ("term:name", "vector:vector", "count:int")
CHUNK, ARTICLE, TERM = (
    {field.partition(":")[0] for field in fields}
    for fields in (CHUNK_FIELDS, ARTICLE_FIELDS, TERM_FIELDS)
)
TYPES = {  # of the fields that are no lists
    name: str if kind in ("name", "text", "words") else int
    for name, _, kind in (
        field.partition(":") for field in (*CHUNK_FIELDS, *ARTICLE_FIELDS, *TERM_FIELDS)
    )
    if kind not in ("vector", "terms")
}


def schema_of(fields: Sequence[str], dimension: int, nearest: str) -> tuple[Any, Any]:
    """The schema of a collection and its indexes, as pymilvus wants them."""
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    indexes = MilvusClient.prepare_index_params()
    kinds: dict[str, dict[str, Any]] = {
        "key": {"datatype": DataType.INT64, "is_primary": True},
        "name": {"datatype": DataType.VARCHAR, "max_length": 256, "is_primary": True},
        "int": {"datatype": DataType.INT64},
        "text": {"datatype": DataType.VARCHAR, "max_length": LONGEST},
        "vector": {"datatype": DataType.FLOAT_VECTOR, "dim": dimension},
        "terms": {
            "datatype": DataType.ARRAY, "element_type": DataType.VARCHAR, "max_length": 16,
            "max_capacity": ELEMENTS,
        },
        "words": {  # they are stems already: Milvus Lite takes no note of a stemmer
            "datatype": DataType.VARCHAR, "max_length": LONGEST, "enable_analyzer": True,
            "analyzer_params": {"tokenizer": "standard", "filter": ["lowercase"]},
        },
    }  # fmt: skip
    for field in fields:
        name, _, kind = field.partition(":")
        schema.add_field(name, **kinds[kind])
    indexes.add_index("vector", index_type=nearest, metric_type="IP")
    if "words:words" in fields:
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25", function_type=FunctionType.BM25, input_field_names=["words"],
                output_field_names=["sparse"],
            )
        )  # fmt: skip
        indexes.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    return schema, indexes
