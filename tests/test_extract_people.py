"""First person, kin, friends and pets: who is meant, what is related, whether it is so."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache

import pytest

from graphmem.extract.base import Context, Drafts
from graphmem.extract.spacy import SpacyExtractor
from graphmem.types import Message

NOW = datetime(2024, 3, 13, 10, 0, tzinfo=timezone.utc)


@lru_cache(maxsize=1)
def extractor() -> SpacyExtractor:
    return SpacyExtractor()


def drafts(text: str) -> Drafts:
    return extractor().extract([Message(content=text)], Context(now=NOW, user="Kim"))


def stated(text: str) -> set[str]:
    """The relations sure enough to be shown, as "subject TYPE object", with what marks them off from facts."""
    return {
        " ".join(
            [r.subject, r.type, r.object, *([] if r.polarity else ["NOT"]), *([] if r.mode == "fact" else [r.mode])]
        )
        for r in drafts(text).relations
        if r.typed and r.confidence >= 0.7
    }


IDENTITY = [
    ("My email is kim@example.org.", {"Kim EMAIL_IS kim@example.org"}),
    ("My birthday is on May 7.", {"Kim BIRTHDAY_IS May 7"}),
    ("I have a peanut allergy.", {"Kim ALLERGIC_TO peanut"}),
    ("I was diagnosed with diabetes in 2020.", {"Kim HAS_CONDITION diabetes"}),
    ("I recently got engaged to Paul.", {"Kim ENGAGED_TO Paul"}),
    ("The user prefers dark mode.", {"Kim PREFERS dark mode"}),
    ("My name is Robin.", {"Kim NAMED Robin"}),
    ("I'm Robin and I prefer window seats.", {"Kim NAMED Robin", "Kim PREFERS window seats"}),
    ("I am 41 years old.", {"Kim AGE_IS 41"}),
    ("I just turned 30!", {"Kim AGE_IS 30"}),
    ("I was born in Lima in 1988.", {"Kim BORN_IN Lima", "Kim BORN_ON 1988"}),
    ("I'm from Portugal.", {"Kim COMES_FROM Portugal"}),
    ("I'm Norwegian.", {"Kim NATIONALITY Norwegian"}),
    ("I live in Utrecht.", {"Kim LIVES_IN Utrecht"}),
    ("I've been living in Rome since 2019.", {"Kim LIVES_IN Rome"}),
    ("I grew up in Nairobi.", {"Kim COMES_FROM Nairobi"}),
    ("I can speak Turkish and German.", {"Kim SPEAKS Turkish", "Kim SPEAKS German"}),
    ("I'm married to Jonas.", {"Kim MARRIED_TO Jonas"}),
    ("I'm vegan.", {"Kim IS_A vegan"}),
    ("I'm a vegetarian and allergic to nuts.", {"Kim IS_A vegetarian", "Kim ALLERGIC_TO nuts"}),
    ("I'm allergic to penicillin and shellfish.", {"Kim ALLERGIC_TO penicillin", "Kim ALLERGIC_TO shellfish"}),
    ("im a vegetarian", {"Kim IS_A vegetarian"}),
    ("My favourite colour is green.", {"Kim FAVORITE_COLOUR green"}),
    ("My favorite band is Muse.", {"Kim FAVORITE_BAND Muse"}),
]
WORK = [
    ("I work at Siemens.", {"Kim WORKS_AT Siemens"}),
    ("I work for the city library.", {"Kim WORKS_AT city library"}),
    ("I'm a software engineer at Nokia.", {"Kim JOB_IS software engineer", "Kim WORKS_AT Nokia"}),
    ("I work as a teacher.", {"Kim JOB_IS teacher"}),
    ("I got a job at Lufthansa.", {"Kim WORKS_AT Lufthansa"}),
    ("I'm based in Oslo.", {"Kim LIVES_IN Oslo"}),
    ("I'm back in Oslo for good.", {"Kim LIVES_IN Oslo"}),
    ("I live in Bergen and work at Acme.", {"Kim LIVES_IN Bergen", "Kim WORKS_AT Acme"}),
    ("I study at Leiden University.", {"Kim STUDIES_AT Leiden University"}),
    ("I transferred to Uppsala University.", {"Kim STUDIES_AT Uppsala University"}),
    ("I retrained as a carpenter.", {"Kim JOB_IS carpenter"}),
    ("I went vegetarian.", {"Kim IS_A vegetarian"}),
    (
        "I just started a new job at Spotify as a data scientist.",
        {"Kim WORKS_AT Spotify", "Kim JOB_IS data scientist"},
    ),
    ("I graduated from MIT in 2015.", {"Kim GRADUATED_FROM MIT"}),
    ("I founded Brightleaf with a friend.", {"Kim FOUNDED Brightleaf"}),
    ("My boss is Karen.", {"Kim REPORTS_TO Karen"}),
    ("Karen has been my boss since March.", {"Kim REPORTS_TO Karen"}),
    ("My boss has been Karen since March.", {"Kim REPORTS_TO Karen"}),
    ("Karen became my boss in March.", {"Kim REPORTS_TO Karen"}),
    ("I've been at Siemens since March.", {"Kim WORKS_AT Siemens"}),
    ("I've been with Siemens for two years.", {"Kim WORKS_AT Siemens"}),
    ("I'm the shift manager now.", {"Kim JOB_IS shift manager"}),
    ("I've been the head nurse since May.", {"Kim JOB_IS head nurse"}),
    ("I'm now the head of sales.", {"Kim JOB_IS head of sales"}),
]
TASTE = [
    ("I love hiking and painting.", {"Kim LOVES hiking", "Kim LOVES painting"}),
    ("I really like jazz.", {"Kim LIKES jazz"}),
    ("I enjoy baking bread.", {"Kim LIKES baking bread", "Kim COOKS bread"}),
    ("I'd prefer boutique hotels.", {"Kim PREFERS boutique hotels"}),
    ("I'm a big fan of chess.", {"Kim LIKES chess"}),
    ("I play the cello.", {"Kim PLAYS cello"}),
    ("I don't eat meat.", {"Kim EATS meat NOT"}),
    ("I can't eat gluten.", {"Kim EATS gluten NOT"}),
    ("I never drink coffee.", {"Kim DRINKS coffee NOT"}),
    ("I don't like crowds.", {"Kim LIKES crowds NOT"}),
    ("I can't stand horror movies.", {"Kim DISLIKES horror movies"}),
]
STATES = [
    ("I'm self-employed.", {"Kim IS_A self-employed"}),
    ("My dad retired in 2020.", {"Kim FATHER Kim's dad", "Kim's dad IS_A retired"}),
    ("Fiona and I got divorced in February.", {"Kim MARRIED_TO Fiona ended"}),
    ("Sam and I broke up in May.", {"Kim DATING Sam ended"}),
    ("As a nurse I sleep little.", {"Kim JOB_IS nurse"}),
    ("Write to me at kim@example.org.", {"Kim EMAIL_IS kim@example.org"}),
    ("My phone number is 0131 555 0148.", {"Kim PHONE_IS 0131 555 0148"}),
    ("Green is my favorite color.", {"Kim FAVORITE_COLOR Green"}),
    ("My native language is Tamil.", {"Kim SPEAKS Tamil"}),
    ("I have a mild nut allergy.", {"Kim ALLERGIC_TO nut"}),
    ("I've been seeing Tom since March.", {"Kim DATING Tom"}),
    ("I've been dating Tom since March.", {"Kim DATING Tom"}),
    ("I'm dating a guy named Felix.", {"Kim DATING Felix"}),
    ("I've never been to Japan.", {"Kim VISITED Japan NOT"}),
    ("I'm training to become a pilot.", {"Kim JOB_IS pilot plan"}),
    ("I go climbing every Thursday.", {"Kim PRACTICES climbing"}),
    ("I live in Glasgow for now.", {"Kim LIVES_IN Glasgow"}),
    ("Big news: I moved to Porto on the 3rd of January!", {"Kim MOVED_TO Porto", "Kim LIVES_IN Porto"}),
    ("I work at Aurora Audio.", {"Kim WORKS_AT Aurora Audio"}),
]
CHANGE = [
    ("I moved to Oslo.", {"Kim MOVED_TO Oslo", "Kim LIVES_IN Oslo"}),
    (
        "I moved from Oslo to Bergen last week.",
        {"Kim LIVES_IN Oslo ended", "Kim MOVED_TO Bergen", "Kim LIVES_IN Bergen"},
    ),
    ("Just moved to Berlin!", {"Kim MOVED_TO Berlin", "Kim LIVES_IN Berlin"}),
    ("I no longer work at Siemens.", {"Kim WORKS_AT Siemens ended"}),
    (
        "I used to live in Boston but now I live in Denver.",
        {"Kim LIVES_IN Boston ended", "Kim LIVES_IN Denver"},
    ),
    ("I used to work at Siemens.", {"Kim WORKS_AT Siemens ended"}),
    ("I quit my job at Siemens.", {"Kim WORKS_AT Siemens ended"}),
    ("I left Siemens.", {"Kim WORKS_AT Siemens ended"}),
    ("I don't play tennis anymore.", {"Kim PLAYS tennis ended"}),
    ("I broke up with Sam.", {"Kim DATING Sam ended"}),
    ("I sold my car.", {"Kim OWNS car ended"}),
]
NOT_YET = [
    ("I'm hoping to visit Oslo.", {"Kim VISITED Oslo wish"}),
    ("I'll make sure to visit Oslo.", {"Kim VISITED Oslo plan"}),
    ("I don't know how to use Docker.", {"Kim USES Docker hypothetical"}),
    ("I want to make sure I'm using Docker.", {"Kim USES Docker hypothetical"}),
    ("Ana told me to read Dune.", {"Kim READS Dune hypothetical"}),
    ("I've never planned or prepared for any job interviews.", {"Kim WORKS_TOWARD job interviews NOT"}),
    ("I'm trying to decide between using Vue or Flask.", {"Kim USES Vue hypothetical", "Kim USES Flask hypothetical"}),
    ("It's like when I win a tennis cup.", {"Kim WON tennis cup hypothetical"}),
    ("I'm planning to move to Berlin.", {"Kim MOVED_TO Berlin plan", "Kim LIVES_IN Berlin plan"}),
    ("I'd love to visit Japan.", {"Kim VISITED Japan wish"}),
    ("I want to learn Spanish.", {"Kim LEARNS Spanish wish"}),
    ("I will buy a piano.", {"Kim BOUGHT piano plan"}),
    ("If I win, I will buy a boat.", {"Kim BOUGHT boat hypothetical"}),
    ("I might sell my bike.", {"Kim OWNS bike hypothetical"}),
    ("Should I move to Berlin?", {"Kim MOVED_TO Berlin question", "Kim LIVES_IN Berlin question"}),
]
KIN = [
    ("My sister Ana is a nurse.", {"Kim SISTER Ana", "Ana JOB_IS nurse"}),
    ("Ana, my sister, works at Philips.", {"Kim SISTER Ana", "Ana WORKS_AT Philips"}),
    ("My mom's name is Clara.", {"Kim MOTHER Clara"}),
    ("Tom is my brother.", {"Kim BROTHER Tom"}),
    ("I have two sons, Max and Leo.", {"Kim SON Max", "Kim SON Leo"}),
    ("I have a daughter named Ida.", {"Kim DAUGHTER Ida"}),
    ("My best friend Tom plays the guitar.", {"Kim FRIEND_OF Tom", "Tom PLAYS guitar"}),
    ("My grandmother lives in Porto.", {"Kim GRANDMOTHER Kim's grandmother", "Kim's grandmother LIVES_IN Porto"}),
    (
        "My sister who lives in Paris loves hiking.",
        {"Kim SISTER Kim's sister", "Kim's sister LIVES_IN Paris", "Kim's sister LOVES hiking"},
    ),
    (
        "My brother Tim lives in Madrid. He works at Iberdrola.",
        {"Kim BROTHER Tim", "Tim LIVES_IN Madrid", "Tim WORKS_AT Iberdrola"},
    ),
    (
        "My husband Mark works for Siemens as an engineer.",
        {"Kim HUSBAND Mark", "Mark WORKS_AT Siemens", "Mark JOB_IS engineer"},
    ),
    ("My dog Rex loves long walks.", {"Kim HAS_PET Rex", "Rex IS_A dog", "Rex LOVES long walks"}),
    ("Kim, I live in Quito with my wife Laura.", {"Kim LIVES_IN Quito", "Kim WIFE Laura"}),
    (
        "I have two cats and a dog.",
        {
            "Kim HAS_PET Kim's cats",
            "Kim's cats IS_A cat",
            "Kim HAS_PET Kim's dog",
            "Kim's dog IS_A dog",
        },
    ),
    ("I have a cat called Luna.", {"Kim HAS_PET Luna", "Luna IS_A cat"}),
    ("Ana's brother is a doctor.", {"Ana BROTHER Ana's brother", "Ana's brother JOB_IS doctor"}),
    ("My brother-in-law Pete drives a taxi.", {"Kim BROTHER_IN_LAW Pete", "Pete DRIVES taxi"}),
    ("I'm the father of twins.", {"Kim CHILD Kim's twins"}),
    ("My roommate is called Sven.", {"Kim LIVES_WITH Sven"}),
    (
        "My mom and dad live in Cork.",
        {"Kim MOTHER Kim's mom", "Kim FATHER Kim's dad", "Kim's mom LIVES_IN Cork", "Kim's dad LIVES_IN Cork"},
    ),
    (
        "My sister Ana and my brother Tom came. She works at Philips.",
        {"Kim SISTER Ana", "Kim BROTHER Tom", "Ana WORKS_AT Philips"},
    ),
    ("My parents came. They live in Leeds.", {"Kim PARENT Kim's parents", "Kim's parents LIVES_IN Leeds"}),
    ("My ex-wife lives in Turin.", {"Kim WIFE Kim's former wife ended", "Kim's former wife LIVES_IN Turin"}),
]
NOTHING = [
    "Thanks a lot!",
    "Do you like pizza?",
    "That sounds great.",
    "The error is on line 3.",
    "Book it for two nights.",
    "I live in a small apartment.",
    "I had a blast.",
    "Ich wohne in Berlin und bin Lehrer.",
    "我住在北京，我喜欢吃面条。",
    "😀😀😀",
    "```python\nclass Alex:\n    name = 'I work at Acme'\n```",
]


@pytest.mark.parametrize(("text", "expected"), [*IDENTITY, *WORK, *TASTE, *STATES, *CHANGE, *NOT_YET, *KIN])
def test_a_sentence_states_exactly_these_relations(text: str, expected: set[str]) -> None:
    assert stated(text) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_a_sentence_that_states_nothing_gives_no_relation(text: str) -> None:
    assert stated(text) == set()


ASKED = Message(content="How is your sister Amy?", name="Robin")
TWO = Message(content="My boss Ruth and my friend Cleo came.", name="Kim")
ANSWER = Message(content="She moved to Bristol.", name="Kim")


@pytest.mark.parametrize("earlier", [True, False])
def test_a_pronoun_means_the_only_one_that_the_turn_before_named(earlier: bool) -> None:
    context = Context(now=NOW, user="Kim", recent=[ASKED] if earlier else ())
    found = extractor().extract([ANSWER] if earlier else [ASKED, ANSWER], context)
    assert ("Amy", "LIVES_IN", "Bristol") in {(r.subject, r.type, r.object) for r in found.relations}


@pytest.mark.parametrize("between", [[TWO], [Message(content="Hm.", name="Robin")] * 4])
def test_a_pronoun_that_may_mean_two_or_somebody_long_ago_means_nobody(between: list[Message]) -> None:
    found = extractor().extract([ASKED, *between, ANSWER], Context(now=NOW, user="Kim"))
    assert not [r for r in found.relations if r.object == "Bristol"]


def test_a_time_beside_a_state_of_now_does_not_begin_it() -> None:
    since = {r.object: r.valid_from for r in drafts("I live in Oslo, come by in May.").relations}
    assert since["Oslo"] is None
    since = {r.object: r.valid_from for r in drafts("I've lived in Rome since 2019.").relations}
    assert since["Rome"] == datetime(2019, 1, 1, tzinfo=timezone.utc)


def test_a_verb_that_says_little_is_a_link_that_is_never_shown() -> None:
    found = drafts("I made an offer.").relations
    assert [(r.type, r.object, r.typed, r.confidence) for r in found] == [("MAKE", "offer", False, 0.25)]
    assert drafts("I made an offer.").facts[0].score < 1.0


@pytest.mark.parametrize(
    "text",
    ["I love your dress.", "I really appreciate your help.", "I manage my stress.", "I started by sending flowers."],
)
def test_a_reaction_or_a_way_of_doing_is_no_taste_and_no_post(text: str) -> None:
    assert stated(text) == set()


def test_an_amount_is_not_what_is_read() -> None:
    assert stated("I read a bunch of fantasy books.") == {"Kim READS fantasy books"}


@pytest.mark.parametrize("text", ["I've been one.", "I had to miss some games.", "I'm struggling with my essay."])
def test_what_only_sounds_like_an_age_a_longing_or_an_illness_is_none(text: str) -> None:
    assert stated(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "I love the red leaves.",
        "We played the champions.",
        "Thanks for letting me join your journey.",
        "It helped me build strength.",
        "I'm using some plugins.",
        "I love discovering how it works.",
        "I'm planning to sell my car.",
        "You are wrong, my friend!",
        "That movie is a game changer.",
        "I practised \\sqrt{x^2.",
        "I love the freedom and connection it brings.",
        "I love his tech.",
        "I'm learning German now - tough but fun.",
        "Being my own boss is awesome.",
        "I love how we're sharing tips.",
        "Apart from meetings, I'm working on a project - challenging but fulfilling.",
        "I'm adopting new techniques.",
        "My API client fails.",
        "I love to get lost in good books.",
        "I'm learning the ropes.",
        "There are some parks and restaurants nearby.",
        "Ana and Tom together can do it.",
        "I was stressed about Ana missing the feast.",
        "I'm creating a library for when I have kids.",
        "Creating a positive environment can also help.",
    ],
)
def test_what_a_verb_means_elsewhere_or_says_too_little_of_is_not_shown(text: str) -> None:
    assert stated(text) == set()


def test_what_is_liked_is_named_with_what_is_done_to() -> None:
    assert stated("I like to mix green tea.") == {"Kim LIKES mix green tea"}
    assert stated("I participated in a 5K charity run.") == {"Kim ATTENDED 5K charity run"}
    assert stated("I prefer step-by-step explanations.") == {"Kim PREFERS step-by-step explanations"}
    assert stated("We usually watch horror films, hike, and have game nights.") == {"Kim WATCHES horror films"}
    assert stated("I prefer direct talks to settle conflicts.") == {"Kim PREFERS direct talks"}
