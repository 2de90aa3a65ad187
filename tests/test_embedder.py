"""The embedder: any object that fits, by name or ready; another one's file is refused and can be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphmem import Memory
from graphmem.embed.hashing import HashingEmbedder
from graphmem.errors import EmbedderMismatch, GraphMemError, InvalidInput
from tests.engine import MINILM, SPACY, open_memory, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from graphmem.embed.base import Vectors


class Letters:
    """How often each letter stands in a text: an embedder of somebody else's."""

    name = "letters"
    dim = 26

    def encode(self, texts: Sequence[str]) -> Vectors:
        counts = [[1.0 + text.lower().count(chr(97 + i)) for i in range(26)] for text in texts]
        rows = np.array(counts, np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


class Broken(Letters):
    """Breaks the contract in one way."""

    def __init__(self, spoil: Callable[[Vectors], Any]) -> None:
        self.spoil = spoil

    def encode(self, texts: Sequence[str]) -> Any:
        return self.spoil(super().encode(texts))


def make() -> Letters:
    return Letters()


@pytest.mark.parametrize("given", [Letters(), "tests.test_embedder:make", "tests.test_embedder:Letters"])
def test_any_object_that_fits_or_its_name(tmp_path: Path, given: Any) -> None:
    for kind in ("networkx", "sqlite"):
        with open_memory(kind, tmp_path, embedder=given) as memory:
            memory.add(["I live in Oslo.", "I love hiking."], user_id="alex")
            assert memory.stats().embedder == "letters"
            assert texts(memory.search("I love hiking.", user_id="alex"), "user")[0] == "I love hiking."


SPOILED: dict[str, Callable[[Vectors], Any]] = {
    "too short": lambda rows: rows[:, :5],
    "one row": lambda rows: rows[0],
    "a row too many": lambda rows: np.concatenate([rows, rows[:1]]),
    "NaN": lambda rows: rows * np.nan,
    "zeros": lambda rows: rows * 0,
    "not of length 1": lambda rows: rows * 2,
    "ragged": lambda rows: [[1.0], [1.0, 2.0]],
    "nothing": lambda rows: None,
    "text": lambda rows: "abc",
}


@pytest.mark.parametrize("kind", ["networkx", "sqlite"])
@pytest.mark.parametrize("spoiled", SPOILED)
def test_vectors_of_a_wrong_shape_are_refused(tmp_path: Path, kind: str, spoiled: str) -> None:
    with open_memory(kind, tmp_path, embedder=Broken(SPOILED[spoiled])) as memory:
        with pytest.raises(InvalidInput, match=r"must return float32 of shape \(\d+, 26\)"):
            memory.add("I live in Oslo.", user_id="alex")
        assert memory.stats().memories == 0
        assert memory.stats().embedder is None


def test_an_error_of_the_embedder_itself_is_not_hidden(tmp_path: Path) -> None:
    def fail(_: Vectors) -> Any:
        raise ValueError("no more credit")

    with open_memory("networkx", tmp_path, embedder=Broken(fail)) as memory:
        with pytest.raises(ValueError, match="no more credit") as caught:
            memory.add("I live in Oslo.", user_id="alex")
        assert not isinstance(caught.value, GraphMemError)
        assert memory.stats().memories == 0


def test_what_is_stored_in_half_precision_is_near_enough(tmp_path: Path) -> None:
    with open_memory("networkx", tmp_path, embedder=Broken(lambda rows: rows.astype(np.float16))) as memory:
        memory.add("I live in Oslo.", user_id="alex")
        assert memory.search("Oslo", user_id="alex")


@pytest.mark.parametrize("other", [HashingEmbedder(64), Letters()])
def test_another_models_file_is_refused_and_mended(tmp_path: Path, other: Any) -> None:
    with open_memory("sqlite", tmp_path) as memory:
        event = memory.add("I live in Oslo and I prefer tea.", user_id="alex")[0]
    with open_memory("sqlite", tmp_path, embedder=other) as memory:
        for call in (
            lambda: memory.add("I love hiking.", user_id="alex"),
            lambda: memory.search("Oslo", user_id="alex"),
            lambda: memory.context("Oslo", user_id="alex"),
            lambda: memory.update(event.id, "I live in Rome."),
        ):
            with pytest.raises(EmbedderMismatch, match="`graphmem reembed`") as caught:
                call()
            assert "hashing-256" in str(caught.value)
        assert memory.get(event.id).memory == "I live in Oslo and I prefer tea."
        assert "`graphmem reembed`" in memory.doctor()[0].detail
        told: list[tuple[int, int | None]] = []
        assert memory.reembed(lambda done, total: told.append((done, total))) == 2
        assert told[-1] == (2, 2)
        assert memory.doctor() == []
        assert memory.stats().embedder == other.name
        assert memory.search("Oslo", user_id="alex")[0].id == event.id
        memory.add("I love hiking.", user_id="alex")
    with open_memory("sqlite", tmp_path) as memory, pytest.raises(EmbedderMismatch, match=other.name):
        memory.search("Oslo", user_id="alex")


def test_the_same_name_with_another_length_is_another_model(tmp_path: Path) -> None:
    class Short(Letters):
        dim = 5

        def encode(self, texts: Sequence[str]) -> Vectors:
            rows = super().encode(texts)[:, :5]
            unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
            return unit

    with open_memory("sqlite", tmp_path, embedder=Letters()) as memory:
        memory.add("I live in Oslo.", user_id="alex")
    with open_memory("sqlite", tmp_path, embedder=Short()) as memory:
        with pytest.raises(EmbedderMismatch, match=r"26 numbers"):
            memory.search("Oslo", user_id="alex")
        memory.reembed()
        assert memory.search("Oslo", user_id="alex")


def test_a_reembedding_that_fails_changes_nothing(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path) as memory:
        memory.add("I live in Oslo.", user_id="alex")
    with open_memory("sqlite", tmp_path, embedder=Broken(SPOILED["too short"])) as memory, pytest.raises(InvalidInput):
        memory.reembed()
    with open_memory("sqlite", tmp_path) as memory:
        assert memory.search("Oslo", user_id="alex")
        assert memory.doctor() == []


def test_reembedding_serves_every_tenant(tmp_path: Path) -> None:
    for key in ("a", "b"):
        with open_memory("sqlite", tmp_path, api_key=key) as memory:
            memory.add("I live in Oslo.", user_id="alex")
    with open_memory("sqlite", tmp_path, embedder=Letters(), api_key="a") as memory:
        assert memory.reembed() == 4
    with open_memory("sqlite", tmp_path, embedder=Letters(), api_key="b") as memory:
        assert memory.search("Oslo", user_id="alex")


def test_the_environment_names_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "tests.test_embedder:make")
    monkeypatch.setenv("GRAPHMEM_URL", str(tmp_path / "here.db"))
    with Memory(extractor=SPACY) as memory:
        memory.add("I live in Oslo.", user_id="alex")
        assert memory.stats().embedder == "letters"
    assert (tmp_path / "here.db").exists()


def test_the_default_model_finds_a_paraphrase(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path, embedder=MINILM) as memory:
        memory.add(["I adore my puppy Rex.", "The train to Bergen was late.", "We had soup for lunch."], user_id="alex")
        found = memory.search("What pets are there?", user_id="alex", order="score", explain=True)
        assert found[0].memory == "I adore my puppy Rex."
        assert "words" not in found[0].why.channels
        assert memory.stats().embedder == "all-MiniLM-L6-v2"


def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with open_memory("networkx", tmp_path, embedder="no-such/model-at-all") as memory:
        with pytest.raises(InvalidInput, match="no-such/model-at-all"):
            memory.add("I live in Oslo.", user_id="alex")
        assert memory.stats().memories == 0
