from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from graphmem import demo
from graphmem.cli import app


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Result, Path]]:
    """The demo as it comes: default embedder and extractor, a temporary store."""
    html = tmp_path_factory.mktemp("demo") / "demo.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("GRAPHMEM_URL", str(html.parent / "mine.db"))
        patch.delenv("GRAPHMEM_EMBEDDER", raising=False)
        yield CliRunner().invoke(app, ["demo", "--html", str(html), "--json"]), html


def test_every_question_is_answered_as_expected(shown: tuple[Result, Path]) -> None:
    result, _ = shown
    told = json.loads(result.stdout)
    assert [answer["question"] for answer in told["answers"] if not answer["right"]] == []
    assert (result.exit_code, told["right"]) == (0, len(demo.QUESTIONS))


def test_the_questions_need_every_layer_time_and_the_graph(shown: tuple[Result, Path]) -> None:
    answers = json.loads(shown[0].stdout)["answers"]
    carriers = [{hit["layer"] for hit in answer["hits"] if answer["expected"] in hit["memory"]} for answer in answers]
    assert set.union(*carriers) == {"user", "session", "org", "conversation"}
    assert any(len(answer["path"]) == 2 for answer in answers)
    assert any(hit["valid_to"] for answer in answers for hit in answer["hits"])
    assert any(hit["pin"] == "instruction" for answer in answers for hit in answer["hits"])


def test_the_picture_is_written_and_the_users_store_is_left_alone(shown: tuple[Result, Path]) -> None:
    _, html = shown
    assert "Polaris Robotics" in html.read_text(encoding="utf-8")
    assert [path.name for path in html.parent.iterdir()] == ["demo.html"]


def test_a_wrong_answer_fails_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "hashing")
    wrong = demo.Question("What is Alex allergic to?", "a question that expects too much", "moonlight")
    monkeypatch.setattr(demo, "QUESTIONS", (wrong,))
    result = CliRunner().invoke(app, ["demo", "--html", str(tmp_path / "d.html")])
    assert result.exit_code == 1
    assert "0 of 1 questions answered as expected" in result.stdout
    assert "✗ What is Alex allergic to?" in result.stdout
    assert "1 of 1 answers are not the expected ones" in result.stderr


def test_the_answers_are_nowhere_but_in_the_check() -> None:
    asked = " ".join(question.text for question in demo.QUESTIONS)
    assert [question.expect for question in demo.QUESTIONS if question.expect in asked] == []
