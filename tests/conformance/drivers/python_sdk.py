"""Drives `mem0.MemoryClient`, or `mem0.AsyncMemoryClient` if the first argument is `async`.

Two keys are in the environment: MEM0_API_KEY, and SPARE_API_KEY of a project that may be emptied and deleted.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import inspect
import os
import sys
from dataclasses import dataclass, field
from typing import Any

import mem0
import memories  # noqa: F401  # its checks
import platform_routes  # noqa: F401
from mem0.client.project import AsyncProject, Project
from report import run

HOST = os.environ["MEM0_HOST"]


class Blocking:
    """An asynchronous client whose methods can be called like the other's: one set of checks serves both."""

    def __init__(self, client: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._client = client
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name == "project":
            return Blocking(found, self._loop)
        if not inspect.iscoroutinefunction(found):
            return found
        return lambda *args, **kwargs: self._loop.run_until_complete(found(*args, **kwargs))


@dataclass
class World:
    """What the checks get."""

    asynchronous: bool
    first_generation: bool = not hasattr(mem0.MemoryClient, "get_profile")
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def __post_init__(self) -> None:
        self.client = self.open(os.environ["MEM0_API_KEY"])
        self.spare = self.open(os.environ["SPARE_API_KEY"])

    def open(self, key: str, host: str = HOST) -> Any:
        """A client with a key."""
        if self.asynchronous:
            return Blocking(mem0.AsyncMemoryClient(api_key=key, host=host), self.loop)
        return mem0.MemoryClient(api_key=key, host=host)

    def told(self, text: str, **more: Any) -> str:
        """Keep one text as it is; the id of the memory."""
        return str(self.add(text, infer=False, **more)["results"][0]["id"])

    def add(self, messages: Any, **more: Any) -> Any:
        """Add in the call: the first generation of clients asks for doing it later, if not told otherwise."""
        later = {"async_mode": False} if self.first_generation else {}
        return self.client.add(messages, **{**later, **more})

    def texts(self, **filters: Any) -> list[str]:
        """What a scope holds, sorted."""
        return sorted(one["memory"] for one in self.client.get_all(filters=filters)["results"])


def public(kind: type, prefix: str = "") -> list[str]:
    """The names of a class's methods."""
    return [prefix + name for name, value in inspect.getmembers(kind) if callable(value) and not name.startswith("_")]


def main() -> None:
    """Drive every method."""
    asynchronous = sys.argv[1:] == ["async"]
    client, project = (mem0.AsyncMemoryClient, AsyncProject) if asynchronous else (mem0.MemoryClient, Project)
    world = World(asynchronous)
    there = ["constructor", *public(client), *public(project, "project.")]
    version = next(one.version for one in importlib.metadata.distributions() if one.name == "mem0ai")
    run(world, there, version)
    world.loop.close()


main()
