"""Who speaks in messages, and to whom: "I" and "you" by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.extract.base import Context
    from graphmem.types import Message

__all__ = ["People", "speaker"]

_ME = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "user", "speaker"})
_YOU = frozenset({"you", "your", "yours", "yourself"})


def speaker(message: Message, context: Context) -> str:
    """Who "I" is in a message."""
    return message.name or (context.user if message.role == "user" else None) or message.role


class People:
    """The participants of some messages."""

    def __init__(self, messages: Sequence[Message], context: Context) -> None:
        said = [m for m in (*context.recent, *messages) if m.role == "user"]
        names = [] if context.verbatim else [speaker(message, context) for message in said]
        self._context = context
        self._by_key = {key(name): name for name in names if key(name)}

    def named(self, name: str, message: Message) -> str | None:
        """The participant whom a name or a pronoun in a message means, if it means one."""
        if self._context.verbatim:
            return None
        me, called = speaker(message, self._context), key(name)
        if called in _ME:
            return me
        others = [other for other in self._by_key.values() if other != me]
        if called in _YOU:
            return others[0] if len(others) == 1 else None
        if called == key(me):
            return me
        firsts = [who for short, who in self._by_key.items() if called in (short, short.split()[0])]
        return firsts[0] if len(firsts) == 1 else self._by_key.get(called)
