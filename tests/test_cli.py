from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import CliRunner, Result

from graphmem.cli import app

Run: TypeAlias = Callable[..., Result]

COMMANDS = {
    "add", "search", "context", "list", "get", "update", "delete", "history", "ingest", "graph", "stats", "export",
    "import", "copy", "purge", "reembed", "doctor", "eval", "demo", "neo4j",
    "serve", "keys", "mcp",
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on a fresh store, as user alex unless told otherwise."""
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "hashing")
    monkeypatch.setenv("GRAPHMEM_USER", "alex")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("GRAPHMEM_SESSION", raising=False)

    def invoke(*words: str, input: str | None = None) -> Result:
        return CliRunner().invoke(app, ["--store", str(tmp_path / "memory.db"), *words], input=input)

    return invoke


def ok(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def data(result: Result) -> Any:
    """What a command printed with --json: JSON and nothing else."""
    return json.loads(ok(result))


def added(run: Run, *words: str) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = data(run("add", *words, "--json"))["results"]
    return results


# ---------------------------------------------------------------- memories


def test_add_and_search(run: Run) -> None:
    events = added(run, "I'm Alex and I prefer boutique hotels.")
    assert {event["layer"] for event in events} == {"user", "conversation"}
    (hit, *_) = data(run("search", "Any hotel preferences?", "--json"))["results"]
    assert hit["memory"] == "I'm Alex and I prefer boutique hotels."
    shown = ok(run("search", "Any hotel preferences?"))
    assert "I'm Alex and I prefer boutique hotels." in shown


def test_search_explain_says_why(run: Run) -> None:
    turn = added(run, "My sister Kaja lives in Bergen.")[-1]
    shown = ok(run("search", "Where does Kaja live?", "--explain"))
    assert re.search(r"found by\s+.*vector", shown)
    assert re.search(r"score\s+\w+ \+\d\.\d\d", shown)
    assert turn["id"] in shown
    why = data(run("search", "Where does Kaja live?", "--explain", "--json"))["results"][0]["why"]
    assert why["terms"]
    assert why["sources"] == [turn["id"]]


def test_stored_markup_and_control_characters_stay_words(run: Run) -> None:
    added(run, "--no-infer", "I like [bold]red\x1b[31m cats[/bold] :smile: \u202egnirts.")
    assert "I like [bold]red·[31m cats[/bold] :smile: ·gnirts." in ok(run("list"))


def test_add_reads_stdin(run: Run) -> None:
    run("add", "--no-infer", input="I keep bees in Tromso.\n")
    assert [one["memory"].strip() for one in data(run("list", "--json"))["results"]] == ["I keep bees in Tromso."]


def test_add_passes_everything_on(run: Run) -> None:
    words = ["--no-infer", "--layer", "session", "--session", "s1", "--category", "travel", "--metadata", '{"a": 1}']
    words += ["--timestamp", "2024-05-01T10:00:00Z", "--expires", "2999-01-01"]
    (event,) = added(run, "Book the ferry.", *words)
    item = data(run("get", event["id"], "--json"))
    assert (item["layer"], item["session_id"], item["user_id"]) == ("session", "s1", "alex")
    assert (item["categories"], item["metadata"]) == (["travel"], {"a": 1})
    assert item["created_at"].startswith("2024-05-01T10:00:00")
    assert item["expiration_date"].startswith("2999-01-02")
    assert "Book the ferry." in ok(run("get", event["id"]))


def test_list_filters_and_pages(run: Run) -> None:
    for number in range(3):
        added(run, "--no-infer", f"Note {number}", "--category", f"c{number}")
    page = data(run("list", "--page-size", "2", "--page", "2", "--json"))
    assert (page["count"], len(page["results"])) == (3, 1)
    only = data(run("list", "--filter", '{"categories": {"in": ["c1"]}}', "--json"))["results"]
    assert [one["memory"] for one in only] == ["Note 1"]
    assert "no memories" in ok(run("list", "--layer", "org"))


def test_context_fits_a_prompt(run: Run) -> None:
    added(run, "I prefer boutique hotels.")
    assert "boutique hotels" in ok(run("context", "hotels"))
    assert "boutique hotels" in data(run("context", "hotels", "--json"))["context"]


def test_update_and_history(run: Run) -> None:
    id = added(run, "--no-infer", "I like tea.")[0]["id"]
    assert data(run("update", id, "I like coffee.", "--metadata", '{"b": 2}', "--json"))["memory"] == "I like coffee."
    assert [event["event"] for event in data(run("history", id, "--json"))] == ["ADD", "UPDATE"]
    assert "I like tea. I like coffee." in ok(run("history", id))
    assert data(run("update", id, "--expires", "2999-01-01", "--json"))["expiration_date"] is not None
    assert data(run("update", id, "--never-expires", "--json"))["expiration_date"] is None


def test_delete_by_id_and_its_sources(run: Run) -> None:
    fact, turn = added(run, "My sister Kaja lives in Bergen.")
    assert turn["id"] in ok(run("delete", fact["id"]))
    (receipt,) = data(run("delete", turn["id"], "--json"))
    assert receipt["memories"] == 1
    assert run("get", turn["id"]).exit_code == 1


def test_deleting_an_unknown_id_deletes_nothing(run: Run) -> None:
    id = added(run, "--no-infer", "I like tea.")[0]["id"]
    assert run("delete", id, "nope").exit_code == 1
    assert run("get", id).exit_code == 0


def test_deleting_a_scope_asks_first(run: Run) -> None:
    added(run, "--no-infer", "I like tea.")
    refused = run("delete", "--all", input="n\n")
    assert refused.exit_code == 1
    assert "user_id=alex" in refused.stderr
    assert data(run("list", "--json"))["count"] == 1
    assert data(run("delete", "--all", "--yes", "--json"))[0]["memories"] == 1
    assert data(run("list", "--json"))["count"] == 0


# ---------------------------------------------------------------- transcripts and files


def test_ingest_adds_a_session_a_conversation_and_is_repeatable(run: Run, tmp_path: Path) -> None:
    chat = tmp_path / "chat.md"
    chat.write_text("## Session 1 - 2024-05-03\nAna: I moved to Oslo.\n## Session 2 - 2024-05-04\nAna: It rains.\n")
    plain = tmp_path / "plain.jsonl"
    plain.write_text('{"role": "user", "content": "I play the cello."}\n')
    counts = data(run("ingest", str(chat), str(plain), "--json"))
    assert (counts["conversations"], counts["messages"]) == (3, 3)
    turns = data(run("list", "--layer", "conversation", "--json"))["results"]
    assert {one["session_id"] for one in turns} == {"session-1-2024-05-03", "session-2-2024-05-04", "plain"}
    assert {one["created_at"][:10] for one in turns if one["name"] == "Ana"} == {"2024-05-03", "2024-05-04"}
    again = data(run("ingest", str(chat), str(plain), "--json"))
    assert (again["added"], again["unchanged"]) == (0, counts["added"])


def test_ingest_takes_the_user_from_the_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRAPHMEM_USER")
    talk = {"session_1": [{"speaker": "Ana", "dia_id": "D1:1", "text": "I moved to Oslo."}]}
    path = tmp_path / "locomo.json"
    path.write_text(json.dumps([{"sample_id": "conv-1", "conversation": talk}]))
    ok(run("ingest", str(path)))
    (turn,) = data(run("list", "--user", "conv-1", "--layer", "conversation", "--json"))["results"]
    assert (turn["session_id"], turn["metadata"]) == ("conv-1-session-1", {"dia_id": "D1:1"})
    plain = tmp_path / "plain.txt"
    plain.write_text("Ana: hello")
    assert "pass --user" in run("ingest", str(plain)).stderr


def test_a_bad_file_stores_nothing(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.jsonl"
    good.write_text("Ana: I moved to Oslo.")
    bad.write_text('{"role": "user", "content": "x"}\nnot json')
    result = run("ingest", str(good), str(bad))
    assert result.exit_code == 1
    assert "bad.jsonl:2" in result.stderr
    assert data(run("stats", "--json"))["memories"] == 0


def test_ingest_says_where_it_stopped(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "chat.md"
    path.write_text(f"## Session 1\nAna: I moved to Oslo.\n## Session 2\nAna: {'long ' * 30_000}\n")
    result = run("ingest", str(path))
    assert result.exit_code == 1
    assert "stopped at session 'session-2'" in result.stderr
    (kept,) = data(run("list", "--layer", "conversation", "--json"))["results"]
    assert kept["memory"] == "I moved to Oslo."


def test_export_and_import_give_the_same_memories(run: Run, tmp_path: Path) -> None:
    added(run, "My sister Kaja lives in Bergen.")
    before = data(run("list", "--json"))
    file = tmp_path / "all.jsonl"
    assert data(run("export", str(file), "--json"))["memories"] == before["count"]
    ok(run("delete", "--all", "--yes"))
    assert data(run("import", str(file), "--json"))["memories"] == before["count"]
    assert data(run("list", "--json")) == before


@pytest.mark.parametrize("shape", ["results", "list"])
def test_import_reads_what_mem0_returns(run: Run, tmp_path: Path, shape: str) -> None:
    rows = [
        {
            "id": "14e1b28a", "memory": "Allergic to nuts", "user_id": "alex", "categories": ["health"],
            "metadata": {"a": 1}, "created_at": "2025-10-22T04:40:22.864647-07:00",
        }
    ]  # fmt: skip
    file = tmp_path / "mem0.json"
    file.write_text(json.dumps({"results": rows} if shape == "results" else rows))
    assert data(run("import", str(file), "--json"))["memories"] == 1
    (item,) = data(run("list", "--json"))["results"]
    assert (item["memory"], item["categories"], item["metadata"]["a"]) == ("Allergic to nuts", ["health"], 1)
    assert item["created_at"].startswith("2025-10-22T11:40:22")


def test_reembed_follows_a_change_of_embedder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    added(run, "--no-infer", "I like tea.")
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "tests.test_cli:small_embedder")
    assert "graphmem reembed" in run("search", "tea").stderr
    assert data(run("reembed", "--json"))["memories"] == 1
    assert data(run("search", "tea", "--json"))["results"][0]["memory"] == "I like tea."


def small_embedder() -> Any:
    from graphmem.embed.hashing import HashingEmbedder

    return HashingEmbedder(64)


# ---------------------------------------------------------------- the graph and the store


def test_graph_shows_a_neighbourhood_a_path_and_a_picture(run: Run, tmp_path: Path) -> None:
    added(run, "My sister Kaja lives in Bergen.")
    assert "Kaja" in ok(run("graph"))
    tree = ok(run("graph", "Kaja", "--hops", "2"))
    assert tree.startswith("Kaja")
    assert tree.count("-LIVES_IN-> Bergen") == 1
    assert "-LIVES_IN->" in ok(run("graph", "Kaja", "--to", "Bergen"))
    html = tmp_path / "kaja.html"
    around = run("graph", "Kaja", "--html", str(html), "--json")
    assert {"Kaja", "Bergen"} <= {entity["name"] for entity in data(around)["entities"]}
    assert str(html) in around.stderr
    assert "Bergen" in html.read_text(encoding="utf-8")
    whole = tmp_path / "whole.html"
    assert str(whole) in run("graph", "--html", str(whole)).stderr
    assert "Kaja" in whole.read_text(encoding="utf-8")
    assert "no entity named 'Zoe'" in run("graph", "Zoe").stderr
    assert run("graph", "--to", "Bergen").exit_code == 2


def test_stats_purge_and_doctor(run: Run) -> None:
    added(run, "--no-infer", "I like tea.", "--ttl", "0.001")
    stats = data(run("stats", "--json"))
    assert stats["memories"] == 1
    assert stats["embedder"].startswith("hashing")
    assert "sqlite" in ok(run("stats"))
    assert data(run("purge", "--json"))["memories"] == 1
    assert data(run("doctor", "--json")) == []
    assert "healthy" in ok(run("doctor", "--mend"))


def test_doctor_fails_on_serious_problems(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    added(run, "--no-infer", "I like tea.")
    monkeypatch.setenv("GRAPHMEM_EMBEDDER", "tests.test_cli:small_embedder")
    result = run("doctor")
    assert result.exit_code == 1
    assert "graphmem reembed" in result.stdout


# ---------------------------------------------------------------- errors and manners


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["search", "x", "--as-of", "soon"], 1, "soon"),
        (["search", "x", "--layer", "attic"], 1, "attic"),
        (["search", "x", "--filter", '{"color": {"like": 1}}'], 1, "error:"),
        (["search", "x", "--filter", "nope"], 2, "not valid JSON"),
        (["search", "x", "--filter", "[1]"], 2, "must be a JSON object"),
        (["search"], 2, "Missing argument"),
        (["add", ""], 1, "empty"),
        (["get", "nope"], 1, "no memory with id 'nope'"),
        (["delete"], 2, "pass ids, or --all"),
        (["import", "none.json"], 1, "none.json"),
        (["ingest", "none.json"], 1, "none.json"),
        (["fly"], 2, "No such command"),
    ],
)
def test_errors_are_one_line_and_an_exit_code(run: Run, words: list[str], code: int, says: str) -> None:
    result = run(*words)
    assert result.exit_code == code
    assert says in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    if code == 1:
        assert result.stderr.startswith("error: ")
        assert result.stderr.count("\n") == 1


def test_a_missing_scope_names_the_option(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRAPHMEM_USER")
    for words in (["search", "x"], ["add", "x"], ["list"], ["graph"], ["context", "x"], ["delete", "--all"]):
        result = run(*words)
        assert result.exit_code == 1
        assert "pass --user ID" in result.stderr


def test_keys_are_tenants(run: Run) -> None:
    added(run, "--no-infer", "I like tea.")
    assert data(run("--api-key", "other", "list", "--json"))["count"] == 0


def test_every_command_is_there_and_has_help() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", shown, re.MULTILINE)
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0
    assert len(re.findall(r"^  [a-z0-9]+  ", shown.partition("Commands:")[2], re.MULTILINE)) == len(COMMANDS)


# ---------------------------------------------------------------- as a program


def program(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from graphmem.cli import app; app()", *words]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=os.environ | env, timeout=120, check=False
    )


def test_help_and_version_load_nothing_heavy() -> None:
    code = (
        "import sys\nfrom graphmem.cli import app\n"
        "try: app(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print([m for m in ('torch', 'spacy', 'transformers', 'sentence_transformers', 'networkx', 'numpy')"
        " if m in sys.modules], file=sys.stderr)"
    )
    for words in (["--help"], ["--version"], ["search", "--help"]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
        assert done.stdout
        assert done.stderr.strip() == "[]"


def test_the_program_pipes_json_and_reports_errors(run: Run, tmp_path: Path) -> None:
    added(run, "--no-infer", "Smørbrød 🥪")
    env = {"GRAPHMEM_URL": str(tmp_path / "memory.db"), "PYTHONIOENCODING": "utf-8"}
    assert json.loads(program("list", "--json", **env).stdout)["results"][0]["memory"] == "Smørbrød 🥪"
    ascii_only = program("list", "--json", **env | {"PYTHONIOENCODING": "ascii"})
    assert json.loads(ascii_only.stdout)["results"][0]["memory"] == "Smørbrød 🥪"
    shown = program("list", **env | {"PYTHONIOENCODING": "ascii"})
    assert "Sm?rbr?d ?" in shown.stdout
    failed = program("get", "nope", **env)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == "error: no memory with id 'nope'\n"


# ---------------------------------------------------------------- eval


def asked(folder: Path, *rows: dict[str, Any]) -> str:
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


TEA = {"question": "What tea do I like?", "expected": ["I like green tea."], "category": "drinks"}


def test_eval_scores_questions_and_says_what_found_them(run: Run, tmp_path: Path) -> None:
    added(run, "--no-infer", "I like green tea.")
    added(run, "--no-infer", "I like [bold]red[/bold] bikes.")
    file = asked(tmp_path, TEA, {"question": "Which bikes?", "expected": ["red", "green tea"]})
    shown = ok(
        run("eval", file, "--top-k", "1", "--k", "1,2", "--compare", "words,full", "--without", "cosine,next+window")
    )
    assert re.search(r"recall +75\.0 \[\d+-\d+\] +100\.0", shown)
    assert "questions.jsonl:2" in shown
    assert "ranked too low: 2 of 2 candidates" in shown
    assert "I like [bold]red[/bold] bikes." in shown
    assert re.search(r"drinks +1 +100\.0", shown)
    assert "next+window" in shown
    result = data(run("eval", file, "--json"))
    assert result["questions"] == 2
    assert result["answers"][0]["values"]["recall@10"] == 1


def test_eval_writes_its_result_and_what_it_found(run: Run, tmp_path: Path) -> None:
    added(run, "--no-infer", "I like green tea.")
    result, trace = tmp_path / "result.json", tmp_path / "trace.jsonl"
    ok(run("eval", asked(tmp_path, TEA), "--out", str(result), "--trace", str(trace)))
    assert json.loads(result.read_text())["scores"][0]["mean"] == 1
    (line,) = trace.read_text().splitlines()
    assert json.loads(line)["ranked"][0]["memory"] == "I like green tea."
    nowhere = run("eval", asked(tmp_path, TEA), "--out", str(tmp_path / "none" / "result.json"))
    assert nowhere.exit_code == 1
    assert "name a file in a folder that exists" in nowhere.stderr


def test_eval_says_which_line_is_wrong(run: Run, tmp_path: Path) -> None:
    added(run, "--no-infer", "I like green tea.")
    file = asked(tmp_path, TEA, {"question": "Coffee?", "expected": ["I like coffee."]})
    refused = run("eval", file)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert "error: questions.jsonl:2: no memory is or says 'I like coffee.'" in refused.stderr
    skipped = run("eval", file, "--skip-missing", "--json")
    assert data(skipped)["skipped"] == [skipped.stderr.strip().removeprefix("left out ")]
    wrong = run("eval", file, "--k", "1,x")
    assert wrong.exit_code == 2
    assert "must be numbers like 1,5,10" in wrong.stderr


def test_eval_asks_as_the_line_says(run: Run, tmp_path: Path) -> None:
    added(run, "--no-infer", "--user", "bo", "I like green tea.")
    assert data(run("eval", asked(tmp_path, {**TEA, "user_id": "bo"}), "--json"))["scores"][0]["mean"] == 1
    missed = data(run("eval", asked(tmp_path, TEA), "--json"))["answers"][0]["finds"][0]
    assert missed["reason"] == "hidden: other scope: it belongs to user:bo, and user:alex asks"
