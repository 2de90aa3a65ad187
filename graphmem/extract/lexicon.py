"""What the rules know of English: verbs and the relations they state, kin, pets, and words that say nothing.

A frame is `verb`, `verb preposition`, or `verb noun preposition` (lemmas; a particle follows its verb with a
plus sign). The object of the relation is what follows the last of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.words import listed

if TYPE_CHECKING:
    from graphmem.extract.base import Mode

__all__ = [
    "CONDITIONS",
    "CONTROL",
    "DIET_OR_STATE",
    "ENDING",
    "EVENTS",
    "FRAMES",
    "IDENTITY",
    "KIN",
    "LIFE_VERBS",
    "MANAGED",
    "NER_TYPES",
    "PERSON_ONLY",
    "PETS",
    "PLACE_ONLY",
    "PRONOUNS",
    "RELIGIONS",
    "is_job",
    "is_person_noun",
]


def _frames(text: str) -> dict[str, str]:
    """`{frame: TYPE}` of lines `TYPE: frame, frame`."""
    lines = (line.split(":", 1) for line in text.strip().splitlines())
    return {frame.strip(): kind.strip() for kind, frames in lines for frame in frames.split(",")}


FRAMES = _frames("""
LIVES_IN: live in, reside in, settle in, settle+down in, base in, dwell in, live at, relocate to
LIVES_IN: locate+down in
MOVED_TO: move to, move+back to, move+over to, move into, emigrate to, immigrate to
COMES_FROM: come from, grow+up in, hail from, raise in, grow in, originate from
BORN_IN: bear in, bear at
BORN_ON: bear on
AGE_IS: turn
DIED_IN: die in, pass+away in
WORKS_AT: work at, work for, employ by, employ at, join as, intern at, start job at, get job at
WORKS_AT: land job at, get job with, have job at, take job at, find job at, start work at
WORKS_AT: start working at, accept job at, accept offer from, hire by, start at, get hire by
WORKS_AT: accept position at, have position at
WORKS_ON: work on
WORKS_WITH: work with, collaborate with, partner with, team+up with
JOB_IS: work as, serve as, get job as, have job as, start job as, be+employed as, freelance as, hire as
JOB_IS: employ as, promote to, retrain as
STUDIES_AT: study at, start school at, start college at, start university at, start study at, enroll at
STUDIES_AT: enroll in, attend college at, be+enrolled at, go school at, go college at, accept into
STUDIES_AT: accept to
STUDIES: study, major in, get degree in, have degree in, do degree in, do PhD in, get PhD in, minor in
STUDIES: specialize in
GRADUATED_FROM: graduate from
LEARNS: learn, take lesson in, take course in, take class in, learn about
TEACHES: teach, coach, tutor
SPEAKS: speak
MARRIED_TO: marry, marry to, get married to, wed
ENGAGED_TO: engage to, propose to
DATING: date, go+out with, see+romantically
FRIEND_OF: befriend, be+friend with, make friend with
KNOWS: know, meet, meet+up with, run into
LIKES: like, enjoy, fancy, dig, adore, have passion for, have soft+spot for
LOVES: love, cherish
DISLIKES: dislike, hate, loathe, despise, detest, stand, bear, avoid
PREFERS: prefer
FEARS: fear, dread, have fear of, have phobia of
ALLERGIC_TO: have allergy to, suffer allergy to, react badly+to
HAS_CONDITION: suffer from, diagnose with, struggle with
TAKES: take medication for
OWNS: own, possess
BOUGHT: buy, purchase, order
ADOPTED: adopt
PLAYS: play
PRACTICES: practice, do yoga at
READS: read, finish reading
WATCHES: watch, binge, binge+watch
LISTENS_TO: listen to
EATS: eat
DRINKS: drink
COOKS: cook, bake
USES: use
DRIVES: drive
WRITES: write
CREATED: create, paint, compose, design, invent, build, develop, direct, produce, publish, record
CREATED: write+down
CREATED_BY: create by, write by, compose by, design by, invent by, build by, develop by, direct by
CREATED_BY: produce by, publish by, paint by, record by
FOUNDED: found, co-found, cofound, establish, start company, start business, launch
FOUNDED_BY: found by, establish by, start by, launch by
MANAGES: manage, supervise, oversee, head, run, lead
REPORTS_TO: report to, answer to
MEMBER_OF: join, belong to, be+member of, volunteer with, sign for, sign+up for
VOLUNTEERS_AT: volunteer at, volunteer for
PLAYS_FOR: play for
SUPPORTS: support, root for, cheer for
VISITED: visit, tour, go+back to, drop+by at
TRAVELS_TO: travel to, go to, fly to, drive to, take trip to, go trip to, go+on trip to, go vacation to
TRAVELS_TO: head to, vacation in, go+on vacation to
ATTENDED: attend, take part in, participate in, compete in, perform at, go+to concert
WON: win, earn
LOCATED_IN: locate in, locate at, situate in, lie in, stand in, headquarter in
PART_OF: form part of, comprise, constitute
CAPITAL_OF: be+capital of
OWNED_BY: own by, acquire by, buy by
ACQUIRED: acquire
NAMED_AFTER: name after
MISSES: miss
ADMIRES: admire, look+up to
WORKS_TOWARD: train for, prepare for, save+up for, save for
COLLECTS: collect
GROWS: grow
VOLUNTEERS_FOR: raise money for
""")
"""What a verb states of its subject and its object."""

ENDING = _frames("""
WORKS_AT: quit job at, leave job at, lose job at, quit work at, resign from, retire from, fire from
WORKS_AT: lay+off from, lay from, leave, quit, get fire from, leave position at
LIVES_IN: move from, move+away from, move out+of, move+out of, relocate from, leave+for
MARRIED_TO: divorce, divorce from, separate from
DATING: break+up with, split+up with, dump, split from
MEMBER_OF: leave team, quit team, withdraw from
STUDIES_AT: drop+out of, drop+out from
OWNS: sell, give+away, donate
""")
"""What a verb says has ended."""

CONTROL: dict[str, Mode] = {
    "want": "wish",
    "hope": "wish",
    "wish": "wish",
    "dream": "wish",
    "long": "wish",
    "plan": "plan",
    "intend": "plan",
    "go": "plan",
    "decide": "plan",
    "need": "plan",
    "have": "plan",
    "try": "plan",
    "aim": "plan",
    "consider": "plan",
    "think": "plan",
    "prepare": "plan",
    "agree": "plan",
    "promise": "plan",
    "expect": "plan",
    "look": "plan",
    "use": "ended",
    "stop": "ended",
    "quit": "ended",
    "train": "plan",
    "start": "fact",
    "begin": "fact",
    "continue": "fact",
    "keep": "fact",
    "get": "fact",
    "manage": "fact",
    "happen": "fact",
    "finish": "fact",
    "tend": "fact",
    "excited": "plan",
    "ready": "plan",
    "eager": "plan",
    "keen": "plan",
    "determined": "plan",
    "able": "fact",
    "sure": "plan",
}
"""The mode that a verb gives to the one it governs: "want to visit", "used to work", "stopped eating"."""

IDENTITY = listed(
    """NAMED AGE_IS BORN_IN BORN_ON LIVES_IN WORKS_AT JOB_IS MARRIED_TO ENGAGED_TO ALLERGIC_TO
    NATIONALITY EMAIL_IS PHONE_IS BIRTHDAY_IS COMES_FROM STUDIES_AT GRADUATED_FROM HAS_PET"""
)
"""Types that one clear sentence settles."""

PLACE_ONLY = listed("LIVES_IN MOVED_TO COMES_FROM BORN_IN DIED_IN TRAVELS_TO LOCATED_IN CAPITAL_OF")
"""Types whose object must be a proper name, not "a small flat" or "the store"."""

PERSON_ONLY = listed("MARRIED_TO ENGAGED_TO DATING FRIEND_OF KNOWS REPORTS_TO WORKS_WITH ADMIRES")
"""Types whose object must be a person or carry a name."""

_KIN = """
SISTER: sister sis stepsister half-sister
BROTHER: brother bro stepbrother half-brother
SIBLING: sibling
MOTHER: mother mom mum mama mommy stepmother stepmom
FATHER: father dad daddy papa stepfather stepdad
PARENT: parent
SON: son stepson
DAUGHTER: daughter stepdaughter
CHILD: child kid baby toddler
WIFE: wife
HUSBAND: husband hubby
PARTNER: partner spouse
GIRLFRIEND: girlfriend
BOYFRIEND: boyfriend
FIANCE: fiance fiancee fiancé fiancée
GRANDMOTHER: grandmother grandma granny nana
GRANDFATHER: grandfather grandpa granddad grandad
GRANDPARENT: grandparent
GRANDCHILD: grandchild grandson granddaughter grandkid
AUNT: aunt auntie
UNCLE: uncle
COUSIN: cousin
NIECE: niece
NEPHEW: nephew
MOTHER_IN_LAW: mother-in-law
FATHER_IN_LAW: father-in-law
SISTER_IN_LAW: sister-in-law
BROTHER_IN_LAW: brother-in-law
FRIEND_OF: friend bestie buddy pal
REPORTS_TO: boss manager supervisor
WORKS_WITH: colleague coworker co-worker teammate
LIVES_WITH: roommate flatmate housemate
NEIGHBOR: neighbor neighbour
MENTOR: mentor
"""
_ROLES = listed(
    """coach teacher doctor therapist lawyer accountant advisor tutor professor trainer dentist client
    landlord assistant editor agent student nanny babysitter physiotherapist psychologist"""
)
_KIN_LINES = (line.split(":") for line in _KIN.strip().splitlines())
KIN = {word: kind for kind, words in _KIN_LINES for word in words.split()}
KIN |= {word: f"HAS_{word.upper()}" for word in _ROLES}
"""Nouns for people who belong to someone, and the relation from that someone to them."""

PRONOUNS = {
    kind: pronoun
    for pronoun, kinds in {
        "she": "SISTER MOTHER DAUGHTER WIFE GIRLFRIEND GRANDMOTHER AUNT NIECE MOTHER_IN_LAW SISTER_IN_LAW",
        "he": "BROTHER FATHER SON HUSBAND BOYFRIEND GRANDFATHER UNCLE NEPHEW FATHER_IN_LAW BROTHER_IN_LAW",
    }.items()
    for kind in kinds.split()
}
"""Relation to a kin -> the pronoun that goes with such a one."""

PETS = listed(
    """dog cat puppy kitten rabbit bunny hamster parrot bird turtle horse fish guinea-pig pup kitty
    lizard snake tortoise"""
)

NER_TYPES = {
    "PERSON": "PERSON",
    "GPE": "PLACE",
    "LOC": "PLACE",
    "FAC": "PLACE",
    "ORG": "ORG",
    "WORK_OF_ART": "WORK",
    "LAW": "WORK",
    "EVENT": "EVENT",
    "PRODUCT": "PRODUCT",
    "NORP": "GROUP",
    "LANGUAGE": "CONCEPT",
}
"""The labels of the named-entity recogniser that become entities, and as what."""

EVENTS = listed(
    """concert party workshop conference meeting class show festival parade wedding game match
    exhibition seminar convention tournament therapy event ceremony lecture reunion fair retreat
    gala premiere funeral course group club race marathon contest competition"""
)
"""What one attends, when one "goes to" it."""

DIET_OR_STATE = listed(
    """vegan vegetarian pescatarian flexitarian intolerant celiac coeliac diabetic asthmatic dyslexic
    autistic colorblind colourblind left-handed right-handed pregnant retired single divorced
    widowed unemployed self-employed freelance deaf blind bisexual gay lesbian transgender queer
    nonbinary non-binary bilingual hypertensive teetotal sober anemic nearsighted farsighted kosher
    halal"""
)
"""Adjectives that are facts about a person."""

MANAGED = listed(
    """team project company business store shop department restaurant branch bakery hotel group staff office farm clinic
    firm studio agency cafe bar club school startup salon gym factory warehouse lab program programme charity league"""
)
"""What one is the head of; other things are merely dealt with."""

CONDITIONS = listed(
    """asthma diabetes migraine arthritis epilepsy cancer insomnia eczema psoriasis hypertension anemia adhd autism
    anxiety depression ptsd ocd ibs endometriosis dyslexia tinnitus scoliosis osteoporosis lupus pneumonia covid
    flu bronchitis vertigo glaucoma gout rosacea fibromyalgia crohn celiac leukemia dementia alzheimer parkinson"""
)
"""What one has when one is ill."""

RELIGIONS = listed(
    """christian muslim jewish buddhist hindu catholic protestant sikh atheist agnostic mormon orthodox"""
)

LIFE_VERBS = listed(
    """move marry divorce graduate retire adopt buy sell quit join start found lose win die bear pass
    hire fire promote study work live travel visit meet date engage break diagnose learn teach
    volunteer train run play paint write publish perform compete attend enroll apply plan decide
    prefer love like hate enjoy own launch open"""
)
"""Verbs of what people later ask about."""

_JOBS = listed(
    """nurse doctor chef cook pilot judge clerk artist architect model student intern professor coach
    guard farmer therapist psychologist vet mechanic plumber electrician surgeon midwife journalist
    ceo cto cfo founder freelancer entrepreneur consultant accountant lawyer attorney assistant
    secretary receptionist librarian veterinarian barista bartender waitress waiter actress actor
    police policeman firefighter paramedic scientist analyst researcher musician politician
    physician technician electrician historian guitarist biologist"""
)
_NOT_JOBS = listed(
    """mother father sister brother daughter beginner lover winner member supporter believer sucker
    intolerant constant instant important pleasant relevant abundant vacant distant servant restaurant plant
    learner neighbor number partner helper reader player teenager stranger owner newcomer twitter vegetarian
    german roman superhuman foreigner listener fighter loser runner hiker optimist pessimist perfectionist minimalist
    feminist introvert extrovert dinner leader matter order paper river letter center summer winter
    weather later"""
)
_JOB_ENDING = re.compile(r"(?:er|or|ist|ian|eer|ant|[^u]man|woman)$")


_PEOPLE = listed(
    """mom dad mum parent twin orphan veteran vegan vegetarian pescatarian advocate introvert extrovert
    feminist immigrant native citizen atheist christian muslim jew buddhist hindu diabetic celiac
    minimalist perfectionist optimist pessimist nerd geek bookworm foodie homebody widow widower
    bachelor teenager adult senior"""
)


def is_person_noun(noun: str) -> bool:
    """Whether a singular noun says what sort of person somebody is ("veteran", "hiker")."""
    return noun in _PEOPLE or (len(noun) > 4 and bool(_JOB_ENDING.search(noun)))


def is_job(noun: str) -> bool:
    """Whether a singular noun names an occupation, by list or by its ending ("-er", "-or", "-ist", "-ian")."""
    return noun in _JOBS or (noun not in _NOT_JOBS and len(noun) > 5 and bool(_JOB_ENDING.search(noun)))
