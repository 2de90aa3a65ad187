"""The owners that a write touches: locked first and in one order, so that no two writes wait for each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from graphmem.store.neo4j.rows import KINDS, owner_uid
from graphmem.store.refusals import entity_ids
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphmem.store.neo4j.edges import Said
    from graphmem.store.neo4j.write import Writer

__all__ = ["Owners", "kind_of"]


def kind_of(owner: str) -> str:
    """`user` of `user:alex`."""
    return owner.partition(":")[0]


class Owners:
    """Whom a write locks, and what moves on with it."""

    def __init__(self, writer: Writer, token: str) -> None:
        self.writer = writer
        self.token = token
        self.versions: dict[str, int] = {}
        """Owner -> version when it was locked."""
        self.locked: list[str] = []
        """Their uids."""
        self.touched: set[str] = set()
        """Owners whose version moves."""
        self.more: Counter[str] = Counter()
        """Owner -> how many memories it gains."""
        self.version = 0
        """Of the touched ones after this write."""

    def lock(self, closing: Iterable[Said]) -> None:
        """Lock the owners of all that this write names or reaches; those that are new are made known."""
        names = self._named() | {said.owner for said in closing}
        self.members = self._missing_members()
        names |= {org for _, org in self.members}
        rows = sorted((self._row(name) for name in names), key=lambda row: str(row["uid"]))
        self.locked = [row["uid"] for row in rows]
        self.versions = dict(self.writer.each("lock_owners", rows, token=self.token))

    def reserve(self, now: int, places: int) -> int:
        """The first of so many places in history, later than everything that these owners have written."""
        first = max([now, *(version + 1 for version in self.versions.values())])
        self.version = first + places
        return first

    def move(self) -> None:
        """Count what the touched owners hold, and let their versions move."""
        speakers = self._speakers()
        rows = [
            {"uid": self._uid(name), "more": self.more[name], "speakers": sorted(speakers[name])}
            for name in sorted(self.touched)
        ]
        self.writer.send("move_owners", rows, version=self.version)
        pairs = [{"user": self._uid(user), "org": self._uid(org)} for user, org in self.members]
        self.writer.send("add_members", pairs, "pairs")

    def _uid(self, name: str) -> str:
        return owner_uid(self.writer.tenant, name)

    def _row(self, name: str) -> dict[str, Any]:
        kind, _, id_ = name.partition(":")
        properties = {"tenant": self.writer.tenant, "name": name, "kind": kind, "id": id_}
        labels = [KINDS[kind]] if kind in KINDS else []
        return {"uid": self._uid(name), "properties": properties, "labels": labels}

    def _named(self) -> set[str]:
        """The owners of the changes themselves, and of everything stored that they name or reach."""
        changes, uids = self.writer.changes, self.writer.uids
        names = {record.item.owner for record in changes.memories} | {entity.owner for entity in changes.entities}
        names |= {touch.owner for touch in changes.touch} | set(changes.basis)
        rows = self.writer.transaction.run(
            "named_owners",
            memories=uids(self.writer.memories.named()),
            gone=uids([*changes.delete, *changes.clear]),
            entities=uids(entity_ids(changes)),
        )
        return names | {row[0] for row in rows}

    def _missing_members(self) -> list[tuple[str, str]]:
        """(user, organisation) that memories name and MEMBER_OF does not join yet."""
        items = [record.item for record in self.writer.changes.memories]
        pairs = {(one.owner, f"org:{one.org_id}") for one in items if one.org_id and kind_of(one.owner) == "user"}
        by_uid = {(self._uid(user), self._uid(org)): (user, org) for user, org in sorted(pairs)}
        rows = self.writer.each("missing_members", [{"user": user, "org": org} for user, org in by_uid], "pairs")
        return [by_uid[user, org] for user, org in rows]

    def _speakers(self) -> defaultdict[str, set[str]]:
        """Owner -> entity keys of who speaks in the raw turns of this write."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for item in (record.item for record in self.writer.changes.memories):
            if item.position is not None and (speaker := key(item.name or "")):
                found[item.owner].add(speaker)
        return found
