"""Serve the page over the fake chatbot: `python -m tests.ui.serve_fake PORT [GATE] [KEPT] [WORDS]`.

The models are loaded when the file GATE exists; without one they are loaded at once. Conversations
are kept in the file KEPT (.sqlite), and the page speaks the language of WORDS (.po).
"""

from __future__ import annotations

import sys
from pathlib import Path

from app import serve
from tests.ui.fake_bot import FakeBot

if __name__ == "__main__":
    port, *files = sys.argv[1:]
    gate = [file for file in files if not file.endswith((".sqlite", ".po"))]
    kept = next((Path(file) for file in files if file.endswith(".sqlite")), None)
    language = next((file for file in files if file.endswith(".po")), "en")
    bot = FakeBot(pace=0.02, may_load=lambda: all(Path(path).exists() for path in gate))
    folder = Path("The Aldern Archive")
    serve(bot, folder, "127.0.0.1", int(port), conversations=kept, language=language)
