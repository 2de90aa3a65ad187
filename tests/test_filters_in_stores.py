"""A filter means in every store what `matches` says, whatever the metadata holds."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.filters import matches, parse
from graphmem.store.base import Changes, Selection
from tests.conftest import STORES, make_store
from tests.worlds import HOUR, NOW, STAMP, TENANT, record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem.store.base import Record, Store

KEYS = ["k", "user_id", "a.b", "Straße", "it's", '"', "$", "[0]", "%_", "\u2028"]
TEXTS = ["", "tea", "Tea", "STRASSE", "straße", "it's", '"', "%", "İ", "ß", "😀", "4", "true", "null", "[1]"]
NUMBERS = [0, 1, -1, 4, 4.0, 0.1, 2**53 + 1, -(2**63), 1e300]
VALUES: list[Any] = [*TEXTS, *NUMBERS, True, False]
TIMES = [NOW + hours * HOUR for hours in (-36, -24, -12, 0, 12)]


def _records() -> list[Record]:
    values = [*VALUES, None, [], ["tea", 4, True], [["tea"]], ["İ", "STRASSE"], {"tea": 1}, {}]
    return [
        record(
            f"m{n:02}",
            f"{TEXTS[n % len(TEXTS)]} and {TEXTS[n // 2 % len(TEXTS)]}",
            agent_id=TEXTS[n % 7] or None,
            user_id="ann",
            layer=("user", "conversation")[n % 2],
            role=(None, "user", "assistant")[n % 3],
            categories=tuple(TEXTS[1 + n % 5 : 1 + n % 5 + n % 3]),
            metadata={KEYS[n % len(KEYS)]: value, KEYS[(n + 3) % len(KEYS)]: values[n // 2]},
            valid_from=TIMES[n % 5],
            created_at=NOW - timedelta(days=n % 3),
            updated_at=None if n % 2 else TIMES[n % 5],
            expires_at=None if n % 4 == 0 else TIMES[n % 5],
            valid_to=TIMES[n % 5] if n % 5 == 0 else None,
        )
        for n, value in enumerate(values)
    ]


RECORDS = _records()


@pytest.fixture(scope="module", params=STORES)
def full(request: pytest.FixtureRequest) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = make_store(request.param, Path(folder))
        store.write(Changes(TENANT, embedder=STAMP, memories=RECORDS))
        yield store
        store.close()


some_text = st.sampled_from(TEXTS) | st.text(max_size=2)
some_id = st.sampled_from([text for text in TEXTS if text] + ["*"])
some_value = st.sampled_from(VALUES) | some_text | st.integers(-(2**63), 2**63 - 1)
some_time = st.sampled_from([time.isoformat() for time in TIMES] + ["2026-03-01", "2026-02-28"])


def operators(value: st.SearchStrategy[Any], *names: str) -> st.SearchStrategy[Any]:
    """A bare value, one operator with a value, or a list under in or nin."""
    single = st.builds(lambda name, one: {name: one}, st.sampled_from(["eq", "ne", *names]), value)
    listed = st.builds(lambda name, many: {name: many}, st.sampled_from(["in", "nin"]), st.lists(value, max_size=3))
    return value | single | listed


def on(fields: list[str], condition: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda field, test: {field: test}, st.sampled_from(fields), condition)


# Only numbers and strings have an order, only strings are substrings without case.
of_metadata = (
    operators(some_value | st.just("*") | st.none(), "contains")
    | st.builds(lambda op, text: {op: text}, st.sampled_from(["icontains", "gt", "gte", "lt", "lte"]), some_text)
    | st.builds(lambda op, n: {op: n}, st.sampled_from(["gt", "gte", "lt", "lte"]), st.sampled_from(NUMBERS))
)
conditions = st.one_of(
    on(["agent_id", "user_id", "session_id"], operators(some_id, "contains", "icontains")),
    on(["text", "categories"], operators(some_text, "contains", "icontains")),
    on(["role"], operators(st.sampled_from(["user", "assistant", "*"]))),
    on(
        ["created_at", "recorded_at", "updated_at", "expiration_date", "valid_to"],
        operators(some_time | st.just("*"), "gt", "gte", "lt", "lte"),
    ),
    st.builds(lambda test: {"metadata": test}, on(KEYS, of_metadata)),
)
filters = st.recursive(
    conditions,
    lambda inner: st.builds(
        lambda name, parts: {name: parts},
        st.sampled_from(["AND", "OR", "NOT"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


def _sensible(value: Any) -> bool:
    """Whether the grammar accepts it: no null or lone surrogate in a list, no number beyond 64 bits."""
    try:
        parse(value)
    except ValueError:
        return False
    return True


@given(filters.filter(_sensible))
def test_a_filter_selects_what_it_matches(full: Store, condition: dict[str, Any]) -> None:
    where = parse(condition)
    expected = {one.item.id for one in RECORDS if matches(where, one.item)}
    assert {item.id for item in full.select(Selection(TENANT, where=where), page_size=None)} == expected


def test_the_records_tell_filters_apart() -> None:
    assert 0 < sum(matches(parse({"text": {"icontains": "STRASSE"}}), one.item) for one in RECORDS) < len(RECORDS)
    assert 0 < sum(matches(parse({"k": "*"}), one.item) for one in RECORDS) < len(RECORDS)
