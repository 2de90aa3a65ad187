"""An agent's side of the Model Context Protocol, by the official client."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.client.stdio import StdioServerParameters

__all__ = ["Agent", "over_http", "over_stdio"]


class Agent:
    """Calls tools."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> Any:
        """What a tool answers, read from its JSON."""
        return json.loads(await self.text(tool, False, **arguments))

    async def fail(self, tool: str, **arguments: Any) -> str:
        """What a tool says when it fails."""
        return await self.text(tool, True, **arguments)

    async def text(self, tool: str, failed: bool, **arguments: Any) -> str:
        """The one text of an answer."""
        result = await self.client.call_tool(tool, arguments)
        (content,) = result.content
        assert isinstance(content, TextContent)
        assert result.is_error is failed, content.text
        return content.text


def over_stdio(server: StdioServerParameters, act: Callable[[Agent], Awaitable[None]]) -> None:
    """Let an agent act with a server that its program starts."""

    async def main() -> None:
        async with Client(server) as client:
            await act(Agent(client))

    asyncio.run(main())


def over_http(url: str, headers: dict[str, str], act: Callable[[Agent], Awaitable[None]], mode: Any = "auto") -> None:
    """Let an agent act with a server that it reaches by HTTP."""

    async def main() -> None:
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(url, http_client=http), mode=mode) as client,
        ):
            await act(Agent(client))

    asyncio.run(main())
