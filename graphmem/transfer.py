"""Moving memories: lossless export and import as JSON lines, import of Mem0's answers, embedding anew.

An export has a header line, then one line a row: `{"kind": "memory" | "entity" | ..., ...}`. Vectors are base64
of little-endian float32, token vectors of int8.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from pydantic import ValidationError

from graphmem import checks, inputs, texts
from graphmem.errors import InvalidInput, StoreUnavailable, first_fault
from graphmem.store.base import Changes, Fingerprint, Link, Mention, Record, Revector, Touch
from graphmem.types import Entity, Event, MemoryItem, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem.embed.base import Vectors
    from graphmem.encoding import Encoded
    from graphmem.store.base import Store, Tokens
    from graphmem.writer import Writer

__all__ = ["FIELDS", "Progress", "Transfer", "encoded"]

Progress: TypeAlias = Callable[[int, "int | None"], None]
"""Called with how many are done, and how many there are if that is known."""

_FORMAT = 1
_BATCH = 256
FIELDS = {
    "memory": "memories",
    "entity": "entities",
    "mention": "mentions",
    "relation": "relations",
    "link": "links",
    "event": "events",
    "touch": "touch",
}
"""Kind of a dump's row -> the field of `Changes` that writes it."""


class Transfer:
    """Export, import and re-embedding of one tenant's store; used by `Memory` alone."""

    def __init__(self, tenant: str, store: Store, writer: Writer) -> None:
        self._tenant = tenant
        self._store = store
        self._writer = writer

    def export(self, path: str | os.PathLike[str], ids: Mapping[str, str] | None, progress: Progress | None) -> int:
        """See `Memory.export`."""
        target = Path(path).expanduser()
        part = target.with_name(target.name + ".part")
        count = 0
        try:
            with part.open("w", encoding="utf-8") as out:
                _line(out, {"kind": "header", "format": _FORMAT, "embedder": _stamp(self._store.fingerprint())})
                for kind, value in self._store.dump(self._tenant, ids):
                    _line(out, {"kind": kind, **encoded(value)})
                    count += kind == "memory"
                    if progress and kind == "memory":
                        progress(count, None)
            os.replace(part, target)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise StoreUnavailable(f"cannot write {target}: {error.strerror or error}; choose another place") from error
        return count

    def import_(self, path: str | os.PathLike[str], progress: Progress | None) -> int:
        """See `Memory.import_`."""
        source = Path(path).expanduser()
        try:
            text = source.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"cannot read {source}: {error}") from error
        # Not splitlines: a memory may hold other line ends than this one.
        lines = text.split("\n")
        if _is_header(lines[0]):
            return self._import_own(source, lines, progress)
        return self._import_mem0(source, text, progress)

    def _import_own(self, source: Path, lines: Sequence[str], progress: Progress | None) -> int:
        rows: dict[str, list[Any]] = {field: [] for field in FIELDS.values()}
        stamp: Fingerprint | None = None
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                kind = data.pop("kind")
                if kind == "header":
                    stamp = _header(data)
                else:
                    rows[FIELDS[kind]].append(_decoded(kind, data))
                    _check_vectors(rows[FIELDS[kind]][-1], stamp)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise InvalidInput(
                    f"{source}:{number} is not a line of a graphmem export ({_fault(error)}); nothing was imported"
                ) from error
        rows["memories"] = self._fitting(rows["memories"], stamp)
        rows["events"] = self._untold(rows["events"])
        current = self._writer.encoder.fingerprint if rows["memories"] else None
        changes: Any = {"tenant": self._tenant, "embedder": current, **rows}
        written = self._store.write(Changes(**changes))
        if progress:
            progress(written.memories, written.memories)
        return len(rows["memories"])

    def _untold(self, events: Sequence[Event]) -> list[Event]:
        """The events that history does not hold yet, so that importing again tells nothing twice."""
        told = {
            _happening(event)
            for memory_id in dict.fromkeys(event.id for event in events)
            for event in self._store.history(self._tenant, memory_id)
        }
        return [event for event in events if _happening(event) not in told]

    def _fitting(self, records: Sequence[Record], stamp: Fingerprint | None) -> list[Record]:
        """The records with vectors of the embedder in use: as they came if it made them, else embedded anew."""
        if stamp == self._writer.encoder.fingerprint:
            return list(records)
        fresh = self._vectors([record.item for record in records])
        return [
            replace(record, vector=new.vector, trigger_vector=new.trigger_vector, tokens=new.tokens)
            for record, new in zip(records, fresh, strict=True)
        ]

    def _import_mem0(self, source: Path, text: str, progress: Progress | None) -> int:
        rows = _mem0_rows(source, text)
        parsed = [self._mem0(source, number, row) for number, row in enumerate(rows)]
        for done, (message, scope, options) in enumerate(parsed, 1):
            self._writer.add([message], scope, layer="user", ttl=None, infer=False, defer=None, **options)
            if progress:
                progress(done, len(parsed))
        return len(parsed)

    def _mem0(self, source: Path, number: int, row: Any) -> tuple[Any, Any, dict[str, Any]]:
        place = f"{source}: results[{number}]"
        if not isinstance(row, Mapping) or "memory" not in row:
            raise InvalidInput(f"{place} has no 'memory': this is neither a graphmem export nor Mem0's get_all")
        names = ("user_id", "agent_id", "app_id", "run_id", "session_id", "org_id")
        try:
            origin = {"mem0_id": row["id"]} if row.get("id") else {}
            metadata = checks.metadata(row.get("metadata")) | origin
            said = {"content": row["memory"], "timestamp": row.get("created_at"), "metadata": metadata}
            scope = inputs.scope_of(self._tenant, {name: row[name] for name in names if row.get(name)})
            options = {
                "categories": checks.categories(row.get("categories")),
                "expires_at": checks.expiration(row.get("expiration_date")),
            }
            return inputs.messages([said])[0], scope, options
        except InvalidInput as error:
            raise InvalidInput(f"{place}: {error}; nothing was imported") from error

    def reembed(self, progress: Progress | None) -> int:
        """See `Memory.reembed`."""
        return self._store.revector(self._writer.encoder.fingerprint, self._revectors(progress))

    def _revectors(self, progress: Progress | None) -> Iterator[Revector]:
        items = [item for _, item in self._store.all_texts()]
        for start in range(0, len(items), _BATCH):
            batch = items[start : start + _BATCH]
            yield from self._vectors(batch)
            if progress:
                progress(start + len(batch), len(items))

    def _vectors(self, items: Sequence[MemoryItem]) -> list[Revector]:
        """The vectors of each memory, of its trigger, and of its tokens if it is a raw turn."""
        triggers = [item.trigger for item in items if item.trigger]
        made = self._writer.encoder.embed_turns([*map(texts.embedded, items), *triggers])
        return [_revector(item, made) for item in items]


def _revector(item: MemoryItem, made: Encoded) -> Revector:
    trigger = made.vectors[item.trigger] if item.trigger else None
    return Revector(item.id, made.vectors[texts.embedded(item)], trigger, made.tokens_of(item))


def _line(out: Any, data: Mapping[str, Any]) -> None:
    out.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")


def _stamp(fingerprint: Fingerprint | None) -> dict[str, Any] | None:
    return None if fingerprint is None else {"name": fingerprint.name, "dim": fingerprint.dim}


def _happening(event: Event) -> tuple[Any, ...]:
    # Not the words: those of a deleted memory are gone from one of the two.
    return event.id, event.event, event.at, event.by


def _is_header(line: str) -> bool:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, Mapping) and data.get("kind") == "header"


def _fault(error: Exception) -> str:
    return first_fault(error) if isinstance(error, ValidationError) else f"{type(error).__name__}: {error}"


def _check_vectors(value: Any, stamp: Fingerprint | None) -> None:
    if isinstance(value, Record) and stamp is not None:
        for vector in (value.vector, value.trigger_vector):
            if vector is not None and (vector.shape != (stamp.dim,) or not np.isfinite(vector).all()):
                raise ValueError(f"a vector of {stamp.dim} finite numbers was expected")


def _header(data: Mapping[str, Any]) -> Fingerprint | None:
    if data["format"] != _FORMAT:
        raise ValueError(f"its format is {data['format']}, this graphmem reads {_FORMAT}")
    return Fingerprint(**data["embedder"]) if data["embedder"] else None


def encoded(value: Any) -> dict[str, Any]:
    """A row of a dump as JSON-ready values."""
    if isinstance(value, Record):
        return {
            "item": value.item.model_dump(mode="json"),
            "vector": _base64(value.vector),
            "trigger_vector": None if value.trigger_vector is None else _base64(value.trigger_vector),
            "terms": dict(value.terms),
            "labels": value.labels,
            "question": value.question,
            **({} if value.tokens is None else {"tokens": _token_rows(value.tokens)}),
        }
    if isinstance(value, (Entity, Relation, Event)):
        return value.model_dump(mode="json")
    data = {name: getattr(value, name) for name in type(value).__slots__}
    return data | ({"at": value.at.isoformat()} if isinstance(value, Touch) else {})


def _decoded(kind: str, data: dict[str, Any]) -> Any:
    if kind == "memory":
        trigger = data["trigger_vector"]
        return Record(
            item=MemoryItem.model_validate(data["item"]),
            vector=_floats(data["vector"]),
            terms=data["terms"],
            trigger_vector=None if trigger is None else _floats(trigger),
            labels=data["labels"],
            question=data["question"],
            tokens=_tokens(data.get("tokens")),
        )
    models: dict[str, Any] = {"entity": Entity, "relation": Relation, "event": Event}
    if kind in models:
        return models[kind].model_validate(data)
    if kind == "touch":
        return Touch(data["owner"], data["session_id"], _moment(data["at"]))
    return {"mention": Mention, "link": Link}[kind](**data)


def _moment(text: str) -> Any:
    return checks.instant(text, "at")


def _base64(vector: Vectors) -> str:
    return base64.b64encode(np.ascontiguousarray(vector, dtype="<f4").tobytes()).decode("ascii")


def _floats(text: str) -> Vectors:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float32)


def _token_rows(tokens: Tokens) -> dict[str, Any]:
    states = base64.b64encode(np.ascontiguousarray(tokens, np.int8).tobytes()).decode("ascii")
    return {"dim": int(tokens.shape[1]), "states": states}


def _tokens(data: Mapping[str, Any] | None) -> Tokens | None:
    """Those of an export; a line of a file that was written before there were any has none."""
    if data is None:
        return None
    return np.frombuffer(base64.b64decode(data["states"], validate=True), np.int8).reshape(-1, data["dim"])


def _mem0_rows(source: Path, text: str) -> list[Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{source} is neither a graphmem export nor JSON ({error})") from error
    rows = data.get("results") if isinstance(data, Mapping) else data
    if not isinstance(rows, list):
        raise InvalidInput(f'{source} must hold {{"results": [...]}} or a list of memories, as Mem0\'s get_all returns')
    return rows
