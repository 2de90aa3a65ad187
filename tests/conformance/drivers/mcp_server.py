"""Drives mem0-mcp-server over stdio: each tool, and the prompt."""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from report import check, run

if TYPE_CHECKING:
    from collections.abc import Coroutine

DEFAULT = "mem0-mcp"
"""The user that the server means if none is named."""
NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass
class World:
    """A session with a running server."""

    session: ClientSession
    loop: asyncio.AbstractEventLoop

    def wait(self, asked: Coroutine[Any, Any, Any]) -> Any:
        """What comes of something asynchronous."""
        return asyncio.run_coroutine_threadsafe(asked, self.loop).result()

    def call(self, tool: str, **arguments: Any) -> Any:
        """What a tool answers, which is JSON."""
        answer = self.wait(self.session.call_tool(tool, arguments))
        assert not answer.isError, answer.content
        return json.loads(answer.content[0].text)  # type: ignore[union-attr]

    def told(self, text: str, **whose: str) -> str:
        """Add a text; the id of its first memory."""
        return str(self.call("add_memory", text=text, **whose)["results"][0]["id"])

    def texts(self, user_id: str) -> set[str]:
        """What a user's memory holds."""
        found = self.call("get_memories", filters={"user_id": user_id})["results"]
        return {one["memory"] for one in found}


@check("add_memory")
def add_memory(world: World) -> None:
    assert world.call("add_memory", text="I live in Oslo.", user_id="add")["status"] == "SUCCEEDED"
    turns = [{"role": "user", "content": "I live in Rome."}]
    world.call("add_memory", text="ignored", messages=turns, user_id="add", metadata={"via": "chat"})
    assert {"I live in Oslo.", "I live in Rome."} <= world.texts("add")
    world.told("I live in Lima.")
    assert "I live in Lima." in world.texts(DEFAULT)


@check("search_memories")
def search_memories(world: World) -> None:
    world.told("I'm a vegetarian and allergic to nuts.", user_id="search")
    named = {"AND": [{"user_id": "search"}]}
    found = world.call("search_memories", query="What are my dietary restrictions?", filters=named, limit=1)["results"]
    assert [hit["memory"] for hit in found] == ["I'm a vegetarian and allergic to nuts."]
    assert "search" not in {hit["user_id"] for hit in world.call("search_memories", query="allergies")["results"]}


@check("get_memories")
def get_memories(world: World) -> None:
    for text in ("I live in Oslo.", "I play chess."):
        world.told(text, user_id="pages")
    page = world.call("get_memories", filters={"user_id": "pages"}, page=1, page_size=1)
    assert (page["count"] > 1, len(page["results"]), bool(page["next"])) == (True, 1, True)


@check("get_memory")
def get_memory(world: World) -> None:
    memory = world.told("I play chess.", user_id="get")
    assert world.call("get_memory", memory_id=memory)["memory"] == "I play chess."
    assert "error" in world.call("get_memory", memory_id=NOBODY)


@check("update_memory")
def update_memory(world: World) -> None:
    memory = world.told("I play chess.", user_id="update")
    assert world.call("update_memory", memory_id=memory, text="I play go.")["memory"] == "I play go."
    assert world.call("get_memory", memory_id=memory)["memory"] == "I play go."


@check("delete_memory")
def delete_memory(world: World) -> None:
    memory = world.told("I play chess.", user_id="delete")
    assert world.call("delete_memory", memory_id=memory)["message"] == "Memory deleted successfully!"
    assert "error" in world.call("get_memory", memory_id=memory)


@check("delete_all_memories")
def delete_all_memories(world: World) -> None:
    world.told("I go.", user_id="goes")
    world.told("I stay here.", user_id="stays")
    world.call("delete_all_memories", user_id="goes")
    assert (world.texts("goes"), world.texts("stays")) == (set(), {"I stay here."})


@check("list_entities")
def list_entities(world: World) -> None:
    world.told("I play chess.", user_id="listed")
    found = world.call("list_entities")["results"]
    assert ("user", "listed") in {(one["type"], one["name"]) for one in found}


@check("delete_entities")
def delete_entities(world: World) -> None:
    world.told("I play chess.", user_id="gone")
    assert world.call("delete_entities", user_id="gone")["message"] == "Entity deleted successfully."
    assert world.texts("gone") == set()
    assert "gone" not in {one["name"] for one in world.call("list_entities")["results"]}


@check("memory_assistant")
def memory_assistant(world: World) -> None:
    prompt = world.wait(world.session.get_prompt("memory_assistant"))
    assert "add_memory" in prompt.messages[0].content.text  # type: ignore[union-attr]


async def drive() -> None:
    """Start the server, and call every tool from a thread beside the session."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent / "hosts")}
    program = str(Path(sys.executable).parent / "mem0-mcp-server")
    async with (
        stdio_client(StdioServerParameters(command=program, env=env)) as (read, write),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        tools, prompts = await session.list_tools(), await session.list_prompts()
        there = [one.name for one in (*tools.tools, *prompts.prompts)]
        world = World(session, asyncio.get_running_loop())
        await asyncio.to_thread(run, world, there, importlib.metadata.version("mem0-mcp-server"))


asyncio.run(drive())
