"""Token vectors from the embedder to the store and back: who has some, who has none, and when they go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphmem import Memory, Settings
from graphmem.embed import projection
from graphmem.embed.base import MOST_PIECES, TokenEmbedder
from graphmem.embed.hashing import HashingEmbedder
from graphmem.embed.make_projection import directions, sentences
from graphmem.embed.sentence_transformers import SentenceTransformerEmbedder, packaged
from graphmem.types import Scope
from tests.conftest import ENGINES
from tests.engine import MINILM, Clock, open_memory
from tests.tokens import Words
from tests.worlds import probe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from graphmem.embed.base import Vectors

# ---------------------------------------------------------------- the default model

TEXTS = [
    "I moved to Bergen, near the harbour!",
    "Unbelievable",
    "",
    "tea " * (MOST_PIECES + 6),
    "Żółw 🐢 swimming",
    "yes",
]


def test_the_sentence_vectors_are_those_of_encode() -> None:
    vectors, _ = MINILM.encode_tokens(TEXTS)
    np.testing.assert_allclose(vectors, MINILM.encode(TEXTS), atol=1e-5)
    assert vectors.dtype == np.float32


def test_a_text_has_a_unit_row_for_every_piece_and_tells_its_word() -> None:
    _, states = MINILM.encode_tokens(TEXTS)
    first, long_word, empty, too_long, foreign, short = states
    assert first is not None
    assert first.words == ("I", "moved", "to", "Bergen", ",", "near", "the", "harbour", "!")
    assert first.vectors.shape == (9, MINILM.token_dim)
    np.testing.assert_allclose(np.linalg.norm(first.vectors, axis=1), 1, atol=1e-5)
    assert long_word is not None
    assert set(long_word.words) == {"Unbelievable"}
    assert (empty, too_long) == (None, None)
    assert foreign is not None
    assert set(foreign.words) == {"Żółw", "🐢", "swimming"}
    assert short is not None
    assert short.words == ("yes",)


def test_states_do_not_depend_on_what_is_encoded_beside() -> None:
    (alone,) = MINILM.encode_tokens(TEXTS[:1])[1]
    beside = MINILM.encode_tokens([*TEXTS, *(f"{n} more words to read" for n in range(200))])[1][0]
    assert alone is not None
    assert beside is not None
    np.testing.assert_allclose(alone.vectors, beside.vectors, atol=1e-4)


def test_the_longest_text_that_has_some() -> None:
    at, beyond = MINILM.encode_tokens(["tea " * MOST_PIECES, "tea " * (MOST_PIECES + 1)])[1]
    assert at is not None
    assert len(at.words) == MOST_PIECES
    assert beyond is None


def test_nothing_is_encoded_to_nothing() -> None:
    vectors, states = MINILM.encode_tokens([])
    assert (vectors.shape, states) == ((0, 384), [])


def test_a_byte_a_number_is_near_enough() -> None:
    (state,) = MINILM.encode_tokens([TEXTS[0]])[1]
    assert state is not None
    kept = state.quantised()
    assert kept.dtype == np.int8
    np.testing.assert_allclose(state.vectors @ kept.T / 127, state.vectors @ state.vectors.T, atol=0.012)


def test_a_model_by_its_folder_keeps_all_dimensions() -> None:
    other = SentenceTransformerEmbedder(packaged())
    vectors, (state,) = other.encode_tokens(["tea for two"])
    assert (other.token_dim, other.dim) == (384, 384)
    assert state is not None
    assert state.vectors.shape == (3, 384)
    np.testing.assert_allclose(vectors, MINILM.encode(["tea for two"]), atol=1e-5)


# ---------------------------------------------------------------- fewer dimensions


def test_the_projection_is_orthonormal_and_small() -> None:
    matrix = projection.load()
    assert matrix.shape == (384, projection.DIM)
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(projection.DIM), atol=2e-3)


def test_the_projection_keeps_what_the_model_says() -> None:
    """Of sentences that it was not made of it holds more than what fewer sentences tell, which is much already."""
    whole = SentenceTransformerEmbedder(packaged())
    known = whole.vocabulary()
    assert sentences(known, 5) == sentences(known, 5)
    fresh, other = (_states(whole, sentences(known, 120, seed)) for seed in (1, 2))

    def held(matrix: Vectors) -> float:
        return float(np.square(other @ matrix).sum() / np.square(other).sum())

    assert held(projection.load()) > held(directions(fresh)) > 0.65
    assert held(np.eye(384, projection.DIM, dtype=np.float32)) < 0.5


def _states(embedder: SentenceTransformerEmbedder, texts: Sequence[str]) -> Vectors:
    return np.concatenate([one.vectors for one in embedder.encode_tokens(texts)[1] if one is not None])


# ---------------------------------------------------------------- the engine


def states(text: str) -> Any:
    """What is stored of a text."""
    (one,) = Words().encode_tokens([text])[1]
    assert one is not None
    return one.quantised().tolist()


def tokens(memory: Memory, user: str = "alex", embedder: HashingEmbedder | None = None) -> dict[str, Any]:
    """Text -> stored token vectors, of the raw turns that a search finds."""
    (vector,) = (embedder or Words()).encode(["tea"])
    (found,) = memory._store.recall([probe("tea", vector=vector, scope=Scope(user_id=user), k=200)])
    turns = [item for item in found.fetch(found.ids) if item.layer == "conversation"]
    read = found.tokens([turn.id for turn in turns])
    return {turn.memory: None if one is None else one.tolist() for turn, one in zip(turns, read, strict=True)}


@pytest.fixture(params=ENGINES)
def memory(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Memory]:
    with open_memory(request.param, tmp_path, clock, embedder=Words()) as made:
        yield made


def test_the_ports_are_told_apart() -> None:
    assert isinstance(MINILM, TokenEmbedder)
    assert isinstance(Words(), TokenEmbedder)
    assert not isinstance(HashingEmbedder(), TokenEmbedder)


def test_turns_have_some_and_facts_and_long_turns_have_none(memory: Memory) -> None:
    long = "well " * (MOST_PIECES + 6)
    memory.add(["I drink green tea.", long], user_id="alex")
    assert tokens(memory) == {"I drink green tea.": states("I drink green tea."), long: None}
    kinds = {value.item.layer: value.tokens is None for kind, value in dumped(memory) if value.item.memory != long}
    assert kinds == {"conversation": False, "user": True}
    assert memory.doctor() == []


def dumped(memory: Memory) -> list[tuple[str, Any]]:
    return [row for row in memory._store.dump(memory._tenant) if row[0] == "memory"]


def test_documents_have_none(memory: Memory) -> None:
    memory.add("Tea is served at five.", user_id="alex", infer=False)
    assert [value.tokens for _, value in dumped(memory)] == [None]


def test_turns_that_are_kept_or_read_later_have_some(memory: Memory) -> None:
    memory.add("I drink tea.", user_id="alex", layer="conversation", infer=False)
    ids: list[str] = []
    memory.add("I like Oslo.", user_id="alex", defer=ids.extend)
    bare = tokens(memory)
    memory.promote(ids)
    assert tokens(memory) == bare == {text: states(text) for text in ("I drink tea.", "I like Oslo.")}


def test_one_pass_makes_both(tmp_path: Path) -> None:
    with open_memory("networkx", tmp_path, embedder=(words := Words())) as memory:
        memory.add("hello there", user_id="alex")
        memory.add("hello again", user_id="alex")  # names of categories were encoded with the first
        before = words.passes
        memory.add("hello for the third time", user_id="alex")
        assert words.passes == before + 1


def test_a_rewritten_turn_has_those_of_its_new_words(memory: Memory) -> None:
    turn = memory.add("I drink tea.", user_id="alex").results[-1]
    memory.update(turn.id, text="I drink coffee now.")
    assert tokens(memory) == {"I drink coffee now.": states("I drink coffee now.")}
    memory.update(turn.id, metadata={"seen": True})
    assert tokens(memory) == {"I drink coffee now.": states("I drink coffee now.")}


def test_what_is_deleted_leaves_none(memory: Memory) -> None:
    for text in ("I drink tea.", "I like Oslo."):
        memory.add(text, user_id="alex", session_id=text[2:6])
    memory.delete_all(user_id="alex", session_id="drin")
    assert list(tokens(memory)) == ["I like Oslo."]
    memory.reset()
    assert dumped(memory) == []
    assert memory.doctor() == []


def test_embedding_anew_makes_them_or_drops_them(memory: Memory) -> None:
    memory.add("I drink tea.", user_id="alex")
    without = _like(memory, settings=Settings(token_vectors=False))
    without.reembed()
    assert tokens(memory) == {"I drink tea.": None}
    memory.reembed()
    assert tokens(memory) == {"I drink tea.": states("I drink tea.")}


def _like(memory: Memory, settings: Settings) -> Memory:
    """The same store under other settings."""
    return memory.for_tenant(memory._tenant, settings=settings)


def test_they_can_be_turned_off_and_the_rest_is_the_same(memory: Memory) -> None:
    off = _like(memory, settings=Settings(token_vectors=False))
    off.add("I drink tea.", user_id="alex")
    assert tokens(memory) == {"I drink tea.": None}
    vectors, found = off._writer.encoder.encode_question(["tea?"])
    assert list(vectors) == ["tea?"]
    assert found is None


def test_a_question_tells_its_states_in_the_same_pass(memory: Memory) -> None:
    words = memory._writer.encoder.embedder
    assert isinstance(words, Words)
    before = words.passes
    vectors, found = memory._writer.encoder.encode_question(
        ["Who drinks tea?", "I drink tea?", "Who drinks tea?", "a " * (MOST_PIECES + 6)]
    )
    assert words.passes == before + 1
    assert list(vectors) == ["Who drinks tea?", "I drink tea?", "a " * (MOST_PIECES + 6)]
    assert found is not None
    assert list(found) == ["Who drinks tea?", "I drink tea?"]
    assert found["Who drinks tea?"].words == ("Who", "drinks", "tea?")


@pytest.mark.parametrize("kind", ["networkx", "sqlite"])
def test_an_embedder_without_them_has_none(tmp_path: Path, kind: str) -> None:
    with open_memory(kind, tmp_path) as memory:
        memory.add("I drink tea.", user_id="alex")
        assert memory._writer.encoder.encode_question(["tea?"])[1] is None
        assert [value.tokens for _, value in dumped(memory)] == [None, None]
        assert memory.search("tea", user_id="alex")[0].memory == "I drink tea."


@pytest.mark.parametrize("kind", ["networkx", "sqlite"])
def test_the_default_embedder_stores_some(tmp_path: Path, kind: str) -> None:
    with open_memory(kind, tmp_path, embedder=MINILM) as memory:
        memory.add("I drink green tea every morning.", user_id="alex")
        (turn,) = (value for _, value in dumped(memory) if value.item.layer == "conversation")
        assert turn.tokens.shape == (7, 128)
        _, found = memory._writer.encoder.encode_question(["What does Alex drink?"])
        assert found is not None
        state = found["What does Alex drink?"]
        likest = (state.vectors @ turn.tokens.T / 127).argmax(axis=1)
        assert likest[state.words.index("drink")] == 1


# ---------------------------------------------------------------- moving


@pytest.mark.parametrize("kind", ["networkx", "sqlite"])
def test_an_export_tells_them_and_an_import_keeps_them(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "all.jsonl"
    with open_memory("networkx", tmp_path, embedder=Words()) as memory:
        memory.add("I drink tea.", user_id="alex")
        memory.export(path)
    with open_memory(kind, tmp_path, embedder=Words()) as other:
        other.import_(path)
        assert tokens(other) == {"I drink tea.": states("I drink tea.")}


def test_an_export_of_other_vectors_gets_token_vectors_anew(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    with open_memory("networkx", tmp_path) as memory:
        memory.add("I drink tea.", user_id="alex")
        memory.export(path)
        assert all("tokens" not in json.loads(line) for line in path.read_text().splitlines())
    with open_memory("networkx", tmp_path, embedder=Words()) as other:
        other.import_(path)
        assert tokens(other) == {"I drink tea.": states("I drink tea.")}
        other.export(path)
    with open_memory("networkx", tmp_path) as third:
        third.import_(path)
        assert tokens(third, embedder=HashingEmbedder()) == {"I drink tea.": None}


@pytest.mark.parametrize(
    "spoiled", [{"dim": 0, "states": "AAAA"}, {"dim": 2, "states": "AAAA"}, {"dim": 1, "states": "?"}, {"dim": 1}, "x"]
)
def test_spoiled_token_vectors_of_an_export_are_refused(tmp_path: Path, spoiled: Any) -> None:
    path = tmp_path / "all.jsonl"
    with open_memory("networkx", tmp_path, embedder=Words()) as memory:
        memory.add("hm", user_id="alex")
        memory.export(path)
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for row in rows:
            if row["kind"] == "memory":
                row["tokens"] = spoiled
        path.write_text("\n".join(map(json.dumps, rows)))
        memory.reset()
        with pytest.raises(Exception, match="not a line of a graphmem export"):
            memory.import_(path)
        assert memory.stats().memories == 0
