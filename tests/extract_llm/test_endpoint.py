"""An endpoint may do whatever it likes: nothing is lost, nothing hangs, the key stays where it was sent."""

from __future__ import annotations

import json
import logging
import socket
import time
from dataclasses import replace
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from graphmem.errors import InvalidInput
from graphmem.extract.llm import LLMExtractor
from graphmem.types import Message
from tests.engine import SPACY
from tests.extract_llm.common import KIM, NOW, asking, drafts, ties
from tests.extract_llm.server import Asked, Server, Step, completion, fact, facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.extract.base import Drafts
    from tests.extract_llm.server import Reaction

SAID = "We sat by the fjord in Oslo for hours."
GOOD = facts(fact(1, "by the fjord in Oslo", ("Kim", "SAT_BY", "fjord")))
MARK = ("Kim", "SAT_BY", "fjord")
KEY = "sk-0123456789abcdef"


def told(script: Sequence[Reaction], then: Reaction = GOOD, **options: Any) -> tuple[Drafts, Server, LLMExtractor]:
    """What an extractor makes of one message, if the server reacts so."""
    with Server(script, then) as server:
        made = asking(server, **options)
        return drafts(made, SAID), server, made


def alone(found: Drafts) -> bool:
    """Whether the drafts are the rules' own."""
    return replace(found, notes=()) == replace(SPACY.extract([Message(content=SAID)], KIM), notes=())


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_is_tried_again(status: int) -> None:
    found, server, made = told([Step(status, {"error": {"message": "busy"}})] * 2)
    assert MARK in ties(found)
    assert len(server.asked) == 3
    assert made.ledger.totals.retries == 2
    assert found.notes == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422, 451])
def test_what_cannot_pass_is_not_tried_again(status: int) -> None:
    found, server, _ = told([], Step(status, {"error": {"message": "no such thing"}}))
    assert alone(found)
    asked = [json.dumps(one.body, sort_keys=True) for one in server.asked]
    assert len(asked) == len(set(asked)) <= 4, "at most in other words"
    assert len(found.notes) == 1
    assert str(status) in found.notes[0]


def test_tries_have_an_end() -> None:
    found, server, made = told([], Step(503), retries=3)
    assert alone(found)
    assert len(server.asked) == 4
    assert "503 (4 tries)" in found.notes[0]
    assert (made.ledger.totals.calls, made.ledger.totals.failed, made.ledger.totals.tokens) == (1, 1, 0)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_server_says_how_long_to_wait(form: str) -> None:
    after = "0.3" if form == "seconds" else format_datetime(NOW, usegmt=True)
    began = time.monotonic()
    found, _, _ = told([Step(429, headers={"Retry-After": after})], backoff=0.001)
    assert MARK in ties(found)
    assert (time.monotonic() - began >= 0.3) == (form == "seconds")


@pytest.mark.parametrize("after", ["3600", "inf", "nan", "-5", "soon", "9" * 400])
def test_no_wait_is_longer_than_there_is_patience(after: str) -> None:
    began = time.monotonic()
    found, server, _ = told([Step(429, headers={"Retry-After": after})], patience=5.0, backoff=0.01)
    assert time.monotonic() - began < 4
    assert alone(found) == (after == "3600"), "what says nothing of use is passed over"
    assert len(server.asked) == (1 if after == "3600" else 2)


def test_a_spent_account_is_not_asked_again() -> None:
    spent = Step(429, {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}})
    found, server, _ = told([], spent)
    assert alone(found)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "slow", [Step(wait=3.0, body=GOOD.body), replace(GOOD, drip=0.05)], ids=["hangs", "drips byte by byte"]
)
def test_a_slow_server_costs_no_more_than_the_timeout(slow: Step) -> None:
    began = time.monotonic()
    found, _, made = told([], slow, timeout=0.3, retries=1)
    assert time.monotonic() - began < 2.5
    assert alone(found)
    assert "did not answer within" in found.notes[0]
    totals = made.ledger.totals
    assert totals.prompt_tokens > 0, "what was asked may have been charged, so it counts"
    assert totals.estimated == 1


def test_a_server_that_hangs_up_is_asked_again() -> None:
    found, server, _ = told([Step(hang_up=True)])
    assert MARK in ties(found)
    assert len(server.asked) == 2


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = LLMExtractor(f"http://127.0.0.1:{port}/v1", "stub", fallback=SPACY, retries=1, backoff=0.01, rest=60)
    found = drafts(made, SAID)
    assert alone(found)
    assert "is it running?" in found.notes[0]
    began = time.monotonic()
    again = drafts(made, SAID)
    assert time.monotonic() - began < 1
    assert "it is not asked again for" in again.notes[0]
    assert made.ledger.totals.tokens == 0


def test_after_a_rest_it_is_asked_again() -> None:
    with Server([Step(401)], GOOD) as server:
        made = asking(server, rest=0.2)
        assert alone(drafts(made, SAID))
        assert alone(drafts(made, SAID))
        assert len(server.asked) == 1
        time.sleep(0.25)
        assert MARK in ties(drafts(made, SAID))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed_with_the_key(status: int) -> None:
    with Server(then=GOOD) as elsewhere:
        found, server, _ = told(
            [], Step(status, headers={"Location": f"{elsewhere.url}/chat/completions"}), api_key=KEY
        )
        assert elsewhere.asked == []
    assert alone(found)
    assert "redirects" in found.notes[0]
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_no_key_in_notes_or_logs(status: int, caplog: pytest.LogCaptureFixture) -> None:
    """Servers repeat the key, and what they were sent, in what they say of a refusal."""
    caplog.set_level(logging.DEBUG)
    words = f"Incorrect API key provided: {KEY} for {SAID}"
    found, _, made = told([], Step(status, {"error": {"message": words}}), api_key=KEY)
    assert alone(found)
    logged = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("graphmem"))
    assert KEY not in " ".join(found.notes) + logged + repr(made) + str(made.ledger.totals)
    assert SAID not in logged
    if status in (401, 403):
        assert "GRAPHMEM_LLM_API_KEY" in found.notes[0]


def test_a_log_tells_of_a_trouble_once_until_it_passes(caplog: pytest.LogCaptureFixture) -> None:
    with Server([Step(401), Step(401), GOOD, Step(401)], GOOD) as server:
        made = asking(server, rest=0)
        for _ in range(4):
            drafts(made, SAID)
    warnings = [record.getMessage() for record in caplog.records if record.name == "graphmem.extract.llm"]
    assert len(warnings) == 2
    assert all("refused" in warning for warning in warnings)


# ---------------------------------------------------------------- what servers accept


def picky(*refused: str, words: str = "", status: int = 400) -> Reaction:
    """A server that refuses ways of asking for JSON."""

    def react(asked: Asked) -> Step:
        given = asked.body.get("response_format", {})
        form = "bound_object" if given.get("type") == "json_object" and "schema" in given else given.get("type", "text")
        if form in refused:
            return Step(status, {"error": {"message": words or f"'response_format' of {form} is not supported"}})
        return GOOD

    return react


@pytest.mark.parametrize(
    ("refused", "status"),
    [
        (("json_schema",), 400),
        (("json_schema", "bound_object"), 422),
        (("json_schema", "bound_object", "json_object"), 400),
        (("json_schema",), 500),
    ],
)
def test_what_a_server_accepts_is_found_out_once(refused: tuple[str, ...], status: int) -> None:
    with Server(then=picky(*refused, status=status)) as server:
        made = asking(server)
        assert MARK in ties(drafts(made, SAID))
        assert len(server.asked) == len(refused) + 1
        assert MARK in ties(drafts(made, SAID))
        assert len(server.asked) == len(refused) + 2, "it remembers"
        assert made.ledger.totals.retries == 0


def test_models_that_reason_take_no_temperature_and_another_limit() -> None:
    def react(asked: Asked) -> Step:
        if "max_tokens" in asked.body:
            words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
            return Step(400, {"error": {"message": words}})
        if "temperature" in asked.body:
            return Step(400, {"error": {"message": "Unsupported value: 'temperature' does not support 0"}})
        return GOOD

    found, server, _ = told([], react)
    assert MARK in ties(found)
    assert server.asked[-1].form == "json_schema", "the schema was never the trouble"


def test_the_schema_is_one_that_strict_servers_take() -> None:
    _, server, _ = told([])
    body = server.asked[0].body
    assert server.asked[0].path == "/v1/chat/completions"
    assert (body["model"], body["temperature"]) == ("stub", 0.0)
    given = body["response_format"]["json_schema"]
    assert given["strict"] is True

    def check(schema: dict[str, Any]) -> None:
        if schema["type"] == "object":
            assert schema["additionalProperties"] is False
            assert sorted(schema["required"]) == sorted(schema["properties"])
            for part in schema["properties"].values():
                check(part)
        if schema["type"] == "array":
            check(schema["items"])

    check(given["schema"])


# ---------------------------------------------------------------- what models write

PLAIN = json.dumps({"facts": [fact(1, "by the fjord in Oslo", MARK)]})


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"```json\n{PLAIN}\n```", id="in a fence"),
        pytest.param(f"Sure! Here are the facts:\n\n{PLAIN}\n\nAnything else?", id="among words"),
        pytest.param(f"<think>They say {{}} and {PLAIN[:-40]}</think>{PLAIN}", id="after thinking"),
        pytest.param(PLAIN.replace('{"facts": ', "", 1)[:-1], id="the list alone"),
        pytest.param(json.dumps(fact(1, "by the fjord in Oslo", MARK)), id="one fact alone"),
        pytest.param(PLAIN[:-1] + ', "facts_end": ', id="cut short behind a whole fact"),
        pytest.param(PLAIN[:-2] + ', {"n": 1, "quote": "for hou', id="cut short in the next fact"),
    ],
)
def test_facts_are_found_however_they_are_wrapped(content: str) -> None:
    found, server, _ = told([], completion(content))
    assert MARK in ties(found)
    assert len(server.asked) == 1


SCHEMA_ECHO = {"type": "object", "properties": {"facts": {"type": "array", "items": {"type": "object"}}}}


@pytest.mark.parametrize(
    "content",
    ["", "   ", "I found no JSON.", "{", '{"facts": ', "[]", "null", '{"n": 1}', json.dumps(SCHEMA_ECHO), "{" * 5000,
     '{"a":' * 3000],
)  # fmt: skip
def test_what_is_no_json_of_the_form_is_asked_for_once_more(content: str) -> None:
    """Local models repeat the schema instead of following it: https://github.com/getzep/graphiti/issues/868"""
    found, server, made = told([completion(content)])
    assert MARK in ties(found)
    assert len(server.asked) == 2
    assert server.asked[1].body["messages"][-1]["role"] == "user"
    assert (made.ledger.totals.calls, made.ledger.totals.failed) == (2, 1)


def test_no_json_twice_is_the_end_of_it() -> None:
    found, server, made = told([], completion("no"))
    assert alone(found)
    assert len(server.asked) == 2
    assert found.notes == [
        "the LLM did not read 1 message, the rules did: the model answered no JSON, and not when asked again either"
    ]
    assert made.ledger.totals.tokens == 240


@pytest.mark.parametrize(
    "answer",
    [
        completion(None, message={"refusal": "I cannot help with that."}),
        completion("", finish_reason="content_filter"),
    ],
)
def test_a_refusal_is_taken_for_one(answer: Step) -> None:
    found, server, made = told([], answer)
    assert alone(found)
    assert len(server.asked) == 1
    assert "refuses" in found.notes[0]
    assert made.ledger.totals.failed == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>hello</html>", b"[]", b"{}", {"choices": []}, {"choices": [{}]}, {"choices": [{"message": None}]},
     {"choices": "x"}, {"error": {"message": "later"}}, b"\xff\xfe", b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_chat_completion_is_said_to_be_none(body: Any) -> None:
    found, server, _ = told([], Step(body=body))
    assert alone(found)
    assert len(server.asked) == 1
    assert "no chat completion" in found.notes[0]


def test_an_answer_without_end_is_no_answer() -> None:
    found, _, _ = told([], Step(body=b'{"x": "' + b"a" * 9_000_000 + b'"}'), retries=0)
    assert alone(found)


@pytest.mark.parametrize("usage", [{}, {"prompt_tokens": None}, {"prompt_tokens": "many"}, {"prompt_tokens": -5}])
def test_without_usage_tokens_are_estimated(usage: dict[str, Any]) -> None:
    found, _, made = told([], replace(completion(PLAIN, usage)))
    assert MARK in ties(found)
    totals = made.ledger.totals
    assert totals.estimated == 1
    assert 300 < totals.prompt_tokens < 1500
    assert 20 < totals.completion_tokens < 200


# ---------------------------------------------------------------- batches


def test_several_messages_go_into_one_request() -> None:
    with Server() as server:
        drafts(asking(server), *(f"I bought {n} apples today." for n in range(8)))
    (asked,) = server.asked
    assert [one["n"] for one in asked.read] == [*range(1, 9)]


def test_many_messages_go_into_several_at_once() -> None:
    said = [f"I bought {n} green apples at the market today." for n in range(100)]

    def react(asked: Asked) -> Step:
        time.sleep(0.05)
        return facts(*(fact(one["n"], one["text"], ("Kim", "EATS", "apples")) for one in asked.read))

    with Server(then=react) as server:
        found = drafts(asking(server, threads=3), *said)
    assert len(server.asked) == 5
    assert server.most in (2, 3)
    assert [r.turn for r in found.relations if r.type == "EATS"] == [*range(100)]
    assert found.notes == []


def test_one_batch_that_fails_is_read_by_the_rules_and_the_others_are_not() -> None:
    said = [f"We sat near the fjord number {n} for hours." for n in range(60)]

    def react(asked: Asked) -> Step:
        if any("number 25 " in one["text"] for one in asked.read):
            return Step(400, {"error": {"message": "the content cannot be read"}})
        return facts(*(fact(one["n"], one["text"], ("Kim", "SAT_NEAR", "fjord")) for one in asked.read))

    with Server(then=react) as server:
        found = drafts(asking(server), *said)
    failed = {*range(60)} - {r.turn for r in found.relations if r.type == "SAT_NEAR"}
    assert failed == {*range(20, 40)}
    assert len(found.turns) == 60
    assert len(found.notes) == 1
    assert "did not read 20 messages" in found.notes[0]


def test_long_messages_are_cut_at_the_ends_of_sentences() -> None:
    said = " ".join(f"The {n}th harbour has {n} red boats." for n in range(400))

    def react(asked: Asked) -> Step:
        last = asked.read[-1]
        return facts(fact(last["n"], last["text"].split(". ")[-1], ("Kim", "SAW", "red boats")))

    with Server(then=react) as server:
        found = drafts(asking(server, batch=400), said)
    pieces = [one["text"] for asked in server.asked for one in asked.read]
    assert len(pieces) > 5
    assert all(piece.endswith("boats.") and len(piece) < 1500 for piece in pieces)
    assert sorted(" ".join(pieces).split()) == sorted(said.split()), "every word, each once"
    chosen = [f.text for f in found.facts if f.score == 1.5]
    assert all(text in said for text in chosen)
    assert len({f.sentence for f in found.facts}) == len(found.facts)


@pytest.mark.parametrize("word", ["a", "我", "🙂"])
def test_words_without_end_are_cut_too(word: str) -> None:
    with Server() as server:
        drafts(asking(server, batch=200, threads=1), word * 3000 + " is it")
    pieces = [one["text"] for asked in server.asked for one in asked.read]
    assert "".join(pieces).replace(" ", "").startswith(word * 3000)
    assert all(len(piece) <= 710 for piece in pieces)


def test_what_says_nothing_is_not_asked_about() -> None:
    with Server() as server:
        found = drafts(asking(server), "ok", "👍", "", "thanks!", "yes")
    assert server.asked == []
    assert found.notes == []


def test_no_messages() -> None:
    with Server() as server:
        assert not asking(server).extract([], KIM).turns
    assert server.asked == []


# ---------------------------------------------------------------- addresses and values


def test_the_environment_says_where_and_who(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(then=GOOD) as server:
        monkeypatch.setenv("GRAPHMEM_LLM_URL", server.url + "/")
        monkeypatch.setenv("GRAPHMEM_LLM_MODEL", "small")
        monkeypatch.setenv("GRAPHMEM_LLM_API_KEY", KEY)
        assert MARK in ties(drafts(LLMExtractor(fallback=SPACY), SAID))
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.asked[0].body["model"] == "small"


def test_openais_key_goes_to_openais_address_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("GRAPHMEM_LLM_MODEL", "small")
    assert "https://api.openai.com/v1/chat/completions" in repr(LLMExtractor(fallback=SPACY))
    with Server(then=GOOD) as server:
        drafts(LLMExtractor(server.url, fallback=SPACY), SAID)
        assert "authorization" not in server.asked[0].headers
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        drafts(LLMExtractor(fallback=SPACY), SAID)
        assert server.asked[1].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "GRAPHMEM_LLM_URL"),
        ({"base_url": "http://127.0.0.1:1/v1"}, "GRAPHMEM_LLM_MODEL"),
        ({"base_url": "127.0.0.1:1", "model": "m"}, "base_url"),
        ({"base_url": "ftp://host/v1", "model": "m"}, "base_url"),
        ({"base_url": "http://user:hunter2@host/v1", "model": "m"}, "api_key"),
        ({"base_url": "http://host/v1", "model": "m", "api_key": "sk ä"}, "api_key"),
        ({"base_url": "http://host/v1", "model": "m", "timeout": 0}, "timeout"),
        ({"base_url": "http://host/v1", "model": "m", "retries": -1}, "retries"),
        ({"base_url": "http://host/v1", "model": "m", "batch": float("nan")}, "batch"),
        ({"base_url": "http://host/v1", "model": "m", "threads": 0}, "threads"),
        ({"base_url": "http://host/v1", "model": "m", "threads": 1.5}, "threads"),
        ({"base_url": "http://host/v1", "model": "m", "budget": "lots"}, "budget"),
        ({"base_url": "http://host/v1", "model": "m", "budget": "-3"}, "budget"),
    ],
)
def test_what_cannot_be_is_refused_at_once(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        LLMExtractor(**options, fallback=SPACY)
    assert "hunter2" not in str(caught.value)
    assert "sk ä" not in str(caught.value)


@pytest.mark.parametrize("base", ["{}", "{}/", "{}/chat/completions", "{}/chat/completions/"])
def test_the_base_may_be_written_in_several_ways(base: str) -> None:
    with Server(then=GOOD) as server:
        drafts(LLMExtractor(base.format(server.url) + "?api-version=1", "m", fallback=SPACY), SAID)
        assert server.asked[0].path == "/v1/chat/completions?api-version=1"
