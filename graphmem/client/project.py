"""The key's project: what it is called, how it is set, and who belongs to it; `client.project`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from graphmem.client.flow import Flow, Json, Session, ask, given
from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Unpack

    from graphmem.client.fields import Settings

__all__ = ["add_member", "create", "delete", "get", "get_members", "remove_member", "update", "update_member"]


def get(session: Session, /, fields: Sequence[str] | None = None) -> Flow[Json]:
    """Its name, description, settings and members."""
    return _there(session, "GET", query={"fields": list(fields)} if fields else {})


def create(session: Session, /, name: str, description: str | None = None) -> Flow[Json]:
    """Make another project in the same organisation: `{"message", "project_id"}`."""
    body = given(None, {"name": name, "description": description})
    return _there(session, "POST", "../", body)


def update(session: Session, /, options: Any = None, **fields: Unpack[Settings]) -> Flow[Json]:
    """Change how it is set: custom_categories, custom_instructions, ...

    Raises:
        InvalidInput: nothing to change.
    """
    body = given(options, fields)
    if not body:
        raise InvalidInput("nothing to update: pass custom_categories, custom_instructions, ...")
    return _there(session, "PATCH", body=body)


def delete(session: Session, /) -> Flow[Json]:
    """Delete it, its keys and all its memories."""
    return _there(session, "DELETE")


def get_members(session: Session, /) -> Flow[Json]:
    """Who belongs to it: `{"members": [...]}`."""
    return _there(session, "GET", "members/")


def add_member(session: Session, /, email: str, role: str = "READER") -> Flow[Json]:
    """Let somebody in, as READER or OWNER."""
    return _there(session, "POST", "members/", {"email": email, "role": role})


def update_member(session: Session, /, email: str, role: str) -> Flow[Json]:
    """Change somebody's role."""
    return _there(session, "PUT", "members/", {"email": email, "role": role})


def remove_member(session: Session, /, email: str) -> Flow[Json]:
    """Let somebody out."""
    return _there(session, "DELETE", "members/", query={"email": email})


def _there(session: Session, method: str, at: str = "", body: Any = None, query: Json | None = None) -> Flow[Any]:
    """A call whose address is relative to the project's."""
    return (yield from ask(method, urljoin((yield from session.project()), at), body, query))
