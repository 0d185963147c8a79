"""The command over real weights: an index is made, the page served, OpenAI's client answered."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from openai import OpenAI

from qa.answer import REFUSAL
from tests.ui.browsing import ROOT, free_port, run

pytestmark = pytest.mark.slow
TEXT = "The ferry Petrel\n\nCaptain Ilva Brandt sailed the ferry Petrel to Gannet Island on Monday."


def test_the_command_adds_serves_and_answers_over_real_weights(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(TEXT, encoding="utf-8")
    index = str(tmp_path / "index")
    clippings = [sys.executable, "-m", "serve.command"]
    adding = [*clippings, "add", str(tmp_path / "ferry.txt"), "--index", index]
    subprocess.run(adding, cwd=ROOT, check=True, timeout=550)
    port = str(free_port())
    page = ("page", "--index", index, "--port", port, "--llm", "tiny", "--strictness", "0")
    for address in run("-m", "serve.command", *page, port=port):
        with OpenAI(base_url=f"{address}v1", api_key="none", timeout=550) as client:
            told = client.chat.completions.create(
                model="clippings",
                messages=[{"role": "user", "content": "Who sailed the ferry Petrel on Monday?"}],
            )
        content = told.choices[0].message.content
        assert content
        assert told.model_extra
        for citation in told.model_extra["citations"]:
            assert citation["quote"] in TEXT
        assert content == REFUSAL or "[1]" in content or not told.model_extra["citations"]
        assert "SmolLM2" in told.model_extra["clippings"]["model"]
