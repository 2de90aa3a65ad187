"""`python -m benchmarks.peers.runners NAME < work > rankings`: one peer does the work."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.metadata import version

from benchmarks.peers.exchange import Work, answer

PACKAGES = {
    "bm25": ("bm25s", "PyStemmer"),
    "chroma": ("chromadb", "sentence-transformers"),
    "mem0_oss": ("mem0ai", "qdrant-client", "fastembed", "spacy", "sentence-transformers"),
    "neo4j_agent_memory_oss": ("neo4j-agent-memory", "neo4j", "sentence-transformers"),
}
"""Runner -> the packages whose versions the result names."""


def main() -> None:
    """Do the work that comes in on stdin."""
    name = sys.argv[1]
    work = Work.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is not an answer
    answer(
        out,
        {package: version(package) for package in PACKAGES[name]},
        import_module(f"{__package__}.{name}").rank(work),
    )
    out.close()


if __name__ == "__main__":
    main()
