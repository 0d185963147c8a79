"""Serve the page over articles and answers that are all payloads: `serve_hostile PORT DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from app import serve
from tests.ui.hostile import HostileBot

if __name__ == "__main__":
    port, folder = sys.argv[1:]
    serve(HostileBot(Path(folder)), Path(folder), "127.0.0.1", int(port))
