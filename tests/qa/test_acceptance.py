"""What a reader sees with the default models: real articles in, cited answers out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.article import Article
from index.index import Index
from index.weights import resolve_llm
from qa import REFUSAL, Answer, Chatbot
from qa.generate import Generator, LlamaGenerator, Piece, Prompt

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "sample"

# As a browser saves a page as text: menu, headline twice, dates, a byline, the story, leftovers.
LIGHTHOUSE = """\
Home | News | Sport | Weather | Sign in | Subscribe

Keeper of Varn lighthouse to be replaced by a lamp on a timer
Keeper of Varn lighthouse to be replaced by a lamp on a timer

Posted March 12, 2021 08:15,
Updated March 12, 2021 11:40

VARN - The lighthouse on Cape Varn will lose its keeper in September, when a lamp on a timer takes over.

The Coast Office said the new lamp costs 48,000 florins a year less than the keeper and her house.

Hedda Lorne, who has kept the light for 31 years, said she had learned of the decision from a fisherman. "Nobody climbed the stairs to tell me," she said.

The Coast Office has offered her a post as guide in the museum at Ostermole. Lorne said she would rather keep bees.

Fishermen in Varn have collected 900 signatures for a keeper.
"""  # noqa: E501
MARKET = """\
Home | News | Sport | Weather | Sign in | Subscribe

Fish market of Ostermole opens again after the fire
Fish market of Ostermole opens again after the fire

Posted May 3, 2021 17:02,
Updated May 4, 2021 06:30

OSTERMOLE - The fish market opened its doors on Monday, seven months after a fire that began in a smokehouse.

Architect Jonas Quill kept the iron columns of 1887 and put a roof of larch over them.

The town paid 2.4 million florins for it, and the insurers the rest.
"""  # noqa: E501


class Counting:
    """The default language model, with the prompts it was given."""

    def __init__(self, model: Generator) -> None:
        self._model = model
        self.name = model.name
        self.prompts: list[Prompt] = []

    def count_tokens(self, text: str) -> int:
        return self._model.count_tokens(text)

    def generate(self, prompt: Prompt, **how: Any) -> Iterator[Piece]:
        self.prompts.append(prompt)
        yield from self._model.generate(prompt, **how)

    def first_logprobs(self, prompt: Prompt, texts: Sequence[str], **how: Any) -> list[float]:
        return self._model.first_logprobs(prompt, texts, **how)


@pytest.fixture(scope="module")
def model() -> Iterator[Counting]:
    generator = LlamaGenerator.open(resolve_llm("default"))
    yield Counting(generator)
    generator.close()


def make_bot(folder: Path, source: Path, model: Counting) -> Chatbot:
    index = Index.open(folder / "index", create=True)
    report = index.add([source])
    assert not [skipped for skipped in report.skipped if skipped.fault]
    return Chatbot(index, model=model)


def check(answer: Answer, bot: Chatbot) -> None:
    for citation in answer.citations:
        text = bot.index.article(citation.article_id).text
        assert citation.quote
        assert citation.quote == text[citation.start : citation.end]
    assert answer.refused == (answer.text == REFUSAL) == (not answer.citations)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, model: Counting) -> Chatbot:
    folder = tmp_path_factory.mktemp("pages")
    saved = folder / "saved"
    saved.mkdir()
    (saved / "000_varn.txt").write_text(LIGHTHOUSE, encoding="utf-8")
    (saved / "001_market.txt").write_text(MARKET, encoding="utf-8")
    return make_bot(folder, saved, model)


def article_about(bot: Chatbot, word: str) -> Article:
    (found,) = (article for article in bot.index.articles() if word in article.title)
    return found


def test_a_saved_page_is_its_headline_once_its_day_and_its_story(pages: Chatbot) -> None:
    varn, market = article_about(pages, "Varn"), article_about(pages, "Ostermole")
    assert varn.title == "Keeper of Varn lighthouse to be replaced by a lamp on a timer"
    assert (varn.published, varn.updated) == (date(2021, 3, 12), date(2021, 3, 12))
    assert (market.published, market.updated) == (date(2021, 5, 3), date(2021, 5, 4))
    for article in (varn, market):
        for furniture in ("Sign in", "Posted", "Updated", article.title):
            assert furniture not in article.text
    assert varn.text.endswith("900 signatures for a keeper.")


@pytest.mark.parametrize(
    ("question", "word", "quoted"),
    [
        ("How long has Hedda Lorne kept the light?", "31", "has kept the light for 31 years"),
        (
            "Who is the architect of the fish market?",
            "Quill",
            "Architect Jonas Quill kept the iron",
        ),
        ("How many signatures have the fishermen collected?", "900", "collected 900 signatures"),
    ],
)
def test_a_question_is_answered_with_the_sentence_that_says_it(
    pages: Chatbot, question: str, word: str, quoted: str
) -> None:
    answer = pages.ask(question)
    check(answer, pages)
    assert word in answer.text
    assert any(quoted in citation.quote for citation in answer.citations)


def test_what_no_article_is_about_is_refused_without_asking_the_model(
    pages: Chatbot, model: Counting
) -> None:
    before = len(model.prompts)
    answer = pages.ask("Which vitamin prevents scurvy?")
    assert answer.refused
    assert answer.text == REFUSAL
    assert len(model.prompts) == before


def first_questions() -> list[tuple[str, str]]:
    """The questions that the sample archive's guide asks first, with what is expected."""
    guide = (SAMPLE / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in guide.splitlines() if line.startswith("| ")]
    return [(question, expected) for question, expected in rows if question.endswith("?")]


def test_the_first_questions_over_the_sample_archive_are_answered(
    tmp_path: Path, model: Counting
) -> None:
    bot = make_bot(tmp_path, SAMPLE / "articles", model)
    right = []
    asked = first_questions()
    assert len(asked) == 6
    for question, expected in asked:
        answer = bot.ask(question)
        check(answer, bot)
        wanted = expected.partition(" (")[0].partition(" crowns")[0]
        if answer.refused if expected.startswith("a refusal") else wanted in answer.text:
            right.append(question)
        print(json.dumps(answer.to_dict()))  # shown when the test fails
    assert len(right) >= 4


DATA = os.environ.get("CLIPPINGS_DATA")


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory, model: Counting) -> Chatbot:
    if not DATA or not (folder := Path(DATA) / "seed").is_dir():
        pytest.skip("CLIPPINGS_DATA names no folder with seed/")
    return make_bot(tmp_path_factory.mktemp("seed"), folder, model)


def test_the_article_of_the_seed_is_read_as_it_was_printed(seed: Chatbot) -> None:
    (article,) = seed.index.articles()
    assert article.published == date(2019, 4, 26)
    assert article.title
    assert article.title not in article.text
    assert "Posted" not in article.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did Kim offer Putin?", "jointly manage"),
        ("Where was the summit held?", "Vladivostok"),
    ],
)
def test_the_questions_about_the_seed_are_answered(
    seed: Chatbot, question: str, words: str
) -> None:
    answer = seed.ask(question)
    check(answer, seed)
    assert words in answer.text
    assert any(words in citation.quote for citation in answer.citations)


def test_the_question_beside_the_seed_is_refused(seed: Chatbot) -> None:
    assert seed.ask("Who won the 2018 World Cup?").refused
