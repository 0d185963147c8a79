"""Lets a model run for a moment, in a child: a build for another processor dies without a word.

The child is `python -m qa.trial llm FILE`, or `embedder FOLDER`. It says how fast the model is, in
one JSON object. This module knows no index and none of the other things the doctor looks at.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from index.errors import ClippingsError
from qa.budget import EVIDENCE_TOKENS, estimate, measure
from qa.finding import Finding
from qa.generate import LlamaGenerator, Speed

Kind = Literal["llm", "embedder"]
PARTS: dict[Kind, str] = {"llm": "llama.cpp", "embedder": "embedder"}

PATIENCE = 300.0  # seconds that a child may take
SLOW_READ, SLOW_WRITE = 25.0, 4.0  # tokens a second of the default model; slower is no pleasure
SLOW_EMBED = 10.0  # passages a second
BUSY = 0.5  # programs that want a core, of each core
TOLD = 3  # the child's status when its last line is for the user as it stands
LONGEST = 500  # characters of what a child said

SMALL = "take the small model: --llm small"
BUILD = "Build it for this processor: python tools/build_llama.py --model FILE"
INSTALL = "Install anew: make setup, or pip install ."
FASTER: dict[Kind, str] = {
    "llm": f"Slow: try python -m bench tune, or {SMALL}.",
    "embedder": "Slow: articles take long to add; other machines can help, with --ray.",
}


def run(kind: Kind, path: Path) -> Finding:
    """Let a child run a model, and say how fast it is."""
    load = _load()
    command = [sys.executable, "-m", "qa.trial", kind, str(path)]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        what = f"gave nothing within {PATIENCE:.0f} s"
        return Finding(PARTS[kind], "wrong", what, f"End what else runs and try again, or {SMALL}.")
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["without a word"])[-1][:LONGEST]
        return Finding(PARTS[kind], "wrong", *why(kind, done.returncode, said))
    return judge(kind, json.loads(done.stdout.splitlines()[-1]), load)


def why(kind: Kind, status: int, said: str) -> tuple[str, str]:
    """Say why a child failed, and what to do, by its status and its last words."""
    again = BUILD if kind == "llm" else INSTALL
    if status == TOLD:
        return f"does not run: {said}", ""
    if status > 0:
        return f"does not run: {said}", again
    name = signal.Signals(-status).name
    if name == "SIGKILL":
        what = "was killed while it ran, most likely because the memory was full"
        return what, f"End what else runs, or {SMALL}."
    meant = " of an instruction that this processor does not know" if name == "SIGILL" else ""
    return f"died{meant} ({name})", again


def judge(kind: Kind, speed: dict[str, float], load: float | None = None) -> Finding:
    """Say how fast a model is, and what to do where that is slow.

    `load` is how many programs wanted each core before the model ran; None: not known.
    """
    if kind == "embedder":
        slow = speed["passages"] < SLOW_EMBED
        what = f"runs, embeds {speed['passages']:.0f} passages a second"
    else:
        slow = speed["read"] < SLOW_READ or speed["write"] < SLOW_WRITE
        what = f"runs, reads {speed['read']:.0f} and writes {speed['write']:.1f} tokens a second"
        if seconds := estimate(EVIDENCE_TOKENS, Speed(speed["read"], speed["write"])):
            what += f": an answer in about {seconds:.0f} s"
    if not slow:
        return Finding(PARTS[kind], "ok", what)
    if load is not None and load > BUSY:
        return Finding(
            PARTS[kind], "note", what, "Slow, but other programs were busy: try when they rest."
        )
    return Finding(PARTS[kind], "note", what, FASTER[kind])


def _load() -> float | None:
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except (AttributeError, OSError):  # no POSIX system
        return None


def main(arguments: Sequence[str]) -> int:
    """Run a model and print its speed; status TOLD, with the reason, if it cannot be run."""
    kind, path = arguments
    try:
        told = _run_llm(Path(path)) if kind == "llm" else _run_embedder(Path(path))
    except ClippingsError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return TOLD
    print(json.dumps(told))
    return 0


def _run_llm(file: Path) -> dict[str, float]:
    with TemporaryDirectory() as cache:  # nothing is remembered of it
        generator = LlamaGenerator.open(file, cache_dir=Path(cache))
        measure(generator)
        speed = generator.speed
        generator.close()
    return {"read": speed.read, "write": speed.write}


def _run_embedder(folder: Path) -> dict[str, float]:
    from index.embed import SentenceTransformerEmbedder

    embedder = SentenceTransformerEmbedder.open(folder)
    texts = ["The harbour of the town reopened on Monday after the storm. " * 10] * 16
    embedder.encode(texts[:1])
    began = time.perf_counter()
    embedder.encode(texts)
    return {"passages": len(texts) / (time.perf_counter() - began)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
