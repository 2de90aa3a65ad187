"""Attributes: what a thing of somebody's is, or where it is kept, and what says that this was changed. Pure.

It reads English.
"""

from __future__ import annotations

import re

from graphmem.words import terms

__all__ = ["is_reset"]

_ATTRIBUTE = re.compile(
    r"\b(?:my|our|the)\s+(?:new\s+)?(?P<slot>(?:[\w']+ ){0,3}?(?:password|code|pin|hint|colou?r|topic|theme|title|name"
    r"|surname|nickname|goal|dish|size|level|grade|shifts?|role|position|seat|lead|captain|breakfast|plan|order|address"
    r"|number|subscription|tariff|room|desk|locker)\b"
    r"(?: (?:of|for|on) .*?)?)"
    r"\s+(?:is|are)\b",
    re.I,
)
_CHANGED_TO = re.compile(
    r"\b(?:changed|switched|updated|upgraded|downgraded|reset|set|renamed) (?:my|our|the) "
    r"(?P<slot>(?:[\w'-]+ ){1,4}?)(?:from .*?)?to\b",
    re.I,
)
_PLACED = r"(?:in|on|under|behind|above|beside|below|inside|next to|at|to)\s+(?:the|my|our|an?)\b"
_KEPT = re.compile(
    rf"\b(?:my|our|the)\s+(?P<slot>(?:[\w'-]+ ){{0,3}}?\w+)\s+(?:is|are)\s+(?:now\s+|kept\s+)?{_PLACED}", re.I
)
_PUT = re.compile(
    rf"\b(?:moved|put)\s+(?:my|our|the)\s+(?P<slot>(?:[\w'-]+ ){{0,3}}?\w+)\s+(?:back\s+|over\s+)?{_PLACED}", re.I
)


def is_reset(new: str, old: str) -> bool:
    """Whether the same attribute gets another value, "the password is now tulip", or a thing another place.

    Args:
        new: What is told, and calls itself news.
        old: What was told before it.
    """
    for states, changes in ((_ATTRIBUTE, _CHANGED_TO), (_KEPT, _PUT)):
        said, before = states.search(new) or changes.search(new), states.search(old)
        if said and before and new != old and terms(said["slot"]) == terms(before["slot"]):
            return True
    return False
