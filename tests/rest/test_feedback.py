"""What people say of memories, over HTTP: kept, replaced, taken back, and gone with the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graphmem.rest.sweeping import sweep
from tests.engine import open_memory
from tests.rest.asks import added, json, refused
from tests.rest.live import serving

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.engine import Clock
    from tests.rest.live import Live


def said(client: httpx.Client) -> dict[str, tuple[str, str | None]]:
    rows = json(client.get("/v1/feedback/"))["results"]
    return {row["memory_id"]: (row["feedback"], row["feedback_reason"]) for row in rows}


def test_the_last_word_counts_and_can_be_taken_back(client: httpx.Client) -> None:
    memory_id = added(client, "I live in Oslo.")[0]["id"]
    body: dict[str, Any] = {"memory_id": memory_id, "feedback": "POSITIVE", "feedback_reason": None}
    first = json(client.post("/v1/feedback/", json=body))
    assert first == {"id": first["id"], "feedback": "POSITIVE", "feedback_reason": None}
    again = json(client.post("/v1/feedback/", json={**body, "feedback": "very_negative", "feedback_reason": "moved"}))
    assert again == {"id": first["id"], "feedback": "VERY_NEGATIVE", "feedback_reason": "moved"}
    assert said(client) == {memory_id: ("VERY_NEGATIVE", "moved")}
    cleared = json(client.post("/v1/feedback/", json={"memory_id": memory_id, "feedback": None}))
    assert (cleared["feedback"], cleared["feedback_reason"]) == (None, None)
    assert said(client) == {}


def test_what_cannot_be_said_is_refused(live: Live, client: httpx.Client, stranger: httpx.Client) -> None:
    memory_id = added(client, "I live in Oslo.")[0]["id"]
    body = {"memory_id": memory_id, "feedback": "POSITIVE"}
    refused(client.post("/v1/feedback/", json={**body, "feedback": "GOOD"}))
    refused(client.post("/v1/feedback/", json={"feedback": "POSITIVE"}))
    refused(client.post("/v1/feedback/", json={**body, "memory_id": "none"}), 404)
    refused(stranger.post("/v1/feedback/", json=body), 404)
    reader = live.client(live.accounts.create_key(role="READER")[1])
    refused(reader.post("/v1/feedback/", json=body), 403)
    assert said(client) == said(reader) == said(stranger) == {}


def test_a_stranger_does_not_see_what_was_said(client: httpx.Client, stranger: httpx.Client) -> None:
    body = {"memory_id": added(client, "I live in Oslo.")[0]["id"], "feedback": "POSITIVE"}
    json(client.post("/v1/feedback/", json=body))
    mine = {"memory_id": added(stranger, "I live in Oslo.")[0]["id"], "feedback": "NEGATIVE"}
    json(stranger.post("/v1/feedback/", json=mine))
    assert said(client) == {body["memory_id"]: ("POSITIVE", None)}
    assert said(stranger) == {mine["memory_id"]: ("NEGATIVE", None)}


@pytest.mark.parametrize(
    "way", ["one", "all", "batch", "entity", "project", "reset", "self-hosted", "elsewhere", "sweep"]
)
def test_it_goes_with_the_memory_and_its_words_are_nowhere(
    live: Live, client: httpx.Client, tmp_path: Path, way: str
) -> None:
    memory_id = added(client, "I live in Oslo.")[0]["id"]
    kept = added(client, "I like tea.", user_id="bob")[0]["id"]
    for id in (memory_id, kept):
        body = {"memory_id": id, "feedback": "NEGATIVE", "feedback_reason": "Zanzibar instead"}
        json(client.post("/v1/feedback/", json=body))
    if way == "one":
        json(client.delete(f"/v1/memories/{memory_id}/"))
    elif way == "all":
        json(client.delete("/v1/memories/", params={"user_id": "alex"}))
    elif way == "batch":
        json(client.request("DELETE", "/v1/batch/", json={"memories": [{"memory_id": memory_id}]}))
    elif way == "entity":
        json(client.delete("/v2/entities/user/alex/"))
    elif way == "project":
        every = dict.fromkeys(("user_id", "agent_id", "app_id", "run_id"), "*")
        json(client.delete("/v1/memories/", params=every))
    elif way == "self-hosted":
        json(client.delete(f"/memories/{memory_id}"))
    elif way == "reset":
        json(client.post("/reset"))
    else:  # not over HTTP: it is noticed when somebody looks, or after a time
        live.memory().delete(memory_id)
        if way == "elsewhere":
            said(client)
        else:
            sweep(live.services.control, live.services.tenants, live.services.store)
    rows = live.services.control.run("feedback_of", project_id="default", store=live.services.store)
    assert [row["memory_id"] for row in rows] == ([] if way in ("project", "reset") else [kept])


@pytest.mark.parametrize("kind", ["networkx", "sqlite"])
def test_what_was_said_of_a_memory_in_another_store_stays(tmp_path: Path, clock: Clock, kind: str) -> None:
    words = {"memory_id": "kept in a file", "feedback": "POSITIVE", "reason": None, "now": "2026-03-01T00:00:00+00:00"}
    with open_memory(kind, tmp_path, clock) as engine, serving(engine, tmp_path) as live:
        services, place = live.services, {"project_id": "default", "store": "another.db"}
        services.control.run("put_feedback", **place, **words)
        sweep(services.control, services.tenants, services.store)
        assert said(live.client()) == {}
        assert [row["memory_id"] for row in services.control.run("feedback_of", **place)] == [words["memory_id"]]


def test_what_was_said_of_a_store_that_was_in_ram_goes_after_a_time(live: Live) -> None:
    services, place = live.services, {"project_id": "default", "store": ":memory:gone"}
    words = {"memory_id": "m", "feedback": "POSITIVE", "reason": None}
    services.control.run("put_feedback", **place, **words, now="2020-03-01T00:00:00+00:00")
    sweep(services.control, services.tenants, services.store)
    assert services.control.run("feedback_of", **place) == []
