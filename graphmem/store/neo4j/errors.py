"""The driver's errors as ours: each message names the fix."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from graphmem.errors import Conflict, GraphMemError, InvalidInput, StoreError, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Place", "is_passing", "translated"]


class Place(NamedTuple):
    """Where a store is, for messages."""

    url: str
    database: str | None
    """None: the user's home database."""
    user: str | None


# Neo4j's codes (https://neo4j.com/docs/status-codes/current/) and fixed parts of its messages decide, first match.
_MEANING: tuple[tuple[str, type[GraphMemError], str], ...] = (
    ("AuthenticationRateLimit", StoreError, "{url} refuses logins after too many wrong passwords; wait a minute"),
    ("Neo.ClientError.Security.Unauthorized", StoreError,
     "{url} refused the user {user}: wrong user or password; check user and password of the store's settings"),
    ("Neo.ClientError.Security.CredentialsExpired", StoreError,
     "the password of {user} on {url} has expired; set a new one in Neo4j, then in the store's settings"),
    ("Neo.ClientError.Security.Forbidden", StoreError,
     "{user} may not do this on {url}, database {database}; grant it reading and writing, and for the first "
     "opening by a new version of graphmem the making of indexes and constraints"),
    ("Neo.ClientError.Security", StoreError, "{url} refused {user} ({error}); check the store's settings"),
    ("DatabaseNotFound", StoreError, "{url} has no database {database}; create it, or name another one"),
    ("MemoryPoolOutOfMemory", StoreUnavailable,
     "the write is too large for the memory of {url}; write less at once, or raise dbms.memory.transaction.total.max"),
    ("Neo.TransientError", StoreUnavailable, "{url} is busy ({error}); try again later"),
    ("Neo.ClientError.Transaction.TransactionTerminated", StoreUnavailable, "{url} ended a transaction; try again"),
    ("TransactionTimedOut", StoreUnavailable,
     "{url} ended a transaction after its time limit; write less at once, or raise db.transaction.timeout"),
    ("LockClientStopped", StoreUnavailable, "{url} is stopping; try again when it runs"),
    ("ConstraintValidationFailed", Conflict, "another writer wrote the same at once on {url}; repeat the call"),
    ("TransactionCommitFailed", StoreUnavailable, "{url} could not commit; see its log, its disk may be full"),
    ("too large to index", InvalidInput, "a name or id is too long for an index of Neo4j (8,000 bytes); shorten it"),
)  # fmt: skip
_UNREACHABLE = "no Neo4j answers at {url} ({error}); start one with `graphmem neo4j start`, or check the url"
_PASSING = (
    "Neo.ClientError.Transaction.TransactionTerminated", "LockClientStopped", "ConstraintValidationFailed",
    "TransactionCommitFailed",
)  # fmt: skip


@contextmanager
def translated(place: Place) -> Iterator[None]:
    """Raise our errors for the driver's, and for values that cannot travel."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise _ours(error, place) from error
    except UnicodeEncodeError as error:
        raise InvalidInput(f"a text is not valid Unicode ({error.reason}); remove the lone surrogates") from error
    except OverflowError as error:
        raise InvalidInput("a number is beyond 64 bits; store it as text") from error


def is_passing(error: Any) -> bool:
    """Whether the same work may succeed a little later: the server is away, restarting or busy."""
    from neo4j.exceptions import IncompleteCommit

    code = str(getattr(error, "code", None) or "")
    return bool(error.is_retryable()) or isinstance(error, IncompleteCommit) or any(part in code for part in _PASSING)


def _ours(error: Any, place: Place) -> GraphMemError:
    from neo4j.exceptions import ConfigurationError, ServiceUnavailable, SessionExpired

    words = place._asdict() | {
        "error": _brief(error),
        "user": place.user or "nobody",
        "database": place.database or "of that user",
    }
    if isinstance(error, ConfigurationError):
        return InvalidInput(f"{place.url} cannot be used: {_brief(error)}")
    if isinstance(error, (ServiceUnavailable, SessionExpired)):
        return StoreUnavailable(_UNREACHABLE.format(**words))
    text = f"{getattr(error, 'code', '')} {error}"
    for part, kind, message in _MEANING:
        if part in text:
            return kind(message.format(**words))
    return StoreError(f"Neo4j refused a statement on {place.url}: {_brief(error)}; run `graphmem doctor`")


def _brief(error: Any) -> str:
    """The first line of what the server or the driver says."""
    text = str(getattr(error, "message", None) or error).strip()
    return text.splitlines()[0].rstrip(":") if text else type(error).__name__
