"""Organisations, projects, members and keys. A project is a tenant of the store; a key belongs to one project."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, cast, get_args

from graphmem.errors import Conflict, InvalidInput, NotFound, shown
from graphmem.rest.control import run

if TYPE_CHECKING:
    from graphmem.rest.control import Control, Row

__all__ = ["DEFAULT", "Accounts", "Caller", "Key", "Member", "Organisation", "Project", "Role"]

Role: TypeAlias = Literal["READER", "OWNER"]
Origin: TypeAlias = Literal["operator", "environment", "made"]

DEFAULT = "default"
"""The id of the first organisation and of the first project; the latter is the tenant of an engine without a key, so
that what was remembered from the command line is there."""

_KEY = "gm_"
_LEAST = 8
"""Characters that a key has at least."""
_SHOWN = 9
"""Characters of a key that are kept to tell it apart."""


class Caller(NamedTuple):
    """Who calls: a key, and so a project."""

    project: str
    org: str
    role: Role
    key: str
    """The key's id, not the key."""


class Organisation(NamedTuple):
    """A holder of projects."""

    id: str
    name: str
    created_at: str
    maker: str | None = None
    """The project whose key made it; None: the operator did."""


class Project(NamedTuple):
    """A tenant, with what its owners set."""

    id: str
    org_id: str
    name: str
    description: str | None
    settings: Mapping[str, Any]
    created_at: str
    updated_at: str
    maker: str | None = None
    """The project whose key made it; None: the operator did."""


class Member(NamedTuple):
    """Somebody who belongs to an organisation or a project."""

    email: str
    role: Role
    created_at: str


class Key(NamedTuple):
    """What may be shown of a key."""

    id: str
    project_id: str
    name: str
    prefix: str
    role: Role
    origin: Origin
    created_at: str
    revoked_at: str | None


class Accounts:
    """The accounts in a control file."""

    def __init__(self, control: Control) -> None:
        self._control = control
        with control.writing() as connection:
            now = _now()
            run(connection, "add_organisation", id=DEFAULT, name=DEFAULT, maker=None, now=now)
            whose = {"org_id": DEFAULT, "description": None, "maker": None}
            run(connection, "add_project", id=DEFAULT, name=DEFAULT, **whose, now=now)

    # ---------------------------------------------------------------- keys

    def caller(self, secret: str) -> Caller | None:
        """Who shows this key; None if it is unknown or revoked."""
        found = self._control.run("key_of", digest=_digest(secret))
        return Caller(found[0]["project_id"], found[0]["org_id"], found[0]["role"], found[0]["id"]) if found else None

    def create_key(
        self, project_id: str = DEFAULT, name: str = "", role: str = "OWNER", *,
        secret: str | None = None, origin: Origin = "operator",
    ) -> tuple[Key, str]:  # fmt: skip
        """A new key for a project, and its secret, which is nowhere else.

        Args:
            project_id: Whose memory it opens.
            name: To remember what it is for.
            role: OWNER, or READER, who changes nothing.
            secret: The key itself; None makes one.
            origin: Who made it.

        Raises:
            NotFound: no such project.
            InvalidInput: an unknown role, or a secret too short to be one.
            Conflict: there is this key already.
        """
        self.project(project_id)
        if secret is not None and len(secret.strip()) < _LEAST:
            raise InvalidInput(f"this key is too short to keep anybody out: use one of at least {_LEAST} characters")
        chosen = secret.strip() if secret is not None else _KEY + secrets.token_urlsafe(32)
        # A given key may be short: of such a one nothing is shown.
        prefix = chosen[:_SHOWN] if secret is None else f"env-{_digest(chosen)[:6]}"
        id, digest = str(uuid.uuid4()), _digest(chosen)
        fields = {"id": id, "project_id": project_id, "name": name, "prefix": prefix, "digest": digest}
        try:
            (row,) = self._control.run("add_key", **fields, role=_role(role), origin=origin, now=_now())
        except sqlite3.IntegrityError:
            raise Conflict("this key exists already: use another one") from None
        return Key(*row), chosen

    def all_keys(self, project_id: str | None = None) -> list[Key]:
        """The keys of a project, or all, oldest first; revoked ones too."""
        return [Key(*row) for row in self._control.run("keys", project_id=project_id)]

    def revoke_key(self, id: str) -> None:
        """A key, by its id or prefix, opens nothing any more.

        Raises:
            NotFound: no such valid key.
        """
        if not self._control.run("revoke_key", id=id, now=_now()):
            raise NotFound(f"no valid key {shown(id)}: `graphmem keys list` shows them")

    def first_key(self, named: str | None) -> str | None:
        """Make sure that somebody can come in.

        Args:
            named: The operator's key from the environment, which replaces the one named at an earlier start. One that
                is known stays what it is.

        Returns:
            The secret of a key that was made because there was none, to be shown once; else None.

        Raises:
            InvalidInput: the named key was revoked, or is too short.
        """
        digest = _digest(named.strip()) if named else None
        known = self._control.run("key_known", digest=digest)
        if known and known[0]["revoked_at"] is not None:
            raise InvalidInput("GRAPHMEM_API_KEY names a key that was revoked: name another one")
        if named and not known:
            self.create_key(name="GRAPHMEM_API_KEY", secret=named, origin="environment")
        self._control.run("drop_environment_keys", digest=digest)
        if named:
            return None
        if any(key.revoked_at is None for key in self.all_keys()):
            return None
        return self.create_key(name="made at the first start", origin="made")[1]

    def has_operator_key(self) -> bool:
        """Whether somebody decided who may come in: a valid key that the server did not make by itself."""
        return any(key.revoked_at is None and key.origin != "made" for key in self.all_keys())

    # ---------------------------------------------------------------- projects

    def create_project(
        self, org_id: str, name: str, description: str | None = None, *, maker: str | None = None
    ) -> Project:
        """A new project; `maker` is the one whose key makes it.

        Raises:
            NotFound: no such organisation.
            InvalidInput: a blank name.
        """
        self.organisation(org_id)
        id = f"proj_{uuid.uuid4().hex}"
        fields = {"id": id, "org_id": org_id, "name": _name(name), "description": description}
        self._control.run("add_project", **fields, maker=maker, now=_now())
        return self.project(id)

    def adopt(self, tenant: str) -> Project:
        """The project that is this tenant of the store, made if there was none."""
        whose = {"org_id": DEFAULT, "description": None, "maker": None}
        self._control.run("add_project", id=tenant, name=tenant, **whose, now=_now())
        return self.project(tenant)

    def project(self, id: str) -> Project:
        """One project.

        Raises:
            NotFound: there is none of this id.
        """
        if found := self._control.run("projects", id=id, org_id=None):
            return _project(found[0])
        raise NotFound(f"no project {shown(id)}")

    def projects(self, org_id: str | None = None) -> list[Project]:
        """The projects of an organisation, or all, oldest first."""
        return [_project(row) for row in self._control.run("projects", id=None, org_id=org_id)]

    def change_project(
        self, id: str, *, name: str | None = None, description: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Project:  # fmt: skip
        """Change what is given; `settings` are merged into those there are, and None takes one away.

        Raises:
            NotFound: no such project.
            InvalidInput: a blank name.
        """
        with self._control.writing() as connection:
            found = run(connection, "projects", id=id, org_id=None)
            if not found:
                raise NotFound(f"no project {shown(id)}")
            old = _project(found[0])
            merged = {key: value for key, value in {**old.settings, **(settings or {})}.items() if value is not None}
            run(
                connection, "change_project", id=id, name=old.name if name is None else _name(name),
                description=old.description if description is None else description,
                settings=json.dumps(merged), now=_now(),
            )  # fmt: skip
        return self.project(id)

    def delete_project(self, id: str) -> None:
        """Delete a project and its keys; its memories are the engine's to delete.

        Raises:
            NotFound: no such project.
            InvalidInput: the first project, which stays.
        """
        if id == DEFAULT:
            raise InvalidInput("the default project stays: delete its memories instead")
        with self._control.writing() as connection:
            run(connection, "drop_members", holder=id)
            if not run(connection, "drop_project", id=id):
                raise NotFound(f"no project {shown(id)}")

    # ---------------------------------------------------------------- organisations, members

    def create_organisation(self, name: str, *, maker: str | None = None) -> Organisation:
        """A new organisation; `maker` is the project whose key makes it.

        Raises:
            InvalidInput: a blank name.
        """
        id = f"org_{uuid.uuid4().hex}"
        self._control.run("add_organisation", id=id, name=_name(name), maker=maker, now=_now())
        return self.organisation(id)

    def organisation(self, id: str) -> Organisation:
        """One organisation.

        Raises:
            NotFound: there is none of this id.
        """
        if found := self._control.run("organisations", id=id):
            return Organisation(*found[0])
        raise NotFound(f"no organisation {shown(id)}")

    def organisations(self) -> list[Organisation]:
        """All, oldest first."""
        return [Organisation(*row) for row in self._control.run("organisations", id=None)]

    def rename_organisation(self, id: str, name: str) -> Organisation:
        """Give an organisation another name.

        Raises:
            NotFound: no such organisation.
            InvalidInput: a blank name.
        """
        self._control.run("rename_organisation", id=id, name=_name(name))
        return self.organisation(id)

    def delete_organisation(self, id: str) -> None:
        """Delete an organisation that holds no project.

        Raises:
            NotFound: no such organisation.
            InvalidInput: the first one, which stays.
            Conflict: it holds projects.
        """
        if id == DEFAULT:
            raise InvalidInput("the default organisation stays")
        with self._control.writing() as connection:
            run(connection, "drop_members", holder=id)
            try:
                gone = run(connection, "drop_organisation", id=id)
            except sqlite3.IntegrityError:
                raise Conflict(f"the organisation {shown(id)} holds projects: delete them first") from None
            if not gone:
                raise NotFound(f"no organisation {shown(id)}")

    def members(self, holder: str) -> list[Member]:
        """The members of an organisation or a project (by its id)."""
        return [Member(*row) for row in self._control.run("members", holder=holder)]

    def put_member(self, holder: str, email: str, role: str) -> None:
        """Add a member, or give one another role.

        Raises:
            InvalidInput: an unknown role, or no address.
        """
        if "@" not in email:
            raise InvalidInput(f"{shown(email)} is no email address")
        self._control.run("put_member", holder=holder, email=email, role=_role(role), now=_now())

    def remove_member(self, holder: str, email: str) -> None:
        """Take a member away.

        Raises:
            NotFound: no such member.
        """
        if not self._control.run("drop_member", holder=holder, email=email):
            raise NotFound(f"no member {shown(email)}")


def _project(row: Row) -> Project:
    return Project(**{**dict(row), "settings": json.loads(row["settings"])})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def _role(role: str) -> Role:
    if role not in get_args(Role):
        raise InvalidInput(f"unknown role {shown(role)}: the roles are {', '.join(get_args(Role))}")
    return cast("Role", role)


def _name(name: str) -> str:
    if not name.strip():
        raise InvalidInput("a name must not be blank")
    return name.strip()
