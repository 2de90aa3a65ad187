"""Entity resolution: which names are one entity, within one owner."""

from __future__ import annotations

import pytest

from graphmem.resolve import Resolver
from graphmem.types import Entity
from graphmem.words import key


def known(name: str, type: str, *aliases: str) -> Entity:
    return Entity(id=f"id:{name}", owner="user:ann", name=name, key=key(name), type=type, aliases=aliases)


def resolver(*entities: Entity, guess: bool = True) -> Resolver:
    return Resolver("default", "user:ann", entities, guess=guess)


def same(one: tuple[str, str], two: tuple[str, str], *, guess: bool = True) -> bool:
    resolve = resolver(guess=guess).resolve
    first, second = resolve(*one), resolve(*two)
    assert first is not None
    assert second is not None
    return first.id == second.id


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("Oslo", "PLACE"), ("OSLO", "ORG")),
        (("the Louvre", "PLACE"), ("Louvre", "CONCEPT")),
        (("Zoë", "PERSON"), ("Zoe", "PERSON")),
        (("Anna's", "PERSON"), ("Anna", "PERSON")),
        (("Caroline Smith", "PERSON"), ("Caroline", "PERSON")),
        (("Caroline", "PERSON"), ("Caroline Smith", "PERSON")),
        (("United Nations Organisation", "ORG"), ("UNO", "ORG")),
        (("New York City", "PLACE"), ("NYC", "PLACE")),
        (("Fjordline Shipping", "ORG"), ("Fjordline Shiping", "ORG")),
        (("王芳", "PERSON"), ("王芳", "PERSON")),
    ],
)
def test_one_entity(one: tuple[str, str], two: tuple[str, str]) -> None:
    assert same(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("Anna", "PERSON"), ("Hanna", "PERSON")),
        (("Caroline Smith", "PERSON"), ("Caroline Jones", "PERSON")),
        (("Alex", "PERSON"), ("Alex's wife", "PERSON")),
        (("Alex's wife", "PERSON"), ("Alex", "PERSON")),
        (("Alex's wife", "PERSON"), ("Alex's brother", "PERSON")),
        (("Paris", "PERSON"), ("Paris Texas", "PLACE")),
        (("Windows 2010 Server", "PRODUCT"), ("Windows 2011 Server", "PRODUCT")),
        (("green tea leaves", "CONCEPT"), ("green tea leavs", "CONCEPT")),
        (("Ann", "PERSON"), ("Anne", "PERSON")),
    ],
)
def test_two_entities(one: tuple[str, str], two: tuple[str, str]) -> None:
    assert not same(one, two)


def test_a_first_name_of_two_people_is_a_third() -> None:
    entities = (known("Caroline Smith", "PERSON"), known("Caroline Jones", "PERSON"))
    found = resolver(*entities).resolve("Caroline", "PERSON")
    assert found is not None
    assert found.id not in {entity.id for entity in entities}


def test_a_fuller_name_is_kept_and_the_written_one_becomes_an_alias() -> None:
    made = resolver(known("Caroline", "PERSON"))
    found = made.resolve("Caroline Smith", "PERSON")
    assert found is not None
    assert (found.id, found.name, found.key, found.aliases) == (
        "id:Caroline", "Caroline Smith", "caroline", ("caroline smith",),
    )  # fmt: skip
    assert list(made.changed) == ["id:Caroline"]
    again = made.resolve("caroline smith", "PERSON")
    assert again is not None
    assert again.id == found.id


def test_a_second_surname_is_somebody_else() -> None:
    made = resolver(known("Caroline", "PERSON"))
    first, second = made.resolve("Caroline Smith", "PERSON"), made.resolve("Caroline Jones", "PERSON")
    assert first is not None
    assert second is not None
    assert first.id != second.id


def test_documents_do_not_guess() -> None:
    assert not same(("Caroline Smith", "PERSON"), ("Caroline", "PERSON"), guess=False)
    assert not same(("Fjordline Shipping", "ORG"), ("Fjordline Shiping", "ORG"), guess=False)
    assert same(("Caroline Smith", "PERSON"), ("caroline smith", "PERSON"), guess=False)
    assert same(("New York City", "PLACE"), ("NYC", "PLACE"), guess=False)


def test_a_weak_type_is_upgraded_and_a_strong_one_stays() -> None:
    made = resolver(known("acme", "CONCEPT"))
    found = made.resolve("Acme", "ORG")
    assert found is not None
    assert (found.type, found.name) == ("ORG", "Acme")
    for type in ("CONCEPT", "PERSON"):
        found = made.resolve("Acme", type)
        assert found is not None
        assert found.type == "ORG"


def test_what_is_known_and_unchanged_is_not_written_again() -> None:
    made = resolver(known("Oslo", "PLACE"))
    assert made.resolve("Oslo", "PLACE") == known("Oslo", "PLACE")
    assert made.changed == {}


@pytest.mark.parametrize("name", ["", " ", "!!!", "...", "'"])
def test_a_name_without_letters_is_nothing(name: str) -> None:
    assert resolver().resolve(name, "PERSON") is None


def test_owners_and_tenants_have_their_own() -> None:
    ids = {
        entity.id
        for tenant, owner in (("a", "user:x"), ("a", "user:y"), ("b", "user:x"))
        if (entity := Resolver(tenant, owner, ()).resolve("Oslo", "PLACE")) is not None
    }
    assert len(ids) == 3


def test_the_order_of_names_does_not_change_what_is_one() -> None:
    names = ["Caroline", "Caroline Smith", "caroline", "CAROLINE SMITH"]
    for order in (names, names[::-1], names[1:] + names[:1]):
        made = resolver()
        found = {entity.id for name in order if (entity := made.resolve(name, "PERSON")) is not None}
        assert len(found) == 1
