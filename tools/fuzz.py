"""Feeds what takes untrusted bytes with damaged ones: `python tools/fuzz.py --minutes 10`.

Targets: every reader of files, questions with their follow-ups, the verification of what a model
wrote, and what a remote server says. A case is a fault if it raises anything but the error that the
part declares, takes longer than SLOW seconds of processor time, or kills or hangs the process. The
same seed makes the same cases; the input of each fault is kept and named. Exit status 1: faults.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from queue import Empty
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # so that it runs from a checkout

SLOW = 5.0  # seconds of processor time for a case of a few kilobytes
HANGS = 600.0  # seconds without a finished case, after which the process is killed; a busy machine
# may leave it without processor time for a minute or two
MOST_FAULTS = 20  # of different kinds
LONGEST = 1 << 18  # bytes of a case

WORDS = """who what when where why how and or but the a that this he she it they his her there
is was will can does did do in on of by year before after since until between last next week
month Monday Thursday March 2019 1987-04 31 source: section: since: "Otto Lind" Porto ferry strike
sank closed about latest more than not never ? , . ' " ’s … İ ß ﬁ \u202e \x00 \ud800 🦆 é
1,200 $3 5% 1e999 - ( ) [ ] { } <|im_end|> <script> ](x) 00/00/0000 30 February 99 years
ago today tomorrow""".split()
PIECES = [b"\x00", b"\xff\xfe", b"<", b">", b'"', b"]]>", b"<!--", b"&#x110000;", b"{", b"[" * 500,
          b"\r", b"\n\n", b"=", b"From ", b"PK\x03\x04", b"%%EOF", b"9" * 40, b"-1", b"NaN", b"\\u",
          b"\xf0\x9f\xa6\x86", b"<p>" * 200, b"; charset=x", b"\t", b","]  # fmt: skip

Target = Callable[[random.Random, Path], bytes]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz for some minutes; exit status 1 if there were faults."""
    parser = argparse.ArgumentParser(prog="tools/fuzz.py", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="where the inputs of faults are kept")
    options = parser.parse_args(arguments)
    out = options.out or Path(tempfile.mkdtemp(prefix="clippings-fuzz-"))
    out.mkdir(parents=True, exist_ok=True)
    done, faults = run(options.minutes * 60, options.seed, out)
    print(f"{done} cases, seed {options.seed}: {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


def run(seconds: float, seed: int, out: Path) -> tuple[int, list[str]]:
    """Run cases in a process that may die; give how many, and a line for each fault."""
    context = multiprocessing.get_context("spawn")
    until = time.monotonic() + seconds
    number, faults = 0, list[str]()
    while time.monotonic() < until and len(faults) < MOST_FAULTS:
        told: Any = context.Queue()
        worker = context.Process(target=work, args=(seed, number, out, told), daemon=True)
        worker.start()
        last = time.monotonic()
        while time.monotonic() < until:
            try:
                number, fault = told.get(timeout=1.0)
                last = time.monotonic()
                faults += [fault] if fault and _kind(fault) not in map(_kind, faults) else []
            except Empty:
                if worker.is_alive() and time.monotonic() - last < HANGS:
                    continue
                how = "hung" if worker.is_alive() else f"died ({worker.exitcode})"
                faults.append(f"case {number}: the process {how} ({_kept(out, number)})")
                number += 1
                break
        worker.kill()
        worker.join()
    return number, faults


def work(seed: int, number: int, out: Path, told: Any) -> None:
    """Run cases from a number on for ever; tell of each its number and its fault, if any."""
    targets = [read_file, understand_question, verify_answer, take_stream]
    while True:
        rng = random.Random(f"{seed} {number}")  # noqa: S311  no secret
        target = targets[0] if rng.random() < 0.6 else rng.choice(targets[1:])
        told.put((number + 1, case(target, rng, number, out)))
        number += 1


def case(target: Target, rng: random.Random, number: int, out: Path) -> str:
    """Run one case; a line about its fault, or nothing."""
    started = time.process_time()
    try:
        target(rng, out / "current")
    except Exception as error:  # noqa: BLE001  whatever it is, it is a find
        trace = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__} at {Path(trace.filename).name}:{trace.lineno}: {error}"[:300]
    else:
        taken = time.process_time() - started
        why = f"it took {taken:.1f} s" if taken > SLOW else ""
    if not why:
        return ""
    kept = out / f"case-{number}-{target.__name__}"
    (out / "current").replace(kept)
    return f"case {number}: {why} (kept as {kept})"


def _kept(out: Path, number: int) -> str:
    """Keep the input of a case that ended the process, if it had come to one."""
    current, kept = out / "current", out / f"case-{number}-ended"
    if not current.exists():
        return "before it had an input"
    current.replace(kept)
    return f"kept as {kept}"


def _kind(fault: str) -> str:
    """What faults of the same place have in common."""
    return ":".join(fault.split(":")[1:3])


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Bytes with a few changes: flipped, cut, doubled, or with pieces that formats stumble over."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at = rng.randrange(len(changed) + 1)
        how = rng.randrange(5)
        if how == 0 and at < len(changed):
            changed[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            del changed[at : at + rng.choice((1, 3, 50, 1_000))]
        elif how == 2:
            changed[at:at] = rng.choice(PIECES)
        elif how == 3:
            changed[at:at] = changed[at : at + rng.choice((5, 200))] * rng.choice((2, 30))
        else:
            changed[at : at + 4] = rng.randbytes(4)
    return bytes(changed[:LONGEST])


def read_file(rng: random.Random, current: Path) -> bytes:
    """A damaged file of any format: articles and named skips, and nothing raised."""
    from index.article import Article
    from index.clean import clean
    from index.read import read

    seeds = import_module("tests.index.read.test_read_anything").SAMPLES
    name = rng.choice(sorted(seeds))
    data = damaged(seeds[name], rng) or b"\n"
    current.write_bytes(name.encode() + b"\n" + data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        for found in read([path]):
            if isinstance(found, Article):
                found.text.encode()
                if found.text != clean(found.text):
                    raise AssertionError("what was read is not clean")
    return data


def understand_question(rng: random.Random, current: Path) -> bytes:
    """A question with what was said before: understood, or refused with an InputError."""
    from index.errors import InputError
    from qa.followup import Turn, standalone
    from qa.question import understand

    text, before, said = _text(rng, 40), _text(rng, 14), _text(rng, 20)
    data = "\n".join((text, before, said)).encode("utf-8", "surrogatepass")
    current.write_bytes(data)
    try:
        made = standalone(text, [Turn(before, said, (said[:30],))])
        understand(made.text, rng.choice((None, "2024-05-31", "1987-02-30", text[:12])))
    except InputError:
        pass
    return data


def verify_answer(rng: random.Random, current: Path) -> bytes:
    """An answer a model may have written, against an article that may say anything."""
    from index.article import Article
    from index.clean import clean
    from qa.answer import Evidence
    from qa.cite import cite_sentences
    from qa.extract import instant
    from qa.guard import gives_orders

    text, answer, question = _text(rng, 200), _text(rng, 60), _text(rng, 20)
    data = "\n".join((text, answer, question)).encode("utf-8", "surrogatepass")
    current.write_bytes(data)
    body = clean(text) or "x"
    article = Article.of(title=clean(question)[:50] or "x", text=body)
    evidence = [Evidence(article, 0, len(body)), Evidence(article, 0, max(1, len(body) // 2))]
    sentences, citations = cite_sentences(clean(answer), evidence, question, done=True)
    numbers = {citation.n for citation in citations}
    if not all(set(sentence.citations) <= numbers for sentence in sentences):
        raise AssertionError("a marker without a citation")
    if any(article.text[c.start : c.end] != c.quote for c in citations):
        raise AssertionError("a citation that is not verbatim")
    instant(question, evidence)
    gives_orders(text)
    return data


def take_stream(rng: random.Random, current: Path) -> bytes:
    """What a server streams: pieces of an answer, or Nonsense."""
    from qa.remote.events import Events, Nonsense, delta_of

    event = (
        b'data: {"choices": [{"index": 0, "delta": {"content": "The ferry"}, "finish_reason": null,'
        b' "logprobs": {"content": [{"token": "The", "logprob": -0.25}]}}]}\n\n'
    )
    data = damaged(event * 3 + b"data: [DONE]\n\n", rng)
    current.write_bytes(data)
    events = Events()
    cut = rng.randrange(len(data) + 1)
    try:
        for part in (data[:cut], data[cut:]):
            for told in events.feed(part):
                delta_of(told).text.encode()
    except Nonsense:
        pass
    return data


def _text(rng: random.Random, most: int) -> str:
    words = [rng.choice(WORDS) for _ in range(rng.randint(0, most))]
    return rng.choice((" ", " ", "", "\n")).join(words) * rng.choice((1, 1, 1, 1, 8))


if __name__ == "__main__":
    sys.exit(main())
