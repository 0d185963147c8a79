"""Command line of the bench: a table, then one line of JSON as the last line.

A data folder holds questions.jsonl and articles.jsonl (or passages.jsonl, each plain or with .gz)
or a folder articles/.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import (
    answers,
    attacks,
    browse,
    calibrate,
    compare,
    indexing,
    latency,
    mine,
    page,
    queueing,
    report,
    retrieval,
    scale,
    soak,
    spread,
    tune,
    upkeep,
    verification,
)
from bench.machine import about
from bench.peers import run as peers
from bench.table import Result, to_json, to_table
from index.errors import ClippingsError, InputError

TASKS = (
    retrieval,
    answers,
    attacks,
    calibrate,
    verification,
    compare,
    latency,
    tune,
    indexing,
    upkeep,
    scale,
    queueing,
    soak,
    spread,
    browse,
    peers,
    mine,
    page,
    report,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a task; exit status 0 measured, 1 refused."""
    typed = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(typed)
    try:
        _check_out(options.out)
        result: Result | None = options.run(options)
        if result is not None:
            line = to_json(result, about(typed))
            print(f"{to_table(result)}\n{line}", flush=True)
            _append(options.out, line)
    except ClippingsError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nbench: stopped.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    tasks = parser.add_subparsers(required=True, metavar="TASK")
    for module in TASKS:
        module.register(tasks)
    return parser


def _check_out(file: Path | None) -> None:
    if file is not None and (file.is_dir() or not file.absolute().parent.is_dir()):
        raise InputError(f"--out {file}: name a file in a folder that is there.")


def _append(file: Path | None, line: str) -> None:
    if file is None:
        return
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
    except OSError as error:
        raise InputError(f"--out {file}: it cannot be written ({error.strerror}).") from error


if __name__ == "__main__":
    sys.exit(main())
