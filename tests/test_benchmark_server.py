from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.server.__main__ import main
from benchmarks.server.calls import asked, fresh
from benchmarks.stores import ratios

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_measures_the_engine_and_the_server_on_the_same_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "server.json"
    sizes = ["--memories", "60", "--users", "4", "--calls", "10", "--seconds", "0.3", "--connections", "20"]
    result = main(["--stores", "sqlite", "--workers", "2", "--out", str(out), *sizes])
    kept = json.loads(out.read_text())
    assert kept["environment"]["command"].startswith("python -m benchmarks.server --stores sqlite --workers 2")
    assert str(tmp_path) not in out.read_text()
    for call in ("search", "add"):
        single, many = result["sqlite"]["single"][call], result["sqlite"]["many"][call]
        added = single["server_ms"]["p50"] - single["engine_ms"]["p50"]
        assert single["added_ms"]["ms"] == pytest.approx(added)
        assert all(many[who]["per_second"] > 0 for who in ("engine", "server"))
    assert result["sqlite"]["crowd"]["answers"] == {"200": 60}
    assert "20 connections at once: 60 x 200" in capsys.readouterr().out


def test_nobody_says_the_same_twice_and_series_differ() -> None:
    one, other = ([next(work) for _ in range(50)] for work in (fresh("a", 3), fresh("b", 3)))
    texts = [text for _, text in [*one, *other]]
    assert len(set(texts)) == 100
    assert {user for user, _ in one} == {"user-0", "user-1", "user-2"}
    assert next(asked(3)) == next(asked(3))


def test_the_difference_of_medians_and_its_interval() -> None:
    rng = np.random.default_rng(3)
    short = rng.normal(10, 1, 400)
    found = ratios.between_medians(list(short + 5), list(short))
    assert found["ms"] == pytest.approx(5)
    assert found["low"] <= 5 <= found["high"]
    unpaired = ratios.between_medians(list(rng.normal(15, 1, 400)), list(short))
    assert unpaired["low"] < unpaired["ms"] < unpaired["high"]
    assert unpaired["high"] - unpaired["low"] < 1
