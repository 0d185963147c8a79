"""The page's server with all that other programs use. It alone puts the parts together."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware

from index.errors import InputError
from qa import Chatbot
from serve.endpoints import Endpoints
from serve.figures import Figures
from serve.guard import MIB, Guard, Rules, is_loopback
from serve.log import Log
from serve.policy import Policy
from serve.routes import Routes
from serve.users import Users
from serve.watched import Watched
from ui.archive import Limits
from ui.page import build, inbox, launch
from ui.rooms import Room


@dataclass(frozen=True, slots=True)
class Service:
    """How an archive is served, beyond the page itself."""

    users_file: Path | None = None
    names: tuple[str, ...] = ()  # more names the server is reached by
    mcp: bool = False
    log: str | None = None  # a file, "-" for the terminal
    log_text: bool = False


class Server:
    """Archives, ready to be served."""

    def __init__(
        self,
        archives: Sequence[tuple[Chatbot, Path]],
        rooms: Callable[[Sequence[tuple[Any, Path]]], list[Room]],
        service: Service,
        limits: Limits | None = None,
    ) -> None:
        """Make page and routes; InputError where users or MCP cannot be had.

        The page shows each archive; programs ask the first. `rooms` makes what the page has for
        each, of chatbots that are counted and bounded.
        """
        if service.mcp and find_spec("mcp") is None:
            raise InputError(
                "The MCP server needs a package more: pip install 'clippings-qa[mcp]'."
            )
        self.service = service
        self.limits = limits or Limits()
        self.users = Users.read(service.users_file) if service.users_file else None
        self.log = Log.open(service.log, text=service.log_text)
        self.figures = Figures()
        watched = [(Watched(bot, self.figures, self.log), folder) for bot, folder in archives]
        self.first, *_ = made = rooms(watched)
        self.bot: Any = watched[0][0]
        self.page = build(made, self._offer)

    def warm_up(self) -> None:
        """Load the models of the first archive in the background."""
        self.first.desk.warm_up()

    def launch(self, host: str, port: int, *, open_browser: bool = False) -> str:
        """Serve; give the address. OSError: the port is in use."""
        if not is_loopback(host) and self.users is None:
            print(
                f"Warning: anyone who can reach {host} can read this archive and add to it."
                " Ask for passwords with --auth FILE.",
                file=sys.stderr,
            )
        rules = Rules(
            host, self.service.names, self.users, upload_bytes=self.limits.bytes + 16 * MIB
        )
        guard = Middleware(Guard, rules=rules, log=self.log, figures=self.figures)
        server = {"middleware": [guard, Middleware(Policy)], "routes": self._routes().list()}
        return launch(
            self.page,
            host,
            port,
            limits=self.limits,
            open_browser=open_browser,
            mcp=self.service.mcp,
            server=server,
        )

    def _offer(self) -> None:
        Endpoints(self.bot, self.first.uploads, inbox()).register(tools=self.service.mcp)

    def _routes(self) -> Routes:
        desk = self.first.desk
        return Routes(
            self.bot, self.figures, desk.ready.is_set, lambda: desk.failure, int(time.time())
        )
