"""What a run and its workers say to each other: one JSON object a line, over stdin and stdout.

The run sends a command (`open`, `index`, `ask`, `close`); the worker answers with events, the last
of them `ready`, `indexed`, `answered` or `failed`. `first` comes the moment the first words of an
answer do. Standard library only: a worker runs in the environment of the system it drives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

Message = dict[str, Any]
FINAL = ("ready", "indexed", "answered", "failed")  # after these a command is done


@dataclass(frozen=True, slots=True)
class Setup:
    """What every system is given alike, and the options of the variant that is driven."""

    embedder: str  # folder of a sentence-transformers model
    llm: str  # a GGUF file
    threads: int  # that decode
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """An article as it is handed to a system."""

    id: str
    title: str
    text: str
    day: str | None = None  # ISO 8601

    @property
    def plain(self) -> str:
        """The article as a text file holds it: title and date, an empty line, the text."""
        head = f"{self.title}\n{self.day}" if self.day else self.title
        return f"{head}\n\n{self.text}"


@dataclass(frozen=True, slots=True)
class Indexed:
    """What became of the articles."""

    texts: Sequence[str]  # each as it was handed to the embedder
    limit: int  # tokens that the embedder reads of one text, its special tokens included


@dataclass(frozen=True, slots=True)
class Said:
    """A whole answer."""

    text: str
    passages: Sequence[tuple[str, str]] = ()  # article id and text, best first
    citations: Sequence[tuple[str, str]] = ()  # article id and the words quoted from it


class Peer(Protocol):
    """A system with its models loaded. A module that drives one has `open_peer(Setup) -> Peer`."""

    @property
    def version(self) -> str:
        """The system's own version."""

    def index(self, documents: Sequence[Document], folder: Path) -> Indexed:
        """Make an index of the documents and leave it in the folder."""

    def ask(self, question: str, day: str | None, first: Callable[[], None]) -> Said:
        """Answer; call `first` when the first words come. `day` is None unless all may use it."""


def write_documents(file: Path, documents: Sequence[Document]) -> None:
    """Write documents as JSON Lines that `python -m index add` reads too."""
    with file.open("w", encoding="utf-8") as stream:
        for document in documents:
            record = asdict(document)
            record["date"] = record.pop("day")
            stream.write(f"{json.dumps(record, ensure_ascii=False)}\n")


def read_documents(file: Path) -> Iterator[Document]:
    """Read what write_documents wrote."""
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            record = json.loads(line)
            yield Document(record["id"], record["title"], record["text"], record["date"])
