"""What is looked at of the Python SDK: projects, members, webhooks, exports and profiles."""

from __future__ import annotations

import json
from typing import Any

from mem0.exceptions import AuthenticationError, MemoryNotFoundError, ValidationError
from report import check, refused

SCHEMA = {
    "title": "Person",
    "type": "object",
    "properties": {"hobbies": {"type": "array", "items": {"type": "string"}, "description": "What they like to do"}},
}
HOOK = "https://example.com/hook"


# ---------------------------------------------------------------- exports


@check("create_memory_export")
def create_memory_export(world: Any) -> None:
    made = world.client.create_memory_export(json.dumps(SCHEMA), user_id="export")
    assert made["id"]
    assert "message" in made
    refused(ValidationError, lambda: world.client.create_memory_export("no schema", user_id="export"))


@check("get_memory_export")
def get_memory_export(world: Any) -> str:
    world.add("I love to paint. My favorite hobby is chess.", user_id="exported")
    made = world.client.create_memory_export(SCHEMA, user_id="exported")
    found = world.client.get_memory_export(memory_export_id=made["id"])
    assert any("chess" in text for text in found["hobbies"])
    assert world.client.get_memory_export(user_id="exported") == found
    refused(MemoryNotFoundError, lambda: world.client.get_memory_export(user_id="never exported"))
    return "filled by rules from what is stored: no language model writes it"


@check("get_summary")
def get_summary(world: Any) -> str:
    world.add("I play chess.", user_id="summary")
    assert "I play chess." in json.dumps(world.client.get_summary(filters={"user_id": "summary"}))
    return "the stored facts themselves: no language model writes it"


# ---------------------------------------------------------------- projects


@check("get_project")
def get_project(world: Any) -> None:
    found = world.client.get_project(fields=["custom_instructions"])
    assert found["project_id"]
    assert "custom_instructions" in found


@check("update_project")
def update_project(world: Any) -> str:
    world.client.update_project(custom_instructions="Be brief.")
    assert world.client.get_project()["custom_instructions"] == "Be brief."
    world.client.update_project(custom_categories=[{"chess": "Games of chess"}])
    assert world.client.get_project()["custom_categories"] == [{"chess": "Games of chess"}]
    refused(ValidationError, lambda: world.client.update_project(custom_categories=["chess"]))
    world.client.update_project(custom_instructions="", custom_categories=[])
    return "instructions are kept, but nothing follows them: facts are extracted by rules; categories are followed"


@check("project.get")
def project_get(world: Any) -> None:
    found = world.client.project.get()
    assert found["project_id"] == world.client.project.project_id
    assert {"name", "description", "members", "custom_categories", "multilingual", "decay"} <= set(found)


@check("project.update")
def project_update(world: Any) -> None:
    world.client.project.update(custom_instructions="Be short.")
    assert world.client.project.get()["custom_instructions"] == "Be short."


@check("project.create")
def project_create(world: Any) -> None:
    made = world.client.project.create(name="garden", description="What grows")
    assert made["project_id"] not in (None, world.client.project.project_id)


@check("project.get_members")
def get_members(world: Any) -> None:
    assert isinstance(world.client.project.get_members()["members"], list)


@check("project.add_member")
def add_member(world: Any) -> str:
    world.client.project.add_member("ana@example.com", role="READER")
    assert ("ana@example.com", "READER") in _members(world)
    refused(ValueError, lambda: world.client.project.add_member("ana@example.com", role="KING"))
    return "a member is a name on a list: who may call is decided by keys"


@check("project.update_member")
def update_member(world: Any) -> None:
    world.client.project.add_member("bo@example.com", role="READER")
    world.client.project.update_member("bo@example.com", role="OWNER")
    assert ("bo@example.com", "OWNER") in _members(world)


@check("project.remove_member")
def remove_member(world: Any) -> None:
    world.client.project.add_member("cy@example.com")
    world.client.project.remove_member("cy@example.com")
    assert "cy@example.com" not in {name for name, _ in _members(world)}


def _members(world: Any) -> set[tuple[str, str]]:
    return {(one["username"], one["role"]) for one in world.client.project.get_members()["members"]}


@check("project.delete")
def project_delete(world: Any) -> str:
    world.spare.add("I am here.", user_id="one", infer=False, async_mode=False)
    assert "message" in world.spare.project.delete()
    assert "unknown or revoked" in refused(AuthenticationError, world.spare.users)
    return "its memories and its keys go with it"


# ---------------------------------------------------------------- webhooks


@check("create_webhook")
def create_webhook(world: Any) -> None:
    made = _hook(world, "created")
    assert (made["name"], made["url"], made["event_types"]) == ("created", HOOK, ["memory_add"])
    assert made["is_active"] is True
    project = world.client.project.project_id
    refused(ValidationError, lambda: world.client.create_webhook(HOOK, "bad", project, ["no_such_event"]))


@check("get_webhooks")
def get_webhooks(world: Any) -> None:
    made = _hook(world, "listed")
    assert made["webhook_id"] in {one["webhook_id"] for one in _hooks(world)}


@check("update_webhook")
def update_webhook(world: Any) -> None:
    made = _hook(world, "before")
    assert "message" in world.client.update_webhook(made["webhook_id"], name="after", event_types=["memory_delete"])
    found = next(one for one in _hooks(world) if one["webhook_id"] == made["webhook_id"])
    assert (found["name"], found["url"], found["event_types"]) == ("after", HOOK, ["memory_delete"])


@check("delete_webhook")
def delete_webhook(world: Any) -> None:
    made = _hook(world, "gone")
    assert "message" in world.client.delete_webhook(made["webhook_id"])
    assert made["webhook_id"] not in {one["webhook_id"] for one in _hooks(world)}
    refused(MemoryNotFoundError, lambda: world.client.delete_webhook(made["webhook_id"]))


def _hook(world: Any, name: str) -> Any:
    return world.client.create_webhook(HOOK, name, world.client.project.project_id, ["memory_add"])


def _hooks(world: Any) -> Any:
    return world.client.get_webhooks(world.client.project.project_id)


# ---------------------------------------------------------------- profiles


@check("get_profile_settings")
def get_profile_settings(world: Any) -> None:
    assert {"enabled", "entities", "capabilities"} <= set(world.client.get_profile_settings())


@check("update_profile_settings")
def update_profile_settings(world: Any) -> None:
    world.client.update_profile_settings(enabled=True, schema=SCHEMA, custom_instructions="Be brief.")
    found = world.client.get_profile_settings()
    assert found["enabled"] is True
    assert found["entities"]["user"] == {"schema": SCHEMA, "custom_instructions": "Be brief."}
    world.client.update_profile_settings(custom_instructions=None)
    assert world.client.get_profile_settings()["entities"]["user"]["custom_instructions"] is None


@check("generate_profile")
def generate_profile(world: Any) -> None:
    world.client.update_profile_settings(enabled=True, schema=SCHEMA)
    world.add("My favorite hobby is chess.", user_id="profile")
    job = world.client.generate_profile("profile", idempotency_key="once")
    assert (job["operation"], job["entity_type"], job["replayed"]) == ("trigger", "user", False)
    again = world.client.generate_profile("profile", idempotency_key="once")
    assert (again["job_id"], again["replayed"]) == (job["job_id"], True)


@check("get_profile")
def get_profile(world: Any) -> str:
    world.client.update_profile_settings(enabled=True, schema=SCHEMA)
    world.add("My favorite hobby is chess.", user_id="profiled")
    world.client.generate_profile("profiled")
    found = world.client.get_profile("profiled")
    assert (found["status"], found["entity_type"], found["entity_id"]) == ("succeeded", "user", "profiled")
    assert "chess" in json.dumps(found["profile"])
    return "filled by rules from the stored facts, at the moment it is asked for"


@check("sample_profiles")
def sample_profiles(world: Any) -> None:
    world.client.update_profile_settings(enabled=True, schema=SCHEMA)
    world.add("My favorite hobby is chess.", user_id="sampled")
    job = world.client.sample_profiles(limit=1)
    assert (job["operation"], job["sampled"], len(job["entity_ids"])) == ("sample", 1, 1)


@check("get_profile_job")
def get_profile_job(world: Any) -> None:
    world.client.update_profile_settings(enabled=True, schema=SCHEMA)
    world.add("My favorite hobby is chess.", user_id="job")
    made = world.client.generate_profile("job")
    for name in (made["job_id"], made["status_url"]):
        job = world.client.get_profile_job(name)["job"]
        assert (job["id"], job["operation"], job["succeeded"]) == (made["job_id"], "trigger", 1)
    refused(MemoryNotFoundError, lambda: world.client.get_profile_job("none"))
