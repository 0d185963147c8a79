"""Invented dialogues: what was asked, what was answered, the follow-up and what it means alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.followup import Turn, standalone
from qa.question import MAX_CHARACTERS

MAYOR = ("Who is the mayor of Orrane?", "Ilva Brandt is the mayor of Orrane.")
MINE = ("Who bought the mine?", "Orrane Steel bought the mine for 3 million crowns.")
CLOSED = ("Who closed the mine?", "Harrow Metals closed the mine.")
FERRY = ("When did the ferry Petrel sink?", "The ferry Petrel sank on Monday.")
DOCKERS = (
    "What did the dockers in Lisbon demand?",
    "The dockers in Lisbon demanded higher wages.",
)
BRIDGE = ("How much did the council spend on the bridge in 2019?", "It spent 4 million crowns.")
LEVY = ("What did Otto Lind say about the levy?", "He called the levy unfair.")
STRIKE = ("When did the dockers' strike in Porto begin?", "It began on 3 May.")
COACH = ("Who is the coach of Orrane City?", "Otto Lind is the coach of Orrane City.")
FIRE = ("How many people were hurt in the Porto fire?", "Twelve people were hurt.")
RATE = ("What was the unemployment rate in March 2019?", "It was 4%.")
WRECK = ("Where did divers find the wreck?", "Divers found the wreck off Gannet Island.")
CRASH = ("Who was killed in the Gannet crash?", "Otto Lind, 45, was killed in the Gannet crash.")
TALKS = ("Why did the talks fail?", "The talks failed over wages.")
PLAN = ("What did the mayor announce?", "The mayor announced a new levy.")
CLOSING = ("Why is the public library closing in July?", "Its roof leaks.")
TREATY = ("Which countries signed the treaty?", "Norrland and Sundria signed the treaty.")
RACE = ("Who won the harbour race?", "Marta Silva won the harbour race.")
RESIGNED = ("Did the mayor resign?", "The mayor resigned on Monday.")

PRONOUNS = [
    (MAYOR, "Who is she?", "Who is Ilva Brandt?"),
    (MAYOR, "How old is she?", "How old is Ilva Brandt?"),
    (MAYOR, "When was she elected?", "When was Ilva Brandt elected?"),
    (MAYOR, "Who is her husband?", "Who is Ilva Brandt’s husband?"),
    (MAYOR, "Who met her on Friday?", "Who met Ilva Brandt on Friday?"),
    (COACH, "Who is he?", "Who is Otto Lind?"),
    (COACH, "When did he join?", "When did Otto Lind join?"),
    (COACH, "what did his wife say?", "what did Otto Lind’s wife say?"),
    (FERRY, "Where was it?", "Where was the ferry Petrel?"),
    (FERRY, "Who was its captain?", "Who was the ferry Petrel’s captain?"),
    (CLOSING, "When will it reopen?", "When will the public library reopen?"),
    (WRECK, "How deep was it?", "How deep was the wreck?"),
    (WRECK, "Who lives there?", "Who lives in Gannet Island?"),
    (CLOSED, "When was it founded?", "When was Harrow Metals founded?"),
    (CLOSED, "Who owns it?", "Who owns Harrow Metals?"),
    (CLOSED, "How many people work for them?", "How many people work for Harrow Metals?"),
    (TALKS, "When will they resume?", "When will the talks resume?"),
    (TREATY, "What did they promise?", "What did Norrland and Sundria promise?"),
    (LEVY, "When did he say that?", "When did Otto Lind say that about the levy?"),
]  # fmt: skip

QUESTION_WORDS = [
    (RESIGNED, "Why?", "Why did the mayor resign?"),
    (RESIGNED, "But why?", "Why did the mayor resign?"),
    (RESIGNED, "when exactly?", "When did the mayor resign?"),
    (TALKS, "When?", "When did the talks fail?"),
    (TALKS, "Why did that happen?", "Why did the talks fail?"),
    (TALKS, "And where?", "Where did the talks fail?"),
    (FERRY, "Where did it happen?", "Where did the ferry Petrel sink?"),
    (FERRY, "How?", "How did the ferry Petrel sink?"),
    (CLOSED, "Why?", "Why was it that Harrow Metals closed the mine?"),
    (MAYOR, "Since when?", "Since when is it that Ilva Brandt is the mayor of Orrane?"),
    (
        CRASH,
        "When did that happen?",
        "When was it that Otto Lind was killed in the Gannet crash?",
    ),
    (RACE, "Who else?", "Who else won the harbour race?"),
    (PLAN, "What else?", "What else did the mayor announce?"),
    (("Was anyone arrested?", "Three men were arrested."), "Who?", "Who was arrested?"),
    (
        ("Did dockers strike in Porto?", "Yes, dockers went on strike in Porto."),
        "How many?",
        "How many dockers struck in Porto?",
    ),
    (
        ("Is it true that the bridge closed?", "Yes, the bridge closed."),
        "When?",
        "When was it that the bridge closed?",
    ),
    (("what does the bank want", "higher rates"), "why", "Why does the bank want?"),
]

PARTS = [
    (BRIDGE, "And in 2018?", "How much did the council spend on the bridge in 2018?"),
    (BRIDGE, "and the year before?", "How much did the council spend on the bridge in 2018?"),
    (BRIDGE, "the following year?", "How much did the council spend on the bridge in 2020?"),
    (BRIDGE, "What about 2021?", "How much did the council spend on the bridge in 2021?"),
    (BRIDGE, "last year?", "How much did the council spend on the bridge last year?"),
    (
        ("How much did the council spend on the bridge?", "It spent 4 million crowns in 2019."),
        "And the year before?",
        "How much did the council spend on the bridge in 2018?",
    ),
    (RATE, "and the month before?", "What was the unemployment rate in February 2019?"),
    (
        ("What was the unemployment rate in January 2019?", "It was 4%."),
        "and the month before?",
        "What was the unemployment rate in December 2018?",
    ),
    (
        ("Who performed on Thursday?", "The Orrane choir performed."),
        "and on Friday?",
        "Who performed on Friday?",
    ),
    (
        ("Who performed on Thursday?", "The Orrane choir performed."),
        "and the day after?",
        "Who performed on Friday?",
    ),
    (DOCKERS, "And in Porto?", "What did the dockers in Porto demand?"),
    (DOCKERS, "what about Porto?", "What did the dockers in Porto demand?"),
    (FIRE, "And in the Lisbon fire?", "How many people were hurt in the Lisbon fire?"),
    (FIRE, "And killed?", "How many people were killed in the Porto fire?"),
    (LEVY, "And Ilva Brandt?", "What did Ilva Brandt say about the levy?"),
    (LEVY, "What about the mayor?", "What did the mayor say about the levy?"),
    (
        ("What did the governor say about the levy?", "She called the levy unfair."),
        "How about the mayor?",
        "What did the mayor say about the levy?",
    ),
    (RACE, "And in 2018?", "Who won the harbour race in 2018?"),
]

DEMONSTRATIVES = [
    (STRIKE, "How long did that strike last?", "How long did the dockers' strike in Porto last?"),
    (MINE, "Where is this company based?", "Where is Orrane Steel based?"),
    (MAYOR, "When was that woman elected?", "When was Ilva Brandt elected?"),
    (
        ("Who agreed on the fishing deal?", "The council agreed on the fishing deal."),
        "When was the deal signed?",
        "When was the fishing deal signed?",
    ),
    (PLAN, "When does this levy begin?", "When does the new levy begin?"),
]

GENERAL = [
    (STRIKE, "the latest?", "What is the latest on the dockers' strike in Porto?"),
    (TALKS, "Any updates?", "What is the latest on the talks?"),
    (TALKS, "and now?", "What is the latest on the talks?"),
    (STRIKE, "tell me more", "What else is known about the dockers' strike in Porto?"),
    (PLAN, "Really?", "Is it true that the mayor announced a new levy?"),
    (PLAN, "Says who?", "Who says that the mayor announced a new levy?"),
    (FERRY, "What happened next?", "What happened after the ferry Petrel sank on Monday?"),
    (FERRY, "What happened before that?", "What happened before the ferry Petrel sank on Monday?"),
    (FERRY, "How many were aboard?", "How many were aboard when the ferry Petrel sank on Monday?"),
    (
        DOCKERS,
        "What did they do next?",
        "What did the dockers in Lisbon do after the dockers in Lisbon demanded higher wages?",
    ),
    (TALKS, "But who attended the talks?", "Who attended the talks?"),
]

Said = tuple[str, str]


@pytest.mark.parametrize(
    ("before", "question", "alone"),
    [*PRONOUNS, *QUESTION_WORDS, *PARTS, *DEMONSTRATIVES, *GENERAL],
)
def test_a_followup_is_made_standalone(before: Said, question: str, alone: str) -> None:
    made = standalone(question, [Turn(*before)])
    assert (made.text, made.changed, made.new_topic) == (alone, True, False)


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (PLAN, "Which planet did the probe Larkspur reach?"),
        (PLAN, "Who won the election in Norrland?"),
        (MAYOR, "How tall is the Gannet lighthouse?"),
        (FERRY, "Is it true that Sundria left the treaty?"),
        (FERRY, "What did the minister say when he resigned?"),
        (FERRY, "Sundria treaty talks wages"),
    ],
)
def test_a_new_topic_is_recognised_and_left_alone(before: Said, question: str) -> None:
    made = standalone(question, [Turn(*before)])
    assert (made.text, made.changed, made.new_topic) == (question, False, True)


@pytest.mark.parametrize(
    "question",
    [
        "Which company said it is selling its bank?",
        "Who lost his hat at the parade?",
        "Which singer posted a song on her page?",
        "What did the bishop say when he resigned?",
        "When she retired, Queen Edda left her lighthouse to Sundria.",
        "When did Sundria change its flag?",
        "Do teachers in Sundria say they want more pay?",
        "How long has it been since Sundria had a queen?",
        "Is it true that Sundria has a queen?",
        "What is the world's longest canal?",
    ],
)
@pytest.mark.parametrize("before", [FERRY, COACH, MAYOR, DOCKERS])
def test_a_pronoun_may_mean_something_in_its_own_question(before: Said, question: str) -> None:
    made = standalone(question, [Turn(*before)])
    assert (made.text, made.changed) == (question, False)


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (FERRY, "Who raised the ferry Petrel?"),
        (STRIKE, "What do the dockers in Porto earn?"),
        (STRIKE, "When did the strike in Lisbon end?"),
    ],
)
def test_a_complete_question_on_the_same_topic_stays(before: Said, question: str) -> None:
    made = standalone(question, [Turn(*before)])
    assert (made.text, made.changed, made.new_topic) == (question, False, False)


def test_without_a_history_a_question_stays() -> None:
    made = standalone("And the year before?", [])
    assert (made.text, made.changed, made.new_topic) == ("And the year before?", False, True)


def test_a_pronoun_means_the_person_of_its_gender() -> None:
    history = [
        Turn(*MAYOR),
        Turn("Who is the chief of Orrane Steel?", "Otto Lind is the chief of Orrane Steel."),
    ]
    assert standalone("Where does she live?", history).text == "Where does Ilva Brandt live?"
    assert standalone("Where does he live?", history).text == "Where does Otto Lind live?"


def test_a_pronoun_means_the_latest_of_its_kind() -> None:
    history = [Turn(*CLOSED), Turn(*FERRY)]
    assert standalone("Who owns it?", history).text == "Who owns the ferry Petrel?"


def test_a_conversation_goes_on_from_its_standalone_questions() -> None:
    first = Turn(*BRIDGE)
    second = standalone("And the year before?", [first])
    third = standalone("And the year before?", [first, Turn(second.text, "It spent 2 million.")])
    assert third.text == "How much did the council spend on the bridge in 2017?"


@pytest.mark.parametrize(
    ("history", "question"),
    [
        ([CRASH], "Why did she leave?"),  # nobody is known to be a woman
        ([FERRY], "How many died?"),
        ([("Who met in Orrane?", "Otto Lind and Jonas Falk met.")], "What did he say?"),
    ],
)
def test_a_doubtful_case_says_so(history: list[Said], question: str) -> None:
    made = standalone(question, [Turn(*said) for said in history])
    assert made.unsure
    assert not made.new_topic


@pytest.mark.parametrize(
    ("before", "question"), [(case[0], case[1]) for case in [*PRONOUNS, *PARTS[:10]]]
)
def test_a_clear_case_is_not_in_doubt(before: Said, question: str) -> None:
    assert not standalone(question, [Turn(*before)]).unsure


WORDS = st.sampled_from(
    """who what when where why how and or but the a that this he she it they his her there is was
    did does will in on of by year before after Monday March 2019 next Otto Lind Porto ferry strike
    sank closed about many much else latest more ? , . ' " ’s … İ ß 1,200 - ( ) \u202e""".split()
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=25).map(" ".join))


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_nothing_that_is_said_fails_or_grows_without_bound(
    question: str, said: list[tuple[str, str]]
) -> None:
    made = standalone(question, [Turn(*pair, names=(pair[1],)) for pair in said])
    assert len(made.text) <= MAX_CHARACTERS
    assert "\n" not in made.text
    assert made == standalone(question, [Turn(*pair, names=(pair[1],)) for pair in said])


@pytest.mark.parametrize(
    "part", ["and ", "it ", "the ", "of Porto ", "A ", "'", "who is ", "2019 "]
)
def test_hostile_length_is_read_in_a_moment(part: str) -> None:
    long = (part * 100_000)[:300_000]
    started = time.process_time()
    made = standalone((part * MAX_CHARACTERS)[:MAX_CHARACTERS], [Turn(long, long, (long,))] * 30)
    assert len(made.text) <= MAX_CHARACTERS
    assert time.process_time() - started < 5  # seconds, a hundred times what it takes
