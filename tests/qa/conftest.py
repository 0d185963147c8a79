from __future__ import annotations

from pathlib import Path

import pytest

from tests.qa.made import Bots


@pytest.fixture
def bots(tmp_path: Path) -> Bots:
    return Bots(tmp_path)
