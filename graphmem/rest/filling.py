"""Memories in the form that a JSON schema asks for, by matching names: what is filled in is what is stored.

Nothing is understood, so nothing is invented: a field is a value of the metadata under its name, a whole memory that
fits its name, or null.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidInput
from graphmem.rest.matching import Matching, folded, noted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphmem.types import MemoryItem

__all__ = ["Filling"]

_DEEPEST = 12
"""How deep a schema may nest; one that names itself ends there."""
_MOST_FIELDS, _MOST_VALUES = 200, 1_000_000
"""Of one answer: its fields, those of a list's rows counted once; and what stands in its lists."""
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
        self.of([])

    def of(self, items: Sequence[MemoryItem]) -> dict[str, Any]:
        """The object that these memories make, the latest first.

        Raises:
            InvalidInput: it would have too many fields, or its lists too many values.
        """
        self._known, self._fields, self._values = Matching(items), 0, 0
        return self._object(self._resolved(self._root), 0)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        return {name: self._value(name, part, depth + 1) for name, part in self._parts(schema).items()}

    def _parts(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        parts: Mapping[str, Any] = schema.get("properties") or {}
        self._fields += len(parts)
        if self._fields > _MOST_FIELDS:
            raise InvalidInput(f"schema asks for more than {_MOST_FIELDS} fields: ask for fewer")
        return parts

    def _value(self, name: str, part: Any, depth: int) -> Any:
        schema = self._resolved(part)
        kind = _kind(schema)
        if depth > _DEEPEST:
            return None
        if kind == "object" and schema.get("properties"):
            return self._object(schema, depth)
        if kind == "array":
            return self._array(name, schema, depth)
        if said := self._noted(name, schema):
            return said[0]
        if kind == "string" and not schema.keys() & {"enum", "const", "format", "pattern"}:
            best = self._known.best(name)
            return best.memory if best else schema.get("default")
        return schema.get("default")

    def _array(self, name: str, schema: Mapping[str, Any], depth: int) -> list[Any]:
        part = self._resolved(schema.get("items") or {})
        parts = {key: self._resolved(one) for key, one in self._parts(part).items()} if depth < _DEEPEST else {}
        lists = [one for value in self._noted(name, {"type": "array"}) for one in value if _fits(one, part)]
        if said := _once([*lists, *self._noted(name, part)]):
            return said
        fitting = self._known.fitting(name)
        self._values += len(fitting) * max(1, len(parts))
        if self._values > _MOST_VALUES:
            raise InvalidInput(f"the answer has more than {_MOST_VALUES:,} values: ask for fewer fields or memories")
        if _kind(part) == "object":
            rows = [_row(parts, item) for item in fitting]
            return [row for row in rows if any(value not in (None, [], {}) for value in row.values())]
        return _once(item.memory for item in fitting) if _kind(part) == "string" and "enum" not in part else []

    def _noted(self, name: str, schema: Mapping[str, Any]) -> list[Any]:
        return [value for value in self._known.noted.get(folded(name), ()) if _fits(value, schema)]

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


def _row(parts: Mapping[str, Mapping[str, Any]], item: MemoryItem) -> dict[str, Any]:
    """One memory as an object: what its metadata says, else its own fields by their names."""
    own, said, row = item.to_dict(), noted([item]), {}
    for name, part in parts.items():
        values = (*said.get(folded(name), ()), own.get(_OWN.get(folded(name), "")))
        row[name] = next((value for value in values if _fits(value, part)), part.get("default"))
    return row


def _once(values: Iterable[Any]) -> list[Any]:
    """Equal values once, at their first place."""
    keyed = {json.dumps(one, sort_keys=True) if isinstance(one, (list, dict)) else one: one for one in values}
    return list(keyed.values())
