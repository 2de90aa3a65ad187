"""A small Cypher prompt: statements in, tables or JSON out."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from graphmem.cli.console import clean, complain, emit, out, say
from graphmem.errors import InvalidInput, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from neo4j import Session
    from rich.table import Table

__all__ = ["execute", "opened", "plain", "prompt", "shown", "statements"]

_LONGEST = 6
"""Elements of a list that a table shows: vectors have hundreds."""
_WIDEST = 300
"""Characters of one value in a table."""


@contextmanager
def opened(url: str, user: str, password: str) -> Iterator[Session]:
    """A session of the default database.

    Raises:
        InvalidInput: the server refuses the statement.
        StoreUnavailable: it cannot be reached.
    """
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        with (
            GraphDatabase.driver(url, auth=(user, password), notifications_min_severity="OFF") as driver,
            driver.session() as session,
        ):
            yield session
    except Neo4jError as error:
        raise InvalidInput(error.message or str(error)) from error
    except DriverError as error:
        raise StoreUnavailable(f"{error}: is it running? graphmem neo4j status") from error


def execute(session: Session, statement: str, json: bool) -> None:
    """Run one statement in a transaction of its own, and print what it returns."""
    result = session.run(statement)
    keys = result.keys()
    rows = [list(record.values()) for record in result]
    if json:
        emit([dict(zip(keys, map(plain, row), strict=True)) for row in rows])
    elif keys:
        out().print(_table(keys, rows))
    _say_changes(vars(result.consume().counters))


def prompt(session: Session, json: bool) -> None:
    """Read statements, each ended by `;`, until the input ends; a wrong one is told and the next is read."""
    from neo4j.exceptions import Neo4jError

    for statement in statements(_lines()):
        try:
            execute(session, statement, json)
        except Neo4jError as error:
            complain(error.message or str(error))
            if not sys.stdin.isatty():
                raise


def statements(lines: Iterable[str]) -> Iterator[str]:
    """The statements in lines of text: each ends with a line that ends with `;`, the last with the text."""
    text = ""
    for line in lines:
        text += line.rstrip() + "\n"
        if line.rstrip().endswith(";"):
            yield text.strip().rstrip(";")
            text = ""
    if text.strip():
        yield text.strip()


def _lines() -> Iterator[str]:
    """What is piped in, or typed; `exit` ends the latter, as does the end of the input."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    with suppress(ImportError):  # Windows has none
        import readline  # noqa: F401  (the arrow keys)
    say("Cypher, each statement ended by ';' - exit with Ctrl-D")
    line = ""
    while line.strip() not in ("exit", "exit;", ":exit"):
        yield line
        try:
            line = input("neo4j> ")
        except (EOFError, KeyboardInterrupt):
            return


def plain(value: Any) -> Any:
    """A value of the database as JSON has it: nodes and relationships as objects, times as ISO 8601."""
    from neo4j.graph import Node, Path, Relationship

    if isinstance(value, Node):
        return {"id": value.element_id, "labels": sorted(value.labels), "properties": plain(dict(value))}
    if isinstance(value, Relationship):
        ends = {"start": value.nodes[0], "end": value.nodes[1]}
        ids = {name: node.element_id for name, node in ends.items() if node is not None}
        return {"id": value.element_id, "type": value.type, **ids, "properties": plain(dict(value))}
    if isinstance(value, Path):
        return {"nodes": plain(list(value.nodes)), "relationships": plain(list(value.relationships))}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return value.iso_format() if hasattr(value, "iso_format") else value


def shown(value: Any) -> str:
    """A value as Cypher writes it, long ones cut."""
    from neo4j.graph import Node, Path, Relationship

    if isinstance(value, Node):
        return f"(:{':'.join(sorted(value.labels))} {_properties(value)})"
    if isinstance(value, Relationship):
        return f"[:{value.type} {_properties(value)}]"
    if isinstance(value, Path):
        steps = [part for step in zip(value.relationships, value.nodes[1:], strict=True) for part in step]
        return "-".join(map(shown, [value.nodes[0], *steps]))
    if isinstance(value, dict):
        return _properties(value)
    if isinstance(value, (list, tuple)):
        more = [f"... {len(value)} in all"] if len(value) > _LONGEST else []
        return f"[{', '.join([*map(shown, value[:_LONGEST]), *more])}]"
    text = str(plain(value)) if value is not None else "null"
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}..."


def _properties(value: Any) -> str:
    return "{" + ", ".join(f"{key}: {shown(one)}" for key, one in sorted(value.items())) + "}"


def _table(keys: Iterable[str], rows: list[list[Any]]) -> Table:
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for key in keys:
        table.add_column(clean(key), overflow="fold")
    for row in rows:
        table.add_row(*(clean(shown(value)) for value in row))
    return table


def _say_changes(counters: dict[str, Any]) -> None:
    changes = [f"{count} {name.replace('_', ' ')}" for name, count in counters.items() if type(count) is int and count]
    if changes:
        say(", ".join(changes))
