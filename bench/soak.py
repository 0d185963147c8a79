"""Many readers at once over an archive that changes under them, for as long as it is asked to.

Clients ask mixed questions (of what is there, what was removed, what never was; follow-ups,
searches, timelines, nonsense) of one chatbot, while a writer adds and removes articles, each time
in a new generation. The embedder and the model are stand-ins, so it is the rest that is strained:
searching, reloading, verification, threads and files.

- `errors`: questions that ended in anything but an answer or a stated error (ClippingsError);
- `stale`: answers and searches that cite an article that was removed before they were asked;
- `wrong`: citations that are no verbatim span of an article, and answers citing another ferry's;
- `answered`, `refused`, `stated`: the share of questions that were answered, refused, or named a
  limit, as nonsense does;
- `growth`: memory in the last quarter over that in the second (1.05: it grew by a twentieth);
- `generations`: how many were published meanwhile; `questions_per_s`.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.apart import memory_mb
from bench.metrics import Metric
from bench.options import Parsers, add_out, count
from bench.table import Result, Settings
from index.embed import Vectors
from index.errors import ClippingsError, InputError
from index.index import Index
from qa import Chatbot
from qa.answer import Answer
from qa.followup import Turn
from qa.generate import OnProgress, Piece, Prompt, Speed

QUESTIONS, CLIENTS, HELD = 2_000, 8, 120  # asked, at once, articles in the archive
DIMENSION = 1024
KINDS = ("errors", "stale", "wrong", "answered", "refused", "stated")
_FERRY = re.compile(r"\bferry (F[a-z]+)\b")
_NONSENSE = ("", "   ", "?" * 50, "x" * 3_000, 'since:2024-99-99 "', "\ud800\x00 who", "<|im_end|>")


class Boxes:
    """An embedder that counts the words of a text in boxes."""

    dimension = DIMENSION
    max_tokens = 128

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, near each other where texts share words."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                vector[zlib.crc32(word.encode()) % DIMENSION] += 1
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


class Echo:
    """A model that says the last excerpt again, which stands nearest to the question."""

    name = "echo"
    speed = Speed()

    def count_tokens(self, text: str) -> int:
        """Words of a text."""
        return len(text.split())

    def generate(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        session: str = "",  # noqa: ARG002
        on_progress: OnProgress | None = None,  # noqa: ARG002
        timeout_s: float | None = None,  # noqa: ARG002
    ) -> Iterator[Piece]:
        """Write word by word."""
        excerpts = prompt.user.rpartition("\n\nQuestion:")[0].splitlines()
        said = excerpts[-1] if excerpts else ""
        yield from map(Piece, re.findall(r"\s*\S+", said)[:max_tokens])

    def first_logprobs(
        self,
        prompt: Prompt,  # noqa: ARG002
        texts: Sequence[str],
        *,
        session: str = "",  # noqa: ARG002
    ) -> list[float]:
        """Say that each is as likely."""
        return [-1.0 for _ in texts]

    def warm(self, prompt: Prompt, *, session: str = "") -> None:
        """Nothing."""


@dataclass
class Soak:
    """What is asked of what, and what came of it."""

    bot: Chatbot
    folder: Path
    random: random.Random
    live: dict[str, str] = field(default_factory=dict)  # a ferry's name to its article
    removed: dict[str, float] = field(default_factory=dict)  # article to when it was gone
    came: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    faults: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: threading.Event = field(default_factory=threading.Event)
    made: int = 0

    def add(self, number: int) -> None:
        """Add so many articles, as another process would."""
        file = self.folder / f"{self.made}.jsonl"
        names = [_name(self.made + n) for n in range(number)]
        self.made += number
        lines = (json.dumps({"title": f"Ferry {n}", "text": _story(n)}) for n in names)
        file.write_text("\n".join(lines), encoding="utf-8")
        index = Index.open(self.bot.index.directory, create=True, model=Boxes())
        index.add(file)
        file.unlink()  # what a file gave stays until an add with --sync
        found = {a.title.removeprefix("Ferry "): a.id for a in index.articles()}
        with self.lock:
            self.live |= {name: found[name] for name in names}

    def remove(self, number: int) -> None:
        """Remove the oldest articles."""
        with self.lock:
            gone = dict(list(self.live.items())[:number])
            for name in gone:
                del self.live[name]
        Index.open(self.bot.index.directory, model=Boxes()).remove(ids=list(gone.values()))
        with self.lock:
            self.removed |= dict.fromkeys(gone.values(), time.monotonic())

    def write(self) -> None:
        """Change the archive until all is asked."""
        while not self.over.wait(0.05):
            try:
                self.add(3)
                self.remove(3)
            except ClippingsError as error:
                self.count("errors", f"the writer: {error}")

    def ask(self, number: int) -> None:
        """Ask one question of one of the kinds, and see what comes of it."""
        dice = random.Random(f"{number}")  # noqa: S311
        with self.lock:
            names = list(self.live)
        name = dice.choice(names) if dice.random() < 0.7 else _name(dice.randrange(self.made + 50))
        asked = time.monotonic()
        try:
            if (kind := dice.random()) < 0.1:
                self.bot.ask(dice.choice(_NONSENSE))
                self.count("answered")
            elif kind < 0.25:
                self.check([h.article.id for h in self.bot.search(f"ferry {name}")], asked)
                self.count("answered")
            elif kind < 0.3:
                self.bot.timeline(f"ferry {name}")
                self.count("answered")
            else:
                first = f"How many passengers did the ferry {name} carry?"
                history = [Turn(first, _story(name), (f"Ferry {name}",))] if kind > 0.8 else []
                text = "Who was its captain?" if history else first
                answer = self.bot.ask(text, history=history, session=str(number % CLIENTS))
                self.check([c.article_id for c in answer.citations], asked)
                self.verify(answer)
                self.count("refused" if answer.refused else "answered")
        except ClippingsError:
            self.count("stated")
        except Exception as error:  # noqa: BLE001  that is what is looked for
            self.count("errors", f"{type(error).__name__}: {error}")

    def check(self, articles: Sequence[str], asked: float) -> None:
        """Note articles that had been removed when it was asked."""
        with self.lock:
            stale = [a for a in articles if self.removed.get(a, asked) < asked]
        if stale:
            self.count("stale", f"cited though removed: {', '.join(stale)}")

    def verify(self, answer: Answer) -> None:
        """Note citations whose words are not of their article, or of another ferry."""
        texts = {hit.article.id: hit.article.text for hit in answer.hits}
        for c in answer.citations:
            told = set() if answer.differing else set(_FERRY.findall(answer.text))
            other = told and not told & set(_FERRY.findall(c.quote))
            text = texts.get(c.article_id) or self.stored(c.article_id)
            if (text and text[c.start : c.end] != c.quote) or other:
                self.count("wrong", f"“{answer.text}” cites “{c.quote}”")

    def stored(self, article: str) -> str | None:
        """The text of an article that stood in an earlier prompt; None if it is removed by now."""
        try:
            return self.bot.index.article(article).text
        except InputError:
            return None

    def count(self, kind: str, fault: str = "") -> None:
        """Count what came of a question."""
        with self.lock:
            self.came[kind] += 1
            self.faults += [fault] if fault else []


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("soak", help="does it hold under many readers and a busy writer?")
    task.add_argument("--questions", type=count, default=QUESTIONS, help=f"({QUESTIONS:,})")
    task.add_argument("--clients", type=count, default=CLIENTS, help=f"at once ({CLIENTS})")
    add_out(task)
    task.set_defaults(run=lambda options: run(options.questions, options.clients))


def run(questions: int, clients: int) -> Result:
    """Ask so many questions with so many clients at once."""
    with tempfile.TemporaryDirectory(prefix="clippings-soak-") as name:
        folder = Path(name)
        index = Index.open(folder / "index", create=True, model=Boxes())
        soak = Soak(Chatbot(index, model=Echo(), strictness=0.0), folder, random.Random(0))  # noqa: S311
        soak.add(HELD)
        started = time.monotonic()
        _together(soak, questions, clients)
        taken = time.monotonic() - started
        index.reload()
        generations = index.manifest.generation if index.manifest else 0
    for fault in dict.fromkeys(soak.faults[:10]):
        print(f"  {fault}")
    metrics = [Metric(kind, float(soak.came[kind]), questions) for kind in KINDS[:3]]
    metrics += [Metric(kind, soak.came[kind] / questions, questions) for kind in KINDS[3:]]
    metrics += [
        Metric("growth", growth(soak.memory), len(soak.memory)),
        Metric("peak_mb", max(soak.memory), len(soak.memory)),
        Metric("generations", float(generations), 1),
        Metric("questions_per_s", questions / taken, questions),
    ]
    settings: Settings = {"clients": clients, "held": HELD}
    return Result("soak", "invented ferries", metrics, settings)


def growth(memory: Sequence[float]) -> float | None:
    """Memory in the last quarter over that in the second; None for too few measurements."""
    quarter = len(memory) // 4
    if not quarter:
        return None
    return statistics.fmean(memory[-quarter:]) / statistics.fmean(memory[quarter : 2 * quarter])


def _together(soak: Soak, questions: int, clients: int) -> None:
    numbers = iter(range(questions))

    def client() -> None:
        while True:
            with soak.lock:
                number = next(numbers, None)
            if number is None:
                return
            soak.ask(number)
            with soak.lock:
                soak.memory.append(memory_mb("VmRSS"))

    writer = threading.Thread(target=soak.write, daemon=True)
    threads = [threading.Thread(target=client, daemon=True) for _ in range(clients)]
    for thread in (writer, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    soak.over.set()
    writer.join()


def _name(number: int) -> str:
    letters = "aeioulmnrst"
    made = ""
    for _ in range(5):
        number, rest = divmod(number, len(letters))
        made += letters[rest]
    return f"F{made}"


def _story(name: str) -> str:
    seats = zlib.crc32(name.encode()) % 900 + 100
    return (
        f"The ferry {name} carried {seats} passengers to Gull Rock on Monday. "
        f"The captain of the ferry {name} was Ada {name[::-1].title()}. Nobody was hurt."
    )
