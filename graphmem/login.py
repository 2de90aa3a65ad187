"""Who logs in to a Neo4j server, and to which of its databases."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from graphmem.errors import InvalidInput

__all__ = ["SCHEMES", "Login", "bare", "is_neo4j", "login_of"]

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
"""`neo4j` routes within a cluster, `bolt` talks to one server; `+s` is TLS, `+ssc` TLS with any certificate."""


class Login(NamedTuple):
    """A user (None: the server asks for none), a password, and a database (None: the user's home database)."""

    user: str | None = None
    password: str | None = None
    database: str | None = None

    def __repr__(self) -> str:
        return f"Login(user={self.user!r}, database={self.database!r})"


def is_neo4j(url: str) -> bool:
    """Whether a url is one of Neo4j's."""
    return url.partition("://")[0] in SCHEMES and "://" in url


def bare(url: str) -> str:
    """A url without user, password and database, fit to be shown."""
    if not is_neo4j(url):
        return url
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "", parts.query, ""))


def login_of(url: str, given: Login) -> Login:
    """The login for a url `neo4j://user:password@host:port/database`.

    What the url says comes first, then what was given, then `$NEO4J_USERNAME`, `$NEO4J_PASSWORD` and
    `$NEO4J_DATABASE`, then the local server's own password.

    Raises:
        InvalidInput: a password without a user.
    """
    parts = urlsplit(url)
    mine = Login(_plain(parts.username), _plain(parts.password), parts.path.strip("/") or None)
    names = ("NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")
    there = Login(*(os.environ.get(name) or None for name in names))
    user, password = next(
        ((one.user, one.password) for one in (mine, given, there) if one.user or one.password), (None,) * 2
    )
    if password is None:
        user, password = _local(url, user) or (user, None)
    if password is not None and user is None:
        raise InvalidInput(
            "a password for Neo4j without a user: name both, in the url, the settings, or $NEO4J_USERNAME"
        )
    return Login(user, password, mine.database or given.database or there.database)


def _plain(text: str | None) -> str | None:
    return unquote(text) if text else None


def _local(url: str, user: str | None) -> tuple[str, str] | None:
    """The login of the local server, if it runs there and nobody else was named."""
    from graphmem.neo4j_local.places import USER, credentials

    return credentials(bare(url)) if user in (None, USER) else None
