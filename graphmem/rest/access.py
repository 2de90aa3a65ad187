"""What a key may manage besides its memories: its own project, and what was made with a key of that project.

Everything else is not there for it. Its own organisation is, but only who made it changes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import HTTPException
from pydantic import field_validator

from graphmem.errors import InvalidInput, NotFound, shown
from graphmem.rest.accounts import DEFAULT
from graphmem.rest.models import Request

if TYPE_CHECKING:
    from graphmem.rest.accounts import Accounts, Caller, Organisation, Project

__all__ = [
    "Address", "Invitation", "Named", "belongs", "managed", "manages", "members", "organisation", "project", "reaches",
    "removed", "updated",
]  # fmt: skip


class Named(Request):
    """A new organisation or project."""

    name: str
    description: str | None = None


class Address(Request):
    """Somebody."""

    email: str | None = None


class Invitation(Request):
    """Somebody, and what they are."""

    email: str
    role: str = "READER"

    @field_validator("role")
    @classmethod
    def _upper(cls, value: str) -> str:
        return value.upper()


def reaches(caller: Caller, project: Project) -> bool:
    """Whether a project is there for a caller."""
    return caller.project in (project.id, project.maker)


def project(accounts: Accounts, caller: Caller, org_id: str, project_id: str) -> Project:
    """A project that is there for a caller.

    Raises:
        NotFound: it is not, or it is another organisation's.
    """
    found = accounts.project(project_id)
    if found.org_id != org_id or not reaches(caller, found):
        raise NotFound(f"no project {shown(project_id)}")
    return found


def belongs(caller: Caller, organisation: Organisation) -> bool:
    """Whether an organisation is there for a caller."""
    return organisation.id == caller.org or organisation.maker == caller.project


def organisation(accounts: Accounts, caller: Caller, org_id: str) -> Organisation:
    """An organisation that is there for a caller.

    Raises:
        NotFound: it is not.
    """
    found = accounts.organisation(org_id)
    if not belongs(caller, found):
        raise NotFound(f"no organisation {shown(org_id)}")
    return found


def managed(accounts: Accounts, caller: Caller, org_id: str) -> Organisation:
    """An organisation that a caller may change.

    Raises:
        NotFound: it is not there for the caller.
        HTTPException: 403, somebody else made it.
    """
    found = organisation(accounts, caller, org_id)
    if not manages(caller, found):
        raise HTTPException(403, f"this key may not change the organisation {shown(org_id)}")
    return found


def manages(caller: Caller, organisation: Organisation) -> bool:
    """Whether a caller may change an organisation: the first one belongs to the first project."""
    maker = DEFAULT if organisation.id == DEFAULT else organisation.maker
    return caller.project == maker


def members(accounts: Accounts, holder: str) -> list[dict[str, Any]]:
    """The members of an organisation or a project, as clients read them."""
    return [
        {"username": member.email, "user_id": member.email, "email": member.email, "role": member.role}
        for member in accounts.members(holder)
    ]


def updated(accounts: Accounts, holder: str, body: Invitation) -> None:
    """Give a member another role.

    Raises:
        NotFound: no such member.
    """
    if all(member.email != body.email for member in accounts.members(holder)):
        raise NotFound(f"no member {shown(body.email)}")
    accounts.put_member(holder, body.email, body.role)


def removed(accounts: Accounts, holder: str, email: str | None, body: Address | None) -> None:
    """Take a member away.

    Raises:
        InvalidInput: nobody was named.
        NotFound: no such member.
    """
    named = email or (body and body.email)
    if not named:
        raise InvalidInput("who? pass email")
    accounts.remove_member(holder, named)
