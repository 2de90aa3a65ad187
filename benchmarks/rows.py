"""The settings that the retrieval benchmarks compare: what each channel adds to the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from graphmem import Settings
from graphmem.errors import InvalidInput
from graphmem.evaluate.modes import SWITCHES
from graphmem.weights import Retrieval

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROWS", "choose", "named"]

_Row = TypeVar("_Row")

ROWS: Mapping[str, Retrieval] = {
    name: Retrieval().model_copy(update=dict(switches)) for name, switches in SWITCHES.items()
}
"""The first two are one channel each, `full` is the default of the library."""


def choose(names: str) -> dict[str, Settings]:
    """Settings by comma-separated row names, in the order of `ROWS`; see `named`."""
    return {name: Settings(retrieval=row) for name, row in named(names, ROWS).items()}


def named(names: str, rows: Mapping[str, _Row]) -> dict[str, _Row]:
    """Of these rows those with the comma-separated names, in the order of the rows.

    Raises:
        InvalidInput: a name that is not a row.
    """
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in rows]:
        raise InvalidInput(f"unknown row {', '.join(unknown)}: the rows are {', '.join(rows)}")
    return {name: row for name, row in rows.items() if name in chosen}
