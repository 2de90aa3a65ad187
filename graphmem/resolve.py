"""Entity resolution: which entity a name means, within one owner.

Exact key or alias first, then what the form of the name tells (see `names`), then first names, nicknames and
spelling. A merge is an alias on the entity; its mentions keep the written form, so it can be undone.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from graphmem import names
from graphmem.ids import content_id
from graphmem.types import Entity
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Resolver"]

_SIMILAR = 0.93
_SHORTEST_FUZZY = 8
_SHORTEST_MISSPELT = 5
"""A word shorter than that is another word if a letter differs: "II" and "III", "Rose" and "Rosa"."""
_POSSESSIVE = re.compile(r"\S+ s ")
_WEAK = frozenset({"CONCEPT", "THING"})


class Resolver:
    """Resolves names of one owner; what it made or changed is in `changed`.

    `guess`: whether first names, nicknames and near spellings count; off for documents, where they mislead.
    `speakers`: who talks, whose own name is nobody's nickname.
    """

    def __init__(
        self, tenant: str, owner: str, known: Iterable[Entity], *, guess: bool = True, speakers: Iterable[str] = ()
    ) -> None:
        self._tenant = tenant
        self._owner = owner
        self._guess = guess
        self._speakers = frozenset(map(key, speakers))
        self._entities: dict[str, Entity] = {}
        self._by_key: dict[str, str] = {}
        self._by_alias: dict[str, set[str]] = {}
        self._beside: frozenset[str] = frozenset()
        self.changed: dict[str, Entity] = {}
        for entity in known:
            self._index(entity)

    def read(self, text: str, named: Iterable[tuple[str, str]]) -> None:
        """Take up a text that names these (name, type): what it abbreviates, and who stands beside whom."""
        types = dict(named)
        self._beside = frozenset(map(key, types))
        for name, short in names.defined(text, (n for n, type in types.items() if type != "PERSON")):
            entity = self.resolve(name, types[name])
            if entity is not None and key(short) not in (*self._by_key, *entity.aliases):
                self._keep(entity.model_copy(update={"aliases": (*entity.aliases, key(short))}))

    def resolve(self, name: str, type: str) -> Entity | None:
        """The entity that the name means, made if there is none; None for a name without letters or digits."""
        name_key = key(name)
        if not name_key:
            return None
        found = self._exact(name_key, name, type)
        if found is not None:
            return self._again(found, name, name_key, type)
        found = self._by_form(name_key, type)
        if found is None and self._guess and type not in _WEAK:
            found = self._person(name_key, type) or self._spelling(name_key, type)
        return self._create(name, name_key, type) if found is None else self._merge(found, name, name_key, type)

    def _index(self, entity: Entity) -> None:
        self._entities[entity.id] = entity
        self._by_key.setdefault(entity.key, entity.id)
        for alias in entity.aliases:
            self._by_alias.setdefault(alias, set()).add(entity.id)

    def _keep(self, entity: Entity) -> Entity:
        self.changed[entity.id] = entity
        self._index(entity)
        return entity

    def _create(self, name: str, name_key: str, type: str) -> Entity:
        base = names.plain(name_key, type)
        base = name_key if base in self._by_key else base
        id = content_id("entity", self._tenant, self._owner, base)
        entity = Entity(id=id, owner=self._owner, name=name.strip(), key=base, type=type)
        return self._keep(self._also(entity, name_key))

    def _again(self, entity: Entity, name: str, name_key: str, type: str) -> Entity:
        """What is known, with a surer type and with what its name may be short for, if that was not kept yet."""
        upgrade = entity.type in _WEAK and type not in _WEAK
        update = {"type": type, "name": name.strip()} if upgrade else {}
        wanted = self._also(entity.model_copy(update=update), name_key)
        return entity if wanted == entity else self._keep(wanted)

    def _merge(self, entity: Entity, name: str, name_key: str, type: str) -> Entity:
        fuller = len(_core(name_key, type)) > len(_core(key(entity.name), type))
        update = {"name": name.strip() if fuller else entity.name}
        if entity.type in _WEAK and type not in _WEAK:
            update["type"] = type
        return self._keep(self._also(entity.model_copy(update=update), name_key))

    def _also(self, entity: Entity, name_key: str) -> Entity:
        """The entity with a name that it goes by, and what that name may be short for."""
        polite = names.polite(name_key, entity.type) if self._guess else None
        brief = (*names.forms(name_key, entity.type), polite)
        free = [each for each in brief if each and each not in self._by_key]
        aliases = dict.fromkeys((*entity.aliases, name_key, *free))
        return entity.model_copy(update={"aliases": tuple(alias for alias in aliases if alias != entity.key)})

    def _named(self, type: str) -> Iterator[Entity]:
        return (entity for entity in self._entities.values() if entity.type == type)

    def _exact(self, name_key: str, name: str, type: str) -> Entity | None:
        """What has the key, else the only one that goes by it."""
        if name_key in self._by_key:
            return self._entities[self._by_key[name_key]]
        holders = [self._entities[id] for id in self._by_alias.get(name_key, ())]
        holders = [entity for entity in holders if _may_mean(entity, name_key, name, type)]
        return holders[0] if len(holders) == 1 else None

    def _by_form(self, name_key: str, type: str) -> Entity | None:
        """ "Dr. Ana Silva" is "Ana Silva", and "Acme Inc." is "Acme", if that is no concept, place or person."""
        base = names.plain(name_key, type)
        found = self._exact(base, base, type) if base != name_key else None
        if found is not None and found.type != "WORK":
            return None if _clashes(found, name_key) else found
        short = names.trading(name_key, type)
        found = self._exact(short, short, "ORG") if short else None
        return found if found is not None and found.type in names.TRADES else None

    def _person(self, name_key: str, type: str) -> Entity | None:
        if type != "PERSON" or _POSSESSIVE.match(name_key):
            return None
        base = names.plain(name_key, type)
        return self._first_name(name_key, base) or self._shortened(base) or self._nickname(name_key, base)

    def _people(self, first: str) -> list[Entity]:
        """The people of a first name; "Caroline's wife", whose key is "caroline s wife", is somebody else."""
        people = (person for person in self._named("PERSON") if person.key.partition(" ")[0] == first)
        return [person for person in people if not _POSSESSIVE.match(person.key)]

    def _first_name(self, name_key: str, base: str) -> Entity | None:
        """ "Caroline" is "Caroline Smith" (and the reverse) where only one person can be meant."""
        first, _, rest = base.partition(" ")
        if names.is_title(first):
            return None
        polite, people = names.polite(name_key, "PERSON"), self._people(first)
        if rest:
            people = [p for p in people if p.key == first and not any(" " in alias for alias in p.aliases)]
        if not people and polite:
            people = [p for p in self._named("PERSON") if p.key == polite and not p.aliases]
        return people[0] if len(people) == 1 else None

    def _shortened(self, base: str) -> Entity | None:
        people = [p for p in self._people(base.partition(" ")[0]) if names.shortened(p.key, base)]
        return people[0] if len(people) == 1 else None

    def _nickname(self, name_key: str, base: str) -> Entity | None:
        """ "Bob" is "Robert Hale" where only one person can be meant, and "Bob Hale" is too.

        Not in a text that names both: "Bob and Robert Hale" are two.
        """
        first, _, rest = base.partition(" ")
        if name_key in self._speakers or (not rest and self._people(first)):
            return None
        others = [person for other in names.nicknamed(first) for person in self._people(other)]
        people = [p for p in others if (p.key.partition(" ")[2] == rest if rest else " " in p.key)]
        beside = any(not self._beside.isdisjoint((p.key, *p.aliases)) for p in people)
        return people[0] if len(people) == 1 and not beside else None

    def _spelling(self, name_key: str, type: str) -> Entity | None:
        """A long name of the same type and first word that differs by a letter or two, digits apart."""
        if len(name_key) < _SHORTEST_FUZZY:
            return None
        base = names.plain(name_key, type)
        scored = ((_likeness(entity.key, base), entity) for entity in self._named(type))
        near = [(score, e.id) for score, e in scored if score >= _SIMILAR and not _clashes(e, name_key)]
        return self._entities[max(near)[1]] if near else None


def _may_mean(entity: Entity, alias: str, name: str, type: str) -> bool:
    """Whether a mention may use an alias: one that only the form of a name gave is for mentions that fit."""
    types = names.brief(entity.key, alias, entity.type)
    return types is None or (type in types and (type != "CONCEPT" or not name.islower()))


def _core(name_key: str, type: str) -> str:
    return names.trading(name_key, type) or names.plain(name_key, type)


def _clashes(entity: Entity, name_key: str) -> bool:
    return any(names.clash(name_key, each) for each in (entity.key, *entity.aliases))


def _likeness(one: str, other: str) -> float:
    """From 0 to 1; 0 where the first words differ, or digits, or a word too short to be misspelt."""
    words, others = one.split(), other.split()
    if words[0] != others[0] or len(words) != len(others) or len(words) < 2:
        return 0.0
    pairs = zip(words, others, strict=True)
    if any(a != b and min(len(a), len(b)) < _SHORTEST_MISSPELT for a, b in pairs):
        return 0.0
    if [c for c in one if c.isdigit()] != [c for c in other if c.isdigit()]:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
