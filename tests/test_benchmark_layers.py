"""The layer set: what its files may say, how large it is, and that the runner sees what is right and what is not."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.layers import __main__ as command
from benchmarks.layers.judging import judge
from benchmarks.layers.playing import Row, play
from benchmarks.layers.stories import CATEGORIES, PEOPLE, load
from graphmem.embed.hashing import HashingEmbedder
from graphmem.errors import InvalidInput
from graphmem.weights import Retrieval

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.layers.judging import Verdict

SAID = {"at": "2025-01-01T10:00", "say": {"home": "I live in Oslo.", "job": "I work at Acme."}}
ASKED: dict[str, Any] = {"id": "q", "category": "layers", "ask": "Where do I live?", "right": ["home"]}
MOVED = {"at": "2025-02-01T10:00", "say": {"moved": "I moved to Rome."}}


def story(folder: Path, *steps: dict[str, Any], name: str = "01-ada.json") -> None:
    text = json.dumps({"name": "Ada", "scope": {"user_id": "ada"}, "story": steps})
    (folder / name).write_text(text, encoding="utf-8")


def verdicts(folder: Path) -> list[Verdict]:
    return play(load(folder), {"score": Row(Retrieval())}, ":memory:", HashingEmbedder())["score"]


# ---------------------------------------------------------------- the files


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"right": []}, "needs a right answer"),
        ({"right": ["hmoe"]}, "'hmoe' was not said before"),
        ({"never": {"leak": ["jbo"]}}, "'jbo' was not said before"),
        ({"never": {"stale": ["job", "home"]}}, "forbids '01-ada/home', which is right"),
        ({"right": ["home: Oslo"], "never": {"stale": ["home"]}}, "which is right"),
        ({"never": {"secret": ["job"]}}, "reasons of leak, note, stale"),
        ({"category": "weather"}, "a category of layers"),
        ({"asof": "2025-01-01"}, "unknown field asof"),
        ({"at": "2024-12-31"}, "none goes back"),
    ],
)
def test_a_question_that_cannot_be_judged_is_refused(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    story(tmp_path, SAID, ASKED | wrong)
    with pytest.raises(InvalidInput, match=message) as refused:
        load(tmp_path)
    assert "01-ada.json" in str(refused.value)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"say": {"home": "Again."}}, "'home' was said before"),
        ({"say": {"x": {"robot": "Hi."}}}, "'x' is a text"),
        ({"say": {"x": {"assistant": "Hi.", "mood": "good"}}}, "'x' is a text"),
        ({"say": {"x": "Hi."}, "as_of": "2025-01-01"}, "unknown field as_of"),
        ({"forget": ["nothing"]}, "'nothing' was not said before"),
        ({"sing": "a song"}, "a step is one of"),
    ],
)
def test_a_step_that_cannot_be_played_is_refused(tmp_path: Path, step: dict[str, Any], message: str) -> None:
    story(tmp_path, SAID, step)
    with pytest.raises(InvalidInput, match=message):
        load(tmp_path)


def test_what_is_there_twice_is_refused(tmp_path: Path) -> None:
    story(tmp_path, SAID, ASKED)
    story(tmp_path, SAID, ASKED, name="02-bob.json")
    with pytest.raises(InvalidInput, match="'q' is there twice"):
        load(tmp_path)
    (tmp_path / "02-bob.json").write_text('{"name": "Bob", "name": "Rob"}')
    with pytest.raises(InvalidInput, match="'name' is there twice"):
        load(tmp_path)


def test_broken_files_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no story"):
        load(tmp_path)
    (tmp_path / "01-ada.json").write_text("{")
    with pytest.raises(InvalidInput, match=r"01-ada\.json: not JSON"):
        load(tmp_path)
    (tmp_path / "01-ada.json").rename(tmp_path / "ada.json")
    story(tmp_path, SAID, name="ada.json")
    with pytest.raises(InvalidInput, match="named by a number"):
        load(tmp_path)


def test_time_goes_on_and_ids_are_inherited_or_left_out(tmp_path: Path) -> None:
    story(tmp_path, SAID, ASKED, MOVED | {"session_id": "s"}, ASKED | {"id": "r", "user_id": None, "org_id": "acme"})
    person = load(tmp_path)[0]
    first, second = person.questions()
    assert [step.at.month for step in person.steps] == [1, 1, 2, 2]
    assert first.options == {"user_id": "ada"}
    assert second.options == {"org_id": "acme"}


# ---------------------------------------------------------------- the set


def test_the_set_is_as_large_as_it_says() -> None:
    people = load()
    asked = [question for person in people for question in person.questions()]
    counts = Counter(question.category for question in asked)
    assert len(people) >= 30
    assert len(asked) >= 200
    assert set(counts) == set(CATEGORIES)
    assert min(counts.values()) >= 10
    assert {person.half for person in people} == {"development", "held back"}
    assert sum(len(given) for question in asked for given in question.never.values()) >= 250


def test_nobody_says_the_same_as_another() -> None:
    """Written by hand, not one text filled in again and again."""
    texts = [value for path in PEOPLE.glob("*.json") for value in _texts(json.loads(path.read_text(encoding="utf-8")))]
    assert len(texts) >= 300
    assert max(Counter(texts).values()) <= 2


def _texts(story: dict[str, Any]) -> list[str]:
    said = [given for step in story["story"] for given in step.get("say", {}).values()]
    return [given if isinstance(given, str) else next(iter(given.values())) for given in said]


# ---------------------------------------------------------------- the runner


def test_what_holds_is_right_and_what_held_is_a_violation(tmp_path: Path) -> None:
    news = ASKED | {"ask": "Where have I moved?", "right": ["moved"], "never": {"stale": ["home"]}}
    blamed = ASKED | {"id": "r", "right": ["job"], "never": {"stale": ["moved"]}}
    story(tmp_path, SAID, ASKED, MOVED, news | {"id": "n"}, blamed)
    before, after, wrong = verdicts(tmp_path)
    assert (before.rank, dict(before.violations)) == (1, {})
    assert (after.rank, dict(after.violations)) == (1, {})
    assert dict(wrong.violations) == {"stale": ["01-ada/moved"]}
    assert wrong.scores().values["violated"] == 1


def test_each_reason_forbids_what_it_says(tmp_path: Path) -> None:
    note = {"say": {"code": "I left the spare key with Sam on Friday."}, "layer": "session", "session_id": "s"}
    never = {reason: ["code"] for reason in ("leak", "note", "stale")}
    asked = {"id": "c", "category": "session notes", "ask": "spare key", "right": ["home"], "never": never}
    story(tmp_path, SAID, note, asked | {"session_id": "s"}, asked | {"id": "d"})
    inside, outside = verdicts(tmp_path)
    assert set(inside.violations) == {"leak", "note", "stale"}
    assert set(outside.violations) == {"leak", "stale"}  # its raw turn is the user's


def test_words_say_which_sentence_is_meant(tmp_path: Path) -> None:
    told = {"at": "2025-01-01T10:00", "say": {"both": "I live in Oslo. My sister Ana is a nurse in Rome."}}
    story(tmp_path, told, ASKED | {"right": ["both: Oslo"]}, ASKED | {"id": "r", "right": ["both: Paris"]})
    first, second = verdicts(tmp_path)
    assert (first.rank, second.rank) == (1, None)


def test_tenants_deletions_and_expiry_are_played(tmp_path: Path) -> None:
    keyed = ASKED | {"api_key": "k", "right": ["kept"], "never": {"leak": ["home", "short"]}}
    said = {"say": {"kept": "I live on a boat."}, "api_key": "k"}
    gone = ASKED | {"id": "g", "right": ["job"], "never": {"leak": ["home", "kept", "short"]}}
    short = {"say": {"short": "I live in a tent for an hour."}, "ttl": 3600}
    later = {"at": "2025-01-02T10:00", "forget": ["home"]}
    purged = {"at": "2025-01-02T11:00", "purge": True}
    story(tmp_path, SAID, said, short, keyed, later, purged, gone | {"show_expired": True})
    kept, left = verdicts(tmp_path)
    assert (kept.rank, dict(kept.violations)) == (1, {})
    assert (left.rank, dict(left.violations)) == (1, {})


def test_what_was_rewritten_is_right_and_its_old_words_are_forbidden(tmp_path: Path) -> None:
    note = {"at": "2025-01-01T10:00", "say": {"code": "The gate code is 5512."}, "infer": False}
    asked = ASKED | {"ask": "gate code", "right": ["code: 7001"], "never": {"leak": ["code: 5512"]}}
    rewritten = {"rewrite": {"code": "The gate code is 7001."}}
    story(tmp_path, note, asked, rewritten, asked | {"id": "r"})
    before, after = verdicts(tmp_path)
    assert (before.rank, dict(before.violations)) == (None, {"leak": ["01-ada/code"]})
    assert (after.rank, dict(after.violations)) == (1, {})


def test_the_set_runs_from_its_file_to_its_result(tmp_path: Path) -> None:
    answers = play(load()[:2], command.ALL, str(tmp_path / "l.db"), HashingEmbedder())
    assert set(answers) == set(command.ALL)
    again = play(load()[:2], command.ALL, str(tmp_path / "l.db"), HashingEmbedder())
    assert [v.line("x") for v in again["score"]] == [v.line("x") for v in answers["score"]]
    result = {"rows": {name: command.summary(given) for name, given in answers.items()}}
    assert result["rows"]["score"]["scores"]["all"]["n"] == len(answers["score"]) >= 8
    assert set(result["rows"]["score"]["violations"]) == {"leak", "note", "stale"}
    command.show(result)
    command.trace(tmp_path / "t.jsonl", answers)
    lines = (tmp_path / "t.jsonl").read_text().splitlines()
    assert len(lines) == len(command.ALL) * len(answers["score"])


def test_unknown_rows_are_refused() -> None:
    with pytest.raises(InvalidInput, match="the rows are vectors"):
        command.main(["--rows", "best"])


def test_no_hit_is_no_rank(tmp_path: Path) -> None:
    story(tmp_path, SAID, ASKED)
    asked = load(tmp_path)[0].questions()[0]
    assert judge(asked, "development", []).scores().values == {
        "right@1": 0, "right@3": 0, "first of its layer": 0, "violated": 0,
    }  # fmt: skip
