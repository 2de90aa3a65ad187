"""Ways to search that are worth comparing: what each channel adds to the ones before."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphmem.memory import Memory

__all__ = ["FULL", "SWITCHES", "modes", "switched"]

FULL = "full"
SWITCHES: Mapping[str, Mapping[str, bool]] = {
    "vectors": {"vectors": True, "words": False, "graph": False, "facts": False},
    "words": {"vectors": False, "words": True, "graph": False, "facts": False},
    "hybrid": {"vectors": True, "words": True, "graph": False, "facts": False},
    "hybrid+graph": {"vectors": True, "words": True, "graph": True, "facts": False},
    FULL: {},
}
"""Switches of `Retrieval` by name. The first two are one channel each, the last is the memory as it is set."""


def modes(names: Iterable[str]) -> list[str]:
    """The names, if all of them are ways to search, in the order of `SWITCHES`.

    Raises:
        InvalidInput: one is not.
    """
    given = list(names)
    if unknown := [name for name in given if name not in SWITCHES]:
        raise InvalidInput(f"nothing is known as {unknown[0]!r}: compare any of {', '.join(SWITCHES)}")
    return [name for name in SWITCHES if name in given]


def switched(memory: Memory, name: str) -> Memory:
    """The same memory, searched in another way; it shares the store and is not to be closed."""
    retrieval = memory.settings.retrieval.model_copy(update=dict(SWITCHES[name]))
    other = copy.copy(memory)
    other.settings = memory.settings.model_copy(update={"retrieval": retrieval})
    return other
