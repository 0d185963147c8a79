"""What is said about articles that are being added: limits, progress and the report as HTML.

Pure: an upload in, HTML out. It knows neither how files come in nor how they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from index.article import Report, Skipped
from ui.text import clip
from ui.words import count, count_html, figure, say, say_html

MIB = 2**20
LISTED = 100  # skipped files that are named
REPORTS = 5  # uploads that are shown
LONGEST_NAME, LONGEST_REASON = 160, 400  # characters

Stage = Literal[
    "waiting",  # for another upload
    "storing",  # beside the index
    "adding",
    "stopping",  # as soon as what is in hand is done
    "added",
    "stopped",  # by the user
    "failed",  # `message` says why
]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken at once."""

    files: int = 500
    bytes: int = 500 * MIB


@dataclass(frozen=True, slots=True)
class Upload:
    """Files that were dropped, how far they have come, and what became of them."""

    files: int  # that are added; others are in `skipped` from the beginning
    stage: Stage = "waiting"
    fetched: bool = False  # a web page and no file
    done: int = 0  # files that were read
    current: str = ""  # the file that is being read
    share: float = 0.0  # of their bytes, read and embedded
    articles: int = 0  # that are stored
    chunks: int = 0  # that are embedded
    seconds: float = 0.0  # since the first file was read
    replaced: int = 0  # files that were there with another content
    skipped: tuple[Skipped, ...] = ()
    report: Report | None = None
    message: str = ""

    @property
    def over(self) -> bool:
        """Nothing more will come."""
        return self.stage in ("added", "stopped", "failed")


def render_uploads(uploads: Sequence[Upload]) -> str:
    """How far the newest is, or its report, above the reports of those before."""
    return "".join(render_upload(upload) for upload in uploads[:REPORTS])


def render_upload(upload: Upload) -> str:
    """How far an upload is, or its report. Only what changes seldom is spoken by a reader."""
    busy = "false" if upload.over else "true"
    parts = _outcome(upload) if upload.over else _progress(upload)
    return f'<div class="upload" aria-busy="{busy}">{"".join(parts)}</div>'


def render_removal(removal: Upload, title: str) -> str:
    """How far the removal of an article is, or what became of it."""
    name = f'<bdi class="file">“{escape(clip(title, LONGEST_NAME))}”</bdi>'
    if removal.stage == "failed":
        return f'<p class="notice" role="alert">{escape(removal.message)}</p>'
    if removal.report is None:
        said = (
            say_html("Other articles are being added or removed; this is next.")
            if removal.stage == "waiting"
            else say_html("Removing %(name)s: the archive is written anew without it…", name=name)
        )
        return f'<p class="status live" role="status" aria-busy="true">{said}</p>'
    report = removal.report
    took = escape(say("%(n)s s", n=figure(report.seconds, 1)))
    gone = (
        say_html("%(name)s was removed in %(time)s.", name=name, time=took)
        if report.removed == 1
        else count_html(
            report.removed - 1,
            "%(name)s was removed with %(n)s other version in %(time)s.",
            "%(name)s was removed with %(n)s other versions in %(time)s.",
            name=name,
            time=took,
        )
    )
    holds = count_html(
        report.articles,
        "The archive holds %(n)s article now.",
        "The archive holds %(n)s articles now.",
    )
    return f'<p class="outcome" role="status">{gone} {holds}</p>'


def megabytes(size: int) -> str:
    """A size as people say it."""
    if size >= 1024 * MIB:
        return say("%(n)s GB", n=figure(size / MIB / 1024, 1))
    if size >= MIB:
        return say("%(n)s MB", n=figure(size / MIB))
    if size >= 10_000:
        return say("%(n)s KB", n=figure(size / 1024))
    return count(size, "%(n)s byte", "%(n)s bytes")


def _progress(upload: Upload) -> Iterator[str]:
    yield f'<p class="status live" role="status">{_doing(upload)}</p>'
    if upload.stage == "adding":
        yield (
            f'<progress max="100" value="{100 * upload.share:.0f}"'
            f' aria-label="{say_html("How much is done")}"></progress>'
            f'<p class="counts">{escape(" · ".join(_counts(upload)))}</p>'
        )
        if upload.current and upload.files > 1:
            name = f'<bdi class="file">{escape(clip(upload.current, LONGEST_NAME))}</bdi>'
            yield f'<p class="counts">{say_html("Now %(name)s", name=name)}</p>'
    if upload.stage != "stopping":
        stop = say_html("Stop adding")
        yield f'<button type="button" class="halt" data-halt>{stop}</button>'


def _doing(upload: Upload) -> str:
    """What an upload is at, as HTML."""
    if upload.stage == "waiting":
        return say_html("Other articles are being added or removed; these are next…")
    if upload.stage == "stopping":
        return say_html("Stopping when what is in hand is done…")
    if upload.stage == "storing":
        return count_html(upload.files, "Taking in %(n)s file…", "Taking in %(n)s files…")
    if upload.done == upload.files:
        return say_html("Embedding what was read…")
    if upload.fetched:
        return say_html("Fetching the page and reading it…")
    return count_html(upload.files, "Reading %(n)s file…", "Reading %(n)s files…")


def _counts(upload: Upload) -> Iterator[str]:
    if not upload.fetched:
        done, all_ = figure(upload.done), upload.files
        yield count(all_, "%(done)s of %(n)s file", "%(done)s of %(n)s files", done=done)
    if upload.chunks:
        yield count(upload.articles, "%(n)s article stored", "%(n)s articles stored")
        yield count(upload.chunks, "%(n)s chunk embedded", "%(n)s chunks embedded")
        if upload.seconds >= 1:
            yield say("%(n)s chunks/s", n=figure(upload.chunks / upload.seconds))
    if upload.seconds >= 1 and 0 < upload.share < 1:
        yield _left(upload.seconds * (1 - upload.share) / upload.share)


def _left(seconds: float) -> str:
    if seconds < 90:
        return say("about %(n)s s left", n=figure(seconds))
    return say("about %(n)s min left", n=figure(seconds / 60))


def _outcome(upload: Upload) -> Iterator[str]:
    if upload.stage == "failed":
        yield f'<p class="notice" role="alert">{escape(upload.message)}</p>'
    elif upload.stage == "stopped":
        again = say_html(
            "Stopped. Drop the same files again to go on: what was finished is not done twice."
        )
        yield f'<p class="status" role="status">{again}</p>'
    else:
        yield f'<p class="outcome" role="status">{_summary(upload)}</p>'
    faults = [item for item in upload.skipped if item.fault]
    notes = [item for item in upload.skipped if not item.fault]
    yield _listed(say_html("Left out"), faults)
    yield _listed(say_html("To know"), notes)


def _summary(upload: Upload) -> str:
    report = upload.report
    if report is None or not (report.added or report.unchanged or report.removed):
        return say_html("Nothing was added.")
    added = count_html(report.added, "%(n)s article added", "%(n)s articles added")
    facts = [f"<strong>{added}</strong>"]
    if same := report.unchanged:
        facts.append(count_html(same, "%(n)s unchanged", "%(n)s unchanged"))
    if new := upload.replaced:
        facts.append(count_html(new, "%(n)s file replaced", "%(n)s files replaced"))
    if out := report.removed:
        facts.append(
            count_html(out, "%(n)s earlier article taken out", "%(n)s earlier articles taken out")
        )
    told = say_html(
        "%(facts)s in %(time)s.",
        facts=", ".join(facts),
        time=escape(say("%(n)s s", n=figure(report.seconds, 1))),
    )
    if not report.added:
        return told
    now = count_html(report.added, "You can ask about it now.", "You can ask about them now.")
    return f"{told} {now}"


def _listed(title: str, items: Sequence[Skipped]) -> str:
    if not items:
        return ""
    rows = "".join(_row(item) for item in items[:LISTED])
    more = len(items) - LISTED
    rest = ""
    if more > 0:
        told = count_html(more, "… and %(n)s more", "… and %(n)s more")
        rest = f'<p class="counts">{told}</p>'
    return (
        f'<h3 class="lead-in">{title} <span class="count">{figure(len(items))}</span></h3>'
        f'<ul class="skipped">{rows}</ul>{rest}'
    )


def _row(item: Skipped) -> str:
    name = f'<bdi class="file">{escape(clip(item.path, LONGEST_NAME))}</bdi>'
    if item.record:
        record = figure(item.record)
        name = say_html("%(name)s, record %(record)s", name=name, record=record)
    reason = escape(clip(item.reason, LONGEST_REASON))
    return f'<li>{name}: <span dir="auto">{reason}</span></li>'
