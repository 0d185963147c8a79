"""Questions from an archive: the task from an index to a data folder that the bench takes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import mine, retrieval
from bench.__main__ import main
from bench.archive import require_gold
from bench.data import load
from bench.mining.pick import Names
from bench.mining.swap import swap
from index.article import Article
from index.errors import InputError
from index.index import Index
from qa import Chatbot
from qa.generate import Prompt
from tests.bench.made import article, write_lines
from tests.conftest import MakeIndex
from tests.fakes import FakeGenerator

NEWS = [
    ("Storm over Sallowmouth", "Storm Ottoline flooded 188 homes in Sallowmouth."),
    ("A mayor for Port Averil", "Oona Strand, 58, was elected mayor of Port Averil on Sunday."),
    ("A price for the bridge", "The bridge at Tolgarth is expected to cost 18.4 million crowns."),
    ("Film night", "The first film of the Lantern Week will be shown in Oddney on 20 March."),
]


def write_news(file: Path, *news: tuple[str, str], **fields: str) -> Path:
    records: Iterator[dict[str, Any]] = (
        {"title": title, "text": f"{text}\n\nIt rained.", **fields} for title, text in news
    )
    return write_lines(file, *records)


@pytest.fixture
def index(tmp_path: Path, make_index: MakeIndex) -> Index:
    return make_index(write_news(tmp_path / "news.jsonl", *NEWS))


def records(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_an_archive_becomes_questions_that_show_where_they_come_from(
    index: Index, tmp_path: Path
) -> None:
    result = mine.run(index, tmp_path / "mine", 5, 0, None)
    made = {item["question"]: item for item in records(tmp_path / "mine")}
    assert made.keys() == {
        "How many homes did Storm Ottoline flood in Sallowmouth?",
        "Who was elected mayor of Port Averil?",
        "How much is the bridge at Tolgarth expected to cost?",
        "When will the first film of the Lantern Week be shown in Oddney?",
    }
    who = made["Who was elected mayor of Port Averil?"]
    assert who["answers"] == ["Oona Strand", "Strand"]
    assert who["sentence"] == NEWS[1][1]
    assert "“Who”" in who["how"]
    figures = {metric.name: metric.value for metric in result.metrics}
    assert figures["questions"] == 4
    assert figures["type: who"] == 1
    assert figures["left out: too short or too long"] == 4  # "It rained."
    page = (tmp_path / "mine" / "questions.md").read_text(encoding="utf-8")
    assert "> **Oona Strand**, 58, was elected mayor of Port Averil on Sunday." in page
    assert "A mayor for Port Averil" in page


@pytest.mark.parametrize("fields", [{}, {"id": "wire"}])
def test_the_folder_is_one_that_the_bench_takes_even_where_articles_have_no_ids(
    tmp_path: Path, make_index: MakeIndex, fields: dict[str, str]
) -> None:
    files = [
        write_news(tmp_path / f"{n}.jsonl", item, **({"id": f"a{n}"} if fields else {}))
        for n, item in enumerate(NEWS)
    ]
    index = make_index(*files)
    mine.run(index, tmp_path / "mine", 4, 0, None)
    data = load(tmp_path / "mine")
    require_gold(index, data.cases)
    bot = Chatbot(index)

    def search(question: str, _: object) -> list[Any]:
        return list(bot.search(question, 10))

    answered = [case for case in data.cases if case.answerable]
    found = [retrieval.ask(search, case, use_time=False) for case in answered]
    assert len(found) == 3
    assert all(item.article for item in found)


def test_a_sentence_that_stands_in_two_articles_has_both_as_evidence(
    tmp_path: Path, make_index: MakeIndex
) -> None:
    title, text = NEWS[0]
    file = write_lines(
        tmp_path / "news.jsonl",
        {"id": "a1", "title": title, "text": text},
        {"id": "a2", "title": "The same again", "text": f"{text}\n\nMore will follow at noon."},
    )
    mine.run(make_index(file), tmp_path / "mine", 5, 0, None)
    (made,) = records(tmp_path / "mine")
    assert sorted(made["evidence_ids"]) == ["a1", "a2"]


def test_what_another_article_says_otherwise_is_not_asked(
    tmp_path: Path, make_index: MakeIndex
) -> None:
    news = [NEWS[1], NEWS[0], ("Fewer", "Storm Ottoline flooded 140 homes in Sallowmouth.")]
    result = mine.run(
        make_index(write_news(tmp_path / "news.jsonl", *news)), tmp_path / "mine", 5, 0, None
    )
    assert [item["type"] for item in records(tmp_path / "mine")] == ["who"]
    figures = {metric.name: metric.value for metric in result.metrics}
    assert figures["left out: another sentence says otherwise"] == 2


def test_a_seed_decides_everything(index: Index, tmp_path: Path) -> None:
    for name, seed in [("first", 3), ("second", 3)]:
        mine.run(index, tmp_path / name, 3, seed, None)
    assert records(tmp_path / "first") == records(tmp_path / "second")


def test_articles_are_taken_in_turn_from_outlets_and_months() -> None:
    articles = [
        Article.of(title=f"{source}{number}", text="Rain.", source=source)
        for source, count in [("Courier", 4), ("Packet", 2)]
        for number in range(count)
    ]
    sources = {item.id: item.source for item in articles}
    order = mine.spread(iter(articles), random.Random(1))
    assert sorted(order) == sorted(sources)
    assert {sources[order[0]], sources[order[1]]} == {"Courier", "Packet"}
    assert {sources[order[2]], sources[order[3]]} == {"Courier", "Packet"}


def by_model(prompt: Prompt) -> str:
    """Asks well for homes, leaves the name out for the mayor, is silent on the rest."""
    if "Answer:" in prompt.user and "Begin with" not in prompt.user:
        return "188 homes" if "Ottoline" in prompt.user else "Idris Holm"
    if "Ottoline" in prompt.user:
        return "How many homes in Sallowmouth were flooded by Storm Ottoline?\nGood luck!"
    return "Who was elected?" if "elected" in prompt.user else ""


def test_the_model_writes_and_a_rule_helps_where_the_model_fails(
    index: Index, tmp_path: Path
) -> None:
    generator = FakeGenerator(by_model)
    result = mine.run(index, tmp_path / "mine", 5, 0, generator)
    made = {item["question"]: item["how"] for item in records(tmp_path / "mine")}
    assert "fake" in made["How many homes in Sallowmouth were flooded by Storm Ottoline?"]
    # the rule's questions are asked back too, and this model answers all of them wrong
    assert len(made) == 1
    figures = {metric.name: metric.value for metric in result.metrics}
    assert figures["left out: too short or too long a question"] == 1
    assert all(NEWS[0][0] not in prompt.system for prompt in generator.prompts)


def test_a_name_is_exchanged_for_one_that_no_article_ties_to_the_matter() -> None:
    archive = [
        article("a1", "Oona Strand was elected mayor of Port Averil."),
        article("a2", "Idris Holm was elected mayor of Oddney, as Oona Strand had been."),
        article("a3", "Wim Aske was elected mayor of Port Averil in 1990."),
        article("a4", "Alma Reece paints boats in Oddney."),
    ]
    people = Names(people={"Oona Strand", "Idris Holm", "Wim Aske", "Alma Reece"})
    made = swap(
        "How was Oona Strand elected mayor of Port Averil?",
        people,
        lambda _: archive,
        random.Random(0),
    )
    assert made == (
        "How was Alma Reece elected mayor of Port Averil?", "Oona Strand", "Alma Reece"
    )  # fmt: skip


def test_a_name_without_a_stranger_is_not_exchanged() -> None:
    archive = [article("a1", "Oona Strand met Idris Holm.")]
    people = Names(people={"Oona Strand", "Idris Holm"})
    question = "When did Oona Strand mend the bells?"
    assert swap(question, people, lambda _: archive, random.Random(0)) is None


def test_questions_edited_by_hand_are_not_overwritten(index: Index, tmp_path: Path) -> None:
    mine.run(index, tmp_path / "mine", 3, 0, None)
    with pytest.raises(InputError, match=r"holds questions\.jsonl already.*--to"):
        mine.run(index, tmp_path / "mine", 3, 0, None)


@pytest.mark.parametrize(("count", "held"), [(0, "no article"), (1, "one article")])
def test_an_archive_of_fewer_than_two_articles_is_refused(
    tmp_path: Path, make_index: MakeIndex, count: int, held: str
) -> None:
    files = [write_news(tmp_path / "news.jsonl", NEWS[0])] if count else []
    with pytest.raises(InputError, match=f"it holds {held}"):
        mine.run(make_index(*files), tmp_path / "mine", 3, 0, None)


def test_articles_that_give_no_question_are_refused_with_the_reasons(
    tmp_path: Path, make_index: MakeIndex
) -> None:
    file = write_lines(
        tmp_path / "news.jsonl",
        {"title": "Rain", "text": "It rained upon all of the islands for days."},
        {"title": "Sun", "text": "Sun at last"},
    )
    with pytest.raises(InputError, match="1 no whole sentence, 1 speaks of something before it"):
        mine.run(make_index(file), tmp_path / "mine", 3, 0, None)
    assert not (tmp_path / "mine").exists()


def test_the_command_names_a_folder_that_is_no_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["mine", "--index", str(tmp_path), "--to", str(tmp_path / "mine"), "--llm", "none"]
    assert main(asked) == 1
    assert capsys.readouterr().err.startswith("bench: ")


@pytest.mark.slow
def test_the_smallest_model_writes_from_end_to_end(
    tmp_path: Path, make_index: MakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    make_index(write_news(tmp_path / "news.jsonl", *NEWS[:2]))
    folder = tmp_path / "mine"
    asked = ["--index", str(tmp_path / "index"), "--to", str(folder), "--questions", "1"]
    status = main(["mine", *asked, "--llm", "tiny"])
    printed = capsys.readouterr()
    if status:  # so small a model may write nothing that is good enough
        assert "could be turned into a question" in printed.err
    else:
        assert json.loads(printed.out.splitlines()[-1])["questions"] == 1
        assert load(folder).cases
