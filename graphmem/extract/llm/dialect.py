"""What servers that call themselves compatible accept: found out by asking, remembered by the endpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from graphmem.extract.llm.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Dialect"]


Form: TypeAlias = Literal["json_schema", "bound_object", "json_object", "text"]
_FORMATS: dict[Form, dict[str, Any]] = {
    "json_schema": {"type": "json_schema", "json_schema": {"name": "facts", "strict": True, "schema": SCHEMA}},
    "bound_object": {"type": "json_object", "schema": SCHEMA},
    "json_object": {"type": "json_object"},
    "text": {},
}
"""From the most to the least that is asked of a server."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a request is worded."""

    form: Form = "json_schema"
    """How JSON is asked for: by a schema that binds the server, by the same as llama.cpp's Python server has it, as an
    object of any kind, or in the prompt alone."""
    tempered: bool = True
    """Whether it takes a temperature; models that reason take none."""
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"

    def body(
        self, model: str, prompt: Sequence[dict[str, str]], *, temperature: float, longest: int
    ) -> dict[str, Any]:  # fmt: skip
        """The request."""
        body: dict[str, Any] = {"model": model, "messages": list(prompt), self.limit: longest}
        if self.tempered:
            body["temperature"] = temperature
        if wanted := _FORMATS[self.form]:
            body["response_format"] = wanted
        return body

    def easier(self, words: str) -> Dialect | None:
        """A way to say it that a server may accept which refused this one with these words; None if there is none."""
        words = words.lower()
        if self.limit == "max_tokens" and "max_completion_tokens" in words:
            return replace(self, limit="max_completion_tokens")
        if self.tempered and "temperature" in words:
            return replace(self, tempered=False)
        further = [*_FORMATS][[*_FORMATS].index(self.form) + 1 :]
        return replace(self, form=further[0]) if further else None
