"""A real HTTP server that webhooks are sent to: it keeps what it hears, and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

__all__ = ["Heard", "Receiver", "receiving"]


@dataclass
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def details(self) -> dict[str, Any]:
        """What it tells."""
        found: dict[str, Any] = json.loads(self.body)["event_details"]
        return found


@dataclass
class Receiver:
    """What was heard, and what is answered: a status, or a pair of a status and headers; the last one stays."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    answers: list[Any] = field(default_factory=lambda: [200])
    delay: float = 0.0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook"

    def wait(self, enough: Callable[[list[Heard]], bool], seconds: float = 30) -> list[Heard]:
        """What was heard, once it is enough."""
        end = time.monotonic() + seconds
        while not enough(self.heard):
            assert time.monotonic() < end, [one.body for one in self.heard]
            time.sleep(0.01)
        return list(self.heard)

    def answer(self) -> tuple[int, dict[str, str]]:
        """The next answer."""
        time.sleep(self.delay)
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return said if isinstance(said, tuple) else (said, {})


@contextmanager
def receiving(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.heard.append(Heard(self.path, dict(self.headers), body))
            status, headers = receiver.answer()
            try:
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
            except ConnectionError:  # the sender had enough of waiting
                pass

        def do_GET(self) -> None:
            raise AssertionError("a redirect was followed")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
