from __future__ import annotations

import gzip
import io
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.dataset import UNIT, Call, Dataset, Haystack, Question
from benchmarks.peers import rankings
from benchmarks.peers.__main__ import main as peers
from benchmarks.peers.compare import answers_of, compare
from benchmarks.peers.exchange import Asked, Unit, Work, answer
from benchmarks.peers.rankings import keep, kept, make, work_of
from benchmarks.peers.sets import PEERS, SETS
from graphmem.errors import GraphMemError, InvalidInput, NotFound
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rankings, "KEPT", tmp_path / "kept")
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "hashing")
    monkeypatch.setenv("GRAPHMEM_EXTRACTOR", "benchmarks.speed.grammar:GrammarExtractor")


def _data(cuts: Sequence[int] = (1, 2)) -> Dataset:
    said = [
        Message(content="I adopted a parrot.", name="Ada", timestamp=datetime(2024, 5, 1, 10), metadata={UNIT: "t0"}),
        Message(content="A titled page.", metadata={UNIT: "t1", "title": "Kiwi"}),
    ]
    scope = {"user_id": "u"}
    return Dataset(
        name="toy",
        layer="conversation",
        haystacks=[Haystack(scope, [Call(said, scope)])],
        questions=[
            Question("q0", "Which parrot?", "a", scope, frozenset({"t0"})),
            Question("q1", "Which page?", "b", scope, frozenset({"t1"})),
        ],
        cuts=cuts,
        groups={"all": ("a", "b")},
        main_metric="recall@1",
        parts={"titled": frozenset({"t1"})},
    )


def test_work_holds_what_is_remembered_and_asked_but_no_gold_and_survives_the_pipe() -> None:
    work = work_of(_data())
    assert [unit.said() for unit in work.units] == ["Ada: I adopted a parrot.", "Kiwi\nA titled page."]
    assert work.units[0].dated() == "1 May 2024 Ada: I adopted a parrot."
    assert work.units[1].dated() == work.units[1].said()
    assert work.questions == [Asked("q0", "u", "Which parrot?"), Asked("q1", "u", "Which page?")]
    assert work.depth == 2
    assert "gold" not in work.dumps()
    assert Work.load(io.StringIO(work.dumps())) == work
    assert list(work.scopes()) == ["u"]


def test_an_answer_is_the_versions_and_then_a_line_a_question() -> None:
    out = io.StringIO()
    answer(out, {"peer": "1.0"}, iter([("q0", ["t0", "t1"]), ("q1", [])]))
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"versions": {"peer": "1.0"}},
        {"qid": "q0", "ranked": ["t0", "t1"]},
        {"qid": "q1", "ranked": []},
    ]


def test_rankings_are_kept_for_the_same_work_only() -> None:
    work = work_of(_data())
    assert kept("BM25", "toy", work) is None
    keep("BM25", "toy", work, {"versions": {}, "rankings": {"q0": ["t0"]}})
    assert kept("BM25", "toy", work) == {"versions": {}, "rankings": {"q0": ["t0"]}}
    assert kept("vectors", "toy", work) is None
    assert kept("BM25", "toy", work_of(_data(cuts=(1, 5)))) is None
    other = Work(work.depth, [*work.units, Unit("u", "t2", "More.")], work.questions)
    assert kept("BM25", "toy", other) is None


def test_peers_that_are_not_installed_say_how(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rankings, "PYTHON", tmp_path / "python")
    with pytest.raises(NotFound, match="make peers"):
        make("BM25", "toy", work_of(_data()))


def test_a_peer_that_fails_is_an_error_and_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rankings, "PYTHON", Path(sys.executable))
    work = work_of(_data())
    with pytest.raises(GraphMemError, match="BM25 failed with status 1"):
        make("BM25", "toy", work)  # bm25s is not in this environment
    assert kept("BM25", "toy", work) is None


@pytest.mark.skipif(not rankings.PYTHON.exists(), reason="make peers")
def test_a_peer_ranks_in_its_own_environment() -> None:
    found = make("BM25", "toy", work_of(_data()))
    assert found["rankings"] == {"q0": ["t0"], "q1": ["t1"]}
    assert found["versions"]["bm25s"]
    assert kept("BM25", "toy", work_of(_data())) == found


def test_differences_are_graphmem_minus_the_peer_in_every_group_and_part() -> None:
    data = _data()
    ours = answers_of(data, {"q0": ["t0"], "q1": ["t0", "t1"]})
    theirs = answers_of(data, {"q0": ["t1", "t0"]})
    assert theirs[1].hits == []
    result = compare(data, {"graphmem": ours, "peer": theirs})
    assert list(result["rows"]["peer"]) == ["all", "category a", "category b", "titled"]
    assert result["rows"]["graphmem"]["all"]["recall@1"]["mean"] == 0.5
    minus = result["graphmem_minus"]["peer"]
    assert list(minus) == ["all", "titled"]
    assert minus["all"]["recall@1"]["mean"] == 0.5
    assert minus["all"]["recall@2"]["mean"] == 0.5
    assert minus["all"]["mrr"]["mean"] == pytest.approx((1 / 2 + 1 / 2) / 2)
    assert minus["titled"]["recall@2"]["mean"] == 1


def _locomo(folder: Path) -> None:
    texts = ("I adopted a parrot called Kiwi.", "I repaired the old gramophone.")
    turns = [
        {"id": f"c/{i}", "scope": "c", "session": 1, "datetime": "2024-05-01T10:00", "speaker": "Ada", "text": text}
        for i, text in enumerate(texts)
    ]
    asked = {"qid": "q", "scope": "c", "question": "Which parrot was adopted?", "category": 4, "gold": ["c/0"]}
    for name, rows in {"docs": turns, "questions": [asked]}.items():
        path = folder / "locomo" / f"{name}.jsonl.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))


def test_one_command_adds_a_set_beside_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _locomo(tmp_path)
    out = tmp_path / "peers.json"
    out.write_text(json.dumps({"2wiki": {"kept": True}}))
    work = work_of(SETS["locomo"].load(tmp_path / "locomo"))
    keep("BM25", "locomo", work, {"versions": {"bm25s": "0"}, "rankings": {"q": ["c/1", "c/0"]}})
    base = ["--data", str(tmp_path), "--out", str(out), "--peers"]
    assert peers([*base, "BM25", "--prepare"]) == {}
    peers([*base, "BM25,neo4j-agent-memory"])
    found = json.loads(out.read_text())
    assert found["2wiki"] == {"kept": True}
    assert found["locomo"]["versions"] == {"BM25": {"bm25s": "0"}}
    assert list(found["locomo"]["rows"]) == ["graphmem", "BM25"]
    assert found["locomo"]["rows"]["graphmem"]["category single-hop"]["mrr"]["mean"] == 1
    assert found["locomo"]["graphmem_minus"]["BM25"]["all but adversarial"]["mrr"]["mean"] == 0.5
    assert "neo4j-agent-memory is left out" in capsys.readouterr().err
    with pytest.raises(InvalidInput, match="unknown peer best"):
        peers([*base, "best"])


def test_every_peer_has_a_runner_and_every_pin_is_exact() -> None:
    for runner in PEERS.values():
        assert (ROOT / "benchmarks" / "peers" / "runners" / f"{runner}.py").exists()
    lines = (ROOT / "benchmarks" / "peers" / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all("==" in pin and "://" not in pin for pin in pins)
