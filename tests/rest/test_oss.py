"""The routes of Mem0's self-hosted server: the same memory under paths without a version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.rest.test_problems import flat

if TYPE_CHECKING:
    import httpx

    from tests.rest.live import Live


@pytest.fixture
def keyed(live: Live) -> httpx.Client:
    """Shows its key as that server's clients do."""
    _, key = live.accounts.create_key()
    client = live.client(key, headers={"X-API-Key": key})
    del client.headers["Authorization"]
    return client


def added(client: httpx.Client, text: str = "I live in Oslo.", **ids: str) -> Any:
    body = {"messages": [{"role": "user", "content": text}], **(ids or {"user_id": "alex"})}
    answer = client.post("/memories", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_a_memory_from_its_first_day_to_its_last(keyed: httpx.Client) -> None:
    first = added(keyed)[0]
    assert first["event"] == "ADD"
    path = f"/memories/{first['id']}"
    assert keyed.get(path).json()["memory"] == first["memory"] == "I live in Oslo."
    change = {"text": "I live in Bergen.", "metadata": {"a": 1}}
    assert keyed.put(path, json=change).json() == {"message": "Memory updated successfully!"}
    assert keyed.put(path, json={"metadata": {"b": 2}}).status_code == 200
    now = keyed.get(path).json()
    assert (now["memory"], now["metadata"]) == ("I live in Bergen.", {"a": 1, "b": 2})
    assert keyed.put(path, json={"data": "I live in Rome."}).status_code == 200
    told = keyed.get(f"{path}/history").json()
    assert [one["event"] for one in told] == ["ADD", "UPDATE", "UPDATE", "UPDATE"]
    assert told[-1]["new_memory"] == "I live in Rome."
    assert "deleted" in keyed.delete(path).json()["message"]
    assert keyed.get(path).status_code == 404


def test_lists_and_searches(keyed: httpx.Client) -> None:
    added(keyed)
    added(keyed, "I like tea.", user_id="sam")
    listed = keyed.get("/memories", params={"user_id": "alex"}).json()["results"]
    assert {one["memory"] for one in listed} == {"I live in Oslo."}
    assert {one["user_id"] for one in keyed.get("/memories").json()["results"]} == {"alex", "sam"}
    assert len(keyed.get("/memories", params={"top_k": 1}).json()["results"]) == 1
    assert keyed.get("/memories", params={"top_k": 1001}).status_code == 400
    for body in ({"user_id": "alex"}, {"filters": {"user_id": "alex"}}):
        hit = keyed.post("/search", json={"query": "Where do I live?", **body, "explain": True}).json()["results"][0]
        assert hit["memory"] == "I live in Oslo."
        assert hit["score"] >= 0.1
        assert hit["score_details"] == hit["score_breakdown"]
        assert hit["hash"]
    assert keyed.post("/search", json={"query": "x"}).status_code == 400
    assert keyed.post("/search", json={"query": "x", "user_id": "alex", "threshold": 1}).json() == {"results": []}


def test_a_deletion_without_an_id_is_refused(live: Live, keyed: httpx.Client) -> None:
    added(keyed)
    for path in ("/memories", "/memories?user_id=", "/memories?filters={'user_id': 'alex'}"):
        answer = keyed.delete(path)
        assert answer.status_code == 400
        assert "nothing was deleted" in flat(answer)
    assert live.memory().stats().memories == 2
    assert keyed.delete("/memories", params={"user_id": "alex"}).json()["count"] == 2
    assert live.memory().stats().memories == 0


def test_whom_memories_are_kept_for(live: Live, keyed: httpx.Client) -> None:
    added(keyed)
    added(keyed, "I like tea.", user_id="a/b", run_id="r")
    held = {(one["type"], one["id"]): one["total_memories"] for one in keyed.get("/entities").json()}
    assert held == {("user", "alex"): 2, ("user", "a/b"): 2, ("run", "r"): 1}  # the fact belongs to all sessions
    assert keyed.delete("/entities/user/*").status_code == 200
    assert live.memory().stats().memories == 4
    assert keyed.delete("/entities/user/a%2Fb").status_code == 200
    assert [one["id"] for one in keyed.get("/entities").json()] == ["alex"]
    assert keyed.delete("/entities/king/alex").status_code == 400


def test_a_reset_empties_the_project_and_no_other(live: Live, keyed: httpx.Client, stranger: httpx.Client) -> None:
    added(keyed)
    added(stranger)
    assert keyed.post("/reset").status_code == 200
    assert keyed.get("/memories").json() == {"results": []}
    assert len(stranger.get("/memories").json()["results"]) == 2


def test_a_reader_changes_nothing(live: Live) -> None:
    id = live.memory().add("I live in Oslo.", user_id="alex").results[0].id
    reader = live.client(live.accounts.create_key(role="READER")[1])
    for method, path in (
        ("POST", "/memories"), ("PUT", f"/memories/{id}"), ("DELETE", f"/memories/{id}"), ("POST", "/reset"),
        ("DELETE", "/memories?user_id=alex"), ("DELETE", "/entities/user/alex"), ("POST", "/configure"),
    ):  # fmt: skip
        answer = reader.request(method, path, json={"messages": "x", "user_id": "alex", "text": "x"})
        assert answer.status_code == 403, (method, path)
    assert live.memory().get(id).memory == "I live in Oslo."


def test_the_configuration_can_be_read_and_is_no_secret(keyed: httpx.Client) -> None:
    told = keyed.get("/configure")
    assert told.json()["vector_store"]["provider"] == "sqlite"
    assert "/" not in told.text
    refused = keyed.post("/configure", json={"llm": {}})
    assert refused.status_code == 405
    assert "started" in flat(refused)


def test_the_root_is_for_people_and_programs(live: Live, keyed: httpx.Client) -> None:
    page = keyed.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert keyed.get("/").json()["docs"] == "/docs"
    for path in ("/docs", "/"):
        shown = keyed.get(path, headers={"Accept": "text/html"})
        linked = re.findall(r'(?:src|href)="([^"]+)"', shown.text)
        assert len(linked) == 3  # none of them on another server
        assert all(keyed.get(link).status_code == 200 and link.startswith("/") for link in linked), linked
