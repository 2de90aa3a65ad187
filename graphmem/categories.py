"""Categories without an LLM: keywords, and the cosine to short descriptions where there is an embedder.

A category is a hint for filters, not a fact: a text gets one or two labels, or `misc`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Vectors: TypeAlias = NDArray[np.float32]

__all__ = ["DEFAULT", "Categoriser", "categorise"]

MISC = "misc"
DEFAULT: Mapping[str, str] = {
    "personal_details": "personal details such as name, age, birthday, address, nationality, languages",
    "family": "family members, parents, children, siblings, spouse and relatives",
    "professional_details": "job, employer, profession, career, colleagues, work projects, education",
    "sports": "sports, fitness training, teams, matches, running, swimming, gym",
    "travel": "trips, flights, hotels, holidays, destinations, places visited",
    "food": "food, drinks, diet, cooking, restaurants, recipes, meals",
    "music": "music, songs, bands, concerts, instruments, playlists",
    "health": "health, allergies, illness, medication, doctors, mental health, sleep",
    "technology": "technology, software, programming, computers, phones, gadgets, apps",
    "hobbies": "hobbies and pastimes: painting, reading, gardening, games, photography, crafts",
    "fashion": "fashion, clothes, shoes, style, jewellery, make-up",
    "entertainment": "films, series, books, shows, video games, celebrities",
    "milestones": "life events: wedding, birth, graduation, anniversary, promotion, moving house, retirement",
    "user_preferences": "likes, dislikes, favourites and preferences",
    MISC: "",
}
"""Mem0's default catalog, with our descriptions."""

_KEYWORDS: Mapping[str, str] = {
    "personal_details": r"my name|i'?m called|years? old|born (?:in|on)|birthday|i live in|i(?:'m| am) from|address|"
    r"phone number|e-?mail|nationality|i speak|moved to",
    "family": r"famil(?:y|ies)|mother|father|mom|mum|dad|parents?|sister|brother|sibling|wife|husband|spouse|"
    r"sons?|daughter|kids?|child(?:ren)?|grand(?:ma|pa|mother|father|parents?|kids?|son|daughter)|"
    r"uncle|aunt|cousin|niece|nephew|in-laws?|fianc[eé]e?",
    "professional_details": r"jobs?|work(?:s|ed|ing)? (?:at|for|as|in)|career|colleague|co-?workers?|boss|"
    r"manager|office|company|employer|salary|profession|engineer|teacher|nurse|lawyer|developer|designer|startup|"
    r"business|interview|universit(?:y|ies)|college|degree|stud(?:y|ies|ying|ied) (?:at|for|in)|"
    r"internship|resume|client",
    "sports": r"sports?|football|soccer|basketball|tennis|baseball|golf|rugby|cricket|hockey|volleyball|"
    r"marathon|running|jogging|swim(?:s|ming)?|cycling|yoga|gym|workout|surf(?:ing)?|ski(?:ing)?|"
    r"climbing|boxing|team|league|coach|match",
    "travel": r"travel\w*|trips?|flights?|hotels?|vacations?|holidays?|airport|passport|visa|tourist|itinerary|"
    r"road ?trip|camping|beach|visited|backpack\w*|destination|airbnb|window seat|aisle seat",
    "food": r"food|eat(?:s|ing)?|ate|cook(?:s|ed|ing)?|bak(?:e|es|ed|ing)|recipes?|restaurants?|vegan|"
    r"vegetarian|gluten|dairy|lactose|coffee|tea|wine|beer|pizza|sushi|pasta|breakfast|lunch|dinner|"
    r"dessert|chocolate|cuisine|spicy|nuts?|peanuts?|shellfish|diet|meals?|meat|cheese",
    "music": r"music\w*|songs?|bands?|concerts?|guitar|piano|violin|drums?|sing(?:s|er|ing)?|albums?|"
    r"playlists?|jazz|hip[- ]?hop|orchestra|choir|spotify",
    "health": r"health\w*|allerg(?:y|ies|ic)|doctors?|hospital|medicines?|medications?|therap(?:y|ist)|illness|"
    r"disease|diabet\w+|asthma|migraines?|injur(?:y|ed|ies)|surgery|pregnan\w+|sleep|anxiety|"
    r"depress\w+|stress|intoleran\w+|vegetarian|vegan|diet|pain|cancer|vaccin\w+|blood pressure|"
    r"mental health",
    "technology": r"tech\w*|software|programming|python|javascript|rust|code|coding|computers?|laptops?|phones?|"
    r"apps?|websites?|databases?|server|api|ai|machine learning|gadgets?|android|iphone|linux|windows|"
    r"macbook|algorithm\w*",
    "hobbies": r"hobb(?:y|ies)|paint(?:s|ing|ed)?|draw(?:s|ing)|garden(?:s|ing)?|photograph\w*|knit(?:s|ting)?|"
    r"pottery|hik(?:e|es|ing)|fishing|chess|puzzles?|board games?|crafts?|collect(?:s|ing)|reading|"
    r"birdwatching|woodwork\w*|sewing|danc(?:e|es|ing)",
    "fashion": r"fashion|cloth(?:es|ing)|dress(?:es)?|shoes?|sneakers|jackets?|jewel\w+|make-?up|outfits?|"
    r"handbags?|wardrobe|shirts?|jeans|suits?",
    "entertainment": r"movies?|films?|tv|series|shows?|netflix|books?|novels?|author|video ?games?|gaming|anime|"
    r"comics?|theat(?:er|re)|podcasts?|actor|actress|celebrit\w+|cinema",
    "milestones": r"wedding|married|engaged|engagement|anniversary|graduat\w+|promot(?:ed|ion)|retire\w*|gave birth|"
    r"newborn|born|first (?:time|day|house|home|job)|bought (?:a|our|my) (?:house|home|flat|"
    r"apartment)|moved|divorced|adopt\w*",
    "user_preferences": r"prefer\w*|favou?rites?|i (?:really |absolutely |also )?(?:like|love|enjoy|hate|dislike)|"
    r"i don'?t (?:like|enjoy)|i'?d rather|can'?t stand|fan of",
}
BONUS = 0.15
"""Added to the cosine where a keyword stands."""
CUT = 0.28
"""Below this a text is `misc`."""
NEAR = 0.08
"""A second label is given if it is at most this far behind the first."""


class Categoriser:
    """Labels texts with the names of one catalog.

    `encode` turns texts into unit rows `(n, dim)`; it is called once, on first use, for the catalog's
    descriptions. Without it keywords decide alone. `catalog` is a list of names or a mapping from names to
    descriptions; None is Mem0's default list.
    """

    def __init__(
        self,
        encode: Callable[[Sequence[str]], Vectors] | None = None,
        catalog: Mapping[str, str] | Sequence[str] | None = None,
    ) -> None:
        self.catalog = _named(DEFAULT if catalog is None else catalog)
        self._encode = encode
        self._described: Vectors | None = None

    def of(self, texts: Sequence[str], vectors: Vectors | None = None) -> list[tuple[str, ...]]:
        """The labels of each text, best first, one or two; `vectors` are the texts' unit rows `(n, dim)`."""
        scores = [_keyword_scores(text, self.catalog) for text in texts]
        cosines = self._cosines(vectors)
        if cosines is None:
            return [_by_keyword(found) for found in scores]
        rows = cosines.tolist()
        return [
            _by_score(found, dict(zip(self._names(), row, strict=True)))
            for found, row in zip(scores, rows, strict=True)
        ]

    def _names(self) -> list[str]:
        return [name for name in self.catalog if name != MISC]

    def _cosines(self, vectors: Vectors | None) -> Vectors | None:
        if vectors is None or self._encode is None:
            return None
        if self._described is None:
            self._described = self._encode([self.catalog[name] for name in self._names()])
        cosines: Vectors = vectors @ self._described.T
        return cosines


def categorise(
    text: str,
    vector: Vectors | None = None,
    prototypes: Mapping[str, Vectors] | None = None,
    catalog: Mapping[str, str] | Sequence[str] | None = None,
) -> tuple[str, ...]:
    """The labels of one text, best first. `vector` (dim,) and `prototypes` (name -> (dim,)) are unit vectors."""
    found = _keyword_scores(text, _named(DEFAULT if catalog is None else catalog))
    if vector is None or prototypes is None:
        return _by_keyword(found)
    return _by_score(found, {name: float(vector @ row) for name, row in prototypes.items() if name != MISC})


def _named(catalog: Mapping[str, str] | Sequence[str]) -> Mapping[str, str]:
    """Names to descriptions; a name without one is described by its own words."""
    pairs = catalog.items() if hasattr(catalog, "items") else ((name, "") for name in catalog)
    return {name: text or DEFAULT.get(name, "") or name.replace("_", " ") for name, text in pairs}


def _keyword_scores(text: str, catalog: Mapping[str, str]) -> dict[str, float]:
    """How many different keywords of each category stand in the text."""
    plain = text.replace("’", "'")
    counts = {
        name: len({hit.lower() for hit in _pattern(name, words).findall(plain)}) for name, words in catalog.items()
    }
    return {name: float(count) for name, count in counts.items() if count}


@lru_cache(maxsize=1024)
def _pattern(name: str, description: str) -> re.Pattern[str]:
    known = _KEYWORDS.get(name) if description == DEFAULT.get(name) else None
    return re.compile(rf"\b(?:{known or _own_words(name, description)})\b", re.I)


def _own_words(name: str, description: str) -> str:
    """The keywords of a category of the caller's own: its name's and description's longer words."""
    words = {word for word in re.findall(r"[^\W_]{4,}", f"{name} {description}".lower()) if word not in _COMMON}
    # A category without any such word is matched by its name alone.
    return "|".join(rf"{re.escape(word.removesuffix('s'))}(?:s|es)?" for word in sorted(words)) or re.escape(name)


_COMMON = frozenset(
    {
        "about",
        "user",
        "users",
        "such",
        "like",
        "with",
        "from",
        "that",
        "this",
        "their",
        "other",
        "and",
        "have",
        "things",
    }
)


def _by_keyword(found: Mapping[str, float]) -> tuple[str, ...]:
    best = sorted((name for name in found if name != MISC), key=lambda name: -found[name])
    return tuple(best[:2]) or (MISC,)


def _by_score(found: Mapping[str, float], cosines: Mapping[str, float]) -> tuple[str, ...]:
    scores = {name: cosine + BONUS * (name in found) for name, cosine in cosines.items()}
    best = sorted(scores, key=lambda name: -scores[name])
    kept = [name for name in best[:2] if scores[name] >= CUT and scores[name] >= scores[best[0]] - NEAR]
    return tuple(kept) or (MISC,)
