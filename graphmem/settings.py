"""Settings: one frozen, typed object, made at the edge. Inner code receives values, never this object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graphmem.errors import InvalidInput, first_fault
from graphmem.login import Login
from graphmem.promote import RuleScore
from graphmem.weights import Retrieval

__all__ = ["Settings"]


def _now() -> datetime:
    return datetime.now(timezone.utc)


class Settings(BaseModel):
    """Everything that may be set; the defaults are the measured ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    session_ttl: float = Field(default=86_400.0, gt=0)
    """Seconds after a session's last activity until its notes expire."""
    context_turns: int = Field(default=6, ge=0)
    """Earlier turns of the session that the extractor sees."""
    categories: Sequence[str] | Mapping[str, str] | None = None
    """Your own category names, or names with descriptions; None: Mem0's default list."""
    promotion: Any = Field(default_factory=RuleScore)
    """A `promote.PromotionPolicy`."""
    merge_cosine: float = Field(default=0.95, gt=0, le=1)
    """Facts at least this near, with the same names, numbers and polarity, are one fact."""
    token_vectors: bool = True
    """Whether raw turns also get a vector for each of their words, if the embedder has such: 128 bytes a word with the
    default one. Turning it off saves that room and some accuracy; `reembed` takes away what is there, or makes it."""
    retrieval: Retrieval = Field(default_factory=Retrieval)
    """Channels, sizes and weights of search."""
    neo4j_user: str | None = None
    """Who logs in to a Neo4j store. None: what the url says, else `$NEO4J_USERNAME`, else the local server's."""
    neo4j_password: str | None = Field(default=None, repr=False)
    """Likewise; `$NEO4J_PASSWORD`."""
    neo4j_database: str | None = None
    """The database on that server; `$NEO4J_DATABASE`. None: the user's home database."""
    clock: Callable[[], datetime] = _now
    """The wall clock; replaced in tests and simulations."""

    def login(self) -> Login:
        """Who logs in to a Neo4j store, as far as it was set."""
        return Login(self.neo4j_user, self.neo4j_password, self.neo4j_database)

    if not TYPE_CHECKING:  # checkers see the fields

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise InvalidInput(first_fault(error)) from error
