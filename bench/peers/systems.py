"""The systems that are compared, each with its adapter, its environment and its options.

Not here, though asked for often: raglite 1.1, since it takes language models and embedders for
llama.cpp from a model hub by name alone and needs its sentence splitter's weights from there too;
haiku.rag, since it asks language models and embedders through servers only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ADAPTERS = "bench.peers.adapters"
OURS = "clippings"


@dataclass(frozen=True, slots=True)
class System:
    """One row of the table."""

    name: str
    adapter: str  # the module that drives it
    environment: str | None = None  # the name of its requirements file; None: our own environment
    options: Mapping[str, int | str] = field(default_factory=dict)


SYSTEMS = (
    System(OURS, f"{ADAPTERS}.clippings"),
    System("llamaindex", f"{ADAPTERS}.llamaindex", "llamaindex"),
    System(
        "llamaindex-tuned",
        f"{ADAPTERS}.llamaindex",
        "llamaindex",
        {"chunk_tokens": 256, "top": 5},
    ),
    System("haystack", f"{ADAPTERS}.haystack", "haystack"),
    System("txtai", f"{ADAPTERS}.txtai", "txtai"),
)
