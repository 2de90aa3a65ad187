"""Pages of lists: what no list has is not there, however it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.rest.asks import added, json, refused

if TYPE_CHECKING:
    import httpx

LISTS = [
    ("GET", "/v1/events"),
    ("GET", "/v1/entities"),
    ("GET", "/v1/memories/events"),
    ("GET", "/v1/memories/user/alex"),
    ("GET", "/v1/memories?user_id=alex"),
    ("POST", "/v2/memories"),
    ("POST", "/v3/memories"),
]


def paged(client: httpx.Client, method: str, path: str, page: int, size: int) -> httpx.Response:
    body: dict[str, Any] = {"json": {"filters": {"user_id": "alex"}}} if method == "POST" else {}
    mark = "&" if "?" in path else "?"
    return client.request(method, f"{path}{mark}page={page}&page_size={size}", **body)


@pytest.mark.parametrize(("method", "path"), LISTS)
def test_a_page_beyond_any_list_is_not_there(client: httpx.Client, method: str, path: str) -> None:
    added(client, "I live in Oslo.")
    for page in (10**9, 10**9 + 1, 2**63, 10**20, 10**300, 0, -1, -(10**20)):
        for size in (1, 200):
            assert refused(paged(client, method, path, page, size), 404) == "Invalid page."
    assert json(paged(client, method, path, 1, 10**20))["results"]
