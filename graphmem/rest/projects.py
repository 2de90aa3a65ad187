"""Projects over HTTP: a key's own, and those that were made with it. Each is a tenant, with settings and members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from pydantic import Field

from graphmem.errors import InvalidInput
from graphmem.rest import access, translate
from graphmem.rest.access import Address, Invitation, Named
from graphmem.rest.accounts import DEFAULT
from graphmem.rest.auth import Owner, Reader
from graphmem.rest.models import Request
from graphmem.rest.services import Served

if TYPE_CHECKING:
    from graphmem.rest.accounts import Accounts, Caller, Project

__all__ = ["router"]

router = APIRouter(tags=["projects"], prefix="/api/v1/orgs/organizations/{org_id}/projects")

_NO_EFFECT = "Kept, and without effect"
_DEFAULTS: dict[str, Any] = {
    "custom_instructions": None, "agent_custom_instructions": None, "custom_categories": None, "multilingual": False,
    "decay": False, "enable_graph": True, "memory_depth": None, "usecase_setting": None, "version": "v3",
    "inclusion_prompt": None, "exclusion_prompt": None, "retrieval_criteria": None,
}  # fmt: skip
"""What a project may be told, and what it says until then."""


class Settings(Request):
    """What of a project to change; null takes a setting away."""

    name: str | None = None
    description: str | None = None
    custom_categories: Any = Field(None, description="[{name: description}], instead of the default list; null: that")
    custom_instructions: str | list[str] | None = Field(None, description=_NO_EFFECT)
    agent_custom_instructions: str | None = Field(None, description=_NO_EFFECT)
    multilingual: bool | None = Field(None, description=_NO_EFFECT)
    decay: bool | None = Field(None, description=_NO_EFFECT)
    enable_graph: bool | None = Field(None, description="Kept: there always is a graph")
    memory_depth: str | None = Field(None, description=_NO_EFFECT)
    usecase_setting: Any = Field(None, description=_NO_EFFECT)
    version: str | None = Field(None, description=_NO_EFFECT)
    inclusion_prompt: str | None = Field(None, description=_NO_EFFECT)
    exclusion_prompt: str | None = Field(None, description=_NO_EFFECT)
    retrieval_criteria: Any = Field(None, description=_NO_EFFECT)


# ---------------------------------------------------------------- projects


@router.get("")
def list_(org_id: str, caller: Reader, services: Served) -> list[dict[str, Any]]:
    """The projects of an organisation that are there for this key."""
    org = access.organisation(services.accounts, caller, org_id)
    found = [one for one in services.accounts.projects(org.id) if access.reaches(caller, one)]
    return [_shown(services.accounts, caller, one) for one in found]


@router.post("")
def create(org_id: str, body: Named, caller: Owner, services: Served) -> dict[str, str]:
    """Make a project. The answer holds its first key, which is nowhere else."""
    org = access.organisation(services.accounts, caller, org_id)
    made = services.accounts.create_project(org.id, body.name, body.description, maker=caller.project)
    _, secret = services.accounts.create_key(made.id, name="made with the project")
    return {"message": "Project created successfully.", "project_id": made.id, "api_key": secret}


@router.get("/{project_id}")
def get(org_id: str, project_id: str, caller: Reader, services: Served) -> dict[str, Any]:
    """A project, whole, whatever `fields` asks for."""
    return _shown(services.accounts, caller, access.project(services.accounts, caller, org_id, project_id))


@router.patch("/{project_id}")
def update(org_id: str, project_id: str, body: Settings, caller: Owner, services: Served) -> dict[str, str]:
    """Change a project's name, description or settings."""
    project = access.project(services.accounts, caller, org_id, project_id)
    given = {name: getattr(body, name) for name in Settings.model_fields if name in body.model_fields_set}
    if not given:
        raise InvalidInput(f"nothing to update: pass one of {', '.join(Settings.model_fields)}")
    translate.catalogue(given.get("custom_categories"))
    settings = {name: None if value == "" else value for name, value in given.items() if name in _DEFAULTS}
    own = {name: given.get(name) for name in ("name", "description")}
    services.accounts.change_project(project.id, **own, settings=settings)
    return {"message": "Project updated successfully"}


@router.delete("/{project_id}")
def delete(org_id: str, project_id: str, caller: Owner, services: Served) -> dict[str, str]:
    """Delete a project with its memories, keys and members."""
    project = access.project(services.accounts, caller, org_id, project_id)
    memory = services.tenants.memory(project.id)
    if project.id != DEFAULT:
        with services.journal.entry(caller._replace(project=project.id), "DELETE_ALL", {}) as entry:
            entry.removed(memory.reset(), everything=True)  # first, so that it can be repeated if the store is away
    services.accounts.delete_project(project.id)
    memory.reset()  # what was being added meanwhile
    return {"message": "Project and related data deleted successfully."}


# ---------------------------------------------------------------- members


@router.get("/{project_id}/members")
def members(org_id: str, project_id: str, caller: Reader, services: Served) -> dict[str, Any]:
    """Who belongs to it."""
    holder = access.project(services.accounts, caller, org_id, project_id).id
    return {"members": access.members(services.accounts, holder)}


@router.post("/{project_id}/members")
def add_member(org_id: str, project_id: str, body: Invitation, caller: Owner, services: Served) -> dict[str, str]:
    """Name somebody a member."""
    holder = access.project(services.accounts, caller, org_id, project_id).id
    services.accounts.put_member(holder, body.email, body.role)
    return {"message": "User added to the project successfully."}


@router.put("/{project_id}/members")
def update_member(org_id: str, project_id: str, body: Invitation, caller: Owner, services: Served) -> dict[str, str]:
    """Give a member another role."""
    access.updated(services.accounts, access.project(services.accounts, caller, org_id, project_id).id, body)
    return {"message": "User role updated successfully."}


@router.delete("/{project_id}/members")
def remove_member(
    org_id: str, project_id: str, caller: Owner, services: Served, email: str | None = None,
    body: Annotated[Address | None, Body()] = None,
) -> dict[str, str]:  # fmt: skip
    """Take a member away, named in the query or in the body."""
    access.removed(services.accounts, access.project(services.accounts, caller, org_id, project_id).id, email, body)
    return {"message": "Member removed from the project"}


def _shown(accounts: Accounts, caller: Caller, project: Project) -> dict[str, Any]:
    settings = {name: project.settings.get(name, default) for name, default in _DEFAULTS.items()}
    return {
        **settings, "project_id": project.id, "org_id": project.org_id, "name": project.name,
        "description": project.description, "created_at": project.created_at, "updated_at": project.updated_at,
        "is_default": project.id == DEFAULT, "members": access.members(accounts, project.id), "user_role": caller.role,
    }  # fmt: skip
