"""The journal over HTTP: what callers did, without a word of what was said."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from graphmem.errors import StoreUnavailable
from graphmem.rest import journal
from tests.rest.test_queue import ended

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.rest.live import Live

ALEX = {"user_id": "alex"}


def add(client: httpx.Client, text: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/v3/memories/add/", json={"messages": text, **ALEX, **more})
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def events(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    answer = client.get("/v1/events/", params=query)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_an_operation_is_found_by_the_id_that_its_answer_names(client: httpx.Client, stranger: httpx.Client) -> None:
    done = add(client, "I live in Oslo.")
    event = client.get(f"/v1/event/{done['event_id']}/").json()
    assert (event["event_type"], event["status"], event["error"]) == ("ADD", "SUCCEEDED", None)
    assert event["payload"] == {"user_id": "alex", "infer": True}
    assert {one["id"] for one in event["results"]} == {one["id"] for one in done["results"]}
    for one in event["results"]:
        assert (one["event"], one["data"], one["user_id"]) == ("ADD", {"memory": "I live in Oslo."}, "alex")
    assert event["latency"] > 0
    assert event["created_at"] <= event["started_at"] <= event["completed_at"] == event["updated_at"]
    for other, id in ((stranger, done["event_id"]), (client, "none")):
        refused = other.get(f"/v1/event/{id}")
        assert refused.status_code == 404
        assert refused.json()["error"]
    assert events(stranger) == []


def test_everything_that_was_done_is_listed_newest_first(client: httpx.Client) -> None:
    id = add(client, "I live in Oslo.")["results"][0]["id"]
    client.post("/v3/memories/search/", json={"query": "Where?", "filters": ALEX})
    client.post("/v3/memories/", json={"filters": ALEX})
    client.get(f"/v1/memories/{id}/")
    client.put(f"/v1/memories/{id}/", json={"text": "I live in Bergen."})
    client.delete(f"/v1/memories/{id}/")
    client.delete("/v1/memories/", params=ALEX)
    assert client.get(f"/v1/memories/{id}").status_code == 404
    kinds = [(one["event_type"], one["status"]) for one in events(client)]
    assert sorted(kinds) == sorted(
        [
            ("GET", "FAILED"), ("DELETE_ALL", "SUCCEEDED"), ("DELETE", "SUCCEEDED"), ("UPDATE", "SUCCEEDED"),
            ("GET", "SUCCEEDED"), ("GET_ALL", "SUCCEEDED"), ("SEARCH", "SUCCEEDED"), ("ADD", "SUCCEEDED"),
        ]
    )  # fmt: skip
    changing = [kind for kind, _ in kinds if kind in ("ADD", "UPDATE", "DELETE", "DELETE_ALL")]
    assert changing == ["DELETE_ALL", "DELETE", "UPDATE", "ADD"]
    assert [one["status"] for one in events(client, event_type="GET", status="FAILED")] == ["FAILED"]
    assert [one["event_type"] for one in events(client, event_type="search")] == ["SEARCH"]
    assert client.get("/v1/events/", params={"event_type": "ADD"}).json()["count"] == 1
    page = client.get("/v1/events", params={"page": 2, "page_size": 3}).json()
    assert (page["count"], len(page["results"])) == (8, 3)
    assert page["next"]
    assert page["previous"]
    assert client.get("/v1/events", params={"page": 9}).status_code == 404


def test_what_is_deleted_leaves_no_word_behind(live: Live, client: httpx.Client, tmp_path: Path) -> None:
    secret = "xylophone"
    done = add(client, f"My secret instrument is the {secret}.", metadata={"why": secret})
    client.post("/v3/memories/search/", json={"query": f"Who plays the {secret}?", "filters": ALEX})
    client.post("/v3/memories/", json={"filters": {"AND": [ALEX, {"metadata": {"why": secret}}]}})
    client.post("/v3/memories/add/", json={"messages": [{"role": secret, "content": secret}], **ALEX})
    client.delete("/v1/memories/", params=ALEX)
    later = add(client, f"I sold my {secret}.", async_mode=True)
    client.delete("/v1/memories/", params=ALEX)
    event = client.get(f"/v1/event/{done['event_id']}/").json()
    assert [one["data"] for one in event["results"]] == [{}] * len(done["results"])
    ended(client, later["event_id"])  # what is under way when its memories go is not stopped midway
    assert len(events(client)) == 7
    live.services.control.close()
    for file in tmp_path.glob("server.db*"):
        assert secret.encode() not in file.read_bytes(), file


def test_reading_waits_for_no_disk_and_is_written_down_later(live: Live, client: httpx.Client, tmp_path: Path) -> None:
    for _ in range(5):
        client.post("/v3/memories/search/", json={"query": "Where?", "filters": ALEX})
    with sqlite3.connect(tmp_path / "server.db") as other:
        other.execute("BEGIN IMMEDIATE")  # nobody else can write now
        assert client.post("/v3/memories/search/", json={"query": "Where?", "filters": ALEX}).status_code == 200
        other.rollback()
    assert live.services.journal.counts("default", "SEARCH") in ({}, {"SEARCH": 5}, {"SEARCH": 6})
    assert len(events(client, event_type="SEARCH")) == 6


def test_a_journal_that_cannot_be_written_fails_no_request(
    live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("no room")

    monkeypatch.setattr(journal, "run", broken)
    assert add(client, "I live in Oslo.")["status"] == "SUCCEEDED"
    assert live.services.journal.dropped == 1
    monkeypatch.undo()
    assert events(client, event_type="ADD") == []


def test_what_waits_to_be_written_is_bounded(live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_MOST_WAITING", 0)
    client.post("/v3/memories/search/", json={"query": "Where?", "filters": ALEX})
    assert live.services.journal.dropped == 1
    assert events(client) == []


def test_what_one_project_does_makes_no_other_forget(live: Live, client: httpx.Client, stranger: httpx.Client) -> None:
    add(stranger, "I live in Oslo.")
    for place in ("Oslo", "Bergen", "Tromsø"):
        add(client, f"I was in {place}.")
    live.services.journal.sweep(30, 2)
    assert (len(events(client)), len(events(stranger))) == (2, 1)


def test_the_journal_forgets(live: Live, client: httpx.Client) -> None:
    for place in ("Oslo", "Bergen", "Tromsø"):
        add(client, f"I was in {place}.")
    live.services.journal.sweep(30, 2)
    assert len(events(client)) == 2
    live.services.journal.sweep(0, 1000)
    assert events(client) == []
