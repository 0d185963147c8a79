from __future__ import annotations

from pathlib import Path

import pytest

from index.index import Index
from qa.chatbot import Chatbot
from tests.fakes import FakeEmbedder, FakeGenerator, write_articles
from tests.qa.made import LEVY


@pytest.fixture
def bot(tmp_path: Path) -> Chatbot:
    index = Index.open(tmp_path / "index", create=True, model=FakeEmbedder())
    for day in ("2024-03-01", "2024-05-31"):
        index.add([write_articles(tmp_path / f"{day}.jsonl", LEVY, date=day, source="Courier")])
    return Chatbot(index, model=FakeGenerator("It is 5%."))


def test_a_window_that_excludes_everything_is_told_with_the_nearest_days(bot: Chatbot) -> None:
    found = bot.find("What is the levy?", since="2024-04-01", until="2024-04-30")
    assert found.hits == ()
    assert "April 2024" in found.note
    assert "1 March 2024 and 31 May 2024" in found.note
    assert "April 2024" in found.reading


def test_an_as_of_day_before_the_archive_is_told(bot: Chatbot) -> None:
    found = bot.find("What is the levy?", as_of="2024-01-01")
    assert found.hits == ()
    assert "until 1 January 2024" in found.note
    assert "1 March 2024" in found.note


def test_days_that_contradict_one_another_are_no_error(bot: Chatbot) -> None:
    found = bot.find("What is the levy?", since="2024-05-01", until="2024-04-01")
    assert found.hits == ()
    assert found.note


def test_an_outlet_that_is_not_there_and_words_that_are_not_are_told(bot: Chatbot) -> None:
    assert "from Packet" in bot.find("the levy", sources=["Packet"]).note
    assert "“harbour boats”" in bot.find('the levy "harbour boats"').note
    many = bot.find("the levy", sources=[f"Outlet {n}" * 50 for n in range(5_000)])
    assert len(many.note) < 500


def test_an_empty_index_says_so(tmp_path: Path) -> None:
    index = Index.open(tmp_path / "empty", create=True, model=FakeEmbedder())
    assert Chatbot(index).find("the levy").note == "The index holds no articles yet."


def test_the_answer_tells_it_too(bot: Chatbot) -> None:
    answer = bot.ask("What is the levy?", until="2023-12-31")
    assert answer.refused
    assert "1 March 2024" in answer.note
    asked = bot.ask("What is the harbour levy of the council?", since="2024-05-01")
    assert asked.note == ""
    assert {str(hit.article.published) for hit in asked.hits} == {"2024-05-31"}
