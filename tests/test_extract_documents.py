"""Documents: names and dates, places within places, nationalities, brackets, the topic, the one country."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache

import pytest

from graphmem.extract.base import Context, Drafts
from graphmem.extract.countries import country
from graphmem.extract.spacy import SpacyExtractor
from graphmem.types import Message

NOW = datetime(2024, 3, 13, 10, 0, tzinfo=timezone.utc)


@lru_cache(maxsize=1)
def extractor() -> SpacyExtractor:
    return SpacyExtractor()


@lru_cache(maxsize=64)
def drafts(text: str) -> Drafts:
    return extractor().extract([Message(content=text)], Context(now=NOW, verbatim=True))


def stated(text: str, floor: float = 0.4) -> set[tuple[str, str, str]]:
    return {(r.subject, r.type, r.object) for r in drafts(text).relations if r.confidence >= floor}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Brandt Gallery opened in Graz, Austria.", ("Graz", "LOCATED_IN", "Austria")),
        ("Marta Keller (born 3 May 1950 in Graz) is a painter.", ("Marta Keller", "BORN_ON", "3 May 1950")),
        ("Marta Keller (born 3 May 1950 in Graz) is a painter.", ("Marta Keller", "BORN_IN", "Graz")),
        ("Paul Brandt (3 May 1950 - 7 June 2001) was a chemist.", ("Paul Brandt", "DIED_ON", "7 June 2001")),
        ("The Austrian painter Marta Keller lives abroad.", ("Marta Keller", "NATIONALITY", "Austrian")),
        ("Marta Keller is an Austrian painter.", ("Marta Keller", "NATIONALITY", "Austrian")),
        ("Ilsdorf is a village in Saxony.", ("Ilsdorf", "VILLAGE_IN", "Saxony")),
        ("Marta Keller wrote a book. She was born in Vienna.", ("Marta Keller", "BORN_IN", "Vienna")),
    ],
)
def test_a_document_relates_names_without_a_verb(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in stated(text)


def test_a_place_within_a_place_lies_where_that_lies() -> None:
    found = {
        (r.subject, r.object): r for r in drafts("She was in Graz, Austria. The opera is in Eggenberg, Graz.").relations
    }
    assert found["Graz", "Austria"].confidence > found["Eggenberg", "Austria"].confidence > 0.25


def test_a_date_is_a_name_in_a_document_and_a_duration_is_not() -> None:
    found = {m.name: m.type for m in drafts("Nightjar toured from 1992 to 1995 for three years.").mentions}
    assert {name for name, kind in found.items() if kind == "DATE"} == {"1992", "1995"}
    chat = extractor().extract([Message(content="We met in June 2019.")], Context(now=NOW))
    assert "DATE" not in {m.type for m in chat.mentions}


def test_a_name_goes_with_the_country_of_its_document_as_a_loose_link() -> None:
    text = "Nightjar are a Norwegian band. They recorded with Ana Roth."
    found = {(r.subject, r.type, r.object): r for r in drafts(text).relations}
    assert found["Ana Roth", "OF_COUNTRY", "Norwegian"].confidence == 0.25
    crowded = "Ana Roth toured France, Spain, Italy, Japan and Peru."
    assert not any(r.type == "OF_COUNTRY" for r in drafts(crowded).relations)


def test_a_demonym_and_a_country_are_one() -> None:
    assert country("Norwegian") == country("Norway") == "Norway"
    assert country("the United States") == country("American")
    assert country("Graz") is None


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("They walked along Manning Drive to Crossgates Mall.", "Crossgates Mall", "PLACE"),
        ("Zabiele is a village in Poland.", "Zabiele", "PLACE"),
        ("Taito is a company. Later Taito made games.", "Taito", "ORG"),
        ("The Winnebago Uprising began in May 1827.", "Winnebago Uprising", "EVENT"),
        ("He lived in Siam for years, and Siam was kind.", "Siam", "PLACE"),
        ("Tuvalu voted. Maldives and Tuvalu agreed.", "Maldives", "PLACE"),
        ("Angolan singers live in Angola.", "Angolan", "GROUP"),
    ],
)
def test_a_name_is_what_it_says_or_the_text_calls_it(text: str, name: str, kind: str) -> None:
    assert {m.type for m in drafts(text).mentions if m.name == name} == {kind}
