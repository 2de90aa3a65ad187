"""The clients against a real server: the quickstart as printed, and every effect of a method on the memories."""

from __future__ import annotations

import asyncio
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


def test_the_project(client: MemoryClient) -> None:
    assert client.project.get()["project_id"] == "default"


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
