"""Records and costs to figures, and figures to a table with one row a system.

A ratio is the system's figure over that of Clippings: 2 is twice as many words a second, twice as
many bytes or twice as long. It is left out where either is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.metrics import Metric, seconds
from bench.peers.score import RANKS
from bench.peers.systems import OURS
from bench.records import Record, means
from bench.table import columns

SHARES = (
    *(f"gold@{k}" for k in RANKS),
    *(f"ans@{k}" for k in RANKS),
    "accuracy",
    "refused_answerable",
    "refused_unanswerable",
    "citation_rate",
)
TIMES = ("first_token_s", "total_s")
RATIOS = ("first_token_s", "total_s", "words_per_s", "index_bytes", "peak_bytes")
COLUMNS = (  # heading, figure, how it is shown
    ("gold@1", "gold@1", "{:.2f}"),
    ("gold@5", "gold@5", "{:.2f}"),
    ("ans@1", "ans@1", "{:.2f}"),
    ("ans@5", "ans@5", "{:.2f}"),
    ("right", "accuracy", "{:.2f}"),
    ("refused", "refused_answerable", "{:.2f}"),
    ("refused*", "refused_unanswerable", "{:.2f}"),
    ("cited", "citation_rate", "{:.2f}"),
    ("first s", "first_token_s", "{:.1f}"),
    ("p95", "first_token_s_p95", "{:.1f}"),
    ("×", "first_token_s_ratio", "{:.1f}"),
    ("end s", "total_s", "{:.1f}"),
    ("p95", "total_s_p95", "{:.1f}"),
    ("×", "total_s_ratio", "{:.1f}"),
    ("words/s", "words_per_s", "{:,.0f}"),
    ("×", "words_per_s_ratio", "{:.2f}"),
    ("cut", "words_cut", "{:.0%}"),
    ("index MB", "index_bytes", "{:,.1f}"),
    ("peak MB", "peak_bytes", "{:,.0f}"),
)
LEGEND = (
    "refused: of the answerable, refused*: of the unanswerable; cut: share of the words that the "
    "embedder did not read; ×: over that of Clippings"
)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a system's index and process cost."""

    seconds: float
    chunks: int
    words_read: int
    words_cut: int
    index_bytes: int
    peak_bytes: int


def summarise(records: Sequence[Record], costs: Mapping[str, Costs]) -> list[Metric]:
    """Give every figure of every system that has costs, as `SYSTEM.figure`."""
    of_each = {
        name: _figures([record for record in records if record.system == name], cost)
        for name, cost in costs.items()
    }
    ours = {metric.name: metric for metric in of_each.get(OURS, [])}
    return [
        Metric(f"{name}.{metric.name}", metric.value, metric.n)
        for name, metrics in of_each.items()
        for metric in (*metrics, *([] if name == OURS else _ratios(metrics, ours)))
    ]


def table(metrics: Sequence[Metric], failed: Mapping[str, str]) -> str:
    """Show a row for each system; one that failed says why."""
    values = {metric.name: metric.value for metric in metrics}
    systems = dict.fromkeys(metric.name.partition(".")[0] for metric in metrics)
    rows = [["", *(heading for heading, _, _ in COLUMNS)]]
    for name in systems:
        if name not in failed:
            shown = [_cell(values.get(f"{name}.{figure}"), figure, f) for _, figure, f in COLUMNS]
            rows.append([name, *shown])
    failures = [f"{name}  failed: {reason}" for name, reason in failed.items()]
    return "\n".join([columns(rows), *failures, LEGEND])


def _figures(records: Sequence[Record], cost: Costs) -> list[Metric]:
    times = [metric for name in TIMES for metric in seconds(name, _values(records, name))]
    words = cost.words_read + cost.words_cut
    return [
        *means(records, SHARES),
        *times,
        Metric("words_per_s", cost.words_read / cost.seconds, cost.words_read),
        Metric("words_cut", cost.words_cut / words if words else None, words),
        Metric("chunks", cost.chunks, 1),
        Metric("index_bytes", cost.index_bytes, 1),
        Metric("peak_bytes", cost.peak_bytes, 1),
        Metric("errors", sum("error" in record.said for record in records), len(records)),
    ]


def _values(records: Sequence[Record], name: str) -> list[float]:
    return [value for record in records if (value := record.scores.get(name)) is not None]


def _ratios(metrics: Sequence[Metric], ours: Mapping[str, Metric]) -> list[Metric]:
    found = []
    for metric in metrics:
        own = ours.get(metric.name)
        if metric.name in RATIOS and own and own.value and metric.value is not None:
            ratio = metric.value / own.value
            found.append(Metric(f"{metric.name}_ratio", ratio, min(metric.n, own.n)))
    return found


def _cell(value: float | None, figure: str, shown: str) -> str:
    if value is None:
        return "–"
    return shown.format(value / 1e6 if figure.endswith("_bytes") else value)
