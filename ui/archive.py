"""What is said about articles that are being added: limits, progress and the report as HTML.

Pure: an upload in, HTML out. It knows neither how files come in nor how they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from index.article import Report, Skipped
from ui.text import clip, plural

MIB = 2**20
LISTED = 100  # skipped files that are named
REPORTS = 5  # uploads that are shown
LONGEST_NAME, LONGEST_REASON = 160, 400  # characters
BUTTON = (
    '<button type="button" class="disclose" aria-expanded="false" aria-controls="add"'
    ' aria-label="Add articles">'
    'Add<span class="long"> articles</span></button>'
)
PASTING = (
    '<details class="paste"><summary>Add a web page</summary><form data-paste="page">'
    '<label>Address <input name="address" inputmode="url" maxlength="4000" required'
    ' placeholder="https://…" autocomplete="off" spellcheck="false"></label>'
    '<p class="taken">The page is fetched from that address, once. Nothing else here uses the'
    " network.</p>"
    '<button type="submit" class="pick">Fetch and add</button></form></details>'
    '<details class="paste"><summary>Paste a text</summary><form data-paste="text">'
    '<label>Text <textarea name="text" rows="6" required></textarea></label>'
    '<label>Title <span class="may">may be empty: the first line</span>'
    '<input name="title" maxlength="300" autocomplete="off"></label>'
    '<div class="pair"><label>Outlet <span class="may">may be empty</span>'
    '<input name="source" maxlength="200" autocomplete="off"></label>'
    '<label>Date <span class="may">may be empty</span>'
    '<input name="published" type="date" max="9999-12-31"></label></div>'
    '<button type="submit" class="pick">Add the text</button></form></details>'
)

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


def render_drop(endings: Sequence[str], limits: Limits, refusal: str | None = None) -> str:
    """Where files are dropped or chosen; a refusal says why none can be."""
    if refusal:
        return f'<h2 class="add-title">Add articles</h2><p class="notice">{escape(refusal)}</p>'
    return (
        '<h2 class="add-title">Add articles</h2>'
        f'<div class="drop" data-files="{limits.files}" data-bytes="{limits.bytes}"'
        f' data-endings="{escape(" ".join(endings))}" role="group" aria-label="Files to add"'
        ' aria-describedby="taken">'
        "<p>Drop files or a folder anywhere on the page</p>"
        '<p><button type="button" class="pick" data-pick="files">Choose files</button>'
        '<button type="button" class="pick" data-pick="folder">Choose a folder</button></p>'
        f'<input type="file" class="files" multiple hidden accept="{escape(",".join(endings))}"'
        ' aria-label="Files to add">'
        '<input type="file" class="folder" webkitdirectory hidden aria-label="Folder to add">'
        "</div>"
        f'<p class="taken" id="taken">Up to {plural(limits.files, "file")} and'
        f" {megabytes(limits.bytes)} at once: {escape(', '.join(endings))}</p>"
        '<p class="sending" role="status"></p>'
        f"{PASTING}"
    )


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
        waits = "Other articles are being added or removed; this is next."
        writes = f"Removing {name}: the archive is written anew without it…"
        said = waits if removal.stage == "waiting" else writes
        return f'<p class="status live" role="status" aria-busy="true">{said}</p>'
    report = removal.report
    versions = "" if report.removed == 1 else f" with {plural(report.removed - 1, 'other version')}"
    return (
        f'<p class="outcome" role="status">{name} was removed{versions} in {report.seconds:.1f} s.'
        f" The archive holds {plural(report.articles, 'article')} now.</p>"
    )


def megabytes(size: int) -> str:
    """A size as people say it."""
    if size >= 1024 * MIB:
        return f"{size / MIB / 1024:,.1f} GB"
    if size >= MIB:
        return f"{size / MIB:,.0f} MB"
    return f"{size / 1024:,.0f} KB" if size >= 10_000 else f"{size:,} bytes"


def _progress(upload: Upload) -> Iterator[str]:
    files = plural(upload.files, "file")
    read = upload.done == upload.files
    reading = "Fetching the page and reading it…" if upload.fetched else f"Reading {files}…"
    words = {
        "waiting": "Other articles are being added or removed; these are next…",
        "stopping": "Stopping when what is in hand is done…",
        "storing": f"Taking in {files}…",
        "adding": "Embedding what was read…" if read else reading,
    }[upload.stage]
    yield f'<p class="status live" role="status">{words}</p>'
    if upload.stage == "adding":
        yield (
            f'<progress max="100" value="{100 * upload.share:.0f}"'
            ' aria-label="How much is done"></progress>'
            f'<p class="counts">{" · ".join(_counts(upload))}</p>'
        )
        if upload.current and upload.files > 1:
            name = escape(clip(upload.current, LONGEST_NAME))
            yield f'<p class="counts">Now <bdi class="file">{name}</bdi></p>'
    if upload.stage != "stopping":
        yield '<button type="button" class="halt" data-halt>Stop adding</button>'


def _counts(upload: Upload) -> Iterator[str]:
    if not upload.fetched:
        yield f"{upload.done:,} of {plural(upload.files, 'file')}"
    if upload.chunks:
        yield f"{plural(upload.articles, 'article')} stored"
        yield f"{plural(upload.chunks, 'chunk')} embedded"
        if upload.seconds >= 1:
            yield f"{upload.chunks / upload.seconds:,.0f} chunks/s"
    if upload.seconds >= 1 and 0 < upload.share < 1:
        yield f"about {_left(upload.seconds * (1 - upload.share) / upload.share)} left"


def _left(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _outcome(upload: Upload) -> Iterator[str]:
    if upload.stage == "failed":
        yield f'<p class="notice" role="alert">{escape(upload.message)}</p>'
    elif upload.stage == "stopped":
        yield (
            '<p class="status" role="status">Stopped. Drop the same files again to go on: what'
            " was finished is not done twice.</p>"
        )
    else:
        yield f'<p class="outcome" role="status">{_summary(upload)}</p>'
    faults = [item for item in upload.skipped if item.fault]
    notes = [item for item in upload.skipped if not item.fault]
    yield _listed("Left out", faults)
    yield _listed("To know", notes)


def _summary(upload: Upload) -> str:
    report = upload.report
    if report is None or not (report.added or report.unchanged or report.removed):
        return "Nothing was added."
    facts = [f"<strong>{plural(report.added, 'article')} added</strong>"]
    if report.unchanged:
        facts.append(f"{report.unchanged:,} unchanged")
    if upload.replaced:
        facts.append(f"{plural(upload.replaced, 'file')} replaced")
    if report.removed:
        facts.append(f"{plural(report.removed, 'earlier article')} taken out")
    new = "it" if report.added == 1 else "them"
    asked = f" You can ask about {new} now." if report.added else ""
    return f"{', '.join(facts)} in {report.seconds:.1f} s.{asked}"


def _listed(title: str, items: Sequence[Skipped]) -> str:
    if not items:
        return ""
    rows = "".join(_row(item) for item in items[:LISTED])
    more = len(items) - LISTED
    rest = f'<p class="counts">… and {more:,} more</p>' if more > 0 else ""
    return (
        f'<h3 class="lead-in">{title} <span class="count">{len(items):,}</span></h3>'
        f'<ul class="skipped">{rows}</ul>{rest}'
    )


def _row(item: Skipped) -> str:
    record = f", record {item.record:,}" if item.record else ""
    name = f'<bdi class="file">{escape(clip(item.path, LONGEST_NAME))}</bdi>'
    reason = escape(clip(item.reason, LONGEST_REASON))
    return f'<li>{name}{record}: <span dir="auto">{reason}</span></li>'
