"""`context`: prompt-ready text by layer, with dates, within the budget in any script."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest

from graphmem.context import tokens
from tests.engine import MINILM

if TYPE_CHECKING:
    from graphmem import Memory

ALEX: dict[str, Any] = {"user_id": "alex", "session_id": "trip"}

SAMPLES = [
    "- [2024-01-01 until 2024-03-01] Alex: I live in Bergen, and I work at Acme.",
    "Known about the user:\n- [2026-03-01] I prefer boutique hotels.\n\nSaid earlier:\n- [2026-03-01] user: Yes.",
    "The interdisciplinary internationalisation of counterrevolutionary electroencephalographs",
    "我住在奥斯陆，喜欢喝绿茶和徒步旅行。去年我们去了卑尔根。",
    "Ich wohne in München und fahre täglich über die Brücke nach Gräfelfing; schön, größer, süß!",
    "🎉🎂👩‍👩‍👧 🇳🇴",
    "def f(x): return {k: v**2 for k, v in x.items() if v >= 0x1F}  # 1234567890 3.14159",
    "https://example.org/a/b?c=d&e=%20f#g",
    "Я живу в Осло. أعيش في أوسلو. オスロに住んでいます。",
]


@lru_cache(maxsize=1)
def tokenizer() -> Any:
    MINILM.encode(["loads the model"])
    return MINILM._model.tokenizer


@pytest.mark.parametrize("text", SAMPLES)
def test_the_estimate_is_not_below_a_real_tokenizer(text: str) -> None:
    real = len(tokenizer()(text, add_special_tokens=False)["input_ids"])
    assert real <= tokens(text) <= 4 * real + 20


def test_the_budget_of_english_is_not_wasted() -> None:
    text = "We went to the market in the morning and bought some bread, cheese and apples for the children. " * 20
    assert tokens(text) < 1.6 * len(tokenizer()(text, add_special_tokens=False)["input_ids"])


def test_it_is_grouped_by_layer_with_dates(memory: Memory) -> None:
    memory.add({"content": "I prefer boutique hotels.", "timestamp": "2024-05-01"}, **ALEX)
    memory.add("Book me a hotel in Rome by Friday.", **ALEX)
    memory.add({"role": "assistant", "content": "Which hotel?", "timestamp": "2024-05-02"}, **ALEX)
    memory.add("Hotels above 200 euros need an approval.", layer="org", org_id="acme", infer=False)
    text = memory.context("hotel", org_id="acme", **ALEX)
    assert text == (
        "Known about the user:\n- [2024-05-01] I prefer boutique hotels.\n\n"
        "Notes of this session:\n- [2026-03-01] Book me a hotel in Rome by Friday.\n\n"
        "Known in the organisation:\n- [2026-03-01] Hotels above 200 euros need an approval.\n\n"
        "Said earlier:\n- [2024-05-02] assistant: Which hotel?"
    )


def test_raw_turns_stand_in_the_order_in_which_they_were_said(memory: Memory) -> None:
    turns = [{"role": "user", "name": "Ana", "content": f"Tea number {i}?"} for i in range(5)]
    memory.add(turns, **ALEX)
    lines = memory.context("tea", **ALEX).splitlines()
    assert lines[1:] == [f"- [2026-03-01] Ana: Tea number {i}?" for i in range(5)]


@pytest.mark.parametrize(
    "text", ["I prefer hotel number {} in the old town.", "我喜欢第{}家酒店，因为它很安静。", "🏨 hotel {} 🎉🎂👍"]
)
@pytest.mark.parametrize("budget", [1, 15, 40, 120, 400])
def test_the_budget_holds_in_any_script(memory: Memory, text: str, budget: int) -> None:
    memory.add([text.format(i) for i in range(30)], **ALEX)
    found = memory.context("hotel 酒店 🏨", max_tokens=budget, **ALEX)
    assert len(tokenizer()(found, add_special_tokens=False)["input_ids"]) <= budget
    if budget >= 120:
        assert found.count("\n-") >= 2


def test_the_best_hits_come_first_when_the_room_is_small(memory: Memory) -> None:
    memory.add(["I love soup.", "I prefer boutique hotels.", "I love hiking."], **ALEX)
    best = memory.search("Which hotels do I prefer?", order="score", **ALEX)[0].memory
    assert best in memory.context("Which hotels do I prefer?", max_tokens=40, **ALEX)


def test_nothing_known_is_an_empty_text(memory: Memory) -> None:
    assert memory.context("hotel", user_id="nobody") == ""


def test_layers_and_filters_narrow_it(memory: Memory) -> None:
    memory.add({"content": "I prefer boutique hotels.", "metadata": {"a": 1}}, **ALEX)
    assert memory.context("hotel", layers=["org"], **ALEX) == ""
    assert memory.context("hotel", filters={"a": 2}, **ALEX) == ""
    assert memory.context("hotel", filters={"a": 1}, **ALEX) != ""
