"""Taking over the memories of a Mem0 server: a faithful small one of each version, and a live one of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import Memory, MemoryClient
from graphmem.errors import AccessDenied, GraphMemError, InvalidInput, StoreUnavailable
from graphmem.ingest.mem0_server import Source
from graphmem.ingest.takeover import take_over
from tests.client.recorder import recording
from tests.engine import open_memory
from tests.rest.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem.ingest.takeover import Report
    from tests.client.recorder import Asked, Recorder
    from tests.engine import Clock

GRAPHMEM = str(Path(sys.executable).with_name("graphmem"))


def row(number: int, **fields: Any) -> dict[str, Any]:
    """A memory as Mem0 lists it: the run is called session, times have an offset, categories may not be there yet."""
    return {
        "id": f"m{number}", "memory": f"Likes number {number}.", "user_id": "alex", "agent_id": None, "app_id": None,
        "session_id": None, "metadata": None, "categories": None, "expiration_date": None, "immutable": False,
        "created_at": f"2024-0{1 + number % 9}-01T10:00:00-07:00", "updated_at": "2025-01-01T00:00:00Z", **fields,
    }  # fmt: skip


class Mem0:
    """A server of Mem0's: it knows some routes, shows pages as large as asked for, and no page beyond the last."""

    def __init__(self, rows: list[dict[str, Any]], version: str = "v3", key: str = "key") -> None:
        self.rows, self.version, self.key = rows, version, key
        self.broken_after: int | None = None

    def __call__(self, asked: Asked) -> tuple[int, Any]:
        if self.key not in (asked.headers.get("authorization", "")[6:], asked.headers.get("x-api-key")):
            return 401, {"detail": "Invalid API key"}
        if self.version == "self-hosted":
            return self._self_hosted(asked)
        if asked.path == "/v1/entities/":
            return 200, {"count": 1, "next": None, "previous": None, "results": self._entities()}
        if self.broken_after is not None:
            self.broken_after -= 1
            if self.broken_after < 0:
                return 502, {"detail": "Bad gateway"}
        route = {"v3": "POST /v3/memories/", "v2": "POST /v2/memories/", "v1": "GET /v1/memories/"}[self.version]
        if f"{asked.method} {asked.path}" != route:
            return 404, {"detail": "Not found."}
        return self._page(asked)

    def _page(self, asked: Asked) -> tuple[int, Any]:
        filters = (asked.body or {}).get("filters") or {name: value[0] for name, value in asked.query.items()}
        found = [one for one in self.rows if self._fits(one, filters)]
        page, size = int(asked.query["page"][0]), int(asked.query["page_size"][0])
        if (page - 1) * size >= max(1, len(found)):
            return 404, {"detail": "Invalid page."}
        more = "http://elsewhere/next" if page * size < len(found) else None
        results = found[(page - 1) * size : page * size]
        return 200, {"count": len(found), "next": more, "previous": None, "results": results}

    def _self_hosted(self, asked: Asked) -> tuple[int, Any]:
        if asked.path == "/entities":
            return 200, [{"type": one["type"], "id": one["name"]} for one in self._entities()]
        if asked.path == "/memories":
            named = {name: value[0] for name, value in asked.query.items()}
            return 200, {"results": [one for one in self.rows if self._fits(one, named)]}
        return 404, {"detail": "Not Found"}

    def _fits(self, one: dict[str, Any], filters: dict[str, Any]) -> bool:
        parts = filters.get("AND", [filters])
        names = {"user_id": "user_id", "agent_id": "agent_id", "app_id": "app_id", "run_id": "session_id"}
        return all(one[names[k]] == v for part in parts for k, v in part.items() if k in names)

    def _entities(self) -> list[dict[str, Any]]:
        kinds = {"user": "user_id", "agent": "agent_id", "app": "app_id", "run": "session_id"}
        found = {(kind, one[field]) for one in self.rows for kind, field in kinds.items() if one[field]}
        return [{"id": i, "type": kind, "name": name} for i, (kind, name) in enumerate(sorted(found))]


@pytest.fixture
def there() -> Iterator[Recorder]:
    with recording() as server:
        yield server


@pytest.fixture
def here(tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    with open_memory("sqlite", tmp_path, clock) as memory:
        yield memory


def bring(there: Recorder, here: Memory, key: str = "key") -> Report:
    with MemoryClient(key, there.url) as client:
        return take_over(Source(client), here)


@pytest.mark.parametrize("version", ["v3", "v2", "v1", "self-hosted"])
def test_every_version_is_read_whole(there: Recorder, here: Memory, version: str) -> None:
    there.answer = Mem0([row(number) for number in range(450)], version)
    assert bring(there, here).counts == {"added": 450, "holders": 1}
    assert here.get_all(user_id="alex").count == 450


def test_everything_about_a_memory_comes_along(there: Recorder, here: Memory) -> None:
    there.answer = Mem0([
        row(1, agent_id="coach", app_id="web", session_id="s1", metadata={"k": [1]}, categories=["travel"],
            expiration_date="2099-05-01"),
    ])  # fmt: skip
    assert bring(there, here).counts == {"added": 1, "holders": 4}
    (one,) = here.get_all(user_id="alex", agent_id="coach", app_id="web")
    assert (one.memory, one.layer, one.categories) == ("Likes number 1.", "user", ("travel",))
    assert one.metadata == {"k": [1], "mem0_id": "m1", "mem0_run_id": "s1"}
    there.answer = Mem0([row(2, user_id=None, session_id="s2")])
    bring(there, here)
    assert here.get_all(run_id="s2").count == 1
    assert one["created_at"] == "2024-02-01T17:00:00Z"
    assert one["expiration_date"] == "2099-05-02T00:00:00Z"


def test_doing_it_again_changes_nothing(there: Recorder, here: Memory) -> None:
    there.answer = Mem0([row(number) for number in range(5)])
    bring(there, here)
    before = here.get_all(user_id="alex").to_dict()
    assert bring(there, here).counts == {"unchanged": 5, "holders": 1}
    assert here.get_all(user_id="alex").to_dict() == before


def test_later_it_brings_what_is_new_or_was_changed(there: Recorder, here: Memory) -> None:
    server = Mem0([row(number) for number in range(3)])
    there.answer = server
    bring(there, here)
    ids = {one.metadata["mem0_id"]: one.id for one in here.get_all(user_id="alex")}
    server.rows[0] |= {"memory": "Likes tea.", "metadata": {"k": 1}}
    server.rows.append(row(7))
    assert bring(there, here).counts == {"added": 1, "updated": 1, "unchanged": 2, "holders": 1}
    changed = here.get(ids["m0"])
    assert (changed.memory, changed.metadata) == ("Likes tea.", {"k": 1, "mem0_id": "m0"})


def test_a_run_that_was_cut_off_goes_on(there: Recorder, here: Memory) -> None:
    server = Mem0([row(n, user_id=f"u{n}") for n in range(6)])
    there.answer = server
    server.broken_after = 4
    with pytest.raises(StoreUnavailable, match="Bad gateway"):
        bring(there, here)
    assert here.stats().memories == 4
    server.broken_after = None
    assert bring(there, here).counts == {"added": 2, "unchanged": 4, "holders": 6}


def test_what_cannot_be_accepted_is_skipped_and_told(there: Recorder, here: Memory) -> None:
    bad = [row(1, memory="  "), row(2, id=None), row(3, expiration_date="soon"), row(4, created_at="then")]
    there.answer = Mem0([row(0), *bad, row(5)])
    report = bring(there, here)
    assert report.counts == {"added": 2, "skipped": 4, "holders": 1}
    assert [line.split(":")[0] for line in sorted(report.skipped)] == ["'m1'", "'m3'", "'m4'", "None"]
    assert {one.metadata["mem0_id"] for one in here.get_all(user_id="alex")} == {"m0", "m5"}


def test_expired_ones_come_along_and_stay_expired(there: Recorder, here: Memory) -> None:
    there.answer = Mem0([row(1, expiration_date="2020-01-01")])
    assert bring(there, here).counts == {"added": 1, "holders": 1}
    assert here.get_all(user_id="alex").count == 0
    assert bring(there, here).counts == {"unchanged": 1, "holders": 1}


def test_an_immutable_one_stays_so(there: Recorder, here: Memory, tmp_path: Path) -> None:
    there.answer = Mem0([row(1, immutable=True)])
    bring(there, here)
    with serving(here, tmp_path) as live, MemoryClient(live.accounts.create_key()[1], live.url) as client:
        (one,) = client.get_all(user_id="alex")["results"]
        assert one["immutable"] is True
        with pytest.raises(InvalidInput, match="immutable"):
            client.update(one["id"], text="Likes tea.")


def test_an_empty_server_is_taken_over_too(there: Recorder, here: Memory) -> None:
    there.answer = Mem0([])
    assert bring(there, here).counts == {"holders": 0}


def test_a_wrong_key_and_a_wrong_address_are_told(there: Recorder, here: Memory) -> None:
    there.answer = Mem0([row(1)])
    with pytest.raises(AccessDenied, match="Invalid API key"):
        bring(there, here, "wrong")
    there.answer = lambda asked: (200, {"hello": "world"})
    with pytest.raises(GraphMemError, match="address of a Mem0 server"):
        bring(there, here)


def test_a_self_hosted_server_that_hides_the_rest_is_refused(there: Recorder, here: Memory) -> None:
    there.answer = Mem0([row(number) for number in range(1000)], "self-hosted")
    with pytest.raises(GraphMemError, match="has no pages"):
        bring(there, here)
    assert here.stats().memories == 0


def test_a_server_of_ours_is_taken_over_layer_by_layer(here: Memory, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "other").mkdir()
    with open_memory("sqlite", tmp_path / "other", clock) as other, serving(other, tmp_path / "other") as live:
        other.add(
            [{"role": "user", "content": "I live in Oslo."}, {"role": "assistant", "content": "Nice place."}],
            user_id="alex", session_id="s", timestamp="2024-01-01",
        )  # fmt: skip
        other.add("Ana's bike is red.", user_id="ana/bo", infer=False)
        with MemoryClient(live.accounts.create_key()[1], live.url) as client:
            first = take_over(Source(client), here)
            assert take_over(Source(client), here).counts["unchanged"] == first.counts["added"] == 4
        for user in ("alex", "ana/bo"):
            assert _shown(here, user) == _shown(other, user)


def _shown(memory: Memory, user: str) -> set[tuple[Any, ...]]:
    return {
        (one.memory, one.layer, one.role if one.layer == "conversation" else None, one.valid_from, one.session_id)
        for one in memory.get_all(user_id=user)
    }


def test_a_file_of_the_same_rows_is_read_too(here: Memory, tmp_path: Path) -> None:
    rows = [row(1), row(2, user_id=None, session_id="s2")]
    (tmp_path / "rows.json").write_text(json.dumps({"results": rows}))
    assert here.import_(tmp_path / "rows.json") == 2
    assert here.get_all(user_id="alex").count == here.get_all(run_id="s2").count == 1


def command(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRAPHMEM_", "MEM0_"))}
    given = {**kept, "HOME": str(folder), "HF_HUB_OFFLINE": "1", **env}
    store = ["--store", str(folder / "memory.db")]
    return subprocess.run(
        [GRAPHMEM, *store, "import", *arguments], env=given, capture_output=True, text=True, check=False
    )


def test_the_command(there: Recorder, tmp_path: Path) -> None:
    there.answer = Mem0([row(0), row(1, memory="")])
    done = command(tmp_path, "--from-mem0", there.url, "--json", MEM0_API_KEY="key")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {name: found[name] for name in ("added", "skipped", "holders")} == {"added": 1, "skipped": 1, "holders": 1}
    assert "skipped 'm1'" in done.stderr
    again = command(tmp_path, "--from-mem0", there.url, "--key", "key")
    assert again.stdout.strip() == "1 holders, 1 skipped, 1 unchanged"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "import what?"),
        (["file.json", "--from-mem0", "http://127.0.0.1:9"], "import what?"),
        (["--from-mem0", "http://127.0.0.1:9"], "MEM0_API_KEY"),
        (["--from-mem0", "http://127.0.0.1:9", "--key", "k"], "cannot reach"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = command(tmp_path, *arguments, GRAPHMEM_API_KEY="of-another-server")
    assert done.returncode == 1
    assert words in done.stderr
