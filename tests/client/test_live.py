"""The clients against a real server: the quickstart as printed, and every effect of a method on the memories."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import AsyncMemoryClient, MemoryClient
from graphmem.errors import AccessDenied, InvalidInput, NotFound
from graphmem.types import Message

if TYPE_CHECKING:
    from tests.rest.live import Live

TALK = [
    {"role": "user", "content": "I'm a vegetarian and allergic to nuts."},
    {"role": "assistant", "content": "Got it! I'll remember your dietary preferences."},
]


def texts(found: dict[str, Any]) -> list[str]:
    return [one["memory"] for one in found["results"]]


def test_the_quickstart(live: Live, key: str) -> None:
    client = MemoryClient(api_key=key, host=live.url)
    client.add(TALK, user_id="user123")
    results = client.search("What are my dietary restrictions?", filters={"user_id": "user123"})
    client.close()
    first = results["results"][0]
    assert "vegetarian" in first["memory"]
    assert {"id", "memory", "user_id", "categories", "created_at", "score"} <= first.keys()
    assert first["score"] >= 0.3


def test_the_quickstart_with_awaits(live: Live, key: str) -> None:
    async def both() -> dict[str, Any]:
        async with AsyncMemoryClient(api_key=key, host=live.url) as client:
            await client.add(TALK, user_id="user123")
            one, two = await asyncio.gather(
                client.search("What are my dietary restrictions?", user_id="user123"),
                client.search("What are my dietary restrictions?", filters={"user_id": "user123"}),
            )
            assert one == two
            return one

    assert any("nuts" in text for text in texts(asyncio.run(both())))


@pytest.mark.parametrize("messages", ["I live in Oslo.", ["I live in Oslo."], Message(content="I live in Oslo.")])
def test_messages_may_be_short(client: MemoryClient, messages: Any) -> None:
    added = client.add(messages, user_id="alex")
    assert added["status"] == "SUCCEEDED"
    assert added["results"][0]["memory"] == "I live in Oslo."


def test_a_memory_lives(client: MemoryClient) -> None:
    id = client.add("I live in Oslo.", user_id="alex", metadata={"k": 1})["results"][0]["id"]
    assert client.get(id)["metadata"] == {"k": 1}
    assert client.update(id, text="I live in Bergen.", expiration_date="2099-01-01")["id"] == id
    assert client.get(id)["expiration_date"] == "2099-01-01"
    client.update(id, expiration_date=None)
    assert client.get(id)["expiration_date"] is None
    assert [event["event"] for event in client.history(id)][:2] == ["ADD", "UPDATE"]
    client.delete(id)
    with pytest.raises(NotFound):
        client.get(id)


def test_pages_and_deletion(client: MemoryClient) -> None:
    for city in ("Oslo", "Bergen", "Lima"):
        client.add(f"I like {city}.", user_id="alex", infer=False)
    client.add("I like Rome.", user_id="bo", infer=False)
    page = client.get_all(filters={"user_id": "alex"}, page=1, page_size=2)
    assert (page["count"], len(page["results"])) == (3, 2)
    assert client.get_all(user_id="alex", page=2, page_size=2)["results"]
    client.delete_all(user_id="alex")
    assert texts(client.get_all(user_id="alex")) == []
    assert texts(client.get_all(user_id="bo")) == ["I like Rome."]
    with pytest.raises(InvalidInput, match="nothing was deleted"):
        client.delete_all()


def test_batches(client: MemoryClient) -> None:
    ids = [client.add(f"I like {x}.", user_id="alex", infer=False)["results"][0]["id"] for x in ("Oslo", "Lima")]
    client.batch_update([{"memory_id": ids[0], "text": "I like Bergen."}])
    assert client.get(ids[0])["memory"] == "I like Bergen."
    client.batch_delete([{"memory_id": ids[0]}, ids[1]])
    assert texts(client.get_all(user_id="alex")) == []


def test_older_spellings(client: MemoryClient) -> None:
    client.add("I live in Oslo.", user_id="alex", session_id="s", output_format="v1.1", version="v2")
    assert texts(client.search("Where do I live?", user_id="alex", limit=1)) == ["I live in Oslo."]
    assert texts(client.get_all(user_id="alex", session_id="s", layers=["conversation"])) == ["I live in Oslo."]
    assert texts(client.search("Where?", {"filters": {"user_id": "alex"}, "top_k": 1}))


def test_the_graph(client: MemoryClient) -> None:
    client.add("My sister Ana lives in Bergen.", user_id="alex")
    assert "Ana" in [one["name"] for one in client.entities(user_id="alex")["results"]]
    near = client.neighbours("Ana", user_id="alex")
    assert any("Bergen" in memory["memory"] for memory in near["memories"])
    assert client.path("Ana", "Bergen", user_id="alex")["results"][0]["type"] == "LIVES_IN"
    assert client.relations("Ana", type="LIVES_IN", user_id="alex")["results"]
    assert texts(client.timeline("Ana", user_id="alex"))
    assert client.subgraph(user_id="alex")
    with pytest.raises(NotFound, match="Zoe"):
        client.neighbours("Zoe", user_id="alex")


def test_whose_memories_there_are(client: MemoryClient) -> None:
    for user in ("alex", "a/b c", "ünï"):
        client.add("I like tea.", user_id=user, infer=False)
    client.add("I like tea.", agent_id="coach", infer=False)
    assert {(one["type"], one["name"]) for one in client.users()["results"]} == {
        ("user", "alex"), ("user", "a/b c"), ("user", "ünï"), ("agent", "coach"),
    }  # fmt: skip
    client.delete_users(user_id="a/b c")
    assert "a/b c" not in [one["name"] for one in client.users()["results"]]
    client.delete_users(agent_id="coach")
    client.reset()
    assert client.users()["results"] == []
    client.reset()


def test_the_project(client: MemoryClient) -> None:
    client.project.update(custom_categories=[{"drinks": "What people drink"}], custom_instructions="Be brief")
    found = client.project.get()
    assert (found["project_id"], found["custom_instructions"]) == ("default", "Be brief")
    assert client.get_project(fields=["custom_categories"])["custom_categories"] == [{"drinks": "What people drink"}]
    client.project.add_member("ana@example.com")
    client.project.update_member("ana@example.com", "OWNER")
    assert ("ana@example.com", "OWNER") in {(one["username"], one["role"]) for one in _members(client)}
    client.project.remove_member("ana@example.com")
    assert "ana@example.com" not in {one["username"] for one in _members(client)}
    assert client.project.create("another")["project_id"] != "default"


def _members(client: MemoryClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.project.get_members()["members"]
    return found


def test_what_became_of_a_call(client: MemoryClient) -> None:
    done = client.add("I live in Oslo.", user_id="alex")
    event = client.get_event(done["event_id"])
    assert (event["id"], event["event_type"], event["status"]) == (done["event_id"], "ADD", "SUCCEEDED")
    assert done["event_id"] in [one["id"] for one in client.get_events(page_size=10)["results"]]
    with pytest.raises(NotFound):
        client.get_event("nope")


def test_an_add_may_be_left_for_later(client: MemoryClient) -> None:
    asked = client.add("My sister Ana lives in Bergen.", user_id="alex", async_mode=True)
    assert asked["status"] == "PENDING"
    until = time.monotonic() + 30
    while client.get_event(asked["event_id"])["status"] != "SUCCEEDED":
        assert time.monotonic() < until
        time.sleep(0.02)
    assert texts(client.search("Where does Ana live?", user_id="alex"))


def test_webhooks(client: MemoryClient) -> None:
    id = client.create_webhook("https://example.com/hook", "mine", "default", ["memory_add"])["webhook_id"]
    client.update_webhook(id, name="yours")
    assert [(one["webhook_id"], one["name"]) for one in client.get_webhooks("default")] == [(id, "yours")]
    client.delete_webhook(id)
    assert client.get_webhooks("default") == []


def test_exports_summaries_feedback_and_profiles(client: MemoryClient) -> None:
    id = client.add("I live in Oslo.", user_id="alex")["results"][0]["id"]
    schema = {"type": "object", "properties": {"memories": {"type": "array", "items": {"type": "string"}}}}
    asked = client.create_memory_export(schema, filters={"user_id": "alex"})
    found = client.get_memory_export(memory_export_id=asked["id"])
    assert "I live in Oslo." in str(found)
    assert client.get_memory_export(filters={"user_id": "alex"}) == found
    assert client.get_summary({"user_id": "alex"})
    assert client.feedback(id, "positive", "right")["feedback"] == "POSITIVE"
    assert client.feedback(id)["feedback"] is None
    client.update_profile_settings(enabled=True)
    assert client.get_profile_settings()["enabled"] is True
    job = client.generate_profile("alex")
    assert client.get_profile_job(job["status_url"]) == client.get_profile_job(job["job_id"])
    assert client.sample_profiles(limit=1)["operation"] == "sample"
    assert client.get_profile("alex")["entity_id"] == "alex"


def test_any_route(client: MemoryClient) -> None:
    assert client.call("GET", "/healthz")["status"] == "ok"
    with pytest.raises(NotFound, match="there is no GET /nowhere"):
        client.call("GET", "/nowhere")


def test_a_wrong_key_opens_nothing(live: Live) -> None:
    with MemoryClient("wrong-key", live.url) as client, pytest.raises(AccessDenied, match="unknown or revoked"):
        client.search("anything", user_id="alex")


def test_a_reader_changes_nothing(live: Live) -> None:
    secret = live.accounts.create_key(role="READER")[1]
    with MemoryClient(secret, live.url) as client:
        assert texts(client.search("anything", user_id="alex")) == []
        with pytest.raises(AccessDenied, match="only read"):
            client.add("hi", user_id="alex")


def test_threads_may_share_a_client(client: MemoryClient) -> None:
    def one(number: int) -> list[str]:
        client.add(f"I like number {number}.", user_id=f"u{number}", infer=False)
        return texts(client.get_all(user_id=f"u{number}"))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(16))) == [[f"I like number {number}."] for number in range(16)]
