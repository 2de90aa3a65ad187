"""What a server forgets by itself, without being asked."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from graphmem.errors import NotFound
from graphmem.rest.accounts import Caller
from tests.rest.asks import added, json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from graphmem.types import Events
    from tests.rest.live import Live


def until(live: Live, name: str, done: Callable[[], bool], seconds: float = 30) -> None:
    """Wake one of the loops until something is done."""
    (loop,) = [loop for loop in live.services.loops if loop.thread.name == name]
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        loop.wake()
        time.sleep(0.02)


def test_what_was_being_added_to_a_deleted_project_goes_too(live: Live, client: httpx.Client) -> None:
    project = live.accounts.create_project("default", "another", maker="default").id
    memory = live.memory(project)  # as a request holds it that is under way
    json(client.delete(f"/api/v1/orgs/organizations/default/projects/{project}/"))
    memory.add("I live in Oslo.", user_id="alex")
    added(client, "I live in Bergen.")
    until(live, "deleted", lambda: not memory.holders())
    assert memory.stats().memories == 0
    assert live.memory().stats().memories == 2


def test_a_late_add_to_a_deleted_project_is_refused(live: Live) -> None:
    project = live.accounts.create_project("default", "another").id
    memory = live.memory(project)

    def capture(defer: Callable[[list[str]], None]) -> Events:
        events = memory.add("I live in Oslo.", user_id="alex", defer=defer)
        with suppress(NotFound):
            live.accounts.delete_project(project)
        return events

    caller = Caller(project, "default", "OWNER", "key")
    for _ in ("deleted while the turns are stored", "deleted before"):
        with pytest.raises(NotFound, match="deleted"):
            live.services.queue.accept(caller, "user:alex", {}, {}, capture)
        until(live, "deleted", lambda: not memory.holders())


def test_a_project_that_was_made_again_stays(live: Live) -> None:
    live.accounts.adopt("acme")
    live.accounts.delete_project("acme")
    assert [row["id"] for row in live.services.control.run("deleted_projects")] == ["acme"]
    live.accounts.adopt("acme")
    assert live.services.control.run("deleted_projects") == []


def test_feedback_exports_and_jobs_of_profiles_go_after_a_time(live: Live, client: httpx.Client) -> None:
    control = live.services.control
    memory_id = added(client, "I live in Oslo.")[0]["id"]
    json(client.post("/v1/feedback/", json={"memory_id": memory_id, "feedback": "NEGATIVE"}))
    old = {"project_id": "default", "now": "2020-01-01T00:00:00+00:00", "request": "{}"}
    control.run("add_export", id="e", about="a", **old)
    control.run("add_profile_job", id="p", key="k", answer="{}", job="{}", **old)
    live.memory().delete(memory_id)
    until(live, "sweep", lambda: not control.run("feedback_of", project_id="default", store=live.services.store))
    assert control.run("exports", project_id="default", id="e", about=None) == []
    assert control.run("profile_jobs", project_id="default", id="p", key=None) == []


def test_what_goes_is_overwritten(live: Live, client: httpx.Client, tmp_path: Path) -> None:
    with live.services.control.writing() as connection:
        assert connection.execute("PRAGMA secure_delete").fetchone()[0] == 1
    memory_id = added(client, "I live in Oslo.")[0]["id"]
    body = {"memory_id": memory_id, "feedback": "NEGATIVE", "feedback_reason": "Zanzibar instead"}
    json(client.post("/v1/feedback/", json=body))
    json(client.delete(f"/v1/memories/{memory_id}/"))
    live.services.close()  # a loop that still has the file would be the last to leave it, and tidy it then
    live.services.control.close()
    for file in tmp_path.glob("server.db*"):
        assert b"Zanzibar" not in file.read_bytes(), file
