"""Queries of the fulltext indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CLAUSES", "lucene"]

CLAUSES = 500
"""How many terms one query takes; Lucene allows 1,024."""


def lucene(**fields: Iterable[str]) -> str:
    """A query of a fulltext index: in every field one of these terms, whatever stands in them."""
    parts = [f"+{name}:({' '.join(map(_quoted, terms))})" for name, terms in fields.items()]
    return " ".join(parts)


def _quoted(term: str) -> str:
    escaped = term.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
