"""The bench of browsing, over a few articles."""

from __future__ import annotations

from pathlib import Path

from bench.browse import EVERY, invented, listed, run
from index.check import check
from index.index import Index
from tests.ui.markup import text


def test_an_invented_archive_is_whole_and_every_look_is_measured(tmp_path: Path) -> None:
    result = run(tmp_path / "index", 120, 0)
    assert check(tmp_path / "index") == []
    names = {metric.name for metric in result.metrics}
    assert names >= {"build_s", "first_ms", "list_ms", "filtered_ms_p95", "more_ms", "info_ms"}
    assert all(metric.value is not None and metric.value > 0 for metric in result.metrics)
    catalog = Index.open(tmp_path / "index").catalog
    assert catalog is not None
    assert "120 articles, the newest first" in text(listed(catalog, EVERY))


def test_the_same_seed_makes_the_same_articles() -> None:
    first, second = next(invented(30, 4)), next(invented(30, 4))
    assert first[0] == second[0]
    assert next(invented(30, 5))[0] != first[0]
