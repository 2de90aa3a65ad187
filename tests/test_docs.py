"""The documentation is run: its Python as it stands, its `graphmem` command lines, its generated pages."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import forked

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
GRAPHMEM = str(Path(sys.executable).with_name("graphmem"))

_FENCE = re.compile(r"^```(\w+)?[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")


class Block(NamedTuple):
    """A fenced block: its language, its text, and the line it starts on."""

    language: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    return [Block(m[1] or "", m[2], page[: m.start(2)].count("\n")) for m in _FENCE.finditer(page)]


def python_of(page: str) -> str:
    """The page's Python as one script in which every line keeps the number that it has on the page."""
    script = [""] * len(page.splitlines())
    for block in blocks(page):
        if block.language == "python":
            lines = block.text.splitlines()
            script[block.line : block.line + len(lines)] = lines
    return "\n".join(script)


def commands_of(page: str) -> list[str]:
    """The `graphmem` command lines of a page's shell blocks, continuation lines joined."""
    shell = [block.text for block in blocks(page) if block.language in ("bash", "console", "sh", "shell")]
    lines = "\n".join(shell).replace("\\\n", " ").splitlines()
    commands = (line.strip().removeprefix("$ ") for line in lines)
    return [command for command in commands if re.match(r"(\.venv/bin/)?graphmem\b", command)]


def named(pages: list[Path]) -> list[object]:
    return [pytest.param(page, id=str(page.relative_to(ROOT))) for page in pages]


def run(home: Path, program: str | Path, *words: str) -> None:
    """Run a program in an empty home, offline, with this environment's programs first."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHMEM_")}
    path = f"{Path(GRAPHMEM).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    env |= {"HOME": str(home), "PATH": path, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    done = forked.run(Path(program), words, home, env)
    assert done.code == 0, f"{program} {shlex.join(words)}\n{done.output}"


@pytest.mark.parametrize("page", named([page for page in PAGES if python_of(page.read_text()).strip()]))
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    script = tmp_path / page.with_suffix(".py").name
    script.write_text(python_of(page.read_text()))
    run(tmp_path, script)


@pytest.mark.parametrize("page", named([page for page in PAGES if commands_of(page.read_text())]))
def test_the_commands_of_a_page_run(page: Path, tmp_path: Path) -> None:
    for command in commands_of(page.read_text()):
        _, *words = shlex.split(command, comments=True)
        run(tmp_path, GRAPHMEM, *words)


@pytest.mark.parametrize("page", named(PAGES))
def test_links_lead_somewhere(page: Path) -> None:
    local = [link for link in _LINK.findall(page.read_text()) if "://" not in link]
    broken = [link for link in local if not (page.parent / link).exists()]
    assert not broken


def test_the_page_of_the_command_line_is_current(tmp_path: Path) -> None:
    run(tmp_path, ROOT / "docs" / "generate_cli.py", "--check")


def test_every_decision_says_context_decision_and_consequences() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for page in pages:
        headings = re.findall(r"^## (\w+)$", page.read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], page.name


# ---------------------------------------------------------------- the reading can fail

PAGE = """# Title

```python
a = 1
```

text

```console
$ graphmem add "x" \\
    --user alex
the answer
$ ls
```

```python
assert a == 1
```
"""


def test_blocks_are_found_with_their_lines(tmp_path: Path) -> None:
    assert python_of(PAGE).splitlines()[3] == "a = 1"
    assert python_of(PAGE).splitlines()[16] == "assert a == 1"
    assert [command.split() for command in commands_of(PAGE)] == [["graphmem", "add", '"x"', "--user", "alex"]]
    failing = tmp_path / "failing.py"
    failing.write_text("import sys; print('boom'); sys.exit(3)")
    with pytest.raises(AssertionError, match="boom"):
        run(tmp_path, failing)
    with pytest.raises(AssertionError, match="No such command 'ad'"):
        run(tmp_path, GRAPHMEM, "ad")
