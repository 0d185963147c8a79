"""Turns to HTML: growing answers, chips, doubts, refusals, notices."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import escape, unescape

import pytest

from qa.answer import REFUSAL, Answer, Sentence
from tests.ui.fake_bot import ARTICLES, PAYLOADS, FakeBot, hit_of
from tests.ui.markup import attributes, elements, text
from tests.ui.news import FERRY_COST
from ui.asked import LONGEST_ECHO
from ui.conversation import UNVERIFIED, render_conversation
from ui.turn import Stage, Turn


def last(question: str) -> Answer:
    *_, answer = FakeBot().stream(question)
    return answer


def turn(question: str, stage: Stage = "done") -> str:
    return render_conversation([Turn(question, stage=stage, answer=last(question))])


def test_an_empty_conversation_offers_its_examples() -> None:
    html = render_conversation((), ["Who <b>won</b>?"])
    assert 'data-ask="Who &lt;b&gt;won&lt;/b&gt;?"' in html
    assert "examples" not in render_conversation(())


def test_each_cited_sentence_ends_in_its_chip() -> None:
    html = turn("ferry")
    first = html.index('again from 4 <span class="last">May.')
    chip = html.index('class="chip"')
    second = html.index("The repairs took")
    assert first < chip < second
    assert [text(c) for c in re.findall(r"<sup>.*?</sup>", html)] == ["1", "2", "3", "?"]


def test_a_chip_opens_its_article_at_its_own_span() -> None:
    answer = last("ferry")
    html = render_conversation([Turn("ferry", stage="done", answer=answer)])
    requests = [json.loads(unescape(found)) for found in re.findall(r'data-open="(.*?)"', html)]
    second = answer.citations[1]
    assert requests[1]["article"] == second.article_id
    assert requests[1]["main"] == [second.start, second.end, 2]
    assert [mark[2] for mark in requests[1]["marks"]] == [1, 2]  # both spans of that article


def test_a_sentence_without_support_says_why() -> None:
    html = turn("ferry")
    (doubted,) = re.findall(r'<span class="sentence unsupported">(.*?)</sup>', html)
    assert text(doubted) == "It is said to be the finest ship of the fleet.?"
    assert 'aria-label="Not supported: No source says this."' in doubted


def test_a_chip_carries_the_quote_the_outlet_and_the_day() -> None:
    html = turn("ferry")
    assert f'data-quote="{FERRY_COST}"' in html
    assert 'data-about="Aldern Courier · 17 April 2031"' in html


def test_a_sentence_without_support_or_reason_says_so_too() -> None:
    answer = Answer("q", "A.", sentences=(Sentence("A."),), done=True)
    assert f'data-why="{UNVERIFIED}"' in render_conversation(
        [Turn("q", stage="done", answer=answer)]
    )


def test_a_sentence_is_not_doubted_before_it_was_looked_at() -> None:
    answer = Answer("q", "A. B", sentences=(Sentence("A."),))
    html = render_conversation([Turn("q", stage="writing", answer=answer)])
    assert "unsupported" not in html
    assert "A. B" in text(html)


def test_the_text_between_and_after_sentences_is_kept() -> None:
    answer = Answer("q", "A.\n\nB. And", sentences=(Sentence("A."), Sentence("B.")))
    assert "A.\n\nB. And" in text(render_conversation([Turn("q", stage="writing", answer=answer)]))


def test_sentences_worded_anew_are_not_told_twice() -> None:
    answer = Answer("q", "Raw  words.", sentences=(Sentence("Other words."),), done=True)
    html = text(render_conversation([Turn("q", stage="done", answer=answer)]))
    assert "Other words." in html
    assert "Raw" not in html


def test_chips_stay_on_the_line_of_the_last_word_unless_it_is_very_long() -> None:
    citation = last("ferry").citations[0]
    for words, kept in (("One two.", "two."), ("x" * 90, ""), ("A two. ", "two. "), ("", "")):
        sentence = Sentence(words, (1,), True)
        answer = Answer("q", words, sentences=(sentence,), citations=(citation,), done=True)
        html = render_conversation([Turn("q", stage="done", answer=answer)])
        assert f'<span class="last">{kept}<sup>' in html
        assert words in text(html)


def test_a_citation_that_does_not_exist_gets_no_chip() -> None:
    answer = Answer("q", "A.", sentences=(Sentence("A.", (7,), True),), done=True)
    assert "chip" not in render_conversation([Turn("q", stage="done", answer=answer)])


def test_a_refusal_names_the_nearest_articles() -> None:
    html = turn("chess")
    assert REFUSAL in html
    assert 'class="refusal"' in html
    assert html.count('class="near"') == 3
    assert 'class="answer"' not in html


def test_a_refusal_without_hits_stands_alone() -> None:
    answer = Answer("q", REFUSAL, refused=True, done=True)
    html = render_conversation([Turn("q", stage="done", answer=answer)])
    assert REFUSAL in html
    assert "Nearest" not in html


def test_the_times_stand_below_a_finished_answer() -> None:
    html = text(turn("ferry"))
    assert "sources 0.05 s · first word 2.1 s · total 4.0 s · fake-1.5b" in html
    assert "total" not in text(turn("ferry", "writing"))


def test_while_the_model_reads_how_much_it_has_read_is_seen_but_not_spoken() -> None:
    reading = Turn("q", stage="reading", answer=Answer("q", hits=(hit_of(0),)), read=0.4)
    html = render_conversation([reading])
    assert '<span aria-hidden="true">40%</span>' in html
    assert "%" not in render_conversation([replace(reading, read=1.0)])


def test_where_reports_differ_the_sentence_that_says_so_stands_apart() -> None:
    html = turn("hull")
    (apart,) = re.findall(r'<span class="differing">(.*)</span></div>', html)
    assert "Reports differ" in text(apart)
    assert 'class="chip"' in apart
    assert "The hull cost" not in apart
    assert "differing" not in turn("ferry")


def test_a_refusal_says_why_nothing_was_found() -> None:
    html = turn("yeti")
    assert f'<p class="refusal-note" lang="en" dir="auto">{escape(last("yeti").note)}</p>' in html
    assert "refusal-note" not in turn("chess")


def test_the_stages_say_what_is_going_on() -> None:
    answer = Answer("q", hits=(hit_of(0), hit_of(0), hit_of(1)))
    reading = render_conversation([Turn("q", stage="reading", answer=answer)])
    assert "Reading 2 articles…" in reading
    assert 'aria-busy="true"' in reading
    assert "models are loading" in render_conversation([Turn("q", stage="loading")])
    assert "Stopped." in render_conversation([Turn("q", stage="stopped")])


def test_an_error_is_told_in_the_conversation() -> None:
    html = render_conversation([Turn("", stage="failed", message="Too <long>.")])
    assert '<p class="notice" role="alert">Too &lt;long&gt;.</p>' in html
    assert "question" not in html


def test_the_date_asked_for_is_shown() -> None:
    html = render_conversation([Turn("q", as_of=date(2031, 5, 2))])
    assert "as of 2 May 2031" in html


def test_a_long_question_is_echoed_in_part() -> None:
    assert len(render_conversation([Turn("x" * 100_000)])) < LONGEST_ECHO + 1000


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_any_field_stays_text(payload: str) -> None:
    answer = last("hack")
    answer = replace(
        answer,
        model=payload,
        text=payload,
        differing=True,
        sentences=(Sentence(payload, (1,), True), Sentence(payload, (), False, payload)),
        citations=(replace(answer.citations[0], title=payload, source=payload),),
    )
    turns = [
        Turn(payload, stage="done", answer=answer),
        Turn(payload, stage="done", answer=replace(answer, refused=True, note=payload)),
        Turn(payload, stage="failed", message=payload),
    ]
    html = render_conversation(turns) + render_conversation((), [payload])
    allowed = "section h2 div span sup button p ul li bdi time"
    assert elements(html) <= {*allowed.split()}
    assert not [name for name in attributes(html) if name.startswith("on")]
    assert payload in text(html)


def test_the_hostile_article_is_in_the_fakes() -> None:
    assert PAYLOADS[0] in ARTICLES[3].title
