"""The page's bench, as far as it goes without a browser."""

from __future__ import annotations

from bench.page import SENTENCE, Scripted, long_article
from qa.generate import Prompt


def test_the_long_article_has_its_words_and_its_sentences_stand_where_it_is_said() -> None:
    article, places = long_article(2_000)
    assert 2_000 <= len(article.text.split()) < 2_020
    for n in (0, 4, 5, 99):
        assert article.text[places[n] :].startswith(SENTENCE.format(n=n + 1).rstrip())


def test_the_scripted_model_notes_when_it_began_and_writes_what_the_article_says() -> None:
    model = Scripted()
    model.number = 7
    answer = "".join(model.generate(Prompt("", ""), max_tokens=50))
    assert answer == SENTENCE.format(n=7).strip()
    assert model.first > 0
