"""What the tasks' command lines have in common. It knows no task."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from bench.data import Asking, find
from index.opening import place

Parser: TypeAlias = argparse.ArgumentParser
Parsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_data(task: Parser) -> None:
    """Add the data folder, how many of its questions are asked, and where the result goes."""
    task.add_argument(
        "--data",
        required=True,
        type=find,
        metavar="DIR",
        help="the data folder, or the name of a set in bench/sets or of an evaluation set",
    )
    task.add_argument(
        "--questions", "--sample", type=count, metavar="N", help="ask N of them (all)"
    )
    task.add_argument("--seed", type=int, default=0, metavar="S", help="of the shuffle (0)")
    add_out(task)


def add_out(task: Parser) -> None:
    """Add the file to which the result's line of JSON is appended."""
    task.add_argument("--out", type=Path, metavar="FILE", help="append the JSON line to FILE")


def add_index(task: Parser) -> None:
    """Add the index that is asked, and whether the day of a question is used."""
    task.add_argument(
        "--index", type=place, metavar="DIR", help="used, or built; default: in the user's cache"
    )
    task.add_argument("--no-time", action="store_true", help="ignore when a question was asked")


def add_llm(task: Parser) -> None:
    """Add the language model that answers."""
    task.add_argument(
        "--llm", default="default", help='"default", "small", a GGUF file or hf:REPO/FILE'
    )


def add_records(task: Parser) -> None:
    """Add the file that keeps what came of each question, and takes up where it stopped."""
    task.add_argument(
        "--records",
        type=Path,
        metavar="FILE",
        help="keep a line for each question in FILE; those that stand there are not asked again",
    )


def asking(options: argparse.Namespace) -> Asking:
    """What add_data and add_index read."""
    return Asking(options.index, options.questions, options.seed, not options.no_time)


def count(text: str) -> int:
    """Read a whole number of 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
