"""The files in deploy/ say what this version of the server understands. No image is built here."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from graphmem.cli import app
from graphmem.neo4j_local import VERSION
from graphmem.rest.app import make_app
from graphmem.rest.config import ServerConfig

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
ELSEWHERE = {
    "GRAPHMEM_API_KEY", "HF_HUB_OFFLINE", "TOKENIZERS_PARALLELISM", "PIP_NO_CACHE_DIR", "PYTHONUNBUFFERED",
    "NEO4J_USERNAME", "NEO4J_PASSWORD",
}  # fmt: skip
"""Variables that others than the server's configuration read."""


def understood() -> set[str]:
    fields = set(ServerConfig.model_fields) - {"store"}
    return {"GRAPHMEM_URL", *ELSEWHERE, *(f"GRAPHMEM_{name.upper()}" for name in fields)}


def instructions() -> list[tuple[str, str]]:
    """(word, rest) of each instruction of the Dockerfile, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # systemd's names have cases
    parser.read_string((DEPLOY / "graphmem.service").read_text())
    return parser


def test_the_image_is_made_of_what_is_there() -> None:
    known = "FROM|ARG|ENV|WORKDIR|RUN|COPY|USER|VOLUME|EXPOSE|HEALTHCHECK|ENTRYPOINT|CMD"
    assert all(re.fullmatch(known, word) for word, _ in instructions())
    admitted = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().split() if line.startswith("!")}
    copied = {name for word, rest in instructions() if word == "COPY" for name in rest.split()[:-1]}
    assert copied <= admitted
    assert all((ROOT / name).exists() for name in copied)
    needed = re.findall(r'^"(\w+)/[^"]*" = "graphmem/', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert set(needed) <= copied
    extras = re.search(r"'\.\[([\w,]+)\]'", (DEPLOY / "Dockerfile").read_text())
    assert extras is not None
    assert all(f"\n{extra} = [" in (ROOT / "pyproject.toml").read_text() for extra in extras[1].split(","))


def test_every_variable_means_something() -> None:
    named = {pair.partition("=")[0] for word, rest in instructions() if word == "ENV" for pair in shlex.split(rest)}
    named |= set(compose()["services"]["graphmem"]["environment"])
    lines = re.findall("^Environment=(.*)", (DEPLOY / "graphmem.service").read_text(), re.MULTILINE)
    named |= {pair.partition("=")[0] for line in lines for pair in line.split()}
    assert len(named) > 10
    assert named <= understood()


def test_what_is_started_is_a_command() -> None:
    words = unit()["Service"]["ExecStart"].split()
    assert words[0].endswith("/graphmem")
    parts = dict(instructions())
    assert (parts["ENTRYPOINT"], parts["CMD"]) == ('["graphmem"]', '["serve"]')
    told = CliRunner().invoke(app, ["serve", "--help"]).output
    assert words[1] == "serve"
    assert all(option in told for option in words[2:] if option.startswith("--"))


def test_health_is_asked_where_it_is_served() -> None:
    probe = dict(instructions())["HEALTHCHECK"]
    found = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", probe)
    assert found is not None
    assert int(found[1]) == ServerConfig().port == int(dict(instructions())["EXPOSE"])
    assert found[2] in make_app(ServerConfig()).openapi()["paths"]


def test_no_secret_is_written_down_and_nothing_is_open_to_others() -> None:
    services = compose()["services"]
    for name, value in services["graphmem"]["environment"].items():
        if re.search("KEY|PASSWORD", name):
            assert value.startswith(f"${{{name}:?")
    assert services["neo4j"]["environment"]["NEO4J_AUTH"].startswith("neo4j/${NEO4J_PASSWORD:?")
    ports = [port for service in services.values() for port in service["ports"]]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert ("USER", "graphmem") in instructions()
    assert not re.search("KEY|PASSWORD", (DEPLOY / "Dockerfile").read_text())


def test_volumes_and_versions_fit() -> None:
    whole = compose()
    mounted = {volume.partition(":")[0] for service in whole["services"].values() for volume in service["volumes"]}
    assert mounted == set(whole["volumes"])
    assert whole["services"]["neo4j"]["image"] == f"neo4j:{VERSION}"
    assert whole["services"]["graphmem"]["build"]["dockerfile"] == "deploy/Dockerfile"
    stopping = int(unit()["Service"]["TimeoutStopSec"])
    assert stopping > ServerConfig().drain
    assert int(whole["services"]["graphmem"]["stop_grace_period"].rstrip("s")) > ServerConfig().drain
