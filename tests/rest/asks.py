"""What tests ask a server for more than once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

__all__ = ["added", "json", "refused"]


def added(client: httpx.Client, text: str, **more: Any) -> list[dict[str, Any]]:
    """Remember a text; what became of each memory, facts first."""
    body = {"messages": text, **(more or {"user_id": "alex"})}
    results: list[dict[str, Any]] = json(client.post("/v3/memories/add/", json=body))["results"]
    return results


def json(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def refused(answer: httpx.Response, status: int = 400) -> str:
    """The text of an error, which every client can read."""
    said = json(answer, status)
    assert said["detail"] == said["error"] == said["message"]
    return str(said["detail"])
