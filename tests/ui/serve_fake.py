"""Serve the page over the fake chatbot: `python -m tests.ui.serve_fake PORT [PACE [LOADING]]`."""

from __future__ import annotations

import sys
from pathlib import Path

from app import serve
from tests.ui.fake_bot import FakeBot

if __name__ == "__main__":
    port, *delays = sys.argv[1:]
    serve(FakeBot(*map(float, delays)), Path("The Aldern Archive"), "127.0.0.1", int(port))
