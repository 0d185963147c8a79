"""Command line of the bench: a table, then one line of JSON as the last line.

A data folder holds questions.jsonl and articles.jsonl (or passages.jsonl, each plain or with .gz)
or a folder articles/.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import answers, indexing, latency, retrieval
from bench.data import Asking, load
from bench.machine import about
from bench.table import Result, to_json, to_table
from index.errors import ClippingsError, InputError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a task; exit status 0 measured, 1 refused."""
    typed = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(typed)
    try:
        _check_out(options.out)
        result: Result = options.run(options)
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
    of_retrieval = tasks.add_parser("retrieval", help="does the search find article and answer?")
    of_answers = tasks.add_parser("answers", help="are answers right, refused, cited?")
    of_latency = tasks.add_parser("latency", help="how long does a reader wait?")
    of_indexing = tasks.add_parser("indexing", help="how fast do articles become an index?")
    for task, run in (
        (of_retrieval, _retrieval),
        (of_answers, _answers),
        (of_latency, _latency),
        (of_indexing, _indexing),
    ):
        task.set_defaults(run=run)
        task.add_argument("--data", required=True, type=Path, metavar="DIR", help="the data folder")
        task.add_argument("--questions", type=_count, metavar="N", help="ask N of them")
        task.add_argument("--seed", type=int, default=0, metavar="S", help="of the shuffle (0)")
        task.add_argument("--out", type=Path, metavar="FILE", help="append the JSON line to FILE")
    for task in (of_retrieval, of_answers, of_latency):
        task.add_argument(
            "--index", type=Path, metavar="DIR", help="used, or built; default: in the user's cache"
        )
        task.add_argument("--no-time", action="store_true", help="ignore when a question was asked")
    for task in (of_answers, of_latency):
        task.add_argument(
            "--llm", default="default", help='"default", "small", a GGUF file or hf:REPO/FILE'
        )
    of_answers.add_argument(
        "--answerable-only",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="of the answerable questions those alone whose gold article holds an answer string",
    )
    of_indexing.add_argument("--articles", type=_count, default=40, metavar="N", help="to add (40)")
    of_indexing.add_argument(
        "--passages", type=_count, default=512, metavar="N", help="at most, to embed (512)"
    )
    of_indexing.add_argument("--rounds", type=_count, default=5, metavar="N", help="of each (5)")
    return parser


def _retrieval(options: argparse.Namespace) -> Result:
    return retrieval.run(load(options.data), _asking(options))


def _answers(options: argparse.Namespace) -> Result:
    return answers.run(
        load(options.data), _asking(options), stated_only=options.answerable_only, llm=options.llm
    )


def _latency(options: argparse.Namespace) -> Result:
    return latency.run(load(options.data), _asking(options), llm=options.llm)


def _indexing(options: argparse.Namespace) -> Result:
    return indexing.run(
        load(options.data),
        articles=options.articles,
        passages=options.passages,
        rounds=options.rounds,
        questions=options.questions,
        seed=options.seed,
    )


def _asking(options: argparse.Namespace) -> Asking:
    return Asking(options.index, options.questions, options.seed, not options.no_time)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


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
