"""Questions asked of an archive in Milvus: the same answers as of a folder, and plain refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.milvus.store import MilvusIndex
from index.opening import copy_store
from qa import Chatbot
from qa.__main__ import main
from tests.fakes import FakeGenerator
from tests.qa.made import FERRY, Bots
from ui.ask import Desk
from ui.browse_panel import Browsing
from ui.uploads import Uploads

pytest.importorskip("milvus_lite", reason="Milvus Lite is not made for Windows")

ASKED = "Who sailed the ferry Petrel to Gannet Island?"


@pytest.fixture
def both(bots: Bots, tmp_path: Path) -> Iterator[tuple[Chatbot, Chatbot]]:
    """A chatbot over a folder, and one over its copy in Milvus."""
    bot, _ = bots.bot("Captain Ilva Brandt sailed the ferry Petrel.", source="Courier")
    copied, _ = copy_store(bot.index.directory, f"milvus:{tmp_path}/m.db")
    copied.share(bot.index)
    generator = FakeGenerator("Captain Ilva Brandt sailed the ferry Petrel.")
    yield bot, Chatbot(copied, model=generator, strictness=0.0)
    assert isinstance(copied, MilvusIndex)
    copied.close()


def test_answers_hits_and_views_are_those_of_the_folder(both: tuple[Chatbot, Chatbot]) -> None:
    folder, milvus = both
    answer = milvus.ask(ASKED)
    assert answer.text == folder.ask(ASKED).text
    assert [citation.quote for citation in answer.citations] == [FERRY]
    assert {hit.chunk.id for hit in milvus.search("ferry levy kelp")} == {
        hit.chunk.id for hit in folder.search("ferry levy kelp")
    }
    assert milvus.find('"nobody wrote this"').note == folder.find('"nobody wrote this"').note
    assert milvus.timeline("ferry Petrel") == folder.timeline("ferry Petrel")
    assert milvus.outlets() == folder.outlets() == ["Courier"]
    assert milvus.beside(folder.index.directory).index.embedder is milvus.index.embedder


def test_the_page_searches_it_and_says_what_it_cannot(both: tuple[Chatbot, Chatbot]) -> None:
    import gradio as gr

    _, bot = both
    desk, uploads = Desk(bot), Uploads(bot.index, Path("nowhere"))
    panel = Browsing(lambda: desk, lambda: uploads)
    about, _ = panel.refresh()
    assert "3" in about
    listed, chart = panel.browse(gr.EventData(None, {}))
    assert "keeps no list to leaf through" in listed
    assert chart == panel.more(gr.EventData(None, {})) == ""
    found, _ = panel.browse(gr.EventData(None, {"query": "ferry Petrel"}))
    assert "Ilva Brandt" in found
    refusal = uploads.refusal()
    assert refusal is not None
    assert "nothing can be added" in refusal


def test_the_command_answers_from_a_copy_and_names_what_is_missing(
    bots: Bots, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([ASKED, "--index", f"milvus:{tmp_path}/none.db", "--search"]) == 1
    assert "there is no archive of this name" in capsys.readouterr().err
    assert main([ASKED, "--index", "milvus:archive", "--search"]) == 1
    assert "name a file that ends in .db" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()
