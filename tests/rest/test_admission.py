"""Who has no key is refused before a body is read, and a body that never comes holds no place."""

from __future__ import annotations

import json
import socket
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from graphmem.rest.accounts import Accounts
from graphmem.rest.admission import OPEN
from tests.engine import open_memory
from tests.rest.asks import refused
from tests.rest.live import PATIENCE, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rest.live import Live

ASK = {"query": "Where do I live?", "filters": {"user_id": "alex"}}


def begun(live: Live, key: str | None, body: bytes = b"", said: int = 10) -> socket.socket:
    """A request whose body is announced and not sent, or not all of it."""
    place = urlsplit(live.url)
    assert place.hostname
    assert place.port
    sent = socket.create_connection((place.hostname, place.port), timeout=10)
    shown = f"Authorization: Token {key}\r\n" if key else ""
    head = f"POST /v3/memories/search HTTP/1.1\r\nHost: x\r\n{shown}Content-Length: {said}\r\n\r\n"
    sent.sendall(head.encode() + body)
    return sent


def answered(sent: socket.socket) -> tuple[int, str]:
    """The status and the text of the answer."""
    with sent.makefile("rb") as lines:
        status = int(lines.readline().split()[1])
        headers = dict(line.decode().strip().lower().split(": ") for line in iter(lines.readline, b"\r\n"))
        answer = httpx.Response(status, content=lines.read(int(headers["content-length"])))
    return status, refused(answer, status)


@pytest.mark.parametrize("key", [None, "of-nobody"])
def test_who_has_no_key_takes_no_place(tmp_path: Path, key: str | None) -> None:
    with (
        open_memory("sqlite", tmp_path) as engine,
        serving(engine, tmp_path, max_requests=2) as live,
        ExitStack() as stack,
    ):
        for _ in range(6):
            waiting = stack.enter_context(closing(begun(live, key)))
            assert answered(waiting)[0] == 401
        assert live.client().post("/v3/memories/search", json=ASK).status_code == 200


def test_a_body_without_a_key_is_not_read(live: Live) -> None:
    for path in ("/v3/memories/add/", "/v1/nowhere", "/mcp"):
        answer = httpx.post(
            live.url + path, content=b"{no JSON", headers={"Authorization": "Token of-nobody"}, timeout=PATIENCE
        )
        assert "unknown or revoked" in refused(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Token"


def test_a_body_that_does_not_come_is_waited_for_only_so_long(tmp_path: Path) -> None:
    with (
        open_memory("sqlite", tmp_path) as engine,
        serving(engine, tmp_path, max_requests=1, body_timeout=0.3) as live,
        closing(begun(live, live.accounts.create_key()[1], b'{"que')) as waiting,
    ):
        began = time.monotonic()
        status, said = answered(waiting)
        assert status == 408
        assert "0.3 s" in said
        assert 0.2 < time.monotonic() - began < 5
        assert waiting.recv(1) == b""  # the connection is closed
        assert live.client().post("/v3/memories/search", json=ASK).status_code == 200


def test_a_body_that_comes_drop_by_drop_has_no_more_time(tmp_path: Path) -> None:
    with (
        open_memory("sqlite", tmp_path) as engine,
        serving(engine, tmp_path, body_timeout=0.5) as live,
        closing(begun(live, live.accounts.create_key()[1], said=1000)) as waiting,
    ):
        began = time.monotonic()
        waiting.settimeout(0.1)
        while time.monotonic() - began < 5:
            waiting.sendall(b" ")
            try:
                waiting.recv(1, socket.MSG_PEEK)
                break
            except TimeoutError:
                continue
        waiting.settimeout(10)
        assert answered(waiting)[0] == 408
        assert time.monotonic() - began < 4


def test_a_body_in_several_parts_and_a_long_search_are_no_slow_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_memory("sqlite", tmp_path) as engine, serving(engine, tmp_path, body_timeout=0.5) as live:
        real = type(engine).search

        def search(*args: Any, **kwargs: Any) -> Any:
            time.sleep(0.8)
            return real(*args, **kwargs)

        monkeypatch.setattr(type(engine), "search", search)
        whole = json.dumps(ASK).encode()
        with closing(begun(live, live.accounts.create_key()[1], whole[:20], len(whole))) as sent:
            time.sleep(0.1)
            sent.sendall(whole[20:])
            with sent.makefile("rb") as lines:
                assert lines.readline().split()[1] == b"200"


def test_what_is_open_stays_so(live: Live) -> None:
    for path in sorted(OPEN - {"/metrics"}):
        assert httpx.get(live.url + path, timeout=PATIENCE).status_code == 200, path
    assert httpx.get(f"{live.url}/docs-assets/swagger-ui.css", timeout=PATIENCE).status_code == 200
    assert httpx.get(f"{live.url}/docs-assets", timeout=PATIENCE).status_code == 401
    assert httpx.get(f"{live.url}/v1/ping", timeout=PATIENCE).status_code == 401


@pytest.mark.parametrize("options", [{}, {"rate_limit": "100/minute"}])
def test_a_key_is_looked_up_once_for_each_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    real, asked = Accounts.caller, []

    def caller(self: Accounts, secret: str) -> Any:
        asked.append(secret)
        return real(self, secret)

    with open_memory("sqlite", tmp_path) as engine, serving(engine, tmp_path, **options) as live:
        client = live.client()
        monkeypatch.setattr(Accounts, "caller", caller)
        for number in (1, 2):
            assert client.post("/v3/memories/search", json=ASK).status_code == 200
            assert len(asked) == number
        assert client.get("/metrics").status_code == 200
        assert len(asked) == 3


def test_a_server_that_stops_says_so(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    client = live.client()
    live.services.control.close()
    answer = client.get("/v1/ping")
    assert "stopping" in refused(answer, 503)
    assert answer.headers["Retry-After"]
