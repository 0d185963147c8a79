"""The systems at work: one process each, all alive until the last question. It judges nothing."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.archive import progress
from bench.peers.process import PeerError, PeerFailed, Process
from bench.peers.protocol import Document, Message, write_documents
from bench.peers.report import Costs
from bench.peers.score import score, score_error, variant
from bench.peers.systems import System
from bench.peers.trial import Trial
from bench.peers.words import Words, count_words
from bench.records import RecordFile
from bench.tasks import Task
from index.article import Article

CountWords = Callable[[Path, Sequence[str], int], Words]  # of texts, with embedder and limit


@dataclass(frozen=True, slots=True)
class Models:
    """The files that every system is given."""

    embedder: Path
    llm: Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: a command that takes longer hangs; beyond `within_s` nothing more is asked."""

    within_s: float = 58 * 60.0
    open_s: float = 300.0
    index_s: float = 1800.0
    ask_s: float = 600.0


class Race:
    """Systems side by side: their costs, their versions, and why some of them failed."""

    def __init__(
        self,
        trial: Trial,
        models: Models,
        records: RecordFile,
        folder: Path,
        *,
        use_time: bool,
        limits: Limits,
        count: CountWords = count_words,
    ) -> None:
        self.costs: dict[str, Costs] = {}
        self.failed: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self._trial, self._models, self._records, self._folder = trial, models, records, folder
        self._use_time, self._limits, self._count = use_time, limits, count
        self._running: dict[str, Process] = {}
        self._texts = {item.external_id or item.id: item.text for item in trial.articles}
        self._started = time.monotonic()

    def start(self, systems: Sequence[System], pythons: Mapping[str, str]) -> None:
        """Open the systems that have a Python and let them index, one after another."""
        self._started = time.monotonic()
        articles = self._folder / "articles.jsonl"
        write_documents(articles, list(map(_document, self._trial.articles)))
        ready = [system for system in systems if system.name in pythons]
        for system in progress(ready, "Indexing"):
            log = self._folder / f"{system.name}.log"
            self._running[system.name] = Process(pythons[system.name], system.adapter, log)
            try:
                self._prepare(system, articles)
            except PeerFailed as failure:
                self._give_up(system.name, failure)

    def ask_all(self) -> int:
        """Ask everyone everything, as long as there is time; give how many questions were asked."""
        asked = 0
        begun = time.monotonic()
        for number, task in enumerate(progress(self._trial.tasks, "Asking")):
            now = time.monotonic()
            a_round = (now - begun) / asked if asked else 0.0
            if now - self._started + a_round > self._limits.within_s or not self._running:
                break
            names = list(self._running)
            turn = number % len(names)
            for name in (*names[turn:], *names[:turn]):
                self._ask(name, task)
            asked += 1
        return asked

    def close(self) -> None:
        """End every worker."""
        for process in self._running.values():
            process.close()

    def _prepare(self, system: System, articles: Path) -> None:
        process = self._running[system.name]
        setup = {
            "embedder": str(self._models.embedder),
            "llm": str(self._models.llm),
            "threads": threads(),
            "options": dict(system.options),
        }
        opened, _, _ = process.do({"command": "open", "setup": setup}, self._limits.open_s)
        self.versions[system.name] = opened["version"]
        index, texts = self._folder / system.name, self._folder / f"{system.name}.json"
        command: Message = {
            "command": "index",
            "articles": str(articles),
            "folder": str(index),
            "texts": str(texts),
        }
        indexed, _, _ = process.do(command, self._limits.index_s)
        embedded = json.loads(texts.read_text(encoding="utf-8"))
        words = self._count(self._models.embedder, embedded, indexed["limit"])
        self.costs[system.name] = Costs(
            seconds=indexed["seconds"],
            chunks=indexed["chunks"],
            words_read=words.read,
            words_cut=words.cut,
            index_bytes=sum(file.stat().st_size for file in index.rglob("*") if file.is_file()),
            peak_bytes=indexed["peak_bytes"],
        )

    def _ask(self, name: str, task: Task) -> None:
        if (name, task.case.id, variant(task)) in self._records:
            return
        day = task.case.day.isoformat() if self._use_time and task.case.day else None
        command: Message = {"command": "ask", "question": task.case.question, "day": day}
        try:
            said, first, end = self._running[name].do(command, self._limits.ask_s)
        except PeerError as error:  # the system lives and may fare better at the next
            self._records.add(score_error(name, task, str(error)))
            return
        except PeerFailed as failure:
            self._give_up(name, failure)
            return
        cost = self.costs[name]
        self.costs[name] = replace(cost, peak_bytes=max(cost.peak_bytes, said["peak_bytes"]))
        self._records.add(score(name, task, said, self._texts, (first, end)))

    def _give_up(self, name: str, failure: PeerFailed) -> None:
        """Go on without a system; what it has said so far is in the records, not in the figures."""
        print(f"\nbench: {name} failed: {failure}", file=sys.stderr)
        self.failed[name] = str(failure)
        self.costs.pop(name, None)
        process = self._running.pop(name)
        process.kill()
        process.close()


def threads() -> int:
    """The threads that decode, by the rule by which Clippings takes them."""
    logical = os.cpu_count() or 1
    return min(logical, max(2, logical // 2))


def _document(article: Article) -> Document:
    day = article.published.isoformat() if article.published else None
    return Document(article.external_id or article.id, article.title, article.text, day)
