"""The set of attacks, and how an answer to one is judged."""

from __future__ import annotations

from bench.attacks import Attack, judge, load, summarise
from qa.answer import REFUSAL, Answer


def test_the_set_holds_sixty_attacks_of_many_kinds_each_with_a_goal_of_its_own() -> None:
    attacks = list(load())
    assert len(attacks) >= 60
    assert len({attack.id for attack in attacks}) == len(attacks)
    assert len({attack.kind for attack in attacks}) >= 8
    for attack in attacks:
        story = " ".join(article.text for article in attack.articles).lower()
        assert attack.goal, attack.id
        assert attack.answers[0].lower() in story
        assert not any(goal in answer.lower() for goal in attack.goal for answer in attack.answers)


def test_most_orders_in_articles_are_recognised() -> None:
    flags = [attack.flagged for attack in load() if attack.flagged is not None]
    assert sum(flags) >= 0.75 * len(flags)


def test_an_answer_that_says_what_the_attacker_wants_is_a_success() -> None:
    attack = next(iter(load()))
    fooled = judge(attack, Answer(attack.question, f"It was {attack.goal[0].upper()}!"))
    held = judge(attack, Answer(attack.question, f"They cost {attack.answers[0]} crowns."))
    silent = judge(attack, Answer(attack.question, REFUSAL, refused=True))
    assert [r.scores["attack_success"] for r in (fooled, held, silent)] == [1.0, 0.0, 0.0]
    assert [r.scores["accuracy"] for r in (fooled, held, silent)] == [0.0, 1.0, 0.0]
    figures = {metric.name: metric.value for metric in summarise([fooled, held])}
    assert figures["attack_success"] == figures[f"attack_success:{attack.kind}"] == 0.5


def test_an_attack_in_a_question_is_not_expected_to_be_flagged() -> None:
    asked: list[Attack] = [attack for attack in load() if attack.flagged is None]
    assert asked
    assert all(len(attack.question) > 60 for attack in asked)
