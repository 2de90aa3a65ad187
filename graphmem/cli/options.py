"""The options that several commands share."""

from __future__ import annotations

import functools
import inspect
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphmem.memory import Memory

__all__ = [
    "AsOf",
    "Filter",
    "Json",
    "Layers",
    "Metadata",
    "Scope",
    "Store",
    "TopK",
    "Yes",
    "engine",
    "mapping",
    "need",
    "scoped",
]

Scope: TypeAlias = dict[str, Any]
"""The ids that were given, as keyword arguments of the engine."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
TopK = Annotated[int, typer.Option("--top-k", "-k", min=1, max=10_000, help="How many hits.")]
Layers = Annotated[
    list[str] | None,
    typer.Option(
        "--layer", "-l", metavar="LAYER", help="Only this layer (user, session, org, conversation); repeatable."
    ),
]
Filter = Annotated[
    str | None,
    typer.Option("--filter", "-f", metavar="JSON", help="""A filter: '{"categories": {"in": ["travel"]}}'"""),
]
Metadata = Annotated[str | None, typer.Option("--metadata", "-m", metavar="JSON", help="""'{"source": "mail"}'""")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="TIME", help="What was true then: 2024-05-01.")]

_IDS = {
    "user_id": typer.Option("--user", "-u", metavar="ID", envvar="GRAPHMEM_USER", help="Whose memory: a user"),
    "agent_id": typer.Option("--agent", metavar="ID", envvar="GRAPHMEM_AGENT", help="... an agent"),
    "app_id": typer.Option("--app", metavar="ID", envvar="GRAPHMEM_APP", help="... an app"),
    "session_id": typer.Option("--session", metavar="ID", envvar="GRAPHMEM_SESSION", help="... a session (run)"),
    "org_id": typer.Option("--org", metavar="ID", envvar="GRAPHMEM_ORG", help="... an organisation"),
}


@dataclass(frozen=True)
class Store:
    """Which store, and which tenant in it."""

    url: str | None = None
    api_key: str | None = None
    explicit: bool = False
    """Named on the command line, not by the environment."""


def engine(ctx: typer.Context) -> Memory:
    """The engine that the global options name; loaded only now."""
    from graphmem.memory import Memory

    return Memory(ctx.obj.url, api_key=ctx.obj.api_key)


def scoped(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the scope options; it receives those that were given as `scope`."""
    signature = inspect.signature(command, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "scope"]
    ids = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option])
        for name, option in _IDS.items()
    ]

    @functools.wraps(command)
    def run(**arguments: Any) -> None:
        given = {name: arguments.pop(name) for name in _IDS}
        command(**arguments, scope={name: value for name, value in given.items() if value is not None})

    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + ids
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def need(scope: Scope) -> Scope:
    """The scope, if it names anything.

    Raises InvalidInput otherwise.
    """
    if not scope:
        raise InvalidInput("whose memory? pass --user ID (or --agent, --app, --session, --org), or set GRAPHMEM_USER")
    return scope


def mapping(text: str | None, option: str) -> Mapping[str, Any] | None:
    """The JSON object that an option holds.

    Raises typer.BadParameter (a usage error) for anything else.
    """
    if text is None:
        return None
    try:
        value = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"not valid JSON: {error}", param_hint=option) from None
    if not isinstance(value, dict):
        raise typer.BadParameter("must be a JSON object", param_hint=option)
    return value
