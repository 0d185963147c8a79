"""A language model writes the question for a sentence and its answer, and is asked it back."""

from __future__ import annotations

from bench.metrics import holds
from bench.mining.pick import Candidate
from bench.mining.turn import Turned
from qa.generate import Generator, Prompt

HOW = "written by {model}, which answered it with the sentence before it"

QUESTION_TOKENS = 48
ANSWER_TOKENS = 24

# One prompt for both tasks: what they share is then prefilled once.
_SYSTEM = """You help to make a quiz about the news.

When you are given a headline, a sentence, an answer and how to begin, write one short question in \
plain English that only this answer fits. Keep the names, so that the question is understood by \
itself. Never use the answer, "he", "she", "it" or "they".

Headline: Fire destroys mill in Kelverton
Sentence: The fire in the old mill killed 14 horses in the stables next door.
Answer: 14
Begin with: How many horses
Question: How many horses did the fire at the mill in Kelverton kill?

Headline: New head for Brightwater Trust
Sentence: Agnes Torrin, 44, will lead the charity from 3 May, its board announced.
Answer: 3 May
Begin with: When
Question: When will Agnes Torrin start to lead the Brightwater Trust?

When you are given a sentence and a question, answer from the sentence in as few words as possible.

Sentence: The fire in the old mill killed 14 horses in the stables next door.
Question: How many horses did the fire at the mill in Kelverton kill?
Answer: 14"""


def write(candidate: Candidate, generator: Generator) -> Turned:
    """Have the model write a question; whether it is any good is not known yet."""
    begin = candidate.kind.capitalize() + (f" {candidate.noun}" if candidate.noun else "")
    user = (
        f"Headline: {candidate.article.title}\nSentence: {_plain(candidate)}\n"
        f"Answer: {candidate.answer}\nBegin with: {begin}\nQuestion:"
    )
    written = "".join(generator.generate(Prompt(_SYSTEM, user), max_tokens=QUESTION_TOKENS))
    question = written.strip().removeprefix("Question:").strip().partition("\n")[0].strip(' "“”')
    return Turned(question, HOW.format(model=generator.name))


def answers_back(
    question: str, candidate: Candidate, answers: tuple[str, ...], generator: Generator
) -> bool:
    """Whether the model, given the sentence, answers the question with the answer."""
    user = f"Sentence: {_plain(candidate)}\nQuestion: {question}\nAnswer:"
    said = "".join(generator.generate(Prompt(_SYSTEM, user), max_tokens=ANSWER_TOKENS))
    return holds(said, answers)


def _plain(candidate: Candidate) -> str:
    """The sentence in one line, without its dateline."""
    return " ".join(candidate.article.text[candidate.body : candidate.end].split())
