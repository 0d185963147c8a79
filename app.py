"""The page: `python app.py --index DIR`. It reads the arguments, opens the index and serves.

It knows nothing of how questions are answered (qa) or how the page looks (ui).
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from collections.abc import Sequence
from functools import partial
from html import escape
from ipaddress import ip_address
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ClippingsError, InputError
from index.opening import place
from ui.text import plural, span

if TYPE_CHECKING:
    from qa import Chatbot
    from ui.archive import Limits

EXAMPLES_FILE = "examples.txt"  # in the index folder: one question a line
EXAMPLES = 3
TITLES_LOOKED_AT = 200


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted; the exit status."""
    arguments = _parse(argv)
    try:
        from qa import Chatbot
        from qa.remote.server import KEY_VARIABLE, chosen

        bot = Chatbot.open(
            arguments.index,
            llm=chosen(arguments.llm, arguments.model, os.environ.get(KEY_VARIABLE)),
            strictness=arguments.strictness,
            seconds=arguments.budget,
        )
        serve(
            bot,
            bot.index.directory,
            arguments.host,
            arguments.port,
            open_browser=arguments.open,
            warms=arguments.warm,
        )
    except ClippingsError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    return 0


def serve(
    bot: Chatbot,
    folder: Path,
    host: str,
    port: int,
    *,
    limits: Limits | None = None,
    open_browser: bool = False,
    warms: bool = True,
) -> None:
    """Serve the page of one archive until Ctrl+C; InputError where it cannot be served.

    `limits` are those of what is dropped on the page; with `warms` False nothing is read ahead of
    a question.
    """
    _check_address(host, port)
    # Before gradio is imported: it reads the first at import, and looks at its own address, which
    # must not go through a proxy.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost,::1")))
    from ui.ask import Desk
    from ui.page import build, launch

    desk = Desk(bot, warms=warms)
    page = build(desk, partial(headline, bot, folder), examples(bot, folder), limits)
    desk.warm_up()
    if not is_loopback(host):
        print(
            f"Warning: anyone who can reach {host} can read this archive and add to it.",
            file=sys.stderr,
        )
    try:
        address = launch(page, host, port, limits=limits, open_browser=open_browser)
    except OSError as error:  # the server did not come up within its five seconds
        raise InputError(
            f"The page could not be served at {host}:{port}: the machine is very busy or the port"
            " was taken in this moment. Try again, or name another port with --port."
        ) from error
    print(f"Clippings is at {address} (Ctrl+C stops it)", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        page.close(verbose=False)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="Ask a news archive on a web page.")
    parser.add_argument(
        "--index", required=True, type=place, help="the folder of the index, or milvus:..."
    )
    parser.add_argument("--port", type=_port, default=7860, help="default: %(default)s")
    parser.add_argument(
        "--host", default="127.0.0.1", help="default: %(default)s, only this machine"
    )
    parser.add_argument(
        "--llm",
        default="default",
        help="default, small, a .gguf, hf:REPO/FILE, or the address of a server (http://…/v1)",
    )
    parser.add_argument(
        "--model", metavar="NAME", help="of the server; its key is read from $CLIPPINGS_LLM_KEY"
    )
    parser.add_argument(
        "--strictness",
        type=_share,
        metavar="0..1",
        help="how likely an answer must be right to be given; default: as it was measured best",
    )
    parser.add_argument(
        "--budget",
        type=_seconds,
        metavar="SECONDS",
        help="how long an answer may take, such as 5s; it is then made of less (default: no limit)",
    )
    parser.add_argument(
        "--no-warm",
        dest="warm",
        action="store_false",
        help="do not search and read while a question is typed; spares the battery",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    return parser.parse_args(argv)


def headline(bot: Chatbot, folder: Path) -> str:
    """The page's HTML headline: the archive's name, how much it holds and from when to when."""
    info = bot.index.info()
    facts = [plural(info.articles, "article")]
    if info.first and info.last:
        facts.append(span(info.first, info.last))
    name = f'<bdi class="name">{escape(folder.resolve().name)}</bdi>'
    return f'<h1>Clippings</h1><p class="archive">{name} <span>{" · ".join(facts)}</span></p>'


def examples(bot: Chatbot, folder: Path) -> list[str]:
    """The archive's own example questions, else questions about some of its articles."""
    own = folder / EXAMPLES_FILE
    if own.is_file():
        lines = own.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line.strip() for line in lines if line.strip()][:EXAMPLES]
    some = islice(bot.index.articles(), TITLES_LOOKED_AT)
    titles = [article.title for article in some if 20 <= len(article.title) <= 80]
    step = max(1, len(titles) // EXAMPLES)
    return [f"What is reported about “{title}”?" for title in titles[::step][:EXAMPLES]]


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is not between 1 and 65535")
    return port


def _seconds(text: str) -> float:
    from qa.budget import read_seconds

    return read_seconds(text)


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return share


def _check_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise InputError(
            f"The page cannot be served at {host}:{port}: {error.strerror or error}."
            " Name another port with --port, or another address with --host."
        ) from error


def is_loopback(host: str) -> bool:
    """Only this machine can reach what is served at the address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name
        return False


if __name__ == "__main__":
    sys.exit(main())
