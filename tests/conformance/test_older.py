"""Requests as older clients and other programs send them: the shapes of the first and second routes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from graphmem import Memory

OSLO = [{"role": "user", "content": "I live in Oslo."}]
ALEX = {"user_id": "alex"}


@pytest.fixture
def client(memory: Memory, tmp_path: Path) -> Iterator[httpx.Client]:
    """A key of a server on each store."""
    with serving(memory, tmp_path) as live:
        yield live.client()


def sent(client: httpx.Client, method: str, path: str, body: Any = None, **query: Any) -> Any:
    """The JSON of an answer that succeeds."""
    answer = client.request(method, path, json=body, params=query)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def account(client: httpx.Client) -> dict[str, str]:
    """What the first generation of clients sends along with everything."""
    ping = sent(client, "GET", "/v1/ping/")
    return {"org_id": ping["org_id"], "project_id": ping["project_id"]}


def test_javascript_of_the_first_routes(client: httpx.Client) -> None:
    both = account(client)
    body = {"messages": OSLO, **ALEX, **both, "output_format": "v1.1", "version": "v2"}
    added = sent(client, "POST", "/v1/memories/", body)
    assert (added["results"][0]["memory"], added["relations"]) == ("I live in Oslo.", [])
    listed = sent(client, "GET", "/v1/memories/", **ALEX, **both)
    assert {one["memory"] for one in listed} == {"I live in Oslo."}
    paged = sent(client, "GET", "/v1/memories/", **ALEX, page=1, page_size=1)
    assert (paged["count"], len(paged["results"])) == (len(listed), 1)
    found = sent(client, "POST", "/v1/memories/search/", {"query": "Where do I live?", **ALEX, **both, "top_k": 1})
    assert [hit["memory"] for hit in found] == ["I live in Oslo."]


def test_an_add_without_a_format_answers_with_a_list(client: httpx.Client) -> None:
    added = sent(client, "POST", "/v1/memories/", {"messages": OSLO, **ALEX})
    assert [(one["status"], bool(one["event_id"])) for one in added] == [("SUCCEEDED", True)]


def test_javascript_of_the_second_routes(client: httpx.Client) -> None:
    sent(client, "POST", "/v1/memories/", {"messages": OSLO, **ALEX, "api_version": "v2"})
    filters = {"AND": [ALEX, {"created_at": {"gte": "2020-01-01"}}]}
    listed = sent(client, "POST", "/v2/memories/", {"filters": filters, "api_version": "v2"})
    assert {one["memory"] for one in listed} == {"I live in Oslo."}
    paged = sent(client, "POST", "/v2/memories/", {"filters": filters}, page=1, page_size=1)
    assert (paged["count"], bool(paged["next"])) == (len(listed), True)
    body = {"query": "Where do I live?", "filters": filters, "rerank": True, "threshold": 0.1, "api_version": "v2"}
    assert sent(client, "POST", "/v2/memories/search/", body)[0]["memory"] == "I live in Oslo."


def test_a_plugin_of_an_agent(client: httpx.Client) -> None:
    """OpenClaw's: the first add, the second search and list, entities, events."""
    body = {"messages": OSLO, **ALEX, "run_id": "agent:main", "source": "OPENCLAW", "enable_graph": False}
    added = sent(client, "POST", "/v1/memories/", body)[0]
    id = added["results"][0]["id"]
    assert sent(client, "GET", f"/v1/event/{added['event_id']}/")["status"] == "SUCCEEDED"
    body = {"query": "Where do I live?", "filters": ALEX, "top_k": 5, "threshold": 0.0, "keyword_search": True}
    hits = sent(client, "POST", "/v2/memories/search/", {**body, "source": "OPENCLAW"})
    assert hits[0]["memory"] == "I live in Oslo."
    run = {"AND": [ALEX, {"run_id": "agent:main"}]}
    assert sent(client, "POST", "/v2/memories/", {"filters": run}, page=1, page_size=50)["count"] == 1
    assert sent(client, "PUT", f"/v1/memories/{id}/", {"text": "I live in Bergen."})["memory"] == "I live in Bergen."
    assert sent(client, "GET", f"/v1/memories/{id}/")["memory"] == "I live in Bergen."
    assert sent(client, "DELETE", f"/v1/memories/{id}/")["message"] == "Memory deleted successfully!"
    assert sent(client, "GET", "/v2/entities/user/alex/")[0]["name"] == "alex"
    assert "message" in sent(client, "DELETE", "/v2/entities/user/alex/")
    assert sent(client, "POST", "/v2/memories/", {"filters": ALEX}) == []


def test_a_node_of_a_workflow(client: httpx.Client) -> None:
    """n8n's and Zapier's: the third routes, then the event, until it has succeeded."""
    added = sent(client, "POST", "/v3/memories/add/", {"messages": OSLO, **ALEX, "infer": True, "metadata": {"n": 1}})
    event = sent(client, "GET", f"/v1/event/{added['event_id']}/")
    assert (event["status"], event["event_type"]) == ("SUCCEEDED", "ADD")
    assert {one["data"]["memory"] for one in event["results"]} == {"I live in Oslo."}
    body = {"query": "Where do I live?", "filters": {"AND": [ALEX]}, "top_k": 3, "rerank": False, "fields": ["memory"]}
    assert sent(client, "POST", "/v3/memories/search/", body)["results"][0]["memory"] == "I live in Oslo."
    listed = sent(client, "POST", "/v3/memories/", {"filters": ALEX}, page=1, page_size=50)
    assert all(one["metadata"] == {"n": 1} for one in listed["results"])
    assert sent(client, "GET", "/v1/events/", page=1, page_size=5)["results"][0]["id"]


def test_the_first_generation_adds_later(client: httpx.Client) -> None:
    """It asks for it by itself: the turn is there at once, what follows from it soon."""
    body = {"messages": OSLO, **ALEX, **account(client), "async_mode": True, "output_format": "v1.1"}
    added = sent(client, "POST", "/v1/memories/", body)
    assert (added["results"][0]["memory"], added["status"]) == ("I live in Oslo.", "PENDING")
    listed = sent(client, "POST", "/v2/memories/", {"filters": ALEX, **account(client)})
    assert "I live in Oslo." in {one["memory"] for one in listed}
    for _ in range(600):
        if (event := sent(client, "GET", f"/v1/event/{added['event_id']}/"))["status"] == "SUCCEEDED":
            break
        time.sleep(0.02)
    assert event["status"] == "SUCCEEDED", event
    listed = sent(client, "POST", "/v2/memories/", {"filters": ALEX})
    assert {one["layer"] for one in listed} == {"conversation", "user"}


def test_the_seeds_own_paths_without_a_slash(client: httpx.Client) -> None:
    sent(client, "POST", "/v1/memories/add", {"messages": OSLO, **ALEX})
    found = sent(client, "POST", "/v1/memories/search", {"query": "Where do I live?", "filters": ALEX})
    assert found["results"][0]["memory"] == "I live in Oslo."
