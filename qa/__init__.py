"""A question to an answer whose every citation is a verbatim span of a stored article."""

from index.errors import ClippingsError
from qa.answer import REFUSAL, Answer, Citation, Evidence, Hit, Sentence, Timings
from qa.chatbot import Chatbot

__all__ = [
    "REFUSAL",
    "Answer",
    "Chatbot",
    "Citation",
    "ClippingsError",
    "Evidence",
    "Hit",
    "Sentence",
    "Timings",
]
