"""Command line of the chatbot: one question, one streamed answer with its sources.

Or what the archive holds on it without a model: a search, a timeline, a summary, a comparison.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from index.errors import ClippingsError, InputError
from index.opening import place
from index.pipe import until_unread
from qa.answer import Answer, Found, Hit
from qa.budget import read_seconds
from qa.chatbot import Chatbot
from qa.remote.server import KEY_VARIABLE, chosen
from qa.views import print_comparison, print_summary, print_timeline


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question; exit status 0 answered or refused, 1 the question or index is bad.

    With `doctor` as the first word the installation is checked instead.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] == "doctor":
        from qa import doctor

        return doctor.main(given[1:])
    options = _parser().parse_args(given)
    return until_unread(partial(_run, options))


def _run(options: argparse.Namespace) -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):  # a screen may lack a letter of an article
        sys.stdout.reconfigure(errors="replace")
    try:
        bot = Chatbot.open(
            options.index,
            llm=chosen(options.llm, options.model, os.environ.get(KEY_VARIABLE)),
            strictness=options.strictness,
            reranker=options.reranker,
            seconds=options.budget,
        )
        if look := _compare if options.compare else options.look:
            look(bot, options)
            return 0
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
    parser.add_argument("--index", required=True, type=place, metavar="DIR")
    parser.add_argument("--as-of", metavar="DATE", help="the day to ask on, such as 2024-05-31")
    parser.add_argument(
        "--llm",
        default="default",
        help='"default", "small", a GGUF file, hf:REPO/FILE, or the address of a server (http://…/v1)',
    )
    parser.add_argument(
        "--model", metavar="NAME", help=f"of the server; its key is read from ${KEY_VARIABLE}"
    )
    parser.add_argument("--since", metavar="DATE", help="only articles of this day or later")
    parser.add_argument("--until", metavar="DATE", help="only articles of this day or earlier")
    parser.add_argument(
        "--source", action="append", default=[], metavar="NAME", help="only this outlet; repeatable"
    )
    parser.add_argument(
        "--section", action="append", default=[], metavar="NAME", help="only this section"
    )
    parser.add_argument(
        "--plain-time", action="store_true", help="take words of time as words: no window of days"
    )
    parser.add_argument(
        "--strictness",
        type=float,
        metavar="X",
        help="0 generous to 1 strict: how likely an answer must be right to be given",
    )
    parser.add_argument(
        "--budget",
        type=read_seconds,
        metavar="SECONDS",
        help="how long an answer may take, such as 5s; it is then made of less",
    )
    parser.add_argument(
        "--reranker", metavar="MODEL", help="a cross-encoder: a folder or hf:REPO; none by default"
    )
    looks = parser.add_mutually_exclusive_group()
    for name, look, told in (
        ("--search", _search, "list what is found and why; no model is asked"),
        ("--timeline", _timeline, "tell what happened, dated and cited; no model is asked"),
        ("--summary", _summary, "sum up what is found, or the article of this id, in its words"),
    ):
        looks.add_argument(name, dest="look", action="store_const", const=look, help=told)
    looks.add_argument(
        "--compare",
        nargs=2,
        metavar=("A", "B"),
        help="set the accounts of two outlets side by side; no model is asked",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


def _how(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "since": options.since,
        "until": options.until,
        "sources": options.source,
        "sections": options.section,
        "read_time": not options.plain_time,
    }


def _search(bot: Chatbot, options: argparse.Namespace) -> None:
    found = bot.find(options.question, as_of=options.as_of, **_how(options))
    _print_found(found)
    if options.json:
        hits = [
            {"text": hit.text, "score": round(hit.score, 4), **_about(hit)} for hit in found.hits
        ]
        print(json.dumps({"reading": found.reading, "note": found.note, "hits": hits}))


def _timeline(bot: Chatbot, options: argparse.Namespace) -> None:
    told = bot.timeline(options.question, as_of=options.as_of, **_how(options))
    print_timeline(told, as_json=options.json)


def _compare(bot: Chatbot, options: argparse.Namespace) -> None:
    if options.source or options.section:
        raise InputError("A comparison names its two outlets itself; leave --source out.")
    days = {"since": options.since, "until": options.until, "as_of": options.as_of}
    read_time = not options.plain_time
    told = bot.compare(options.question, *options.compare, **days, read_time=read_time)
    print_comparison(told, as_json=options.json)


def _summary(bot: Chatbot, options: argparse.Namespace) -> None:
    told = bot.summarize(options.question, options.as_of, **_how(options))
    print_summary(told, as_json=options.json)


def _about(hit: Hit) -> dict[str, Any]:
    article = hit.article
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "dense_rank": hit.dense_rank,
        "bm25_rank": hit.bm25_rank,
        "time": round(hit.time, 4),
        "matched": list(hit.matched),
    }


def _print_found(found: Found) -> None:
    """Each hit with what placed it there."""
    for said in (found.reading, found.note):
        if said:
            print(f"  {said}")
    for hit in found.hits:
        day = hit.article.published
        known = (hit.article.source, str(day) if day else None, hit.also_in)
        about = ", ".join(part for part in known if part)
        print(f"{hit.rank:3} {hit.article.title}{f' ({about})' if about else ''}")
        print(
            f"      meaning {_place(hit.dense_rank)} · words {_place(hit.bm25_rank)} · "
            f"time ×{hit.time:.1f} · matched: {', '.join(hit.matched) or 'nothing'}"
        )


def _place(rank: int | None) -> str:
    return "–" if rank is None else f"#{rank}"


def _stream(bot: Chatbot, options: argparse.Namespace) -> Answer:
    """Print the answer as it grows; where it turns into another, that stands on a new line."""
    shown = ""
    answer = Answer(options.question)
    answers = bot.stream(
        options.question, options.as_of, **_how(options)
    )  # a bad question is refused here
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
    if answer.note:
        print(f"  {answer.note}")
    if answer.refused and answer.hits:
        print("  The nearest articles:")
        for title in list(dict.fromkeys(hit.article.title for hit in answer.hits))[:3]:
            print(f"      {title}")
    if answer.reading:
        print(f"  read as: {answer.reading}")
    times = answer.timings
    expected = "" if answer.estimate_s is None else f" (about {answer.estimate_s:.0f} s expected)"
    print(
        f"  sources {times.retrieve_s or 0:.2f} s · first word {times.first_token_s or 0:.1f} s · "
        f"total {times.total_s or 0:.1f} s{expected} · {answer.model or 'no model was asked'}"
    )


if __name__ == "__main__":
    sys.exit(main())
