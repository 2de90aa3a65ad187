"""However an address is spelled, it is served at once: no client follows redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphmem.rest.paths import plain

if TYPE_CHECKING:
    import httpx

    from tests.rest.live import Live


@pytest.mark.parametrize(
    ("sent", "served"),
    [
        ("/", "/"),
        ("", "/"),
        ("//", "/"),
        ("/v1/ping/", "/v1/ping"),
        ("//v1/ping/", "/v1/ping"),
        ("/v1//memories///x//", "/v1/memories/x"),
        ("/v1/memories/a%2Fb%20c/", "/v1/memories/a%2Fb%20c"),
    ],
)
def test_there_is_one_form(sent: str, served: str) -> None:
    assert plain(sent) == served


@pytest.mark.parametrize("path", ["/v1/ping", "/v1/ping/", "//v1/ping/", "/v1//ping//"])
def test_every_spelling_is_served(live: Live, client: httpx.Client, path: str) -> None:
    answer = client.get(live.url + path)
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"


def test_an_id_may_hold_what_a_path_cannot(client: httpx.Client) -> None:
    answer = client.get("/v1/memories/a%2Fb%20c/")
    assert answer.status_code == 404
    assert isinstance(answer.json()["detail"], str)
    answer = client.get("/v1/memories/no%20such%3Fid/")
    assert answer.status_code == 404
    assert "no such?id" in answer.json()["detail"]


def test_what_is_not_there_is_said_flat(client: httpx.Client) -> None:
    answer = client.get("/v9/nothing/")
    assert answer.status_code == 404
    assert "GET /v9/nothing" in answer.json()["detail"]
    assert client.request("PATCH", "/v1/ping/").status_code == 405


@pytest.mark.parametrize("header", ["application/x-www-form-urlencoded", "application/json; charset=utf-8", None])
def test_a_body_is_json_whatever_its_header_says(client: httpx.Client, header: str | None) -> None:
    """curl says that a body is a form, unless it is told."""
    headers = {"Content-Type": header} if header else {}
    body = b'{"messages": "I live in Oslo.", "user_id": "alex"}'
    answer = client.post("/v1/memories/add", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["results"]
