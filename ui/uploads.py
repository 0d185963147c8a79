"""What changes the open index from the page: files, addresses and texts added, articles removed.

One change at a time. Files are kept beside the index under their own names and added from there by
`Index.add`, so that a later add or check finds them again. It knows no HTML and no Gradio.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Protocol

from index.article import Report, Skipped
from index.errors import ClippingsError
from index.intake import Step
from index.read import is_address
from ui.archive import Limits, Upload
from ui.shelf import FOLDER, Kept, Pasted, Sent, Shelf
from ui.words import marked, say

POLL = 0.2  # seconds between looks at how far it is
LONGEST_ADDRESS = 4_000  # characters
PATIENCE = 600.0  # seconds another program that changes the index is waited for
BROKEN = marked(
    "Something went wrong while the archive was changed. The terminal this page was started from"
    " says more."
)


class Growing(Protocol):
    """What a change asks of an index."""

    @property
    def directory(self) -> Path: ...  # noqa: D102

    def add(  # noqa: D102
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        progress: Callable[[Step], None] | None = None,
        wait: float = 0.0,
    ) -> Report: ...

    def remove(self, *, ids: Iterable[str] = (), wait: float = 0.0) -> Report: ...  # noqa: D102


class Uploads:
    """What is added and removed on the page; whoever comes second waits."""

    def __init__(self, index: Growing, inbox: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._index = index
        self._shelf = Shelf(index.directory / FOLDER, inbox, self.limits)
        self._turn = threading.Lock()

    def refusal(self) -> str | None:
        """Why nothing can be added, None where it can."""
        folder = self._index.directory
        if os.access(folder, os.W_OK):
            return None
        return say(
            "The folder of this archive, %(name)s, cannot be written, so nothing can be added to"
            " it. Questions are answered all the same.",
            name=folder.name,
        )

    def add(
        self, sent: Sequence[Sent], skipped: Sequence[Skipped], stop: threading.Event
    ) -> Iterator[Upload]:
        """Add files: an upload that grows until it is over; `skipped` goes into its report.

        It goes on when nobody looks any more; `stop` ends it.
        """
        begun = Upload(len(sent), skipped=tuple(skipped))
        return self._follow(begun, stop, partial(self._add, sent))

    def paste(self, pasted: Pasted, stop: threading.Event) -> Iterator[Upload]:
        """Add a text, as `add` does a file."""
        return self._follow(Upload(1), stop, partial(self._add_pasted, pasted))

    def fetch(self, address: str, stop: threading.Event) -> Iterator[Upload]:
        """Fetch a web page and add it, as `add` does a file; nothing else here uses the network."""
        typed = address.strip()[:LONGEST_ADDRESS]
        # Never a path: what is no address by itself is made one, and may be refused as such.
        whole = typed if is_address(typed) else f"https://{typed}"
        return self._follow(Upload(1, fetched=True), stop, partial(self._add_page, whole))

    def remove(self, article_id: str) -> Iterator[Upload]:
        """Remove an article: an upload without files that is over when the article is gone."""
        return self._follow(Upload(0), threading.Event(), partial(self._remove, article_id))

    def _follow(
        self, begun: Upload, stop: threading.Event, work: Callable[[_Run], None]
    ) -> Iterator[Upload]:
        run = _Run(begun, stop)
        worker = threading.Thread(target=self._work, args=(run, work), name="upload", daemon=True)
        worker.start()
        while not run.state.over:
            yield replace(run.state, stage="stopping") if stop.is_set() else run.state
            run.ended.wait(POLL)
        yield run.state

    def _work(self, run: _Run, work: Callable[[_Run], None]) -> None:
        try:
            self._take_turn(run, work)
        except _Stopped:
            run.change(stage="stopped")
        except ClippingsError as error:
            run.change(stage="failed", message=str(error))
        finally:  # after any other error too: the page must not wait for ever
            if not run.state.over:
                run.change(stage="failed", message=say(BROKEN))
            run.ended.set()

    def _take_turn(self, run: _Run, work: Callable[[_Run], None]) -> None:
        while not self._turn.acquire(timeout=POLL):
            run.check()
        try:
            work(run)
        finally:
            self._turn.release()

    def _add(self, sent: Sequence[Sent], run: _Run) -> None:
        run.change(stage="storing")
        self._add_kept(self._shelf.keep(sent, run.check), run)

    def _add_pasted(self, pasted: Pasted, run: _Run) -> None:
        run.change(stage="storing")
        self._add_kept(self._shelf.keep_text(pasted), run)

    def _add_kept(self, kept: Kept, run: _Run) -> None:
        skipped = [*run.state.skipped, *kept.skipped]
        run.change(files=len(kept.files), replaced=kept.replaced, skipped=tuple(skipped))
        if not kept.files:
            run.change(stage="added")
            return
        run.change(stage="adding")
        paths = list(kept.files)
        told = run.follow([path.stat().st_size for path in paths], list(kept.files.values()))
        report = self._index.add(paths, progress=told, wait=PATIENCE)
        named = [kept.as_sent(item) for item in report.skipped]
        run.change(stage="added", report=report, skipped=(*skipped, *named))

    def _add_page(self, address: str, run: _Run) -> None:
        run.change(stage="adding")
        report = self._index.add([address], progress=run.follow([], []), wait=PATIENCE)
        run.change(stage="added", report=report, skipped=report.skipped)

    def _remove(self, article_id: str, run: _Run) -> None:
        run.change(stage="adding")
        report = self._index.remove(ids=[article_id], wait=PATIENCE)
        run.change(stage="added", report=report)


class _Stopped(Exception):
    """The user wants no more."""


class _Run:
    """One upload: written by its worker, read by who looks at it."""

    def __init__(self, state: Upload, stop: threading.Event) -> None:
        self.state = state
        self.stop = stop
        self.ended = threading.Event()

    def change(self, **facts: object) -> None:
        self.state = replace(self.state, **facts)  # type: ignore[arg-type]

    def check(self) -> None:
        if self.stop.is_set():
            raise _Stopped

    def follow(self, sizes: Sequence[int], names: Sequence[str]) -> Callable[[Step], None]:
        """What takes the steps of an add of files of these sizes and names."""
        ends = list(accumulate(sizes))
        started = time.perf_counter()

        def told(step: Step) -> None:
            self.check()  # what an add has committed by then is kept
            done = sum(end <= step.read for end in ends)
            self.change(
                done=done,
                current=names[done] if done < len(names) else "",
                share=step.done / step.total if step.total else 1.0,
                articles=step.articles,
                chunks=step.chunks,
                seconds=time.perf_counter() - started,
            )

        return told
