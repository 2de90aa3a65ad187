"""Which entity of a memory a written name means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphmem import Memory

__all__ = ["Named"]

_TITLE = re.compile(r"^(captain|dr|mr|mrs|ms|prof|professor|sir) ")


@dataclass(frozen=True, slots=True)
class Named:
    """The entities that a scope's memories name, by every written form."""

    ids: Mapping[str, str]

    @classmethod
    def of(cls, memory: Memory, scope: Mapping[str, str]) -> Named:
        """Read them; a name comes before another entity's alias."""
        entities = memory.entities(**scope)
        aliases = {alias: entity.id for entity in entities for alias in entity.aliases}
        return cls(aliases | {entity.key: entity.id for entity in entities})

    def entity(self, name: str) -> str | None:
        """The id of the entity that is written so, if it was found; a title before a name is no part of it."""
        written = key(name)
        return self.ids.get(written) or self.ids.get(_TITLE.sub("", written))
