"""Chats of LoCoMo: how many of the facts that a reader noted the relations reach, and what reading costs.

A noted fact is reached if the turn that it cites has a stated relation whose subject is the speaker (or somebody
of the speaker's) and whose object shares a content word with the fact.
"""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from benchmarks.common import read
from benchmarks.extraction.counts import ratio
from graphmem.extract.base import Context
from graphmem.types import Message
from graphmem.words import terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from benchmarks.common import Json
    from graphmem.extract.base import Extractor, RelationDraft

__all__ = ["load", "measure", "read_all", "speed"]

_UNSTATED = frozenset({"question", "hypothetical"})


def load(folder: Path) -> list[list[Json]]:
    """The turns, a list a session."""
    rows = read(folder / "docs.jsonl.gz")
    return [list(group) for _, group in groupby(rows, key=lambda row: (row["scope"], row["session"]))]


def messages(session: Sequence[Json]) -> list[Message]:
    """A session as it is added."""
    return [Message(content=t["text"], name=t["speaker"], timestamp=t["datetime"]) for t in session]


def read_all(sessions: Sequence[Sequence[Json]], extractor: Extractor, now: datetime) -> dict[str, list[RelationDraft]]:
    """What every turn states, questions and hypotheses apart."""
    found: dict[str, list[RelationDraft]] = {}
    for session in sessions:
        drafts = extractor.extract(messages(session), Context(now))
        for turn in session:
            found[turn["id"]] = []
        for relation in drafts.relations:
            if relation.mode not in _UNSTATED:
                found[session[relation.turn]["id"]].append(relation)
    return found


def measure(folder: Path, stated: dict[str, list[RelationDraft]]) -> Json:
    """Relations a turn, and the noted facts that they reach; interval by conversations' sessions."""
    noted = read(folder / "observations.jsonl.gz")
    texts: defaultdict[tuple[str, int], list[Json]] = defaultdict(list)
    for row in noted:
        if row["sources"]:
            texts[row["scope"], row["session"]].append(row)
    sizes = [len(rows) for rows in texts.values()]
    total = sum(map(len, stated.values()))

    def reached(**only: Any) -> Json:
        return ratio([sum(_reached(row, stated, **only) for row in rows) for rows in texts.values()], sizes)

    return {
        "turns": len(stated),
        "noted_facts": sum(sizes),
        "relations_a_turn": total / len(stated),
        "typed_share": sum(r.typed for rows in stated.values() for r in rows) / total,
        "reached": reached(),
        "reached_by_typed": reached(typed=True),
        "reached_by_any_subject": reached(anyone=True),
    }


def _reached(noted: Json, stated: dict[str, list[RelationDraft]], typed: bool = False, anyone: bool = False) -> bool:
    speaker = noted["speaker"]
    words = {*terms(noted["fact"])} - {*terms(speaker)}
    return any(
        (r.typed or not typed)
        and (anyone or r.subject == speaker or r.subject.startswith(f"{speaker}'s"))
        and words & {*terms(r.object)}
        for source in noted["sources"]
        for r in stated.get(source, ())
    )


def speed(sessions: Sequence[Sequence[Json]], extractor: Extractor, parser: Any, now: datetime, runs: int = 3) -> Json:
    """Milliseconds of processor time a turn: the bare parse, and what the rules add to it."""
    said = [messages(session) for session in sessions]
    turns = sum(map(len, said))
    bare = min(_timed(lambda: [list(parser.pipe([m.content for m in s], batch_size=64)) for s in said], runs))
    whole = min(_timed(lambda: [extractor.extract(s, Context(now)) for s in said], runs))
    return {
        "turns": turns,
        "parse_ms_a_turn": 1000 * bare / turns,
        "rules_ms_a_turn": 1000 * (whole - bare) / turns,
        "rules_share_of_parse": whole / bare - 1,
    }


def _timed(work: Any, runs: int) -> list[float]:
    seconds = []
    for _ in range(runs):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return seconds
