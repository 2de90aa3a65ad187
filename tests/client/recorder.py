"""A small HTTP server that writes down every request, and answers from a list."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Asked", "Recorder", "recording"]


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    method: str
    path: str
    """Still percent-encoded, without the query."""
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]


@dataclass
class Recorder:
    """What was asked, and what is answered."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    """Status, JSON (or bytes as they are) and headers, in order; 200 and {} when there are no more."""
    answer: Callable[[Asked], tuple[int, Any]] | None = None
    """Instead of the list."""

    def will(self, status: int, body: Any = None, **headers: str) -> None:
        """Answer the next request so."""
        self.answers.append((status, {} if body is None else body, headers))

    def reply(self, request: Asked) -> tuple[int, Any, dict[str, str]]:
        """What a request is answered."""
        self.asked.append(request)
        if self.answer:
            return (*self.answer(request), {})
        return self.answers.pop(0) if self.answers else (200, {}, {})


class _Handler(BaseHTTPRequestHandler):
    recorder: ClassVar[Recorder]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        sent = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        asked = Asked(self.command, parts.path, query, json.loads(sent) if sent else None, headers)
        status, body, extra = self.recorder.reply(asked)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**extra, "Content-Length": str(len(content))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815  # the names that http.server calls

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def recording() -> Iterator[Recorder]:
    """Serve on a free port of this machine."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        handler.recorder = Recorder(f"http://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield handler.recorder  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join(10)
