"""Who logs in to Neo4j: the url first, then the settings, then the environment, then the local server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphmem import Settings
from graphmem.errors import InvalidInput
from graphmem.login import Login, bare, is_neo4j, login_of
from graphmem.neo4j_local import places

if TYPE_CHECKING:
    from pathlib import Path

URL = "neo4j://db.example.org"


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No login in the environment, and no local server."""
    for name in ("NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(places, "default_home", lambda: tmp_path / "none")


@pytest.mark.parametrize(
    ("url", "neo4j"),
    [
        ("neo4j://h", True), ("neo4j+s://h", True), ("neo4j+ssc://h", True), ("bolt://h:7687", True),
        ("bolt+s://h", True), ("bolt+ssc://h", True), ("http://h", False), ("neo4j", False), ("/tmp/bolt", False),
        (":memory:", False),
    ],
)  # fmt: skip
def test_which_urls_are_neo4js(url: str, neo4j: bool) -> None:
    assert is_neo4j(url) == neo4j


@pytest.mark.parametrize(
    ("url", "login"),
    [
        (URL, Login()),
        ("neo4j://ann:pw@h:1/notes", Login("ann", "pw", "notes")),
        ("bolt://ann:p%40%2Fw@h", Login("ann", "p@/w", None)),
        ("bolt://h/notes", Login(None, None, "notes")),
    ],
)
def test_a_url_may_say_it_all(url: str, login: Login) -> None:
    assert login_of(url, Login()) == login


def test_what_is_shown_holds_no_password() -> None:
    assert bare("neo4j+s://ann:secret@h:7687/notes") == "neo4j+s://h:7687"
    assert bare("/a/file.db") == "/a/file.db"
    assert "secret" not in repr(Login("ann", "secret"))
    assert "secret" not in repr(Settings(neo4j_user="ann", neo4j_password="secret"))


def test_the_nearest_login_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_USERNAME", "env")
    monkeypatch.setenv("NEO4J_PASSWORD", "env-pw")
    monkeypatch.setenv("NEO4J_DATABASE", "env-db")
    assert login_of(URL, Login()) == Login("env", "env-pw", "env-db")
    assert login_of(URL, Settings(neo4j_user="set", neo4j_password="set-pw").login()) == Login(
        "set", "set-pw", "env-db"
    )
    assert login_of("neo4j://url:url-pw@h", Login("set", "set-pw", "db")) == Login("url", "url-pw", "db")


def test_a_user_alone_takes_no_other_users_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_PASSWORD", "env-pw")
    assert login_of("neo4j://ann@h", Login()) == Login("ann", None, None)


def test_a_password_needs_a_user() -> None:
    with pytest.raises(InvalidInput, match="without a user"):
        login_of(URL, Login(password="pw"))


def test_the_local_server_is_known_by_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "credentials", lambda url: ("neo4j", "own") if url == "bolt://127.0.0.1:7687" else None)
    assert login_of("bolt://127.0.0.1:7687", Login()) == Login("neo4j", "own", None)
    assert login_of("bolt://neo4j@127.0.0.1:7687/notes", Login()) == Login("neo4j", "own", "notes")
    assert login_of("bolt://ann@127.0.0.1:7687", Login()) == Login("ann", None, None)
    assert login_of("bolt://127.0.0.1:7688", Login()) == Login()
