"""The command `clippings`: each subcommand hands its arguments to the program it names."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version

INDEX = ("add", "remove", "watch", "info", "export", "check", "copy")  # of the index
OTHERS = {  # module, what it does
    "ask": ("qa.__main__", "answer one question"),
    "page": ("app", "open the page, and serve other programs"),
    "doctor": ("qa.doctor", "check this installation, and say what to do"),
    "user": ("serve.users", "make the line of a user for page --auth"),
    "weights": ("index.weights", "fetch the models"),
    "bench": ("bench.__main__", "measure retrieval, answers, speed and more"),
}
ABOUT = {
    "add": "read files, folders and web addresses into an index",
    "remove": "remove articles",
    "watch": "follow folders and add what changes",
    "info": "say what an index holds",
    "export": "write the articles as JSON Lines",
    "check": "verify every part of an index against the others",
    "copy": "publish an index in Milvus, as it is",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; its exit status, 2 where there is none of the name."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = given[0] if given else "--help"
    if name in INDEX:
        return _main("index.__main__")(given)
    if name in OTHERS:
        return _main(OTHERS[name][0])(given[1:])
    if name == "--version":
        print(f"clippings {version('clippings-qa')}")
        return 0
    wanted = name in ("-h", "--help", "help")
    print(usage(), file=sys.stdout if wanted else sys.stderr)
    if not wanted:
        print(f"clippings: there is no command {name!r:.80}.", file=sys.stderr)
    return 0 if wanted else 2


def usage() -> str:
    """The subcommands, a line each."""
    rows = [*ABOUT.items(), *((name, about) for name, (_, about) in OTHERS.items())]
    lines = [f"  {name:8} {about}" for name, about in rows]
    return "\n".join(
        [
            "usage: clippings COMMAND ...",
            "",
            *lines,
            "",
            "clippings COMMAND --help tells the rest; --version which this is.",
        ]
    )


def _main(module: str) -> Callable[[Sequence[str]], int]:
    found: Callable[[Sequence[str]], int] = import_module(module).main
    return found


if __name__ == "__main__":
    sys.exit(main())
