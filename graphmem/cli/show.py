"""Values as tables and trees for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from graphmem.cli.console import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from graphmem.store.base import Problem, Subgraph
    from graphmem.types import Entity, Event, Hit, MemoryItem, Receipt, Relation, Stats

__all__ = [
    "entities", "events", "hits", "item", "items", "layer", "neighbourhood", "problems", "reasons",
    "receipt", "relation", "stats", "walk", "why", "words",
]  # fmt: skip

_LAYERS = {"user": "bold yellow", "session": "bold cyan", "org": "bold blue", "conversation": "bold white"}
_EVENTS = {"ADD": "green", "UPDATE": "yellow", "MERGE": "cyan", "SUPERSEDE": "magenta", "DELETE": "red", "NONE": "dim"}
_MOST_BRANCHES = 40


def layer(name: str) -> Text:
    """A layer's name in its colour."""
    return Text(name, style=_LAYERS.get(name, ""))


def _table(*columns: str, **options: Any) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", **options)
    for column in columns:
        right = column in ("#", "score", "count")
        table.add_column(column, justify="right" if right else "left", no_wrap=column not in _WORDS, overflow="fold")
    return table


_WORDS = frozenset({"memory", "problem", "fix", "also known as", "why"})


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def words(of: MemoryItem) -> Text:
    """The text, with its speaker if it is a raw turn, and until when it held."""
    text = Text()
    if of.layer == "conversation" and (of.name or of.role):
        text.append_text(clean(f"{of.name or of.role}: ", "dim"))
    text.append_text(clean(of.memory))
    if of.valid_to:
        text.append(f"  (until {_day(of.valid_to)})", "magenta")
    return text


def hits(found: Sequence[Hit], *, explain: bool = False) -> RenderableType:
    """The answer of a search; with `explain`, why each hit is where it is."""
    if not found:
        return Text("no memory answers that", style="dim")
    if explain:
        return Group(*(_explained(rank, hit) for rank, hit in enumerate(found, start=1)))
    table = _table("#", "layer", "score", "memory", "when")
    for rank, hit in enumerate(found, start=1):
        table.add_row(str(rank), layer(hit.layer), f"{hit.score:.2f}", words(hit), _day(hit.valid_from))
    return table


def _explained(rank: int, hit: Hit) -> RenderableType:
    head = Table.grid(padding=(0, 2))
    head.add_row(f"{rank:>2}", layer(hit.layer), f"{hit.score:.2f}", words(hit), Text(_day(hit.valid_from), "dim"))
    return Group(head, Padding(reasons(hit), (0, 0, 1, 4)))


def reasons(hit: Hit) -> Table:
    """How a hit was found, every term of its score, its path through the graph, and its sources."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    terms = sorted(hit.why.terms.items(), key=lambda term: -abs(term[1]))
    rows: Mapping[str, str] = {
        "found by": ", ".join(hit.why.channels),
        "score": ", ".join(f"{name} {value:+.2f}" for name, value in terms if round(value, 2)),
        "path": " ".join(hit.why.path),
        "applies": hit.trigger or "",
        "rests on": ", ".join(id for id in hit.why.sources if id != hit.id),
        "id": hit.id,
    }
    for name, value in rows.items():
        if value:
            grid.add_row(name, clean(value, "" if name == "path" else "dim"))
    return grid


def why(hit: Hit) -> Text:
    """How a hit was found, on one line: its channels and the weightiest terms of its score."""
    terms = sorted(hit.why.terms.items(), key=lambda term: -abs(term[1]))[:3]
    said = [f"by {', '.join(hit.why.channels)}", *(f"{name} {value:+.1f}" for name, value in terms)]
    return clean("  ".join(said), "dim")


def items(found: Iterable[MemoryItem]) -> RenderableType:
    """A page of memories."""
    table = _table("layer", "memory", "when")
    for one in found:
        table.add_row(layer(one.layer), Group(words(one), Text(one.id, style="dim")), _day(one.valid_from))
    return table if table.row_count else Text("no memories", style="dim")


def item(one: MemoryItem) -> RenderableType:
    """One memory, every field that says something."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name in type(one).model_fields:
        value = getattr(one, name)
        if value not in (None, (), {}):
            shown = ", ".join(value) if isinstance(value, tuple) else str(value)
            grid.add_row(name, layer(shown) if name == "layer" else clean(shown))
    return grid


def events(happened: Iterable[Event], *, when: bool = False, notes: Iterable[str] = ()) -> RenderableType:
    """What happened, a memory a line, and notes under it."""
    table = _table("event", "layer", "memory", *(["at"] if when else []))
    for event in happened:
        text = clean(event.memory) if event.memory is not None else Text("(deleted)", style="dim")
        if event.previous:
            text = Text.assemble(clean(event.previous, "dim strike"), " ", text)
        row = Text(event.event, style=_EVENTS[event.event]), layer(event.layer)
        if when:
            table.add_row(*row, text, Text(f"{event.at:%Y-%m-%d %H:%M:%S}", style="dim"))
        else:
            table.add_row(*row, Group(text, Text(event.id, style="dim")))
    shown = table if table.row_count else Text("nothing to remember in that", style="dim")
    return Group(shown, *(clean(note, "yellow") for note in notes))


def receipt(deleted: Receipt) -> RenderableType:
    """What a deletion removed."""
    counts = deleted.model_dump(exclude={"ids", "sources"})
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    text = Text(f"deleted: {said or 'nothing'}")
    if deleted.sources:
        text.append(f"\nkept source turns (delete them too with --sources): {', '.join(deleted.sources)}", "yellow")
    return text


def stats(counted: Stats) -> RenderableType:
    """Counts of a store."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    for name in type(counted).model_fields:
        value = getattr(counted, name)
        if name == "layers":
            value = ", ".join(f"{count} {of}" for of, count in value.items() if count)
        elif name == "bytes" and value is not None:
            value = f"{value / 1024:,.0f} KiB"
        if value not in (None, ""):
            grid.add_row(name, clean(f"{value:,}" if isinstance(value, int) else str(value)))
    return grid


def problems(found: Sequence[Problem]) -> RenderableType:
    """What the doctor found, and how to mend it."""
    if not found:
        return Text("healthy: no problems found", style="green")
    table = _table("count", "problem", "fix")
    for problem in found:
        said = Text.assemble((problem.kind, "bold red" if problem.serious else "yellow"), "  ", clean(problem.detail))
        table.add_row(str(problem.count), said, clean(problem.fix))
    return table


def entities(found: Iterable[Entity]) -> RenderableType:
    """Who and what is known."""
    table = _table("name", "type", "count", "also known as")
    for entity in found:
        table.add_row(clean(entity.name), entity.type, str(entity.mentions), clean(", ".join(entity.aliases), "dim"))
    return table if table.row_count else Text("no entities", style="dim")


def relation(of: Relation) -> Text:
    """subject -TYPE-> object."""
    return Text.assemble(clean(of.subject_name, "bold"), " ", _arrow(of), " ", clean(of.object_name, "bold"), _span(of))


def _arrow(of: Relation) -> Text:
    return Text(f"-{'' if of.polarity else 'NOT '}{of.type}->", style="green" if of.valid_to is None else "dim")


def _span(of: Relation) -> Text:
    return Text(f"  (until {_day(of.valid_to)})" if of.valid_to else "", style="magenta")


def walk(steps: Sequence[Relation]) -> RenderableType:
    """A path, a step a line."""
    return Group(*map(relation, steps))


def neighbourhood(graph: Subgraph, centre: str) -> Tree:
    """An entity with its relations and the memories that name it, as a tree."""
    start = next(entity for entity in graph.entities if entity.id == centre)
    tree = Tree(Text.assemble(clean(start.name, "bold"), (f"  {start.type}", "dim")), guide_style="dim")
    _branches(tree, centre, {edge.id: edge for edge in graph.relations})
    mentioned = {mention.memory_id for mention in graph.mentions if mention.entity_id == centre}
    naming = [one for one in graph.memories if one.id in mentioned]
    for one in naming[:_MOST_BRANCHES]:
        tree.add(Text.assemble(layer(one.layer), "  ", words(one)))
    if len(naming) > _MOST_BRANCHES:
        tree.add(Text(f"and {len(naming) - _MOST_BRANCHES} more memories", style="dim"))
    return tree


def _branches(tree: Tree, centre: str, left: dict[str, Relation]) -> None:
    """Relations of one entity, and below each those of its other end; every relation once."""
    mine = [left.pop(edge.id) for edge in list(left.values()) if centre in (edge.subject, edge.object)]
    for edge in mine:
        if edge.subject == centre:
            branch = tree.add(Text.assemble(_arrow(edge), " ", clean(edge.object_name, "bold"), _span(edge)))
            _branches(branch, edge.object, left)
        else:
            branch = tree.add(Text.assemble(clean(edge.subject_name, "bold"), " ", _arrow(edge), _span(edge)))
            _branches(branch, edge.subject, left)
