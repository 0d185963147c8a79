"""True sentences, and what is made of them, against the verification."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bench.data import load
from bench.mutants import mutants, shortened
from bench.verification import run
from index.errors import InputError
from tests.bench.made import write_lines

TEXT = (
    "The council of Port Averil said on Monday that Ilva Brandt was paid 1,200 crowns. "
    "Captain Otto Sorley said that the levy was raised by 5% in March, “which is far more than "
    "anybody here ever wanted”."
)


def made(sentence: str) -> dict[str, str]:
    found = mutants(sentence, TEXT, ["Maren Hale"], random.Random(1))
    return {mutant.kind: mutant.text for mutant in found}


def test_a_sentence_is_made_false_in_each_way_that_fits_it() -> None:
    first, second = (made(text) for text in (TEXT[:82], TEXT[83:]))
    assert set(first) == {"number", "day", "name", "mixed", "denial"}
    assert set(second) >= {"number", "unit", "day", "denial", "quote"}
    assert "Maren Hale" in first["name"]
    assert "was not paid" in first["denial"]
    assert "5 percentage points" in second["unit"]


def test_every_mutant_differs_from_its_sentence_and_is_not_in_the_article() -> None:
    assert all(text not in TEXT for text in made(TEXT).values())


def test_a_denial_is_taken_out() -> None:
    assert made("The levy was not raised.")["denial"] == "The levy was raised."


def test_a_shortened_sentence_says_less() -> None:
    told = "The council of Port Averil (a town) raised the levy, which is what all of them wanted."
    assert shortened(told) == "The council of Port Averil raised the levy."


def test_the_figures_count_what_was_found_out(tmp_path: Path) -> None:
    lines = [
        {"id": f"a{n}", "title": f"Note {n}", "text": TEXT.replace("1,200", f"1,{n}00")}
        for n in range(3, 6)
    ]
    write_lines(tmp_path / "articles.jsonl", *lines)
    result = run(load(tmp_path, need_questions=False), 3, seed=0)
    figures = {metric.name: metric for metric in result.metrics}
    assert figures["alarm:same"].value == 0
    assert figures["alarm:same"].n == 6
    assert figures["found:number"].value == 1


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no articles"):
        run(load(tmp_path, need_questions=False), 3, seed=0)
