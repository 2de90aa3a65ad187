from __future__ import annotations

import gzip
import json
import math
import random
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.beam.__main__ import load as load_beam
from benchmarks.beam.__main__ import main as beam
from benchmarks.common import data_folder, environment, read, resident, write_result
from benchmarks.lihua.__main__ import load as load_lihua
from benchmarks.lihua.__main__ import main as lihua
from benchmarks.locomo.__main__ import load as load_locomo
from benchmarks.locomo.__main__ import main as locomo
from benchmarks.multihop.__main__ import main as multihop
from benchmarks.remembering import Remembering
from benchmarks.retrieval import Answer, percentiles, score_all
from benchmarks.rows import ROWS, choose
from benchmarks.scoring import Scores, estimate, found, headline, paired, score
from benchmarks.speed import ingest, search
from benchmarks.speed.embedder import TokenHashingEmbedder
from benchmarks.speed.grammar import GrammarExtractor, chat, queries
from benchmarks.timeqa.__main__ import load as load_timeqa
from benchmarks.timeqa.__main__ import main as timeqa
from graphmem import Memory
from graphmem.embed.hashing import HashingEmbedder
from graphmem.errors import InvalidInput, NotFound
from graphmem.extract.base import Context
from graphmem.types import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import Vectors

# ---------------------------------------------------------------- scores, by hand


def test_recall_counts_the_share_of_the_gold_and_all_counts_only_the_whole() -> None:
    values = score([["x"], ["a"], ["y"], ["b"], ["z"], ["c"]], {"a", "b", "c"}, cuts=(1, 2, 4, 6))
    assert [values[f"recall@{k}"] for k in (1, 2, 4, 6)] == [0, pytest.approx(1 / 3), pytest.approx(2 / 3), 1]
    assert [values[f"all@{k}"] for k in (1, 2, 4, 6)] == [0, 0, 0, 1]
    assert [values[f"hit@{k}"] for k in (1, 2, 4, 6)] == [0, 1, 1, 1]
    assert values["mrr"] == 1 / 2


def test_the_gain_is_discounted_and_compared_with_the_best_order() -> None:
    values = score([["x"], ["a"], ["b"]], {"a", "b"}, cuts=(1, 2, 3))
    best = 1 + 1 / math.log2(3)
    assert values["ndcg@1"] == 0
    assert values["ndcg@2"] == pytest.approx(1 / math.log2(3) / best)
    assert values["ndcg@3"] == pytest.approx((1 / math.log2(3) + 1 / 2) / best)
    assert score([["b"], ["a"]], {"a", "b"}, cuts=(2,))["ndcg@2"] == 1


def test_nothing_found_scores_zero_and_more_cut_than_hits_is_fine() -> None:
    assert set(score([], {"a"}, cuts=(5,)).values()) == {0}
    assert set(score([["a"]], {"a"}, cuts=(50,)).values()) == {1}


def test_a_question_without_gold_is_refused() -> None:
    with pytest.raises(ValueError, match="leave it out"):
        score([["a"]], [], cuts=(5,))


def test_an_id_counts_once_where_it_came_first() -> None:
    assert found([["b"], ["a"], ["b"], ["c", "a"]]) == ["b", "a", "c"]


def test_two_hits_on_one_turn_leave_no_room_for_another() -> None:
    hits = [["a"], ["a"], ["b"], ["c", "d"]]
    assert [found(hits, k) for k in (1, 2, 3, 4)] == [["a"], ["a"], ["a", "b"], ["a", "b", "c", "d"]]
    values = score(hits, {"b"}, cuts=(2, 3))
    assert [values[name] for name in ("recall@2", "recall@3", "all@2", "all@3", "mrr")] == [0, 1, 0, 1, 1 / 2]


def test_a_hit_on_many_turns_counts_as_no_more_than_the_cut() -> None:
    assert found([["a", "b", "c"], ["d"]], 2) == ["a", "b"]


def test_the_interval_of_a_coin_is_that_of_the_binomial() -> None:
    found = estimate([1.0] * 50 + [0.0] * 50)
    # 1.96 standard errors of a fair coin thrown a hundred times are 0.098.
    assert found.mean == 0.5
    assert found.low == pytest.approx(0.402, abs=0.02)
    assert found.high == pytest.approx(0.598, abs=0.02)
    assert found == estimate([1.0] * 50 + [0.0] * 50)


def test_equal_values_have_no_spread() -> None:
    found = estimate([0.25] * 7)
    assert (found.mean, found.low, found.high) == (0.25, 0.25, 0.25)


def test_paired_difference_is_taken_question_by_question() -> None:
    rng = random.Random(1)
    base = [Scores(str(i), "c", {"m": rng.random()}) for i in range(60)]
    better = [Scores(row.qid, "c", {"m": row.values["m"] + 0.1}) for row in base]
    gain = paired(better, base, "m")
    assert gain.mean == pytest.approx(0.1)
    assert gain.high - gain.low < 1e-9
    with pytest.raises(ValueError, match="same questions"):
        paired(better[1:], base, "m")


def test_headline_groups_then_categories_each_with_its_count() -> None:
    rows = [Scores("1", "x", {"m": 1.0}), Scores("2", "y", {"m": 0.0}), Scores("3", "z", {"m": 0.0})]
    found = headline(rows, {"main": ("x", "y"), "nobody": ("q",)})
    assert list(found) == ["main", "category x", "category y", "category z"]
    assert found["main"]["n"] == 2
    assert found["main"]["m"]["mean"] == 0.5


def test_percentiles() -> None:
    assert percentiles(float(n) for n in range(101)) == {"p50": 50, "p95": 95}


# ---------------------------------------------------------------- data, environment, rows


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_missing_data_say_how_to_name_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound, match=r"--data DIR or set GRAPHMEM_DATA"):
        data_folder(str(tmp_path), "locomo")
    (tmp_path / "locomo").mkdir()
    monkeypatch.setenv("GRAPHMEM_DATA", str(tmp_path))
    assert data_folder(None, "locomo") == tmp_path / "locomo"


def test_a_broken_line_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "docs.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": 1}\nnot json\n'))
    with pytest.raises(InvalidInput, match=r"docs\.jsonl\.gz"):
        read(path)


def test_the_environment_tells_versions_but_no_paths() -> None:
    found = environment(
        ["--data", "/secret/place", "--out=/secret/x.json", "--trace", "/secret/t", "--rows", "full"],
        "benchmarks.locomo",
    )
    assert found["command"] == "python -m benchmarks.locomo --rows full"
    assert "secret" not in json.dumps(found)
    assert found["versions"]["numpy"]
    assert found["machine"]["cores"] >= 1


def test_results_are_rounded_json(tmp_path: Path) -> None:
    write_result(tmp_path / "deep" / "r.json", {"a": [1 / 3, {"b": 2 / 3}], "n": 7})
    assert json.loads((tmp_path / "deep" / "r.json").read_text()) == {"a": [0.3333, {"b": 0.6667}], "n": 7}


def test_resident_memory_grows_with_what_is_held() -> None:
    before = resident()
    block = b"x" * 50_000_000
    assert resident() - before > 40_000_000
    assert block


def test_rows_by_name_and_the_default_is_full() -> None:
    assert list(choose("full, words")) == ["words", "full"]
    assert choose("full")["full"].retrieval == type(ROWS["full"])()
    with pytest.raises(InvalidInput, match="the rows are vectors"):
        choose("best")


class _Counting(HashingEmbedder):
    calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        return super().encode(texts)


def test_a_question_is_embedded_once_and_its_time_is_kept() -> None:
    inner = _Counting()
    embedder = Remembering(inner)
    first = embedder.encode(["Where is Kiwi?"])
    took = embedder.milliseconds
    embedder.encode(["Who is Kiwi?"])
    first[:] = 0
    again = embedder.encode(["Where is Kiwi?"])
    assert inner.calls == 2
    assert embedder.milliseconds == took > 0
    assert np.array_equal(again, inner.encode(["Where is Kiwi?"]))
    for _ in range(2):
        embedder.encode([str(i) for i in range(20)])
    assert inner.calls == 5


# ---------------------------------------------------------------- a small run of each, end to end


@pytest.fixture(autouse=True)
def _offline_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "hashing")
    monkeypatch.setenv("GRAPHMEM_EXTRACTOR", "benchmarks.speed.grammar:GrammarExtractor")


_CHAT = (
    ("Ada", "I adopted a parrot called Kiwi from the shelter."),
    ("Bilal", "Lovely! I finally repaired the old gramophone."),
    ("Ada", "My sister opened a bakery on the harbour."),
    ("Bilal", "I will run the marathon of Odense in autumn."),
)


def _locomo(folder: Path) -> None:
    turns = [
        {
            "id": f"{scope}/D1:{i}",
            "scope": scope,
            "session": 1,
            "datetime": "2024-05-01T10:00",
            "speaker": who,
            "text": text,
        }
        for scope in ("c1", "c2")
        for i, (who, text) in enumerate(_CHAT if scope == "c1" else reversed(_CHAT))
    ]
    turns[1] |= {"caption": "a photo of a walnut cabinet", "image_query": "zeppelin"}
    _write(folder / "locomo" / "docs.jsonl.gz", turns)
    asked = [
        {
            "qid": "q0",
            "scope": "c1",
            "question": "What is the parrot called?",
            "category": 4,
            "gold": ["c1/D1:0"],
        },
        {
            "qid": "q1",
            "scope": "c1",
            "question": "Who photographed a walnut cabinet?",
            "category": 1,
            "gold": ["c1/D1:1"],
        },
        {
            "qid": "q2",
            "scope": "c2",
            "question": "Which marathon will Bilal run?",
            "category": 4,
            "gold": ["c2/D1:0"],
        },
        {"qid": "q3", "scope": "c2", "question": "What is not there?", "category": 5, "gold": []},
    ]
    _write(folder / "locomo" / "questions.jsonl.gz", asked)


def test_captions_are_read_and_search_words_of_pictures_are_not(tmp_path: Path) -> None:
    _locomo(tmp_path)
    texts = [m.content for hay in load_locomo(tmp_path / "locomo").haystacks for m in hay.messages()]
    assert any(text.endswith("[shares a photo of a walnut cabinet]") for text in texts)
    assert not any("zeppelin" in text for text in texts)


def test_locomo_end_to_end(tmp_path: Path) -> None:
    _locomo(tmp_path)
    out, trace = tmp_path / "r.json", tmp_path / "trace.jsonl"
    locomo(["--data", str(tmp_path), "--out", str(out), "--trace", str(trace), "--rows", "words,full"])
    result = json.loads(out.read_text())
    assert result["dataset"] == {
        "name": "locomo",
        "haystacks": 2,
        "units": 8,
        "questions": 3,
        "splits": {"": 3},
    }
    assert result["ingest"]["messages"] == 8
    assert list(result["rows"]) == ["words", "full"]
    for row in result["rows"].values():
        assert row["scores"]["all but adversarial"]["recall@5"]["mean"] == 1
        assert row["scores"]["all but adversarial"]["mrr"]["mean"] > 0.6
        assert row["units_merged"] == 0
        assert row["prefix_agreement"] == 1
        assert row["latency_ms"]["search"]["p50"] >= row["latency_ms"]["search_without_embedding"]["p50"] > 0
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    assert [line["ranked"][0] for line in lines if line["qid"] == "q0"] == ["c1/D1:0"] * 2
    assert {unit.split("/")[0] for line in lines if line["qid"] == "q2" for unit in line["ranked"]} == {"c2"}


def test_a_kept_store_is_used_again_unless_it_holds_other_memories(tmp_path: Path) -> None:
    _locomo(tmp_path)
    options = [
        "--data",
        str(tmp_path),
        "--out",
        str(tmp_path / "r.json"),
        "--db",
        str(tmp_path / "b.db"),
        "--rows",
        "words",
    ]
    first = locomo(options)
    again = locomo(options)
    assert first["ingest"]["messages"] == 8
    assert again["ingest"] is None
    assert again["rows"]["words"]["scores"] == first["rows"]["words"]["scores"]
    with Memory(str(tmp_path / "b.db")) as memory:
        memory.add("Which parrot is called Kiwi?", user_id="c1", layer="user", infer=False)
    with pytest.raises(InvalidInput, match="use a fresh --db"):
        locomo([*options[:-1], "full"])


def test_beam_splits_what_is_too_long_and_reports_abilities_apart(tmp_path: Path) -> None:
    rows = [
        {"id": "b/m0", "speaker": "user", "text": "My rocket budget is 900 crowns."},
        {"id": "b/m1", "speaker": "assistant", "text": "Noted, I shall keep to it."},
        {"id": "b/m2", "speaker": "user", "text": "log line\n" * 14_000 + "the beacon failed"},
        {"id": "b/m3", "speaker": "user", "text": "Always answer in verse when I ask about gardens."},
    ]
    base = {"scope": "b", "session": 1, "datetime": "2024-03-15"}
    _write(tmp_path / "beam100k" / "docs.jsonl.gz", [base | row for row in rows])
    asked = [
        {"question": "What is my rocket budget?", "category": "information_extraction", "gold": ["b/m0"]},
        {"question": "Which beacon failed?", "category": "knowledge_update", "gold": ["b/m2"]},
        {"question": "Tell me about gardens.", "category": "instruction_following", "gold": ["b/m3"]},
    ]
    _write(
        tmp_path / "beam100k" / "questions.jsonl.gz",
        [{"qid": str(i), "scope": "b"} | row for i, row in enumerate(asked)],
    )
    result = beam(["--data", str(tmp_path), "--out", str(tmp_path / "r.json"), "--rows", "full"])
    scores = result["rows"]["full"]["scores"]
    assert result["dataset"]["units"] == 4
    assert result["ingest"]["messages"] == 5
    assert scores["facts"]["n"] == 2
    assert "said by the assistant" not in scores
    assert scores["facts"]["recall@5"]["mean"] == 1
    assert scores["standing instructions"]["n"] == 1


def test_multihop_finds_passages_of_one_organisation(tmp_path: Path) -> None:
    passages = [
        {"id": "d0", "title": "Alderville", "text": "Alderville is a harbour town founded in 1803."},
        {"id": "d1", "title": "Ines", "text": "Ines is a painter who was born in Alderville."},
        {"id": "d2", "title": "Chess", "text": "Chess is a board game for two players."},
    ]
    _write(tmp_path / "2wiki" / "docs.jsonl.gz", passages)
    asked = {
        "qid": "q",
        "scope": "2wiki",
        "question": "When was the birthplace of Ines founded?",
        "category": "2hop",
    }
    _write(tmp_path / "2wiki" / "questions.jsonl.gz", [asked | {"gold": ["d0", "d1"]}])
    result = multihop(["--data", str(tmp_path), "--out", str(tmp_path / "r.json")])
    assert list(result["rows"]) == list(ROWS)
    assert result["rows"]["full"]["scores"]["all"]["recall@2"]["mean"] == 1
    assert set(result["gain_over_previous_row"]["gains"]) == {
        "words - vectors", "hybrid - words", "hybrid+graph - hybrid", "full - hybrid+graph",
    }  # fmt: skip


def test_what_the_assistant_said_is_scored_apart_from_the_rest_of_the_gold(tmp_path: Path) -> None:
    rows = [
        {"id": "b/m0", "speaker": "user", "text": "Which rope suits a canoe?"},
        {"id": "b/m1", "speaker": "assistant", "text": "A floating rope of polypropylene suits a canoe."},
        {"id": "b/m2", "speaker": "user", "text": "I bought a kettle."},
    ]
    _write(
        tmp_path / "beam100k" / "docs.jsonl.gz",
        [{"scope": "b", "session": 1, "datetime": "2024-03-15"} | r for r in rows],
    )
    asked = [
        {"question": "Which rope suits a canoe?", "category": "summarization", "gold": ["b/m0", "b/m1"]},
        {"question": "What did I buy?", "category": "information_extraction", "gold": ["b/m2"]},
    ]
    _write(
        tmp_path / "beam100k" / "questions.jsonl.gz", [{"qid": str(i), "scope": "b"} | r for i, r in enumerate(asked)]
    )
    data = load_beam(tmp_path / "beam100k")
    assert [(question.qid, question.gold) for question in data.narrowed("said by the assistant")] == [
        ("0", frozenset({"b/m1"}))
    ]
    first = [Answer(question.qid, [["b/m0"], ["b/m2"], ["b/m1"]], 0, 0, 0) for question in data.questions]
    assert [row.values["mrr"] for row in score_all(data, first)] == [1, 1 / 2]
    assert [row.values["mrr"] for row in score_all(data, first, data.narrowed("said by the assistant"))] == [1 / 3]
    result = beam(["--data", str(tmp_path), "--out", str(tmp_path / "r.json"), "--rows", "full"])
    assert result["rows"]["full"]["scores"]["said by the assistant"]["n"] == 1


def test_a_chat_is_found_where_its_best_message_is(tmp_path: Path) -> None:
    chats = {
        "20260105_1100": [("LiHua", "The lighthouse tour begins at noon."), ("AdamSmith", "I shall bring lanterns.")],
        "20260106": [
            ("AdamSmith", "The plumber repairs the boiler on Friday."),
            ("LiHua", "Thank you for the boiler!"),
        ],
    }
    docs = [
        {
            "id": f"lihua/{name}",
            "scope": "lihua",
            "datetime": "2026-01-06",
            "messages": [{"speaker": who, "text": text} for who, text in said],
        }
        for name, said in chats.items()
    ]
    _write(tmp_path / "lihua" / "docs.jsonl.gz", docs)
    base = {"scope": "lihua", "category": "Single", "question": "Who repairs the boiler?"}
    asked = [
        base | {"qid": "1", "gold": ["lihua/20260106"]},
        base | {"qid": "2", "gold": []},
        base | {"qid": "3", "gold": ["lihua/20260105_1100", "lihua/20260106"], "category": "Multi"},
    ]
    _write(tmp_path / "lihua" / "questions.jsonl.gz", asked)
    assert load_lihua(tmp_path / "lihua").ranked([["b"], ["a"], ["b"], ["c"]]) == [["b"], ["a"], ["c"]]
    result = lihua(["--data", str(tmp_path), "--out", str(tmp_path / "r.json"), "--rows", "full"])
    assert result["dataset"] | {"splits": 0} == {
        "name": "lihua", "haystacks": 1, "units": 2, "questions": 2, "splits": 0,
    }  # fmt: skip
    assert result["ingest"]["messages"] == 4
    scores = result["rows"]["full"]["scores"]
    assert scores["category Single"]["recall@1"]["mean"] == 1
    assert scores["category Multi"]["recall@5"]["mean"] == 1


def test_paragraphs_are_added_page_by_page_in_their_order(tmp_path: Path) -> None:
    rows = [
        {"id": f"timeqa/{page}/{i}", "page": page, "title": page, "text": text}
        for page, texts in {
            "Harbourton": ["Harbourton", "The ferry was owned by Ostman from 1950 to 1960."],
            "Quillby": ["Quillby", "The mill was owned by Aldous until 1901."],
        }.items()
        for i, text in enumerate(texts)
    ]
    _write(tmp_path / "timeqa_human" / "docs.jsonl.gz", rows)
    asked = {"qid": "q", "question": "Who owned the ferry of Harbourton in 1955?", "category": "P127"}
    _write(tmp_path / "timeqa_human" / "questions.jsonl.gz", [asked | {"gold": ["timeqa/Harbourton/1"]}])
    calls = load_timeqa(tmp_path / "timeqa_human").haystacks[0].calls
    assert [[message.metadata["unit"] for message in call.messages] for call in calls] == [
        ["timeqa/Harbourton/0", "timeqa/Harbourton/1"],
        ["timeqa/Quillby/0", "timeqa/Quillby/1"],
    ]
    result = timeqa(["--data", str(tmp_path), "--out", str(tmp_path / "r.json"), "--rows", "full"])
    assert result["rows"]["full"]["scores"]["all"]["recall@5"]["mean"] == 1


# ---------------------------------------------------------------- speed


def test_equal_seeds_give_equal_chats() -> None:
    first, second, other = list(chat(3, 50)), list(chat(3, 50)), list(chat(4, 50))
    assert first == second != other
    assert [len(session) for session in first] == [20, 20, 10]
    assert queries(3, 5) == queries(3, 5)


def test_the_grammar_reads_what_it_writes() -> None:
    message = Message(content="That sounds great! I work at Oakbank and my office is in Merham.", name="Ada")
    drafts = GrammarExtractor().extract([message], Context(now=datetime.now(timezone.utc)))
    assert {mention.name for mention in drafts.mentions} == {"Ada", "Oakbank", "Merham"}
    assert [(r.subject, r.type, r.object) for r in drafts.relations] == [("Ada", "WORKS_AT", "Oakbank")]
    assert [fact.text for fact in drafts.facts] == ["I work at Oakbank and my office is in Merham."]


def test_a_small_store_is_built_measured_and_exact(tmp_path: Path) -> None:
    built = search.build(tmp_path / "s.db", memories=400, users=4)
    assert built["memories"] >= 400
    assert built["file_bytes"] > 0
    measured = search.measure(tmp_path / "s.db", users=4, searches=20)
    assert measured["searches"] == 20
    assert measured["recall_ms"]["p50"] + measured["rank_ms"]["p50"] <= measured["search_ms"]["p95"]
    assert 0 < measured["search_ms"]["p50"] <= measured["search_ms"]["p95"]
    assert search.exactness(tmp_path / "s.db", users=4, searches=20) == 1


def test_the_stores_that_are_timed_hold_token_vectors(tmp_path: Path) -> None:
    search.build(tmp_path / "s.db", memories=60, users=1)
    with Memory(str(tmp_path / "s.db"), embedder=TokenHashingEmbedder(), extractor=GrammarExtractor()) as memory:
        hits = memory.search(queries(7, 1)[0], user_id="user-0", explain=True)
    assert any(hit.why.terms.get("late") for hit in hits)


def test_sizes_are_memories_by_users() -> None:
    assert search.sizes("10000x1,100000x1000") == [(10_000, 1), (100_000, 1_000)]


def test_the_parts_of_an_add_are_at_work_side_by_side() -> None:
    shares = ingest.compare(list(chat(1, 4)), runs=1)["engine_shares"]
    embedding, parsing, reading, neither = shares.values()
    assert all(0 < share < 1 for share in shares.values())
    assert neither <= 1 - max(embedding, parsing + reading) + 1e-9
