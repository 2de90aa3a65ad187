"""What is looked at of the Python SDK: memories and whose they are."""

from __future__ import annotations

import os
from typing import Any

from mem0.exceptions import MemoryNotFoundError, ValidationError
from report import check, refused

NOBODY = "00000000-0000-4000-8000-000000000000"
"""The id of no memory."""

DIET = [
    {"role": "user", "content": "I'm a vegetarian and allergic to nuts."},
    {"role": "assistant", "content": "Got it! I'll remember your dietary preferences."},
]


@check("constructor")
def constructor(world: Any) -> None:
    assert world.client.user_email == "user@localhost"
    if not world.first_generation:  # the first one keeps them to itself
        assert world.client.org_id
        assert world.client.project_id
    assert "unknown or revoked" in refused(ValueError, lambda: world.open("wrong"))
    slashed = world.open(os.environ["MEM0_API_KEY"], os.environ["MEM0_HOST"] + "/")
    assert slashed.get_all(filters={"user_id": "nobody"})["results"] == []


@check("add")
def add(world: Any) -> str | None:
    answer = world.add(DIET, user_id="add")
    assert answer["status"] == "SUCCEEDED"
    assert answer["event_id"]
    assert {"id", "memory", "event"} <= set(answer["results"][0])
    assert all(one["event"] == "ADD" for one in answer["results"])
    for form in ("I live in Oslo.", {"role": "user", "content": "I live in Oslo."}):
        world.add(form, user_id="forms")
    assert set(world.texts(user_id="forms")) == {"I live in Oslo."}
    kept = world.told("Verbatim.", user_id="kept", agent_id="a", app_id="b", run_id="c", metadata={"via": "mail"})
    found = world.client.get(kept)
    assert (found["user_id"], found["agent_id"], found["app_id"], found["run_id"]) == ("kept", "a", "b", "c")
    assert (found["metadata"], found["session_id"]) == ({"via": "mail"}, "c")
    world.add("I live in Rome.", filters={"user_id": "within"})
    assert set(world.texts(user_id="within")) == {"I live in Rome."}
    assert "user_id" in refused(ValidationError, lambda: world.add("I live in Oslo."))
    if world.first_generation:
        return "`async_mode=True`, which it always sends, answers `PENDING`; the turns can be searched at once"
    return "answers when it is done: `status` is `SUCCEEDED`, and `results` says what became of each memory"


@check("search")
def search(world: Any) -> None:
    world.add(DIET, user_id="search")
    world.add("I am allergic to cats.", user_id="stranger")
    answer = world.client.search("What are my dietary restrictions?", filters={"user_id": "search"})
    best = answer["results"][0]
    assert best["memory"] == "I'm a vegetarian and allergic to nuts."
    assert {"id", "memory", "user_id", "categories", "created_at", "score"} <= set(best)
    scores = [hit["score"] for hit in answer["results"]]
    assert 1 >= scores[0] >= 0.3
    assert scores == sorted(scores, reverse=True)
    assert {hit["user_id"] for hit in answer["results"]} == {"search"}
    one = world.client.search("What am I allergic to?", filters={"user_id": "search"}, top_k=1)
    assert len(one["results"]) == 1
    either = {"OR": [{"user_id": "search"}, {"user_id": "stranger"}]}
    found = world.client.search("What am I allergic to?", filters=either)["results"]
    assert {hit["user_id"] for hit in found} == {"search", "stranger"}
    assert "user_id" in refused(ValidationError, lambda: world.client.search("anything?", filters={}))


@check("get_all")
def get_all(world: Any) -> None:
    for number in range(3):
        world.told(f"Note {number}.", user_id="pages", metadata={"number": number})
    first = world.client.get_all(filters={"user_id": "pages"}, page=1, page_size=2)
    second = world.client.get_all(filters={"user_id": "pages"}, page=2, page_size=2)
    assert (first["count"], len(first["results"]), len(second["results"])) == (3, 2, 1)
    assert (bool(first["next"]), first["previous"], second["next"], bool(second["previous"])) == (
        True, None, None, True,
    )  # fmt: skip
    assert {one["memory"] for one in first["results"] + second["results"]} == {f"Note {n}." for n in range(3)}
    narrowed = {"AND": [{"user_id": "pages"}, {"metadata": {"number": 1}}]}
    assert [one["memory"] for one in world.client.get_all(filters=narrowed)["results"]] == ["Note 1."]


@check("get")
def get(world: Any) -> None:
    memory = world.told("I play chess.", user_id="get")
    found = world.client.get(memory)
    assert (found["id"], found["memory"], found["user_id"]) == (memory, "I play chess.", "get")
    assert found["created_at"] <= found["updated_at"]
    refused(MemoryNotFoundError, lambda: world.client.get(NOBODY))


@check("update")
def update(world: Any) -> None:
    memory = world.told("I play chess.", user_id="update")
    world.client.update(memory, text="I play go.", metadata={"via": "mail"})
    found = world.client.get(memory)
    assert (found["memory"], found["metadata"]) == ("I play go.", {"via": "mail"})
    world.client.update(memory, timestamp=1_700_000_000)
    assert world.client.get(memory)["created_at"].startswith("2023-11-14")
    if not world.first_generation:
        world.client.update(memory, expiration_date="2020-01-01")
        assert world.texts(user_id="update") == []
        world.client.update(memory, expiration_date=None)
    assert world.texts(user_id="update") == ["I play go."]
    refused(MemoryNotFoundError, lambda: world.client.update(NOBODY, text="I play go."))
    refused(ValueError, lambda: world.client.update(memory))
    fixed = world.told("It stays.", user_id="update", immutable=True)
    assert "immutable" in refused(ValidationError, lambda: world.client.update(fixed, text="It goes."))


@check("delete")
def delete(world: Any) -> None:
    memory = world.told("I play chess.", user_id="delete")
    assert world.client.delete(memory)["message"] == "Memory deleted successfully!"
    refused(MemoryNotFoundError, lambda: world.client.get(memory))
    refused(MemoryNotFoundError, lambda: world.client.delete(memory))
    if not world.first_generation:
        old = world.add("I live in Oslo.", user_id="moved")["results"][0]["id"]
        new = world.add("I live in Bergen.", user_id="moved")["results"][0]["id"]
        assert world.client.get(old)["replaced_by"] == new
        assert world.client.delete(new, delete_linked=True)["cascade_count"] >= 1
        refused(MemoryNotFoundError, lambda: world.client.get(old))


@check("delete_all")
def delete_all(world: Any) -> str:
    world.told("I go.", user_id="goes")
    world.told("I stay.", user_id="stays")
    assert "message" in world.client.delete_all(user_id="goes")
    assert (world.texts(user_id="goes"), world.texts(user_id="stays")) == ([], ["I stay."])
    refused(ValidationError, world.client.delete_all)
    refused(ValidationError, lambda: world.client.delete_all(filters={"user_id": "stays"}))
    assert world.texts(user_id="stays") == ["I stay."]
    return "it is done when it answers; without an id it is refused"


@check("history")
def history(world: Any) -> None:
    memory = world.told("I play chess.", user_id="history")
    world.client.update(memory, text="I play go.")
    rows = world.client.history(memory)
    assert [(row["event"], row["old_memory"], row["new_memory"]) for row in rows] == [
        ("ADD", None, "I play chess."),
        ("UPDATE", "I play chess.", "I play go."),
    ]
    assert {row["memory_id"] for row in rows} == {memory}
    refused(MemoryNotFoundError, lambda: world.client.history(NOBODY))


@check("batch_update")
def batch_update(world: Any) -> None:
    kept = [world.told(f"Note {number}.", user_id="batch") for number in range(2)]
    changes = [{"memory_id": memory, "text": f"New {number}."} for number, memory in enumerate(kept)]
    assert world.client.batch_update(changes)["message"] == "Successfully updated 2 memories"
    assert world.texts(user_id="batch") == ["New 0.", "New 1."]
    unknown = [{"memory_id": kept[0], "text": "Newer."}, {"memory_id": NOBODY, "text": "Newer."}]
    refused(MemoryNotFoundError, lambda: world.client.batch_update(unknown))
    assert world.texts(user_id="batch") == ["New 0.", "New 1."]


@check("batch_delete")
def batch_delete(world: Any) -> None:
    kept = [world.told(f"Note {number}.", user_id="batch gone") for number in range(3)]
    gone = [{"memory_id": memory} for memory in kept[:2]]
    assert world.client.batch_delete(gone)["message"] == "Successfully deleted 2 memories"
    assert world.texts(user_id="batch gone") == ["Note 2."]
    refused(MemoryNotFoundError, lambda: world.client.batch_delete(gone))


@check("users")
def users(world: Any) -> None:
    world.told("One.", user_id="whose", agent_id="helper", app_id="shop", run_id="trip")
    world.told("Two.", user_id="whose")
    found = {(one["type"], one["name"]): one for one in world.client.users()["results"]}
    assert {("user", "whose"), ("agent", "helper"), ("app", "shop"), ("run", "trip")} <= set(found)
    assert found["user", "whose"]["total_memories"] == 2
    assert found["run", "trip"]["total_memories"] == 1


@check("delete_users")
def delete_users(world: Any) -> None:
    strange = "user@shop" if world.first_generation else "a/b c%é"
    for name in ("gone", "left", strange):
        world.told("I am here.", user_id=name)
    assert world.client.delete_users(user_id="gone")["message"] == "Entity deleted successfully."
    world.client.delete_users(user_id=strange)
    names = {one["name"] for one in world.client.users()["results"]}
    assert "left" in names
    assert not {"gone", strange} & names
    assert (world.texts(user_id="gone"), world.texts(user_id="left")) == ([], ["I am here."])


@check("reset")
def reset(world: Any) -> None:
    for name in ("one", "two"):
        world.spare.add("I am here.", user_id=name, agent_id="helper", infer=False, async_mode=False)
    world.told("I am here.", user_id="not reset")
    assert world.spare.reset()["message"] == "Client reset successful. All users and memories deleted."
    assert world.spare.users()["results"] == []
    assert world.spare.get_all(filters={"user_id": "*"})["results"] == []
    assert world.texts(user_id="not reset") == ["I am here."]


@check("feedback")
def feedback(world: Any) -> str:
    memory = world.told("I play chess.", user_id="feedback")
    if world.first_generation and not world.asynchronous:
        refused(TypeError, lambda: world.client.feedback(memory, feedback="POSITIVE"))
        refused(MemoryNotFoundError, lambda: world.client.feedback(NOBODY, feedback="POSITIVE"))
        return "the server takes it; then this version of the client fails in its own telemetry"
    given = world.client.feedback(memory, feedback="positive", feedback_reason="true")
    assert (given["feedback"], given["feedback_reason"]) == ("POSITIVE", "true")
    assert world.client.feedback(memory)["feedback"] is None
    refused(ValueError, lambda: world.client.feedback(memory, feedback="so so"))
    refused(MemoryNotFoundError, lambda: world.client.feedback(NOBODY, feedback="POSITIVE"))
    return "it is kept, but the ranking does not look at it"


@check("chat")
def chat(world: Any) -> str:
    refused(NotImplementedError, world.client.chat)
    return "not implemented, says the client itself"
