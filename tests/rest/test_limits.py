"""What is too often, or too much at once, is refused at once and asked to try again."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from graphmem.errors import InvalidInput
from graphmem.rest.config import ServerConfig
from graphmem.rest.rates import Buckets, Rate
from tests.engine import open_memory
from tests.rest.live import PATIENCE, serving
from tests.rest.test_problems import flat

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem import Memory
    from tests.rest.live import Live


# ---------------------------------------------------------------- how often


@pytest.mark.parametrize(
    ("text", "rate"),
    [("600/minute", (600, 60)), (" 5 / second ", (5, 1)), ("1/hour", (1, 3600)), ("100000/day", (100_000, 86_400))],
)
def test_a_rate_as_it_is_written(text: str, rate: tuple[int, int]) -> None:
    assert Rate.of(text) == rate
    assert ServerConfig(rate_limit=text).rate_limit == text


@pytest.mark.parametrize("text", ["", "many", "0/minute", "5", "5/fortnight", "-5/minute", "1.5/minute"])
def test_no_rate(text: str) -> None:
    with pytest.raises(InvalidInput, match="600/minute"):
        Rate.of(text)
    with pytest.raises(InvalidInput, match="rate_limit"):
        ServerConfig.of(rate_limit=text or "?")


def test_a_bucket_empties_and_fills_again() -> None:
    now = [0.0]
    buckets = Buckets(Rate(3, 30), clock=lambda: now[0])
    assert [buckets.take("a").remaining for _ in range(3)] == [2, 1, 0]
    refused = buckets.take("a")
    assert (refused.allowed, refused.remaining, refused.next_in, refused.full_in) == (False, 0, 10, 30)
    assert buckets.take("b").allowed
    now[0] = 9.9
    assert not buckets.take("a").allowed
    now[0] = 10
    assert buckets.take("a").allowed
    now[0] = 1000
    assert [buckets.take("a").allowed for _ in range(4)] == [True, True, True, False]


def test_only_so_many_buckets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphmem.rest.rates._MOST", 10)
    buckets = Buckets(Rate(1, 3600))
    for i in range(100):
        assert buckets.take(str(i)).allowed
    assert not buckets.take("99").allowed
    assert len(buckets._held) == 10


def test_each_key_has_its_own_rate(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path) as engine, serving(engine, tmp_path, rate_limit="5/hour") as live:
        client, other = live.client(), live.client()
        answers = [client.get("/v1/ping/") for _ in range(7)]
        assert [one.status_code for one in answers] == [200] * 5 + [429] * 2
        assert [one.headers["X-RateLimit-Remaining"] for one in answers] == ["4", "3", "2", "1", "0", "0", "0"]
        assert {one.headers["X-RateLimit-Limit"] for one in answers} == {"5"}
        assert 0 < int(answers[0].headers["X-RateLimit-Reset"]) - time.time() <= 721
        refused = answers[-1]
        assert 700 <= int(refused.headers["Retry-After"]) <= 721
        assert "try again" in flat(refused)
        assert refused.headers["X-Request-ID"]
        secret = client.headers["Authorization"].split()[1]
        assert httpx.get(f"{live.url}/v1/ping", headers={"X-API-Key": secret}, timeout=PATIENCE).status_code == 429
        assert other.get("/v1/ping/").status_code == 200
        assert [httpx.get(f"{live.url}/v1/ping", timeout=PATIENCE).status_code for _ in range(6)] == [401] * 5 + [429]
        assert {client.get(path).status_code for path in ("/healthz", "/readyz/") for _ in range(6)} == {200}


def test_guesses_share_the_rate_of_their_address(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path) as engine, serving(engine, tmp_path, rate_limit="5/hour") as live:
        client, (_, unused) = live.client(), live.accounts.create_key()
        assert client.get("/v1/ping").status_code == 200

        def guessed(key: str) -> int:
            headers = {"Authorization": f"Token {key}"}
            return httpx.get(f"{live.url}/v1/ping", headers=headers, timeout=PATIENCE).status_code

        assert [guessed(f"guess-{number}") for number in range(8)] == [401] * 5 + [429] * 3
        assert guessed(unused) == 429  # else it would be told from a wrong one
        assert [client.get("/v1/ping").status_code for _ in range(5)] == [200] * 4 + [429]


def test_a_right_key_takes_nothing_from_its_address(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path) as engine, serving(engine, tmp_path, rate_limit="2/hour") as live:
        answers = [live.client().get("/v1/ping") for _ in range(4)]
        assert [(one.status_code, one.headers["X-RateLimit-Remaining"]) for one in answers] == [(200, "1")] * 4


def test_nobody_is_limited_unless_told_so(client: httpx.Client) -> None:
    assert "X-RateLimit-Limit" not in client.get("/v1/ping/").headers


# ---------------------------------------------------------------- how many at once


class Gate:
    """Makes searches wait until it is opened."""

    def __init__(self, engine: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = threading.Event()
        real = type(engine).search

        def search(*args: Any, **kwargs: Any) -> Any:
            assert self.open.wait(60)
            return real(*args, **kwargs)

        monkeypatch.setattr(type(engine), "search", search)


async def storm(live: Live, count: int, gate: Gate | None = None) -> Counter[int]:
    """Ask so often at once, over as many connections; how often each status came back."""
    headers = {"Authorization": live.client().headers["Authorization"]}
    body = {"query": "Where do I live?", "filters": {"user_id": "alex"}}
    most = httpx.Limits(max_connections=count, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=live.url, headers=headers, timeout=120, limits=most) as client:
        jobs = [asyncio.create_task(client.post("/v3/memories/search/", json=body)) for _ in range(count)]
        if gate:
            while sum(job.done() for job in jobs) < count - live.services.config.max_requests:
                await asyncio.sleep(0.01)
            assert (await client.get("/healthz")).status_code == 200
            gate.open.set()
        answers = await asyncio.gather(*jobs)
    for answer in answers:
        if answer.status_code != 200:
            assert answer.headers["Retry-After"] == "1"
            assert "try again" in flat(answer)
    return Counter(answer.status_code for answer in answers)


def test_what_is_too_much_at_once_is_refused_and_the_rest_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_memory("sqlite", tmp_path) as engine, serving(engine, tmp_path, max_requests=50, threads=4) as live:
        engine.add("I live in Oslo.", user_id="alex")
        counted = asyncio.run(storm(live, 300, Gate(engine, monkeypatch)))
        assert counted == {200: 50, 429: 250}
        assert asyncio.run(storm(live, 40)) == {200: 40}


@pytest.mark.soak
def test_a_thousand_connections_at_once(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path) as engine, serving(engine, tmp_path) as live:
        engine.add("I live in Oslo.", user_id="alex")
        for _ in range(10):
            counted = asyncio.run(storm(live, 1000))
            assert set(counted) <= {200, 429}
            assert counted[200] >= 512
        assert asyncio.run(storm(live, 100)) == {200: 100}
