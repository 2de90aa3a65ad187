"""Words that say little: false names, vague nouns, light verbs, empty adjectives."""

from __future__ import annotations

from graphmem.words import listed

__all__ = [
    "FALSE_NAMES",
    "GENERIC",
    "INTANGIBLE",
    "LIGHT_VERBS",
    "OPENERS",
    "ORG_ENDINGS",
    "SPECIFIC_VERBS",
    "STRIPPED",
    "VAGUE",
]


FALSE_NAMES = listed(
    """wanna lemme gotcha woohoo awww oof mmm nah gimme y'all super startin fingers cozy gather glad
    congrats congratulations wow fyi bummer looky tons hey hi hello thanks thank yeah yep yup nope
    yes no ok okay oh ooh aww aw haha hahaha lol omg btw cool nice great awesome amazing sounds
    absolutely totally definitely exactly sure please sorry well hmm woah whoa yay hooray cheers bye
    goodbye good keep take hope love miss got gotta sweet damn gosh geez yum yikes ugh phew bravo
    kudos yo hiya dear lots plenty any anything what's how's i i'm lmk asap imo imho tbh idk fwiw
    nbsp speaking looking wishing sending happy merry always never whatever welcome true right same
    agreed alright anyway indeed perfect fantastic wonderful incredible lovely gorgeous beautiful
    error warning note todo imagine"""
)
"""Words that the recogniser takes for names at the start of a sentence."""

OPENERS = listed(
    """nature family dance art life success music pottery guitar books coconut store yoga cooking
    reading painting writing food dreams coffee work school sports friends guidance identity rock
    chase teamwork"""
)
"""Common nouns that the recogniser takes for names where a sentence starts with them."""

ORG_ENDINGS = listed(
    """audio lab energy robotic bank studio group inc ltd gmbh llc corp corporation company co system
    software food media pres record airline airway pharma consulting partner industrie motor technologie technology
    tech solution university school college academy hospital clinic institute museum gallery library
    foundation society club agency bakery brewery cafe café restaurant hotel theatre theater orchestra logistic
    insurance security holding capital venture service network digital analytic"""
)
"""Last words of the names of companies and houses, without an "s"."""

VAGUE = listed(
    """ton tons bunch too also support encouragement words advice company best memory memories pic pics photo photos
    picture pictures kid boy girl child children thing things lot lots time times bit way ways stuff
    kind kinds sort sorts one ones something anything everything nothing someone anyone everyone
    somebody anybody everybody nobody it that this these those what which who whom whose here there
    all some any most much many few more less none other others another each both either neither fun
    blast idea ideas question questions look chance difference sense part point points end start
    case example deal couple reason reasons fact moment moments while matter choice doubt problem
    problems shot peek try need needs break place places people person man woman guy guys day days
    week weeks month months year years hour hours minute minutes second seconds morning afternoon
    evening night today tomorrow yesterday thought thoughts feeling feelings vibe vibes mind luck
    care sure self myself yourself himself herself itself ourselves themselves result results rest
    side sides top bottom middle front back line lines step steps process"""
)
"""Nouns that name nothing on their own."""

GENERIC = listed(
    """create improve grow build have be do see make get go take give look work try play talk come put
    keep let say think know help start use feel meet spend share learn find push move live"""
)
"""Verbs whose bare gerund names no activity."""

INTANGIBLE = listed(
    """life lives community journey love heart hearts corner progress path paths hand hands head voice
    body face finger soul summer work action emotion happiness area list favorite fave escape rock
    chat talk dream goal passion friendship experience creativity transition struggle vision
    strength education childhood style spot bond identity resilience potential relationship
    wellbeing health opinion view hope effort attention country root aim move turn go self future
    past age name birthday email phone number address heartbeat eye ear arm leg back chest skin hair
    interest career story hometown"""
)
"""Nouns that "my" goes with without anything being owned."""

STRIPPED = listed(
    """new own other few several many much some any such same certain various old good great big little
    small nice cool amazing awesome beautiful lovely wonderful fantastic great-looking favorite
    whole entire last next first second recent more most really very so too just super pretty bit
    cute fun different following special perfect incredible few couple"""
)
"""Adjectives that say nothing about which thing it is."""

LIGHT_VERBS = listed(
    """be have do make take give get go come put let keep seem look feel become say tell ask think
    guess know mean see hear want need hope wish try start begin continue stop happen turn bring
    show find help thank bet sound appear remember forget imagine believe suppose wonder notice
    realize understand agree hold set call talk speak wait check add change provide include require
    consider allow expect"""
)
"""Verbs that carry no relation of their own."""

SPECIFIC_VERBS = listed("find make try get take give do bring show add")
"""Light verbs that say something when their object is specific: "made an apple pie"."""
