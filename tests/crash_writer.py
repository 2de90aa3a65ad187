"""A process that ingests numbered turns and says on its standard output what was acknowledged. It gets killed."""

from __future__ import annotations

import sys

from graphmem import Memory

PEOPLE = ("Anna", "Boris", "Chiara", "Dmitri")


def turns(batch: int) -> list[dict[str, str]]:
    """The messages of one add: a fact that replaces the one before, and something to answer it."""
    friend = PEOPLE[batch % len(PEOPLE)]
    return [
        {"role": "user", "name": friend, "content": f"I live in Town{batch} and I love project number {batch}."},
        {"role": "assistant", "content": f"Noted, {friend}: Town{batch}."},
    ]


def main(path: str, batches: int) -> None:
    """Ingest every batch in order; repeating those of an earlier run must be harmless."""
    with Memory(path, embedder="hashing") as memory:
        print("ready", flush=True)
        for batch in range(batches):
            memory.add(turns(batch), user_id="team", session_id=f"s{batch // 10}")
            print(batch, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
