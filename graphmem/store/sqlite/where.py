"""Compiles a filter to a SQL condition on table `memory`; every value, metadata keys included, is bound.

The meaning is `filters.matches`: a missing value equals nothing, like is only compared with like. Each condition is
0 or 1, never NULL, so that NOT means what it says.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidFilter
from graphmem.filters import And, Not, Test, Where
from graphmem.store.sqlite.rows import micros

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["compile_where"]

_TEXT = {
    "user_id",
    "agent_id",
    "app_id",
    "session_id",
    "org_id",
    "layer",
    "role",
    "name",
    "id",
    "superseded_by",
    "pin",
    "hash",
}
_TIMES = {"created_at", "updated_at", "valid_from", "valid_to", "event_from", "event_to", "expired_at", "expires_at"}
_COLUMNS = {name: name for name in _TEXT | _TIMES} | {"memory": "text", "trigger": "trigger_text"}
_JSON_TYPES = {"string": "('text')", "number": "('integer', 'real')", "boolean": "('true', 'false')"}
_SIGNS = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def compile_where(where: Where | None, table: str = "memory") -> tuple[str, dict[str, Any]]:
    """A condition and its parameters; None is always true."""
    compiler = _Compiler(table)
    text = "1" if where is None else compiler.condition(where)
    return text, compiler.params


class _Compiler:
    def __init__(self, table: str) -> None:
        self.table = table
        self.params: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        name = f"w{len(self.params)}"
        self.params[name] = value
        return ":" + name

    def bind_all(self, values: Sequence[Any]) -> str:
        """One parameter for a whole list."""
        return f"(SELECT value FROM json_each({self.bind(json.dumps(values))}))"

    def condition(self, where: Where) -> str:
        if isinstance(where, Test):
            return self.test(where)
        if isinstance(where, Not):
            return f"(NOT {self.condition(where.part)})"
        word, empty = ("AND", "1") if isinstance(where, And) else ("OR", "0")
        return _joined(word, [self.condition(part) for part in where.parts]) or empty

    def test(self, test: Test) -> str:
        if test.op in ("ne", "nin"):
            return f"(NOT {self.test(Test(test.field, 'eq' if test.op == 'ne' else 'in', test.value))})"
        if test.field.startswith("metadata."):
            return self.metadata(test.field.removeprefix("metadata."), test)
        if test.field == "categories":
            return self.categories(test)
        if test.field in _COLUMNS:
            kind = "time" if test.field in _TIMES else "string"
            return self.column(f"{self.table}.{_COLUMNS[test.field]}", kind, test)
        raise InvalidFilter(f"no memory has a field {test.field!r}; filter metadata with 'metadata.{test.field}'")

    def column(self, column: str, kind: str, test: Test) -> str:
        """A plain column whose values are all of one kind."""
        if test.op == "exists":
            return f"({column} IS NOT NULL)"
        if test.op in ("contains", "icontains"):
            return self.substring(column, test) if kind == "string" else "0"
        if test.op == "in":
            alike = [_plain(value) for value in test.value if _kind(value) == kind]
            return f"ifnull({column} IN {self.bind_all(alike)}, 0)"
        if _kind(test.value) != kind:
            return "0"
        return f"ifnull({column} {_SIGNS[test.op]} {self.bind(_plain(test.value))}, 0)"

    def substring(self, column: str, test: Test) -> str:
        if not isinstance(test.value, str):
            return "0"
        if test.op == "contains":
            return f"ifnull(instr({column}, {self.bind(test.value)}) > 0, 0)"
        return f"ifnull(instr(fold_case({column}), {self.bind(test.value.casefold())}) > 0, 0)"

    def categories(self, test: Test) -> str:
        """A JSON list; an empty one counts as missing."""
        column = f"{self.table}.categories"
        if test.op == "exists":
            return f"({column} <> '[]')"
        if test.op not in ("contains", "icontains"):
            return "0"  # a list is in no order and equals no single value
        return self.element(column, test.value, True)

    def element(self, array: str, value: Any, ignore_case: bool) -> str:
        alike = self.alike("e", "eq", value, ignore_case)
        return f"EXISTS (SELECT 1 FROM json_each({array}) AS e WHERE {alike})"

    def metadata(self, key: str, test: Test) -> str:
        """One key of the metadata, whose value may be of any kind."""
        here = f"m.key = {self.bind(key)} AND {self.held(test)}"
        return f"EXISTS (SELECT 1 FROM json_each({self.table}.metadata) AS m WHERE {here})"

    def held(self, test: Test) -> str:
        if test.op == "exists":
            return "m.type <> 'null'"
        if test.op == "in":
            return self.among(test.value)
        if test.op not in ("contains", "icontains"):
            return self.alike("m", test.op, test.value)
        ignore_case = test.op == "icontains"
        # CASE, because json_each fails on what is no JSON and SQLite may evaluate AND in any order.
        inside = self.element("CASE WHEN m.type = 'array' THEN m.value ELSE '[]' END", test.value, ignore_case)
        within = f"(m.type = 'text' AND {self.substring('m.atom', test)})"
        return f"({inside} OR {within})"

    def among(self, values: Iterable[Any]) -> str:
        """A JSON value that is one of these, of its own kind."""
        by_kind: defaultdict[str, list[Any]] = defaultdict(list)
        for value in values:
            by_kind[_kind(value)].append(value)
        tests = [
            f"(m.type IN {types} AND m.atom IN {self.bind_all(by_kind[kind])})"
            for kind, types in _JSON_TYPES.items()
            if kind in by_kind
        ]
        return _joined("OR", tests) or "0"

    def alike(self, row: str, op: str, value: Any, ignore_case: bool = False) -> str:
        """A JSON value compared with one of its own kind."""
        types = _JSON_TYPES.get(_kind(value))
        if types is None:
            return "0"
        left = f"fold_case({row}.atom)" if ignore_case else f"{row}.atom"
        right = value.casefold() if ignore_case and isinstance(value, str) else value
        return f"({row}.type IN {types} AND {left} {_SIGNS[op]} {self.bind(right)})"


def _joined(word: str, conditions: Sequence[str]) -> str:
    """Conditions under AND or OR, as a balanced tree: SQLite refuses a deep one."""
    if len(conditions) < 2:
        return "".join(conditions)
    half = len(conditions) // 2
    return f"({_joined(word, conditions[:half])} {word} {_joined(word, conditions[half:])})"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "time" if isinstance(value, datetime) else "other"


def _plain(value: Any) -> Any:
    return micros(value) if isinstance(value, datetime) else value
