"""What is wrong with this installation, and what to do: `python -m qa doctor [--index DIR]`.

It looks at packages, weights, the build of llama.cpp, speed and an index, and changes nothing. The
models run in a child, because a build for another processor dies without a word.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from packaging.requirements import Requirement

from index.check import check
from index.checksum import sha256_of
from index.errors import ClippingsError
from index.weights import KNOWN, LLMS, Weights, cache_root, resolve_llm

PACKAGE = "clippings-qa"
GIB = 2**30
LEAST_MEMORY = 4 * GIB
LEAST_DISK = 3 * GIB  # for weights and builds
PATIENCE = 300.0  # seconds that a child may take
SLOW_READ, SLOW_WRITE = 25.0, 4.0  # tokens a second of the default model; slower is no pleasure
SLOW_EMBED = 10.0  # passages a second
SHOWN = 5  # problems of an index
BUILD_REMEDY = "Build it for this processor: python tools/build_llama.py --model FILE"

State = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where it is not well."""

    part: str
    state: State
    what: str
    remedy: str = ""


def examine(
    *, llm: str = "default", index: Path | None = None, quick: bool = False
) -> Iterator[Finding]:
    """Look at everything, one finding after the other; `quick` leaves out running the models."""
    yield from packages(metadata.requires)
    yield from machine(cache_root())
    folder = cache_root() / "weights"
    embedder = weights(KNOWN["embedder"], folder)
    model = weights(KNOWN[llm], folder) if llm in LLMS else named(llm)
    yield from (embedder, model)
    if not quick:
        if model.state == "ok":
            file = folder / KNOWN[llm].file if llm in LLMS else resolve_llm(llm)
            yield run("llama.cpp", "llm", file)
        if embedder.state == "ok":
            yield run("embedder", "embedder", (folder / KNOWN["embedder"].file).parent)
    if index:
        yield from examined(index)


def packages(requires: Callable[[str], list[str] | None]) -> Iterator[Finding]:
    """Whether each package that is needed is there in a version that will do."""
    try:
        rows = [Requirement(row) for row in requires(PACKAGE) or []]
    except metadata.PackageNotFoundError:
        yield Finding("packages", "note", "not installed, run from its folder", "pip install .")
        return
    needed = [row for row in rows if row.marker is None or row.marker.evaluate({"extra": ""})]
    wrong = [problem for row in needed if (problem := _lacking(row))]
    for problem in wrong:
        yield Finding("packages", "wrong", problem, "Install anew: make setup, or pip install .")
    if not wrong:
        python = ".".join(map(str, sys.version_info[:3]))
        yield Finding("packages", "ok", f"all {len(needed)} are there; Python {python}")


def _lacking(row: Requirement) -> str:
    try:
        found = metadata.version(row.name)
    except metadata.PackageNotFoundError:
        return f"{row.name} is missing"
    return (
        "" if row.specifier.contains(found, prereleases=True) else f"{row} is needed, not {found}"
    )


def machine(cache: Path) -> Iterator[Finding]:
    """Whether there is memory and room enough, and the cache can be written."""
    there = next(folder for folder in (cache, *cache.parents) if folder.exists())
    if not os.access(there, os.W_OK):
        remedy = "Make it writable, or set CLIPPINGS_CACHE to a folder that is."
        yield Finding("cache", "wrong", f"{there} cannot be written", remedy)
    else:
        yield Finding("cache", "ok", str(cache))
    free = shutil.disk_usage(there).free
    enough = free >= LEAST_DISK
    remedy = "" if enough else "Free some, before models are fetched or indexes grow."
    yield Finding("disk", "ok" if enough else "note", f"{free / GIB:.1f} GiB free", remedy)
    memory = _memory()
    if memory is not None:
        enough = memory >= LEAST_MEMORY
        remedy = "" if enough else "Take the small model: --llm small."
        yield Finding("memory", "ok" if enough else "note", f"{memory / GIB:.1f} GiB", remedy)


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # no POSIX system
        return None


def weights(known: Weights, folder: Path) -> Finding:
    """Whether weights are there, and their sum is right; all of them is read."""
    part, file = f"weights {known.name}", folder / known.file
    fetch = f"Fetch them: python -m index.weights {known.name}"
    try:
        if not file.exists():
            return Finding(part, "wrong", f"{file} is not there", fetch)
        if sha256_of(file) != known.sha256:
            return Finding(part, "wrong", f"{file} is damaged", f"Remove it. {fetch}")
    except OSError as error:
        return Finding(part, "wrong", f"{file} cannot be read ({error.strerror})", fetch)
    return Finding(part, "ok", f"{file.name}, SHA-256 {known.sha256[:12]}…")


def named(llm: str) -> Finding:
    """Whether a model of the user's own can be opened as a file."""
    if "://" in llm:
        return Finding("weights", "note", f"the model is at {llm}, which was not asked")
    try:
        return Finding("weights", "ok", str(resolve_llm(llm)))
    except ClippingsError as error:
        return Finding("weights", "wrong", str(error), "Name another with --llm.")


def run(part: str, kind: str, path: Path) -> Finding:
    """Let a child run a model, and say how fast it is."""
    command = [sys.executable, "-m", "qa.doctor", f"--run-{kind}", str(path)]
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        remedy = "Close what else runs and try again, or take the small model: --llm small."
        return Finding(part, "wrong", f"gave nothing within {PATIENCE:.0f} s", remedy)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["without a word"])[-1][:300]
        by = _signal(-done.returncode) if done.returncode < 0 else said
        return Finding(part, "wrong", f"does not run: {by}", BUILD_REMEDY if kind == "llm" else "")
    return judge(part, json.loads(done.stdout.splitlines()[-1]))


def _signal(number: int) -> str:
    return f"the build died ({signal.Signals(number).name}): it is for another processor"


def judge(part: str, speed: dict[str, float]) -> Finding:
    """Say how fast a model is, and what to do where that is slow."""
    if "passages" in speed:
        slow = speed["passages"] < SLOW_EMBED
        what = f"runs, {speed['passages']:.0f} passages a second"
    else:
        slow = speed["read"] < SLOW_READ or speed["write"] < SLOW_WRITE
        what = f"runs, reads {speed['read']:.0f} and writes {speed['write']:.1f} tokens a second"
    remedy = "Slow, if nothing else runs now: try python -m bench tune, or --llm small."
    return Finding(part, "note" if slow else "ok", what, remedy if slow else "")


def examined(index: Path) -> Iterator[Finding]:
    """Whether every part of an index fits the others."""
    try:
        problems = check(index)
    except ClippingsError as error:
        yield Finding("index", "wrong", str(error), "Name the folder of an index.")
        return
    remedy = f"python -m index check --repair --index {index}"
    for problem in problems[:SHOWN]:
        yield Finding("index", "wrong", f"{problem.part}: {problem.what}", remedy)
    if not problems:
        yield Finding("index", "ok", f"{index}: everything fits together")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check this installation and say what to do; exit status 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m qa doctor", description=main.__doc__)
    parser.add_argument("--index", type=Path, metavar="DIR", help="verify this index too")
    parser.add_argument("--llm", default="default", help="the language model to look at")
    parser.add_argument("--quick", action="store_true", help="do not run the models")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--run-llm", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--run-embedder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.run_llm or options.run_embedder:
        told = _run_llm(options.run_llm) if options.run_llm else _run_embedder(options.run_embedder)
        print(json.dumps(told))
        return 0
    found = []
    for finding in examine(llm=options.llm, index=options.index, quick=options.quick):
        found.append(finding)
        print(f"{finding.state:5}  {finding.part}: {finding.what}", flush=True)
        if finding.remedy:
            print(f"       → {finding.remedy}")
    wrong = sum(finding.state == "wrong" for finding in found)
    print("Something is wrong: see above." if wrong else "Everything works.")
    if options.json:
        print(json.dumps({"wrong": wrong, "findings": [asdict(finding) for finding in found]}))
    return 1 if wrong else 0


def _run_llm(file: Path) -> dict[str, float]:
    from qa.generate import LlamaGenerator, Prompt

    with TemporaryDirectory() as cache:
        generator = LlamaGenerator.open(file, cache_dir=Path(cache))
        text = "The harbour of the town reopened on Monday after the storm. " * 16
        prompt = Prompt("Answer from the text.", f"{text}\nWhat happened?")
        for _ in generator.generate(prompt, max_tokens=12):
            pass
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
    sys.exit(main())
