"""Common nouns by what they are to a verb: whom one plays against, what one joins, what is only imagined."""

from __future__ import annotations

from graphmem.words import listed

__all__ = [
    "ACTIVITIES",
    "ADOPTED",
    "ENJOYED",
    "GROUPS",
    "IMAGINED",
    "JUDGEMENTS",
    "OPPONENTS",
    "SAYS_LITTLE",
    "SUPPORTED",
]


OPPONENTS = listed(
    """team champion opponent rival player guy side club competitor enemy squad role part trick prank position music
    host devil defense defence offense"""
)
"""Whom one plays against, and what one plays without a game or an instrument."""

GROUPS = listed(
    """group club team band choir gym organization organisation company league society union church committee board
    crew squad program programme network forum community army navy military staff fraternity sorority orchestra
    chorus association council party faculty firm startup cooperative troupe ensemble mosque temple synagogue gang
    guild clan police force circle collective chapter guard agency lab department"""
)
"""What one is a member of after joining it."""

SUPPORTED = GROUPS | listed(
    """business vendor artist charity student veteran family youth sport woman man kid child refugee animal farmer
    shelter school right movement cause campaign candidate player friend people neighbor colleague homeless local
    victim survivor education research athlete teacher nurse worker community foundation library museum hospital"""
)
"""Who or what is helped or cheered for."""

IMAGINED = listed(
    """strength confidence trust bond connection relationship habit skill endurance muscle attack momentum knowledge
    awareness resilience tension atmosphere character stamina flexibility memory plan strategy space decision proof
    argument stress grief claim effort goal change cause belief hypothesis rapport credibility foundation balance
    routine understanding community vibe sense boundary time opportunity moment"""
)
"""What is built or supported in words only."""

ADOPTED = listed(
    """dog cat puppy kitten rabbit bunny hamster parrot bird turtle horse fish pup kitty lizard snake tortoise animal
    pet rescue child kid baby girl boy son daughter toddler orphan mutt retriever terrier shepherd poodle labrador"""
)
"""Whom one takes into a family."""

ACTIVITIES = listed(
    """game match session class meeting deadline lecture shift flight train bus appointment practice show event party
    opportunity chance point target call workout step detail part"""
)
"""What one misses by not being there."""

ENJOYED = listed(
    """outdoors outdoor beach ocean sea mountain city classic rain snow sun sunshine theater theatre countryside
    wilderness nature gym water forest wood desert night morning cold heat summer winter spring autumn fall wind
    stars country suburbs arts environment cinema movies guitar piano violin drum blues"""
)
"""What "the" goes with although it was not just spoken of."""

JUDGEMENTS = listed(
    """gem standout masterpiece blast joy treat must help delight beast legend hit art learner winner inspiration
    blessing relief reminder lifesaver game-changer champ star trooper angel sweetheart cutie favorite favourite
    highlight fun magic changer bender contender breaker starter opener stopper performer keeper choice goal success
    disaster mess nightmare dream start step way choice reason"""
)
"""What a thing is only in somebody's eyes."""

SAYS_LITTLE = listed(
    """plugin project strategy method tool technique data post plan article story book movie film song query game task
    file feature function approach platform app program site website system code script food meal dish drink item
    goal skill note idea exercise event class session performance resource material piece work art content product
    service option template example library framework language formula equation rule concept topic paper draft page
    document essay report poem chapter episode series show video clip news text message device equipment supply gear
    clothes stuff prize award competition contest photograph visualization practice setting model value variable
    number word term rope instrument creature animal route place spot activity test note card move version result
    solution"""
)
"""Nouns that name one of so many that they say hardly anything alone."""
