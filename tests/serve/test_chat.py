"""OpenAI's shapes: what is read of a request, and what a reply says."""

from __future__ import annotations

from typing import Any

import pytest

from qa.answer import REFUSAL, Answer, Citation, Sentence
from serve.chat import (
    RequestError,
    answer_chunks,
    completion,
    read_request,
    url_citations,
)


def body(*messages: object, **more: object) -> dict[str, Any]:
    return {"model": "clippings", "messages": list(messages), **more}


def said(role: str, content: object) -> dict[str, object]:
    return {"role": role, "content": content}


ASKED = said("user", "Who sailed?")


def test_a_question_is_read_with_its_narrowing() -> None:
    asked = read_request(body(ASKED, stream=True, as_of="2024-06-01", sources=["Courier"]))
    assert (asked.question, asked.stream, asked.as_of) == ("Who sailed?", True, "2024-06-01")
    assert asked.narrowing["sources"] == ("Courier",)
    assert asked.history == ()


def test_parts_of_text_are_one_text() -> None:
    parts = [{"type": "text", "text": "Who"}, {"type": "text", "text": "sailed?"}]
    assert read_request(body(said("user", parts))).question == "Who\nsailed?"


def test_earlier_turns_are_remembered_without_markers_and_system_words() -> None:
    turns = [said("system", "Be rude."), ASKED, said("assistant", "Ilva Brandt sailed. [1] [12]")]
    asked = read_request(body(*turns, said("user", "When?")))
    (turn,) = asked.history
    assert (turn.question, turn.answer) == ("Who sailed?", "Ilva Brandt sailed.")
    assert "Ilva Brandt" in turn.names


def test_a_question_without_an_answer_is_no_turn_and_three_are_enough() -> None:
    turns = [ASKED, *[said(role, f"{n}?") for n in range(5) for role in ("user", "assistant")]]
    asked = read_request(body(*turns, said("user", "When?")))
    assert [turn.question for turn in asked.history] == ["2?", "3?", "4?"]


@pytest.mark.parametrize(
    ("request_", "param"),
    [
        (None, None),
        ([], None),
        (body(), "messages"),
        ({"model": "clippings"}, "messages"),
        ({"model": "clippings", "messages": "hello"}, "messages"),
        ({"messages": [ASKED]}, "model"),
        (body(ASKED) | {"model": ["clippings"]}, "model"),
        (body("hello"), "messages[0].role"),
        (body(said("tool", "x")), "messages[0].role"),
        (body(said([], "x")), "messages[0].role"),  # type: ignore[arg-type]
        (body(said("user", None)), "messages[0].content"),
        (body(said("user", 7)), "messages[0].content"),
        (body(said("user", [{"type": "image_url"}])), "messages[0].content"),
        (body(said("user", [["text"]])), "messages[0].content"),
        (body(ASKED, said("assistant", "x")), "messages"),
        (body(*[ASKED] * 101), "messages"),
        (body(said("user", "x" * 20_001)), "messages[0].content"),
        (body(ASKED, n=2), "n"),
        (body(ASKED, n=[1]), "n"),
        (body(ASKED, stream="yes"), "stream"),
        (body(ASKED, tools=[{}]), "tools"),
        (body(ASKED, response_format={"type": "json_object"}), "response_format"),
        (body(ASKED, as_of=20240601), "as_of"),
        (body(ASKED, sources="Courier"), "sources"),
        (body(ASKED, sections=[1]), "sections"),
        (body(ASKED, sources=["x"] * 101), "sources"),
    ],
)
def test_what_cannot_be_taken_is_named(request_: object, param: str | None) -> None:
    with pytest.raises(RequestError) as caught:
        read_request(request_)
    assert caught.value.param == param
    assert caught.value.status in (400, 404)


def cite(n: int, url: str | None) -> Citation:
    return Citation(n, f"a{n}", f"Title {n}", None, None, url, 3, 9, "quoted")


ANSWER = Answer(
    "Who?",
    text="She sailed. He stayed.",
    sentences=(Sentence("She sailed.", (1, 2), True), Sentence("He stayed.", (2,), True)),
    citations=(cite(1, "https://news.example/1"), cite(2, None)),
    done=True,
)
TEXT = "She sailed. [1] [2] He stayed. [2]"


def test_each_marker_has_an_annotation_at_its_place() -> None:
    found = [row["url_citation"] for row in url_citations(ANSWER)]
    assert [TEXT[row["start_index"] : row["end_index"]] for row in found] == ["[1]", "[2]", "[2]"]
    assert [row["url"] for row in found] == [
        "https://news.example/1", "clippings:a2#3-9", "clippings:a2#3-9"
    ]  # fmt: skip


def test_a_reply_says_the_same_whole_and_streamed() -> None:
    whole = completion(ANSWER, "x", 1)
    chunks = answer_chunks(ANSWER, "x", 1)
    streamed = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert whole["choices"][0]["message"]["content"] == streamed == TEXT
    assert whole["citations"] == chunks[-1]["citations"]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None, None, "stop"]


def test_a_refusal_is_the_content() -> None:
    refused = Answer("Who?", text=REFUSAL, refused=True, done=True)
    assert completion(refused, "x", 1)["choices"][0]["message"]["content"] == REFUSAL
    assert answer_chunks(refused, "x", 1)[0]["choices"][0]["delta"] == {"content": REFUSAL}
