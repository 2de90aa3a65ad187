"""Clauses: who does it, to what, whether it is so, and in which mode it is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.extract.lexicon import CONTROL
from graphmem.extract.reading import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

    from graphmem.extract.base import Mode
    from graphmem.extract.reading import Reading

__all__ = [
    "BEGUN",
    "asks_from",
    "conjuncts",
    "governor",
    "is_past_state",
    "is_present_state",
    "lemma",
    "looks_ahead",
    "mode_of",
    "polarity_of",
    "preposition_objects",
    "reported",
    "subjects",
]

_TAG = re.compile(r"[,.!-]\s*(?:huh|right|eh|you know|ya know|yeah|ok|okay)\s*\?+\W*$", re.I)
_REQUEST = re.compile(
    r"(?:(?<=\w{3})|(?<=[)\"']))\s*(?:[,;:]|\s[-–—])\s+(?:so|and|but|then|also|plus|or|you know|,|\s)*\b(?:"
    r"(?:can|could|would|will|should|do|does|did|is|are|was|were|have)\s+(?:you|i|we|it|this|that|there|they|he|she|my)\b"
    r"|(?:how|what|why|where|when|which|who)(?:'s|\s+(?:can|could|should|do|does|did|would|will|are|am))\b"
    r"|(?:how|what)\s+(?:is|was|were)\b|what\s+\w+\s+(?:should|can|do|would)\b"
    r"|any\s+(?:tips|advice|ideas?|suggestions?|thoughts|recommendations?)\b|please\s+\w+)",
    re.I,
)
"""A request behind a statement, in the same sentence."""
_UNMARKED = re.compile(r"\W*(?:how|what|why|where|when|which)\s+(?:do|does|did|can|should)\s+(?:i|we|you)\b", re.I)
BEGUN = re.compile(
    r"\b(?:since|from|as of|starting|until|for (?:the (?:past|last)|an?|over|about|almost|nearly|many|several|\d+|two"
    r"|three|four|five|six|ten))\b",
    re.I,
)
"""Words that say since when something is so."""
_IF = frozenset({"if", "unless", "whether"})
_MAYBE = frozenset({"would", "could", "might", "may", "should", "must", "can", "ca"})
_SAY = frozenset(
    ["say", "tell", "think", "believe", "claim", "hear", "mention", "suggest", "report", "announce", "guess", "suppose"]
)
_SOON = re.compile(
    r"\b(?:next|tomorrow|soon|tonight|upcoming|in (?:a|an|two|three|four|\d+) (?:days?|weeks?|months?|years?))\b", re.I
)
# sm often takes a sentence-initial past form for a bare verb, so its tag cannot tell a past from an order.
_PASTS = frozenset(
    [
        "lost",
        "got",
        "went",
        "bought",
        "found",
        "made",
        "had",
        "met",
        "saw",
        "started",
        "moved",
        "quit",
        "left",
        "began",
        "won",
        "took",
        "broke",
        "finished",
    ]
)
_STATES = frozenset({"be", "live", "reside", "work", "intern", "study", "date"})
_LASTING = frozenset({"have", "own", "prefer", "love", "like", "enjoy", "hate", "adore"})
_PAST_HELPERS = frozenset({"was", "were", "had", "did", "have", "has", "'ve", "been", "got"})
_GOVERNED = frozenset({"xcomp", "advcl", "relcl", "pcomp", "ccomp"})
_COMING = frozenset({"am", "'m", "is", "'s", "are", "'re", "will", "'ll", "shall", "wo"})
_ABLE = frozenset({"speak", "play", "cook", "drive"})
_ASKS_OF = frozenset({"tell", "ask", "advise", "encourage", "urge", "remind", "invite", "recommend", "want", "need"})
_ASKED_FOR = frozenset({"how", "where", "when", "what", "which", "whether"})
_FINITE = frozenset({"MD", "VBZ"})
_ALLOWING = frozenset({"allow", "let", "help", "make", "enable"})
_SURE = frozenset({"sure", "certain"})


def asks_from(text: str) -> int | None:
    """Where a sentence begins to ask: None if it does not, 0 if all of it does.

    "..., huh?" after a statement asks nothing; "I met Carla in May, can you help me?" asks from its comma on.
    """
    if request := _REQUEST.search(text):
        return request.start()
    asks = text.rstrip("!\"' )\n").endswith("?") and not _TAG.search(text)
    asks = asks or _UNMARKED.match(text) is not None
    return 0 if asks else None


def lemma(verb: Token) -> str:
    """The verb's lemma with its particle: "grow+up"."""
    particle = next((child.lower_ for child in verb.rights if child.dep_ == "prt"), "")
    word = _mended(str(verb.lemma_.lower()), verb.lower_)
    return f"{word}+{particle}" if particle else word


def _mended(word: str, form: str) -> str:
    """spaCy's rules make "blogge" of "blogging" and "hop" of "hoping"."""
    if form == "hoping":
        return "hope"
    return word[:-2] if re.search(r"([bgmnpt])\1e$", word) and form.endswith(("ing", "ed")) else word


def subjects(verb: Token, reading: Reading) -> list[Token | None]:
    """The subject tokens of a verb; [None] stands for the speaker left out ("Lost my job")."""
    own = [child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}]
    if own:
        first = own[0]
        if first.tag_ in {"WP", "WDT"} and verb.dep_ == "relcl":
            return [verb.head]
        return [first, *conjuncts(first)]
    if (asked := _asked_of(verb)) is not None:
        return [asked]
    if verb.dep_ == "xcomp" and verb.head.pos_ == "ADJ":  # "I'm excited to go"
        return subjects(verb.head.head, reading) if verb.head.head.pos_ in {"VERB", "AUX"} else []
    if any(child.dep_ == "expl" for child in verb.children) or _is_another(verb):
        return []
    if (verb.dep_ == "conj" and verb.head.pos_ in {"VERB", "AUX"}) or verb.dep_ == "xcomp":
        return subjects(verb.head, reading)
    if verb.dep_ == "pcomp" and verb.head.lower_ != "like" and verb.head.head.pos_ in {"VERB", "AUX", "ADJ"}:
        return subjects(verb.head.head, reading)
    return [None] if reading.me and _is_dropped(verb) else []


def _asked_of(verb: Token) -> Token | None:
    """Who is to do it, by somebody else's word: "My brother told me to read it"."""
    if verb.dep_ != "xcomp" or verb.head.lemma_.lower() not in _ASKS_OF:
        return None
    return next((child for child in verb.head.rights if child.dep_ == "dobj" and child.i < verb.i), None)


def _is_another(verb: Token) -> bool:
    """An order that sm joins to a clause of the past: "Do what I taught you and drink water"."""
    order = verb.dep_ == "conj" and verb.tag_ == "VB" and verb.lower_ not in _PASTS
    return order and verb.head.tag_ == "VBD" and not any(child.dep_ == "aux" for child in verb.lefts)


def _is_dropped(verb: Token) -> bool:
    if verb.dep_ != "ROOT" or any(child.dep_ in {"expl", "csubj"} for child in verb.children):
        return False
    before = [t for t in verb.sent if t.i < verb.i and t.pos_ not in {"ADV", "PUNCT", "INTJ", "AUX", "SPACE"}]
    if verb.tag_ == "VBG" and any(t.tag_ in _FINITE and t.dep_ in {"ROOT", "aux", "conj", "ccomp"} for t in verb.sent):
        return False  # "Creating a good mood can help", "Watching them is fun"
    past = verb.tag_ in {"VBD", "VBG"} or verb.lower_ in _PASTS or (verb.tag_ == "VBN" and verb.lower_ != verb.lemma_)
    return not before and past


def conjuncts(token: Token) -> Iterator[Token]:
    """The tokens joined to one by "and" or commas, however deep sm hangs them."""
    for child in token.children:
        if child.dep_ == "conj":
            yield child
            yield from conjuncts(child)


def preposition_objects(verb: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, object) of every prepositional phrase of a verb, agents of passives as "by"."""
    for child in verb.rights:
        if child.dep_ in {"prep", "agent"}:
            for thing in child.children:
                if thing.dep_ in {"pobj", "pcomp"}:
                    yield child.lower_, thing
                elif thing.dep_ == "prep":
                    # "out of Oslo": two prepositions in a row count as one.
                    for inner in thing.children:
                        if inner.dep_ == "pobj":
                            yield f"{child.lower_} {thing.lower_}", inner


def governor(verb: Token) -> Token | None:
    """The verb that governs this one as its complement: "want" of "want to visit"."""
    if verb.dep_ == "xcomp":
        return verb.head if verb.head.pos_ in {"VERB", "AUX", "ADJ"} else None
    # "After losing my job, I wanted ...": what stands before is not governed.
    if verb.dep_ == "pcomp" and verb.head.lower_ in {"after", "since"}:
        return None
    if verb.dep_ == "pcomp" and verb.head.head.pos_ in {"VERB", "AUX"} and verb.head.head.i < verb.i:
        return verb.head.head
    return None


def polarity_of(verb: Token) -> bool:
    """False for "does not", "never", and an object with "no"."""
    if verb.lemma_ in {"stop", "help", "wait"}:
        return True
    for child in verb.children:
        if child.dep_ == "neg" or child.lower_ == "never":
            return False
        if child.dep_ in {"dobj", "attr"} and any(c.lower_ in {"no", "zero"} for c in child.lefts):
            return False
    if verb.dep_ == "pcomp" and verb.head.lower_ == "without":
        return False
    if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and any(c.lower_ in {"or", "nor"} for c in verb.head.rights):
        return polarity_of(verb.head)  # "I've never planned or prepared for it"
    above = governor(verb)
    return polarity_of(above) if above is not None and above.lemma_ in CONTROL else True


def mode_of(verb: Token, asked: bool = False) -> Mode:
    """How a clause is meant; only "fact" states that it is so."""
    if asked:
        return "question"
    if _is_conditional(verb) or _is_unsettled(verb):
        return "hypothetical"
    if _has_ended(verb):
        return "ended"
    mode = _own_mode(verb)
    if mode != "fact":
        return mode
    above = governor(verb)
    if above is not None:
        return _governed_mode(above, verb)
    if (
        verb.dep_ == "conj"
        and not any(c.dep_ in {"nsubj", "nsubjpass"} for c in verb.children)
        and verb.head.pos_ == "VERB"
    ):
        return mode_of(verb.head)
    if verb.dep_ == "ccomp" and verb.tag_ == "VB" and verb.head.lemma_ in _ALLOWING:
        return mode_of(verb.head)
    if verb.dep_ == "ccomp" and verb.head.lemma_ in {"hope", "wish", "imagine", "pretend"} and verb.head.i < verb.i:
        return "wish"
    return "fact"


def is_past_state(verb: Token) -> bool:
    """Whether it tells how things were: "I lived in Rome", "I was working at Acme"; "I moved" tells of a change."""
    helpers = {child.lower_ for child in verb.lefts if child.dep_ in {"aux", "auxpass"}}
    past = verb.tag_ == "VBD" or (verb.tag_ == "VBG" and not helpers.isdisjoint({"was", "were"}))
    return past and verb.lemma_ in _STATES


def is_present_state(verb: Token) -> bool:
    """Whether it tells how things are now: "I live in Oslo", "I'm married"; "I have lived" and "I moved" do not."""
    helped = any(child.dep_ in {"aux", "auxpass"} for child in verb.lefts)
    return verb.tag_ in {"VBP", "VBZ"} and not helped and verb.lemma_ in {*_STATES, *_LASTING}


def looks_ahead(token: Token) -> bool | None:
    """Whether what a token belongs to is still to come, by its tense: "I start in August", "I'm leaving on Monday"."""
    while token.pos_ not in {"VERB", "AUX"} and token.head != token:
        token = token.head
    helpers = {child.lower_ for child in token.lefts if child.dep_ in {"aux", "auxpass"}}
    if helpers & _PAST_HELPERS or (token.tag_ in {"VBD", "VBN"} and not helpers & _COMING):
        return False
    if token.lower_ in _PASTS and not helpers:  # "I quit in June", which sm takes for the present
        return False
    governed = token.dep_ in _GOVERNED or token.dep_ == "prep"  # "Starting Monday I work at Acme"
    if governed and token.tag_ in {"VBG", "VB"} and not helpers & _COMING:
        return looks_ahead(token.head) if token.head != token else None
    return token.tag_ in {"VBP", "VBZ"} or bool(helpers & _COMING) or None


def _is_conditional(verb: Token) -> bool:
    if any(child.dep_ == "mark" and child.lower_ in _IF for child in verb.children):
        return True
    if any(
        child.dep_ == "advcl" and any(c.lower_ in _IF for c in child.children if c.dep_ == "mark")
        for child in verb.children
    ):
        return True
    return verb.dep_ in {"conj", "xcomp"} and verb.head.pos_ == "VERB" and _is_conditional(verb.head)


def _is_unsettled(verb: Token) -> bool:
    """What is asked of somebody, what one does not know how to do, and what one makes sure of."""
    if _asked_of(verb) is not None:
        return True
    words = {child.lower_ for child in verb.lefts}
    if verb.tag_ == "VB" and "to" in words and words & _ASKED_FOR:
        return True
    if any(child.dep_ == "mark" and child.lower_ == "for" for child in verb.lefts):
        return True  # "It's important for us to make one"
    head = verb.head
    if verb.dep_ == "pcomp" and head.lower_ == "between":
        return True
    if verb.dep_ != "ccomp" or head.lemma_.lower() not in _SURE:
        return False
    return head.head.lemma_ == "make" or not polarity_of(head.head)


def _has_ended(verb: Token) -> bool:
    words = {child.lower_ for child in verb.children}
    if "anymore" in words:
        return not polarity_of(verb)
    longer = next((child for child in verb.children if child.lower_ in {"longer", "more"}), None)
    return longer is not None and any(child.lower_ in {"no", "any"} for child in longer.children)


def _own_mode(verb: Token) -> Mode:
    helpers = {child.lower_ for child in verb.lefts if child.dep_ in {"aux", "auxpass"}}
    if helpers & {"will", "'ll", "shall", "wo"}:
        return "plan"
    if "would" in helpers or ("'d" in helpers and verb.tag_ == "VB"):
        return "fact" if verb.lemma_ == "prefer" else "wish" if verb.lemma_ in {"like", "love"} else "hypothetical"
    if helpers & _MAYBE:
        never = any(child.dep_ == "neg" for child in verb.children)
        many = any(child.lower_ in {"we", "you"} for child in verb.lefts)
        able = (
            helpers & {"can", "ca"}
            and not many
            and (verb.lemma_ in _ABLE or (never and verb.lemma_ in {"eat", "drink"}))
        )
        return "fact" if able or verb.lemma_ in {"stand", "bear"} else "hypothetical"
    progressive = verb.tag_ == "VBG" and helpers & {"am", "'m", "'re", "are", "is", "'s"}
    return "plan" if progressive and _SOON.search(verb.doc.text, verb.sent.start_char, verb.sent.end_char) else "fact"


def _governed_mode(above: Token, verb: Token) -> Mode:
    if verb.tag_ == "VBD":
        return "fact"
    mode = mode_of(above)
    if mode == "fact" and above.pos_ == "ADJ" and above.head.pos_ in {"VERB", "AUX"}:
        mode = mode_of(above.head)  # "I'll make sure to come"
    if mode != "fact":
        return mode
    word = _mended(above.lemma_.lower(), above.lower_)
    if (word == "go" and above.tag_ != "VBG") or (word == "have" and (above.tag_ == "VBD" or verb.lemma_ == "be")):
        return "fact"
    if word == "look" and verb.dep_ == "pcomp" and verb.head.lower_ == "into":
        return "plan"
    if word == "try" and verb.tag_ == "VBG" and above.tag_ in {"VBD", "VBN"}:
        return "fact"
    if word == "look" and not any(c.lower_ == "forward" for c in above.children):
        return "fact"
    if word == "use" and (
        not any(c.dep_ in {"nsubj", "aux"} for c in above.children) or any(c.dep_ == "dobj" for c in above.rights)
    ):
        return "fact"
    return CONTROL.get(word, "fact")


def reported(verb: Token, reading: Reading) -> bool:
    """Whether the clause is what somebody other than the speaker says or thinks."""
    head = verb.head
    if verb.dep_ != "ccomp" or head.lemma_.lower() not in _SAY:
        return False
    who = [reading.node(token) if token is not None else None for token in subjects(head, reading)]
    return not any(reading.is_me(node) for node in who if isinstance(node, Node))
