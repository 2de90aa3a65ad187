"""Filters: both of Mem0's grammars, parsed once into a small tree with one meaning everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

__all__ = ["And", "Not", "Or", "Test", "Where"]

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
