"""docs/mem0-compatibility.md: a section for each client, written from what driving it has found."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from tests.conformance.clients import ROOT

if TYPE_CHECKING:
    from tests.conformance.clients import Client, Outcome

__all__ = ["section", "settle"]

PAGE = ROOT / "docs" / "mem0-compatibility.md"
WRITE = "GRAPHMEM_WRITE_DOCS"
_HEAD = ("| what is called | works | what differs |", "|---|---|---|")


def section(client: Client, outcome: Outcome) -> str:
    """What the page says about a client."""
    rows = [_row(method, outcome.checks[method]["differs"]) for method in client.methods()]
    return "\n".join([f"## {client.title}, {outcome.version}", "", *_HEAD, *rows, ""])


def _row(method: str, differs: str) -> str:
    """A line of the table; what is not there says so with its first word."""
    return f"| `{method}` | {'no' if differs.startswith('not ') else 'yes'} | {differs} |"


def settle(name: str, text: str) -> None:
    """Hold the page to a section; write it there if the environment says so (`make compatibility`)."""
    begin, end = f"<!-- {name}: written by make compatibility -->\n", f"<!-- end of {name} -->"
    found = re.search(re.escape(begin) + "(.*?)" + re.escape(end), PAGE.read_text(), re.DOTALL)
    assert found, f"{PAGE.name} has no place for {name}: add the two lines {begin!r} and {end!r}"
    if os.environ.get(WRITE):
        PAGE.write_text(PAGE.read_text().replace(found[0], begin + text + end))
    else:
        assert found[1] == text, f"{PAGE.name} is stale: run `make compatibility`"
