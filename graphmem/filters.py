"""The filter grammar: both of Mem0's, parsed once into a small tree with one meaning everywhere.

```
{"user_id": "alex", "created_at": {"gte": "2024-01-01"}}       every key of an object holds
{"AND": [...]}  {"OR": [...]}  {"NOT": {...}}  {"NOT": [...]}   nest freely; a list under NOT: none of them
{"categories": {"contains": "food"}}                           an operator; several in one object all hold
{"metadata": {"city": {"ne": "Oslo"}}}  {"city": "Oslo"}       a key that is no field is a key of the metadata
{"run_id": "*"}  {"city": null}  {"run_id": ["a", "b"]}        any value, no value, one of these
```

Times are ISO texts, plain dates (the whole UTC day) or unix seconds. `created_at` is the time of the event,
as everywhere on Mem0's face; `recorded_at` is when the system learned it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from graphmem import times
from graphmem.errors import InvalidFilter, InvalidInput, shown
from graphmem.types import LAYERS, Role
from graphmem.where import And, Not, Op, Or, Test, Where, all_of, any_of, conjunction, matches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

__all__ = ["And", "Not", "Or", "Test", "Where", "conjunction", "matches", "parse"]

MAX_DEPTH = 32
"""How deep AND, OR and NOT may nest."""
MAX_NODES = 1_000
"""How many conditions and logic keys a filter may hold; each listed time or category is one."""
MAX_VALUES = 10_000
"""How many values a list may hold."""

_Kind: TypeAlias = Literal["id", "layer", "role", "text", "keywords", "categories", "time", "metadata"]

_IDS = ["user_id", "agent_id", "app_id", "session_id", "org_id", "id", "superseded_by", "name"]
_TIMES = ["valid_from", "valid_to", "event_from", "event_to", "updated_at", "expires_at"]
_FIELDS: dict[str, tuple[str, _Kind]] = {
    **{name: (name, "id") for name in _IDS},
    "run_id": ("session_id", "id"),
    "memory_ids": ("id", "id"),
    "layer": ("layer", "layer"),
    "role": ("role", "role"),
    "memory": ("memory", "text"),
    "text": ("memory", "text"),
    "keywords": ("memory", "keywords"),
    "keywords_search": ("memory", "keywords"),
    "categories": ("categories", "categories"),
    **{name: (name, "time") for name in _TIMES},
    "created_at": ("valid_from", "time"),
    "timestamp": ("valid_from", "time"),
    "recorded_at": ("created_at", "time"),
    "expiration_date": ("expires_at", "time"),
}
# What a key of a filter means: the field of MemoryItem, and the kind of its values.

_EQUAL = ("eq", "ne", "in", "nin")
_ORDER = ("gt", "gte", "lt", "lte")
_HOLDS = ("contains", "icontains")
_OPERATORS: dict[_Kind, tuple[str, ...]] = {
    "id": _EQUAL + _HOLDS,
    "layer": _EQUAL,
    "role": _EQUAL,
    "text": _EQUAL + _HOLDS,
    "keywords": _HOLDS,
    "categories": _EQUAL + _HOLDS,
    "time": _EQUAL + _ORDER,
    "metadata": _EQUAL + _ORDER + _HOLDS,
}


def parse(filters: Mapping[str, Any] | None) -> Where | None:
    """Read a filter of either grammar; None and `{}` filter nothing.

    Raises:
        InvalidFilter: an unknown operator, a wrong value or shape, or a filter that is too large or too deep.
    """
    if filters is None or (isinstance(filters, Mapping) and not filters):
        return None
    return _Parser().group(filters, 0)


class _Parser:
    """Walks a filter and counts what it has seen."""

    def __init__(self) -> None:
        self.nodes = 0

    def group(self, filters: Any, depth: int) -> Where:
        """An object: all of its entries hold."""
        if not isinstance(filters, Mapping) or not filters:
            raise InvalidFilter(
                f"a filter is an object with a condition, like {{'user_id': 'alex'}}; got {shown(filters)}"
            )
        if depth > MAX_DEPTH:
            raise InvalidFilter(f"a filter may nest {MAX_DEPTH} deep; flatten its AND, OR and NOT")
        return all_of([self.entry(key, value, depth) for key, value in filters.items()])

    def entry(self, key: Any, value: Any, depth: int) -> Where:
        """One key of an object: logic, metadata, or a condition on a field."""
        name = _key(key)
        if name.upper() in ("AND", "OR", "NOT"):
            return self.logic(name.upper(), value, depth)
        if name == "metadata":
            return self.metadata(value)
        field, kind = _FIELDS.get(_snake(name)) or _metadata_field(name)
        return self.condition(name, field, kind, value)

    def logic(self, name: str, value: Any, depth: int) -> Where:
        """AND and OR of a list; NOT of an object, or of a list (none of them)."""
        self.count(1)
        if name == "NOT" and isinstance(value, Mapping):
            return Not(self.group(value, depth + 1))
        if not isinstance(value, (list, tuple)) or not value:
            raise InvalidFilter(f"{name} takes a list of at least one filter; got {shown(value)}")
        parts = [self.group(part, depth + 1) for part in value]
        if name == "NOT":
            return Not(any_of(parts))
        return all_of(parts) if name == "AND" else any_of(parts)

    def metadata(self, value: Any) -> Where:
        """`{"metadata": {"key": condition, ...}}`: all of its keys hold."""
        if not isinstance(value, Mapping) or not value:
            raise InvalidFilter(f"metadata takes an object, like {{'city': 'Oslo'}}; got {shown(value)}")
        pairs = [(_key(key), condition) for key, condition in value.items()]
        return all_of([self.condition(key, f"metadata.{key}", "metadata", condition) for key, condition in pairs])

    def condition(self, key: str, field: str, kind: _Kind, value: Any) -> Where:
        """One field: a bare value, a bare list, or an object of operators that all hold."""
        if not isinstance(value, Mapping):
            listed = isinstance(value, (list, tuple))
            bare = "icontains" if kind == "keywords" else "in" if listed else "eq"
            return self.test(key, field, kind, bare, value)
        if not value:
            raise InvalidFilter(f"{key}: no operator given; {_allowed(kind)}")
        return all_of([self.test(key, field, kind, op, operand) for op, operand in value.items()])

    def test(self, key: str, field: str, kind: _Kind, op: Any, operand: Any) -> Where:
        """One operator with its operand."""
        if op not in _OPERATORS[kind]:
            raise InvalidFilter(f"{key}: unknown operator {shown(op)}; {_allowed(kind)}")
        values = _values(key, op, operand)
        self.count(len(values) if kind in ("time", "categories") else 1)
        if (presence := _presence(field, kind, op, values)) is not None:
            return presence
        try:
            return _build(field, kind, op, tuple(_check(kind, op, value) for value in values))
        except InvalidInput as error:
            raise InvalidFilter(f"{key}: {error}") from None

    def count(self, nodes: int) -> None:
        """Refuse what is too large before work is done for it."""
        self.nodes += max(nodes, 1)
        if self.nodes > MAX_NODES:
            raise InvalidFilter(f"a filter may hold {MAX_NODES} conditions; ask in several calls")


def _key(key: Any) -> str:
    if not isinstance(key, str) or not key.strip() or key.startswith("$"):
        fields = ", ".join(_FIELDS)
        raise InvalidFilter(f"unknown key {shown(key)}; allowed: AND, OR, NOT, {fields}, or a metadata key")
    return _text(key)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])[A-Z]", lambda match: "_" + match[0].lower(), name)


def _metadata_field(name: str) -> tuple[str, _Kind]:
    return (name if name.startswith("metadata.") else f"metadata.{name}"), "metadata"


def _allowed(kind: _Kind) -> str:
    return f"allowed here: {', '.join(_OPERATORS[kind])}"


# ---------------------------------------------------------------- values


def _values(key: str, op: str, operand: Any) -> Sequence[Any]:
    if op not in ("in", "nin"):
        return (operand,)
    if not isinstance(operand, (list, tuple)) or len(operand) > MAX_VALUES:
        raise InvalidFilter(f"{key}: {op} takes a list of up to {MAX_VALUES} values; got {shown(operand)}")
    return operand


def _check(kind: _Kind, op: str, value: Any) -> Any:
    """The value, if it is one that the operator can take for this kind of field."""
    if kind == "time":
        times.moment(value)
        return value
    if kind == "metadata":
        return _scalar(op, value)
    if not isinstance(value, str):
        raise InvalidFilter(f"{op} takes a string; got {shown(value)}")
    if kind == "id" and not value.strip():
        raise InvalidFilter("an id is not blank; to ask for memories without one, write NOT with '*'")
    known = {"layer": LAYERS, "role": get_args(Role)}.get(kind, (value,))
    if value not in known:
        raise InvalidFilter(f"{shown(value)} is none of {', '.join(known)}")
    return _text(value)


def _scalar(op: str, value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if op == "icontains" or (op in _ORDER and isinstance(value, bool)):
        raise InvalidFilter(f"{op} takes a string{' or a number' * (op in _ORDER)}; got {shown(value)}")
    if isinstance(value, bool) or (isinstance(value, int) and -(2**63) <= value < 2**63):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise InvalidFilter(f"{op} takes a string, a boolean or a finite number of 64 bits; got {shown(value)}")


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidFilter(f"{shown(value)} is not valid Unicode: it holds half a surrogate pair") from None
    if "\x00" in value:
        raise InvalidFilter(f"{shown(value)} holds a NUL character, which no memory does; leave it out")
    return value


# ---------------------------------------------------------------- building


def _presence(field: str, kind: _Kind, op: str, values: Sequence[Any]) -> Where | None:
    """A test for any value (`"*"`) or none (null); None if this is about something else."""
    wild = op in _EQUAL and "*" in values
    null = op in ("eq", "ne") and values[0] is None and kind != "id"
    if not wild and not null:
        return None
    # updated_at always shows a time, the recording's if there was no update.
    present = Test("created_at" if field == "updated_at" else field, "exists")
    return present if wild == (op in ("eq", "in")) else Not(present)


def _build(field: str, kind: _Kind, op: Any, values: tuple[Any, ...]) -> Where:
    if kind not in ("time", "categories") or not values:
        return Test(field, op, values if op in ("in", "nin") else values[0])
    one = _time if kind == "time" else _category
    if op in ("ne", "nin"):
        return Not(any_of([one(field, "eq", value) for value in values]))
    return any_of([one(field, "eq" if op == "in" else op, value) for value in values])


def _category(field: str, _: str, value: str) -> Where:
    return Test(field, "contains", value)


def _time(field: str, op: str, value: Any) -> Where:
    edges = _edges(field, op, value)
    where = all_of([Test(field, compare, edge) for compare, edge in edges])
    if field != "updated_at":
        return where
    recorded = [Test("created_at", compare, edge) for compare, edge in edges]
    return Or((where, And((Not(Test(field, "exists")), *recorded))))


def _edges(field: str, op: Any, value: Any) -> list[tuple[Op, datetime]]:
    """Comparisons with instants that say the same as one with a plain date, which is its whole day."""
    if (span := times.day_span(value)) is None:
        return [(op, times.moment(value))]
    start, end = span
    # Expiry ends a day: the midnight after it still belongs to it, the one before does not.
    since: Op = "gt" if field == "expires_at" else "gte"
    until: Op = "lte" if field == "expires_at" else "lt"
    edges: dict[str, list[tuple[Op, datetime]]] = {
        "eq": [(since, start), (until, end)],
        "gt": [(since, end)],
        "gte": [(since, start)],
        "lt": [(until, start)],
        "lte": [(until, end)],
    }
    return edges[op]
