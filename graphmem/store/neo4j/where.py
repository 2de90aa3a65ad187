"""Compiles a filter to a Cypher condition on a Memory; every value, metadata keys included, is a parameter.

The meaning is `filters.matches`: a missing value equals nothing, like is only compared with like. Each condition is
true or false, never null, so that NOT means what it says.

Neo4j keeps plain values and lists of strings as properties `meta_<key>`, where people find them. What it cannot say
about them stands beside them (`filter_properties`):

- `fold_<property>`: a text without case, where `toLower` would not do (Python folds "ß" to "ss", Java does not);
- `order_<property>`: a text whose order in UTF-16, by which Neo4j compares, is the order of its code points;
- `facets`: what metadata holds beside plain values, as JSON texts: `["tags"]` there is such a value, `["tags", "Tea"]`
  it is a list with this element, `["tags", "i", "tea"]` with this one if case is ignored.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidFilter
from graphmem.filters import And, Not, Test, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphmem.types import MemoryItem

__all__ = ["compile_where", "filter_properties", "meta_properties"]

_NAMES = ("id", "user_id", "agent_id", "app_id", "session_id", "org_id", "name")
_TEXT = {*_NAMES, "layer", "role", "superseded_by", "pin", "hash", "trigger"}
_TIMES = {"created_at", "updated_at", "valid_from", "valid_to", "event_from", "event_to", "expired_at", "expires_at"}
_COLUMNS = {name: name for name in _TEXT | _TIMES} | {"memory": "text"}
_SIGNS = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_ORDER = ("gt", "gte", "lt", "lte")


# ---------------------------------------------------------------- what is stored


def filter_properties(item: MemoryItem) -> dict[str, Any]:
    """The properties of a Memory that only filters need: metadata, and texts without case."""
    texts = {"text": item.memory, "trigger": item.trigger} | {name: getattr(item, name) for name in _NAMES}
    found = meta_properties(item.metadata) | _folded(texts)
    if item.categories:
        found["fold_categories"] = [category.casefold() for category in item.categories]
    return found


def meta_properties(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata as properties: plain values and lists of strings as they are, the rest as facets."""
    values = {f"meta_{key}": value for key, value in metadata.items() if _is_plain(value)}
    lists = {f"meta_{key}": value for key, value in metadata.items() if _is_strings(value)}
    facets = [facet for key, value in metadata.items() for facet in _facets(key, value)]
    return {**values, **lists, **_folded(values), **_ordered(values), **({"facets": facets} if facets else {})}


def _folded(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {f"fold_{k}": v.casefold() for k, v in texts.items() if isinstance(v, str) and not v.isascii()}


def _ordered(texts: Mapping[str, Any]) -> dict[str, Any]:
    strings = {k: _sortable(v) for k, v in texts.items() if isinstance(v, str)}
    return {f"order_{k}": v for k, v in strings.items() if v != texts[k]}


def _sortable(text: str) -> str:
    """A text that UTF-16 sorts as the code points of the first: what lies beyond U+FFFF comes after all else."""
    if text.isascii() or max(text) < "\uffff":
        return text
    return "".join(c if c < "\uffff" else "\uffff\x01" if c == "\uffff" else "\uffff" + c for c in text)


def _facets(key: str, value: Any) -> Iterator[str]:
    if value is None or _is_plain(value):
        return
    yield _facet(key)
    for element in value if isinstance(value, (list, tuple)) else ():
        if _is_plain(element):
            yield _facet(key, element)
            yield _facet(key, "i", _caseless(element))


def _facet(*parts: Any) -> str:
    """Equal numbers are spelled alike: 4.0 is 4."""
    spelled = [int(part) if isinstance(part, float) and part.is_integer() else part for part in parts]
    return json.dumps(spelled, ensure_ascii=False)


def _caseless(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, bool, int, float))


def _is_strings(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(one, str) for one in value)


# ---------------------------------------------------------------- what is asked


def compile_where(where: Where | None, node: str = "m", params: str = "$") -> tuple[str, dict[str, Any]]:
    """A condition on this variable and its parameters (`w0`, `w1`, ...; named behind `params`); None is always
    true."""
    compiler = _Compiler(node, params)
    text = "true" if where is None else compiler.condition(where)
    return text, compiler.params


class _Compiler:
    def __init__(self, node: str, prefix: str) -> None:
        self.node = node
        self.prefix = prefix
        self.params: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        name = f"w{len(self.params)}"
        self.params[name] = value
        return self.prefix + name

    def condition(self, where: Where) -> str:
        if isinstance(where, Test):
            return self.test(where)
        if isinstance(where, Not):
            return f"(NOT {self.condition(where.part)})"
        parts = [self.condition(part) for part in where.parts]
        # A list, because the planner multiplies AND and OR out.
        return f"{'all' if isinstance(where, And) else 'any'}(holds IN [{', '.join(parts)}] WHERE holds)"

    def test(self, test: Test) -> str:
        if test.op in ("ne", "nin"):
            return f"(NOT {self.test(Test(test.field, 'eq' if test.op == 'ne' else 'in', test.value))})"
        if test.field.startswith("metadata."):
            return self.metadata(test.field.removeprefix("metadata."), test)
        if test.field == "categories":
            return self.categories(test)
        if test.field in _COLUMNS:
            return self.column(_COLUMNS[test.field], test)
        raise InvalidFilter(f"no memory has a field {test.field!r}; filter metadata with 'metadata.{test.field}'")

    def column(self, name: str, test: Test) -> str:
        """A property whose values are all strings, or all times."""
        actual = f"{self.node}.{name}"
        if test.op == "exists":
            return f"({actual} IS NOT NULL)"
        if test.op == "icontains" and name not in _TIMES:
            return self.substring(f"coalesce({self.node}.fold_{name}, toLower({actual}))", _caseless(test.value))
        if test.op in ("contains", "icontains"):
            return "false" if name in _TIMES else self.substring(actual, test.value)
        return self.compared(actual, test.op, test.value)

    def substring(self, actual: str, value: Any) -> str:
        return f"coalesce({actual} CONTAINS {self.bind(value)}, false)" if isinstance(value, str) else "false"

    def compared(self, actual: str, op: str, value: Any) -> str:
        """Neo4j itself holds values of different kinds for unequal, and for unordered."""
        if op == "in":
            return f"coalesce({actual} IN {self.bind([one for one in value if _is_comparable(one)])}, false)"
        if not _is_comparable(value):
            return "false"
        return f"coalesce({actual} {_SIGNS[op]} {self.bind(value)}, false)"

    def categories(self, test: Test) -> str:
        """A list of strings, which ignores case; an empty one counts as missing."""
        if test.op == "exists":
            return f"({self.node}.fold_categories IS NOT NULL)"
        if test.op not in ("contains", "icontains"):
            return "false"  # a list is in no order and equals no single value
        return f"coalesce({self.bind(_caseless(test.value))} IN {self.node}.fold_categories, false)"

    def facet(self, *parts: Any) -> str:
        return f"coalesce({self.bind(_facet(*parts))} IN {self.node}.facets, false)"

    def metadata(self, key: str, test: Test) -> str:
        """One key of the metadata, whose value may be of any kind."""
        name = f"meta_{key}"
        actual = f"{self.node}[{self.bind(name)}]"
        if test.op == "exists":
            return f"({actual} IS NOT NULL OR {self.facet(key)})"
        if test.op == "contains":
            return f"({self.substring(actual, test.value)} OR {self.element(key, test.value)})"
        if test.op == "icontains":
            return f"({self.caseless(name, actual, test.value)} OR {self.element(key, 'i', _caseless(test.value))})"
        if test.op in _ORDER and isinstance(test.value, str):
            sortable = f"coalesce({self.node}[{self.bind('order_' + name)}], {actual})"
            return self.compared(sortable, test.op, _sortable(test.value))
        return self.compared(actual, test.op, test.value)

    def element(self, *parts: Any) -> str:
        return self.facet(*parts) if _is_plain(parts[-1]) else "false"

    def caseless(self, name: str, actual: str, value: Any) -> str:
        folded = f"coalesce({self.node}[{self.bind('fold_' + name)}], toLower({actual}))"
        held = self.substring(folded, _caseless(value))
        return f"CASE WHEN {actual} IS :: STRING THEN {held} ELSE false END"


def _is_comparable(value: Any) -> bool:
    return _is_plain(value) or isinstance(value, datetime)
