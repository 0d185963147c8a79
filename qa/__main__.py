"""Command line of the chatbot: one question, one streamed answer with its sources."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from index.errors import ClippingsError
from qa.answer import Answer
from qa.chatbot import Chatbot


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question; exit status 0 answered or refused, 1 the question or index is bad."""
    options = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a screen may lack a letter of an article
        sys.stdout.reconfigure(errors="replace")
    try:
        bot = Chatbot.open(options.index, llm=options.llm)
        answer = _stream(bot, options)
    except ClippingsError as error:
        print(f"qa: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nqa: stopped.", file=sys.stderr)
        return 130
    _print_sources(answer)
    if options.json:
        print(json.dumps(answer.to_dict()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa", description=__doc__)
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--index", required=True, type=Path, metavar="DIR")
    parser.add_argument("--as-of", metavar="DATE", help="the day to ask on, such as 2024-05-31")
    parser.add_argument(
        "--llm", default="default", help='"default", "small", a GGUF file or hf:REPO/FILE'
    )
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


def _stream(bot: Chatbot, options: argparse.Namespace) -> Answer:
    """Print the answer as it grows; where it turns into another, that stands on a new line."""
    shown = ""
    answer = Answer(options.question)
    answers = bot.stream(options.question, options.as_of)  # a bad question is refused here
    bot.load()
    for answer in answers:
        text = _marked(answer)
        if text.startswith(shown):
            print(text[len(shown) :], end="", flush=True)
        else:  # the model's words did not stand up
            print(f"\n{text}", end="", flush=True)
        shown = text
    print()
    return answer


def _marked(answer: Answer) -> str:
    """The answer with the numbers of its citations behind each sentence."""
    marked = [" ".join([s.text, *(f"[{n}]" for n in s.citations)]) for s in answer.sentences]
    return " ".join(marked) or answer.text


def _print_sources(answer: Answer) -> None:
    for sentence in answer.sentences:
        if not sentence.supported:
            print(f"  ! not supported ({sentence.reason}): {sentence.text}")
    elsewhere = {hit.article.id: hit.also_in for hit in answer.hits}
    for citation in answer.citations:
        known = (citation.source, citation.published, elsewhere.get(citation.article_id))
        about = [part for part in known if part]
        where = f" ({', '.join(about)})" if about else ""
        print(f"  [{citation.n}] {citation.title}{where}")
        print(f"      “{' '.join(citation.quote.split())}”")
    if answer.refused and answer.hits:
        print("  The nearest articles:")
        for title in list(dict.fromkeys(hit.article.title for hit in answer.hits))[:3]:
            print(f"      {title}")
    times = answer.timings
    print(
        f"  sources {times.retrieve_s or 0:.2f} s · first word {times.first_token_s or 0:.1f} s · "
        f"total {times.total_s or 0:.1f} s · {answer.model or 'no model was asked'}"
    )


if __name__ == "__main__":
    sys.exit(main())
