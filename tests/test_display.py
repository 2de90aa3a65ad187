"""What notebooks show of values, and their data frames."""

from __future__ import annotations

import pickle
import re
import sys
from datetime import datetime, timezone
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import networkx as nx
import pandas as pd
import pytest

from graphmem import display
from graphmem.errors import MissingExtra
from graphmem.store.base import Subgraph
from graphmem.types import (
    Entity,
    Event,
    Events,
    Hit,
    Listing,
    MemoryItem,
    Page,
    Relation,
    Scope,
    SearchResults,
    Stats,
    Why,
)
from graphmem.view import View
from tests.engine import open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphmem import Memory

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>&amp;'\""
WHEN = datetime(2024, 5, 1, 9, 30, tzinfo=timezone.utc)
ALEX: dict[str, Any] = {"user_id": "alex"}


class Reader(HTMLParser):
    """What a browser would see: the tags, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def hit(text: str = "I live in Oslo.", score: float = 0.62, **more: Any) -> Hit:
    why = Why(channels=("vector", "words"), terms={"words": 0.4, "cosine": 2.25, "role": -2.5}, layer="user")
    given = {"layer": "user", "why": why, "valid_from": WHEN, **more}
    return Hit(id="m1", memory=text, score=score, created_at=WHEN, hash="0f", **given)


def relation(name: str = "Oslo", **more: Any) -> Relation:
    given = {"subject_name": "Alex", "object_name": name, "type": "LIVES_IN", **more}
    return Relation(id="r1", subject="e1", object="e2", memory_id="m1", **given)


def every_display(text: str) -> list[str]:
    """One of everything that a notebook may show, with this text wherever a text may stand."""
    event = Event(id="m1", memory=text, previous=text, event="UPDATE", layer="user", at=WHEN)
    entity = Entity(id="e1", owner=text, name=text, key=text, type=text, aliases=(text,))
    spoken = hit(text, name=text, role="user", layer="conversation", metadata={text: text}, categories=(text,))
    edge = relation(text, subject_name=text, type=text)
    graph = View.of(Subgraph(entities=[entity, entity.model_copy(update={"id": "e2"})], relations=[edge]))
    values = [
        hit(text), spoken, event, entity, edge, graph,
        SearchResults(results=(spoken,)), Page(results=(spoken,)), Events(results=(event,)),
        Listing(Entity, [entity]), Listing(Relation, [edge]), Scope(user_id=text), Stats(store=text),
    ]  # fmt: skip
    return [value._repr_html_() for value in values]  # type: ignore[attr-defined]


def test_whatever_a_text_holds_is_shown_as_text() -> None:
    plain, hostile = ([Reader(page) for page in every_display(text)] for text in ("calm", HOSTILE))
    for calm, wild in zip(plain, hostile, strict=True):
        assert wild.tags == calm.tags
        assert wild.open == []
        assert not {"script", "img"} & set(wild.tags)
        assert HOSTILE in wild.text or "iframe" in wild.tags


def test_hits_are_a_table_of_score_layer_memory_time_and_why() -> None:
    reader = Reader(SearchResults(results=(hit(),))._repr_html_())
    assert reader.texts[:5] == ["score", "layer", "memory", "when", "why"]
    assert reader.texts[5:] == [
        "0.62", "user", "I live in Oslo.", "2024-05-01", "by vector, words: role -2.5, cosine +2.2, words +0.4",
    ]  # fmt: skip


def test_a_turn_says_who_spoke_and_an_old_fact_until_when() -> None:
    turn = hit(layer="conversation", name="Mira", role="user")
    assert "Mira: I live in Oslo." in Reader(Page(results=(turn,))._repr_html_()).texts
    assert "I live in Oslo. (until 2024-05-01)" in Reader(Page(results=(hit(valid_to=WHEN),))._repr_html_()).texts


def test_a_single_hit_shows_every_field_that_says_something() -> None:
    text = Reader(hit(sources=("t1", "t2"))._repr_html_()).text
    assert "2024-05-01 09:30 UTC" in text
    assert "t1, t2" in text
    assert "words 0.4, cosine 2.25, role -2.5" in text
    assert "session_id" not in text


def test_events_say_what_changed_and_hide_what_was_deleted() -> None:
    changed = Event(
        id="m", memory="I live in Oslo.", previous="I live in Bergen.", event="UPDATE", layer="user", at=WHEN
    )
    gone = Event(id="m", memory=None, event="DELETE", layer="user", at=WHEN)
    texts = Reader(Events(results=(changed, gone))._repr_html_()).texts
    assert texts[3:] == ["UPDATE", "user", "I live in Bergen. → I live in Oslo.", "DELETE", "user", "(deleted)"]


def test_relations_are_read_as_sentences() -> None:
    row = relation(polarity=False, valid_from=WHEN, confidence=0.9)
    assert Reader(Listing(Relation, [row])._repr_html_()).texts[6:] == [
        "Alex", "NOT LIVES_IN", "Oslo", "2024-05-01", "0.90",
    ]  # fmt: skip


def test_no_rows_are_said_in_words() -> None:
    assert Reader(SearchResults()._repr_html_()).text == "no memory answers that"
    assert Reader(Events()._repr_html_()).text == "nothing to remember in that"
    assert Reader(Listing(Entity)._repr_html_()).text == "nothing here"


def test_long_lists_and_long_texts_are_cut() -> None:
    page = SearchResults(results=tuple(hit("x" * 100_000) for _ in range(60)))._repr_html_()
    assert page.count("<tr>") == 1 + 50
    assert Reader(page).texts[-1] == "and 10 more"
    assert len(page) < 80_000


def test_no_colour_is_set_that_a_dark_page_would_swallow() -> None:
    for page in every_display("calm"):
        outside = re.sub(r'srcdoc="[^"]*"', "", page)
        assert set(re.findall(r"(?:color|background)\s*:\s*([^;\"]+)", outside)) <= {"currentColor"}


# ---------------------------------------------------------------- subgraphs


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Memory]:
    with open_memory("networkx", tmp_path) as memory:
        memory.add(["I live in Oslo.", "My sister Ana is a nurse."], timestamp="2024-01-01", session_id="s", **ALEX)
        yield memory


def test_a_subgraph_shows_its_picture_and_its_relations(told: Memory) -> None:
    graph = told.subgraph(**ALEX)
    reader = Reader(graph._repr_html_())
    assert f"{len(graph.entities)} entities, {len(graph.relations)} relations, {len(graph.memories)} memories" in (
        reader.texts
    )
    assert reader.tags.count("iframe") == 1
    assert {"LIVES_IN", "SISTER"} <= set(reader.texts)
    assert Reader(told.neighbours("Ana", **ALEX)._repr_html_()).tags.count("iframe") == 1


def test_a_large_subgraph_has_no_picture() -> None:
    many = [Entity(id=f"e{i}", owner="o", name=f"n{i}", key=f"n{i}") for i in range(301)]
    assert "iframe" not in View.of(Subgraph(entities=many))._repr_html_()
    assert "iframe" in View.of(Subgraph(entities=many[:300]))._repr_html_()
    long = [many[0].model_copy(update={"name": "x" * 200_000})]
    assert "iframe" not in View.of(Subgraph(entities=long))._repr_html_()
    assert "iframe" not in View.of(Subgraph())._repr_html_()


def test_a_subgraph_is_a_networkx_graph(told: Memory) -> None:
    graph = told.subgraph(**ALEX)
    view = graph.to_networkx()
    assert isinstance(view, nx.MultiDiGraph)
    assert nx.utils.graphs_equal(view, told.to_networkx(**ALEX))
    assert {kind for _, kind in view.nodes(data="kind")} == {"entity", "memory"}
    assert {e.name for e in graph.entities} <= {label for _, label in view.nodes(data="label")}
    assert {layer for _, layer in view.nodes(data="layer")} >= {"user", "conversation"}
    lives = next(data for *_, data in view.edges(data=True) if data["type"] == "LIVES_IN")
    assert 0 < lives["confidence"] <= 1
    assert lives["valid_from"] == datetime(2024, 1, 1, tzinfo=timezone.utc)


# ---------------------------------------------------------------- data frames


def test_hits_become_a_frame_in_their_order(told: Memory) -> None:
    found = told.search("Where does Alex live?", explain=True, **ALEX)
    frame = found.to_pandas()
    assert frame["memory"].tolist() == [one.memory for one in found]
    assert frame["score"].tolist() == [one.score for one in found]
    assert set(MemoryItem.model_fields) <= set(frame.columns)
    assert str(frame["valid_from"].dtype) == "datetime64[us, UTC]"
    assert frame["valid_from"][0] == found[0].valid_from
    terms = [name for name in frame if name.startswith("why.") and name not in ("why.channels", "why.path")]
    for row, one in zip(frame[terms].to_dict("records"), found, strict=True):
        assert {name.removeprefix("why."): value for name, value in row.items() if value} == one.why.terms


def test_an_open_end_is_not_a_time() -> None:
    frame = SearchResults(results=(hit(), hit(valid_to=WHEN))).to_pandas()
    assert frame["valid_to"].isna().tolist() == [True, False]
    assert frame["valid_to"][1] == pd.Timestamp(WHEN)


def test_the_first_and_the_last_year_there_are() -> None:
    ends = datetime(1, 1, 1, tzinfo=timezone.utc), datetime(9999, 12, 31, tzinfo=timezone.utc)
    frame = SearchResults(results=(hit(valid_from=ends[0], valid_to=ends[1]),)).to_pandas()
    assert (frame["valid_from"][0].year, frame["valid_to"][0].year) == (1, 9999)


def test_what_is_empty_has_the_same_columns() -> None:
    assert list(SearchResults().to_pandas()) == [*MemoryItem.model_fields, "score", "why.channels", "why.path"]
    assert list(Page().to_pandas()) == list(MemoryItem.model_fields)
    assert list(Events().to_pandas()) == list(Event.model_fields)
    assert list(Listing(Relation).to_pandas()) == list(Relation.model_fields)
    assert str(Page().to_pandas()["created_at"].dtype) == "datetime64[us, UTC]"


def test_all_that_a_memory_lists_becomes_a_frame(told: Memory) -> None:
    everything = told.get_all(**ALEX)
    assert everything.to_pandas()["id"].tolist() == [item.id for item in everything]
    assert "Ana" in told.entities(**ALEX).to_pandas()["name"].tolist()
    assert "LIVES_IN" in told.relations(**ALEX).to_pandas()["type"].tolist()
    assert told.path("alex", "Ana", **ALEX).to_pandas()["type"].tolist() == ["SISTER"]
    assert told.history(everything[0].id).to_pandas()["event"].tolist() == ["ADD"]
    assert told.add("I like tea.", **ALEX).to_pandas()["event"].tolist() == ["ADD", "ADD"]
    assert told.subgraph(**ALEX).relations.to_pandas()["type"].tolist()


def test_a_listing_is_a_list() -> None:
    rows = Listing(Relation, [relation("Oslo"), relation("Bergen")])
    assert rows == [relation("Oslo"), relation("Bergen")]
    assert rows[1].object_name == "Bergen"
    assert [row.object_name for row in rows[:1].to_pandas().itertuples()] == ["Oslo"]
    copied = pickle.loads(pickle.dumps(rows))
    assert copied == rows
    assert copied.kind is Relation


def test_without_pandas_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=re.escape("pip install 'graphmem[notebooks]'")):
        SearchResults().to_pandas()


def test_a_table_escapes_what_its_cells_return() -> None:
    assert "<b>" not in display.table(["x"], {"<b>": lambda row: f"<b>{row}"})
