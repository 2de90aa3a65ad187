"""Where the model is: the address of an endpoint, the model's name and the key, from arguments or the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import httpx

from graphmem.errors import InvalidInput, shown

__all__ = ["Address", "address"]

_OPENAI = "https://api.openai.com/v1"
_PATH = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Address:
    """Whom to ask, and for which model."""

    url: str
    """Of the chat completions, whole."""
    model: str
    key: str | None = field(default=None, repr=False)

    @property
    def place(self) -> str:
        """The url as messages show it: without its query, which may hold what is secret."""
        return self.url.split("?", 1)[0]

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every request."""
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def hide(self, words: str) -> str:
        """Words without the key, should a server repeat it."""
        return words.replace(self.key, "***") if self.key else words


def address(base_url: str | None = None, model: str | None = None, api_key: str | None = None) -> Address:
    """What is given, the environment for the rest: `GRAPHMEM_LLM_URL`, `_MODEL`, `_API_KEY`.

    Without an address of one's own it is `OPENAI_BASE_URL`, or OpenAI itself if there is an `OPENAI_API_KEY`. That key
    goes to no other place than these.

    Raises:
        InvalidInput: no address, no model, or one that cannot be.
    """
    chosen = base_url or os.environ.get("GRAPHMEM_LLM_URL")
    theirs = os.environ.get("OPENAI_API_KEY")
    key = api_key or os.environ.get("GRAPHMEM_LLM_API_KEY")
    if not chosen:
        chosen = os.environ.get("OPENAI_BASE_URL") or (_OPENAI if theirs else None)
        key = key or theirs
    elif isinstance(chosen, str) and chosen.rstrip("/") == _OPENAI:
        key = key or theirs
    if not chosen:
        raise InvalidInput(
            "the LLM extractor needs an address: pass base_url or set GRAPHMEM_LLM_URL, "
            "such as http://127.0.0.1:11434/v1"
        )
    named = model or os.environ.get("GRAPHMEM_LLM_MODEL")
    if not isinstance(named, str) or not named.strip():
        raise InvalidInput("the LLM extractor needs a model's name: pass model or set GRAPHMEM_LLM_MODEL")
    return Address(_completions(chosen), named.strip(), _sendable(key))


def _completions(base: str) -> str:
    """The url of chat completions under a base such as https://host/v1.

    Raises:
        InvalidInput: it is no address of a web server, or carries a password.
    """
    try:
        url = httpx.URL(base.strip() if isinstance(base, str) else base)
        web = url.scheme in ("http", "https") and bool(url.host)
    except (httpx.InvalidURL, UnicodeError, TypeError):
        web = False
    if not web:
        raise InvalidInput(f"base_url must be an address such as http://127.0.0.1:11434/v1, not {shown(base)}")
    if url.userinfo:
        raise InvalidInput("base_url must not hold a user or password: pass the key as api_key")
    path = url.path.rstrip("/").removesuffix(_PATH)
    return str(url.copy_with(path=path + _PATH, fragment=None))


def _sendable(key: str | None) -> str | None:
    key = key.strip() if isinstance(key, str) else None
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise InvalidInput("the LLM's api_key has characters that no request can carry: check how it was copied")
    return key or None
