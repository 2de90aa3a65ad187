"""What operators see: counts, log lines, spans and names of requests; never what was said or who is meant."""

from __future__ import annotations

import json
import logging
import logging.config
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from graphmem.rest import logs
from graphmem.rest.observe import Seen
from tests.engine import open_memory
from tests.rest.live import PATIENCE, serving
from tests.rest.test_serve import asked, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.rest.live import Live

SECRET = {"messages": "I keep my diary in Narnia.", "user_id": "lucy-pevensie"}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def counts(client: httpx.Client) -> dict[tuple[str, ...], float]:
    """(sample, label values in order of their names) -> value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def lines(caplog: pytest.LogCaptureFixture, count: int) -> list[dict[str, Any]]:
    """So many lines about requests, as they would be written in JSON; a line follows the answer that it is about."""
    for _ in range(500):
        records = [record for record in caplog.records if record.name == "graphmem.rest.requests"]
        if len(records) >= count:
            break
        time.sleep(0.01)
    return [json.loads(logs.Json().format(record)) for record in records]


# ---------------------------------------------------------------- counts


def test_requests_are_counted_by_route_and_status(client: httpx.Client) -> None:
    assert client.post("/v3/memories/add/", json=SECRET).status_code == 200
    client.get("/v1/memories/11111111-2222-3333-4444-555555555555/")
    client.get("/v1/memories/66666666-7777-8888-9999-000000000000/")
    client.get("/lucy-pevensie")
    client.post("/v3/memories/search/", json={"query": "Where?", "filters": {"user_id": SECRET["user_id"]}})
    client.request("BREW", "/v1/ping")
    counted = counts(client)
    assert counted["graphmem_requests_total", "POST", "/v3/memories/add", "200"] == 1
    assert counted["graphmem_requests_total", "GET", "/v1/memories/{memory_id}", "404"] == 2
    assert counted["graphmem_requests_total", "GET", "-", "404"] == 1
    assert counted["graphmem_requests_total", "OTHER", "/v1/ping", "405"] == 1
    assert counted["graphmem_request_seconds_count", "POST", "/v3/memories/add"] == 1
    assert counted["graphmem_request_seconds_sum", "POST", "/v3/memories/add"] > 0
    assert counted["graphmem_requests_running",] == 1
    assert counted["graphmem_process_resident_memory_bytes",] > 1e6
    assert (counted["graphmem_operations_total", "ADD"], counted["graphmem_operations_total", "SEARCH"]) == (1, 1)
    assert ("graphmem_operations_total", "GET") not in counted
    assert counted["graphmem_memories_changed_total", "ADD"] == 2
    assert counted["graphmem_jobs_waiting",] == 0
    labels = "".join("".join(name) for name in counted)
    assert "lucy" not in labels
    assert "BREW" not in labels


def test_counts_are_for_those_who_run_the_server(live: Live, stranger: httpx.Client, tmp_path: Path) -> None:
    assert httpx.get(f"{live.url}/metrics", timeout=PATIENCE).status_code == 401
    assert stranger.get("/metrics").status_code == 403
    assert live.client(live.accounts.create_key(role="READER")[1]).get("/metrics").status_code == 403
    (tmp_path / "open").mkdir()
    with (
        open_memory("sqlite", tmp_path / "open") as engine,
        serving(engine, tmp_path / "open", metrics_open=True) as free,
    ):
        assert "graphmem_requests_total" in httpx.get(f"{free.url}/metrics", timeout=PATIENCE).text


def test_several_processes_count_together(tmp_path: Path) -> None:
    words = ("--workers", "2", "--log-format", "json", "--store", str(tmp_path / "shared.db"))
    with served(tmp_path, *words, GRAPHMEM_API_KEY="the operator's", GRAPHMEM_METRICS_OPEN="true") as (url, _):
        for _ in range(12):
            asked(url, "the operator's", "/v3/memories/", {"filters": {"user_id": "lucy-pevensie"}})
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            assert counts(client)["graphmem_requests_total", "POST", "/v3/memories", "200"] == 12
    written = (tmp_path / "stderr").read_text()
    told = [json.loads(line) for line in written.splitlines()]
    listed = [one for one in told if one.get("route") == "/v3/memories"]
    assert [(one["method"], one["status"], one["project"]) for one in listed] == [("POST", 200, "default")] * 12
    assert len({one["request_id"] for one in listed}) == 12
    assert "lucy" not in written
    assert "operator" not in written


# ---------------------------------------------------------------- the log


def test_a_line_a_request(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "graphmem")
    answer = client.post("/v1/memories/?note=narnia", json=SECRET, headers={"X-Request-ID": "wardrobe-1"})
    client.get("/v1/memories/", params={"user_id": SECRET["user_id"]})
    httpx.get(f"{client.base_url}/v1/ping", timeout=PATIENCE)
    assert answer.headers["X-Request-ID"] == "wardrobe-1"
    first, second, third = lines(caplog, 3)
    assert {**first, "ms": 0, "time": ""} == {
        "time": "", "level": "info", "logger": "graphmem.rest.requests", "method": "POST", "route": "/v1/memories",
        "status": 200, "ms": 0, "request_id": "wardrobe-1", "project": "default",
    }  # fmt: skip
    assert first["ms"] > 0
    assert len(second["request_id"]) == 32
    assert (third["status"], third["project"]) == (401, None)
    for word in ("arnia", "lucy", client.headers["Authorization"].split()[1]):
        assert word not in caplog.text


@pytest.mark.parametrize("given", ["", "x" * 129, "a b", "a\\n{}", "é"])
def test_a_callers_name_for_a_request_must_be_harmless(client: httpx.Client, given: str) -> None:
    answer = client.get("/v1/ping/", headers=[(b"X-Request-ID", given.encode())])
    assert len(answer.headers["X-Request-ID"]) == 32
    assert answer.headers["X-Request-ID"] != client.get("/v1/ping/").headers["X-Request-ID"]


def test_refusals_and_failures_have_a_name_too(
    live: Live, client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("narnia")

    monkeypatch.setattr(type(live.services.tenants.engine), "get", broken)
    caplog.set_level(logging.INFO, "graphmem")
    answer = client.get("/v1/memories/x/", headers={"X-Request-ID": "lamp"})
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "lamp")
    assert [(one["status"], one["request_id"]) for one in lines(caplog, 1)] == [(500, "lamp")]
    assert client.get("/nowhere").headers["X-Request-ID"]


def test_a_formatted_exception_tells_where_and_not_what() -> None:
    try:
        raise ValueError("narnia")
    except ValueError as error:
        record = logging.LogRecord(
            "graphmem", logging.ERROR, "", 0, "broken", (), (ValueError, error, error.__traceback__)
        )
    told = json.loads(logs.Json().format(record))
    assert (told["error"], told["message"], told["level"]) == ("ValueError", "broken", "error")
    assert "test_observe.py" in told["where"]


def test_the_set_up_writes_each_form(capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("text", "json"):
        config = logs.configuration(form)
        config["handlers"]["stderr"]["stream"] = "ext://sys.stdout"
        loggers = {name: logging.getLogger(name) for name in ("graphmem", "uvicorn")}
        before = {name: (list(one.handlers), one.level, one.propagate) for name, one in loggers.items()}
        try:
            logging.config.dictConfig(config)
            logs.tell(Seen("id-1", "GET", "/healthz", 200, 0.0123))
        finally:
            for name, (handlers, level, propagate) in before.items():
                loggers[name].handlers, loggers[name].propagate = handlers, propagate
                loggers[name].setLevel(level)
    text, structured = capsys.readouterr().out.splitlines()
    assert text.endswith("INFO GET /healthz 200 12.3 ms id-1 -")
    assert json.loads(structured)["ms"] == 12.3


# ---------------------------------------------------------------- spans


@pytest.fixture(scope="module")
def spans() -> Iterator[InMemorySpanExporter]:
    """What the SDK was handed; a process has one provider for good."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    yield exporter
    exporter.shutdown()


def test_a_span_a_request(spans: InMemorySpanExporter, client: httpx.Client) -> None:
    spans.clear()
    client.get("/v1/memories/lucy-pevensie/", headers={"traceparent": PARENT, "X-Request-ID": "lamp"})
    client.post("/v3/memories/add/", json=SECRET)
    for _ in range(500):  # a span ends after the answer
        if len(spans.get_finished_spans()) == 2:
            break
        time.sleep(0.01)
    first, second = spans.get_finished_spans()
    assert (first.name, second.name) == ("GET /v1/memories/{memory_id}", "POST /v3/memories/add")
    assert first.context is not None
    assert f"{first.context.trace_id:032x}" == PARENT.split("-")[1]
    assert dict(first.attributes or {}) == {
        "http.request.method": "GET", "http.route": "/v1/memories/{memory_id}", "http.response.status_code": 404,
        "graphmem.request_id": "lamp",
    }  # fmt: skip
    assert first.status.status_code is trace.StatusCode.UNSET
    assert "lucy" not in first.to_json() + second.to_json()
    assert "arnia" not in first.to_json() + second.to_json()
