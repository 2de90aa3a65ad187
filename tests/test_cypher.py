"""What stands in `cypher/`: plans without full scans on both versions, and queries that find what they promise."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from graphmem import Memory, Settings, demo, filters, statements
from graphmem.store.base import Selection
from graphmem.store.neo4j import graph, known, read, recall, rows
from graphmem.store.neo4j.database import text_of
from graphmem.types import LAYERS
from tests import neo4j_stores
from tests.engine import MINILM, SPACY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphmem.statements import Statement

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)

EXPLORE = {statement.name: statement for statement in statements.read(ROOT / "cypher" / "explore")}
ENGINE = {statement.name: statement for statement in statements.read(ROOT / "cypher" / "engine")}

WHOLE = {
    "all_uids", "check_memories", "check_orphans", "check_owners", "check_relations", "check_turns", "drop_embedder",
    "lock_everybody", "mend_orphans", "mend_owners", "mend_relations", "mend_token_vectors", "mend_turns", "tenants",
}  # fmt: skip
"""Statements that are meant for the whole store: only these may scan a label."""

_SCAN = re.compile(r"\w*(Label|Labels|Type|Types|Index)Scan")
_NEVER = re.compile(r"\w*(AllNodes|AllRelationships)Scan")
_ONE = re.compile("UniqueIndexSeek|CountFromCountStore|Argument")

_FILL = """
UNWIND range(1, 2000) AS n
WITH toString(n) AS id, 'owner' + (n % 50) AS owner, datetime() + duration({minutes: n}) AS at, n
CREATE (m:Memory:Turn {uid: 'm' + id, tenant: 'other', owner_uid: owner, created_at: at, expires_at: at, text: id,
  session_uid: 's' + id, position: 0, user_id: owner, agent_id: owner, app_id: owner, session_id: owner, org_id: owner})
CREATE (e:Entity {uid: 'e' + id, tenant: 'other', owner_uid: owner, key: id, first: id, type: 'THING'})
CREATE (o:Owner:User {uid: 'o' + id, tenant: 'other', name: 'user:' + id, memories: 0})
CREATE (s:Session {uid: 's' + id, tenant: 'other', owner_uid: owner, id: id})
CREATE (:Change {tenant: 'other', memory_uid: 'm' + id, seq: n})
CREATE (m)-[:IN_SESSION]->(s)-[:OF_USER]->(o), (m)-[:MENTIONS {weight: 1.0}]->(e)
"""


def more(memory: Memory) -> None:
    """Two colleagues of the demo's user, who share its organisation, and a note that lasts for two days."""
    mira = ["I'm Mira Solberg and I work at Polaris Robotics.", "I live in Trondheim."]
    ines = ["I'm Ines Moreau. I work at Aurora Audio as head of operations.", "I live in Oslo."]
    alex = ["I work at Aurora Audio and I live in Oslo."]
    for user, told in {"mira": mira, "ines": ines, "alex": alex}.items():
        memory.add(told, user_id=user, org_id=demo.ORG, session_id="welcome", timestamp="2024-05-21")
    memory.add("The assistant answers in metric units.", agent_id="concierge", infer=False)
    memory.add("The application speaks English.", app_id="concierge", infer=False)
    note, days = "The conference badge is at the hotel desk.", timedelta(days=2)
    memory.add(note, user_id=demo.USER, session_id=demo.TASK, layer="session", ttl=days, infer=False)


class Place(NamedTuple):
    """A server that holds the demo, and asks for plans and answers there."""

    kind: str
    session: Any

    def plan(self, text: str, **params: Any) -> dict[str, Any]:
        """How the server would run a statement."""
        found: dict[str, Any] = self.session.run(f"EXPLAIN {text}", params).consume().plan
        return found

    def rows(self, text: str, **params: Any) -> list[dict[str, Any]]:
        """The answer."""
        return [dict(row) for row in self.session.run(text, params)]

    def explore(self, name: str, **params: Any) -> list[dict[str, Any]]:
        """The answer to an exploration query, with the example parameters of its file."""
        return self.rows(EXPLORE[name].text, **(self.examples(EXPLORE[name]) | params))

    def examples(self, statement: Statement) -> dict[str, Any]:
        """The parameters that the file of a statement shows, as Neo4j Browser would set them."""
        (example,) = re.findall(r"^:param (\{.*\})$", statement.doc, re.MULTILINE)
        ((params),) = self.rows(f"RETURN {example} AS params")
        found: dict[str, Any] = params["params"]
        return found


@pytest.fixture(scope="module", params=neo4j_stores.KINDS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A server of each version with the demo on it, told through `Memory`, among many strangers: the planner counts."""
    from neo4j import GraphDatabase

    where = neo4j_stores.empty(request.param)
    with Memory(where.whole, embedder=MINILM, extractor=SPACY, settings=Settings()) as memory:
        demo.fill(memory)
        more(memory)
    auth: Any = (where.user, where.password) if where.user else None
    opened = GraphDatabase.driver(where.url, auth=auth, notifications_min_severity="OFF")
    with opened as driver, driver.session() as session:
        session.run(_FILL).consume()
        session.run("CALL db.prepareForReplanning()").consume()
        yield Place(request.param, session)


# ---------------------------------------------------------------- plans


def operators(plan: dict[str, Any]) -> Iterator[str]:
    """Every operator of a plan."""
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from operators(child)


def drawn(plan: dict[str, Any], depth: int = 0) -> str:
    """A plan as people read it."""
    line = f"{'  ' * depth}{plan['operatorType']}  {plan['args'].get('Details', '')}"
    return "\n".join([line, *(drawn(child, depth + 1) for child in plan.get("children", ()))])


def faults(plan: dict[str, Any], whole: bool = False) -> list[str]:
    """Operators that read more than they should; the whole store may be read label by label."""
    children = plan.get("children", ())
    operator = plan["operatorType"].partition("@")[0]
    product = operator == "CartesianProduct" and not any(map(single, children))
    found = [operator] if product or _NEVER.fullmatch(operator) or (not whole and _SCAN.fullmatch(operator)) else []
    return found + [fault for child in children for fault in faults(child, whole)]


def single(plan: dict[str, Any]) -> bool:
    """Whether a plan yields one row at most, so that a product with it is none: a unique node, a sum without a key."""
    operator, children = plan["operatorType"].partition("@")[0], plan.get("children", ())
    if operator == "EagerAggregation" and re.match(r"\w+\(", plan["args"]["Details"]):
        return True
    return all(map(single, children)) if children else bool(_ONE.search(operator))


def selections() -> Iterator[Selection]:
    """Lists of every kind, as the store asks for them."""
    where = filters.parse({"AND": [{"metadata": {"k": {"gte": 1}}}, {"text": {"icontains": "tea"}}]})
    for name in ("user_id", "agent_id", "app_id", "session_id", "org_id"):
        yield Selection("default", ids={name: "x"})
    yield Selection("default", ids={"user_id": "x"}, where=where, layers=LAYERS[:1], now=NOW, superseded=False)
    yield Selection("default")
    yield Selection("default", expired_by=NOW)
    yield Selection("default", owners=["user:alex"], as_of=NOW)
    yield Selection("default", memory_ids=["1"])
    yield Selection("default", derived_from=["1"], ids={"user_id": "x"})


def fillings(name: str, filtered: bool) -> Iterator[dict[str, str]]:
    """What the store puts into the slots of a statement."""
    wanted = ENGINE[name].slots
    if name in ("select", "select_count"):
        for selection in selections():
            found, _ = read._chosen(selection)
            yield {slot: text for slot, text in {**found, "item": rows.ITEM}.items() if slot in wanted}
    elif name in ("recall", "recall_near"):
        yield recall.slots(filtered, name == "recall_near")
    elif name == "seen_entities":
        same = {"seen": graph._SEEN, "entity": rows.ENTITY}
        yield from ({**same, "among": among} for among in ("e.key IS NOT NULL", "e.uid IN $entities"))
    elif name == "dump_uids":
        yield from ({"condition": read.with_ids(ids)[0]} for ids in ({}, {"user_id": "x"}, {"org_id": "x"}))
    else:
        texts = {
            "item": rows.ITEM, "record": rows.RECORD, "entity": rows.ENTITY, "relation": rows.RELATION,
            "mention": rows.MENTION, "event": rows.EVENT, "fact": known._FACT, "seen": graph._SEEN,
            "times": rows.TIMES,
        }  # fmt: skip
        yield {slot: texts[slot] for slot in wanted}


def test_no_statement_of_the_engine_scans_where_an_index_should_serve(place: Place) -> None:
    filtered = place.kind == "neo4j"
    for name in ENGINE.keys() - {"near.plain" if filtered else "near"}:
        for slots in fillings(name, filtered):
            plan = place.plan(text_of(name, slots))
            assert not faults(plan, whole=name in WHOLE), f"{name} {slots}\n{drawn(plan)}"


def test_those_that_may_scan_do(place: Place) -> None:
    scanning = {name for name in WHOLE if any(map(_SCAN.fullmatch, operators(place.plan(text_of(name)))))}
    assert scanning == WHOLE


def test_every_query_to_explore_with_is_served_by_an_index(place: Place) -> None:
    for name, statement in EXPLORE.items():
        plan = place.plan(statement.text, **place.examples(statement))
        assert not faults(plan), f"{name}\n{drawn(plan)}"


def test_a_full_scan_would_be_found(place: Place) -> None:
    for text in ("MATCH (n) RETURN n", "MATCH (m:Memory) RETURN m", "MATCH (m:Memory) WHERE m.role = 'user' RETURN m"):
        assert faults(place.plan(text)), text
    assert faults(place.plan("MATCH (n) RETURN n"), whole=True)
    assert not faults(place.plan("MATCH (m:Memory) RETURN m"), whole=True)


# ---------------------------------------------------------------- what the queries find


def test_every_query_to_explore_with_finds_something_by_its_example(place: Place) -> None:
    for name, statement in EXPLORE.items():
        assert place.examples(statement).keys() == statement.params, name
        assert place.explore(name), f"{name} found nothing"


def test_facts_are_told_for_today_and_for_a_date(place: Place) -> None:
    def facts(query: str, **params: Any) -> set[str]:
        return {row["fact"] for row in place.explore(query, **params)}

    home, drink = "I live in Bergen, close to the fish market.", "My favorite drink is rooibos tea."
    assert (home in facts("believed_at"), drink in facts("believed_at")) == (True, False)
    assert (home in facts("facts_now"), drink in facts("facts_now")) == (False, True)
    assert home not in facts("known_at") | facts("known_at", moment="2000-01-01")
    assert drink not in facts("facts_now", owner="user:mira")
    assert facts("facts_now", tenant="other") == set()


def test_what_gave_way_comes_with_what_replaced_it(place: Place) -> None:
    found = {row["was"]: row for row in place.explore("superseded_table")}
    coffee = found["And my favorite drink is black coffee."]
    assert (coffee["became"], str(coffee["until"])) == ("My favorite drink is rooibos tea.", "2024-05-06")
    assert any("less caffeine" in said for said in coffee["said"])
    assert {row["change"].relationships[0].type for row in place.explore("superseded")} == {"SUPERSEDES"}
    assert [row["event"] for row in place.explore("history")] == ["ADD", "SUPERSEDE"]


def test_entities_are_told_with_what_holds_of_them(place: Place) -> None:
    (found,) = (row["members"] for row in place.explore("communities") if "Jonas" in row["members"])
    assert {"Mira", "Polaris Robotics", "tea shop"} <= set(found)
    assert place.explore("hubs")[0]["entity"] == "Alex Berg"
    people = {row["person"]: row["today"] for row in place.explore("people")}
    assert "WORKS_AT Polaris Robotics" in people["Mira"]
    lived = [(row["object"], str(row["until"])) for row in place.explore("biography") if row["relation"] == "LIVES_IN"]
    assert {("Bergen", "2024-05-06"), ("Oslo", "None")} <= set(lived)
    assert str(place.explore("timeline")[0]["date"]) == "2024-03-20"
    assert {node["name"] for row in place.explore("connected") for node in row["way"].nodes if "name" in node} >= {
        "Kaja", "Jonas"
    }  # fmt: skip


def test_organisations_and_sessions_are_told(place: Place) -> None:
    known = {row["entity"]: row["known_by"] for row in place.explore("organisation_knows")}
    assert sorted(known["Aurora Audio"]) == ["user:alex", "user:ines"]
    assert sorted(known["Polaris Robotics"]) == ["org:aurora-audio", "user:alex", "user:mira"]
    members = {row["u"]["id"] for row in place.explore("organisation")}
    assert members == {"alex", "mira", "ines"}
    turns = [row["who"] for row in place.explore("transcript")]
    assert turns == ["Mira", "Alex", "Mira", "Alex", "Mira", "Alex", "Mira", "Alex"]


def test_what_expires_and_what_rests_on_nothing_is_told(place: Place) -> None:
    assert len(place.explore("expiring")) == 3
    assert place.explore("expiring", days=0) == []
    titles = {row["fact"].split()[0] for row in place.explore("without_support")}
    assert titles == {"Employees", "Everyone", "Headphones", "Polaris"}
    assert place.explore("without_support", owner="user:ines") == []


# ---------------------------------------------------------------- the style and the page


def test_the_style_knows_every_label_and_writes_types_on_relationships() -> None:
    style = (ROOT / "cypher" / "style.grass").read_text()
    rules = dict(re.findall(r"^(\S+) \{\n(.*?)^\}", style, re.MULTILINE | re.DOTALL))
    labels = {*rows._LAYERS.values(), *rows._TYPES.values(), *rows.KINDS.values()}
    assert {f"node.{label}" for label in labels | {"Memory", "Entity", "Owner", "Session", "Change"}} <= rules.keys()
    assert all("caption: '" in rule for rule in rules.values())
    assert all("caption: '<type>'" in rule for name, rule in rules.items() if name.startswith("relationship"))
    assert style.count("{") - style.count("'{") == style.count("}") - style.count("}'")


def test_the_page_lists_every_query_and_every_index() -> None:
    page = (ROOT / "cypher" / "README.md").read_text()
    assert re.findall(r"^\| \[`(\w+)`\]", page, re.MULTILINE) == sorted(EXPLORE)
    schema = "".join(file.read_text() for file in sorted((ROOT / "cypher" / "schema").glob("*.cypher")))
    names = re.findall(r"CREATE (?:\w+ )?(?:INDEX|CONSTRAINT) (\w+)", schema)
    assert {name for name in names if f"`{name}`" not in page} == set()
    assert all((ROOT / "cypher" / link).exists() for link in re.findall(r"\]\(([^):]+)\)", page))
