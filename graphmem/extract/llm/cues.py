"""Relations of which one takes another's place need a word in the sentence that speaks of them.

A wrong LIVES_IN would close the right one, so what a model reads into "I loved Oslo" is not enough. The words are
English; sentences in what is clearly another language are taken at the model's word.
"""

from __future__ import annotations

import re

from graphmem.extract.base import is_functional
from graphmem.extract.clean import is_english

__all__ = ["speaks_of"]

_CUES = {
    "LIVES_IN": r"""liv(?:e|es|ed|ing) home hometown mov(?:e|es|ed|ing) relocat\w+ settl\w+ resid\w+ based apartment
        flat house rent\w* neighbou?rhood place stay(?:s|ed|ing)? left""",
    "WORKS_AT": r"""work\w* jobs? employ\w* hired? join\w* start\w* company office intern\w* boss career position
        role team shifts? quit left leav\w+ resign\w* retire\w* fired laid offer""",
    "NAMED": r"name[ds]? call(?:s|ed)? am i'm is it's this",
    "MARRIED_TO": r"marr\w+ wife husband spouse wedding wed divorc\w+ separated",
    "DATING": r"dat(?:e|es|ed|ing) boyfriend girlfriend seeing partner relationship together br(?:eak|oke)\w* split",
    "ENGAGED_TO": r"engag\w+ fianc\w+ propos\w+ ring",
    "JOB_IS": r"""work\w* jobs? profession career am i'm is are was he's she's they're as bec[ao]me\w* promoted hired
        train\w*""",
    "AGE_IS": r"\d+ years? old aged? turn(?:s|ed|ing)? birthday",
    "BORN_IN": r"born birth\w*",
    "BORN_ON": r"born birth\w*",
    "STUDIES_AT": r"""stud\w+ school college university uni class\w* degree enrol\w* campus semester course
        graduat\w+ drop\w*""",
    "EMAIL_IS": r"\S+@\S+",
    "PHONE_IS": r"\+?\d[\d()+-]+",
}
"""Patterns of words, any of which will do."""
_FAVORITE = r"favou?rite fav best most love[sd]? prefer\w*"


def speaks_of(relation_type: str, sentence: str) -> bool:
    """Whether a sentence may state a relation of this type, as far as its words tell."""
    if not is_functional(relation_type):
        return True
    words = _FAVORITE if relation_type.startswith("FAVORITE_") else _CUES.get(relation_type, "")
    plain = sentence.replace("’", "'")
    found = re.search(rf"(?<!\w)(?:{'|'.join(words.split())})(?!\w)", plain, re.I)
    # Twice, because a single foreign function word in a whole text means nothing, and in one sentence much.
    return found is not None or not is_english(f"{plain} {plain}")
