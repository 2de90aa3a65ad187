"""The quickstart of Mem0's documentation in its three languages, as it is printed there: only host and key differ."""

from __future__ import annotations

import ast
import json
import subprocess
from typing import TYPE_CHECKING, Any

from tests.conformance.clients import HERE, HOME, PYTHON, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rest.live import Live

SAID = "I'm a vegetarian and allergic to nuts."


def printed(live: Live, folder: Path, name: str, host: tuple[str, str], *command: str) -> str:
    """What a snippet prints.

    Args:
        live: The server.
        folder: An empty home.
        name: Of the file.
        host: What is replaced in the text, and with what; `{url}` there is the server's.
        command: Reads the snippet from its standard input.
    """
    env = environment(live, folder)
    text = (HERE / "seed" / name).read_text().replace("your-api-key", env["MEM0_API_KEY"])
    old, new = host
    assert old in text
    done = subprocess.run(
        command, input=text.replace(old, new.format(url=live.url)), env=env, cwd=HOME,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(answer: Any, said: str = SAID) -> None:
    """What was said is found, with all that the documentation shows of a result."""
    best = answer["results"][0]
    assert (best["memory"], best["user_id"]) == (said, "user123")
    assert {"id", "categories", "created_at"} <= set(best)
    assert 0.3 <= best["score"] <= 1


def test_python(served: Live, tmp_path: Path) -> None:
    host = ("MemoryClient(", "MemoryClient(host='{url}', ")
    check(ast.literal_eval(printed(served, tmp_path, "quickstart.py", host, PYTHON, "-")))


def test_javascript(served: Live, tmp_path: Path) -> None:
    host = ("MemoryClient({ ", "MemoryClient({{ host: '{url}', ")
    shown = printed(served, tmp_path, "quickstart.mjs", host, "node", "--input-type=module", "-")
    assert shown.index(f'memory: "{SAID}"') < shown.index("Got it!")
    assert "userId: 'user123'" in shown


def test_curl(served: Live, tmp_path: Path) -> None:
    added, found = _documents(
        printed(served, tmp_path, "quickstart.sh", ("https://api.mem0.ai", "{url}"), "bash", "-e")
    )
    assert added["status"] == "SUCCEEDED"
    check(found, "Im a vegetarian and allergic to nuts.")


def _documents(text: str) -> list[Any]:
    """JSON documents that stand one after the other."""
    found, decoder = [], json.JSONDecoder()
    while text := text.strip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found
