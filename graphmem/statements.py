"""Statements live in files, one a file: a name, a comment that says what it does, its declared parameters.

```
-- Memories by id.
-- params: tenant, ids
-- slots: condition
SELECT ... WHERE memory.tenant = :tenant AND {condition}
```

The name is the file's. Parameters are `:name` in SQL and `$name` in Cypher; each that is declared must be used
and each that is used must be declared, or the file is refused when it is read. A slot is a place for text that
the program itself compiles (a filter's conditions); values never go there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.abc import Traversable
    from pathlib import Path

__all__ = ["Statement", "Statements", "parse", "read"]

_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|--[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)
_USED = {".sql": re.compile(r"(?<![:\w]):([A-Za-z_]\w*)"), ".cypher": re.compile(r"\$(?!any\()([A-Za-z_]\w*)")}
_SLOT = re.compile(r"\{([a-z_]+)\}")
_HEADER = re.compile(r"^\s*(?:--|//)\s?(?P<text>.*)$")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a file."""

    name: str
    doc: str
    """What it does, from its leading comment."""
    params: frozenset[str]
    slots: frozenset[str]
    text: str
    """The statement without its leading comment."""

    def fill(self, **slots: str) -> str:
        """The text with its slots filled with compiled text.

        Raises:
            StoreError: a slot is missing or unknown.
        """
        if slots.keys() != self.slots:
            raise StoreError(f"statement {self.name} has the slots {sorted(self.slots)}, got {sorted(slots)}")
        return _SLOT.sub(lambda match: slots[match[1]], self.text)


class Statements:
    """The statements of a folder by name: `statements["get"]`."""

    def __init__(self, statements: Mapping[str, Statement]) -> None:
        self._by_name = dict(statements)

    def __getitem__(self, name: str) -> Statement:
        try:
            return self._by_name[name]
        except KeyError:
            raise StoreError(f"no statement {name!r}; there are {', '.join(sorted(self._by_name))}") from None

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)


def read(folder: Traversable | Path) -> Statements:
    """Every `.sql` or `.cypher` file directly in a folder.

    Raises:
        StoreError: a file declares a parameter that it does not use, or the other way; names file and line.
    """
    files = sorted((file for file in folder.iterdir() if _suffix(file.name) in _USED), key=lambda file: file.name)
    statements = (parse(file.read_text(encoding="utf-8"), file.name) for file in files)
    return Statements({statement.name: statement for statement in statements})


def parse(text: str, file: str) -> Statement:
    """Read one statement; `file` gives its name, its language and the place in error messages.

    Raises:
        StoreError: no comment, no statement, or parameters or slots that do not agree with the declared ones.
    """
    comments, body = _split(text)
    doc = [line for line in comments if not line.startswith(("params:", "slots:"))]
    if not any(doc) or not body.strip():
        raise StoreError(f"{file}:1: a statement file holds a comment that says what it does, and a statement")
    params, slots = _declared(comments, "params", file), _declared(comments, "slots", file)
    bare = _QUOTED.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), body)
    start = len(comments) + 1
    _agree(params, _USED[_suffix(file)], bare, file, start, "params")
    _agree(slots, _SLOT, bare, file, start, "slots")
    return Statement(file.rpartition(".")[0], "\n".join(doc).strip(), frozenset(params), frozenset(slots), body.strip())


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2]


def _split(text: str) -> tuple[list[str], str]:
    lines = text.splitlines()
    comments: list[str] = []
    for line in lines:
        if not (match := _HEADER.match(line)):
            break
        comments.append(match["text"].strip())
    return comments, "\n".join(lines[len(comments) :])


def _declared(comments: list[str], word: str, file: str) -> dict[str, int]:
    """Declared names and the line of each."""
    found: dict[str, int] = {}
    for line, comment in enumerate(comments, 1):
        if comment.startswith(word + ":"):
            for name in (part.strip() for part in comment.partition(":")[2].split(",")):
                if not name.isidentifier() or name in found:
                    raise StoreError(f"{file}:{line}: {word}: {name!r} is not a name, or stands twice")
                found[name] = line
    return found


def _agree(declared: dict[str, int], use: re.Pattern[str], bare: str, file: str, start: int, word: str) -> None:
    used = {match[1]: start + bare.count("\n", 0, match.start()) for match in reversed(list(use.finditer(bare)))}
    for name in used.keys() - declared.keys():
        raise StoreError(f"{file}:{used[name]}: {name} is not declared; add it to the line '-- {word}: ...'")
    for name in declared.keys() - used.keys():
        raise StoreError(f"{file}:{declared[name]}: {name} is declared in '{word}:' and never used; remove it")
