"""Labels by keyword, by cosine, and by a caller's own catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphmem.categories import DEFAULT, Categoriser, categorise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I'm a vegetarian and allergic to nuts.", "food"),
        ("I'm a vegetarian and allergic to nuts.", "health"),
        ("My sister Ana is a nurse.", "family"),
        ("I work at Siemens as an engineer.", "professional_details"),
        ("I booked a flight to Lisbon for my holidays.", "travel"),
        ("I'm Alex and I prefer boutique hotels.", "user_preferences"),
        ("We play tennis every Sunday.", "sports"),
        ("I practise the piano daily.", "music"),
        ("We got married in June.", "milestones"),
        ("Hm.", "misc"),
        ("我住在北京", "misc"),
    ],
)
def test_keywords_find_the_label(text: str, label: str) -> None:
    assert label in categorise(text)


def test_there_are_at_most_two_labels_all_of_the_catalog() -> None:
    labels = categorise("My sister loves food, music, travel, sports, books, code and her job.")
    assert len(labels) == 2
    assert set(labels) <= set(DEFAULT)


def test_a_catalog_of_names_or_descriptions_replaces_the_default() -> None:
    text = "The invoice for my hotel was wrong."
    assert categorise(text, catalog=["hotels", "pets"]) == ("hotels",)
    assert categorise(text, catalog={"billing": "invoices and payments", "pets": "cats and dogs"}) == ("billing",)
    assert categorise(text, catalog=["pets"]) == ("misc",)


class Axes:
    """Encodes the nth text as the nth axis and counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls += 1
        return np.eye(len(texts), 8, dtype=np.float32)


def row(*values: float) -> NDArray[np.float32]:
    return np.array([[*values, *[0.0] * (8 - len(values))]], dtype=np.float32)


def test_descriptions_are_encoded_once_and_cosine_decides() -> None:
    encode = Axes()
    categoriser = Categoriser(encode, catalog=["alpha", "beta"])
    assert categoriser.of(["x"], row(0.2, 0.9)) == [("beta",)]
    assert categoriser.of(["x"], row(0.9, 0.85)) == [("alpha", "beta")]
    assert encode.calls == 1


def test_a_keyword_lifts_a_label_and_a_weak_cosine_is_misc() -> None:
    categoriser = Categoriser(Axes(), catalog=["alpha", "beta"])
    assert categoriser.of(["x"], row(0.2, 0.1)) == [("misc",)]
    assert categoriser.of(["about beta"], row(0.1, 0.2)) == [("beta",)]


def test_without_an_embedder_keywords_decide() -> None:
    assert Categoriser().of(["I love jazz songs", "hm"])[1] == ("misc",)


def test_one_text_can_be_labelled_from_prototypes() -> None:
    prototypes = {"alpha": row(1.0)[0], "beta": row(0.0, 1.0)[0]}
    assert categorise("x", vector=row(0.9)[0], prototypes=prototypes, catalog=["alpha", "beta"]) == ("alpha",)
