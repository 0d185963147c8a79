"""Stand-ins that keep the real protocols and can be worked out by hand; and adds to be killed.

A token of the fakes is a word between white space.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import resource
import signal
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from index import build, draft, facts, fill, intake, lexical, manifest, sums, vectors, writing
from index.embed import Vectors
from index.errors import ClippingsError
from index.index import Index
from index.store import clusters, files, table, versions
from qa.generate import Piece, Prompt
from qa.llama.notes import Speed

_WRITERS = (
    *(build, draft, facts, fill, intake, lexical, manifest, sums, vectors, writing),
    *(clusters, files, table, versions),
)
WRITERS = {module.__file__ for module in _WRITERS}


class FakeEmbedder:
    """Counts the words of a text in `dimension` boxes, a word's box being its checksum."""

    def __init__(self, dimension: int = 16, max_tokens: int = 128, delay: float = 0.0) -> None:
        self.dimension = dimension
        self.max_tokens = max_tokens
        self._delay = delay  # seconds a batch takes

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self._delay:
            time.sleep(self._delay)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.lower().split() or [""]:
                vector[zlib.crc32(word.encode()) % self.dimension] += 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


class FakeGenerator:
    """Writes, word by word, what a function makes of the prompt; keeps the prompts it was given.

    It is sure of every word: the answer's first word is as good as certain, any other is not.
    """

    def __init__(self, answer: Callable[[Prompt], str] | str, name: str = "fake") -> None:
        self.name = name
        self.prompts: list[Prompt] = []
        self.warmed: list[Prompt] = []
        self.speed = Speed()
        self._answer = answer

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        session: str = "",
        on_progress: Callable[[int, int], None] | None = None,
        timeout_s: float | None = None,
    ) -> Iterator[Piece]:
        self.prompts.append(prompt)
        if on_progress:
            total = self.count_tokens(f"{prompt.system} {prompt.user}")
            on_progress(0, total)
            on_progress(total, total)
        yield from map(Piece, self._words(prompt)[:max_tokens])

    def first_logprobs(
        self, prompt: Prompt, texts: Sequence[str], *, session: str = ""
    ) -> list[float]:
        first = "".join(self._words(prompt)[:1]).strip()
        return [0.0 if text.split()[:1] == [first] else -20.0 for text in texts]

    def warm(self, prompt: Prompt, *, session: str = "") -> None:
        self.warmed.append(prompt)

    def _words(self, prompt: Prompt) -> list[str]:
        answer = self._answer if isinstance(self._answer, str) else self._answer(prompt)
        words: list[str] = re.findall(r"\s*\S+", answer)
        return words


def write_articles(file: Path, *texts: str, **fields: str) -> Path:
    """A JSON Lines file with an article for each text, titled by the text's first three words."""
    records = [{"title": " ".join(text.split()[:3]), "text": text, **fields} for text in texts]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return file


def add(directory: Path, file: Path, batch_chunks: int = 2, delay: float = 0.0) -> None:
    """Add a file to an index as `python -m index add` does, in batches of a few chunks."""
    index = Index.open(directory, create=True, model=FakeEmbedder(delay=delay))
    build.build(index, [file], how=build.Adding(batch_chunks=batch_chunks))


def add_up_to(directory: Path, file: Path, line: int) -> None:
    """Add, and kill this process before the given line (counted from 1) that a writer runs."""
    kill_before_line(line)
    add(directory, file)


def kill_before_line(line: int) -> None:
    """Kill this process before the given line (counted from 1) that a writer's modules run."""
    left = line

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in WRITERS:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    sys.settrace(count)


def add_limited(directory: Path, file: Path, limit: int) -> None:
    """Add where no file may grow beyond `limit` bytes; a refusal is left in DIRECTORY.refused."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        add(directory, file)
    except ClippingsError as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        refused = f"{type(error).__name__}: {error}"
        directory.with_suffix(".refused").write_text(refused, encoding="utf-8")


_CHILDREN = multiprocessing.get_context("forkserver")  # a child costs milliseconds
_CHILDREN.set_forkserver_preload(["tests.index.script"])


def in_child(
    function: Callable[..., None], *arguments: Any, kill_after: float | None = None
) -> int | None:
    """Call a function in a child process, killed after some seconds; gives its exit code."""
    child = _CHILDREN.Process(target=function, args=arguments)
    child.start()
    child.join(kill_after)
    if kill_after is not None:
        child.kill()
    child.join()
    code = child.exitcode
    child.close()
    return code
