"""Any script: stored as it was said, found by a question in the same script, by words and by vectors alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphmem import Retrieval, Settings
from tests.engine import MINILM, Clock, open_memory, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphmem import Memory

SAID = {
    "emoji": ("🎂🎉", "🎂?"),
    "chinese": ("我住在奥斯陆，喜欢喝绿茶。", "谁喜欢绿茶？"),
    "german": ("Ich wohne in München und fahre täglich über die Brücke.", "Wer wohnt in München?"),
    "japanese": ("私はオスロに住んでいます。", "オスロ"),
    "thai": ("ฉันอาศัยอยู่ในออสโล", "ออสโล"),
    "russian": ("Я живу в городе Осло.", "Кто живёт в Осло?"),
    "arabic": ("أعيش في أوسلو مع أختي", "أوسلو"),
    "family": ("👩‍👩‍👧 at the beach 🇳🇴", "👩‍👩‍👧 beach"),
    "combining": ("Cafe\u0301 Zoe\u0308 in A\u030alesund", "Café Zoë"),
}
OTHERS = ["I love hiking in the mountains.", "The train was late again.", "Bread and cheese for lunch.", "👍", "好的。"]
CHANNELS = {
    "both": Retrieval(),
    "words": Retrieval(vectors=False),
    "vectors": Retrieval(words=False, graph=False),
}


@pytest.fixture(scope="module", params=["networkx", "sqlite"])
def polyglot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with open_memory(request.param, tmp_path_factory.mktemp("polyglot"), embedder=MINILM) as memory:
        for text in [*OTHERS, *(text for text, _ in SAID.values())]:
            memory.add(text, user_id="alex", session_id=str(len(text)))
        yield memory


@pytest.mark.parametrize("channels", CHANNELS)
def test_it_is_found_first_and_not_mangled(polyglot: Memory, channels: str) -> None:
    polyglot.settings = Settings(clock=Clock(), retrieval=CHANNELS[channels])
    missed = []
    for name, (text, question) in SAID.items():
        found = texts(polyglot.search(question, user_id="alex", order="score"))
        if text not in found[:3]:
            missed.append((name, found[:3]))
    assert missed == []
    kept = {item.memory for item in polyglot.get_all(user_id="alex", layers=["conversation"])}
    assert kept == {*OTHERS, *(text for text, _ in SAID.values())}


def test_it_survives_the_file(tmp_path: Path) -> None:
    with open_memory("sqlite", tmp_path) as memory:
        memory.add([text for text, _ in SAID.values()], user_id="阿历克斯🙂", session_id="日")
    with open_memory("sqlite", tmp_path) as memory:
        kept = {item.memory for item in memory.get_all(user_id="阿历克斯🙂", session_id="日")}
        assert kept == {text for text, _ in SAID.values()}
        assert memory.doctor() == []


def test_one_spelling_of_a_letter_is_one_text(memory: Memory) -> None:
    memory.add("I love Café Zoë.", user_id="alex")
    assert memory.add("I love Cafe\u0301 Zoe\u0308.", user_id="alex")[0].event == "NONE"


def test_names_keep_their_script(memory: Memory) -> None:
    memory.add({"content": "Hello from Oslo.", "name": "王芳"}, user_id="alex")
    assert "王芳" in {entity.name for entity in memory.entities(user_id="alex")}
    assert memory.search("王芳", user_id="alex", explain=True)[0].memory == "Hello from Oslo."
