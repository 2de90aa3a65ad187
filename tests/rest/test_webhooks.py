"""Webhooks, told over real HTTP: what is said and signed, what is tried again, and where nothing is ever sent."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest

from graphmem.rest import outbox, sending
from tests.engine import open_memory
from tests.rest.live import serving
from tests.rest.receiver import receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem import Memory
    from tests.engine import Clock
    from tests.rest.live import Live
    from tests.rest.receiver import Heard, Receiver

ALEX = {"user_id": "alex"}
ALL = ["memory_add", "memory_update", "memory_delete", "memory_categorize"]
QUICK: dict[str, Any] = {
    "webhooks_private": True, "webhooks_pause": 0.02, "webhooks_tries": 3, "webhooks_timeout": 2.0,
}  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    with open_memory("sqlite", tmp_path, clock) as memory:
        yield memory


@pytest.fixture
def live(engine: Memory, tmp_path: Path) -> Iterator[Live]:
    """A server that may send to this machine, and that does not wait long."""
    with serving(engine, tmp_path, **QUICK) as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


def hook(client: httpx.Client, url: str, kinds: list[str] | None = None) -> dict[str, Any]:
    project = client.get("/v1/ping").json()["project_id"]
    body = {"url": url, "name": "mine", "event_types": kinds or ALL}
    answer = client.post(f"/api/v1/webhooks/projects/{project}/", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def add(client: httpx.Client, text: str | list[str], **more: Any) -> list[dict[str, Any]]:
    answer = client.post("/v3/memories/add/", json={"messages": text, **ALEX, **more})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def log(client: httpx.Client, id: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/webhooks/{id}/deliveries/")
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def settled(client: httpx.Client, id: str, seconds: float = 30) -> list[dict[str, Any]]:
    """The deliveries, once none is waiting."""
    end = time.monotonic() + seconds
    while not (found := log(client, id)) or any(one["status"] == "PENDING" for one in found):
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


def kinds(heard: list[Heard]) -> list[str]:
    return sorted({one.details["event"] for one in heard})


# ---------------------------------------------------------------- what is told


def test_what_becomes_of_memories_is_told(live: Live, receiver: Receiver) -> None:
    client = live.client()
    made = hook(client, receiver.url)
    fact, turn = add(client, "I prefer boutique hotels when I travel.")
    heard = receiver.wait(lambda heard: len(heard) == 3)
    told = {(one.details["event"], one.details.get("id") or one.details["memory_id"]): one.details for one in heard}
    for one in (fact, turn):
        expected = {"id": one["id"], "data": {"memory": one["memory"]}, "event": "ADD"}
        assert told["ADD", one["id"]] == expected
    categories = client.get(f"/v1/memories/{fact['id']}").json()["categories"]
    assert categories
    expected = {"event": "CATEGORIZE", "memory_id": fact["id"], "categories": categories}
    assert told["CATEGORIZE", fact["id"]] == expected
    client.put(f"/v1/memories/{fact['id']}", json={"text": "I prefer large hotels."})
    updated = receiver.wait(lambda heard: len(heard) == 4)[-1].details
    assert updated == {"id": fact["id"], "data": {"memory": "I prefer large hotels."}, "event": "UPDATE"}
    client.delete("/v1/memories", params=ALEX)
    gone = [one.details for one in receiver.wait(lambda heard: len(heard) == 6)[4:]]
    assert {one["id"] for one in gone} == {fact["id"], turn["id"]}
    assert all((one["event"], one["data"]) == ("DELETE", {}) for one in gone)
    found = settled(client, made["webhook_id"])
    assert {(one["status"], one["attempts"], one["response_status"]) for one in found} == {("DELIVERED", 1, 200)}


def test_what_is_told_is_signed_as_the_documentation_says(live: Live, receiver: Receiver) -> None:
    page = (Path(__file__).parents[2] / "docs" / "server.md").read_text()
    (code,) = [block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "def genuine" in block]
    documented: dict[str, Any] = {}
    exec(code, documented)
    genuine = documented["genuine"]
    secret = hook(live.client(), receiver.url, ["memory_add"])["secret"]
    add(live.client(), "I live in Oslo.")
    one = receiver.wait(lambda heard: len(heard) >= 1)[0]
    signature = one.headers["X-Graphmem-Signature"]
    assert genuine(secret, signature, one.body)
    assert not genuine(secret, signature, one.body + b" ")
    assert not genuine(secret + "x", signature, one.body)
    assert not genuine(secret, signature, one.body, seconds=-1)
    at = one.headers["X-Graphmem-Timestamp"]
    assert not genuine(secret, signature.replace(at, str(int(at) + 1)), one.body)
    assert one.headers["X-Graphmem-Event"] == "memory_add"
    event = live.client().get(f"/v1/event/{one.headers['X-Graphmem-Event-Id']}").json()
    assert one.details["id"] in {result["id"] for result in event["results"]}


def test_only_who_asked_is_told(live: Live, receiver: Receiver) -> None:
    client, stranger = live.client(), live.stranger()
    adds, theirs = hook(client, receiver.url, ["memory_delete"]), hook(stranger, receiver.url)
    sleeping = hook(client, receiver.url)
    client.put(f"/api/v1/webhooks/{sleeping['webhook_id']}", json={"is_active": False})
    (fact, _) = add(client, "I live in Oslo.")
    client.delete(f"/v1/memories/{fact['id']}")
    assert kinds(receiver.wait(lambda heard: len(heard) == 1)) == ["DELETE"]
    assert len(settled(client, adds["webhook_id"])) == 1
    assert log(client, sleeping["webhook_id"]) == []
    assert log(stranger, theirs["webhook_id"]) == []


def test_jobs_are_told_when_they_end(live: Live, receiver: Receiver) -> None:
    client = live.client()
    hook(client, receiver.url, ["ingest_job_completed", "memory_add"])
    body = {"messages": "I live in Oslo.", "async_mode": True, **ALEX}
    id = client.post("/v3/memories/add", json=body).json()["event_id"]
    heard = receiver.wait(lambda heard: len(heard) == 3)
    assert kinds(heard) == ["ADD", "INGEST_JOB_COMPLETED"]
    assert {one.headers["X-Graphmem-Event-Id"] for one in heard} == {id}
    (done,) = [one.details for one in heard if one.details["event"] != "ADD"]
    assert done["id"] == id


def test_words_are_read_when_they_are_sent_and_kept_nowhere(engine: Memory, tmp_path: Path, receiver: Receiver) -> None:
    receiver.answers = [500]
    with serving(engine, tmp_path, **{**QUICK, "webhooks_tries": 100}) as live:
        client = live.client()
        made = hook(client, receiver.url, ["memory_add"])
        add(client, "My secret instrument is the xylophone.")
        receiver.wait(lambda heard: len(heard) > 0)
        client.delete("/v1/memories", params=ALEX)
        heard = receiver.wait(lambda heard: heard[-1].details["data"] == {})
        assert "xylophone" in heard[0].details["data"]["memory"]
        assert "xylophone" not in str(log(client, made["webhook_id"]))
    for file in tmp_path.glob("server.db*"):
        assert b"xylophone" not in file.read_bytes()


# ---------------------------------------------------------------- what is tried again


def test_a_receiver_that_fails_is_asked_again(live: Live, receiver: Receiver) -> None:
    client = live.client()
    made = hook(client, receiver.url, ["memory_add"])
    receiver.answers = [503, 503, 204]
    id = add(client, "A note.", infer=False)[0]["id"]
    (one,) = settled(client, made["webhook_id"])
    assert (one["status"], one["attempts"], one["response_status"], one["error"]) == ("DELIVERED", 3, 204, None)
    assert one["memory_id"] == id
    assert one["next_attempt_at"] is None
    assert len({heard.headers["X-Graphmem-Delivery"] for heard in receiver.heard}) == 1


@pytest.mark.parametrize(
    ("answer", "attempts", "error"),
    [(500, 3, "HTTP 500"), (410, 1, "HTTP 410"), ((302, {"Location": "/elsewhere"}), 3, "HTTP 302")],
)
def test_a_receiver_that_fails_for_good_is_given_up(
    live: Live, receiver: Receiver, answer: Any, attempts: int, error: str
) -> None:
    made = hook(live.client(), receiver.url, ["memory_add"])
    receiver.answers = [answer]
    add(live.client(), "A note.", infer=False)
    (one,) = settled(live.client(), made["webhook_id"])
    assert (one["status"], one["attempts"], one["error"]) == ("FAILED", attempts, error)
    assert len(receiver.heard) == attempts


def test_nobody_is_waited_for_for_long(engine: Memory, tmp_path: Path, receiver: Receiver) -> None:
    receiver.delay = 30
    quick = {**QUICK, "webhooks_timeout": 0.2, "webhooks_tries": 1}
    with serving(engine, tmp_path, **quick) as live:
        made = hook(live.client(), receiver.url, ["memory_add"])
        add(live.client(), "A note.", infer=False)
        (one,) = settled(live.client(), made["webhook_id"], seconds=10)
        assert (one["status"], one["error"]) == ("FAILED", "TimeoutError")


def test_what_is_not_delivered_yet_outlives_the_server(engine: Memory, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    patient = {**QUICK, "webhooks_tries": 50}
    with serving(engine, tmp_path, **patient) as live:
        made = hook(live.client(), f"http://127.0.0.1:{port}/hook", ["memory_add"])
        id = add(live.client(), "A note.", infer=False)[0]["id"]
        while log(live.client(), made["webhook_id"])[0]["attempts"] == 0:
            time.sleep(0.01)
        (waiting,) = log(live.client(), made["webhook_id"])
        assert (waiting["status"], waiting["error"]) == ("PENDING", "ConnectError")
        assert waiting["next_attempt_at"]
    with receiving(port) as receiver, serving(engine, tmp_path, **patient) as live:
        assert receiver.wait(lambda heard: len(heard) == 1)[0].details["id"] == id
        assert settled(live.client(), made["webhook_id"])[0]["status"] == "DELIVERED"


def test_who_does_not_answer_keeps_nobody_waiting(engine: Memory, tmp_path: Path, receiver: Receiver) -> None:
    with receiving() as dead, serving(engine, tmp_path, **{**QUICK, "webhooks_timeout": 3.0}) as live:
        dead.delay = 30
        client, stranger = live.client(), live.stranger()
        hook(client, dead.url, ["memory_add"])
        hook(stranger, receiver.url, ["memory_add"])
        add(client, [f"Note {n}." for n in range(10)], infer=False)
        dead.wait(lambda heard: len(heard) == 1)
        add(stranger, "A note.", infer=False)
        receiver.wait(lambda heard: len(heard) == 1, seconds=2)
        assert len(dead.heard) == 1


def test_who_does_not_answer_is_asked_less_and_less(engine: Memory, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(engine, tmp_path, **{**QUICK, "webhooks_pause": 60.0}) as live:
        client = live.client()
        made = hook(client, f"http://127.0.0.1:{port}/hook", ["memory_add"])
        add(client, ["One.", "Two."], infer=False)
        end = time.monotonic() + 30
        while not sum(one["attempts"] for one in log(client, made["webhook_id"])):
            assert time.monotonic() < end
        time.sleep(0.2)
        assert sorted(one["attempts"] for one in log(client, made["webhook_id"])) == [0, 1]
        with receiving(port) as receiver:
            client.put(f"/api/v1/webhooks/{made['webhook_id']}", json={"name": "mended"})
            add(client, "Three.", infer=False)
            receiver.wait(lambda heard: len(heard) == 2)


def test_what_waits_for_a_webhook_is_bounded(
    live: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox, "_MOST_WAITING", 3)
    monkeypatch.setattr(logging.getLogger("graphmem"), "propagate", True)
    client = live.client()
    made = hook(client, "http://127.0.0.1:9/hook", ["memory_add"])
    add(client, [f"Note {n}." for n in range(5)], infer=False)
    assert len(log(client, made["webhook_id"])) == 3
    assert "2 deliveries dropped" in caplog.text


def test_nothing_waits_for_a_webhook_that_was_put_to_sleep(live: Live, receiver: Receiver) -> None:
    client = live.client()
    made = hook(client, receiver.url, ["memory_add"])
    receiver.answers = [503]
    receiver.delay = 1.0
    add(client, "A note.", infer=False)
    receiver.wait(lambda heard: len(heard) == 1)
    client.put(f"/api/v1/webhooks/{made['webhook_id']}", json={"is_active": False})
    (one,) = settled(client, made["webhook_id"])
    assert one["status"] == "FAILED"
    assert "not active" in one["error"]
    assert len(receiver.heard) == 1


# ---------------------------------------------------------------- where nothing is sent


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("127.0.0.1", False), ("127.8.8.8", False),
        ("0.0.0.0", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("192.0.2.1", False), ("240.0.0.1", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("fec0::1", False), ("ff02::1", False), ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False), ("2002:a00:1::", False), ("fd00:ec2::254", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert sending.is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/hook", "http://localhost:8420/", "http://LOCALHOST./", "http://a.localhost/", "http://[::1]/",
        "http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/", "http://10.0.0.1", "http://0.0.0.0/",
        "ftp://example.com/", "file:///etc/passwd", "example.com", "http://", "https://user:secret@example.com/", "",
        "http://[broken", "http://example.com:99999/",
    ],
)  # fmt: skip
def test_an_address_that_says_that_it_is_private_is_refused_at_once(engine: Memory, tmp_path: Path, url: str) -> None:
    with serving(engine, tmp_path) as live:
        client = live.client()
        answer = client.post("/api/v1/webhooks/projects/default", json={"url": url, "event_types": ["memory_add"]})
        assert answer.status_code == 400, answer.text
        assert "url" in answer.text or "private" in answer.text
        made = hook(client, "https://example.com/hook")
        assert client.put(f"/api/v1/webhooks/{made['webhook_id']}", json={"url": url}).status_code == 400
        assert client.get("/api/v1/webhooks/projects/default").json()[0]["url"] == "https://example.com/hook"


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1"])
def test_a_name_that_leads_to_a_private_address_is_told_nothing(
    engine: Memory, tmp_path: Path, receiver: Receiver, host: str
) -> None:
    """The system's resolver knows these spellings of 127.0.0.1; so does whoever tries them."""
    options = {**QUICK, "webhooks_private": False}
    with serving(engine, tmp_path, **options) as live:
        made = hook(live.client(), f"http://{host}:{receiver.port}/hook", ["memory_add"])
        add(live.client(), "A note.", infer=False)
        (one,) = settled(live.client(), made["webhook_id"])
        assert (one["status"], one["attempts"]) == ("FAILED", 1)
        assert "private" in one["error"]
    assert receiver.heard == []


def test_a_name_is_resolved_once_so_that_it_cannot_change(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    resolve = socket.getaddrinfo

    def counting(host: Any, *args: Any, **options: Any) -> Any:
        asked.append(host)
        return resolve("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", counting)

    async def send() -> int:
        url = f"http://rebinding.example:{receiver.port}/hook"
        return await sending.post(url, b'{"event_details": {}}', {}, private=True, seconds=10)

    assert anyio.run(send) == 200
    assert len(asked) == 1
    assert receiver.heard[0].headers["Host"] == f"rebinding.example:{receiver.port}"


def test_certificates_are_checked_against_the_name(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {"cert": str(tmp_path / "cert.pem"), "key": str(tmp_path / "key.pem")}
    line = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run([*line.split(), "-out", paths["cert"], "-keyout", paths["key"]], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(paths["cert"], paths["key"])
    monkeypatch.setenv("SSL_CERT_FILE", paths["cert"])
    sending._trusted.cache_clear()

    def sent(host: str, port: int) -> int:
        async def send() -> int:
            url = f"https://{host}:{port}/hook"
            return await sending.post(url, b'{"event_details": {}}', {}, private=True, seconds=10)

        return anyio.run(send)

    try:
        with receiving(tls=tls) as secure:
            assert sent("localhost", secure.port) == 200
            with pytest.raises((OSError, httpx.ConnectError), match=r"(?i)certificate"):
                sent("127.0.0.1", secure.port)
            assert len(secure.heard) == 1
    finally:
        sending._trusted.cache_clear()


# ---------------------------------------------------------------- the routes


def test_the_routes_are_mem0s(live: Live) -> None:
    client = live.client()
    made = hook(client, "https://example.com/hook", ["memory:add", "memory_delete", "memory_add"])
    assert made.pop("secret").startswith("whsec_")
    times = {"created_at", "updated_at"}
    assert set(made) == {"webhook_id", "name", "url", "event_types", "owner", "is_active", "project"} | times
    assert made["event_types"] == ["memory_add", "memory_delete"]
    place = f"/api/v1/webhooks/{made['webhook_id']}/"
    assert client.get("/api/v1/webhooks/projects/default/").json() == [made]
    assert client.put(place, json={"name": "other"}).json()["message"]
    (changed,) = client.get("/api/v1/webhooks/projects/default/").json()
    assert {**changed, "updated_at": ""} == {**made, "name": "other", "updated_at": ""}
    assert client.delete(place).json()["message"]
    assert client.get("/api/v1/webhooks/projects/default/").json() == []
    assert client.delete(place).status_code == 404


def test_a_project_has_only_so_many(live: Live) -> None:
    client, stranger = live.client(), live.stranger()
    many = [hook(client, "https://example.com/hook")["webhook_id"] for _ in range(20)]
    body = {"url": "https://example.com/hook", "event_types": ["memory_add"]}
    refused = client.post("/api/v1/webhooks/projects/default", json=body)
    assert (refused.status_code, "20" in refused.json()["detail"]) == (409, True)
    hook(stranger, "https://example.com/hook")
    client.delete(f"/api/v1/webhooks/{many[0]}")
    hook(client, "https://example.com/hook")


def test_what_is_wrong_is_said(live: Live) -> None:
    client = live.client()
    for body in (
        {"url": "https://example.com"},
        {"event_types": ["memory_add"]},
        {"url": "https://example.com", "event_types": []},
        {"url": "https://example.com", "event_types": ["memory_invented"]},
        {"url": 7, "event_types": ["memory_add"]},
    ):
        answer = client.post("/api/v1/webhooks/projects/default", json=body)
        assert answer.status_code == 400, body
        assert isinstance(answer.json()["detail"], str)


def test_webhooks_are_their_projects_own(live: Live) -> None:
    client, stranger = live.client(), live.stranger()
    made = hook(client, "https://example.com/hook")
    place = f"/api/v1/webhooks/{made['webhook_id']}"
    body = {"url": "https://example.com", "event_types": ["memory_add"]}
    for answer in (
        stranger.get("/api/v1/webhooks/projects/default"),
        stranger.post("/api/v1/webhooks/projects/default", json=body),
        stranger.put(place, json={"name": "x"}),
        stranger.delete(place),
        stranger.get(f"{place}/deliveries"),
    ):
        assert answer.status_code == 404
    reader = live.client(live.accounts.create_key(role="READER")[1])
    assert reader.get("/api/v1/webhooks/projects/default").json()[0]["webhook_id"] == made["webhook_id"]
    for refused in (
        reader.post("/api/v1/webhooks/projects/default", json=body),
        reader.put(place, json={"name": "x"}),
        reader.delete(place),
    ):
        assert refused.status_code == 403
