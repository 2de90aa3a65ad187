"""Organisations: those that a key belongs to or that were made with it. They hold projects, and name their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

from graphmem.rest import access
from graphmem.rest.access import Address, Invitation, Named
from graphmem.rest.accounts import DEFAULT
from graphmem.rest.auth import Owner, Reader
from graphmem.rest.services import Served

if TYPE_CHECKING:
    from graphmem.rest.accounts import Accounts, Caller, Organisation

__all__ = ["router"]

router = APIRouter(tags=["organisations"], prefix="/api/v1/orgs/organizations")


@router.get("")
def list_(caller: Reader, services: Served) -> list[dict[str, Any]]:
    """The key's own organisation, and those that were made with it."""
    accounts = services.accounts
    return [_shown(accounts, caller, one) for one in accounts.organisations() if access.belongs(caller, one)]


@router.post("", status_code=201)
def create(body: Named, caller: Owner, services: Served) -> dict[str, str]:
    """Make an organisation."""
    made = services.accounts.create_organisation(body.name, maker=caller.project)
    return {"message": "Organization created successfully.", "org_id": made.id}


@router.get("/{org_id}")
def get(org_id: str, caller: Reader, services: Served) -> dict[str, Any]:
    """One organisation."""
    return _shown(services.accounts, caller, access.organisation(services.accounts, caller, org_id))


@router.patch("/{org_id}")
def rename(org_id: str, body: Named, caller: Owner, services: Served) -> dict[str, str]:
    """Give an organisation another name."""
    services.accounts.rename_organisation(access.managed(services.accounts, caller, org_id).id, body.name)
    return {"message": "Organization updated successfully!"}


@router.delete("/{org_id}")
def delete(org_id: str, caller: Owner, services: Served) -> dict[str, str]:
    """Delete an organisation that holds no project any more."""
    services.accounts.delete_organisation(access.managed(services.accounts, caller, org_id).id)
    return {"message": "Organization deleted successfully!"}


@router.get("/{org_id}/members")
def members(org_id: str, caller: Reader, services: Served) -> dict[str, Any]:
    """Who belongs to it."""
    return {"members": access.members(services.accounts, access.managed(services.accounts, caller, org_id).id)}


@router.post("/{org_id}/members", status_code=201)
def add_member(org_id: str, body: Invitation, caller: Owner, services: Served) -> dict[str, str]:
    """Name somebody a member."""
    holder = access.managed(services.accounts, caller, org_id).id
    services.accounts.put_member(holder, body.email, body.role)
    return {"message": "User added to the organization."}


@router.put("/{org_id}/members")
def update_member(org_id: str, body: Invitation, caller: Owner, services: Served) -> dict[str, str]:
    """Give a member another role."""
    access.updated(services.accounts, access.managed(services.accounts, caller, org_id).id, body)
    return {"message": "User role updated successfully"}


@router.delete("/{org_id}/members")
def remove_member(
    org_id: str,
    caller: Owner,
    services: Served,
    email: str | None = None,
    body: Annotated[Address | None, Body()] = None,
) -> dict[str, str]:
    """Take a member away, named in the query or in the body."""
    access.removed(services.accounts, access.managed(services.accounts, caller, org_id).id, email, body)
    return {"message": "User removed from organization."}


def _shown(accounts: Accounts, caller: Caller, organisation: Organisation) -> dict[str, Any]:
    own = access.manages(caller, organisation)
    return {
        "org_id": organisation.id, "name": organisation.name, "created_at": organisation.created_at,
        "updated_at": organisation.created_at, "is_default": organisation.id == DEFAULT, "is_owner": own,
        "members": access.members(accounts, organisation.id) if own else [], "user_role": caller.role,
        "invitations": [],
    }  # fmt: skip
