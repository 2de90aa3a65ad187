"""The words and sentences of the invented chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FILLERS", "KINDS", "QUESTIONS", "SLOTS", "STATEMENTS"]


def _list(names: str) -> list[str]:
    return [name.strip() for name in names.split(",")]


_PEOPLE = _list(
    """Ada, Bilal, Chiara, Dmitri, Elif, Farah, Goran, Hana, Ines, Jonas, Katya, Lamar, Mirela, Nadia,
    Oskar, Priya, Quentin, Rosa, Sven, Tamar, Uwe, Valeria, Wanda, Xenia, Yusuf, Zofia, Anders, Bruna,
    Caio, Daria"""
)
_STEMS = _list(
    """Alder, Bright, Cor, Dun, East, Far, Glen, Hal, Iron, Juni, Kest, Lark, Mer, North, Oak, Pine, Quill,
    Raven, Silver, Thorn"""
)
_TOWNS = [stem + end for end in ("ville", "ham", "stad", "burg", "port", "dale", "mouth") for stem in _STEMS]
_FIRMS = [stem + end for end in ("bank", "works", "soft", "media", "labs") for stem in _STEMS]
_FOODS = _list(
    """lentil soup, rye bread, mango curry, fish tacos, plum cake, black coffee, goat cheese, dumplings,
    ramen, hummus, pumpkin pie, olives, paella, miso aubergine, oat porridge, fig jam, kimchi, saffron
    rice"""
)
_HOBBIES = _list(
    """rowing, bookbinding, climbing, chess, pottery, birdwatching, cycling, tango, gardening, astronomy,
    sailing, calligraphy, fencing, beekeeping, woodwork, swimming, juggling, choir practice"""
)
_THINGS = _list(
    """camera, bicycle, piano, notebook, tent, telescope, sewing machine, kayak, record player, greenhouse,
    scooter, cello, typewriter, drone, coffee grinder, hammock, microscope, lantern"""
)
_TIMES = _list(
    """yesterday, last week, in March, two years ago, this morning, last Friday, in 2019, next month, over
    the summer, on Sunday, last night, in October"""
)

SLOTS: Mapping[str, Sequence[str]] = {
    "person": _PEOPLE,
    "place": _TOWNS,
    "org": _FIRMS,
    "food": _FOODS,
    "hobby": _HOBBIES,
    "thing": _THINGS,
    "time": _TIMES,
}
"""Slot of a sentence -> what may fill it, the frequent first."""

KINDS: Mapping[str, str] = {
    **dict.fromkeys(_PEOPLE, "PERSON"),
    **dict.fromkeys(_TOWNS, "PLACE"),
    **dict.fromkeys(_FIRMS, "ORG"),
    **dict.fromkeys((*_FOODS, *_HOBBIES, *_THINGS), "CONCEPT"),
}
"""Name -> entity type."""

STATEMENTS = (
    "I went to {place} with {person} {time}.",
    "My friend {person} works at {org} now.",
    "I love {food}, especially the way {person} makes it.",
    "I bought a {thing} {time} and paid {number} for it.",
    "I have been doing {hobby} for {number} months.",
    "{person} moved to {place} {time}.",
    "I work at {org} and my office is in {place}.",
    "We cooked {food} for {number} people {time}.",
    "I am allergic to {food}.",
    "My {thing} broke {time}, so {person} lent me one.",
    "I prefer {hobby} to reading on weekends.",
    "{person} and I are planning a trip to {place} {time}.",
)
FILLERS = (
    "That sounds great!",
    "How was it?",
    "Not sure yet.",
    "What did {person} say about the {thing}?",
    "Thanks, that means a lot.",
    "Do you still go to {place} for {hobby}?",
)
QUESTIONS = (
    "When did {person} move to {place}?",
    "Who works at {org}?",
    "What did I buy {time}?",
    "Which food am I allergic to?",
    "How long have I been doing {hobby}?",
    "Where did I go with {person} {time}?",
    "Who makes {food}?",
    "What happened to my {thing}?",
)
