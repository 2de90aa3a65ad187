"""Ways to search that are worth comparing: what each channel adds to the ones before."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphmem.memory import Memory

__all__ = ["FULL", "SWITCHES", "modes", "switched", "without_terms"]

FULL = "full"
SWITCHES: Mapping[str, Mapping[str, bool]] = {
    "vectors": {"vectors": True, "words": False, "graph": False, "facts": False},
    "words": {"vectors": False, "words": True, "graph": False, "facts": False},
    "hybrid": {"vectors": True, "words": True, "graph": False, "facts": False},
    "hybrid+graph": {"vectors": True, "words": True, "graph": True, "facts": False},
    FULL: {},
}
"""Switches of `Retrieval` by name. The first two are one channel each, the last is the memory as it is set."""

_WEIGHTS: Mapping[str, tuple[str, ...]] = {
    "pinned": ("instruction", "preference"),
    "layer": ("user", "session_layer", "org", "conversation"),
    "source": (),
}
# Terms that do not go by the name of one weight; `source` has none.


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
    return _set(memory, SWITCHES[name])


def without_terms(memory: Memory, terms: Iterable[str]) -> Memory:
    """The same memory with the weights of these terms of the score at 0; likewise."""
    names = [name for term in terms for name in _WEIGHTS.get(term, (term,))]
    weights = memory.settings.retrieval.weights.model_copy(update=dict.fromkeys(names, 0.0))
    return _set(memory, {"weights": weights})


def _set(memory: Memory, change: Mapping[str, Any]) -> Memory:
    retrieval = memory.settings.retrieval.model_copy(update=dict(change))
    other = copy.copy(memory)
    other.settings = memory.settings.model_copy(update={"retrieval": retrieval})
    return other
