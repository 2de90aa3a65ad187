from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from graphmem.errors import StoreUnavailable
from graphmem.picture import html_of, write_html
from graphmem.store.base import Link, Mention, Subgraph
from graphmem.types import Entity, MemoryItem, Relation

WHEN = datetime(2024, 5, 1, tzinfo=timezone.utc)
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\u2028'\"`${x}"


def entity(id: str, name: str, type: str = "PERSON") -> Entity:
    return Entity(id=id, owner="user:alex", name=name, key=name.casefold(), type=type)


def memory(id: str, text: str, **more: Any) -> MemoryItem:
    return MemoryItem(
        id=id,
        memory=text,
        user_id="alex",
        created_at=WHEN,
        valid_from=WHEN,
        hash=id,
        **{"layer": "user", **more},
    )


def graph(name: str = "Alex") -> Subgraph:
    return Subgraph(
        entities=[entity("e1", name), entity("e2", "Oslo", "PLACE"), entity("e3", "Bergen", "PLACE")],
        memories=[
            memory("m1", f"{name} lives in Oslo."),
            memory("m2", "I lived in Bergen.", superseded_by="m1"),
        ],
        relations=[
            Relation(id="r1", subject="e1", type="LIVES_IN", object="e2", memory_id="m1", valid_from=WHEN),
            Relation(id="r2", subject="e1", type="LIVES_IN", object="e3", memory_id="m2", valid_to=WHEN),
            Relation(id="r3", subject="e1", type="LIKES", object="e3", memory_id="m2", polarity=False),
        ],
        mentions=[Mention("m1", "e1"), Mention("m1", "e2"), Mention("m2", "e3")],
        links=[Link("SUPERSEDES", "m1", "m2")],
    )


def data_of(page: str) -> Any:
    (block,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)


def test_the_page_holds_the_whole_graph() -> None:
    data = data_of(html_of(graph()))
    assert {n["id"]: n["kind"] for n in data["nodes"]} == {
        "e1": "PERSON", "e2": "PLACE", "e3": "PLACE", "m1": "user", "m2": "user",
    }  # fmt: skip
    labels = [edge["label"] for edge in data["edges"]]
    assert labels == ["LIVES_IN", "LIVES_IN", "NOT LIKES", "MENTIONS", "MENTIONS", "MENTIONS", "SUPERSEDES"]
    closed = [edge["note"] for edge in data["edges"] if edge["closed"]]
    assert closed == ["until 01 May 2024"]
    assert [n["id"] for n in data["nodes"] if n["closed"]] == ["m2"]


def test_positions_are_apart_and_the_same_every_time() -> None:
    page = html_of(graph())
    assert page == html_of(graph())
    assert len({(n["x"], n["y"]) for n in data_of(page)["nodes"]}) == 5


def test_hostile_names_stay_data() -> None:
    page = html_of(graph(HOSTILE), title=HOSTILE)
    assert page.count("<script") == page.count("</script>") == 2
    assert "<img" not in page
    assert data_of(page)["nodes"][0]["label"] == HOSTILE


def test_the_page_asks_for_nothing_and_allows_only_its_own_script() -> None:
    page = html_of(graph())
    assert not re.search(r"(?:src|href)\s*=|@import|url\(|https?:|fetch\(|innerHTML", page)
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page


def test_a_crowd_starts_with_its_concepts_hidden() -> None:
    crowd = [entity(f"c{i}", f"thing {i}", "CONCEPT") for i in range(130)]
    assert data_of(html_of(Subgraph(entities=crowd)))["hidden"] == ["CONCEPT"]
    assert data_of(html_of(graph()))["hidden"] == []


def test_an_empty_graph_has_a_page() -> None:
    assert data_of(html_of(Subgraph())) == {"nodes": [], "edges": [], "hidden": []}


def test_write_html_says_where_and_refuses_a_bad_path(tmp_path: Path) -> None:
    assert write_html(graph(), tmp_path / "g.html", "T").read_text(encoding="utf-8") == html_of(graph(), "T")
    with pytest.raises(StoreUnavailable, match="cannot write"):
        write_html(graph(), tmp_path / "none" / "g.html")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium here")
def test_a_browser_runs_the_page(tmp_path: Path) -> None:
    page = write_html(graph(HOSTILE), tmp_path / "g.html", "Alex")
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
    ]
    command += ["--virtual-time-budget=2000", "--dump-dom", page.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "3 entities · 3 relations · 2 memories" in dom
    assert "<img" not in dom
