from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.errors import InvalidInput
from graphmem.ingest import Conversation, read
from graphmem.ingest.records import read_lines
from graphmem.ingest.script import read_script

TURNS = [{"role": "user", "content": "I moved to Oslo."}, {"role": "assistant", "content": "Noted!"}]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def contents(conversation: Conversation) -> list[str]:
    return [message.content for message in conversation.messages]


# ---------------------------------------------------------------- JSON and JSON Lines


@pytest.mark.parametrize("name", ["chat.jsonl", "chat.ndjson", "chat.txt", "chat.json"])
def test_one_message_a_line_is_one_unnamed_conversation(tmp_path: Path, name: str) -> None:
    (only,) = read(write(tmp_path, name, "\n".join(map(json.dumps, TURNS)) + "\n\n"))
    assert only.session_id is None
    assert [(m.role, m.content) for m in only.messages] == [
        ("user", "I moved to Oslo."),
        ("assistant", "Noted!"),
    ]


def test_messages_are_gathered_by_their_session(tmp_path: Path) -> None:
    lines = [{"role": "user", "content": str(i), "session_id": "ab"[i % 2]} for i in range(4)]
    found = list(read(write(tmp_path, "chat.jsonl", "\n".join(map(json.dumps, lines)))))
    assert [(c.session_id, contents(c)) for c in found] == [("a", ["0", "2"]), ("b", ["1", "3"])]


def test_one_conversation_a_line(tmp_path: Path) -> None:
    lines = [
        {"messages": TURNS, "session_id": "s1", "timestamp": 1714557600, "user_id": "alex"},
        {"messages": TURNS},
    ]
    first, second = read(write(tmp_path, "tune.jsonl", "\n".join(map(json.dumps, lines))))
    assert (first.session_id, first.timestamp, first.user_id) == ("s1", at("2024-05-01T10:00"), "alex")
    assert (second.session_id, second.timestamp, second.user_id) == ("tune-2", None, None)


def test_openai_list_with_parts_tool_calls_and_other_roles(tmp_path: Path) -> None:
    turns = [
        {"role": "developer", "content": "Be brief."},
        {
            "role": "user",
            "name": "alex",
            "content": [{"type": "text", "text": "Look"}, {"type": "image_url"}],
        },
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
        {"role": "tool", "content": "42"},
    ]
    (only,) = read(write(tmp_path, "chat.json", turns))
    assert [(m.role, m.name, m.content) for m in only.messages] == [
        ("system", None, "Be brief."),
        ("user", "alex", "Look\n[image_url]"),
        ("tool", None, "42"),
    ]
    assert only.skipped == 1


def test_sharegpt_and_named_speakers(tmp_path: Path) -> None:
    data = {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}
    (only,) = read(write(tmp_path, "share.json", data))
    assert [m.role for m in only.messages] == ["user", "assistant"]
    (named,) = read(
        write(tmp_path, "named.json", [{"speaker": "Ana", "text": "Hi", "timestamp": "2024-05-01T10:00:00Z"}])
    )
    assert (named.messages[0].name, named.messages[0].timestamp) == ("Ana", at("2024-05-01T10:00"))


def test_locomo_sessions_keep_dates_names_and_turn_ids(tmp_path: Path) -> None:
    talk = {
        "speaker_a": "Ana",
        "session_2_date_time": "9:05 am on 25 May, 2023",
        "session_2": [{"speaker": "Ana", "dia_id": "D2:1", "text": "Back again."}],
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {
                "speaker": "Ben",
                "dia_id": "D1:1",
                "text": "Look!",
                "blip_caption": "a photo of a dog",
                "img_url": ["u"],
            }
        ],
    }
    first, second = read(write(tmp_path, "locomo10.json", [{"sample_id": "conv-1", "conversation": talk, "qa": []}]))
    assert (first.session_id, first.user_id, first.timestamp) == (
        "conv-1-session-1",
        "conv-1",
        at("2023-05-08T13:56"),
    )
    assert (second.session_id, second.timestamp) == ("conv-1-session-2", at("2023-05-25T09:05"))
    (turn,) = first.messages
    assert (turn.name, turn.content) == ("Ben", "Look! [shared a photo of a dog]")
    assert turn.metadata == {"dia_id": "D1:1", "blip_caption": "a photo of a dog"}


# ---------------------------------------------------------------- scripts

SCRIPT = """# A chat between friends

## Session 1 - 2024-05-03

**Ana Lima:** I moved to Oslo.
It rains.

Note: bring a coat.
**Assistant:** Noted:
- coat

---
## Session 2, 4 May 2024
**Ana Lima:** [later] Hello again
"""


def test_markdown_sessions_and_turns_of_several_lines(tmp_path: Path) -> None:
    first, second = read(write(tmp_path, "chat.md", SCRIPT))
    assert (first.session_id, first.timestamp) == ("session-1-2024-05-03", at("2024-05-03"))
    assert contents(first) == ["I moved to Oslo.\nIt rains.\n\nNote: bring a coat.", "Noted:\n- coat"]
    assert [(m.role, m.name) for m in first.messages] == [("user", "Ana Lima"), ("assistant", None)]
    assert (second.timestamp, contents(second)) == (at("2024-05-04"), ["[later] Hello again"])


def test_stamps_give_each_turn_its_time(tmp_path: Path) -> None:
    text = "## Day 1: 2024-05-01\n[2024-05-01 10:00] Ana: hi\n[10:05] user: yes\nBob: no stamp\nhttps://x.org: a"
    (only,) = read(write(tmp_path, "chat.txt", text))
    assert [m.timestamp for m in only.messages] == [at("2024-05-01T10:00"), at("2024-05-01T10:05"), None]
    assert [m.speaker for m in only.messages] == ["Ana", "user", "Bob"]
    assert only.messages[2].content == "no stamp\nhttps://x.org: a"


def test_a_heading_inside_an_answer_is_part_of_it(tmp_path: Path) -> None:
    (only,) = read(write(tmp_path, "chat.md", "User: plan?\nAssistant: Sure.\n## Steps\n1. Pack\n"))
    assert contents(only) == ["plan?", "Sure.\n## Steps\n1. Pack"]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", '{"role": "user", "content": "x"}\n{"role": ', "a.jsonl:2: not valid JSON"),
        ("a.jsonl", '{"role": "user", "content": "x"}\n\n[1]', "a.jsonl:3: expected a message object"),
        ("a.jsonl", '{"role": "king", "content": "x"}', "a.jsonl:1: unknown role 'king'"),
        ("a.jsonl", '{"content": "x"}', "a.jsonl:1: a message needs a 'role'"),
        ("a.jsonl", '{"role": "user", "content": 5}', "a.jsonl:1: 'content' must be text"),
        ("a.jsonl", '{"role": "user", "content": "x", "timestamp": "soon"}', "cannot read the time 'soon'"),
        ("a.jsonl", '{"role": "user", "content": "x", "timestamp": 1e300}', "out of range"),
        ("a.json", '[\n{"role": "user",\n}]', "a.json:3: not valid JSON"),
        ("a.json", '[{"role": "user", "content": "x"}, 7]', r"a.json:\$\[1\]: expected a message object"),
        ("a.json", '"words"', "expected a list of messages"),
        ("a.json", '{"a": 1}', "list of 'messages'"),
        ("a.json", '[{"conversation": {"session_1": [{"text": "x"}]}}]', "session_1.0.: a turn needs"),
        ("a.txt", "Title\nAna: hi", "a.txt:1: expected a turn"),
        ("a.txt", "[2024-99-01] Ana: hi", "a.txt:1: cannot read the time '2024-99-01'"),
        ("a.md", "## Session 1\n", "no messages found"),
        ("a.jsonl", "", "no messages found"),
        ("a.jsonl", "9" * 5000, "a.jsonl:1: not valid JSON"),
        ("a.json", "[" * 100_000, "a.json:1: not valid JSON"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, name: str, content: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read(write(tmp_path, name, content))


def test_a_missing_file_another_encoding_and_an_unknown_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot read .*No such file"):
        read(tmp_path / "none.md")
    (tmp_path / "latin.txt").write_bytes("Ana: olé".encode("latin-1"))
    with pytest.raises(InvalidInput, match="not UTF-8"):
        read(tmp_path / "latin.txt")
    with pytest.raises(InvalidInput, match="unknown format 'xml'"):
        read(write(tmp_path, "a.txt", "Ana: hi"), format="xml")


# ---------------------------------------------------------------- for every text

LINE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1).map(str.strip).filter(bool)


@given(st.lists(LINE, min_size=1, max_size=6))
def test_json_lines_give_back_every_text(texts: list[str]) -> None:
    lines = "\n".join(json.dumps({"role": "user", "content": t}, ensure_ascii=False) for t in texts)
    (only,) = read_lines(lines, "x.jsonl")
    assert contents(only) == texts


@given(st.lists(LINE, min_size=1, max_size=6))
def test_a_script_gives_back_every_text(texts: list[str]) -> None:
    (only,) = read_script("\n".join(f"**Ana:** {t}" for t in texts), "x.md")
    assert contents(only) == texts


@given(st.text(max_size=80))
def test_a_reader_returns_or_refuses_and_never_breaks(text: str) -> None:
    for reader in (read_lines, read_script):
        try:
            reader(text, "x")
        except InvalidInput as error:
            refusal = str(error)
        else:
            continue
        assert refusal.startswith("x:")
