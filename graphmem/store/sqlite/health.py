"""Looking for damage, and mending what can be mended without loss."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.base import Problem
from graphmem.store.sqlite.database import run
from graphmem.store.sqlite.rows import listed, micros

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

__all__ = ["check", "mend"]

_FIX = "graphmem doctor --mend"
_WITH_ENDS = ("mention", "relation", "link", "alias", "embedding", "token_vectors")


def check(connection: sqlite3.Connection, now: datetime) -> list[Problem]:
    """The problems of all tenants, one a kind."""
    damage = [row[0] for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    found = [
        ("damaged", len(damage), f"damaged pages: {'; '.join(damage[:3])}", "restore a backup, or export and import"),
        ("dangling_edge", _dangling(connection), "rows with an end that is not there", _FIX),
        ("orphan_entity", _count(connection, "check_orphans"), "entities that no memory names", _FIX),
        ("missing_provenance", _count(connection, "check_provenance"), "facts without a raw turn to rest on",
         "delete or add them again"),
        ("vector_size", _count(connection, "check_vectors"), "vectors of a wrong size", "graphmem reembed"),
        ("token_vectors", _count(connection, "check_token_vectors"), "token vectors of no raw turn, or of a wrong size",
         _FIX),
        ("index", len(_miscounted(connection)), "words whose holders are miscounted", _FIX),
        ("expired", _count(connection, "check_expired", now=micros(now)), "memories past their time, invisible already",
         "graphmem purge"),
    ]  # fmt: skip
    return [
        Problem(kind, count, f"{count} {detail}", fix, serious=kind != "expired")
        for kind, count, detail, fix in found
        if count
    ]


def mend(connection: sqlite3.Connection) -> int:
    """Remove dangling rows and orphans, count words again; how many rows."""
    mended = 0
    for table in _WITH_ENDS:
        mended += run(connection, f"mend_{table}").rowcount
    orphans = listed(row[0] for row in run(connection, "check_orphans"))
    run(connection, "drop_aliases", numbers=orphans)
    mended += run(connection, "drop_entities", numbers=orphans).rowcount
    wrong = _miscounted(connection)
    for number, holders in wrong.items():
        run(connection, "set_holders", no=number, holders=holders)
    run(connection, "drop_terms", numbers=listed(wrong))
    return mended + len(wrong)


def _count(connection: sqlite3.Connection, name: str, **params: object) -> int:
    return len(run(connection, name, **params).fetchall())


def _dangling(connection: sqlite3.Connection) -> int:
    return len(connection.execute("PRAGMA foreign_key_check").fetchall())


def _miscounted(connection: sqlite3.Connection) -> dict[int, int]:
    """Terms whose count of holders is wrong, with the right one."""
    real: Counter[int] = Counter()
    for (data,) in run(connection, "check_terms"):
        real.update(np.frombuffer(data, "<i4").reshape(-1, 2)[:, 0].tolist())
    counted = dict(run(connection, "term_holders").fetchall())
    return {number: real[number] for number in counted if counted[number] != real[number]}
