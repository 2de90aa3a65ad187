"""Labelled questions: a line of a file says what is asked, by whom, and which memories answer it.

```
{"question": "What is Alex allergic to?", "user_id": "alex", "expected": ["I am allergic to hazelnuts."]}
```

A CSV file has the same names in its first line; several texts or ids in a cell are separated by ` | `.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator

from graphmem import checks, times
from graphmem.errors import GraphMemError, InvalidInput, shown
from graphmem.ingest.base import Place, text_of
from graphmem.inputs import ScopeIds, scope_of
from graphmem.values import Given

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

    from graphmem.types import Scope

__all__ = ["Labelled", "given", "read_questions"]

LONGEST_LINE = 1_000_000
"""Characters; a longer line is some other file."""
_SEPARATOR = " | "
_LISTS = ("expected", "forbidden")


class Labelled(Given):
    """One question with what should and what must not answer it."""

    question: str
    expected: tuple[str, ...] = ()
    """Memories that answer it, each by its id or by its text."""
    forbidden: tuple[str, ...] = ()
    """Memories that must not be among the answers; the same."""
    scope: dict[str, str] = Field(default_factory=dict)
    """Who asks: user_id, agent_id, app_id, session_id, org_id."""
    as_of: str | float | None = None
    category: str = ""
    place: str = ""
    """Where it was read, as file and line."""

    @field_validator("question")
    @classmethod
    def _text(cls, value: str) -> str:
        return checks.text(value, "the text")

    @field_validator("as_of")
    @classmethod
    def _time(cls, value: Any) -> Any:
        if value is not None:
            times.moment(value)
        return value

    def asker(self) -> Scope:
        """The scope that asks.

        Raises:
            InvalidInput: nobody does.
        """
        return scope_of("default", self.scope)


_NAMES = ("question", *_LISTS, *ScopeIds.__annotations__, "as_of", "category")


def read_questions(path: str | PathLike[str], scope: Mapping[str, Any] | None = None) -> list[Labelled]:
    """The questions of a JSON Lines file, or of a CSV file by its name; all of them are read before any is returned.

    Args:
        path: The file; UTF-8, with or without a byte order mark.
        scope: Who asks where a line does not say so. What a line names wins.

    Raises:
        InvalidInput: the line that cannot be read, and what to write instead.
    """
    file = checks.path(path)
    read = _csv if file.suffix.casefold() == ".csv" else _lines
    found = [_labelled(row, place, scope or {}) for place, row in read(text_of(file), file.name)]
    if not found:
        raise InvalidInput(f"{file.name} holds no question: write one a line, {_EXAMPLE}")
    return found


def given(rows: Iterable[Labelled | Mapping[str, Any]], scope: Mapping[str, Any] | None = None) -> list[Labelled]:
    """Questions that Python code holds, checked like those of a file.

    Raises:
        InvalidInput: the first one that cannot be accepted.
    """
    found = [_one(row, Place("questions", f"[{number}]"), scope or {}) for number, row in enumerate(rows)]
    if not found:
        raise InvalidInput(f"no question was given: pass a list like [{_EXAMPLE}]")
    return found


_EXAMPLE = '{"question": "...", "user_id": "...", "expected": ["..."]}'


def _one(row: Labelled | Mapping[str, Any], place: Place, scope: Mapping[str, Any]) -> Labelled:
    if isinstance(row, Labelled):
        fields = row.model_dump(exclude={"scope", "place"}) | row.scope
        place = Place(*row.place.rsplit(":", 1)) if ":" in row.place else place
        return _labelled(fields, place, scope)
    return _labelled(row, place, scope)


# ---------------------------------------------------------------- files


def _lines(text: str, file: str) -> Iterator[tuple[Place, Any]]:
    # Not splitlines(): U+2028 and its kin are legal inside JSON strings.
    for number, line in enumerate(text.split("\n"), start=1):
        place = Place(file, str(number))
        if len(line) > LONGEST_LINE:
            raise place.error(f"{len(line):,} characters, and the most is {LONGEST_LINE:,}: write one question a line")
        if not line.strip():
            continue
        try:
            yield place, json.loads(line)
        except (ValueError, RecursionError) as error:
            raise place.error(f"not valid JSON ({error}): write one object a line, {_EXAMPLE}") from None


def _csv(text: str, file: str) -> Iterator[tuple[Place, Any]]:
    rows = csv.DictReader(io.StringIO(text), restkey="", strict=True)
    try:
        for row in rows:
            place = Place(file, str(rows.line_num))
            if row.pop("", None):
                raise place.error("more cells than the first line names: put texts that hold commas in double quotes")
            yield place, {name.strip(): _cell(name.strip(), value) for name, value in row.items() if value}
    except csv.Error as error:
        raise Place(file, str(rows.line_num)).error(f"not valid CSV ({error})") from None


def _cell(name: str, value: str) -> Any:
    return value.split(_SEPARATOR) if name in _LISTS else value


# ---------------------------------------------------------------- one question


def _labelled(row: Any, place: Place, scope: Mapping[str, Any]) -> Labelled:
    if not hasattr(row, "keys"):
        raise place.error(f"expected an object like {_EXAMPLE}, found {shown(row)}")
    if unknown := [name for name in row.keys() if name not in _NAMES]:  # noqa: SIM118  # any mapping
        raise place.error(f"unknown key {shown(unknown[0])}: the keys are {', '.join(_NAMES)}")
    own = {name: row[name] for name in ScopeIds.__annotations__ if row.get(name) is not None}
    try:
        found = Labelled(
            question=row.get("question"), as_of=row.get("as_of"), category=row.get("category") or "",
            scope=scope_of("default", _joined(scope, own)).ids(), place=f"{place.file}:{place.spot}",
            **{name: _listed(name, row.get(name)) for name in _LISTS},
        )  # fmt: skip
    except GraphMemError as error:
        raise place.error(str(error)) from None
    if not found.expected and not found.forbidden:
        raise place.error("nothing is expected: name the memories that answer it in 'expected', by id or by text")
    return found


def _joined(scope: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Who asks: what a line names replaces the same id of the default, under either of a session's two names."""
    runs = ("session_id", "run_id")
    taken = {*own, *(runs if any(name in own for name in runs) else ())}
    return {name: value for name, value in scope.items() if name not in taken} | dict(own)


def _listed(name: str, value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(values, (list, tuple)):
        raise InvalidInput(f"{name} is a list of memories' ids or texts, not {shown(value)}")
    return tuple(dict.fromkeys(checks.text(one, name).strip() for one in values))
