"""What the model costs is known to the token, and no call is made for which there is no budget."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphmem.errors import InvalidInput
from graphmem.extract.llm import Budget, Ledger, Prices
from graphmem.extract.llm.ledger import OutOfBudget
from tests.engine import SPACY
from tests.extract_llm.common import asking, drafts, ties
from tests.extract_llm.server import Server, Step, completion, fact, facts

SAID = "We sat by the fjord in Oslo for hours."
GOOD = facts(fact(1, "by the fjord in Oslo", ("Kim", "SAT_BY", "fjord")))
USED = 120
"""Tokens of the server's every answer."""


def test_every_call_is_counted() -> None:
    with Server([Step(503), GOOD, completion("no json"), GOOD, Step(400)], GOOD) as server:
        made = asking(server, prices=Prices(prompt=1.0, completion=2.0))
        for _ in range(3):
            drafts(made, SAID)
    totals = made.ledger.totals
    assert (totals.calls, totals.failed, totals.retries) == (4, 1, 1)
    assert (totals.prompt_tokens, totals.completion_tokens, totals.estimated) == (400, 80, 0)
    assert totals.cost == pytest.approx((400 * 1.0 + 80 * 2.0) / 1e6)
    assert (totals.stated, totals.kept) == (6, 6)
    assert totals.seconds > 0


def test_a_spent_budget_leaves_the_rules_and_says_so() -> None:
    """One user burnt 3.3 million tokens in half an hour: https://github.com/vectorize-io/hindsight/issues/1573"""
    with Server(then=GOOD) as server:
        made = asking(server, budget=4000)
        answers = [drafts(made, SAID) for _ in range(40)]
        asked = len(server.asked)
    assert 0 < asked < 40
    assert made.ledger.totals.tokens == asked * USED <= 4000
    assert all(ties(found) >= {("Kim", "SAT_BY", "fjord")} and not found.notes for found in answers[:asked])
    assert [found.notes for found in answers[asked:]] == [
        ["the LLM did not read 1 message, the rules did: the budget of 4000 tokens is spent"]
    ] * (40 - asked)
    assert all(found.facts for found in answers)


def test_no_budget_at_all_is_one() -> None:
    with Server(then=GOOD) as server:
        made = asking(server, budget=0)
        assert drafts(made, SAID).notes
    assert server.asked == []
    assert made.ledger.left == 0


def test_a_budget_of_costs() -> None:
    with Server(then=GOOD) as server:
        made = asking(server, budget=Budget(cost=0.002), prices=Prices(prompt=0.5, completion=1.0))
        notes = [drafts(made, SAID).notes for _ in range(60)]
    assert 0 < len(server.asked) < 60
    assert made.ledger.totals.cost <= 0.002
    assert "a cost of 0.002" in notes[-1][0]


def test_threads_do_not_overspend_together() -> None:
    ledger = Ledger(budget=Budget(tokens=1000))

    def spend(_: int) -> bool:
        try:
            with ledger.call("m", 50, 50) as entry:
                time.sleep(0.005)
                entry.prompt_tokens, entry.completion_tokens = 50, 50
        except OutOfBudget:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(spend, range(100)))
    assert done == 10
    assert ledger.totals.tokens == 1000


def test_a_failed_block_is_counted_and_frees_what_it_held() -> None:
    ledger = Ledger(budget=Budget(tokens=100))
    with pytest.raises(ZeroDivisionError), ledger.call("m", 50, 50):
        raise ZeroDivisionError
    assert (ledger.totals.calls, ledger.totals.failed) == (1, 1)
    assert ledger.left == 100


def test_what_an_hour_may_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000.0
    monkeypatch.setattr("graphmem.extract.llm.ledger.time.time", lambda: now)
    ledger = Ledger(budget=Budget.of("100/hour"))
    with ledger.call("m", 50, 50) as entry:
        entry.prompt_tokens = 80
    with pytest.raises(OutOfBudget, match="100 tokens in 1 h"), ledger.call("m", 50, 50):
        pass
    now += 3601
    with ledger.call("m", 50, 50):
        pass
    assert ledger.totals.tokens == 80


def test_the_file_keeps_every_call_and_nothing_that_was_said(tmp_path: Path) -> None:
    path = tmp_path / "new" / "calls.jsonl"
    with Server([GOOD, completion("no"), completion("no"), Step(500), Step(401)], GOOD) as server:
        made = asking(server, ledger=path, api_key="sk-secret", retries=0)
        for _ in range(4):
            drafts(made, SAID)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["outcome"] for row in rows] == ["ok", "no json", "no json", "http 500", "refused"]
    assert rows[0] | {"at": 0, "seconds": 0} == {
        "at": 0, "model": "stub", "prompt_tokens": 100, "completion_tokens": 20, "estimated": False, "seconds": 0,
        "retries": 0, "outcome": "ok", "stated": 2, "kept": 2,
    }  # fmt: skip
    assert not any(word in path.read_text() for word in ("fjord", "Kim", "sk-secret"))


def test_the_budget_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with Server(then=GOOD) as server:
        first = asking(server, ledger=path, budget=2500)
        while not drafts(first, SAID).notes:
            pass
        asked = len(server.asked)
        assert asked > 1
        assert drafts(asking(server, ledger=path, budget=2500), SAID).notes
        assert len(server.asked) == asked
        assert asking(server, ledger=path).ledger.totals == first.ledger.totals


SPEND = """
import sys
from graphmem.extract.llm import Budget, Ledger
from graphmem.extract.llm.ledger import OutOfBudget
ledger = Ledger(budget=Budget(tokens=int(sys.argv[2])), path=sys.argv[1])
for _ in range(50):
    try:
        with ledger.call("m", 10, 0) as entry:
            entry.prompt_tokens = 10
    except OutOfBudget:
        break
"""


def test_processes_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    command = [sys.executable, "-c", SPEND, str(path), "100000"]
    both = [subprocess.Popen(command) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert Ledger(path=path).totals.tokens == 1000
    subprocess.run([*command[:-1], "1100"], check=True)
    assert Ledger(path=path).totals.tokens == 1100


@pytest.mark.parametrize(
    "damage",
    [b"", b"not json\n", b"[]\n", b"{}\n", b'{"at": "x"}\n', b"\xff\xfe\n", b'{"at": 1, "model": "m"', b"\n",
     b'{"at":1,"model":"m","prompt_tokens":"many","completion_tokens":1,"estimated":false,"seconds":1,"retries":0,'
     b'"outcome":"ok"}\n'],
)  # fmt: skip
def test_a_damaged_line_is_left_out(damage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    with Ledger(path=path).call("m", 1, 1) as entry:
        entry.prompt_tokens = 7
    with path.open("ab") as file:
        file.write(damage)
    assert Ledger(path=path).totals.tokens == 7


def test_a_ledger_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="give another path"):
        Ledger(path=tmp_path)
    with pytest.raises(InvalidInput, match="prices"):
        Ledger(budget=Budget(cost=1.0))
    with Server() as server, pytest.raises(InvalidInput, match="its own budget"):
        asking(server, ledger=Ledger(), budget=5)


def test_a_ledger_that_goes_away_does_not_take_messages_with_it(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "calls.jsonl"
    with Server(then=GOOD) as server:
        made = asking(server, ledger=path)
        path.unlink()
        path.parent.rmdir()
        assert ("Kim", "SAT_BY", "fjord") in ties(drafts(made, SAID))
        assert made.ledger.totals.tokens == USED


def test_extractors_may_share_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shared = Ledger()
    with Server(then=GOOD) as server:
        for made in (asking(server, ledger=shared), asking(server, ledger=shared)):
            drafts(made, SAID)
        assert shared.totals.tokens == 2 * USED
        monkeypatch.setenv("GRAPHMEM_LLM_LEDGER", str(tmp_path / "calls.jsonl"))
        monkeypatch.setenv("GRAPHMEM_LLM_BUDGET", "7/day")
        assert asking(server).ledger.budget == Budget(tokens=7, seconds=86_400)
    assert (tmp_path / "calls.jsonl").exists()


@pytest.mark.parametrize(
    ("given", "budget"),
    [
        (None, Budget()), (5, Budget(5)), ("2_000_000", Budget(2_000_000)), ("10/day", Budget(10, seconds=86_400)),
        (Budget(cost=3), Budget(cost=3)),
    ],
)  # fmt: skip
def test_budgets_are_read(given: Budget | int | str | None, budget: Budget) -> None:
    assert Budget.of(given) == budget


@pytest.mark.parametrize("given", ["", "many", "-1", "5/century", "_", True, 1.5, -3])
def test_what_is_no_budget_is_refused(given: int | str) -> None:
    with pytest.raises(InvalidInput, match="budget"):
        Budget.of(given)


def test_a_price_is_of_a_million_tokens() -> None:
    assert Prices(prompt=0.15, completion=0.6).cost(1_000_000, 500_000) == pytest.approx(0.45)
    assert SPACY is not None
