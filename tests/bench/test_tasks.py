"""Which questions are asked, and of which passages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.data import Case
from bench.tasks import over_archive, with_passages
from index.errors import InputError
from tests.bench.made import article

TRUE = [f"true-{n}" for n in range(3)]
NOISE = [f"noise-{n}" for n in range(7)]
CORPUS = {
    **{name: article(name, f"Strand mended bell {name}.") for name in TRUE},
    **{name: article(name, f"Puffins were counted, {name}.") for name in NOISE},
    "leak": article("leak", "A note that names Strand."),
}
CASE = Case(
    "q1",
    "Who?",
    answers=("Strand",),
    gold=frozenset(TRUE),
    answerable=True,
    negatives=(*NOISE, "leak"),
)


def names(task) -> list[str]:
    return [item.external_id for item in task.articles]


def test_two_true_and_three_noise_passages_are_given_then_five_of_noise() -> None:
    answerable, unanswerable = with_passages([CASE], CORPUS, seed=0)
    assert answerable.answerable is True
    assert unanswerable.answerable is False
    assert len([name for name in names(answerable) if name in TRUE]) == 2
    assert len([name for name in names(answerable) if name in NOISE]) == 3
    assert len(names(answerable)) == 5
    assert len(set(names(unanswerable))) == 5
    assert set(names(unanswerable)) <= set(NOISE)


def test_noise_that_holds_the_answer_is_never_given() -> None:
    for seed in range(30):
        assert not any("leak" in names(task) for task in with_passages([CASE], CORPUS, seed))


def test_the_passages_depend_on_seed_and_question_alone() -> None:
    other = Case("q0", "What?", ("Strand",), frozenset(TRUE), True, negatives=tuple(NOISE))
    alone = with_passages([CASE], CORPUS, seed=3)
    beside = with_passages([other, CASE], CORPUS, seed=3)[2:]
    assert [names(task) for task in alone] == [names(task) for task in beside]
    renamed = [replace(CASE, id=f"q{number}") for number in range(10)]
    by_seed = [with_passages([CASE], CORPUS, seed)[0] for seed in range(10)]
    by_question = [with_passages([case], CORPUS, seed=0)[0] for case in renamed]
    for tasks in (by_seed, by_question):
        assert len({tuple(names(task)) for task in tasks}) > 5


def test_true_passages_do_not_always_come_first() -> None:
    firsts = {names(with_passages([CASE], CORPUS, seed)[0])[0] in TRUE for seed in range(20)}
    assert firsts == {True, False}


def test_a_question_with_fewer_passages_gets_those_it_has() -> None:
    case = Case("q2", "Who?", ("Strand",), frozenset({"true-0"}), True, negatives=("leak",))
    (only,) = with_passages([case], CORPUS, seed=0)
    assert names(only) == ["true-0"]


def test_a_passage_that_is_not_there_is_named() -> None:
    case = Case("q3", "Who?", ("Strand",), frozenset({"lost"}), True, negatives=("noise-0",))
    with pytest.raises(InputError, match="'q3' names the passage 'lost', which is not there"):
        with_passages([case], CORPUS, seed=0)


def archive_case(name: str, gold: str, **fields) -> Case:
    return Case(name, "Who?", ("Strand",), frozenset({gold}), **fields)


def test_over_an_archive_those_whose_article_states_the_answer_are_asked() -> None:
    articles = [article("a", "Strand won."), article("b", "Nobody won.")]
    cases = [
        archive_case("stated", "a", answerable=True),
        archive_case("unstated", "b", answerable=True),
        archive_case("labelled", "b", answerable=True, stated_in=frozenset({"b"})),
        archive_case("elsewhere", "a", answerable=True, stated_in=frozenset({"c"})),
        archive_case("none", "b", answerable=False),
        archive_case("unknown", "a", answerable=None),
    ]
    stated = over_archive(cases, articles, stated_only=True)
    assert [(task.case.id, task.answerable) for task in stated] == [
        ("stated", True),
        ("labelled", True),
        ("none", False),
    ]
    every = over_archive(cases, articles, stated_only=False)
    assert [task.case.id for task in every] == [
        "stated",
        "unstated",
        "labelled",
        "elsewhere",
        "none",
    ]
    assert all(task.articles is None for task in every)
