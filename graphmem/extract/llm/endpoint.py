"""One request to a model, until it is answered or patience ends: retries, pauses, what the server accepts."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx

from graphmem.errors import ExtractionError
from graphmem.extract.llm.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.extract.llm.address import Address

__all__ = ["Endpoint", "NoAnswer", "Reply"]

_LARGEST = 8_000_000
"""Bytes of an answer; more is no answer to what was asked."""
_LONGEST_PAUSE = 20.0
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_WORDING = frozenset({400, 404, 415, 422, 500, 501})
"""What servers answer to parts of a request that they do not know; most of these mean other things as well."""
_OPTIONAL = (
    "response_format",
    "json_schema",
    "schema",
    "grammar",
    "temperature",
    "max_tokens",
    "max_completion_tokens",
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model wrote, and what that took."""

    text: str
    prompt_tokens: int | None
    """As the server counts; None if it does not say."""
    completion_tokens: int | None
    retries: int = 0
    cut: bool = False
    """It had more to say than it was allowed."""


class NoAnswer(ExtractionError):
    """There is no answer to be had. `unsure` counts the tries that may have been charged for all the same."""

    def __init__(self, message: str, outcome: str, *, retries: int = 0, unsure: int = 0) -> None:
        super().__init__(message)
        self.outcome = outcome
        """One word for the ledger."""
        self.retries = retries
        self.unsure = unsure


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a try brought nothing."""

    outcome: str
    message: str
    words: str = ""
    """The server's own."""
    status: int = 0
    again: bool = False
    """Whether the same may succeed later."""
    after: float | None = None
    """Seconds that the server asks to wait."""
    unsure: bool = False


class Endpoint:
    """An OpenAI-compatible server. Threads may share it.

    Args:
        address: Where it is.
        temperature: Of the answers.
        timeout: Seconds for one try, from the request to the last byte.
        retries: Further tries after one that failed in a way that may pass.
        patience: Seconds for all tries of one request together.
        backoff: Seconds before the second try; each later pause is twice as long.
        rest: Seconds for which a server that could not be reached, or refuses the key, is not asked again.
    """

    def __init__(
        self, address: Address, *, temperature: float, timeout: float, retries: int, patience: float, backoff: float,
        rest: float,
    ) -> None:  # fmt: skip
        self.address = address
        self._temperature, self._timeout, self._retries = temperature, timeout, retries
        self._patience, self._backoff, self._rest = patience, backoff, rest
        self._dialect = Dialect()
        self._closed: tuple[float, str] = 0.0, ""
        self._lock = threading.Lock()
        self._tls: Any = None

    def ask(self, prompt: Sequence[dict[str, str]], longest: int) -> Reply:
        """The answer to a prompt, of at most `longest` tokens.

        Raises:
            NoAnswer: after the last try, or at once if another cannot help; the message says what would.
        """
        self._check_open()
        dialect, tries, unsure = self._dialect, 1, 0
        end = time.monotonic() + self._patience
        with self._client() as http:
            while True:
                body = dialect.body(self.address.model, prompt, temperature=self._temperature, longest=longest)
                came = self._try(http, body, min(self._timeout, max(0.05, end - time.monotonic())))
                if isinstance(came, httpx.Response):
                    self._dialect = dialect
                    return self._reply(came, tries - 1, unsure)
                unsure += came.unsure
                if (easier := _easier(dialect, came)) is not None:
                    dialect = easier
                    continue
                pause = self._pause(came, tries, end - time.monotonic())
                if pause is None:
                    raise self._given_up(came, tries, unsure)
                time.sleep(pause)
                tries += 1

    def _check_open(self) -> None:
        until, why = self._closed
        if (left := until - time.monotonic()) > 0:
            raise NoAnswer(f"{why}; it is not asked again for {left:.0f} s", "resting")

    def _client(self) -> httpx.Client:
        """A client for one request; the key goes where it was sent and nowhere else."""
        with self._lock:
            if self._tls is None:
                self._tls = httpx.create_ssl_context()
        return httpx.Client(headers=self.address.headers, follow_redirects=False, verify=self._tls)

    def _try(self, http: httpx.Client, body: dict[str, Any], seconds: float) -> httpx.Response | _Failure:
        try:
            response = _read(http, self.address.url, body, seconds)
        except httpx.ConnectError as error:
            return _Failure("unreachable", f"cannot reach {self.address.place} ({error}): is it running?", again=True)
        except (httpx.TimeoutException, TimeoutError):
            took = f"{self.address.place} did not answer within {seconds:.0f} s: pass a larger timeout"
            return _Failure("timeout", took, again=True, unsure=True)
        except httpx.HTTPError as error:
            broke = f"the connection to {self.address.place} broke ({type(error).__name__})"
            return _Failure("unreachable", broke, again=True, unsure=True)
        return response if response.status_code == 200 else self._refusal(response)

    def _refusal(self, response: httpx.Response) -> _Failure:
        status, place = response.status_code, self.address.place
        if status in (401, 403):
            fix = "check api_key, GRAPHMEM_LLM_API_KEY or OPENAI_API_KEY"
            return _Failure("refused", f"{place} refuses the key ({status}): {fix}", status=status)
        if 300 <= status < 400:
            fix = "give the address where it leads"
            return _Failure("redirect", f"{place} redirects ({status}), which is not followed: {fix}", status=status)
        words = self.address.hide(_words(response))
        said = f"{place} answered {status}" + (f": {words}" if words else "")
        spent = status == 429 and "insufficient_quota" in response.text
        again = status in _BUSY and not spent
        return _Failure(f"http {status}", said, words, status, again, _retry_after(response))

    def _pause(self, failure: _Failure, tries: int, left: float) -> float | None:
        """Seconds until the next try; None if there is to be none."""
        if not failure.again or tries > self._retries:
            return None
        own = min(self._backoff * 2.0 ** (tries - 1), _LONGEST_PAUSE) * random.uniform(0.5, 1.0)
        pause = own if failure.after is None else failure.after + own / 10
        return pause if pause < left else None

    def _given_up(self, failure: _Failure, tries: int, unsure: int) -> NoAnswer:
        message = failure.message if tries == 1 else f"{failure.message} ({tries} tries)"
        if failure.outcome in ("unreachable", "timeout", "refused", "redirect") or failure.status in (404, 429):
            seconds = max(self._rest, min(failure.after or 0.0, 10 * self._rest))
            self._closed = time.monotonic() + seconds, failure.message
        return NoAnswer(message, failure.outcome, retries=tries - 1, unsure=unsure)

    def _reply(self, response: httpx.Response, retries: int, unsure: int) -> Reply:
        """What a chat completion says.

        Raises:
            NoAnswer: it is none, or the model refuses.
        """
        try:
            body = response.json()
            choice = body["choices"][0]
            message = choice["message"]
            text, refusal, end = message.get("content"), message.get("refusal"), choice.get("finish_reason")
            usage = body.get("usage")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            fix = "does the base url end as the server's documentation says, often in /v1?"
            raise NoAnswer(
                f"{self.address.place} answered no chat completion: {fix}", "no completion",
                retries=retries, unsure=unsure + 1,
            ) from None  # fmt: skip
        usage = usage if isinstance(usage, dict) else {}
        if refusal or end == "content_filter":
            raise NoAnswer("the model refuses to read them", "refusal", retries=retries, unsure=unsure + 1)
        return Reply(
            text=text if isinstance(text, str) else "",
            prompt_tokens=_count(usage.get("prompt_tokens")),
            completion_tokens=_count(usage.get("completion_tokens")),
            retries=retries,
            cut=end == "length",
        )


def _read(http: httpx.Client, url: str, body: dict[str, Any], seconds: float) -> httpx.Response:
    """The response with its whole body, within so many seconds, however slowly it drips.

    Raises:
        TimeoutError: it took longer, or is larger than any answer.
    """
    end = time.monotonic() + seconds
    with http.stream("POST", url, json=body, timeout=seconds) as response:
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > _LARGEST or time.monotonic() > end:
                raise TimeoutError
        headers = {k: v for k, v in response.headers.items() if k not in ("content-encoding", "content-length")}
        return httpx.Response(response.status_code, headers=headers, content=bytes(content))


def _easier(dialect: Dialect, failure: _Failure) -> Dialect | None:
    """How to word what was refused for its wording; some say so with a status that means something else as well."""
    if failure.status not in _WORDING:
        return None
    named = any(part in failure.words.lower() for part in _OPTIONAL)
    return dialect.easier(failure.words) if named or failure.status in (400, 422) else None


def _words(response: httpx.Response) -> str:
    """What a server says of a refusal, shortened."""
    try:
        body = response.json()
        error = body.get("error", body.get("detail", body.get("message", "")))
        said = error.get("message", "") if isinstance(error, dict) else error
    except (ValueError, AttributeError, RecursionError):
        said = response.text if response.headers.get("content-type", "").startswith("text/plain") else ""
    return " ".join(str(said).split())[:300]


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds, from a number or a date."""
    given = response.headers.get("retry-after", "")
    try:
        seconds = float(given)
    except ValueError:
        try:
            when = parsedate_to_datetime(given)
        except (ValueError, TypeError):
            return None
        when = when if when.tzinfo else when.replace(tzinfo=timezone.utc)
        seconds = (when - datetime.now(timezone.utc)).total_seconds()
    return max(0.0, seconds) if seconds == seconds and seconds != float("inf") else None


def _count(given: Any) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 10**9 else None
