"""The two calls of Mem0's page on memory types, verbatim but for the import line, with every default."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SNIPPET = """
import os

from graphmem import Memory

memory = Memory(api_key=os.environ["MEM0_API_KEY"])

# Sticky note: conversation memory
memory.add(
    ["I'm Alex and I prefer boutique hotels."],
    user_id="alex",
    session_id="trip-planning-2025",
)

# Later in the session, pull long-term + session context
results = memory.search(
    "Any hotel preferences?",
    user_id="alex",
    session_id="trip-planning-2025",
)
"""
CHECKS = """
hits = results["results"]
assert [hit["memory"] for hit in hits] == ["I'm Alex and I prefer boutique hotels."], hits
assert (hits[0]["user_id"], hits[0].layer) == ("alex", "user")
assert hits[0]["score"] > 0.3
assert {"id", "categories", "created_at"} <= set(hits[0].keys())
print(memory.stats().embedder, memory.url)
"""


def test_the_seeds_calls_run_on_a_bare_machine(tmp_path: Path) -> None:
    environment = {
        "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "MEM0_API_KEY": "m0-secret-key", "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SNIPPET + CHECKS],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["all-MiniLM-L6-v2", str(tmp_path / ".graphmem" / "memory.db")]
    assert done.stderr == ""
    stored = b"".join(path.read_bytes() for path in (tmp_path / ".graphmem").iterdir())
    assert b"boutique hotels" in stored
    assert b"m0-secret-key" not in stored
