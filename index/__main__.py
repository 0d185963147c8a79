"""Command line of the index: add files and folders, say what is there."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from index.article import Report
from index.errors import ClippingsError
from index.index import Index, Info

SKIPPED_SHOWN = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; exit status 0 done, 1 refused, 3 done but something could not be read."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except ClippingsError as error:
        print(f"index: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nindex: stopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m index", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="read files and folders into an index")
    add.add_argument("paths", nargs="+", metavar="PATH", help="a file or folder")
    add.add_argument("--embedder", help='"default", hf:REPO or a folder; for a new index')
    add.set_defaults(run=_add)
    info = commands.add_parser("info", help="say what an index holds")
    info.set_defaults(run=_info)
    for command in (add, info):
        command.add_argument("--index", required=True, type=Path, metavar="DIR")
        command.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


def _add(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    index = Index.open(options.index, create=True, embedder=options.embedder)
    with tqdm(unit=" articles", disable=None, file=sys.stderr, desc="Indexing") as bar:

        def progress(articles: int, chunks: int) -> None:
            bar.set_postfix_str(f"{chunks:,} chunks")
            bar.update(articles - bar.n)

        report = index.add(options.paths, progress=progress)
    _print_report(report, options.index)
    if options.json:
        print(json.dumps(_report_data(report)))
    return 3 if any(skipped.fault for skipped in report.skipped) else 0


def _info(options: argparse.Namespace) -> int:
    info = Index.open(options.index).info()
    _print_info(info, options.index)
    if options.json:
        print(json.dumps(_info_data(info)))
    return 0


def _print_report(report: Report, directory: Path) -> None:
    print(
        f"{directory}: {report.added:,} articles added in {report.seconds:.1f} s"
        f"{f', {report.unchanged:,} were there already' if report.unchanged else ''}; "
        f"it now holds {report.articles:,} articles in {report.chunks:,} chunks."
    )
    for skipped in report.skipped[:SKIPPED_SHOWN]:
        line = f":{skipped.record}" if skipped.record else ""
        print(f"  skipped {skipped.path}{line}: {skipped.reason}")
    more = len(report.skipped) - SKIPPED_SHOWN
    if more > 0:
        print(f"  … and {more:,} more; --json lists them all")


def _print_info(info: Info, directory: Path) -> None:
    span = f"{info.first} to {info.last}" if info.first else "no dates"
    print(f"{directory}: {info.articles:,} articles, {info.chunks:,} chunks, {span}")
    if info.sources:
        print(f"  outlets: {', '.join(f'{name} ({n:,})' for name, n in info.sources[:10])}")
    print(f"  embedder {info.embedder}, {info.dimension} dimensions, format {info.format}")
    print(f"  {info.bytes / 1e6:,.1f} MB on disk")


def _report_data(report: Report) -> dict[str, object]:
    skipped = [
        {"path": item.path, "record": item.record, "reason": item.reason, "fault": item.fault}
        for item in report.skipped
    ]
    return {
        "added": report.added,
        "unchanged": report.unchanged,
        "skipped": skipped,
        "articles": report.articles,
        "chunks": report.chunks,
        "seconds": round(report.seconds, 3),
    }


def _info_data(info: Info) -> dict[str, object]:
    return {
        "articles": info.articles,
        "chunks": info.chunks,
        "first": info.first.isoformat() if info.first else None,
        "last": info.last.isoformat() if info.last else None,
        "sources": dict(info.sources),
        "embedder": info.embedder,
        "dimension": info.dimension,
        "format": info.format,
        "bytes": info.bytes,
    }


if __name__ == "__main__":
    sys.exit(main())
