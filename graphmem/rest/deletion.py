"""What a request to delete many memories asks for. In doubt it is refused, and nothing is deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidInput, shown
from graphmem.rest import translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphmem.rest.accounts import Caller

__all__ = ["EVERYTHING", "asked"]

EVERYTHING: Mapping[str, Any] = dict.fromkeys(translate.IDS, "*")
"""All four ids as `*`: the whole project."""

_KNOWN = {*translate.IDS, "session_id", "org_id", "metadata"}
_HARMLESS = {"project_id", "source", "version", "api_version", "output_format", "async_mode"}
"""What clients send along that narrows nothing."""


def asked(query: Sequence[tuple[str, str]], caller: Caller) -> Mapping[str, Any]:
    """The filter of what is to be deleted, or `EVERYTHING`.

    Raises:
        InvalidInput: no id, a blank one, one given twice, or a parameter that may have been meant to narrow it.
    """
    given: dict[str, str] = {}
    for name, value in query:
        if name not in _KNOWN | _HARMLESS:
            raise InvalidInput(
                f"nothing was deleted: {shown(name)} is no parameter here; pass {', '.join(translate.IDS)}"
            )
        if name in given:
            raise InvalidInput(f"nothing was deleted: {name} was given twice")
        given[name] = value
    if "project_id" in given and given.get("org_id", caller.org) != caller.org:
        raise InvalidInput(
            "nothing was deleted: beside project_id, org_id would be the account's, and this is not its organisation; "
            "leave project_id out to delete what has this org_id"
        )
    ids = translate.ids(given, caller)
    if not ids:
        raise InvalidInput(f"nothing was deleted: pass at least one of {', '.join(translate.IDS)}")
    if blank := [name for name, value in ids.items() if not value.strip()]:
        raise InvalidInput(f"nothing was deleted: {blank[0]} is blank")
    if ids == EVERYTHING and "metadata" not in given:
        return EVERYTHING
    parts: list[dict[str, Any]] = [{name: value} for name, value in ids.items()]
    return {"AND": [*parts, *([{"metadata": _metadata(given["metadata"])}] if "metadata" in given else ())]}


def _metadata(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not value:
        raise InvalidInput('nothing was deleted: metadata is a JSON object such as {"source": "mail"}')
    return value
