"""What a question expects, found in the store: an id or a text becomes the memories that say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.errors import InvalidInput, NotFound, shown
from graphmem.evaluate.sight import hidden
from graphmem.times import moment
from graphmem.types import utc
from graphmem.words import fold, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from graphmem.evaluate.questions import Labelled
    from graphmem.memory import Memory
    from graphmem.types import Hit, MemoryItem, Scope

__all__ = ["Asked", "Label", "resolve"]

_PAGE = 10_000
_ANYONE = {"OR": [{f"{kind}_id": "*"} for kind in ("user", "agent", "app", "session", "org")]}


@dataclass(frozen=True, slots=True)
class Label:
    """One expected or forbidden memory, with all that counts as it."""

    said: str
    """The id or the text, as it was given."""
    item: MemoryItem
    """The memory; of a fact and its turn that say the same, the fact."""
    ids: frozenset[str]
    """Hits that are it: every memory of that text, and the raw turns in which a fact was said."""
    turns: frozenset[str]
    """Raw turns for which a hit counts that rests on them: a search shows a turn and its fact as one hit."""

    def fits(self, hit: Hit) -> bool:
        """Whether a hit is this memory."""
        return hit.id in self.ids or not self.turns.isdisjoint(hit.why.sources)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question whose labels are found."""

    labelled: Labelled
    asker: Scope
    as_of: datetime | None
    expected: tuple[Label, ...]
    forbidden: tuple[Label, ...]


def resolve(memory: Memory, questions: Sequence[Labelled], *, skip: bool = False) -> tuple[list[Asked], list[str]]:
    """Every question with its labels found, and what was left out.

    Args:
        memory: Where to look.
        questions: What is asked.
        skip: Leave out what is not found or is ambiguous, and a question of which nothing is left.

    Raises:
        InvalidInput: the first label that is no memory's or more than one's, where it stands, and what to write.
    """
    finder = _Finder(memory)
    asked = [finder.asked(one) for one in questions]
    if finder.problems and not skip:
        more = f" ({len(finder.problems) - 1} more like this)" if len(finder.problems) > 1 else ""
        raise InvalidInput(f"{finder.problems[0]}{more}; or leave such labels out with --skip-missing (skip_missing)")
    kept = [one for one in asked if one.expected or one.forbidden]
    if not kept:
        raise InvalidInput(f"none of the {len(asked)} questions is left: {finder.problems[0]}")
    return kept, finder.problems


class _Finder:
    """Looks labels up, each owner's memories read once, and notes what it cannot find."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.now = utc(memory.settings.clock())
        self.problems: list[str] = []
        self._read: dict[str, list[tuple[str, MemoryItem]]] = {}

    def asked(self, one: Labelled) -> Asked:
        asker, as_of = one.asker(), None if one.as_of is None else moment(one.as_of)
        found: dict[bool, tuple[Label, ...]] = {}
        for single, said in ((True, one.expected), (False, one.forbidden)):
            labels = [self._noted(text, one.place, asker, as_of, single) for text in said]
            # Two texts of one memory are one label.
            found[single] = tuple({label.ids: label for label in labels if label}.values())
        return Asked(one, asker, as_of, found[True], found[False])

    def _noted(self, said: str, place: str, asker: Scope, as_of: datetime | None, single: bool) -> Label | None:
        try:
            items = self._by_id(said) or self._by_text(said, asker, as_of, single)
            if single:
                _refuse_several(said, items)
        except InvalidInput as error:
            self.problems.append(f"{place}: {error}")
            return None
        return _label(said, items) if single else Label(said, items[0], frozenset(one.id for one in items), frozenset())

    def _by_id(self, said: str) -> list[MemoryItem]:
        if len(said.split()) > 1:
            return []
        try:
            return [self.memory.get(said)]
        except NotFound:
            return []

    def _by_text(self, said: str, asker: Scope, as_of: datetime | None, single: bool) -> list[MemoryItem]:
        """The memories that hold a text: of those that the caller sees, the ones that say nothing else; else those
        that say more; else the ones that are hidden; else anybody's. Unless `single`, all of the caller's."""
        wanted = _plain(said)
        own = [pair for owner in asker.owners() for pair in self._of(owner) if wanted in pair[0]]
        tiers: dict[tuple[bool, bool], list[MemoryItem]] = {}
        for text, item in own or self._anybodys(said, wanted):
            tier = (bool(hidden(item, asker, self.now, as_of)), text != wanted) if single else (False, False)
            tiers.setdefault(tier, []).append(item)
        if not tiers:
            raise InvalidInput(f"no memory is or says {shown(said)}: write a memory's id, or words that stand in it")
        return tiers[min(tiers)]

    def _of(self, owner: str) -> list[tuple[str, MemoryItem]]:
        if owner not in self._read:
            kind, _, id = owner.partition(":")
            found = self._all({f"{kind}_id": id})
            self._read[owner] = [(_plain(item.memory), item) for item in found if item.owner == owner]
        return self._read[owner]

    def _anybodys(self, said: str, wanted: str) -> list[tuple[str, MemoryItem]]:
        found = self._all({"AND": [_ANYONE, {"memory": {"icontains": said}}]})
        return [(text, item) for item in found if wanted in (text := _plain(item.memory))]

    def _all(self, filters: dict[str, object]) -> Iterator[MemoryItem]:
        page, seen = 1, 0
        while batch := self.memory.get_all(filters=filters, page=page, page_size=_PAGE, show_expired=True):
            yield from batch
            page, seen = page + 1, seen + len(batch)
            if seen >= batch.count:
                return


def _plain(text: str) -> str:
    return fold(normalise(text))


def _is_derived(item: MemoryItem) -> bool:
    return item.layer != "conversation" and item.sources not in ((), (item.id,))


def _label(said: str, items: Sequence[MemoryItem]) -> Label:
    facts = [item for item in items if _is_derived(item)]
    ids = {item.id for item in items} | {turn for fact in facts for turn in fact.sources}
    turns = set() if facts else {item.id for item in items}
    return Label(said, (facts or items)[0], frozenset(ids), frozenset(turns))


def _refuse_several(said: str, items: Sequence[MemoryItem]) -> None:
    """Facts and the turns that they came from are one memory in other words; anything else is another."""
    groups: list[set[str]] = []
    for item in items:
        mine = {item.id, *item.sources}
        mine |= {id for group in groups if group & mine for id in group}
        groups = [group for group in groups if not group & mine] + [mine]
    if len(groups) > 1:
        first = [next(item for item in items if item.id in group) for group in groups[:2]]
        shown_ = " and ".join(f"{item.id} {shown(item.memory)}" for item in first)
        raise InvalidInput(
            f"{shown(said)} is in {len(groups)} memories, among them {shown_}: write the id of the one that is meant, "
            "or more of its words"
        )
