"""What clients raise, when they try again, and where they look for key and host."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from graphmem import AsyncMemoryClient, GraphMemError, MemoryClient
from graphmem.errors import (
    AccessDenied,
    Closed,
    Conflict,
    InvalidInput,
    NotFound,
    RateLimited,
    StoreError,
    StoreUnavailable,
)

if TYPE_CHECKING:
    from tests.client.recorder import Recorder

STATUSES: list[tuple[int, type[GraphMemError]]] = [
    (400, InvalidInput), (401, AccessDenied), (403, AccessDenied), (404, NotFound), (405, NotFound),
    (408, StoreUnavailable), (409, Conflict), (413, InvalidInput), (422, InvalidInput), (429, RateLimited),
    (500, GraphMemError), (501, GraphMemError), (502, StoreUnavailable), (503, StoreUnavailable),
    (504, StoreUnavailable),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRAPHMEM_API_KEY", "MEM0_API_KEY", "GRAPHMEM_HOST", "GRAPHMEM_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_a_status_is_an_error_of_ours(recorder: Recorder, status: int, kind: type[GraphMemError]) -> None:
    recorder.will(status, {"detail": "these words", "error": "others"})
    with MemoryClient("key", recorder.url, retries=0) as client, pytest.raises(kind, match="these words") as caught:
        client.get("m")
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "Memory not found!"}, "Memory not found!"),
        ({"message": "Invalid entity type"}, "Invalid entity type"),
        (["One of the filters is required"], "One of the filters is required"),
        ({"filters": ["Top-level key must be"]}, "Top-level key must be"),
        (b"<html>proxy</html>", "<html>proxy</html>"),
        (b"", "HTTP 400"),
    ],
)
def test_the_servers_words_are_found(recorder: Recorder, body: Any, words: str) -> None:
    recorder.will(400, body)
    with MemoryClient("key", recorder.url) as client, pytest.raises(InvalidInput, match=words):
        client.get("m")


def test_a_success_without_json_is_no_server_of_ours(recorder: Recorder) -> None:
    recorder.will(200, b"<html>welcome</html>")
    recorder.will(204, b"")
    with MemoryClient("key", recorder.url) as client:
        with pytest.raises(StoreError, match="address of a graphmem server"):
            client.get("m")
        assert client.delete("m") == {}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_a_server_that_is_not_there_is_named() -> None:
    host = f"http://127.0.0.1:{free_port()}"
    with MemoryClient("key", host) as client, pytest.raises(StoreUnavailable, match=f"cannot reach {host}"):
        client.get("m")

    async def ask() -> None:
        async with AsyncMemoryClient("key", host) as client:
            await client.get("m")

    with pytest.raises(StoreUnavailable, match=f"cannot reach {host}"):
        asyncio.run(ask())


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with MemoryClient("key", host, timeout=0.1) as client, pytest.raises(StoreUnavailable, match="in time"):
            client.get("m")


# ---------------------------------------------------------------- trying again


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("name", "args"), [("get", ("m",)), ("search", ("q",)), ("update", ("m", {"text": "t"}))])
def test_a_busy_server_is_asked_again(recorder: Recorder, status: int, name: str, args: Any) -> None:
    recorder.will(status, {"detail": "busy"}, Retry_After="0")
    recorder.will(status, {"detail": "busy"}, Retry_After="0")
    recorder.will(200, {"answer": 1})
    with MemoryClient("key", recorder.url) as client:
        assert getattr(client, name)(*args) == {"answer": 1}
    assert len(recorder.asked) == 3


def test_the_server_says_how_long_to_wait(recorder: Recorder) -> None:
    async def ask() -> Any:
        async with AsyncMemoryClient("key", recorder.url) as client:
            return await client.get("m")

    recorder.will(429, {"detail": "busy"}, Retry_After="0.2")
    started = time.monotonic()
    assert asyncio.run(ask()) == {}
    assert time.monotonic() - started >= 0.2


def test_it_is_not_asked_for_ever(recorder: Recorder) -> None:
    for _ in range(5):
        recorder.will(429, {"detail": "busy"}, Retry_After="0")
    with MemoryClient("key", recorder.url, retries=3) as client, pytest.raises(RateLimited) as caught:
        client.get("m")
    assert caught.value.retry_after == 0
    assert caught.value.retryable
    assert len(recorder.asked) == 4


def test_a_server_that_wants_long_is_not_waited_for(recorder: Recorder) -> None:
    recorder.will(429, {"detail": "come back tomorrow"}, Retry_After="86400")
    with MemoryClient("key", recorder.url) as client, pytest.raises(RateLimited) as caught:
        client.get("m")
    assert caught.value.retry_after == 86_400
    assert len(recorder.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_what_is_not_known_to_be_harmless_is_not_repeated(recorder: Recorder, status: int) -> None:
    recorder.will(429, {"detail": "busy"}, Retry_After="0")
    recorder.will(status, {"detail": "broken"}, Retry_After="0")
    with MemoryClient("key", recorder.url) as client:
        with pytest.raises(RateLimited):
            client.add("hi", user_id="alex")
        with pytest.raises(GraphMemError):
            client.get("m")
    assert len(recorder.asked) == 2


# ---------------------------------------------------------------- key and host


def test_without_a_key_it_says_where_to_put_one() -> None:
    with pytest.raises(InvalidInput, match="GRAPHMEM_API_KEY"):
        MemoryClient()


@pytest.mark.parametrize("key", ["  ", "schlüssel", "a\nb"])
def test_a_key_that_cannot_be_one_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput, match="key"):
        MemoryClient(key)


@pytest.mark.parametrize("name", ["GRAPHMEM_API_KEY", "MEM0_API_KEY"])
def test_key_and_host_may_come_from_the_environment(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "from-there")
    monkeypatch.setenv("GRAPHMEM_HOST", recorder.url)
    with MemoryClient() as client:
        client.get("m")
    assert recorder.asked[0].headers["authorization"] == "Token from-there"


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        (None, "http://127.0.0.1:8420"),
        ("memory.example.com", "http://memory.example.com:8420"),
        ("localhost:99", "http://localhost:99"),
        ("https://memory.example.com/", "https://memory.example.com"),
        ("http://gate.example.com/memory/", "http://gate.example.com/memory"),
        ("[::1]:99", "http://[::1]:99"),
    ],
)
def test_a_host_may_be_short(host: str | None, meant: str) -> None:
    with MemoryClient("key", host) as client:
        assert client.host == meant


@pytest.mark.parametrize("host", ["ftp://x", "http://", "http://a b", "localhost:port", "http://x:99999999"])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput, match="host"), MemoryClient("key", host) as client:
        client.get("m")


def test_a_path_before_the_routes_is_kept(recorder: Recorder) -> None:
    with MemoryClient("key", f"{recorder.url}/memory/") as client:
        client.get("m")
    assert recorder.asked[0].path == "/memory/v1/memories/m/"


# ---------------------------------------------------------------- closing


def test_a_closed_client_says_so(recorder: Recorder) -> None:
    client = MemoryClient("key", recorder.url)
    client.close()
    client.close()
    for call in (client.users, client.project.get):
        with pytest.raises(Closed, match="make a new one"):
            call()


def test_a_connection_that_was_lent_stays_open(recorder: Recorder) -> None:
    with httpx.Client() as lent:
        with MemoryClient("key", recorder.url, lent) as client:
            client.users()
        assert not lent.is_closed
        assert "authorization" not in lent.headers


def test_nobody_else_is_told_anything(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[Any] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        reached.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    with MemoryClient("key", recorder.url) as client:
        client.add("hi", user_id="alex")
        client.search("hi", user_id="alex")
    port = httpx.URL(recorder.url).port
    assert {address[1] for address in reached} == {port}
