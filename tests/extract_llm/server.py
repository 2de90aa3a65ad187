"""An OpenAI-compatible endpoint on a real socket that says what it is told to say, and misbehaves when asked to."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One response."""

    status: int = 200
    body: Json | str | bytes = b""
    headers: Json = field(default_factory=dict)
    wait: float = 0.0
    """Seconds before anything is sent."""
    drip: float = 0.0
    """Seconds between single bytes."""
    hang_up: bool = False
    """Close the connection instead of answering."""


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]
    body: Json

    @property
    def read(self) -> list[Json]:
        """The messages that it shows."""
        found: list[Json] = json.loads(self.body["messages"][3]["content"])["read"]
        return found

    @property
    def form(self) -> str:
        """How it asks for JSON."""
        return str(self.body.get("response_format", {}).get("type", "text"))


Reaction: TypeAlias = "Step | Callable[[Asked], Step]"


def completion(content: str | None, usage: Json | None = None, **choice: Any) -> Step:
    """A chat completion with this content."""
    message = {"role": "assistant", "content": content, **choice.pop("message", {})}
    told = {"prompt_tokens": 100, "completion_tokens": 20} if usage is None else usage
    body = {"choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}], "usage": told}
    return Step(body=body)


def facts(*listed: Json, **options: Any) -> Step:
    """A chat completion with these facts."""
    return completion(json.dumps({"facts": list(listed)}), **options)


def fact(n: int, quote: str, *relations: tuple[str, str, str], **more: Any) -> Json:
    """A fact as the schema wants it."""
    ties = [
        {"subject": s, "subject_type": "PERSON", "type": t, "object": o, "object_type": "CONCEPT", "negated": False}
        for s, t, o in relations
    ]
    return {"n": n, "quote": quote, "about": "", "mode": "fact", "lasting": True, "relations": ties, **more}


class Server(ThreadingHTTPServer):
    """Reacts with the script, step by step, then always with `then`."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Iterable[Reaction] = (), then: Reaction | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = deque(script)
        self.then: Reaction = then if then is not None else facts()
        self.asked: list[Asked] = []
        self.most = 0
        """How many requests were there at once."""
        self._now = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def take(self, asked: Asked) -> Step:
        with self._lock:
            self.asked.append(asked)
            self._now += 1
            self.most = max(self.most, self._now)
            reaction = self.script.popleft() if self.script else self.then
        return reaction(asked) if callable(reaction) else reaction

    def done(self) -> None:
        with self._lock:
            self._now -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever gave up on a slow answer is no error."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        step = self.server.take(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        try:
            time.sleep(step.wait)
            if not step.hang_up:
                self._send(step)
        finally:
            self.server.done()

    def _send(self, step: Step) -> None:
        content = json.dumps(step.body) if isinstance(step.body, dict) else step.body
        data = content.encode() if isinstance(content, str) else content
        self.send_response(step.status)
        for name, value in {"Content-Length": len(data), "Content-Type": "application/json", **step.headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        for start in range(0, len(data), 1 if step.drip else len(data) or 1):
            self.wfile.write(data[start : start + 1] if step.drip else data)
            self.wfile.flush()
            time.sleep(step.drip)

    def log_message(self, *words: Any) -> None:
        """Nothing."""
