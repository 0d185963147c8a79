"""The one row that says what is published, and from which generation to which a row is seen."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date

from index.errors import IndexFormatError
from index.info import Info
from index.manifest import FORMAT, Manifest
from index.milvus.schema import STATE
from index.milvus.server import Row

ALIVE = 2**62  # the generation that rows die in which are there to stay
NO_VECTOR = [0.0, 0.0]  # of collections that are not searched: Milvus wants one
OUTLETS = 40_000  # characters, all ASCII, of the outlets that are listed


@dataclass(frozen=True, slots=True)
class State:
    """What is published."""

    manifest: Manifest
    info: Info
    written: int  # the generation of the writer's folder that was published
    spoken: tuple[int, int]  # the first and last day that any chunk speaks of, as ordinals
    writer: str  # the folder that published it, by its random name

    @property
    def visible(self) -> str:
        """The rows of this generation."""
        return visible(self.manifest.generation)


def visible(generation: int) -> str:
    """The rows that a generation is made of."""
    return f"born <= {generation} and died > {generation}"


def listed(info: Info) -> Info:
    """What is said of an archive, with as many outlets as fit into a row, the largest of them."""
    left, sources = OUTLETS, []
    for source in info.sources:
        left -= len(json.dumps(source)) + 2
        if left >= 0:
            sources.append(source)
    return replace(info, sources=tuple(sources), bytes=0)


def state_row(state: State) -> Row:
    """The one row that is written last: with it a generation is published."""
    return {
        **dict.fromkeys(("article", "cluster", "version", "source", "section"), ""),
        **dict.fromkeys(("piece", "number", "current", "day", "checksum"), 0),
        "key": STATE,
        "vector": NO_VECTOR,
        "spoken": [],
        "body": json.dumps(asdict(state), default=date.isoformat),
        "born": ALIVE,  # so that no generation holds it
        "died": ALIVE,
    }


def to_state(row: Row, where: object) -> State:
    """The state of its row; IndexFormatError where it is none of this version."""
    try:
        data = json.loads(row["body"])
        manifest, info = Manifest(**data["manifest"]), data["info"]
        for name in ("first", "last"):
            info[name] = date.fromisoformat(info[name]) if info[name] else None
        info["sources"] = tuple((str(name), int(count)) for name, count in info["sources"])
        first, last = data["spoken"]
        days, writer = (int(first), int(last)), str(data["writer"])
        state = State(manifest, Info(**info), int(data["written"]), days, writer)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexFormatError(
            f"{where}: what it says of itself cannot be read. Name another collection and add the "
            "articles there."
        ) from error
    if state.manifest.format != FORMAT:
        raise IndexFormatError(
            f"{where}: it has format {state.manifest.format}, this version of Clippings reads "
            f"{FORMAT}. Name another collection and add the articles there."
        )
    return state
