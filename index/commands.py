"""What each command does, and what it says when it is done."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from index.article import Report
from index.dates import parse_date
from index.errors import ClippingsError, InputError
from index.messenger import TIMEOUT_S, Cluster
from index.opening import MILVUS, copy_store, open_store, place
from index.says import (
    AddBar,
    info_data,
    print_info,
    print_report,
    report_data,
    write_skipped,
)


def parser(about: str | None) -> argparse.ArgumentParser:
    """The command line; the parsed options name the function to run as `run`."""
    whole = argparse.ArgumentParser(prog="python -m index", description=about)
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    _register_changes(commands)
    info = commands.add_parser("info", help="say what an index holds")
    info.set_defaults(run=_info)
    export = commands.add_parser("export", help="write the articles as JSON Lines")
    export.add_argument("file", metavar="FILE", help="a .jsonl file that is not there yet, or -")
    export.set_defaults(run=_export)
    check = commands.add_parser("check", help="verify every part of an index against the others")
    check.add_argument("--repair", action="store_true", help="build words and vectors anew")
    check.add_argument("--sample", type=int, default=0, metavar="N", help="chunks to embed anew")
    check.set_defaults(run=_check)
    for command in commands.choices.values():
        command.add_argument("--index", required=True, type=place, metavar="DIR")
        command.add_argument("--json", action="store_true", help="one JSON object as the last line")
    for name in ("add", "remove", "watch", "check"):
        commands.choices[name].add_argument(
            "--wait", type=float, default=0.0, metavar="SECONDS", help="for another writer"
        )
    copy = commands.add_parser("copy", help="make Milvus hold what a folder does, all of it")
    copy.add_argument("source", type=place, metavar="DIR")
    copy.add_argument("target", type=place, metavar="milvus:ADDRESS")
    copy.set_defaults(run=_copy)
    return whole


def _register_changes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    add = commands.add_parser("add", help="read files, folders and web addresses into an index")
    add.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder or https://...")
    add.add_argument(
        "--allow-private", action="store_true",
        help="let the addresses given be those of a private network",
    )  # fmt: skip
    add.add_argument("--reread", action="store_true", help="read files that have not changed too")
    add.add_argument(
        "--map", action="append", default=[], metavar="OURS=THEIRS",
        help="a field of records, such as title=headline; may be repeated",
    )  # fmt: skip
    add.add_argument("--report", type=Path, metavar="FILE", help="what was skipped, as JSON Lines")
    add.add_argument(
        "--ray", metavar="ADDRESS",
        help="read and embed by Ray's workers: local, HOST:PORT or ray://HOST:PORT",
    )  # fmt: skip
    add.add_argument("--ray-workers", type=int, metavar="N", help="of them (one for each core)")
    add.add_argument(
        "--ray-timeout", type=float, default=TIMEOUT_S, metavar="SECONDS",
        help=f"of silence, then it is given up ({TIMEOUT_S:g})",
    )  # fmt: skip
    add.set_defaults(run=_add)
    watch = commands.add_parser("watch", help="follow folders and add what changes")
    watch.add_argument("paths", nargs="+", metavar="DIR", help="a folder")
    watch.set_defaults(run=_watch)
    for command in (add, watch):
        command.add_argument("--embedder", help='"default", hf:REPO or a folder; for a new index')
        command.add_argument("--sync", action="store_true", help="remove what vanished there")
    remove = commands.add_parser("remove", help="remove the articles that fit every condition")
    remove.add_argument("--id", action="append", default=[], metavar="ID")
    remove.add_argument("--source", action="append", default=[], metavar="OUTLET")
    remove.add_argument(
        "--path", action="append", default=[], help="a file, folder or address as added"
    )
    remove.add_argument("--since", type=_day, metavar="DATE", help="published on that day or later")
    remove.add_argument("--until", type=_day, metavar="DATE", help="published by that day")
    remove.set_defaults(run=_remove)


def _add(options: argparse.Namespace) -> int:
    cluster = None
    if options.ray:
        cluster = Cluster(options.ray, options.ray_workers, options.ray_timeout)
    index = open_store(options.index, create=True, embedder=options.embedder)
    with AddBar() as bar:
        report = index.add(
            options.paths,
            progress=bar.show,
            fields=_fields(options.map),
            sync=options.sync,
            reread=options.reread,
            allow_private=options.allow_private,
            cluster=cluster,
            wait=options.wait,
        )
    print_report(report, options.index)
    if options.report:
        write_skipped(report.skipped, options.report)
    if options.json:
        print(json.dumps(report_data(report)))
    return _status(report)


def _remove(options: argparse.Namespace) -> int:
    report = open_store(options.index).remove(
        ids=options.id,
        sources=options.source,
        paths=options.path,
        since=options.since,
        until=options.until,
        wait=options.wait,
    )
    print_report(report, options.index)
    if options.json:
        print(json.dumps(report_data(report)))
    return 0


def _watch(options: argparse.Namespace) -> int:
    from index.watch import watch

    index = open_store(options.index, create=True, embedder=options.embedder)
    folders = [Path(path) for path in options.paths]
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder}: this is no folder that could be followed.")

    def told(outcome: Report | ClippingsError) -> None:
        if isinstance(outcome, ClippingsError):
            print(f"index: {outcome}", file=sys.stderr)
        elif outcome.added or outcome.removed:
            print_report(outcome, options.index)
            sys.stdout.flush()

    print(f"Following {', '.join(options.paths)} (Ctrl+C stops it)", file=sys.stderr)
    try:
        watch(index, folders, told, sync=options.sync, wait=options.wait)
    except KeyboardInterrupt:
        print("\nindex: no longer following.", file=sys.stderr)
    return 0


def _info(options: argparse.Namespace) -> int:
    info = open_store(options.index).info()
    print_info(info, options.index)
    if options.json:
        print(json.dumps(info_data(info)))
    return 0


def _export(options: argparse.Namespace) -> int:
    from index.export import write_records

    index = open_store(options.index)
    if options.file == "-":
        count = write_records(index.articles(), sys.stdout)
    else:
        try:
            with Path(options.file).open("x", encoding="utf-8") as stream:
                count = write_records(index.articles(), stream)
        except OSError as error:
            raise InputError(
                f"{options.file}: the export cannot be written ({error.strerror}). "
                "Name a file that is not there yet, where there is room."
            ) from error
        print(f"{options.file}: {count:,} articles written")
    if options.json:
        print(json.dumps({"articles": count}))
    return 0


def _copy(options: argparse.Namespace) -> int:
    store, written = copy_store(options.source, options.target)
    print_info(store.info(), options.target)
    rows = f"{written:,} row{'s' * (written != 1)} written"
    print(f"  {rows}" if written else "  all of it was there already")
    return 0


def _check(options: argparse.Namespace) -> int:
    from index.check import check, repair

    if str(options.index).startswith(MILVUS):
        raise InputError(
            f"{options.index}: check looks at folders. What Milvus lost or holds otherwise than "
            "the folder is found, and written again, by: python -m index copy "
            f"{open_store(options.index).directory} {options.index}"
        )
    problems = check(options.index, sample=options.sample)
    for problem in problems:
        print(f"  {problem.part}: {problem.what}")
    left = problems
    if problems and options.repair:
        if repair(options.index, problems, wait=options.wait):
            left = check(options.index, sample=options.sample)
            print(f"{options.index}: repaired" if not left else f"{options.index}: still damaged")
        else:
            print(
                f"{options.index}: stored articles themselves are damaged, which no part of the "
                "index makes good. Add the files again to an index in another folder."
            )
    elif problems:
        print(f"{options.index}: {len(problems)} problems. Repair them with --repair.")
    else:
        print(f"{options.index}: everything fits together")
    if options.json:
        found = [{"part": problem.part, "what": problem.what} for problem in problems]
        print(json.dumps({"problems": found, "repaired": bool(problems) and not left}))
    return 1 if left else 0


def _status(report: Report) -> int:
    return 3 if any(skipped.fault for skipped in report.skipped) else 0


def _fields(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if not all(pair.partition("=")):
            raise InputError(f"--map {pair}: give it as OURS=THEIRS, such as title=headline.")
    return {ours: theirs for ours, _, theirs in (pair.partition("=") for pair in pairs)}


def _day(text: str) -> date:
    day = parse_date(text)
    if day is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2024-05-31")
    return day
