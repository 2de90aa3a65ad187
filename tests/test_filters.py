"""The filter grammar and its meaning."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem import filters
from graphmem.errors import InvalidFilter
from graphmem.filters import And, Not, Or, conjunction, matches, parse
from graphmem.types import MemoryItem


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


ITEM = MemoryItem(
    id="m1",
    memory="Alex prefers Boutique hotels",
    layer="user",
    user_id="alex",
    session_id="s1",
    role="user",
    categories=("Travel", "food"),
    metadata={"city": "Oslo", "stars": 4, "paid": True, "tags": ["Sea", "old"], "none": None, "user_id": "x"},
    created_at=at("2024-05-02T09:00"),
    valid_from=at("2024-05-01T12:00"),
    expires_at=at("2024-06-01T00:00"),
    hash="h",
)


def holds(condition: Any, item: MemoryItem = ITEM) -> bool:
    return matches(parse(condition), item)


@pytest.mark.parametrize("nothing", [None, {}])
def test_no_filter_lets_everything_pass(nothing: Any) -> None:
    assert parse(nothing) is None
    assert matches(None, ITEM)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"user_id": "alex"}, True),
        ({"user_id": "Alex"}, False),
        ({"user_id": ["bo", "alex"]}, True),
        ({"user_id": {"in": []}}, False),
        ({"user_id": {"nin": []}}, True),
        ({"user_id": {"ne": "bo"}}, True),
        ({"agent_id": {"ne": "bo"}}, True),
        ({"agent_id": {"nin": ["bo"]}}, True),
        ({"agent_id": {"eq": "bo"}}, False),
        ({"user_id": {"contains": "le"}}, True),
        ({"agent_id": {"contains": "le"}}, False),
        ({"user_id": "*"}, True),
        ({"agent_id": "*"}, False),
        ({"agent_id": {"ne": "*"}}, True),
        ({"user_id": {"in": ["*"]}}, True),
        ({"user_id": {"nin": ["a", "*"]}}, False),
        ({"NOT": {"agent_id": "*"}}, True),
        ({"run_id": "s1", "session_id": "s1"}, True),
        ({"memory_ids": ["m0", "m1"]}, True),
        ({"memory_ids": {"in": ["m0"]}}, False),
        ({"layer": "user", "role": {"in": ["user"]}}, True),
        ({"layer": {"ne": "user"}}, False),
    ],
)
def test_ids_and_choices(condition: Any, expected: bool) -> None:
    assert holds(condition) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"text": {"contains": "Boutique"}}, True),
        ({"text": {"contains": "boutique"}}, False),
        ({"memory": {"icontains": "BOUTIQUE"}}, True),
        ({"memory": "Alex prefers Boutique hotels"}, True),
        ({"keywords": {"contains": "boutique"}}, False),
        ({"keywords": {"icontains": "boutique"}}, True),
        ({"keywords": "hotels"}, True),
        ({"categories": "travel"}, True),
        ({"categories": {"contains": "FOOD"}}, True),
        ({"categories": {"contains": "foo"}}, False),
        ({"categories": ["music", "Food"]}, True),
        ({"categories": {"in": ["music"]}}, False),
        ({"categories": {"in": []}}, False),
        ({"categories": {"nin": ["music", "art"]}}, True),
        ({"categories": {"ne": "travel"}}, False),
        ({"categories": "*"}, True),
        ({"categories": None}, False),
    ],
)
def test_text_and_categories(condition: Any, expected: bool) -> None:
    assert holds(condition) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"metadata": {"city": "Oslo"}}, True),
        ({"metadata": {"city": "Oslo", "stars": 5}}, False),
        ({"metadata": {"stars": {"gt": 3, "lte": 4}}}, True),
        ({"city": "Oslo"}, True),
        ({"metadata.city": "Oslo"}, True),
        ({"metadata": {"user_id": "x"}}, True),
        ({"stars": 4.0}, True),
        ({"stars": "4"}, False),
        ({"stars": {"lt": "5"}}, False),
        ({"stars": {"ne": "4"}}, True),
        ({"city": {"gte": "Oslo"}}, True),
        ({"city": {"gte": 1}}, False),
        ({"paid": True}, True),
        ({"paid": 1}, False),
        ({"stars": {"in": [True, 4]}}, True),
        ({"paid": {"gt": 0}}, False),
        ({"tags": {"contains": "Sea"}}, True),
        ({"tags": {"contains": "sea"}}, False),
        ({"tags": {"icontains": "sea"}}, True),
        ({"tags": {"contains": "Se"}}, False),
        ({"tags": "Sea"}, False),
        ({"city": {"contains": "sl"}}, True),
        ({"stars": {"contains": 4}}, False),
        ({"tags": "*"}, True),
        ({"none": "*"}, False),
        ({"none": None}, True),
        ({"absent": None}, True),
        ({"city": {"ne": None}}, True),
        ({"absent": {"ne": 3}}, True),
        ({"absent": {"lt": 3}}, False),
    ],
)
def test_metadata(condition: Any, expected: bool) -> None:
    assert holds(condition) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # created_at is the time of the event, recorded_at the time of the record.
        ({"created_at": {"gte": "2024-05-01"}}, True),
        ({"created_at": {"gt": "2024-05-01"}}, False),
        ({"created_at": {"lte": "2024-05-01"}}, True),
        ({"created_at": {"lt": "2024-05-01"}}, False),
        ({"created_at": "2024-05-01"}, True),
        ({"created_at": {"ne": "2024-05-01"}}, False),
        ({"created_at": {"in": ["2024-04-30", "2024-05-01"]}}, True),
        ({"created_at": {"nin": ["2024-04-30", "2024-05-02"]}}, True),
        ({"timestamp": "2024-05-01T12:00:00Z"}, True),
        ({"timestamp": "2024-05-01T14:00:00+02:00"}, True),
        ({"timestamp": "2024-05-01 12:00"}, True),
        ({"timestamp": at("2024-05-01T12:00").timestamp()}, True),
        ({"timestamp": date(2024, 5, 1)}, True),
        ({"timestamp": datetime(2024, 5, 1, 12)}, True),
        ({"timestamp": {"gt": "2024-05-01T11:59:59.999Z", "lt": "2024-05-01T12:00:00.001Z"}}, True),
        ({"recorded_at": "2024-05-02"}, True),
        ({"recorded_at": "2024-05-01"}, False),
        ({"createdAt": {"lt": "9999-12-31"}}, True),
        ({"valid_to": "*"}, False),
        ({"valid_to": {"ne": "2024-05-01"}}, True),
        ({"valid_to": {"lt": "2024-05-01"}}, False),
    ],
)
def test_times(condition: Any, expected: bool) -> None:
    assert holds(condition) is expected


@pytest.mark.parametrize("last", ["2024-06-01T00:00:00", "2024-05-31T23:59:59.999999"])
@pytest.mark.parametrize(
    ("op", "day", "expected"),
    [
        ("eq", "2024-05-31", True),
        ("eq", "2024-06-01", False),
        ("ne", "2024-05-31", False),
        ("gte", "2024-05-31", True),
        ("gt", "2024-05-31", False),
        ("gt", "2024-05-30", True),
        ("lte", "2024-05-31", True),
        ("lt", "2024-05-31", False),
        ("lt", "2024-06-01", True),
    ],
)
def test_an_expiration_date_is_the_day_that_ends(last: str, op: str, day: str, expected: bool) -> None:
    item = ITEM.model_copy(update={"expires_at": at(last)})
    assert holds({"expiration_date": {op: day}}, item) is expected


def test_what_was_never_updated_counts_as_updated_when_recorded() -> None:
    updated = ITEM.model_copy(update={"updated_at": at("2024-07-01T00:00")})
    assert ITEM["updated_at"].startswith("2024-05-02")
    assert holds({"updated_at": "2024-05-02"})
    assert holds({"updated_at": "*"})
    assert not holds({"updated_at": "2024-05-02"}, updated)
    assert holds({"updated_at": {"gte": "2024-07-01"}}, updated)


def test_several_keys_and_sibling_logic_all_hold() -> None:
    city = {"city": "Oslo"}
    assert holds({"user_id": "alex", "AND": [city], "OR": [city, {"user_id": "bo"}]})
    assert not holds({"AND": [city], "OR": [{"user_id": "bo"}]})
    assert not holds({"user_id": "alex", "NOT": [city]})


def test_logic_nests_and_a_list_under_not_means_none_of_them() -> None:
    yes, no = {"user_id": "alex"}, {"user_id": "bo"}
    assert holds({"or": [no, {"and": [yes, {"not": no}]}]})
    assert holds({"NOT": [no, {"agent_id": "a"}]})
    assert not holds({"NOT": [no, yes]})
    assert holds({"NOT": {**yes, "agent_id": "a"}})
    assert not holds({"NOT": {"OR": [no, yes]}})


@pytest.mark.parametrize(
    ("camel", "snake"),
    [
        ({"userId": "alex"}, {"user_id": "alex"}),
        ({"runId": "s1"}, {"session_id": "s1"}),
        ({"AND": [{"createdAt": {"gte": "2024-01-01"}}]}, {"created_at": {"gte": "2024-01-01"}}),
        ({"expirationDate": "2024-05-31"}, {"expiration_date": "2024-05-31"}),
        ({"memoryIds": ["m1"]}, {"id": ["m1"]}),
    ],
)
def test_camel_case_names_are_aliases(camel: Any, snake: Any) -> None:
    assert parse(camel) == parse(snake)


def test_an_unknown_camel_case_key_keeps_its_spelling() -> None:
    item = ITEM.model_copy(update={"metadata": {"favColor": "red"}})
    assert holds({"favColor": "red"}, item)


@pytest.mark.parametrize(
    ("bad", "names"),
    [
        ([], "object"),
        ("user_id", "object"),
        ({"AND": []}, "at least one"),
        ({"OR": []}, "at least one"),
        ({"NOT": []}, "at least one"),
        ({"AND": {"user_id": "a"}}, "list"),
        ({"OR": ["user_id"]}, "object"),
        ({"OR": [{}]}, "object"),
        ({"NOT": {}}, "object"),
        ({"NOT": "user_id"}, "list"),
        ({"user_id": {}}, "eq, ne"),
        ({"user_id": {"$gt": "a"}}, "eq, ne"),
        ({"user_id": {">=": "a"}}, "eq, ne"),
        ({"city": {"regex": "O.*"}}, "icontains"),
        ({"city": {"exists": True}}, "icontains"),
        ({"city": {"nested": {"deep": 1}}}, "icontains"),
        ({"categories": {"gt": "a"}}, "contains"),
        ({"user_id": {"gt": "a"}}, "eq, ne"),
        ({"user_id": ""}, "blank"),
        ({"user_id": "  "}, "blank"),
        ({"user_id": {"in": ["a", ""]}}, "blank"),
        ({"user_id": 7}, "string"),
        ({"user_id": None}, "string"),
        ({"user_id": {"in": "alex"}}, "list"),
        ({"user_id": {"eq": ["alex"]}}, "string"),
        ({"layer": "users"}, "conversation"),
        ({"role": "bot"}, "assistant"),
        ({"metadata": {}}, "object"),
        ({"metadata": "Oslo"}, "object"),
        ({"metadata": {"": 1}}, "key"),
        ({"$or": [{"user_id": "a"}]}, "AND, OR, NOT"),
        ({"": 1}, "AND, OR, NOT"),
        ({1: 2}, "AND, OR, NOT"),
        ({"stars": {"gt": True}}, "number"),
        ({"stars": {"gt": None}}, "string"),
        ({"stars": {"in": [1, None]}}, "string"),
        ({"stars": float("nan")}, "finite"),
        ({"stars": 2**63}, "64 bits"),
        ({"stars": 10**5000}, "64 bits"),
        ({"city": "\ud800"}, "Unicode"),
        ({"\ud800": 1}, "Unicode"),
        ({"city": "a\x00b"}, "NUL"),
        ({"city": {"icontains": 4}}, "string"),
        ({"created_at": "yesterday"}, "ISO 8601"),
        ({"created_at": "2024-02-30"}, "YYYY-MM-DD"),
        ({"created_at": {"gte": True}}, "ISO 8601"),
        ({"created_at": {"gte": None}}, "ISO 8601"),
        ({"created_at": 1e300}, "unix"),
        ({"created_at": 10**5000}, "unix"),
        ({"created_at": float("inf")}, "unix"),
        ({"created_at": {"contains": "2024"}}, "gte"),
        ({"keywords": {"eq": "a"}}, "icontains"),
    ],
)
def test_what_the_grammar_does_not_know_is_refused_and_says_what_is_allowed(bad: Any, names: str) -> None:
    with pytest.raises(InvalidFilter, match=names):
        parse(bad)


def test_depth_and_size_are_bounded() -> None:
    deep: dict[str, Any] = {"user_id": "alex"}
    for _ in range(filters.MAX_DEPTH):
        deep = {"NOT": deep}
    assert holds(deep)
    with pytest.raises(InvalidFilter, match="flatten"):
        parse({"NOT": deep})
    with pytest.raises(InvalidFilter, match="1000"):
        parse({"OR": [{"user_id": "a"}] * filters.MAX_NODES})
    with pytest.raises(InvalidFilter, match="1000"):
        parse({"categories": ["a"] * (filters.MAX_NODES + 1)})
    with pytest.raises(InvalidFilter, match="10000"):
        parse({"user_id": ["a"] * (filters.MAX_VALUES + 1)})


def test_a_conjunction_leaves_out_what_filters_nothing() -> None:
    one, two, three = (filters.Test("user_id", "eq", name) for name in "abc")
    assert conjunction(None, None) is None
    assert conjunction(None, one) == one
    assert conjunction(And((one, two)), None, three) == And((one, two, three))
    assert conjunction(one, Or((two, three))) == And((one, Or((two, three))))


# ---------------------------------------------------------------- properties

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
words = st.sampled_from(
    [
        "AND",
        "OR",
        "NOT",
        "and",
        "metadata",
        "user_id",
        "createdAt",
        "categories",
        "keywords",
        "eq",
        "ne",
        "gte",
        "in",
        "nin",
        "contains",
        "city",
        "*",
        "2024-05-01",
    ]
)
json = st.recursive(
    scalars | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
sensible = st.recursive(
    st.sampled_from(
        [
            {"user_id": "alex"},
            {"agent_id": "*"},
            {"categories": ["travel"]},
            {"created_at": {"gt": "2024-05-01"}},
            {"stars": {"gte": 4}},
            {"city": {"ne": "Oslo"}},
            {"tags": {"icontains": "SEA"}},
            {"expiration_date": {"lte": "2024-05-31"}},
        ]
    ),
    lambda inner: st.builds(
        lambda key, parts: {key: parts},
        st.sampled_from(["AND", "OR", "NOT"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
items = st.builds(
    lambda agent, categories, metadata, days: ITEM.model_copy(
        update={
            "agent_id": agent,
            "categories": tuple(categories),
            "metadata": metadata,
            "valid_from": ITEM.valid_from + timedelta(days=days),
            "expires_at": None if days == 0 else ITEM.valid_from + timedelta(days=30 + days),
        }
    ),
    st.none() | st.just("a"),
    st.lists(st.sampled_from(["Travel", "music"]), max_size=2),
    st.fixed_dictionaries(
        {},
        optional={
            "stars": st.integers(3, 5) | st.booleans() | st.just("4"),
            "city": st.sampled_from(["Oslo", "Bergen", None]),
            "tags": st.lists(st.sampled_from(["sea", "Sea", "hill"]), max_size=2),
        },
    ),
    st.integers(-1, 1),
)


@settings(max_examples=300)
@given(json)
def test_anything_is_read_or_refused_by_name(value: Any) -> None:
    try:
        where = parse(value)
    except InvalidFilter:
        pass
    else:
        assert isinstance(matches(where, ITEM), bool)


@given(st.lists(sensible, min_size=1, max_size=3), items)
def test_de_morgan(parts: list[Any], item: MemoryItem) -> None:
    negated = [{"NOT": part} for part in parts]
    assert holds({"NOT": {"OR": parts}}, item) == holds({"AND": negated}, item)
    assert holds({"NOT": {"AND": parts}}, item) == holds({"OR": negated}, item)
    assert holds({"NOT": parts}, item) == holds({"NOT": {"OR": parts}}, item)
    assert holds({"NOT": {"NOT": parts[0]}}, item) == holds(parts[0], item)


@given(
    st.lists(sensible, min_size=1, max_size=4).flatmap(lambda p: st.tuples(st.just(p), st.permutations(p))),
    items,
)
def test_order_never_matters(orders: tuple[list[Any], list[Any]], item: MemoryItem) -> None:
    for key in ("AND", "OR", "NOT"):
        assert holds({key: orders[0]}, item) == holds({key: orders[1]}, item)


@given(sensible, sensible, items)
def test_a_conjunction_means_both(one: Any, two: Any, item: MemoryItem) -> None:
    both = matches(conjunction(parse(one), parse(two)), item)
    assert both == (holds(one, item) and holds(two, item)) == holds({"AND": [one, two]}, item)


@given(
    st.sampled_from(
        [
            ("user_id", "alex"),
            ("agent_id", "a"),
            ("categories", "music"),
            ("created_at", "2024-05-01"),
            ("stars", 4),
        ]
    ),
    items,
)
def test_ne_is_not_eq(pair: tuple[str, Any], item: MemoryItem) -> None:
    field, value = pair
    assert holds({field: {"ne": value}}, item) != holds({field: {"eq": value}}, item)
    assert holds({field: {"nin": [value]}}, item) != holds({field: {"in": [value]}}, item)
    assert isinstance(parse({"NOT": {field: value}}), Not)
