"""The benchmark runs end to end on a made-up set, and counts what the server and the evidence say."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.llm.__main__ import main
from tests.extract_llm.server import Server, fact, facts

if TYPE_CHECKING:
    from pathlib import Path

SAID = [("Ada", "We sat near the old harbour for hours."), ("Bo", "Lovely, and I slept in the red tent.")]


def _rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_it_counts_what_is_borne_out_and_what_it_adds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "locomo"
    folder.mkdir()
    common = {"scope": "c", "session": 1, "datetime": "2024-05-01T10:00"}
    turns = [{"id": f"c/{n}", **common, "speaker": who, "text": text} for n, (who, text) in enumerate(SAID)]
    noted = [{**common, "speaker": "Bo", "fact": "Bo slept in a red tent.", "sources": ["c/1"]}]
    _rows(folder / "docs.jsonl.gz", turns)
    _rows(folder / "observations.jsonl.gz", noted)
    answer = facts(
        fact(2, "I slept in the red tent", ("Bo", "SLEPT_IN", "red tent"), ("Bo", "SLEPT_IN", "castle")),
        fact(1, "the new harbour"),
    )
    out = tmp_path / "llm.json"
    with Server(then=answer) as server:
        main(["--data", str(tmp_path), "--out", str(out), "--base-url", server.url, "--model", "stub", "--turns", "9"])
    result = json.loads(out.read_text())
    assert (result["turns"], result["noted_facts"]) == (2, 1)
    found = result["stub"]
    assert (found["stated"], found["kept"], found["calls"], found["tokens_a_turn"]) == (4, 2, 1, 60)
    assert found["kept_share"] == 0.5
    assert found["noted_facts_reached"] == 1.0
    assert found["promoted_facts"] >= result["rules"]["promoted_facts"]
    assert "2 of the LLM's 4 statements were dropped" in capsys.readouterr().out
    assert "127.0.0.1" in result["environment"]["command"]
    assert str(tmp_path) not in out.read_text()
