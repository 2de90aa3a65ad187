"""Single values that callers pass: each is checked once, and the error names the fix."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from graphmem import times
from graphmem.errors import InvalidInput, shown
from graphmem.settings import Settings
from graphmem.types import LAYERS, Layer

if TYPE_CHECKING:
    from graphmem.types import Scope

__all__ = [
    "MAX_CHARACTERS",
    "api_key",
    "categories",
    "clean",
    "duration",
    "expiration",
    "hops",
    "instant",
    "layer",
    "layers",
    "memory_id",
    "metadata",
    "order",
    "path",
    "settings",
    "tenant",
    "text",
    "unit",
    "whole",
]

MAX_CHARACTERS = 100_000
"""The longest text of one message; longer ones are split by the caller, who knows where."""
MAX_DEPTH = 32
"""How deep metadata may nest."""
MAX_HOPS = 10
"""How far a walk through the graph may go."""
_BAD = re.compile("[\x00\ud800-\udfff]")


def clean(what: str, value: str) -> str:
    """Text without what no store can keep.

    Raises:
        InvalidInput: it holds NUL or half a surrogate pair.
    """
    if bad := _BAD.search(value):
        kind = "a NUL character" if bad[0] == "\x00" else "a lone surrogate (broken Unicode)"
        raise InvalidInput(f"{what} holds {kind} at position {bad.start()}: remove it")
    return value


def text(value: Any, what: str = "text") -> str:
    """A text that can be stored: a non-blank str of at most MAX_CHARACTERS, valid Unicode, no NUL.

    Raises:
        InvalidInput: it is not.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{what} must be a string, not {type(value).__name__}")
    if not value.strip():
        raise InvalidInput(f"{what} is empty: pass some text")
    if len(value) > MAX_CHARACTERS:
        raise InvalidInput(
            f"{what} has {len(value):,} characters: the most is {MAX_CHARACTERS:,}; split it into several messages"
        )
    return clean(what, value)


def memory_id(value: Any) -> str:
    """A string that may be the id of a memory.

    Raises:
        InvalidInput: it is not.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"a memory id is a string, not {type(value).__name__}")
    return clean("the memory id", value)


def api_key(value: Any) -> str | None:
    """A key that names a tenant, or None for the default one.

    Raises:
        InvalidInput: it is blank or no text.
    """
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput("api_key is blank: pass a non-empty string, or leave it out for the default tenant")
    return clean("api_key", value)


def tenant(value: Any) -> str:
    """The name of a tenant.

    Raises:
        InvalidInput: it is blank or no text.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"a tenant is named by a non-empty string, not {shown(value)}")
    return clean("tenant", value)


def settings(value: Any) -> Settings:
    """The settings given, or the defaults.

    Raises:
        InvalidInput: not a Settings.
    """
    if value is not None and not isinstance(value, Settings):
        raise InvalidInput(f"settings must be a graphmem.Settings, not {type(value).__name__}: Settings(name=value)")
    return value or Settings()


# ---------------------------------------------------------------- metadata


def metadata(value: Any) -> dict[str, Any]:
    """JSON-like metadata: a mapping with string keys and finite, nested plain values.

    Raises:
        InvalidInput: it holds something that JSON cannot say.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidInput(f"metadata must be a mapping, not {type(value).__name__}")
    return cast("dict[str, Any]", _plain(value, "metadata", 0))


def _plain(value: Any, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise InvalidInput(f"metadata is nested deeper than {MAX_DEPTH} levels: flatten it")
    if isinstance(value, str):
        return clean(where, value)
    if isinstance(value, Mapping):
        if bad := [key for key in value if not isinstance(key, str)]:
            raise InvalidInput(f"{where} has the key {shown(bad[0])}: keys must be strings")
        return {clean(where, key): _plain(item, f"{where}.{key}", depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, where, depth + 1) for item in value]
    return _scalar(value, where)


def _scalar(value: Any, where: str) -> Any:
    if value is None or isinstance(value, bool) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, int):
        # Databases and other readers of JSON lose digits beyond this.
        if not -(2**63) <= value < 2**63:
            raise InvalidInput(f"{where} holds an integer of more than 64 bits: write it as a string")
        return value
    raise InvalidInput(f"{where} holds {shown(value)}, which JSON cannot say: use strings, numbers, lists, mappings")


# ---------------------------------------------------------------- times


def instant(value: Any, what: str) -> datetime | None:
    """A moment in UTC from a datetime, a date, an ISO string or unix seconds; naive times are UTC.

    Raises:
        InvalidInput: it is none of these.
    """
    if value is None:
        return None
    try:
        return times.moment(value)
    except InvalidInput as error:
        raise InvalidInput(f"{what}: {error}") from None


def expiration(value: Any) -> datetime | None:
    """The moment from which a memory is invisible: a plain date means the end of that UTC day.

    Raises:
        InvalidInput: not a time.
    """
    moment = instant(value, "expiration_date")
    day = times.day_span(value)
    return day[1] if day else moment


def duration(ttl: Any) -> float | None:
    """Seconds, from a timedelta or a positive number.

    Raises:
        InvalidInput: it is neither, or not positive.
    """
    if ttl is None:
        return None
    seconds = ttl.total_seconds() if isinstance(ttl, timedelta) else ttl
    ok = isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds < 1e10
    if not ok:
        raise InvalidInput(f"ttl {shown(ttl)} must be a positive number of seconds or a timedelta")
    return float(seconds)


# ---------------------------------------------------------------- choices


def layers(value: Iterable[str] | str | None) -> tuple[Layer, ...]:
    """The layers asked for; None means all.

    Raises:
        InvalidInput: an unknown layer, or none at all.
    """
    if value is None:
        return LAYERS
    if not isinstance(value, Iterable):
        raise InvalidInput(f"layers must be a list of layers, not {type(value).__name__}")
    chosen = (value,) if isinstance(value, str) else tuple(value)
    for name in chosen:
        if name not in LAYERS:
            raise InvalidInput(f"unknown layer {shown(name)}: the layers are {', '.join(LAYERS)}")
    if not chosen:
        raise InvalidInput("layers is empty: leave it out to search all of them")
    return cast("tuple[Layer, ...]", chosen)


def layer(value: Any, scope: Scope) -> Layer | None:
    """The layer that a writer chose, or None, if this scope can have it.

    Raises:
        InvalidInput: an unknown layer, or one whose id is not in the scope.
    """
    if value is None:
        return None
    chosen = layers([value])[0]
    needed = {"org": "org_id", "session": "session_id"}.get(chosen)
    if needed is not None and needed not in scope.ids():
        raise InvalidInput(f"layer {chosen!r} needs {needed}: pass it")
    return chosen


def categories(value: Any) -> tuple[str, ...]:
    """Category names, each once; None is none.

    Raises:
        InvalidInput: not a list of non-empty strings.
    """
    if value is None:
        return ()
    listed = isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))
    if not listed or not all(isinstance(name, str) and name.strip() for name in value):
        raise InvalidInput(f"categories must be a list of non-empty strings, not {shown(value)}")
    return tuple(dict.fromkeys(text(name, "category") for name in value))


def order(value: Any) -> Literal["layer", "score"]:
    """The order of hits.

    Raises:
        InvalidInput: an unknown one.
    """
    if value not in ("layer", "score"):
        raise InvalidInput(f"order must be 'layer' or 'score', not {shown(value)}")
    return cast('Literal["layer", "score"]', value)


def whole(value: Any, what: str, most: int = 10_000) -> int:
    """A whole number from 1 to `most`.

    Raises:
        InvalidInput: it is not.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise InvalidInput(f"{what} must be a whole number from 1 to {most:,}, not {shown(value)}")
    return value


def hops(value: Any) -> int:
    """How far to walk: a whole number from 0 to MAX_HOPS.

    Raises:
        InvalidInput: it is not.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_HOPS:
        raise InvalidInput(f"hops must be a whole number from 0 to {MAX_HOPS}, not {shown(value)}")
    return value


def unit(value: Any, what: str) -> float | None:
    """None, or a number from 0 to 1.

    Raises:
        InvalidInput: it is neither.
    """
    if value is None:
        return None
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= 1:
        raise InvalidInput(f"{what} must be a number from 0 to 1, not {shown(value)}")
    return float(value)


def path(value: Any) -> Path:
    """A file path, with ~ as the home.

    Raises:
        InvalidInput: it can be none.
    """
    name = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    if not isinstance(name, str) or not name.strip() or "\x00" in name:
        raise InvalidInput(f"not a file path: {shown(value)}; pass a str or a pathlib.Path")
    return Path(name).expanduser()
