"""The stories of invented people: what they tell over time, and what they ask in between.

A story is a JSON file of `people/`: `name`, `scope` (the ids of every step unless it says otherwise; null leaves
one out) and `story`, a list of steps in the order of time. `at` is the wall clock, UTC, and lasts until the next
one. Beside the ids of a scope and `api_key`, a step has

    say         {key: text, or {role: text, "name"?: speaker}}; and any of layer, infer, ttl, expiration_date, timestamp
    forget      [key, ...]: these memories are deleted, with the turns that they came from
    forget_all  {id: value}: everything that has these ids is deleted
    rewrite     {key: text}: the memories of a key, verbatim ones, say something else from now on
    purge       true
    ask         a question; id, category, right [memory, ...], never {reason: [memory, ...]}, and any of as_of,
                layers, filters, show_expired

A memory is named by its key; "key: words" asks for these words in the text of the hit too.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from graphmem.errors import InvalidInput
from graphmem.types import Message, Role, utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.common import Json

__all__ = [
    "CATEGORIES",
    "PEOPLE",
    "REASONS",
    "UNIT",
    "Ask",
    "Forget",
    "Named",
    "Person",
    "Purge",
    "Rewrite",
    "Say",
    "Step",
    "load",
]

PEOPLE = Path(__file__).parent / "people"
UNIT = "unit"
"""The metadata key that carries the key of what was said."""
CATEGORIES = (
    "layers", "session notes", "expiry", "organisation", "supersession", "as_of", "tenant", "agents", "pinned",
    "deletion",
)  # fmt: skip
REASONS = ("leak", "note", "stale")
"""Why a memory must not be returned; what each forbids stands in `judging`."""

_IDS = {"user_id", "agent_id", "app_id", "session_id", "org_id", "api_key"}
_ADD = {"layer", "infer", "ttl", "expiration_date", "timestamp"}
_SEARCH = {"as_of", "layers", "filters", "show_expired"}
_KINDS = {
    "say": _ADD,
    "forget": set(),
    "forget_all": set(),
    "rewrite": set(),
    "purge": set(),
    "ask": _SEARCH | {"id", "category", "right", "never"},
}


@dataclass(frozen=True, slots=True)
class Named:
    """A memory by the key of what was said, and words that must be in the text of a hit."""

    key: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens at a time, in a tenant."""

    at: datetime
    api_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Step):
    """One call of `add`."""

    messages: Sequence[Message]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(Step):
    """Deletions: memories by key, or all that has some ids."""

    keys: Sequence[str] = ()
    scope: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite(Step):
    """New texts, by the keys of verbatim memories."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge(Step):
    """The sweep of what has expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Step):
    """One question of the set."""

    id: str
    category: str
    text: str
    options: Mapping[str, Any]
    right: Sequence[Named]
    never: Mapping[str, Sequence[Named]]


@dataclass(frozen=True, slots=True)
class Person:
    """One story; people with an odd number are the development half."""

    id: str
    name: str
    half: str
    steps: Sequence[Step]

    def questions(self) -> list[Ask]:
        """The questions of the story, in order."""
        return [step for step in self.steps if isinstance(step, Ask)]


def load(folder: Path = PEOPLE) -> list[Person]:
    """All stories of a folder, in the order of their files.

    Raises:
        InvalidInput: a story that cannot be played or judged: an unknown field, key, category or reason, a right
            answer that is forbidden, an id that is there twice, or a time before the one before.
    """
    people = [_Reader(path).person() for path in sorted(folder.glob("*.json"))]
    seen = Counter(asked.id for person in people for asked in person.questions())
    if twice := [id for id, count in seen.items() if count > 1]:
        raise InvalidInput(f"question {twice[0]!r} is there twice: ids are unique in all stories")
    if not people:
        raise InvalidInput(f"no story in {folder}: it holds one JSON file a person")
    return people


class _Reader:
    """Reads one file; knows which keys have been told so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: set[str] = set()
        self.now: datetime | None = None

    def person(self) -> Person:
        raw = self._json()
        self._known(raw, {"name", "scope", "story"}, "the story")
        number = self.path.stem.partition("-")[0]
        if not number.isdigit():
            raise self._fault("a file is named by a number and a name, like 07-ada.json")
        half = "development" if int(number) % 2 else "held back"
        return Person(self.path.stem, raw["name"], half, [self._step(step, raw["scope"]) for step in raw["story"]])

    def _json(self) -> Json:
        try:
            raw: Json = json.loads(self.path.read_text(encoding="utf-8"), object_pairs_hook=self._object)
        except ValueError as error:
            raise self._fault(f"not JSON ({error})") from error
        return raw

    def _object(self, pairs: list[tuple[str, Any]]) -> Json:
        """An object whose keys are distinct; plain JSON would keep the last and say nothing."""
        if twice := [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]:
            raise self._fault(f"{twice[0]!r} is there twice in one object")
        return dict(pairs)

    def _step(self, raw: Json, scope: Mapping[str, Any]) -> Step:
        kind = next((kind for kind in _KINDS if kind in raw), None)
        if kind is None:
            raise self._fault(f"a step is one of {', '.join(_KINDS)}: {raw}")
        self._known(raw, {"at", kind} | _IDS | _KINDS[kind], f"{kind} {raw[kind]!r}")
        ids = {name: value for name, value in {**scope, **raw}.items() if name in _IDS and value is not None}
        time = {"at": self._time(raw), "api_key": ids.pop("api_key", "")}
        if kind == "say":
            return Say(**time, messages=list(self._messages(raw["say"])), options={**_picked(raw, _ADD), **ids})
        if kind == "ask":
            return self._ask(raw, time, ids)
        if kind == "purge":
            return Purge(**time)
        if kind == "rewrite":
            return Rewrite(**time, texts={self._named(key, raw).key: text for key, text in raw["rewrite"].items()})
        if kind == "forget":
            return Forget(**time, keys=[self._named(key, raw).key for key in raw["forget"]])
        return Forget(**time, scope=raw["forget_all"])

    def _time(self, raw: Json) -> datetime:
        at = utc(datetime.fromisoformat(raw["at"])) if "at" in raw else self.now
        if at is None or (self.now is not None and at < self.now):
            raise self._fault(f"the first step has a time, and none goes back: {raw}")
        self.now = at
        return at

    def _messages(self, said: Json) -> Iterator[Message]:
        for key, given in said.items():
            if self._key(key) in self.told:
                raise self._fault(f"{key!r} was said before: keys are unique in a story")
            self.told.add(self._key(key))
            yield self._message(key, {"user": given} if isinstance(given, str) else given)

    def _message(self, key: str, given: Json) -> Message:
        roles = [role for role in get_args(Role) if role in given]
        if len(roles) != 1 or not set(given) <= {"name", *roles}:
            raise self._fault(f"{key!r} is a text, or {{role: text, name}}; got {given}")
        metadata = {UNIT: self._key(key)}
        return Message(role=roles[0], content=given[roles[0]], name=given.get("name"), metadata=metadata)

    def _ask(self, raw: Json, time: Json, ids: Mapping[str, str]) -> Ask:
        right = [self._named(memory, raw) for memory in raw["right"]]
        never = {reason: [self._named(one, raw) for one in given] for reason, given in raw.get("never", {}).items()}
        if not right or raw["category"] not in CATEGORIES or not set(never) <= set(REASONS):
            raise self._fault(
                f"{raw['id']!r} needs a right answer, a category of {', '.join(CATEGORIES)}, and reasons of "
                f"{', '.join(REASONS)}"
            )
        for one in (one for given in never.values() for one in given):
            if any(one.key == other.key and (not one.words or one.words == other.words) for other in right):
                raise self._fault(f"{raw['id']!r} forbids {one.key!r}, which is right")
        return Ask(
            **time, id=raw["id"], category=raw["category"], text=raw["ask"], options={**_picked(raw, _SEARCH), **ids},
            right=right, never=never,
        )  # fmt: skip

    def _named(self, memory: str, raw: Json) -> Named:
        key, _, words = memory.partition(": ")
        if self._key(key) not in self.told:
            raise self._fault(f"{key!r} was not said before {raw}")
        return Named(self._key(key), words)

    def _key(self, key: str) -> str:
        return f"{self.path.stem}/{key}"

    def _known(self, raw: Json, allowed: set[str], what: str) -> None:
        if unknown := set(raw) - allowed:
            raise self._fault(f"{what} has the unknown field {', '.join(sorted(unknown))}")

    def _fault(self, message: str) -> InvalidInput:
        return InvalidInput(f"{self.path.name}: {message}")


def _picked(raw: Json, names: set[str]) -> Json:
    return {name: value for name, value in raw.items() if name in names}
