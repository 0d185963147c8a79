"""The HTTP interface against its own description, by requests that are made up from it.

`--hypothesis-profile=long --hypothesis-seed=N` sends five times as many, others for each N.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance
from starlette.applications import Starlette

from index.index import Index
from qa import Chatbot
from serve.described import openapi
from serve.figures import Figures
from serve.routes import Routes
from tests.fakes import FakeEmbedder, FakeGenerator, write_articles
from tests.serve.serve_news import ANSWER, FERRY

ASKED = [
    *((path, "get", GenerationMode.POSITIVE) for path in openapi()["paths"] if "chat" not in path),
    ("/v1/chat/completions", "post", GenerationMode.POSITIVE),
    ("/v1/chat/completions", "post", GenerationMode.NEGATIVE),  # what the description forbids
]


@pytest.fixture(scope="module")
def interface(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("described")
    index = Index.open(folder / "index", create=True, model=FakeEmbedder())
    index.add(write_articles(folder / "news.jsonl", FERRY))
    bot = Chatbot(index, model=FakeGenerator(ANSWER), strictness=0.0)
    routes = Routes(bot, Figures(), lambda: True, lambda: None, began=0)
    return schemathesis.openapi.from_asgi("/v1/openapi.json", Starlette(routes=routes.list()))


@pytest.mark.parametrize(("path", "method", "mode"), ASKED)
def test_what_is_served_is_what_is_described(
    interface: Any, path: str, method: str, mode: GenerationMode, pytestconfig: pytest.Config
) -> None:
    operation = interface[path][method]
    seed = pytestconfig.getoption("--hypothesis-seed")

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=settings().max_examples,
        deadline=None,
        derandomize=seed is None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=[positive_data_acceptance])  # not all is described

    ask()
