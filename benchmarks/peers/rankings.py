"""A peer's rankings: kept from an earlier run of the same work, or made by a process of `.peers`."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from typing import TYPE_CHECKING

from benchmarks.common import ROOT, Json
from benchmarks.dataset import UNIT
from benchmarks.peers.exchange import Asked, Unit, Work
from benchmarks.peers.sets import PEERS
from graphmem.errors import GraphMemError, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.dataset import Dataset, Haystack

__all__ = ["KEPT", "keep", "kept", "make", "work_of"]

KEPT = ROOT / ".cache" / "peers"
"""Where rankings are kept; git does not see it."""
PYTHON = ROOT / ".peers" / "bin" / "python"
_HERE = ROOT / "benchmarks" / "peers"


def work_of(dataset: Dataset) -> Work:
    """What a peer is given of a data set: what graphmem is given, but its gold."""
    return Work(
        depth=dataset.depth or max(dataset.cuts),
        units=[unit for hay in dataset.haystacks for unit in _units(hay)],
        questions=[Asked(one.qid, _scope(one.scope), one.text) for one in dataset.questions],
    )


def _units(hay: Haystack) -> list[Unit]:
    return [
        Unit(
            scope=_scope(hay.scope),
            id=str(message.metadata[UNIT]),
            text=message.content,
            role=message.role,
            name=message.name,
            date=message.timestamp.isoformat() if message.timestamp else None,
            title=message.metadata.get("title"),
        )
        for message in hay.messages()
    ]


def _scope(scope: Mapping[str, object]) -> str:
    return "/".join(map(str, scope.values()))


def kept(peer: str, name: str, work: Work) -> Json | None:
    """The rankings of an earlier run of the same work by the same runner and packages, if there are any."""
    path = _path(peer, name, work)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def make(peer: str, name: str, work: Work, neo4j: str | None = None) -> Json:
    """Run a peer, and keep what it found: `versions`, and `rankings` by question.

    Raises:
        NotFound: there is no environment for peers.
        GraphMemError: the peer's process failed.
    """
    if not PYTHON.exists():
        raise NotFound("the peers are not installed: run `make peers`")
    ran = subprocess.run(
        [PYTHON, "-m", "benchmarks.peers.runners", PEERS[peer]],
        cwd=ROOT,
        env=_variables(neo4j),
        input=work.dumps(),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode:
        raise GraphMemError(f"{peer} failed with status {ran.returncode}: its own words are above")
    head, *rows = map(json.loads, ran.stdout.splitlines())
    found = {**head, "rankings": {row["qid"]: row["ranked"] for row in rows}}
    keep(peer, name, work, found)
    return found


def keep(peer: str, name: str, work: Work, found: Json) -> None:
    """Keep a peer's rankings for the next run of the same work."""
    path = _path(peer, name, work)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), encoding="utf-8")


def _variables(neo4j: str | None) -> dict[str, str]:
    own = {"HF_HUB_OFFLINE": "1", "PEERS_VECTORS": str(KEPT / "vectors.sqlite")}
    return {**os.environ, **own, **({"PEERS_NEO4J": neo4j} if neo4j else {})}


def _path(peer: str, name: str, work: Work) -> Path:
    """Another file for other work, another runner or other packages."""
    sources = ("exchange.py", "requirements.txt", "runners/model.py", f"runners/{PEERS[peer]}.py")
    parts = [work.dumps().encode(), *((_HERE / source).read_bytes() for source in sources)]
    digest = hashlib.sha256(b"\0".join(parts)).hexdigest()
    return KEPT / name / f"{PEERS[peer]}-{digest[:16]}.json"
