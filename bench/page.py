"""How quick the page is, in a headless Chromium on this machine, over a scripted model.

- `start_s`, `start_paint_s`: from the start command, `python app.py`, to the first reply with the
  page, and to the first paint in a browser that asks for it then; `gradio_s`: the time of
  `python -c "import gradio"` beside each, by which runs on machines that are busy can be compared;
- `paint_s`, `ready_s`: from the request, in a browser that has nothing of the page, to the first
  paint, and to a page that can be used;
- `click_s`: from the click on a citation to its sentence, marked and in sight, in an article of
  `words` words; each time at another place of it;
- `stream_s`: from the model's first word to that word on the page.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.archive import progress
from bench.metrics import seconds
from bench.options import Parsers, add_out
from bench.table import Result, Settings
from bench.waiting import started
from index.article import Article
from index.errors import InputError
from index.index import Index
from qa import Chatbot
from qa.generate import OnProgress, Piece, Prompt, Speed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROUNDS = 10
STARTS = 3  # of the page, at most
WORDS = 20_000
PACE = 0.05  # seconds of a word
QUESTION = "What did the clerk of Ravensby enter under number {n}?"
ANSWER = "The clerk of Ravensby entered a cask of herring under number {n}."
SENTENCE = "The clerk of Ravensby entered a cask of herring under number {n}. "
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# A chip of the page's own kind is pressed; the time is taken in the frame that shows the sentence.
CLICK = """open => new Promise(found => {
    const chip = document.querySelector("#conversation .chip");
    chip.dataset.open = JSON.stringify(open);
    const started = performance.now();
    const look = () => {
        const mark = document.querySelector("#reader mark.main");
        const box = mark?.textContent.includes(open.words) && mark.getBoundingClientRect();
        if (box && box.top > 0 && box.bottom < innerHeight) found(performance.now() - started);
        else requestAnimationFrame(look);
    };
    chip.click();
    look();
})"""
WATCH = """() => {
    window.shown = new Promise(seen => {
        const before = document.querySelectorAll(".answer").length;
        const look = () => {
            const answers = document.querySelectorAll(".answer");
            if (answers.length > before && answers[before].textContent.trim()) seen(Date.now());
            else requestAnimationFrame(look);
        };
        look();
    });
}"""
READY = """() => document.querySelector(".welcome")?.offsetParent
    && document.querySelector("#question textarea") && performance.now()"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


class Scripted:
    """Writes what was asked for, and notes when the first word was written."""

    name = "scripted"

    def __init__(self) -> None:
        self.first = 0.0  # seconds since the epoch, as the browser counts
        self.number = 0
        self.speed = Speed()

    def count_tokens(self, text: str) -> int:
        """Words stand for tokens."""
        return len(text.split())

    def generate(
        self,
        prompt: Prompt,  # noqa: ARG002
        *,
        max_tokens: int,
        session: str = "",  # noqa: ARG002
        on_progress: OnProgress | None = None,
        timeout_s: float | None = None,  # noqa: ARG002
    ) -> Iterator[Piece]:
        """Write the answer, a word at a time."""
        if on_progress:
            on_progress(1, 1)
        words = ANSWER.format(n=self.number).split(" ")
        for n, word in enumerate(words[:max_tokens]):
            if n == 0:
                self.first = time.time()
            yield Piece(f" {word}" if n else word)
            time.sleep(PACE)

    def first_logprobs(
        self,
        prompt: Prompt,  # noqa: ARG002
        texts: Sequence[str],
        *,
        session: str = "",  # noqa: ARG002
    ) -> list[float]:
        """Every first word is as likely as another."""
        return [0.0] * len(texts)

    def warm(self, prompt: Prompt, *, session: str = "") -> None:
        """There is nothing to read ahead."""


def register(tasks: Parsers) -> None:
    """Add the task to the command line."""
    task = tasks.add_parser("page", help="how quick is the page?")
    task.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help="of each (%(default)s)"
    )
    task.add_argument("--words", type=int, default=WORDS, metavar="N", help="of the long article")
    add_out(task)
    task.set_defaults(run=lambda options: run(options.rounds, options.words))


def run(rounds: int, words: int) -> Result:
    """Measure the page over one long article; InputError where there is no browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise InputError("The page is measured with playwright: pip install playwright.") from error
    found = os.environ.get("CLIPPINGS_CHROMIUM") or shutil.which("chromium")
    if found is None:
        raise InputError("No Chromium was found: name one in CLIPPINGS_CHROMIUM.")
    article, places = long_article(words)
    model = Scripted()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        with served(article, model, Path(folder)) as address:
            paints, readies = first_paints(chromium, address, rounds)
            page = chromium.new_page()
            page.goto(address)
            streams = first_words(page, model, rounds)
            clicks = citations(page, places, rounds)
        starts, paintings, imports = from_command(
            chromium, str(Path(folder) / "index"), min(rounds, STARTS)
        )
        chromium.close()
    metrics = [
        *seconds("start_s", starts)[:1],
        *seconds("start_paint_s", paintings)[:1],
        *seconds("gradio_s", imports)[:1],
        *seconds("paint_s", paints),
        *seconds("ready_s", readies),
        *seconds("click_s", clicks),
        *seconds("stream_s", streams),
    ]
    settings: Settings = {"words": len(article.text.split()), "rounds": rounds}
    return Result("page", "one long article", metrics, settings)


def long_article(words: int) -> tuple[Article, list[int]]:
    """An article of so many words, five sentences to the paragraph, and where sentences begin."""
    parts: list[str] = []
    places: list[int] = []
    length = count = 0
    while count < words:
        sentence = SENTENCE.format(n=len(parts) + 1)
        if len(parts) % 5 == 4:
            sentence = f"{sentence.rstrip()}\n\n"
        places.append(length)
        parts.append(sentence)
        length += len(sentence)
        count += len(sentence.split())
    return Article.of(title="The books of Ravensby", text="".join(parts).rstrip()), places


@contextmanager
def served(article: Article, model: Scripted, folder: Path) -> Iterator[str]:
    """The page of an index of one article, served in this process."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    from ui.ask import Desk
    from ui.page import build, launch
    from ui.rooms import Room
    from ui.talks.keep import Keeper
    from ui.uploads import Uploads

    file = folder / "ravensby.txt"
    file.write_text(f"{article.title}\n\n{article.text}", encoding="utf-8")
    index = Index.open(folder / "index", create=True)
    index.add(file)
    desk = Desk(Chatbot(index, model=model))
    desk.warm_up()
    desk.ready.wait()
    uploads = Uploads(index, folder / "inbox")
    keeper = Keeper(None, folder)
    page = build([Room("Ravensby", desk, uploads, (), lambda: "<h1>Clippings</h1>", keeper)])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    try:
        yield launch(page, "127.0.0.1", port)
    finally:
        page.close(verbose=False)


def from_command(
    chromium: Browser, directory: str, rounds: int
) -> tuple[list[float], list[float], list[float]]:
    """Seconds from the start command to the page and its first paint; of importing gradio alone."""
    starts, paints, imports = [], [], []
    for _ in progress(range(rounds), "Starting"):
        before = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import gradio"], check=True)
        imports.append(time.perf_counter() - before)
        context = chromium.new_context()
        page = context.new_page()
        with started(directory, "default") as served:
            starts.append(served.ready_s)
            page.goto(served.address)
            page.wait_for_function(PAINT)
            painted = page.evaluate(f"performance.timeOrigin + {PAINT}") / 1000
            paints.append(painted - served.began)
        context.close()
    return starts, paints, imports


def first_paints(chromium: Browser, address: str, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds to the first paint and to readiness, each in a browser that knows nothing."""
    paints, readies = [], []
    for _ in progress(range(rounds), "Opening"):
        context = chromium.new_context()
        page = context.new_page()
        page.goto(address)
        readies.append(page.wait_for_function(READY).json_value() / 1000)
        paints.append(page.evaluate(PAINT) / 1000)
        context.close()
    return paints, readies


def first_words(page: Page, model: Scripted, rounds: int) -> list[float]:
    """Seconds from the model's first word to the page's."""
    waited = []
    for n in progress(range(1, rounds + 1), "Asking"):
        model.number = n
        page.evaluate(WATCH)
        page.fill("#question textarea", QUESTION.format(n=n))
        page.press("#question textarea", "Enter")
        waited.append(page.evaluate("window.shown") / 1000 - model.first)
        page.wait_for_selector(f".turn:nth-child({n})[aria-busy=false]")
    return waited


def citations(page: Page, places: Sequence[int], rounds: int) -> list[float]:
    """Seconds from a click on a citation to its sentence, at places all over the article."""
    page.wait_for_selector(".chip")
    request = page.evaluate("JSON.parse(document.querySelector('.chip').dataset.open)")
    waited = []
    for turn in progress(range(rounds), "Clicking"):
        n = (turn * 617 + 400) % (len(places) - 1)
        words = f"under number {n + 1}."
        main = [places[n], places[n] + len(SENTENCE.format(n=n + 1).rstrip()), 1]
        opened = {"article": request["article"], "main": main, "marks": [main], "words": words}
        waited.append(page.evaluate(CLICK, opened) / 1000)
    return waited
