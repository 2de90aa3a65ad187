"""What a server may be told: one frozen value, from arguments or from the environment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from graphmem import build
from graphmem.errors import InvalidInput, first_fault
from graphmem.login import is_neo4j
from graphmem.rest.logs import Form
from graphmem.rest.rates import Rate

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ServerConfig", "control_file"]

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_PREFIX = "GRAPHMEM_"
_NAMES = {"store": "GRAPHMEM_URL"}


class ServerConfig(BaseModel):
    """Where a server listens, what it serves, and its limits.

    Each field may come from the environment as `GRAPHMEM_<FIELD>`; the store's is `GRAPHMEM_URL`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: str | None = None
    """File or url of the store; None: ~/.graphmem/memory.db."""
    control: Path | None = None
    """The control file (keys, projects, jobs); None: beside the store, see `control_file`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8420, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1, le=256)
    """Processes that serve one port."""
    threads: int = Field(default=16, ge=1, le=1024)
    """Engine calls at once, in each process."""
    embedder: str | None = None
    """See `graphmem.Memory`."""
    extractor: str | None = None
    cors: tuple[str, ...] = ()
    """Origins whose web pages may call; `*` for all."""
    max_body: int = Field(default=16_000_000, ge=1_000)
    """Bytes of a request's body."""
    body_timeout: float = Field(default=30.0, gt=0)
    """Seconds in which a request's body must be there."""
    max_requests: int = Field(default=512, ge=1)
    """Requests that each process serves at once; the rest is asked to try again."""
    rate_limit: str | None = None
    """How often each key may ask, in each process: `600/minute`; None: as often as it likes."""
    log_format: Form = "text"
    metrics_open: bool = False
    """Whether /metrics needs no key."""
    drain: int = Field(default=30, ge=0)
    """Seconds that running requests are given when the server stops."""
    jobs: int = Field(default=1, ge=0, le=64)
    """Threads in each process that work off asynchronous adds; 0: other processes do."""
    lease: float = Field(default=60.0, ge=0.5)
    """Seconds after which the work of a process that died is another's; a living one keeps what it works on."""
    events_days: float = Field(default=30.0, gt=0)
    """How long it is kept what callers did and who was told; less, if a project did more than `events_rows`."""
    events_rows: int = Field(default=1_000_000, ge=1_000)
    webhooks_private: bool = False
    """Whether webhooks may lead to private addresses: this machine, its network, a cloud's metadata."""
    webhooks_timeout: float = Field(default=10.0, gt=0)
    """Seconds that a receiver has."""
    webhooks_tries: int = Field(default=8, ge=1, le=100)
    webhooks_pause: float = Field(default=10.0, gt=0)
    """Seconds before the second try; each later pause is twice as long."""
    warm: bool = True
    """Load the models at the start rather than with the first request."""

    @field_validator("cors", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [origin.strip() for origin in value.split(",") if origin.strip()] if isinstance(value, str) else value

    @field_validator("rate_limit")
    @classmethod
    def _rate(cls, value: str | None) -> str | None:
        if value is not None:
            Rate.of(value)
        return value

    @classmethod
    def of(cls, **given: Any) -> ServerConfig:
        """What is given, the environment for the rest.

        Raises:
            InvalidInput: a value that cannot be accepted.
        """
        there = {name: os.environ.get(_NAMES.get(name, _PREFIX + name.upper())) for name in cls.model_fields}
        chosen = {name: value for name, value in {**there, **_set(given)}.items() if value not in (None, "")}
        try:
            return cls(**chosen)
        except ValidationError as error:
            raise InvalidInput(first_fault(error)) from error

    def environment(self) -> dict[str, str]:
        """The variables from which `of` makes this value again, in another process."""
        values = self.model_dump(mode="json", exclude_none=True)
        return {_NAMES.get(name, _PREFIX + name.upper()): _spelled(value) for name, value in values.items()}

    @property
    def url(self) -> str:
        """The store that is meant."""
        return build.store_url(self.store)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOCAL

    @property
    def control_file(self) -> Path:
        """Where accounts and jobs are kept."""
        return self.control.expanduser() if self.control else control_file(self.url)


def control_file(url: str) -> Path:
    """The control file of a store: beside its file; `~/.graphmem/server.db` for the default store and for Neo4j's."""
    home = Path.home() / ".graphmem"
    if url == ":memory:" or is_neo4j(url):
        return home / "server.db"
    place = Path(url.removeprefix("sqlite://").removeprefix("sqlite:")).expanduser()
    return place.with_name("server.db") if place == home / "memory.db" else place.with_suffix(".server.db")


def _set(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _spelled(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)
