from __future__ import annotations

import json

from index.article import Chunk
from qa.answer import Answer, Hit, Sentence, Timings
from qa.cite import to_citation
from tests.qa.made import LEVY, evidence

PIECE = evidence(LEVY, before="First. ", source="Courier")
WHOLE = Answer(
    "What rose?",
    text=LEVY,
    confidence=0.123456,
    sentences=(Sentence(LEVY, (1,), supported=True),),
    citations=(to_citation(1, PIECE),),
    timings=Timings(0.012345, 1.0, None),
    model="fake",
    hits=(Hit(Chunk("c", PIECE.article.id, 0, 6), PIECE.article, 1.0, 1),),
    done=True,
)


def test_the_json_has_exactly_the_keys_that_are_promised() -> None:
    told = WHOLE.to_dict()
    assert list(told) == [
        "question", "text", "refused", "confidence", "sentences", "citations", "timings", "model",
        "estimate_s", "standalone", "reading", "note", "differing",
    ]  # fmt: skip
    assert [list(sentence) for sentence in told["sentences"]] == [
        ["text", "citations", "supported", "reason"]
    ]
    assert [list(citation) for citation in told["citations"]] == [
        ["n", "article_id", "title", "source", "published", "url", "start", "end", "quote"]
    ]
    assert list(told["timings"]) == ["retrieve_s", "first_token_s", "total_s"]


def test_the_json_says_what_the_answer_says() -> None:
    told = json.loads(json.dumps(WHOLE.to_dict()))
    assert told["sentences"][0] == {
        "text": LEVY,
        "citations": [1],
        "supported": True,
        "reason": None,
    }
    assert told["citations"][0]["quote"] == LEVY
    assert told["citations"][0]["published"] is None
    assert told["confidence"] == 0.1235
    assert told["timings"] == {"retrieve_s": 0.0123, "first_token_s": 1.0, "total_s": None}


def test_a_hit_and_a_piece_of_evidence_give_their_own_words() -> None:
    assert WHOLE.hits[0].text == "First."
    assert PIECE.text == LEVY
