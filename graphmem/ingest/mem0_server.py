"""Reads a server that speaks Mem0's API, of any version: whose memories there are, and every one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graphmem.errors import GraphMemError, InvalidInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from graphmem.client import MemoryClient

__all__ = ["Holder", "Source"]

_SIZE = 200
_IDS = {"user": "user_id", "agent": "agent_id", "app": "app_id", "run": "run_id"}
_SELF_HOSTED_MOST = 1000


class Holder(NamedTuple):
    """Somebody whose memories there are."""

    kind: str
    """user_id, agent_id, app_id or run_id."""
    name: str


class Source:
    """What a server holds.

    Args:
        client: Of that server.
    """

    def __init__(self, client: MemoryClient) -> None:
        self._client = client
        self._list: Callable[[MemoryClient, Holder, int], Any] | None = None

    def holders(self) -> list[Holder]:
        """Everybody whose memories there are, users first.

        Raises:
            GraphMemError: the server cannot be reached or refuses the key.
        """
        try:
            found = [row for page in self._pages("/v1/entities/") for row in page]
        except NotFound:  # a self-hosted server has no versions in its paths
            found = _rows(self._client.call("GET", "/entities"))
        holders = [Holder(_IDS[kind], str(name)) for kind, name in map(_named, found) if kind in _IDS and name]
        return sorted(dict.fromkeys(holders), key=lambda one: list(_IDS.values()).index(one.kind))

    def memories(self, holder: Holder) -> Iterator[Mapping[str, Any]]:
        """Every memory of somebody, expired ones too, in the order in which the server lists them."""
        seen: set[Any] = set()
        page = 1
        while True:
            answer = self._page(holder, page)
            fresh = [row for row in _rows(answer) if row.get("id") not in seen]
            yield from fresh
            seen.update(row.get("id") for row in fresh)
            # A server that knows no pages answers the same again.
            if not fresh or not _has_more(answer, len(fresh)):
                return
            page += 1

    def _page(self, holder: Holder, page: int) -> Any:
        """One page, in the newest way that the server knows."""
        if self._list is not None:
            return self._list(self._client, holder, page)
        refused: GraphMemError | None = None
        for way in (_v3, _v2, _v1, _self_hosted):
            try:
                answer = way(self._client, holder, page)
            except (NotFound, InvalidInput) as error:
                refused = refused or error
                continue
            self._list = way
            return answer
        raise refused or NotFound("this server lists no memories")

    def _pages(self, path: str) -> Iterator[list[Mapping[str, Any]]]:
        page = 1
        while True:
            answer = self._client.call("GET", path, query={} if page == 1 else {"page": page})
            yield _rows(answer)
            if not isinstance(answer, dict) or not answer.get("next"):
                return
            page += 1


def _v3(client: MemoryClient, holder: Holder, page: int) -> Any:
    body = {"filters": {holder.kind: holder.name}, "show_expired": True}
    return client.call("POST", "/v3/memories/", body, {"page": page, "page_size": _SIZE}, reads=True)


def _v2(client: MemoryClient, holder: Holder, page: int) -> Any:
    body = {"filters": {"AND": [{holder.kind: holder.name}]}}
    return client.call("POST", "/v2/memories/", body, {"page": page, "page_size": _SIZE}, reads=True)


def _v1(client: MemoryClient, holder: Holder, page: int) -> Any:
    return client.call("GET", "/v1/memories/", query={holder.kind: holder.name, "page": page, "page_size": _SIZE})


def _self_hosted(client: MemoryClient, holder: Holder, page: int) -> Any:
    asked = {holder.kind: holder.name, "top_k": _SELF_HOSTED_MOST, "show_expired": "true"}
    answer = client.call("GET", "/memories", query=asked)
    if len(_rows(answer)) >= _SELF_HOSTED_MOST:
        raise GraphMemError(
            f"this server shows at most {_SELF_HOSTED_MOST:,} memories of {holder.name!r} and has no pages: "
            "import a file of its store instead"
        )
    return answer


def _rows(answer: Any) -> list[Mapping[str, Any]]:
    rows = answer.get("results") if isinstance(answer, dict) else answer
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise GraphMemError("the server answered no list of memories: is this the address of a Mem0 server?")
    return rows


def _has_more(answer: Any, size: int) -> bool:
    return bool(answer.get("next")) if isinstance(answer, dict) else size >= _SIZE


def _named(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row.get("type") or row.get("entity_type"), row.get("name") or row.get("id") or row.get("entity_id")
