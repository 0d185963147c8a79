"""A file from elsewhere: taken in whole or refused with what is wrong, and nothing in between."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from index.errors import InputError
from tests.ui.talks.made import answered
from tests.ui.talks.test_exports import talk_of
from ui.talks.exchange import LONGEST, from_json, to_json

Change = Callable[[dict[str, Any]], object]


def exported() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(to_json(talk_of(answered("What did the ferry cost?")), "A"))
    return record


def answer(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = record["turns"][0]["turn"]["answer"]
    return found


def cited(record: dict[str, Any], **change: Any) -> None:
    answer(record)["citations"][1].update(change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.update(format="x"), "no conversation that Clippings exported"),
        (lambda r: r.update(version=2), "format version 2"),
        (lambda r: r.update(turns=[]), '"turns" must be a list of 1 to 500'),
        (lambda r: r.update(turns=r["turns"] * 501), '"turns" must be a list of 1 to 500'),
        (lambda r: r.update(turns=[7]), "Turn 1 is no object"),
        (lambda r: r.update(articles=[]), '"articles" must be an object'),
        (lambda r: r["turns"][0].update(asked="noon"), 'Turn 1: "asked" must be a time'),
        (lambda r: r["turns"][0].update(asked=7), 'Turn 1: "asked" must be a time'),
        (lambda r: r["turns"][0]["turn"].update(question=[]), "Turn 1: turn.question"),
        (
            lambda r: cited(r, quote="The ferry was free."),
            "citation 2 is not what its article says",
        ),
        (lambda r: cited(r, title="Another title"), "citation 2 is not what its article says"),
        (lambda r: cited(r, url="https://evil.example"), "citation 2 is not what its article says"),
        (lambda r: cited(r, start=-1), "no characters -1 to"),
        (lambda r: cited(r, end=10**9), "no characters"),
        (lambda r: cited(r, article_id="0" * 16), "article of citation 2 is not in the file"),
        (lambda r: cited(r, n=1), "two citations have one number"),
        (
            lambda r: next(iter(r["articles"].values())).update(text="Something else."),
            "is not what its id says",
        ),
        (lambda r: answer(r)["hits"][0]["chunk"].update(start=10**7), "no characters 10000000"),
        (lambda r: answer(r)["hits"][0]["chunk"].update(article_id="x"), "not of its article"),
        (lambda r: answer(r)["instant"].update(end=0), "no characters"),
        (lambda r: answer(r).update(confidence=float("nan")), "NaN is no number"),
    ],
)
def test_what_does_not_hold_together_is_refused(change: Change, said: str) -> None:
    record = exported()
    change(record)
    with pytest.raises(InputError) as caught:
        from_json(json.dumps(record))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "7", "[]", "{}", "{", "[" * 100_000, '{"format": 1e999}', "\ud800", "null"]
)
def test_what_is_no_conversation_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"no JSON|no conversation"):
        from_json(text)


def test_a_file_that_is_too_long_is_refused_with_the_limit() -> None:
    with pytest.raises(InputError, match="20 MB are the limit"):
        from_json(" " * (LONGEST + 1))


def test_ids_and_verdicts_of_a_file_are_not_taken_over() -> None:
    record = exported()
    record["turns"][0]["verdict"] = ["right"]
    record["turns"][0]["turn"].update(id="mine", talk="mine", unkept="<b>", stage="writing")
    (turn,) = from_json(json.dumps(record)).turns
    assert (turn.id, turn.talk, turn.unkept, turn.verdict) == ("", "", "", "")
    assert turn.stage == "interrupted"
