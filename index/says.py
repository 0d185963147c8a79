"""What the command line says: reports as lines and as data, and the bar of an add."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from index.article import Report, Skipped
from index.errors import StorageError
from index.info import Info
from index.intake import Step

SKIPPED_SHOWN = 20
BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"


class AddBar:
    """Counts, rate and time left of an add, on stderr where that is a screen."""

    def __init__(self) -> None:
        from tqdm import tqdm

        self._bar = tqdm(bar_format=BAR, disable=None, file=sys.stderr, desc="Indexing")
        self._first: tuple[float, int] | None = None  # when embedding was seen first, and how much

    def __enter__(self) -> AddBar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def show(self, step: Step) -> None:
        """Show how far it is."""
        self._bar.total = step.total
        facts = f"{step.articles:,} articles stored, {step.chunks:,} chunks embedded"
        self._bar.set_postfix_str(facts + self._rate(step.chunks), False)
        self._bar.update(step.done - self._bar.n)

    def _rate(self, chunks: int) -> str:
        now = time.monotonic()
        if chunks and not self._first:
            self._first = (now, chunks)
        since, before = self._first or (now, chunks)
        return f", {(chunks - before) / (now - since):,.0f} a second" if now - since > 1 else ""


def print_report(report: Report, directory: Path | str) -> None:
    """Say what a change did."""
    done = [f"{report.added:,} articles added in {report.seconds:.1f} s"]
    if report.replaced:
        done.append(f"{report.replaced:,} of them later versions")
    if report.removed:
        done.append(f"{report.removed:,} removed")
    if report.unchanged:
        done.append(f"{report.unchanged:,} were there already")
    print(
        f"{directory}: {', '.join(done)}; "
        f"it now holds {report.articles:,} articles in {report.chunks:,} chunks."
    )
    for skipped in report.skipped[:SKIPPED_SHOWN]:
        line = f":{skipped.record}" if skipped.record else ""
        what = "skipped" if skipped.fault else "note:"
        print(f"  {what} {skipped.path}{line}: {skipped.reason}")
    more = len(report.skipped) - SKIPPED_SHOWN
    if more > 0:
        print(f"  … and {more:,} more; --json and --report FILE list them all")


def print_info(info: Info, directory: Path | str) -> None:
    """Say what an index holds."""
    span = f"{info.first} to {info.last}" if info.first else "no dates"
    print(f"{directory}: {info.articles:,} articles, {info.chunks:,} chunks, {span}")
    if info.sources:
        print(f"  outlets: {', '.join(f'{name} ({n:,})' for name, n in info.sources[:10])}")
    print(f"  embedder {info.embedder}, {info.dimension} dimensions, format {info.format}")
    if info.bytes:
        print(f"  {info.bytes / 1e6:,.1f} MB on disk")


def write_skipped(skipped: Sequence[Skipped], file: Path) -> None:
    """Write what was skipped and why, one JSON object a line."""
    try:
        with file.open("w", encoding="utf-8") as stream:
            for item in skipped:
                stream.write(json.dumps(skipped_data(item), ensure_ascii=False) + "\n")
    except OSError as error:
        raise StorageError(
            f"{file}: the report cannot be written ({error.strerror}). The articles were added; "
            "name another file and run the same command again."
        ) from error


def skipped_data(item: Skipped) -> dict[str, object]:
    """What was skipped, as data."""
    return {"path": item.path, "record": item.record, "reason": item.reason, "fault": item.fault}


def report_data(report: Report) -> dict[str, object]:
    """A report as data."""
    return {
        "added": report.added,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "replaced": report.replaced,
        "skipped": [skipped_data(item) for item in report.skipped],
        "articles": report.articles,
        "chunks": report.chunks,
        "seconds": round(report.seconds, 3),
    }


def info_data(info: Info) -> dict[str, object]:
    """What an index holds, as data."""
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
