"""Memories in the form that a JSON schema asks for, by matching names: what is filled in is what is stored.

Nothing is understood, so nothing is invented: a field is a value of the metadata under its name, a whole memory that
fits its name, or null.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidInput
from graphmem.words import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphmem.types import MemoryItem

__all__ = ["Filling"]

_DEEPEST = 12
"""How deep a schema may nest; one that names itself ends there."""
_MOST = 10_000
"""Fields of one answer, the rows of lists apart."""
_SAY_NOTHING = """
    all any array current data detail details entry entries fact facts field info information item items latest list
    main memories memory miscellaneous note notes object other overview profile record records result results section
    string summary text texts user users value values
"""
"""Words of names that tell no memory from another."""
_OWN = {
    "id": "id", "memoryid": "id",
    "memory": "memory", "text": "memory", "content": "memory", "fact": "memory", "statement": "memory",
    "description": "memory", "note": "memory", "value": "memory", "sentence": "memory",
    "categories": "categories", "tags": "categories", "metadata": "metadata", "layer": "layer",
    "createdat": "created_at", "date": "created_at", "timestamp": "created_at", "time": "created_at",
    "updatedat": "updated_at", "userid": "user_id", "agentid": "agent_id", "appid": "app_id", "runid": "run_id",
    "sessionid": "session_id", "expirationdate": "expiration_date",
}  # fmt: skip
"""What a field of a row may be called -> which field of a memory it is."""
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,),
    "object": (dict,),
}  # fmt: skip


class Filling:
    """Fills one schema.

    Args:
        schema: A JSON schema of an object, as pydantic's `model_json_schema()` makes it.

    Raises:
        InvalidInput: it is another thing, or names a part that it does not have.
    """

    def __init__(self, schema: Any) -> None:
        if not isinstance(schema, dict) or not schema:
            raise InvalidInput("Schema is required and must be a valid object")
        self._root = schema
        if not self._resolved(schema).get("properties"):
            raise InvalidInput("schema is a JSON schema of an object: {'properties': {'name': {'type': 'string'}}}")
        self._terms: dict[str, set[str]] = {}
        self._fields = 0
        self.of([])

    def of(self, items: Sequence[MemoryItem]) -> dict[str, Any]:
        """The object that these memories make, the latest first."""
        self._terms, self._fields = {item.id: set(terms(item.memory)) for item in items}, 0
        return self._object(self._resolved(self._root), items, 0)

    def _object(self, schema: Mapping[str, Any], items: Sequence[MemoryItem], depth: int) -> dict[str, Any]:
        parts = schema.get("properties") or {}
        self._fields += len(parts)
        if self._fields > _MOST:
            raise InvalidInput(f"schema asks for more than {_MOST:,} fields: ask for fewer")
        return {name: self._value(name, part, items, depth + 1) for name, part in parts.items()}

    def _value(self, name: str, part: Any, items: Sequence[MemoryItem], depth: int) -> Any:
        schema = self._resolved(part)
        kind = _kind(schema)
        if depth > _DEEPEST:
            return None
        if kind == "object" and schema.get("properties"):
            return self._object(schema, items, depth)
        if kind == "array":
            return self._array(name, schema, items, depth)
        noted = list(_noted(name, schema, items))
        if noted:
            return noted[0]
        if kind == "string" and not schema.keys() & {"enum", "const", "format", "pattern"}:
            return next((item.memory for item in self._best(name, items)), schema.get("default"))
        return schema.get("default")

    def _array(self, name: str, schema: Mapping[str, Any], items: Sequence[MemoryItem], depth: int) -> list[Any]:
        part = self._resolved(schema.get("items") or {})
        lists = [one for value in _noted(name, {"type": "array"}, items) for one in value if _fits(one, part)]
        if noted := _once([*lists, *_noted(name, part, items)]):
            return noted
        fitting = [item for item in items if self._rank(name, item)]
        if _kind(part) == "object":
            rows = [self._row(part, item) for item in fitting] if depth < _DEEPEST else []
            return [row for row in rows if any(value not in (None, [], {}) for value in row.values())]
        return _once(item.memory for item in fitting) if _kind(part) == "string" and "enum" not in part else []

    def _row(self, schema: Mapping[str, Any], item: MemoryItem) -> dict[str, Any]:
        """One memory as an object: its own fields by their names, else what its metadata says."""
        own, row = item.to_dict(), {}
        for name, given in (schema.get("properties") or {}).items():
            part = self._resolved(given)
            noted = list(_noted(name, part, [item]))
            named = own.get(_OWN.get(_folded(name), ""))
            row[name] = noted[0] if noted else named if _fits(named, part) else part.get("default")
        return row

    # ---------------------------------------------------------------- which memories fit a name

    def _best(self, name: str, items: Sequence[MemoryItem]) -> list[MemoryItem]:
        ranks = [(self._rank(name, item), item) for item in items]
        most = max((rank for rank, _ in ranks), default=0)
        return [item for rank, item in ranks if rank and rank == most]

    def _rank(self, name: str, item: MemoryItem) -> int:
        """3: all words of the name stand in the text; 2: it is its category's name; 1: they share a word; 0: no fit."""
        wanted = _telling(name)
        if not wanted:
            return 3
        if wanted <= self._terms[item.id]:
            return 3
        if any(_folded(name) == _folded(category) for category in item.categories):
            return 2
        return int(any(wanted & _telling(category) for category in item.categories))

    # ---------------------------------------------------------------- schemas

    def _resolved(self, part: Any) -> Mapping[str, Any]:
        """A schema without references, and without null beside something else."""
        for _ in range(_DEEPEST):
            if not isinstance(part, dict) or not isinstance(part.get("properties") or {}, dict):
                raise InvalidInput("schema holds a part that is no object: a property is {'type': 'string'}")
            inner = next((part[name] for name in ("anyOf", "oneOf", "allOf") if part.get(name)), None)
            if "$ref" in part:
                part = {**self._at(part["$ref"]), **{name: part[name] for name in part if name != "$ref"}}
            elif isinstance(inner, list):
                chosen = next((one for one in inner if isinstance(one, dict) and one.get("type") != "null"), {})
                kept = {name: value for name, value in part.items() if name not in ("anyOf", "oneOf", "allOf")}
                part = {**kept, **chosen}
            else:
                return part
        raise InvalidInput("schema refers to itself without end")

    def _at(self, reference: Any) -> Mapping[str, Any]:
        part: Any = self._root
        for step in str(reference).removeprefix("#").strip("/").split("/"):
            part = part.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(part, dict) else None
        if not str(reference).startswith("#/") or not isinstance(part, dict):
            raise InvalidInput(f"schema refers to {reference!r}, which it does not hold")
        return part


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    return str(kind or ("object" if "properties" in schema else "array" if "items" in schema else "string"))


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value is of the type that is asked for, and one of those that are allowed."""
    kind, allowed = _kind(schema), schema.get("enum")
    if value is None or isinstance(value, bool) != (kind == "boolean"):
        return False
    return isinstance(value, _TYPES.get(kind, ())) and (not isinstance(allowed, list) or value in allowed)


def _noted(name: str, schema: Mapping[str, Any], items: Iterable[MemoryItem]) -> Iterable[Any]:
    """What metadata says under a name, however it is spelled, where it is of that type."""
    wanted = _folded(name)
    for item in items:
        for key, value in item.metadata.items():
            if _folded(key) == wanted and _fits(value, schema):
                yield value


def _once(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def _folded(name: str) -> str:
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    """`favouriteFood` and `favourite_food` are two words."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[^\W_A-Z])(?=[A-Z])", " ", name).lower())


@lru_cache(maxsize=4096)
def _telling(name: str) -> frozenset[str]:
    """The index terms of a name that tell something."""
    silent = set(terms(_SAY_NOTHING))
    return frozenset(terms(" ".join(_words(name)))) - silent
