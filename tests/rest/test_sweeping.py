"""What a server forgets by itself, without being asked."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.rest.asks import added, json

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

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


def test_a_project_that_was_made_again_stays(live: Live) -> None:
    live.accounts.adopt("acme")
    live.accounts.delete_project("acme")
    assert [row["id"] for row in live.services.control.run("deleted_projects")] == ["acme"]
    live.accounts.adopt("acme")
    assert live.services.control.run("deleted_projects") == []
