"""The server as programs meet it: their real clients over loopback, with a password."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from openai import OpenAI

from serve.users import line_of
from serve.watched import MOST_QUESTIONS
from tests.serve.serve_news import ANSWER, FERRY
from tests.ui.browsing import ROOT, free_port

pytestmark = pytest.mark.slow
USER, PASSWORD = "ada", "the tide is out"
BASIC = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
ASKED = "Who sailed the ferry Petrel to Gannet Island?"


class Served:
    """A running server and its folder."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.address}{path}", headers=headers, timeout=120)

    def log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def figures(self) -> str:
        return self.get("/metrics", authorization=BASIC).text

    def settled(self, text: str) -> None:
        """Wait until the figures say so."""
        deadline = time.monotonic() + 60
        while text not in self.figures():
            assert time.monotonic() < deadline, self.figures()
            time.sleep(0.1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    users = folder / "users.txt"
    users.write_text(line_of(USER, PASSWORD), encoding="utf-8")
    log = str(folder / "log.jsonl")
    options = json.dumps({"users_file": str(users), "mcp": True, "log": log})
    port = str(free_port())
    command = [sys.executable, "-m", "tests.serve.serve_news", port, str(folder), options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            lines = iter(server.stdout.readline, "")
            assert any(line.startswith("Clippings is at") for line in lines)
            yield Served(f"http://127.0.0.1:{port}", folder)
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def client(served: Served) -> Client:
    patient = {"timeout": 120}
    headers = {"Authorization": BASIC}
    return Client(served.address, headers=headers, verbose=False, httpx_kwargs=patient)


@pytest.fixture
def ai(served: Served) -> Iterator[OpenAI]:
    key = f"{USER}:{PASSWORD}"
    with OpenAI(base_url=f"{served.address}/v1", api_key=key, max_retries=0) as found:
        yield found


def user(text: str) -> Any:
    return {"role": "user", "content": text}


def test_gradio_client_asks_searches_reads_and_adds(client: Client) -> None:
    told = client.predict(question=ASKED, api_name="/ask")
    assert told["marked"] == f"{ANSWER} [1]"
    cited = told["citations"][0]
    assert (cited["quote"], cited["source"], cited["published"]) == (FERRY, "Courier", "2024-05-31")
    article = client.predict(cited["article_id"], api_name="/article")
    assert article["text"][cited["start"] : cited["end"]] == FERRY
    found = client.predict(question="ferry", count=2, until="2024-06-01", api_name="/search")
    assert found["hits"][0]["article_id"] == cited["article_id"]
    assert len(found["hits"]) == 2
    news = "The mill\n\nThe mill at Hest lost its roof."
    told = client.predict("mill.txt", news, "text", api_name="/add")
    assert (told["added"], told["skipped"]) == (1, [])
    found = client.predict(question="mill at Hest", api_name="/search")
    assert found["hits"][0]["title"] == "The mill"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"question": "", "api_name": "/ask"}, "question is empty"),
        ({"question": "x" * 3_000, "api_name": "/search"}, "3,000 characters"),
        ({"question": "x", "count": 0, "api_name": "/search"}, "1 to 50"),
        ({"question": "x", "since": "someday", "api_name": "/ask"}, "is no date"),
        ({"article_id": "nothing", "api_name": "/article"}, "no article"),
    ],
)
def test_what_an_endpoint_cannot_take_is_said(
    client: Client, call: dict[str, Any], message: str
) -> None:
    try:
        told = json.dumps(client.predict(**call))
    except AppError as error:
        told = str(error)
    assert message in told


@pytest.mark.parametrize(
    ("given", "message"),
    [(("a.exe", "x", "text"), "not read"), (("a.txt", "?", "base64"), "no base64")],
)
def test_a_file_that_cannot_be_added_is_named(
    client: Client, given: tuple[str, str, str], message: str
) -> None:
    try:
        told = json.dumps(client.predict(*given, api_name="/add"))
    except AppError as error:
        told = str(error)
    assert message in told


def test_only_the_named_endpoints_are_offered(served: Served) -> None:
    info = served.get("/gradio_api/info?all_endpoints=true", authorization=BASIC).json()
    assert sorted(info["named_endpoints"]) == ["/add", "/article", "/ask", "/search"]
    assert info["unnamed_endpoints"] == {}


def test_curl_calls_an_endpoint_as_the_document_says(served: Served) -> None:
    place = f"{served.address}/gradio_api/run/article"
    plain = ["curl", "-s", "-u", f"{USER}:{PASSWORD}", "-H", "content-type: application/json"]
    command = [*plain, place, "-d", '{"data": ["nothing"]}']
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "no article" in json.loads(done.stdout)["error"]


def test_an_assistant_uses_the_tools_over_mcp(served: Served) -> None:
    async def use() -> tuple[list[str], str, str]:
        place = f"{served.address}/gradio_api/mcp/"
        headers = {"Authorization": BASIC}
        async with (
            httpx.AsyncClient(headers=headers, timeout=120) as http,
            streamable_http_client(place, http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            said = await session.call_tool("ask", {"question": ASKED})
            about = next(tool.description or "" for tool in tools if tool.name == "ask")
            return [tool.name for tool in tools], about, said.content[0].text  # type: ignore[union-attr]

    names, about, said = asyncio.run(use())
    assert sorted(names) == ["article", "ask", "search"]
    assert "citation for every sentence" in about
    assert FERRY in said


def test_openais_client_gets_an_answer_with_its_citations(ai: OpenAI) -> None:
    assert [model.id for model in ai.models.list()] == ["clippings"]
    told = ai.chat.completions.create(model="clippings", messages=[user(ASKED)])
    message = told.choices[0].message
    assert message.content == f"{ANSWER} [1]"
    assert told.choices[0].finish_reason == "stop"
    assert message.annotations
    cited = message.annotations[0].url_citation
    assert message.content[cited.start_index : cited.end_index] == "[1]"
    assert told.model_extra
    assert told.model_extra["citations"][0]["quote"] == FERRY
    assert told.model_extra["clippings"]["refused"] is False


def test_openais_client_reads_a_stream_whose_content_is_what_stood_up(ai: OpenAI) -> None:
    chunks = list(
        ai.chat.completions.create(model="clippings", messages=[user(ASKED)], stream=True)
    )
    deltas = [chunk.choices[0].delta for chunk in chunks]
    drafts = [d.model_extra["reasoning_content"] for d in deltas if d.model_extra and
              "reasoning_content" in d.model_extra]  # fmt: skip
    assert "".join(drafts) == ANSWER
    assert len(drafts) > 3
    assert "".join(delta.content or "" for delta in deltas) == f"{ANSWER} [1]"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].model_extra
    assert chunks[-1].model_extra["citations"][0]["quote"] == FERRY


def test_messages_before_the_question_are_the_conversation(ai: OpenAI) -> None:
    past = [user(ASKED), {"role": "assistant", "content": f"{ANSWER} [1]"}]
    system: Any = {"role": "system", "content": "Answer like a pirate."}
    told = ai.chat.completions.create(
        model="clippings", messages=[system, *past, user("When did she sail?")]
    )
    assert told.model_extra
    assert "Ilva Brandt" in told.model_extra["clippings"]["standalone"]


def test_what_cannot_be_asked_is_an_error_of_openais_kind(ai: OpenAI) -> None:
    create = ai.chat.completions.create
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        create(model="gpt-5", messages=[user("x")])
    with pytest.raises(openai.BadRequestError, match="question is empty"):
        create(model="clippings", messages=[user(" ")], stream=True)
    with pytest.raises(openai.BadRequestError, match="100 are the limit"):
        create(model="clippings", messages=[user("x")] * 101)
    with pytest.raises(openai.BadRequestError, match="20,000 are the limit"):
        create(model="clippings", messages=[user("x" * 20_001), user("x")])
    with pytest.raises(openai.APIStatusError, match="is the limit") as caught:
        create(model="clippings", messages=[user("x" * 2**20), user("x")])
    assert caught.value.status_code == 413
    with pytest.raises(openai.AuthenticationError):
        OpenAI(base_url=str(ai.base_url), api_key="sk-1", max_retries=0).models.list()


def test_a_client_that_goes_away_ends_its_question_and_too_many_are_told_so(
    served: Served, ai: OpenAI
) -> None:
    slow, ended = served.folder / "slow", served.folder / "ended"
    slow.touch()
    body = {"model": "clippings", "messages": [user(f"{ASKED} Tell it slowly.")]}
    place, headers = f"{served.address}/v1/chat/completions", {"authorization": BASIC}
    streaming = {**body, "stream": True}
    with (
        httpx.Client(timeout=120) as http,
        http.stream("POST", place, headers=headers, json=streaming) as reply,
    ):
        lines = reply.iter_lines()  # to forget it is to close it
        assert next(lines).startswith("data: ")
        served.settled("clippings_questions_open 1.0")
    served.settled("clippings_questions_open 0.0")  # the stream was closed
    assert ended.exists()
    ended.unlink()
    with pytest.raises(httpx.ReadTimeout):  # who does not stream is missed too
        httpx.post(place, headers=headers, json=body, timeout=2)
    served.settled("clippings_questions_open 0.0")
    streams = [OpenAI(base_url=str(ai.base_url), api_key=ai.api_key) for _ in range(MOST_QUESTIONS)]
    asked = [one.chat.completions.create(**streaming) for one in streams]
    with pytest.raises(openai.RateLimitError, match="which is the limit"):
        ai.chat.completions.create(model="clippings", messages=[user(ASKED)])
    for stream in asked:
        stream.close()
    served.settled("clippings_questions_open 0.0")
    slow.unlink()
    assert 'clippings_questions_total{outcome="busy"} 1.0' in served.figures()
    assert 'clippings_questions_total{outcome="failed"} 0.0' in served.figures()


@pytest.mark.parametrize("way", ["curl", "mcp"])
def test_who_leaves_the_ask_endpoint_ends_the_answer(served: Served, way: str) -> None:
    slow, ended = served.folder / "slow", served.folder / "ended"
    slow.touch()
    ended.unlink(missing_ok=True)
    question, headers = f"{ASKED} Tell it slowly.", {"Authorization": BASIC}

    async def call() -> None:
        async with (
            httpx.AsyncClient(headers=headers, timeout=120) as http,
            streamable_http_client(f"{served.address}/gradio_api/mcp/", http_client=http) as two,
            ClientSession(two[0], two[1]) as session,
        ):
            await session.initialize()
            asking = asyncio.create_task(session.call_tool("ask", {"question": question}))
            await asyncio.to_thread(served.settled, "clippings_questions_open 1.0")
            asking.cancel()

    async def post() -> None:
        data = {"data": [question, "", "", "", None, None]}
        place = f"{served.address}/gradio_api/run/ask"
        async with httpx.AsyncClient(headers=headers, timeout=120) as http:
            asking = asyncio.create_task(http.post(place, json=data))
            await asyncio.to_thread(served.settled, "clippings_questions_open 1.0")
            asking.cancel()

    asyncio.run(call() if way == "mcp" else post())
    served.settled("clippings_questions_open 0.0")
    assert ended.exists()  # while "slow" is there still: it would have been read for ever
    slow.unlink()


def test_health_is_open_and_everything_else_asks_who_is_there(served: Served) -> None:
    health = served.get("/health")
    assert health.status_code == 200
    assert health.json()["ready"] is True
    assert health.json()["generation"] >= 1
    for path in ("/", "/config", "/metrics", "/v1/models", "/gradio_api/info", "/gradio_api/mcp/"):
        assert served.get(path).status_code == 401
    assert served.get("/", authorization=BASIC).status_code == 200


def test_a_foreign_name_or_page_is_turned_away(served: Served) -> None:
    request = urllib.request.Request(f"{served.address}/health", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="421"):
        urllib.request.urlopen(request, timeout=60)
    reply = served.get("/v1/models", authorization=BASIC, origin="http://evil.example")
    assert reply.status_code == 403
    assert "evil" not in reply.headers.get("access-control-allow-origin", "")


def test_the_log_tells_of_requests_and_questions_and_never_their_text(served: Served) -> None:
    body = {"model": "clippings", "messages": [user("Where is the zanzibarite mill?")]}
    headers = {"authorization": BASIC, "x-request-id": "mine-1"}
    httpx.post(f"{served.address}/v1/chat/completions", json=body, headers=headers, timeout=120)
    mine = [line for line in served.log() if line["request_id"] == "mine-1"]
    assert {line["event"] for line in mine} == {"request", "question"}
    text = (served.folder / "log.jsonl").read_text(encoding="utf-8")
    assert "zanzibarite" not in text
    assert "Petrel" not in text
    assert PASSWORD not in text
