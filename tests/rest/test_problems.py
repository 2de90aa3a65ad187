"""Every error is one flat object with the right status; what nobody foresaw tells nothing of the inside."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from graphmem import errors
from graphmem.rest.app import make_app
from graphmem.rest.config import ServerConfig
from graphmem.rest.problems import status_of
from tests.engine import open_memory
from tests.rest.live import PATIENCE, serving

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rest.live import Live

STATUS = {
    errors.InvalidInput: 400,
    errors.InvalidFilter: 400,
    errors.AccessDenied: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.RateLimited: 429,
    errors.StoreUnavailable: 503,
    errors.StoreCorrupt: 500,
    errors.StoreTooNew: 500,
    errors.StoreError: 500,
    errors.EmbedderMismatch: 500,
    errors.ExtractionError: 500,
    errors.Closed: 503,
    errors.GraphMemError: 500,
}


def flat(answer: httpx.Response) -> str:
    """The text of an error, if it is told as every client can read it."""
    said: dict[str, Any] = answer.json()
    assert set(said) == {"detail", "error", "message"}
    assert said["detail"] == said["error"] == said["message"]
    assert isinstance(said["detail"], str)
    return str(said["detail"])


@pytest.mark.parametrize(("kind", "status"), STATUS.items())
def test_every_error_of_the_engine_has_its_status(kind: type[errors.GraphMemError], status: int) -> None:
    assert status_of(kind("x")) == status
    assert set(errors.GraphMemError.__subclasses__()) <= {*STATUS, errors.MissingExtra}
    assert status_of(errors.MissingExtra("x", "y")) == 501


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", "/v3/memories/add/", "{nonsense", 400, "not valid JSON"),
        ("POST", "/v3/memories/add/", "", 400, "the body: Field required"),
        ("POST", "/v3/memories/add/", "[]", 400, "the body: "),
        ("POST", "/v3/memories/search/", "{}", 400, "query: Field required"),
        (
            "POST",
            "/v3/memories/search/",
            '{"query": "x", "filters": {"user_id": {"like": 1}}}',
            400,
            "unknown operator",
        ),
        ("POST", "/v3/memories/search/", '{"query": "\\ud800", "filters": {"user_id": "a"}}', 400, "unicode"),
        ("POST", "/v3/memories/add/", '{"messages": "hi", "user_id": "a\\u0000"}', 400, "NUL"),
        ("POST", "/v3/memories/add/", '{"messages": "hi", "user_id": 7}', 400, "user_id"),
        ("GET", "/v1/memories/unknown/", None, 404, "unknown"),
        ("GET", "/nowhere/", None, 404, "GET /nowhere"),
        ("PATCH", "/v1/ping/", None, 405, "Method Not Allowed"),
    ],
)
def test_what_is_wrong_is_said_flat(
    client: httpx.Client, method: str, path: str, body: str | None, status: int, says: str
) -> None:
    answer = client.request(method, path, content=body)
    assert answer.status_code == status
    assert says in flat(answer)


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path) as engine, serving(engine, tmp_path, max_body=2_000) as live:
        client = live.client()
        body = {"messages": "x" * 3_000, "user_id": "alex"}
        answer = client.post("/v3/memories/add/", json=body)
        assert answer.status_code == 413
        assert "2,000 bytes" in flat(answer)
        answer = client.post("/v3/memories/add/", content=iter([b"x" * 1_500] * 3))
        assert answer.status_code == 413
        assert client.post("/v3/memories/add/", json={**body, "messages": "I live in Oslo."}).status_code == 200


def test_a_stopped_engine_asks_to_try_again(live: Live, client: httpx.Client) -> None:
    live.services.tenants.engine.close()
    answer = client.post("/v3/memories/", json={"filters": {"user_id": "alex"}})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    flat(answer)


def test_what_nobody_foresaw_tells_nothing(
    live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("my secret is in here")

    monkeypatch.setattr(type(live.services.tenants.engine), "get", broken)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/v1/memories/x/")
    assert answer.status_code == 500
    number = flat(answer).split()[2].rstrip(":")
    assert "secret" not in answer.text
    told = "".join(record.getMessage() for record in caplog.records)
    assert number in told
    assert "RuntimeError" in told
    assert "in broken" in told
    assert "my secret" not in caplog.text.replace('raise RuntimeError("my secret is in here")', "")


def test_health_needs_no_key(live: Live) -> None:
    for path in ("/healthz", "/readyz/"):
        answer = httpx.get(live.url + path, timeout=PATIENCE)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_a_server_without_its_store_is_not_ready(live: Live) -> None:
    live.services.tenants.engine.close()
    assert httpx.get(f"{live.url}/healthz", timeout=PATIENCE).status_code == 200
    assert httpx.get(f"{live.url}/readyz", timeout=PATIENCE).status_code == 503


def test_every_route_is_described() -> None:
    paths = make_app(ServerConfig()).openapi()["paths"]
    assert {"/v1/ping", "/v3/memories/add", "/v1/memories/{memory_id}"} <= set(paths)
    assert [path for path in paths if path.endswith("/")] == []
    bare = [path for path, methods in paths.items() for one in methods.values() if not one.get("description")]
    assert bare == []


def test_every_group_of_routes_is_described() -> None:
    described = make_app(ServerConfig()).openapi()
    groups = [group["name"] for group in described["tags"]]
    routes = [one for methods in described["paths"].values() for one in methods.values()]
    assert {name for route in routes for name in route["tags"]} == set(groups)
    assert groups[:2] == ["memories", "graph"]
    assert all(group["description"] for group in described["tags"])
