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
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from index.errors import ClippingsError, InputError
from index.opening import place, stores_in
from ui.quick import quick_import

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from qa import Chatbot
    from ui.archive import Limits
    from ui.rooms import Room
    from ui.talks.store import TalkStore


class Options(TypedDict, total=False):
    """Those of `serve.server.Service`."""

    users_file: Path | None
    names: tuple[str, ...]
    mcp: bool
    log: str | None
    log_text: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted; the exit status."""
    arguments = _parse(argv)
    try:
        from qa import Chatbot
        from qa.remote.server import KEY_VARIABLE, chosen

        first, *others = (folder for named in arguments.index for folder in stores_in(named))
        bot = Chatbot.open(
            first,
            llm=chosen(arguments.llm, arguments.model, os.environ.get(KEY_VARIABLE)),
            strictness=arguments.strictness,
            seconds=arguments.budget,
        )
        serve(
            bot,
            bot.index.directory,
            arguments.host,
            arguments.port,
            [(other, other.index.directory) for other in map(bot.beside, others)],
            conversations=conversations(arguments),
            open_browser=arguments.open,
            warms=arguments.warm,
            users_file=arguments.auth,
            names=tuple(arguments.name),
            mcp=arguments.mcp,
            log=arguments.log,
            log_text=arguments.log_text,
            language=arguments.language,
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
    others: Sequence[tuple[Chatbot, Path]] = (),
    *,
    limits: Limits | None = None,
    conversations: Path | None = None,
    open_browser: bool = False,
    warms: bool = True,
    language: str = "en",
    **service: Unpack[Options],
) -> None:
    """Serve the page of an archive until Ctrl+C; InputError where it cannot be served.

    `others` can be switched to; `limits` are those of what is dropped on the page, `conversations`
    the file they are kept in; with `warms` False nothing is read ahead of a question. `language`
    is that of the page: a catalog's name or file.
    """
    _check_address(host, port)
    _speak(language)
    # Before gradio is imported: it reads the first at import, and looks at its own address, which
    # must not go through a proxy.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost,::1")))
    with quick_import():
        from serve.server import Server, Service
        from ui.talks.store import TalkStore

    store = TalkStore(conversations) if conversations else None
    server = Server(
        [(bot, folder), *others],
        partial(rooms, limits=limits, store=store, warms=warms),
        Service(**service),
        limits,
    )
    try:
        address = server.launch(host, port, open_browser=open_browser)
    except OSError as error:  # the server did not come up within its five seconds
        raise InputError(
            f"The page could not be served at {host}:{port}: the machine is very busy or the port"
            " was taken in this moment. Try again, or name another port with --port."
        ) from error
    server.warm_up()  # not before: what loads the models would take the page's time
    print(f"Clippings is at {address} (Ctrl+C stops it)", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.page.close(verbose=False)


def rooms(
    archives: Sequence[tuple[Chatbot, Path]],
    *,
    limits: Limits | None,
    store: TalkStore | None,
    warms: bool,
) -> list[Room]:
    """What the page has for each archive; conversations are kept in the store, if there is one."""
    from ui.ask import Desk
    from ui.page import inbox
    from ui.rooms import Room, examples, unlike
    from ui.talks.keep import Keeper
    from ui.uploads import Uploads

    names: list[str] = []
    for _, folder in archives:
        names.append(unlike(folder.resolve().name, names))
    shown = [tuple(examples(bot, folder)) for bot, folder in archives]  # the page's front
    return [
        Room(
            name,
            Desk(bot, warms=warms, popular=popular),
            Uploads(bot.index, inbox(), limits),
            popular,
            partial(headline, bot, name, [other for other in names if other != name]),
            Keeper(store, folder),
        )
        for name, popular, (bot, folder) in zip(names, shown, archives, strict=True)
    ]


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="Ask a news archive on a web page.")
    parser.add_argument(
        "--index",
        required=True,
        type=place,
        action="append",
        metavar="DIR",
        help="the folder of an index, or of several, or milvus:…; may be repeated",
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
        type=float,
        metavar="0..1",
        help="how likely an answer must be right to be given; default: as it was measured best",
    )
    kept = parser.add_mutually_exclusive_group()
    kept.add_argument(
        "--conversations",
        type=Path,
        metavar="FILE",
        help="keep conversations in FILE; default: in your data folder",
    )
    kept.add_argument("--no-history", action="store_true", help="keep no conversations")
    parser.add_argument(
        "--auth", type=Path, metavar="FILE", help="ask for a password; `clippings user` writes it"
    )
    parser.add_argument(
        "--name", action="append", default=[], metavar="HOST", help="a name it is reached by"
    )
    parser.add_argument("--mcp", action="store_true", help="serve the archive to assistants too")
    parser.add_argument(
        "--log", metavar="FILE", help="a JSON line for each request; - for the terminal"
    )
    parser.add_argument(
        "--log-text", action="store_true", help="write questions and answers into the log too"
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
    parser.add_argument(
        "--language",
        default="en",
        metavar="NAME",
        help="of the page: a catalog that comes along, or its .po file; default: %(default)s",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    return parser.parse_args(argv)


def conversations(arguments: argparse.Namespace) -> Path | None:
    """The file that conversations are kept in; None where they are not.

    Where others can reach the page and no password is asked, they are kept only if a file is named.
    """
    from serve.guard import is_loopback
    from ui.talks.keep import FILE, data_root

    if arguments.no_history:
        return None
    if arguments.conversations is not None:
        return Path(arguments.conversations).expanduser()
    if is_loopback(arguments.host) or arguments.auth:
        return data_root() / FILE
    print(
        "Conversations are not kept, since others can reach this page and would read them. To"
        " keep them, name a file with --conversations.",
        file=sys.stderr,
    )
    return None


def headline(bot: Chatbot, name: str, others: Sequence[str] = ()) -> str:
    """The page's HTML headline: the archive's name, how much it holds and from when to when."""
    from ui.rooms import render_headline

    info = bot.index.info()
    return render_headline(name, info.articles, (info.first, info.last), others)


def _speak(language: str) -> None:
    from ui.catalogs import choose

    if told := choose(language):
        print(told, file=sys.stderr)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is not between 1 and 65535")
    return port


def _seconds(text: str) -> float:
    from qa.budget import read_seconds

    return read_seconds(text)


def _check_address(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise InputError(
            f"The page cannot be served at {host}:{port}: {error.strerror or error}."
            " Name another port with --port, or another address with --host."
        ) from error


if __name__ == "__main__":
    sys.exit(main())
