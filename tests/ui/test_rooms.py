"""Several archives on one page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.article import Article
from index.errors import IndexFormatError
from index.manifest import indexes_in
from qa import Chatbot
from tests.conftest import MakeIndex
from tests.fakes import FakeGenerator, write_articles
from tests.ui.fake_bot import FakeBot, FakeIndex
from tests.ui.markup import attributes, elements, text
from tests.ui.news import PAYLOADS
from ui.ask import Desk
from ui.rooms import EXAMPLES_FILE, Room, examples, render_headline, room_of, unlike
from ui.talks.keep import Keeper
from ui.uploads import Uploads


def room(name: str) -> Room:
    bot = FakeBot()
    uploads, keeper = Uploads(bot.index, Path("nowhere")), Keeper(None, Path(name))
    return Room(name, Desk(bot), uploads, (), lambda: name, keeper)


def test_the_address_says_which_archive_is_shown_and_the_first_where_it_names_none() -> None:
    rooms = [room("Aldern"), room("Hest")]
    assert room_of(rooms, "Hest") is rooms[1]
    assert [room_of(rooms, name) for name in (None, "Yeti", ["Hest"])] == [rooms[0]] * 3


def test_folders_of_one_name_are_told_apart() -> None:
    assert unlike("news", ["news", "news (2)"]) == "news (3)"
    assert unlike("news", ["old"]) == "news"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names_in_the_headline_are_text(payload: str) -> None:
    html = render_headline(payload, 3, others=[payload])
    assert text(html).count(payload) == 2
    assert elements(html) <= {"h1", "div", "bdi", "details", "summary", "ul", "li", "a", "span"}
    assert attributes(html) == {"class", "aria-label", "href"}


def test_an_archive_alone_has_nothing_to_choose() -> None:
    assert "details" not in elements(render_headline("Aldern", 3))


def test_a_folder_of_indexes_stands_for_them(make_index: MakeIndex, tmp_path: Path) -> None:
    file = write_articles(tmp_path / "a.jsonl", "The levy was raised.")
    for name in ("b", "a"):
        make_index(file, name=f"all/{name}")
    assert indexes_in(tmp_path / "all") == [tmp_path / "all/a", tmp_path / "all/b"]
    assert indexes_in(tmp_path / "all/a") == [tmp_path / "all/a"]
    assert indexes_in(tmp_path) == [tmp_path]


def test_chatbots_beside_each_other_share_their_models_and_nothing_else(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    first = make_index(write_articles(tmp_path / "a.jsonl", "The levy was raised to 5%."), name="a")
    make_index(write_articles(tmp_path / "b.jsonl", "The ferry sails on 4 May."), name="b")
    model = FakeGenerator("The ferry sails on 4 May.")
    bot = Chatbot(first, model=model, strictness=0.0)
    beside = bot.beside(tmp_path / "b")
    answer = beside.ask("When does the ferry sail?")
    assert len(model.prompts) == 1
    assert beside.index.embedder is bot.index.embedder
    assert [hit.article.title for hit in answer.hits] != [
        hit.article.title for hit in bot.search("When does the ferry sail?")
    ]
    with pytest.raises(IndexFormatError):
        bot.beside(tmp_path / "c")


def test_the_archives_own_examples_are_offered(tmp_path: Path) -> None:
    (tmp_path / EXAMPLES_FILE).write_text("Who?\n\n What? \nWhen?\nWhy?\n", encoding="utf-8")
    assert examples(FakeBot(), tmp_path) == ["Who?", "What?", "When?"]


def test_without_examples_some_articles_are_asked_about(tmp_path: Path) -> None:
    found = examples(FakeBot(), tmp_path)
    assert len(found) == 3
    assert found[0] == "What is reported about “Ferry to Hest sails again from 4 May”?"


class Empty(FakeIndex):
    def articles(self) -> Iterator[Article]:
        return iter(())


def test_an_empty_archive_has_no_examples(tmp_path: Path) -> None:
    bot = FakeBot()
    bot.index = Empty()
    assert examples(bot, tmp_path) == []
