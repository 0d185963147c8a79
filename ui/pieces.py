"""An answer's text in order: its sentences, and what stands between them. It knows no markup."""

from __future__ import annotations

from collections.abc import Iterator

from qa.answer import Answer, Sentence


def pieces(answer: Answer) -> Iterator[str | Sentence]:
    """Sentences, and the text between and behind them that is no sentence (yet)."""
    at, lost = 0, False
    for sentence in answer.sentences:
        start = answer.text.find(sentence.text, at)
        if start < 0:  # the sentence was worded anew; its place in the text is not known
            lost = True
            yield " "
        else:
            yield answer.text[at:start]
            at = start + len(sentence.text)
        yield sentence
    if not lost:
        yield answer.text[at:]
