"""How a driver works: checks, each of one method of a client, and a line of JSON for what became of each.

A check that returns a text says with it how the answer differs from Mem0's. Run by the clients' Python.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["check", "refused", "run", "tell"]

_CHECKS: dict[str, Callable[[Any], str | None]] = {}


def check(name: str) -> Callable[[Callable[[Any], str | None]], Callable[[Any], str | None]]:
    """Register what looks at one method, under the method's name."""

    def register(function: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
        _CHECKS[name] = function
        return function

    return register


def run(world: Any, there: Iterable[str], version: str) -> None:
    """Look at each method that is there, and tell about it.

    Args:
        world: What the checks get.
        there: Every public method that the client has, as the client itself says.
        version: The client's.
    """
    methods = sorted(set(there))
    tell(version=version, methods=methods)
    for name, function in _CHECKS.items():
        if name in methods:
            tell(method=name, **_outcome(function, world))


def refused(kind: type[BaseException], call: Callable[[], Any]) -> str:
    """What a call says that must fail with this very kind of error."""
    try:
        answer = call()
    except kind as error:
        if type(error) is kind:
            return str(error)
        raise
    raise AssertionError(f"{kind.__name__} was expected, not {answer}")


def tell(**facts: Any) -> None:
    """Print one line of JSON."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def _outcome(function: Callable[[Any], str | None], world: Any) -> Mapping[str, Any]:
    try:
        return {"ok": True, "differs": function(world) or ""}
    except Exception:
        return {"ok": False, "error": traceback.format_exc()}
