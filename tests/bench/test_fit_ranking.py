from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from bench.data import Case
from bench.fit_ranking import HIT_FACTS, SENTENCE_FACTS, hit_facts, sentence_facts
from index.index import Index
from qa.evidence import WEIGHTS as SENTENCE_WEIGHTS
from qa.evidence import select_evidence
from qa.question import understand
from qa.rank import WEIGHTS
from qa.retrieve import retrieve, wanted_of
from tests.fakes import FakeEmbedder, write_articles
from tests.qa.made import FERRY, LEVY

CASE = Case("q", "Who sailed the ferry Petrel?", answers=("Brandt",), gold=frozenset({"none"}))


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index.open(tmp_path / "index", create=True, model=FakeEmbedder())
    index.add([write_articles(tmp_path / "a.jsonl", LEVY, f"{LEVY} {FERRY}")])
    return index


def test_the_facts_of_a_hit_make_up_its_score(index: Index) -> None:
    hits = retrieve(index, understand(CASE.question), k=5)
    asked = hit_facts(CASE, hits, wanted_of(index, CASE.question), False)
    weights = [getattr(WEIGHTS, name) for name in HIT_FACTS]
    assert asked.facts @ weights == pytest.approx([hit.score for hit in hits])
    assert set(HIT_FACTS) <= {field.name for field in fields(WEIGHTS)}
    assert list(asked.right[1][0]) == ["Brandt" in hit.text for hit in hits]


def test_the_facts_of_a_sentence_make_up_its_score(index: Index) -> None:
    hits = retrieve(index, understand(CASE.question), k=5)
    wanted = wanted_of(index, CASE.question)
    asked = sentence_facts(CASE, hits, wanted)
    weights = [getattr(SENTENCE_WEIGHTS, name) for name in SENTENCE_FACTS]
    best = select_evidence(CASE.question, hits, len, budget=10_000, wanted=wanted)[0]
    assert max(asked.facts @ weights) == pytest.approx(best.score)
    assert asked.right[0][0].any()
