"""What the rules of change know of English: words that call something news, over, doubtful or an exception.

Tables for `news`, `succession` and `claims`, one phrase a line; what several phrases share stands in braces.
"""

from __future__ import annotations

import re

_STOP = r"(?:[.,;:!?]|\s+(?:and|but|because|since|in|after|so|when|last|this|for|to|from|until|with|due)\b|\s+-|$)"
_MONTH = (
    r"(?:january|february|march|april|(?-i:May)|june|july|august|september|october|november|december|"
    r"(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_CALENDAR = (
    r"(?:(?:the |last |next |this |early |mid-?|late |(?:beginning|start|middle|end|first) of (?:the )?)*"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH}|{_WEEKDAY}|"
    r"(?:19|20)\d\d|spring|summer|autumn|fall|winter|week|weekend|month|year|term|semester|season|easter|christmas|"
    r"new year|tomorrow|today|tonight|yesterday)\b(?!['’]s))"
)
_FROM_THEN = (
    rf"\b(?:since|from|as (?:of|from)|starting|beginning|effective)\s+(?:on\s+|in\s+)?{_CALENDAR}"
    r"(?!\s*(?:\d+ )?(?:to|until|till|through|[-–])(?:\s|\d))"
)
_PARTS = {
    "mine": rf"(?P<what>(?:my|our|the|(?-i:[A-Z]))\s?.*?){_STOP}",
    "what_is": (
        r"(?:^|[.,;:!?]|\b(?:so|and|but|that)\b)\s*(?P<what>[^.,;:!?]*?)"
        r"(?:\s+(?:is|are|was|were|has been|have been|got)|'s)"
    ),
    "stop": _STOP,
    "day": _CALENDAR,
    "weekday": _WEEKDAY,
    "at_times": r"\b(?:on (?:\w+days?|the weekends?)|sometimes|occasionally|when|whenever|if|unless)\b",
    "long_ago": rf"(?:in {_CALENDAR}|last (?:month|year)|\w+ (?:months|years) ago|for good)\b",
    "from_then": _FROM_THEN,
}


def _each(phrases: str) -> list[re.Pattern[str]]:
    """A pattern for each of these phrases, one a line."""
    lines = [line.strip() for line in phrases.strip().splitlines()]
    for name, pattern in _PARTS.items():
        lines = [line.replace(f"{{{name}}}", pattern) for line in lines]
    return [re.compile(line, re.I) for line in lines]


def _any(phrases: str) -> re.Pattern[str]:
    """One pattern for all of these phrases."""
    return re.compile("|".join(pattern.pattern for pattern in _each(phrases)), re.I)


NEWS = _any(r"""
    \b(?:now|nowadays|these days|meanwhile|since then|from now on|anymore|no longer|again|finally|instead)\b
    \b(?:after all|turns out|correction|sorry|actually|my mistake|misread|mixed up|wrong|i meant|in fact)\b
    \b(?:my|our|an?) new\b
    \b(?:moved|put|relocated|changed|switched|replaced|swapped|traded|transferred|updated|upgraded)\b
    \bbought (?:an?|the) (?-i:[A-Z])
    \b(?:(?:re)?scheduled|postponed|delayed|extended|shortened|brought forward|pushed(?: back)?|shifted)\b
    \b(?:raised|lowered|cut|increased|reduced|rose|dropped|turned|became|grew|lost|gained)\b
    \b(?:goes|going|went|gone) (?:up|down|over)\b
    \b(?:down|up) to(?= \d)
    \bwill (?:cost|rise|drop|increase|go (?:up|down))\b
    \b(?:taken|took) over\b
    \b(?:come|grown|learn(?:ed|t)|started) to\b
    \bsince (?:the|my|our) \w+(?=\s*(?:[,.;!]|$|(?:in|my|our|i|we)\b))
    {from_then}
""")
"""What calls itself news."""
FROM_THEN = _any("{from_then}")
"""Since when something is so, or from when on: "since March", "as of next year"; not "from May to June"."""
GROWS = _any(r"""
    \b(?:goes|going|will go) (?:up|down)\b
    \b(?:will (?:cost|rise|drop|increase)|rises|drops|increases)\b
""")
"""What is announced of a number, for a time to come."""
EXCEPTION = _any(r"""
    \b(?:this|next) (?:week|weekend|time|once|month|morning|afternoon|evening|{weekday})\b
    \b(?:today|tonight|tomorrow|once|until|till|temporarily|exceptionally)\b
    \bfor (?:now|today|the (?:moment|time being|next|rest)|an?|one|two|three|\d+)\b
""")
"""What makes it so for a short time."""
HABITUAL = _any(r"""
    \b{weekday}s\b
    \b(?:every|each|always|usually|normally|daily|weekly|monthly|mornings|afternoons|evenings|weekends)\b
    \bon the (?:first|second|third|fourth|last)\b
""")
"""What is so again and again, which one exception does not end."""
AT_TIMES = _any("{at_times}")
"""What is so at times only."""
NOT_FOR_GOOD = _any(r"""
    {at_times}
    \b(?:often|once|twice|today|tomorrow|tonight|this week|until)\b
    \b(?<!in )(?<!play )for(?! good)\b
    \b(?:another|also|too|second|besides|as well|might|maybe|would)\b
""")
"""What makes a change none for good, or none for all there is."""
DOUBTFUL = _any(r"""
    \?\W*$
    \b(?:if|might|maybe|perhaps|would|should|could|wish|almost|nearly|never|about to|considering|hop(?:e|ing))
    \b(?:(?<!don't )(?<!not )(?<!longer )want(?:s|ed)? to|wanna|plan(?:s|ning)? to|going to (?-i:[a-z])|gonna)
    \b(?:thinking (?:of|about)|try(?:ing)? to|will (?:stop|quit|give))
    \b(?:haven't|hasn't|didn't|don't) (?:\w+ )?(?:stop|quit|give|cancel|s[eo]l[dl])
""")
"""What is only thought of."""
BESIDES = _any(r"\b(?:another|also|too|as well|besides|second|both|on the side|on top)\b")
GONE_BY = _any(r"""
    \b(?:was|were|did|had|went|met|saw|bought|came|made|sold|left|gave|took|found|told|lost|won|ran|ate|drove|flew)\b
    \b(?:wrote|paid|broke|used to|ago|yesterday|last (?:week|month|year|night))\b
    \b(?!(?:need|feed|seed|indeed|call|nam|marri|engag|interest|retir|tir|bor|scar|locat|bas|employ|unemploy)(?:ed)?\b)\w{2,}ed\b
""")
"""What an older text tells of the past stays true."""
SET_TO = _any(r"""
    \b(?:(?:was|were|got) )?(?:raised|lowered|increased|reduced|changed|extended|shortened|cut)\b(?=.*\bto\b.*\d)
    \b(?:(?:was|were|got) )?(?:moved|postponed|rescheduled|pushed|shifted|brought forward)\b(?=.*\bto\b)
    \bwent (?:up|down)\b
    \bi was (?:wrong|mistaken)\b
""")
"""Of an older text: the change that gave the value that it states."""
DENIED = _any(r"""
    \b(?:not|no|never|without|no longer|stopped|quit|gave up|given up|cancell?ed)\b
    n't\b
""")

OVER = _each(r"""
    \b(?:stop(?:ped)?|quit|(?:gave|given) up|done with|fed up with)\s+(?P<what>\w+ing\b.*?){stop}
    \b(?:quit|(?:gave|given) up(?: on)?|cancell?ed|called off|dropped|finished|paid off|crashed)\s+{mine}
    \b(?:got rid of|deleted|uninstalled|sold|returned|scrapped)\s+{mine}
    \bno longer\s+(?P<what>.*?){stop}
    \b(?:not|can't|don't|doesn't|isn't|aren't|'m not|am not)\s+(?P<what>[^.,;:!?]*?)\s*\bany ?(?:more|longer)\b
    {what_is}\s+(?:off|gone|over)(?=\W*$|[.,;!])
    {what_is}\s+(?:cancell?ed|called off|sold\b)
""")
"""What is over, as `what`."""
QUIT = _any(
    r"\b(?:i|we)(?:'ve|\s+have)?(?:\s+(?:just|now|finally))*\s+(?:quit|(?:gave|given) up|cut out|went off|gone off)\s+"
    r"(?P<what>\w+){stop}"
)
HABIT = _any(r"\b(?:eat|drink|smoke|have|take|play|love|like|enjoy|live on|learn|study|practi[sc]e|do)\b")
LEFT = _any(
    r"\b(?:left|out of)\s+(?P<what>(?-i:[A-Z]).*?|(?:the|my|our) (?:\w+ )?(?:band|choir|club|team|orchestra|group|"
    r"committee|board|union|party|church|league|company|firm|squad)(?: \w+)?){stop}"
)
AWAY = _any(r"\b(?:for (?:the|a|two|three|ten)\b|this morning|tonight|at \d|early|today)")
HOME = _any(r"\b(?:live|lives|home|house|flat|apartment)\b")
RESIGNED = _each(r"""
    \bleft\s+(?P<what>(?:the|my|our|(?-i:[A-Z])\w+) ?[^.,;:!?]*?)\s+{long_ago}(?=\s*(?:[.,;!]|$|and\b))
    \b(?:laid off|fired|sacked|dismissed)\s+(?:by|from|at)\s+(?P<what>[^.,;:!?]*?){stop}
    (?P<what>(?-i:[A-Z])[\w&'-]*)\s+(?:has\s+)?(?:let me go|laid me off|fired me|sacked me)\b
    \bmy last day at\s+(?P<what>[^.,;:!?]*?)\s+was\b
""")
SETTLED = _any(r"\b(?:work(?:s|ing)? (?:at|for|in)|liv(?:e|es|ing) in)\b")
"""Where somebody works or lives, which one leaves for good."""
SWITCHED = _any(r"\b(?:switch|chang|swap|mov|convert|replac|trad|instead)\w*")
INSTEAD = _any(r"""
    \b(?:switch|chang|swapp|mov|convert|transition)\w*\s+(?:\w+\s+){0,2}from\s+(?P<a>[^.,;:!?]*?)\s+to\s
    \breplaced\s+(?P<b>.*?)\s+(?:with|by)\b
    \binstead of\s+(?P<c>.*?){stop}
    \btraded\s+(?:in\s+)?(?P<d>.*?)\s+for\b
""")
"""What was there before, as one of the groups."""
_DIED = _any(r"""
    (?P<what>(?-i:[A-Z])\w+)\s+(?:has )?(?:just )?(?:died|passed away)\b
    \bput (?P<other>(?-i:[A-Z])\w+) (?:down|to sleep)\b
""")
LOST = [
    (_DIED, _any(r"\b(?:dog|cat|puppy|kitten|rabbit|bunny|hamster|parrot|bird|horse|fish|tortoise|pet|budgie)\b")),
    (_DIED, _any(r"\b(?:car|van|bike|scooter|phone|laptop|tablet|computer|camera|printer|boiler|fridge)\b")),
    (
        _any(r"(?P<what>(?-i:[A-Z])\w+)\s+(?:has )?(?:just )?moved (?:out|away)\b"),
        _any(r"\b(?:shar(?:e|ing)|live|lives|living|flatmate|roommate|housemate|flat|neighbou?rs?)\b"),
    ),
]
"""Who died or moved out, and what an older text says of whoever is meant."""

NUMBER = _any(r"""
    \d[\w.,:/-]*
    \b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b
    \b(?:(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)\b
    \b(?:hundred|thousand|half|quarter|noon|midnight)\b
    \b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b
""")
DAY = _any(r"""
    \b{weekday}s?\b
    \b(?:january|february|march|april|(?-i:May)|june|july|august|september|october|november|december)\b
    \b(?:spring|summer|autumn|winter|mornings?|afternoons?|evenings?|tomorrow|weekends?)\b
""")
VALUE = re.compile(f"{NUMBER.pattern}|{DAY.pattern}", re.I)
SOUGHT = _any(r"\b(?:want|need|trying|exploring|looking|stuck|wondering|working on)\b")
"""What an older text asks for, rather than states."""
BY_ANYBODY = _any(r"""
    \b(?:moved|postponed|rescheduled|pushed|shifted|put) (?:my|our|the)\b
    \b(?:raised|lowered|increased|reduced|changed|extended) (?:my|our|the)\b
    \b(?:been|was|were) (?:moved|postponed|rescheduled|extended|raised|lowered|increased|reduced|changed)\b
""")

_PEOPLE = {
    "dentist": "dentist",
    "doctor": "family doctor|doctor|gp",
    "therapist": "psychotherapist|psychologist|therapist",
    "physio": "physiotherapist|physio",
    "vet": "vet",
    "hairdresser": "hairdresser|barber",
    "lawyer": "lawyer|solicitor",
    "accountant": "accountant",
    "trainer": "trainer",
    "tutor": "tutor",
    "landlord": "landlord|landlady",
    "ceo": "ceo|head teacher|mayor|captain",
    "boss": "line manager|manager|boss|supervisor|team lead",
    "flatmate": "flatmate|roommate",
    "girlfriend": "girlfriend",
    "boyfriend": "boyfriend",
    "wife": "wife",
    "husband": "husband",
    "partner": "partner|fiance",
}
_THINGS = {
    "bank": "bank|credit union",
    "insurer": "insurer|insurance company|insurance",
    "car insurer": "car insurance",
    "home insurer": "home insurance|house insurance",
    "health insurer": "health insurance",
    "provider": "mobile provider|phone provider|internet provider|phone company|provider|carrier",
    "gym": "gym|fitness studio",
    "car": "car",
    "phone": "phone|mobile|smartphone",
    "editor": "code editor|editor",
    "browser": "browser",
}
PLACES = {noun: place for place, nouns in (_PEOPLE | _THINGS).items() for noun in nouns.split("|")}
"""A noun -> the place that only one has: "my new landlady is ..." replaces the landlord."""
HOLDERS = " ".join(_PEOPLE.values()).replace("|", " ")
"""The nouns of people, who may be told of by their own names."""
CARE = frozenset({"dentist", "doctor", "therapist", "physio", "vet"})
STAFF = frozenset({"boss", "ceo", "landlord", "hairdresser", "lawyer", "accountant"}) | CARE

MANY = "subscribe speak learn read watch know follow play listen visit own teach collect support sing write"
"""What one does with several at a time: to subscribe to one thing now does not end another."""
SAYS_LITTLE = (
    "go have get take want like love need think feel know make do use keep call named year month week day time "
    "today old new just still really actually sorry correction mistake misread wrong now again instead finally "
    "turn move relocate change switch replace swap update raise lower increase reduce extend postpone delay reschedule "
    "push shift rise drop cut went gone leave back forward up down become say tell first thing moved changed "
    "yesterday pm am o'clock scheduled shortened upgraded turned turns became days nowadays anymore meant fact "
    "also measured without next euro dollar pound"
)
"""Words that are not what a clause is about."""
SAME_THING = {"earn": "salari", "wage": "salari", "weigh": "weight", "pay": "cost", "children": "child"}
"""An index term -> the one for the same thing."""
