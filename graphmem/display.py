"""Values as HTML for notebooks: small tables in the colours of the page around them. Pure.

Texts come from anywhere and are shown as text only: whatever a cell returns is escaped here, once. Nothing that
matters is said by style alone, because some pages that show notebooks drop it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pydantic import BaseModel

    from graphmem.types import Event, Hit, MemoryItem, Relation

    Columns: TypeAlias = Mapping[str, Callable[[Any], str]]

__all__ = ["ENTITY", "EVENT", "HIT", "HOLDER", "MEMORY", "RELATION", "card", "remarks", "table"]

_MOST_ROWS = 50
_MOST_LETTERS = 240
_STRONGEST = 4
"""How many terms of a score a row of a table names; the card of the hit has them all."""
_FIRST = ("memory", "score", "layer", "why")
_MOST_PARTS = 5
"""Of a list within a card."""
_UNSAID = frozenset({"hash"})
"""What tells people nothing."""
_TWICE = _UNSAID | {"layer", "sources"}
"""What a part of a value need not repeat."""
_WRAPPED = frozenset({"memory", "why", "value", "also known as"})
"""Columns of whole texts."""
_LEFT = "text-align:left;vertical-align:top"


class _Html(str):
    """Made here of escaped parts: it is markup, and is not escaped again."""


def table(rows: Sequence[Any], columns: Columns, *, none: str = "nothing here") -> str:
    """Rows as a table: the first fifty, and how many more there are.

    Args:
        rows: Values of one kind.
        columns: Heading -> what a row says under it, as plain text.
        none: What to say instead of a table without rows.
    """
    if not rows:
        return f"<p><em>{_safe(none)}</em></p>"
    head = "".join(f'<th style="{_LEFT}">{_safe(name)}</th>' for name in columns)
    body = "".join(_row(columns, (cell(row) for cell in columns.values())) for row in rows[:_MOST_ROWS])
    more = f"<p><em>and {len(rows) - _MOST_ROWS:,} more</em></p>" if len(rows) > _MOST_ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def remarks(notes: Sequence[str]) -> str:
    """Notes under a table, a line each."""
    return "".join(f"<p><em>{_safe(note)}</em></p>" for note in notes)


def card(value: BaseModel, without: Collection[str] = _UNSAID) -> str:
    """One value: every field that says something, a line each."""
    names = sorted(type(value).model_fields, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    said = ((name, _said(getattr(value, name))) for name in names if name not in without)
    body = "".join(_row(("field", "value"), (_Html(f"<b>{_safe(name)}</b>"), text)) for name, text in said if text)
    return f"<table><tbody>{body}</tbody></table>"


def _row(names: Iterable[str], cells: Iterable[str]) -> str:
    return "<tr>" + "".join(map(_cell, names, cells)) + "</tr>"


def _cell(name: str, text: str) -> str:
    style = _LEFT if name in _WRAPPED else f"{_LEFT};white-space:nowrap"
    return f'<td dir="auto" style="{style}">{_safe(text)}</td>'


def _safe(text: str) -> str:
    if isinstance(text, _Html):
        return text
    return html.escape(text)


def _said(value: Any) -> str:
    """A field's value for people; the empty string where it says nothing."""
    if value is None or value in ((), {}, ""):
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_said(part)}" for name, part in value.items())
    if isinstance(value, tuple):
        more = f" and {len(value) - _MOST_PARTS} more" if len(value) > _MOST_PARTS else ""
        return ", ".join(map(_said, value[:_MOST_PARTS])) + more
    return _Html(card(value, _TWICE)) if hasattr(type(value), "model_fields") else str(value)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _until(moment: datetime | None) -> str:
    return f" (until {_day(moment)})" if moment else ""


# ---------------------------------------------------------------- what the cells of a row say


def _words(item: MemoryItem) -> str:
    speaker = item.name or item.role
    said_by = f"{speaker}: " if item.layer == "conversation" and speaker else ""
    return f"{said_by}{_short(item.memory)}{_until(item.valid_to)}"


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[:_MOST_LETTERS] + " …"


def _score(hit: Hit) -> str:
    bar = f"height:3px;width:{hit.score:.0%};background:currentColor;opacity:.5"
    return _Html(f'{hit.score:.2f}<div style="{bar}"></div>')


def _why(hit: Hit) -> str:
    strongest = sorted(hit.why.terms.items(), key=lambda term: -abs(term[1]))[:_STRONGEST]
    terms = ", ".join(f"{name} {value:+.1f}" for name, value in strongest)
    return ": ".join(filter(None, ("by " + ", ".join(hit.why.channels), terms)))


def _event(event: Event) -> str:
    after = _short(event.memory) if event.memory is not None else "(deleted)"
    return f"{_short(event.previous)} → {after}" if event.previous else after


def _relation(relation: Relation) -> str:
    return relation.type if relation.polarity else f"NOT {relation.type}"


def _when(item: MemoryItem) -> str:
    return _day(item.valid_from)


MEMORY: Columns = {"layer": lambda item: item.layer, "memory": _words, "when": _when}
HIT: Columns = {"score": _score, **MEMORY, "why": _why}
EVENT: Columns = {"event": lambda event: event.event, "layer": lambda event: event.layer, "memory": _event}
HOLDER: Columns = {
    "kind": lambda holder: holder.kind,
    "id": lambda holder: holder.id,
    "memories": lambda holder: f"{holder.memories:,}",
    "since": lambda holder: _day(holder.created_at),
    "last written": lambda holder: _day(holder.updated_at),
}
ENTITY: Columns = {
    "name": lambda entity: entity.name,
    "type": lambda entity: entity.type,
    "mentions": lambda entity: str(entity.mentions),
    "also known as": lambda entity: ", ".join(entity.aliases),
}
RELATION: Columns = {
    "subject": lambda relation: relation.subject_name,
    "relation": _relation,
    "object": lambda relation: relation.object_name,
    "since": lambda relation: _day(relation.valid_from),
    "until": lambda relation: _day(relation.valid_to),
    "confidence": lambda relation: f"{relation.confidence:.2f}",
}
