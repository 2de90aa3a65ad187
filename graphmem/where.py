"""The tree of a parsed filter, and its one meaning: `matches` is what every store must agree with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphmem.types import MemoryItem

__all__ = ["And", "Not", "Op", "Or", "Test", "Where", "all_of", "any_of", "conjunction", "matches"]

Op: TypeAlias = Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "contains", "icontains", "exists"]


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds."""

    parts: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds."""

    parts: tuple[Where, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Where


@dataclass(frozen=True, slots=True)
class Test:
    """One field compared with one value."""

    field: str
    """A field of MemoryItem (`user_id`, `categories`, `memory`, `valid_from`, ...) or `metadata.<key>`."""
    op: Op
    value: Any = None


Where: TypeAlias = And | Or | Not | Test


def all_of(parts: Sequence[Where]) -> Where:
    """Every one of at least one part holds."""
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def any_of(parts: Sequence[Where]) -> Where:
    """Some one of at least one part holds."""
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def conjunction(*wheres: Where | None) -> Where | None:
    """All of them hold; None, which filters nothing, is left out."""
    parts: list[Where] = []
    for where in wheres:
        if where is not None:
            parts.extend(where.parts if isinstance(where, And) else (where,))
    return all_of(parts) if parts else None


def matches(where: Where | None, item: MemoryItem) -> bool:
    """Whether a memory passes a filter.

    A missing value equals nothing, so `ne`, `nin` and NOT let it pass. Only like is compared with like
    (numbers, booleans, strings, times): any other pair is unequal and in no order. `contains` is a substring
    of a string (case-sensitive) or an element of a list; categories ignore case, as `icontains` does.
    """
    if where is None:
        return True
    if isinstance(where, And):
        return all(matches(part, item) for part in where.parts)
    if isinstance(where, Or):
        return any(matches(part, item) for part in where.parts)
    if isinstance(where, Not):
        return not matches(where.part, item)
    return _holds(where.op, _value(item, where.field), where.value, where.field == "categories")


def _value(item: MemoryItem, field: str) -> Any:
    if field.startswith("metadata."):
        return item.metadata.get(field.removeprefix("metadata."))
    value = getattr(item, field)
    return None if value == () else value


def _holds(op: Op, actual: Any, value: Any, ignore_case: bool) -> bool:
    if op in ("ne", "nin"):
        return not _holds("eq" if op == "ne" else "in", actual, value, ignore_case)
    if op == "exists" or actual is None:
        return actual is not None
    if op == "in":
        return any(_compared("eq", actual, one) for one in value)
    if op in ("contains", "icontains"):
        return _contains(actual, value, ignore_case or op == "icontains")
    return _compared(op, actual, value)


def _contains(actual: Any, value: Any, ignore_case: bool) -> bool:
    needle = _caseless(value) if ignore_case else value
    if isinstance(actual, (list, tuple)):
        return any(_compared("eq", _caseless(one) if ignore_case else one, needle) for one in actual)
    if not isinstance(actual, str) or not isinstance(needle, str):
        return False
    return needle in (_caseless(actual) if ignore_case else actual)


def _caseless(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "gt": lambda a, b: bool(a > b),
    "gte": lambda a, b: bool(a >= b),
    "lt": lambda a, b: bool(a < b),
    "lte": lambda a, b: bool(a <= b),
}


def _compared(op: str, a: Any, b: Any) -> bool:
    return _kind(a) == _kind(b) != "other" and _COMPARE[op](a, b)


def _kind(value: Any) -> str:
    # Python calls True a number equal to 1; JSON and people do not.
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "time" if isinstance(value, datetime) else "other"
