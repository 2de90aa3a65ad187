"""What a method of a client asks a server, without sending it: flows of calls, and where they go."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar
from urllib.parse import quote, urlsplit

from graphmem.errors import InvalidInput, shown

__all__ = ["Call", "Flow", "Json", "Session", "ask", "given", "part"]

R = TypeVar("R")
Json: TypeAlias = dict[str, Any]
"""An object as the server answers it."""

_PORT = "8420"


@dataclass(frozen=True)
class Call:
    """One request."""

    method: str
    path: str
    body: Any = None
    """JSON; None for none."""
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    reads: bool = False
    """A POST that changes nothing."""

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.reads or self.method != "POST"


Flow: TypeAlias = Generator[Call, Any, R]
"""Yields calls, is sent the answer to each, and returns what the method returns."""


def ask(method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None, **more: Any) -> Flow[Any]:
    """One call, whose answer is the result; see `Call`."""
    return (yield Call(method, path, body, query or {}, **more))


class Session:
    """Which server, whose key, and whose project that is."""

    def __init__(self, api_key: str | None, host: str | None) -> None:
        self.host = _address(host or os.environ.get("GRAPHMEM_HOST") or "127.0.0.1")
        self.api_key = _key(api_key)
        self._whose: tuple[str, str] | None = None

    def project(self) -> Flow[str]:
        """The path of the key's project; asked once."""
        if self._whose is None:
            answer = yield Call("GET", "/v1/ping/")
            self._whose = answer["org_id"], answer["project_id"]
        org, project = map(part, self._whose)
        return f"/api/v1/orgs/organizations/{org}/projects/{project}/"


def part(name: str) -> str:
    """A name as one part of a path, whatever it holds.

    Raises:
        InvalidInput: it is no text, or blank.
    """
    if not isinstance(name, str) or not name.strip():
        raise InvalidInput(f"an id must be a text that is not blank, not {shown(name)}")
    return quote(name, safe="").replace(".", "%2E") if not name.strip(".") else quote(name, safe="")


def given(options: Any, fields: Mapping[str, Any], *, keep: tuple[str, ...] = ()) -> Json:
    """What was passed: an options object or mapping, and keywords, which win.

    Args:
        options: A mapping or a pydantic model; None for none.
        fields: Keywords.
        keep: Names whose explicit None means something; elsewhere None is as if it had not been passed.
    """
    if options is None:
        first: Mapping[str, Any] = {}
    elif isinstance(options, Mapping):
        first = options
    elif hasattr(options, "model_dump"):
        first = options.model_dump(exclude_unset=True)
    else:
        raise InvalidInput(f"options must be a mapping or a model, not {shown(options)}; or pass keywords")
    return {name: value for name, value in {**first, **fields}.items() if value is not None or name in keep}


def _key(given: str | None) -> str:
    key = given or os.environ.get("GRAPHMEM_API_KEY") or os.environ.get("MEM0_API_KEY") or ""
    if not key.strip():
        raise InvalidInput("no API key: pass api_key=..., or set GRAPHMEM_API_KEY (`graphmem keys create` makes one)")
    if not key.isascii() or not key.strip().isprintable():
        raise InvalidInput("this API key holds a character that no key has: copy it again")
    return key.strip()


def _address(host: str) -> str:
    """The server's address; a bare host is one on port 8420 without TLS, as `graphmem serve` listens."""
    try:
        if "://" not in host:
            bare = urlsplit(f"//{host}")
            whole = bare.port is not None or bare.path.strip("/")
            host = f"http://{host}" if whole else f"http://{host}:{os.environ.get('GRAPHMEM_PORT') or _PORT}"
        parts = urlsplit(host)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and " " not in host
    except ValueError:  # a port that is none
        good = False
    if not good:
        raise InvalidInput(f"host must be an address such as http://127.0.0.1:8420, not {shown(host)}")
    return host.rstrip("/")
