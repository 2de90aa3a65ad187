"""Entity resolution: which entity a name means, within one owner.

Exact key or alias first, then first names, then spelling. A merge is an alias on the entity; its mentions keep
the written form, so it can be undone.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from graphmem.ids import content_id
from graphmem.types import Entity
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Resolver"]

_SIMILAR = 0.93
_SHORTEST_FUZZY = 8
_POSSESSIVE = re.compile(r"\S+ s ")
_WEAK = frozenset({"CONCEPT", "THING"})


class Resolver:
    """Resolves names of one owner; what it made or changed is in `changed`.

    `guess`: whether first names and near spellings count; off for documents, where they mislead.
    """

    def __init__(self, tenant: str, owner: str, known: Iterable[Entity], *, guess: bool = True) -> None:
        self._tenant = tenant
        self._owner = owner
        self._guess = guess
        self._by_key: dict[str, Entity] = {}
        self.changed: dict[str, Entity] = {}
        for entity in known:
            self._index(entity)

    def resolve(self, name: str, type: str) -> Entity | None:
        """The entity that the name means, made if there is none; None for a name without letters or digits."""
        name_key = key(name)
        if not name_key:
            return None
        found = self._by_key.get(name_key)
        if found is None and self._guess and type not in _WEAK:
            found = self._first_name(name_key, type) or self._spelling(name_key, type)
            if found is not None:
                return self._merge(found, name, name_key)
        if found is None:
            return self._create(name, name_key, type)
        return self._retype(found, name, type)

    def _index(self, entity: Entity) -> None:
        for entity_key in (entity.key, *entity.aliases):
            self._by_key.setdefault(entity_key, entity)
        for entity_key in (entity.key, *entity.aliases):
            if self._by_key[entity_key].id == entity.id:
                self._by_key[entity_key] = entity

    def _keep(self, entity: Entity) -> Entity:
        self.changed[entity.id] = entity
        self._index(entity)
        return entity

    def _create(self, name: str, name_key: str, type: str) -> Entity:
        id = content_id("entity", self._tenant, self._owner, name_key)
        initials = _initials(name_key) if type in ("ORG", "PLACE") else None
        aliases = (initials,) if initials and initials not in self._by_key else ()
        return self._keep(Entity(id=id, owner=self._owner, name=name.strip(), key=name_key, type=type, aliases=aliases))

    def _retype(self, entity: Entity, name: str, type: str) -> Entity:
        if entity.type in _WEAK and type not in _WEAK:
            return self._keep(entity.model_copy(update={"type": type, "name": name.strip()}))
        return entity

    def _merge(self, entity: Entity, name: str, name_key: str) -> Entity:
        fuller = name.strip() if len(name_key) > len(key(entity.name)) else entity.name
        update = {"name": fuller, "aliases": (*entity.aliases, name_key)}
        return self._keep(entity.model_copy(update=update))

    def _named(self, type: str) -> Iterator[Entity]:
        seen = {entity.id: entity for entity in self._by_key.values() if entity.type == type}
        yield from seen.values()

    def _first_name(self, name_key: str, type: str) -> Entity | None:
        """ "Caroline" is "Caroline Smith" (and the reverse) where only one person can be meant.

        "Caroline's wife", whose key is "caroline s wife", is somebody else.
        """
        first, _, rest = name_key.partition(" ")
        if type != "PERSON" or _POSSESSIVE.match(name_key):
            return None
        people = [p for p in self._named("PERSON") if p.key.partition(" ")[0] == first]
        people = [p for p in people if not _POSSESSIVE.match(p.key)]
        if rest:
            people = [p for p in people if p.key == first and not any(" " in alias for alias in p.aliases)]
        return people[0] if len(people) == 1 else None

    def _spelling(self, name_key: str, type: str) -> Entity | None:
        """A long name of the same type that differs by a letter or two, digits apart."""
        if len(name_key) < _SHORTEST_FUZZY:
            return None
        best = max(self._named(type), key=lambda entity: _likeness(entity.key, name_key), default=None)
        return best if best is not None and _likeness(best.key, name_key) >= _SIMILAR else None


def _likeness(one: str, other: str) -> float:
    if [c for c in one if c.isdigit()] != [c for c in other if c.isdigit()]:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _initials(name_key: str) -> str | None:
    words = name_key.split()
    return "".join(word[0] for word in words) if len(words) >= 3 else None
