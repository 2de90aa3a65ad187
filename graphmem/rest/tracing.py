"""Spans of requests for OpenTelemetry, where its API is installed; nothing where it is not.

Where they go is for the operator's own set-up (`opentelemetry-instrument`, or an SDK of one's own): without one the
API does nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphmem.rest.observe import Seen

__all__ = ["finish", "span"]

_INSTALLED = find_spec("opentelemetry") is not None and find_spec("opentelemetry.trace") is not None


@contextmanager
def span(method: str, headers: Mapping[str, str]) -> Iterator[Any]:
    """A span of a request, under the one that the caller names in `traceparent`; None without OpenTelemetry."""
    if not _INSTALLED:
        yield None
        return
    from opentelemetry import trace
    from opentelemetry.propagate import extract

    tracer = trace.get_tracer("graphmem.rest")
    with tracer.start_as_current_span(
        method, context=extract(headers), kind=trace.SpanKind.SERVER, record_exception=False
    ) as made:
        yield made


def finish(made: Any, seen: Seen) -> None:
    """Name the span by its route, and note what became of the request, by the names of the semantic conventions."""
    if made is None or not made.is_recording():
        return
    from opentelemetry.trace import StatusCode

    made.update_name(f"{seen.method} {seen.route}")
    made.set_attributes({
        "http.request.method": seen.method,
        "http.route": seen.route,
        "http.response.status_code": seen.status,
        "graphmem.request_id": seen.id,
    })  # fmt: skip
    if seen.status >= 500:
        made.set_status(StatusCode.ERROR)
