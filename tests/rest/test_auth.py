"""Who may come in, and what a key opens: its own project and nothing else."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import httpx
import pytest

from graphmem.errors import Conflict, InvalidInput, NotFound, StoreCorrupt, StoreTooNew
from graphmem.rest.accounts import Accounts
from graphmem.rest.control import Control
from tests.rest.live import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.rest.live import Live


def headers(scheme: str, key: str) -> dict[str, str]:
    return {"X-API-Key": key} if scheme == "X-API-Key" else {"Authorization": f"{scheme} {key}"}


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "token", "X-API-Key"])
def test_a_key_may_be_shown_in_each_way(live: Live, scheme: str) -> None:
    _, key = live.accounts.create_key()
    answer = httpx.get(f"{live.url}/v1/ping/", headers=headers(scheme, key), timeout=PATIENCE)
    assert answer.status_code == 200
    expected = {"status": "ok", "org_id": "default", "project_id": "default", "user_email": "user@localhost"}
    assert answer.json() == expected


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Authorization": "Token nonsense"},
        {"Authorization": "Basic abc"},
        {"Authorization": "Token"},
        {"X-API-Key": ""},
    ],
)
def test_nobody_else_comes_in(live: Live, sent: dict[str, str]) -> None:
    live.accounts.create_key()
    for method, path in (("GET", "/v1/ping/"), ("POST", "/v3/memories/add/"), ("DELETE", "/v1/memories/?user_id=u")):
        answer = httpx.request(method, live.url + path, headers=sent)
        assert answer.status_code == 401
        assert isinstance(answer.json()["detail"], str)


def test_a_revoked_key_opens_nothing(live: Live) -> None:
    key, secret = live.accounts.create_key()
    client = live.client(secret)
    assert client.get("/v1/ping/").status_code == 200
    live.accounts.revoke_key(key.prefix)
    assert client.get("/v1/ping/").status_code == 401


def test_another_key_of_the_project_finds_the_same_memory(live: Live) -> None:
    old, new = live.client(), live.client()
    added = old.post("/v3/memories/add/", json={"messages": "I live in Oslo.", "user_id": "alex"}).json()
    assert new.get(f"/v1/memories/{added['results'][0]['id']}/").status_code == 200


def test_a_reader_changes_nothing(live: Live) -> None:
    reader = live.client(live.accounts.create_key(role="READER")[1])
    id = live.memory().add("I live in Oslo.", user_id="alex").results[0].id
    assert reader.get(f"/v1/memories/{id}/").status_code == 200
    assert reader.post("/v3/memories/", json={"filters": {"user_id": "alex"}}).json()["count"] == 2
    for method, path, body in [
        ("POST", "/v3/memories/add/", {"messages": "hi", "user_id": "alex"}),
        ("POST", "/v1/memories/", {"messages": "hi", "user_id": "alex"}),
        ("POST", "/v1/memories/add", {"messages": "hi", "user_id": "alex"}),
        ("PUT", f"/v1/memories/{id}/", {"text": "no"}),
        ("DELETE", f"/v1/memories/{id}/", None),
        ("DELETE", "/v1/memories/?user_id=alex", None),
        ("PUT", "/v1/batch/", {"memories": [{"memory_id": id, "text": "no"}]}),
        ("DELETE", "/v1/batch/", {"memories": [{"memory_id": id}]}),
    ]:
        assert reader.request(method, path, json=body).status_code == 403
    assert live.memory().stats().memories == 2
    assert live.memory().get(id).memory == "I live in Oslo."


# ---------------------------------------------------------------- the accounts


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    made = Control(tmp_path / "server.db")
    yield made
    made.close()


def test_keys_are_nowhere_in_the_file(control: Control) -> None:
    accounts = Accounts(control)
    secrets = [accounts.create_key()[1], "a-key-of-the-operator"]
    accounts.first_key(secrets[1])
    control.close()
    held = b"".join(path.read_bytes() for path in control.path.parent.iterdir())
    assert b"default" in held
    for secret in secrets:
        assert secret.encode() not in held


def test_the_first_start_makes_a_key_and_later_ones_do_not(control: Control) -> None:
    accounts = Accounts(control)
    secret = accounts.first_key(None)
    assert secret is not None
    assert accounts.caller(secret)
    assert not accounts.has_operator_key()
    assert accounts.first_key(None) is None
    assert Accounts(control).caller(secret)


def test_a_key_of_the_environment_is_replaced_by_the_next(control: Control) -> None:
    accounts = Accounts(control)
    assert accounts.first_key("the first one") is None
    assert accounts.has_operator_key()
    first = accounts.caller("the first one")
    accounts.first_key("the second one")
    second = accounts.caller("the second one")
    assert accounts.caller("the first one") is None
    assert first is not None
    assert second is not None
    assert (first.project, first.role) == (second.project, second.role) == ("default", "OWNER")
    accounts.first_key("the second one")
    assert accounts.caller("the second one")
    assert [key.prefix for key in accounts.all_keys() if "second" in key.prefix] == []


def test_a_known_key_that_the_environment_names_stays_what_it_is(control: Control) -> None:
    accounts = Accounts(control)
    made = accounts.first_key(None)
    assert made is not None
    reader, secret = accounts.create_key(role="READER")
    project = accounts.create_project("default", "another")
    other, of_another = accounts.create_key(project.id)
    before = accounts.all_keys()
    for known in (made, secret, of_another, made):
        assert accounts.first_key(known) is None
        assert accounts.all_keys() == before
    assert accounts.first_key(None) is None
    assert accounts.all_keys() == before
    assert [accounts.caller(one) for one in (secret, of_another)] == [
        ("default", "default", "READER", reader.id), (project.id, "default", "OWNER", other.id)
    ]  # fmt: skip


def test_a_revoked_key_is_not_named_back(control: Control) -> None:
    accounts = Accounts(control)
    key, secret = accounts.create_key()
    accounts.revoke_key(key.id)
    accounts.first_key("of-the-operator")
    (named,) = (one for one in accounts.all_keys() if one.origin == "environment")
    accounts.revoke_key(named.prefix)
    before = accounts.all_keys()
    for revoked in (secret, "of-the-operator"):
        with pytest.raises(InvalidInput, match="revoked"):
            accounts.first_key(revoked)
        assert accounts.caller(revoked) is None
    assert accounts.all_keys() == before


def test_the_environment_may_go_back_to_an_earlier_key(control: Control) -> None:
    accounts = Accounts(control)
    for secret in ("the first one", "the second one", "the first one"):
        accounts.first_key(secret)
        assert accounts.caller(secret)
    assert accounts.caller("the second one") is None
    accounts.first_key(None)
    assert accounts.caller("the first one") is None


def test_a_key_is_made_once(control: Control) -> None:
    accounts = Accounts(control)
    made, secret = accounts.create_key(secret=" long enough ")
    assert (made.id, secret) == (getattr(accounts.caller("long enough"), "key", None), "long enough")
    with pytest.raises(Conflict, match="exists"):
        accounts.create_key(secret="long enough", role="READER")


def test_keys_that_cannot_be(control: Control) -> None:
    accounts = Accounts(control)
    with pytest.raises(InvalidInput, match="too short"):
        accounts.create_key(secret="1234567")
    with pytest.raises(InvalidInput, match="8 characters"):
        accounts.first_key("  1234567 ")
    with pytest.raises(InvalidInput, match="READER, OWNER"):
        accounts.create_key(role="KING")
    with pytest.raises(NotFound, match="project"):
        accounts.create_key("nowhere")
    with pytest.raises(NotFound, match="keys list"):
        accounts.revoke_key("nothing")


def test_projects_organisations_and_members(control: Control) -> None:
    accounts = Accounts(control)
    org = accounts.create_organisation("acme")
    project = accounts.create_project(org.id, " web ", "the shop")
    assert (project.name, project.description, project.org_id) == ("web", "the shop", org.id)
    changed = accounts.change_project(project.id, settings={"decay": True, "multilingual": None})
    assert changed.settings == {"decay": True}
    assert accounts.change_project(project.id, settings={"decay": None}, name="site").settings == {}
    accounts.put_member(project.id, "a@example.org", "READER")
    accounts.put_member(project.id, "a@example.org", "OWNER")
    assert [(member.email, member.role) for member in accounts.members(project.id)] == [("a@example.org", "OWNER")]
    _, secret = accounts.create_key(project.id)
    accounts.delete_project(project.id)
    assert accounts.caller(secret) is None
    assert accounts.members(project.id) == []
    with pytest.raises(NotFound):
        accounts.project(project.id)
    accounts.delete_organisation(org.id)
    assert [one.id for one in accounts.organisations()] == ["default"]


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE theirs (a)")
    other.close()
    with pytest.raises(StoreCorrupt, match="--control"):
        Control(tmp_path / "other.db")
    (tmp_path / "text.db").write_text("no database, but a text that is long enough" * 100)
    with pytest.raises(StoreCorrupt):
        Control(tmp_path / "text.db")


def test_a_file_of_a_newer_version_is_left_alone(control: Control) -> None:
    with control.writing() as connection:
        connection.execute("INSERT INTO migration (name) VALUES ('9999_future.sql')")
    with pytest.raises(StoreTooNew, match="9999_future"):
        Control(control.path)


def test_only_the_owner_of_the_file_may_read_it(control: Control) -> None:
    assert control.path.stat().st_mode & 0o077 == 0
