"""Signals to a probability."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.article import Article, Chunk
from index.errors import ClippingsError
from qa import confidence as module
from qa.answer import Evidence, Hit
from qa.confidence import Calibration, calibrated, confidence, signals

WON = "Mara Quill won the regatta on Sunday."
LOST = "The regatta was watched by thousands."


def evidence(text: str, title: str, cluster: str = "") -> Evidence:
    article = Article.of(title=title, text=text, published=date(2024, 5, 6))
    return Evidence(article, 0, len(text), cluster=cluster)


def measured(
    text: str,
    *items: Evidence,
    logprobs: tuple[float, ...] = (-0.1, -0.5),
    cited: tuple[Evidence, ...] = (),
    judged: float = 0.0,
) -> dict[str, float]:
    hits = [
        Hit(Chunk("c", item.article.id, 0, 5), item.article, 1.0, n, cosine=0.5 / n)
        for n, item in enumerate(items, start=1)
    ]
    asked = "Who won the regatta at Wenlo?"
    return signals(asked, text, hits, items, cited, logprobs, judged)


def test_reports_that_state_the_answer_are_counted_and_copies_once() -> None:
    one = evidence(WON, "Regatta")
    copies = [evidence(WON, f"Copy {n}", cluster="same") for n in range(3)]
    assert measured("Mara Quill won.", evidence(LOST, "Crowd"))["reports"] == 0
    assert measured("Mara Quill won.", one, evidence(LOST, "Crowd"))["reports"] == 1
    assert measured("Mara Quill won.", *copies)["reports"] == 1
    assert measured("Mara Quill won.", one, *copies)["reports"] == 2


def test_what_the_model_thought_of_its_words_is_a_signal() -> None:
    found = measured("Mara Quill won.", evidence(WON, "Regatta"), logprobs=(-0.2, -3.0, -400.0))
    assert (found["first"], found["least"]) == (-0.2, module.LEAST)
    assert found["mean"] == pytest.approx((-0.2 - 3.0 + module.LEAST) / 3)


def test_what_an_answer_rests_on_is_held_against_the_question() -> None:
    here = replace(evidence("Mara Quill won at Wenlo.", "Regatta"), score=2.5)
    there = replace(evidence(WON, "Regatta"), score=1.5)
    best = measured("Mara Quill won.", here, there, cited=(here,))
    second = measured("Mara Quill won.", here, there, cited=(there,))
    assert (best["named"], best["fit"], best["first_cited"]) == (1.0, 2.5, 1.0)
    assert (second["named"], second["fit"], second["first_cited"]) == (0.0, 1.5, 0.0)


def test_what_the_model_makes_of_its_answer_is_bounded() -> None:
    assert measured("x", judged=0.7)["judged"] == 0.7
    assert measured("x", judged=-1e9)["judged"] == -module.MOST


def test_nothing_at_all_has_signals_too() -> None:
    nothing = signals("", "", [], [], [], [], 0.0)
    assert set(nothing) == set(measured("x", evidence(WON, "Regatta")))


def test_the_probability_follows_the_curve_and_never_overflows() -> None:
    curve = Calibration(-1.0, {"reports": 2.0, "unknown": 9.0}, 0.5)
    assert confidence({"reports": 0.0}, curve) == pytest.approx(0.2689, abs=1e-4)
    assert confidence({"reports": 1.0}, curve) == pytest.approx(0.7311, abs=1e-4)
    assert confidence({"reports": 1e9}, curve) <= 1.0
    assert confidence({"reports": -1e9}, curve) >= 0.0


def test_the_weights_that_come_with_the_program_use_known_signals() -> None:
    known = set(measured("x", evidence(WON, "Regatta")))
    assert set(calibrated().weights) <= known
    assert 0.0 <= calibrated().needed < 1.0


def test_damaged_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "confidence.json"
    file.write_text('{"intercept": 1}')
    monkeypatch.setattr(module, "FILE", file)
    calibrated.cache_clear()
    try:
        with pytest.raises(ClippingsError, match=r"confidence\.json.*cannot be read"):
            calibrated()
    finally:
        calibrated.cache_clear()
