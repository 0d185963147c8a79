"""What is wrong with this installation, and what to do: `python -m qa doctor [--index DIR]`.

It looks at packages, weights, speed (`qa/trial.py` runs the models) and an index, and changes
nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from index.check import check
from index.checksum import sha256_of
from index.errors import ClippingsError
from index.opening import open_store, place
from index.weights import KNOWN, LLMS, Weights, cache_root, resolve_llm
from qa.finding import Finding
from qa.remote.about import about
from qa.remote.server import KEY_VARIABLE, Server, chosen
from qa.trial import run

PACKAGE = "clippings-qa"
GIB = 2**30
LEAST_MEMORY = 4 * GIB
LEAST_DISK = 3 * GIB  # for weights and builds
SHOWN = 5  # problems of an index


def examine(
    *, llm: str | Server = "default", index: str | Path | None = None, quick: bool = False
) -> Iterator[Finding]:
    """Look at everything, one finding after the other.

    `quick` leaves out running the models and asking a server.
    """
    yield from packages(metadata.requires)
    yield from machine(cache_root())
    folder = cache_root() / "weights"
    embedder = weights(KNOWN["embedder"], folder)
    yield embedder
    if isinstance(llm, Server):
        yield Finding("server", "note", f"{llm.address} was not asked") if quick else asked(llm)
    else:
        model = weights(KNOWN[llm], folder) if llm in LLMS else named(llm)
        yield model
        if model.state == "ok" and not quick:
            yield run("llm", folder / KNOWN[llm].file if llm in LLMS else resolve_llm(llm))
    if embedder.state == "ok" and not quick:
        yield run("embedder", (folder / KNOWN["embedder"].file).parent)
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
    if not (there.is_dir() and os.access(there, os.W_OK)):
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
    try:
        return Finding("weights", "ok", f"{resolve_llm(llm)}, of which no checksum is known")
    except ClippingsError as error:
        return Finding("weights", "wrong", str(error))


def asked(server: Server) -> Finding:
    """Whether a server answers and has the model."""
    try:
        told = about(server)
    except ClippingsError as error:
        return Finding("server", "wrong", str(error))
    reads = f", which reads {told.context:,} tokens at once" if told.context else ""
    return Finding("server", "ok", f"{server.address} answers; its model is {told.model}{reads}")


def examined(index: str | Path | None) -> Iterator[Finding]:
    """Whether every part of an index fits the others; of one in Milvus, whether it can be opened.

    The last of its problems has the remedy, which is one for all.
    """
    if index is None:
        yield Finding("index", "note", "none was looked at", "Name its folder: --index DIR")
        return
    try:
        if isinstance(index, str):
            articles = open_store(index).info().articles
            yield Finding("index", "ok", f"{index}: answers, {articles:,} articles are searched")
            return
        problems = check(index)
    except ClippingsError as error:
        yield Finding("index", "wrong", str(error))
        return
    if not problems:
        yield Finding("index", "ok", f"{index}: everything fits together")
    shown = [f"{problem.part}: {problem.what}" for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        shown.append(f"and {len(problems) - SHOWN} problems more")
    remedy = f"Repair it: python -m index check --repair --index {index}"
    for number, what in enumerate(shown, start=1):
        yield Finding("index", "wrong", what, remedy if number == len(shown) else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check this installation and say what to do; exit status 1 if something is wrong."""
    options = _parser().parse_args(arguments)
    try:
        llm = chosen(options.llm, options.model, os.environ.get(KEY_VARIABLE))
    except ClippingsError as error:
        print(error, file=sys.stderr)
        return 2
    if not options.quick:
        print("The models are run as well, which may take minutes: --quick leaves that out.")
    found = []
    for finding in examine(llm=llm, index=options.index, quick=options.quick):
        found.append(finding)
        print(f"{finding.state:5}  {finding.part}: {finding.what}", flush=True)
        if finding.remedy:
            print(f"       → {finding.remedy}")
    wrong = sum(finding.state == "wrong" for finding in found)
    notes = sum(finding.state == "note" for finding in found)
    well = f"Nothing is wrong. {_count(notes, 'note')} above." if notes else "Everything works."
    print(f"{_count(wrong, 'thing')} wrong: see above." if wrong else well)
    if options.json:
        print(json.dumps({"wrong": wrong, "findings": [asdict(finding) for finding in found]}))
    return 1 if wrong else 0


def _count(number: int, name: str) -> str:
    return f"{number} {name} is" if number == 1 else f"{number} {name}s are"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa doctor", description=main.__doc__)
    parser.add_argument(
        "--index", type=place, metavar="DIR", help="verify this index too, or open milvus:…"
    )
    parser.add_argument(
        "--llm", default="default", help="the language model: as `python -m qa` takes it"
    )
    parser.add_argument("--model", metavar="NAME", help="of a server that --llm names")
    parser.add_argument("--quick", action="store_true", help="run no models, ask no server")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
