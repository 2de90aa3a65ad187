"""Mem0's entities, which are whom memories are kept for: users, agents, apps, runs and organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from fastapi import APIRouter, Request
from starlette.convertors import Convertor, register_url_convertor

from graphmem.categories import DEFAULT
from graphmem.errors import InvalidInput, NotFound, shown
from graphmem.ids import content_id
from graphmem.rest import pages, translate
from graphmem.rest.auth import Engine, Owner, Reader
from graphmem.rest.journal import Operation
from graphmem.rest.services import Served, Services

if TYPE_CHECKING:
    from graphmem.memory import Memory
    from graphmem.rest.accounts import Caller
    from graphmem.types import Holder

__all__ = ["delete", "get", "one", "router", "type_of"]

router = APIRouter(tags=["entities"])

_IDS = {"user": "user_id", "agent": "agent_id", "app": "app_id", "run": "run_id", "org": "org_id"}
"""The types of entities, and the id of a scope that each is."""
_RUNS = {"session": "run"}
"""What graphmem calls a kind -> what Mem0 calls it."""
_EXACT = 2**53
"""JavaScript knows whole numbers below this one exactly."""


class _Type(Convertor[str]):
    """A part of a path that is one of the types, so that what else stands there reaches other routes."""

    regex = "|".join(_IDS)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("entity", _Type())

# ---------------------------------------------------------------- who there is


@router.get("/v1/entities")
def list_(
    request: Request, caller: Reader, memory: Engine, page: int | None = None, page_size: int | None = None
) -> dict[str, Any]:
    """Everyone whom memories are kept for, with counts: all at once, unless a page is asked for."""
    found = [_entity(holder, caller) for holder in memory.holders()]
    totals = {f"total_{type_}s": sum(one["type"] == type_ for one in found) for type_ in _IDS}
    if page is None and page_size is None:
        return {"count": len(found), "next": None, "previous": None, "results": found, **totals}
    sheet = pages.Sheet.of((page,), (page_size,))
    part = found[(sheet.page - 1) * sheet.size : sheet.page * sheet.size]
    return {**sheet.envelope(request, len(found), part), **totals}


@router.get("/v1/entities/filters")
def filters(memory: Engine) -> dict[str, Any]:
    """What a page of filters can offer: operations, categories, and everyone there is."""
    names: dict[str, list[str]] = {type_: [] for type_ in _IDS}
    for holder in memory.holders():
        names[type_of(holder)].append(holder.id)
    return {
        "event_type": list(get_args(Operation)),
        "categories": list(memory.settings.categories or DEFAULT),
        "users": names["user"],
        "parameters": [_parameter(_IDS[type_], found) for type_, found in names.items()],
    }


def _parameter(name: str, values: list[str]) -> dict[str, Any]:
    options = [{"value": value, "label": value} for value in values]
    return {"name": name, "label": name, "type": "select", "placeholder": f"any {name}", "options": options}


@router.get("/v2/entities/{type_}/{name:path}")
def get(type_: str, name: str, caller: Reader, memory: Engine) -> list[dict[str, Any]]:
    """One of them, as a list of one."""
    return [_entity(one(memory, type_, name), caller)]


def one(memory: Memory, type_: str, name: str) -> Holder:
    """Whom memories are kept for under a name.

    Raises:
        InvalidInput: an unknown type.
        NotFound: there are no such memories.
    """
    _id(type_)
    for holder in memory.holders():
        if type_of(holder) == type_ and holder.id == name:
            return holder
    raise NotFound(f"no {type_} {shown(name)}")


@router.get("/v1/memories/{type_:entity}/{name:path}")
def memories(
    request: Request, type_: str, name: str, caller: Reader, services: Served, memory: Engine,
    page: int | None = None, page_size: int | None = None, limit: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The memories of one of them, newest first, a page at a time."""
    sheet = pages.Sheet.of((page,), (page_size, limit))
    with services.journal.entry(caller, "GET_ALL", {_id(type_): name}):
        found = memory.get_all(page=sheet.page, page_size=sheet.size, **{_id(type_): name})  # type: ignore[arg-type]
    return sheet.envelope(request, found.count, [translate.item(item) for item in found])


# ---------------------------------------------------------------- deletion


@router.delete("/v2/entities/{type_}/{name:path}")
def delete(type_: str, name: str, caller: Owner, services: Served, memory: Engine) -> dict[str, Any]:
    """Delete all memories of one of them; that there were none is no error, so that it may be repeated."""
    return _delete(services, caller, memory, type_, name)


@router.delete("/v1/entities/{type_}/{number}")
def delete_numbered(type_: str, number: str, caller: Owner, services: Served, memory: Engine) -> dict[str, Any]:
    """The same by the number that the list shows, for older clients."""
    _id(type_)
    if not number.isdecimal():
        raise InvalidInput(f"an entity's id is a whole number here, not {shown(number)}: /v2/entities takes names")
    for holder in memory.holders():
        if (type_of(holder), _number(holder)) == (type_, number):
            return _delete(services, caller, memory, type_, holder.id)
    raise NotFound(f"no {type_} with the id {shown(number)}")


def _delete(services: Services, caller: Caller, memory: Memory, type_: str, name: str) -> dict[str, Any]:
    scope = {_id(type_): name}
    with services.journal.entry(caller, "DELETE_USER", scope) as entry:
        receipt = memory.delete_all(**scope)  # type: ignore[arg-type]
        entry.removed(receipt)
    return {"message": "Entity deleted successfully!", "event_id": entry.id, "count": receipt.memories}


# ---------------------------------------------------------------- as they are shown


def _entity(holder: Holder, caller: Caller) -> dict[str, Any]:
    data = holder.to_dict()
    times = {name: data[name] for name in ("created_at", "updated_at")}
    return {
        "id": _number(holder), "name": holder.id, "type": type_of(holder), "owner": caller.project, "metadata": {},
        "total_memories": holder.memories, **times,
    }  # fmt: skip


def type_of(holder: Holder) -> str:
    """What Mem0 calls the kind of a holder."""
    return _RUNS.get(holder.kind, holder.kind)


def _number(holder: Holder) -> str:
    """A whole number, always the same for the same name."""
    return str(int(content_id(holder.kind, holder.id).replace("-", ""), 16) % _EXACT)


def _id(type_: str) -> str:
    if type_ not in _IDS:
        raise InvalidInput(f"Invalid entity type {shown(type_)}: the types are {', '.join(_IDS)}")
    return _IDS[type_]
