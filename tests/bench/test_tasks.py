"""Which questions are asked, and of which passages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.data import Case
from bench.tasks import as_given, foreign, over_archive, with_conflicts, with_passages
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


@pytest.mark.parametrize(
    ("noise", "true", "of_noise"), [(0.0, 3, 2), (0.2, 3, 2), (0.6, 2, 3), (0.8, 1, 4), (1.0, 0, 5)]
)
def test_a_share_of_five_passages_is_noise_and_what_is_short_is_made_up_for(
    noise: float, true: int, of_noise: int
) -> None:
    (task,) = with_passages([CASE], CORPUS, seed=0, noise=noise)
    assert task.answerable
    assert len([name for name in names(task) if name in TRUE]) == true  # there are but three
    assert len([name for name in names(task) if name in NOISE]) == of_noise


def test_a_conflict_has_two_true_and_two_falsified_passages() -> None:
    lies = {f"lie-{n}": article(f"lie-{n}", f"Tolliver mended bell {n}.") for n in range(3)}
    case = replace(CASE, falsified=tuple(lies), fake_answer="Tolliver")
    (task,) = with_conflicts([case, CASE], {**CORPUS, **lies}, seed=0)
    assert task.variant == "conflict"
    assert len([name for name in names(task) if name in TRUE]) == 2
    assert len([name for name in names(task) if name in lies]) == 2


def test_a_question_is_asked_of_exactly_what_it_comes_with() -> None:
    facts = Case("f", "Who?", ("x",), frozenset({"true-0"}), True, given=("noise-1", "noise-2"))
    gold = Case("g", "Who?", ("x",), frozenset({"true-0"}), True)
    other = Case("o", "Who?", ("x",), frozenset({"true-1"}), True)
    alone = Case("u", "Who?", answerable=False, given=("noise-3",))
    unknown = Case("n", "Who?", given=("noise-3",))
    tasks = as_given([facts, gold, other, alone, unknown], CORPUS, seed=0)
    assert [(task.case.id, names(task)) for task in tasks] == [
        ("f", ["noise-1", "noise-2"]),
        ("g", ["true-0"]),
        ("o", ["true-1"]),
        ("u", ["noise-3"]),
    ]
    assert [task.answerable for task in tasks] == [True, True, True, False]


def test_an_unanswerable_question_without_passages_gets_as_many_of_others_as_is_usual() -> None:
    two = Case("a", "Who?", ("x",), answerable=True, given=("true-0", "true-1"))
    none = Case("u", "Who?", answerable=False)
    first, second = (as_given([two, none], CORPUS, seed=seed)[1] for seed in (0, 0))
    assert len(names(first)) == 2
    assert names(first) == names(second)


def test_a_foreign_question_is_left_out_where_the_archive_may_answer_it() -> None:
    found = {
        "by chance": [article("a", "Rain."), article("b", "It was Strand.")],
        "in the title": [article("a", "Rain.", title="Strand wins")],
        "nowhere": [article("a", "Rain.")],
        "too far down": [
            *(article(f"n{n}", f"Rain {n}.") for n in range(10)),
            article("b", "Strand"),
        ],
        "no answer known": [],
    }
    cases = [Case(name, name, () if name == "no answer known" else ("Strand",)) for name in found]
    tasks, left_out = foreign(cases, lambda question: found[question])
    assert [task.case.id for task in tasks] == ["nowhere", "too far down"]
    assert [case.id for case in left_out] == ["by chance", "in the title", "no answer known"]
    assert not any(task.answerable for task in tasks)
