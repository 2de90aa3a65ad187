"""What the form of a name tells by itself."""

from __future__ import annotations

import pytest

from graphmem import names
from graphmem.words import key


@pytest.mark.parametrize(
    ("name", "type", "plain"),
    [
        ("Dr. Mara Lindt", "PERSON", "mara lindt"),
        ("Dr. Mara Lindt", "THING", "mara lindt"),
        ("Dr. Lindt", "PERSON", "dr lindt"),
        ("General George Hale", "PERSON", "george hale"),
        ("General Electric Company", "ORG", "general electric company"),
        ("Lady Bird Johnson", "PERSON", "lady bird johnson"),
        ("J. R. R. Tolkien", "PERSON", "jrr tolkien"),
        ("Ron O'Neil", "PERSON", "ron o neil"),
        ("U.S.", "PLACE", "u s"),
        ("St. Louis", "PLACE", "saint louis"),
        ("Wall St.", "PLACE", "wall st"),
        ("Mara Lindt, Ph.D.", "PERSON", "mara lindt"),
        ("Silver Spring, MD", "PLACE", "silver spring md"),
        ("Łódź", "PLACE", "lodz"),
        ("\u02bc", "THING", "\u02bc"),
        ("王芳", "PERSON", "王芳"),
    ],
)
def test_what_is_no_part_of_a_name_is_left_out(name: str, type: str, plain: str) -> None:
    assert names.plain(key(name), type) == plain
    assert names.plain(plain, type) == plain


@pytest.mark.parametrize(
    ("name", "type", "trading"),
    [
        ("Acme Inc.", "ORG", "acme"),
        ("Acme, Inc.", "THING", "acme"),
        ("ACME GmbH & Co. KG", "ORG", "acme"),
        ("Benetton Group S.p.A.", "ORG", "benetton group"),
        ("Siemens AG", "ORG", "siemens"),
        ("Siemens AG", "THING", None),
        ("Anna Inc", "PERSON", None),
        ("Walt Disney Company", "ORG", None),
        ("Inc.", "ORG", None),
        ("3 Ltd", "ORG", None),
        ("The Who Ltd", "ORG", None),
        ("Co. Ltd.", "ORG", None),
    ],
)
def test_the_legal_form_is_no_part_of_a_company(name: str, type: str, trading: str | None) -> None:
    assert names.trading(key(name), type) == trading


@pytest.mark.parametrize(
    ("text", "name", "short"),
    [
        ("The World Health Organization (WHO) met.", "World Health Organization", "WHO"),
        ("The WHO (World Health Organization) met.", "World Health Organization", "WHO"),
        ("Recording Industry Association of Japan (RIAJ).", "Recording Industry Association of Japan", "RIAJ"),
        ("the Luossavaara Kiirunavaara Aktiebolag (LKAB)", "Luossavaara Kiirunavaara Aktiebolag", "LKAB"),
    ],
)
def test_a_text_defines_an_abbreviation(text: str, name: str, short: str) -> None:
    assert list(names.defined(text, [name, "Organization", short])) == [(name, short)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The World Health Organization (Geneva) met.", "World Health Organization"),
        ("The World Health Organization (UN) met.", "World Health Organization"),
        ("The World Health Organization (1948) met.", "World Health Organization"),
        ("The World Health Organization, in Geneva (WHO)", "World Health Organization"),
        ("Apple (AP) fell.", "Apple"),
    ],
)
def test_brackets_alone_define_nothing(text: str, name: str) -> None:
    assert list(names.defined(text, [name])) == []


def test_nicknames_go_both_ways_and_no_further() -> None:
    assert "robert" in names.nicknamed("bob")
    assert {"bob", "rob"} <= names.nicknamed("robert")
    assert "rob" not in names.nicknamed("bob")
    assert names.nicknamed("mara") == frozenset()


@pytest.mark.parametrize(
    ("name", "type", "guess", "asked"),
    [
        ("Oslo", "PLACE", True, {"oslo"}),
        ("Dr. Ana Silva", "PERSON", False, {"dr ana silva", "ana silva", "dr silva"}),
        ("Acme Inc.", "ORG", False, {"acme inc", "acme"}),
        ("New York City", "PLACE", False, {"new york city", "nyc"}),
        ("Peggy Hale", "PERSON", True, {"peggy hale", "margaret hale"}),
        ("Peggy Hale", "PERSON", False, {"peggy hale"}),
        ("!!!", "THING", True, set()),
    ],
)
def test_what_a_store_is_asked_for(name: str, type: str, guess: bool, asked: set[str]) -> None:
    assert names.asked(name, type, guess=guess) == asked
