"""Brings a database to this version's schema: numbered steps, each recorded once, safe among processes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from graphmem.errors import StoreError, StoreTooNew

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.abc import Traversable

__all__ = ["Migration", "migrate", "migrations", "require_version"]

OLDEST = (5, 26)
_STEP = re.compile(r"(?P<number>\d{4})_\w+\.cypher")
_WAIT = 300
"""Seconds that a new index may take to be filled."""

_STATE = "MATCH (s:Store {name: 'graphmem'}) RETURN s.migration"
_RECORD = """
MERGE (m:Migration {number: $number}) ON CREATE SET m.name = $name, m.at = datetime()
MERGE (s:Store {name: 'graphmem'})
SET s.migration = CASE WHEN s.migration > $number THEN s.migration ELSE $number END
"""


class Migration(NamedTuple):
    """One step."""

    number: int
    name: str
    script: str
    plain: str | None
    """What stands for the script on servers that do not know its language."""


def migrations(folder: Traversable) -> list[Migration]:
    """Every step `NNNN_name.cypher` of a folder, in order; `NNNN_name.plain.cypher` is its twin for older servers."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".cypher")}
    found = []
    for file, script in sorted(texts.items()):
        if step := _STEP.fullmatch(file):
            name = file.removesuffix(".cypher")
            found.append(Migration(int(step["number"]), name, script, texts.get(f"{name}.plain.cypher")))
    return found


def require_version(agent: str, url: str) -> None:
    """Refuse a server that is too old, by what it calls itself (`Neo4j/5.26.30`).

    Raises:
        StoreError: it is older than 5.26.
    """
    found = re.match(r"Neo4j/(\d+)\.(\d+)", agent)
    if found and (int(found[1]), int(found[2])) < OLDEST:
        raise StoreError(f"{url} is {agent}: graphmem needs Neo4j 5.26 or newer; upgrade the server")


def migrate(session: Callable[[], Any], folder: Traversable, url: str) -> None:
    """Apply what is missing; nothing but one reading statement is sent where nothing is.

    Schema statements say IF NOT EXISTS and run one by one, so a second process, or a second try, does no harm.

    Raises:
        StoreTooNew: the database's schema is newer than this package's.
    """
    steps = migrations(folder)
    with session() as opened:
        state = opened.run(_STATE).single()
        done = state[0] or 0 if state else 0
        if done > steps[-1].number:
            raise StoreTooNew(
                f"{url} has schema {done} and this graphmem knows up to {steps[-1].number}: pip install -U graphmem"
            )
        missing = [step for step in steps if step.number > done]
        for step in missing:
            _apply(opened, step)
            opened.run(_RECORD, number=step.number, name=step.name).consume()
        if missing:
            opened.run("CALL db.awaitIndexes($wait)", wait=_WAIT).consume()


def _apply(session: Any, step: Migration) -> None:
    from neo4j.exceptions import ClientError

    try:
        _run(session, step.script)
    except ClientError as error:
        # What a server does not know of the language is a syntax error to some, a wrong argument (CYPHER 25) to others.
        if step.plain is None or ".Statement." not in str(error.code):
            raise
        _run(session, step.plain)


def _run(session: Any, script: str) -> None:
    from neo4j.exceptions import Neo4jError

    for statement in _split(script):
        try:
            session.run(statement).consume()
        except Neo4jError as error:
            # Another process made the same between the server's look and its making.
            if "AlreadyExists" not in str(error.code):
                raise


def _split(script: str) -> list[str]:
    """The statements of a script; each ends with a semicolon at the end of a line."""
    bare = "\n".join(line for line in script.splitlines() if not line.startswith("//"))
    return [part.strip() for part in re.split(r";\s*\n|;\s*$", bare) if part.strip()]
