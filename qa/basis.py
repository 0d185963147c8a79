"""What an answer sentence may rest on: the spans it cites, and of its question what they know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.article import Article
from qa.answer import Evidence
from qa.facts.names import Known
from qa.text import STOP_WORDS, is_name, stem, words

_LOOSE = re.compile(r"(?:1[89]|20)\d\d|[A-Z]+")  # years and abbreviations


@dataclass(frozen=True)
class Basis:
    """What a sentence may rest on."""

    cited: tuple[Evidence, ...]
    asked: str  # the question, without what only the asker says

    @cached_property
    def texts(self) -> list[str]:
        """The cited spans and the titles above them."""
        return [text for item in self.cited for text in (item.text, item.article.title or "")]

    @cached_property
    def text(self) -> str:
        """The cited spans alone."""
        return "\n".join(item.text for item in self.cited)

    @cached_property
    def known(self) -> Known:
        """The names."""
        outlets = [item.article.source or "" for item in self.cited]
        return Known([*self.texts, *outlets, self.asked])


def carried(question: str, cited: Sequence[Evidence]) -> str:
    """The question without the names and numbers that stand in none of the evidence's articles.

    An answer may repeat what was asked, but not what the asker alone has said. Years may be meant
    without being written, and abbreviations written in another way.
    """
    told = frozenset[str]().union(*(_article_stems(item.article) for item in cited))
    for word in sorted(set(words(question)), key=len, reverse=True):
        checked = word[0].isdigit() or (is_name(word) and word.lower() not in STOP_WORDS)
        if checked and stem(word) not in told and not _LOOSE.fullmatch(word):
            question = re.sub(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])%?", " ", question)
    return question


@lru_cache(maxsize=256)
def _article_stems(article: Article) -> frozenset[str]:
    day = f"{article.published:%d %B %Y}" if article.published else ""
    known = f"{article.text} {article.title} {article.source or ''} {day}"
    return frozenset(map(stem, words(known)))
