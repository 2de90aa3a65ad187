"""Relations from a parsed turn, by rules: verb frames, copulas, kin, favourites; open ones named by their verb.

Confidence follows the rule that fired, from judged samples: identity and kin .9, lexicon .7, open .45.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.extract.base import is_functional
from graphmem.extract.clauses import (
    BEGUN,
    conjuncts,
    is_past_state,
    is_present_state,
    lemma,
    mode_of,
    polarity_of,
    preposition_objects,
    reported,
    subjects,
)
from graphmem.extract.copula import AGE, copula
from graphmem.extract.documents import beside, together
from graphmem.extract.emptywords import INTANGIBLE, LIGHT_VERBS, SPECIFIC_VERBS
from graphmem.extract.fitting import fits, is_apart, is_doubtful, is_garbled, is_slipped
from graphmem.extract.kin import BECOMING
from graphmem.extract.lexicon import (
    CONDITIONS,
    ENDING,
    EVENTS,
    FRAMES,
    IDENTITY,
    PETS,
)
from graphmem.extract.reading import Node, Triple, joined_name
from graphmem.extract.states import became, changed, couple, hyphenated, role, written_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Token

    from graphmem.extract.base import Mode
    from graphmem.extract.kin import Kin
    from graphmem.extract.reading import Reading, Said

__all__ = ["LOOSE", "SURE", "planned", "relations"]

SURE, TYPED, OPEN, LOOSE = 0.9, 0.7, 0.45, 0.25
_TYPE = re.compile(r"[A-Z][A-Z0-9_]*")
_TIME_HEADS = frozenset({"DATE", "TIME"})
_REACTIONS = frozenset({"allergy", "intolerance"})
_SETTLED = frozenset({"LIVES_IN", "MOVED_TO", "BORN_IN", "DIED_IN", "LOCATED_IN"})
"""Types whose object is a place, whatever the recogniser takes an unfamiliar name for."""
_PRESENT = frozenset({"VBP", "VBZ"})
_HAPPENS = frozenset(
    {"WON", "BOUGHT", "VISITED", "TRAVELS_TO", "ATTENDED", "MOVED_TO", "FOUNDED", "MEMBER_OF", "ADOPTED"}
)
"""Types of what happens once, and in the present tense hardly ever."""
_SCHOOLS = frozenset({"school", "university", "college", "academy", "kindergarten", "preschool"})
_SCHOOLED = frozenset({"change to", "switch to", "transfer to", "move to", "move+over to", "change+over to"})
_CHILDREN = frozenset({"girl", "boy", "child", "baby", "kid", "daughter", "son"})
_DETESTED = frozenset({"hate", "detest", "loathe", "dislike", "adore"})
_BORNE = frozenset({"stand", "bear"})


def relations(said: Said, reading: Reading, kin: Iterable[Kin], loose: bool = False) -> list[Triple]:
    """Everything that one sentence relates, each triple once; with `loose` also mere co-occurrence."""
    found = [*_kin(said, kin), *_mine(said, reading), *_working(said, reading), *_personal(said, reading)]
    if loose:
        found += beside(said.span, reading)
    for token in said.span:
        if token.pos_ in {"VERB", "AUX"}:
            found += _clause(token, reading, said.asked)
    unique = {(t.subject.name, t.type, t.object.name): t for t in reversed(found) if t.subject.name != t.object.name}
    kept = [t for t in reversed(unique.values()) if _TYPE.fullmatch(t.type)]
    return [*kept, *together(said.span, reading, kept)] if loose else kept


def planned(triple: Triple) -> Triple:
    """What is stated of a time to come is a plan: "I start at Acme on 1 August"."""
    return triple._replace(mode="plan") if triple.mode == "fact" and triple.dated and triple.typed else triple


def _kin(said: Said, kin: Iterable[Kin]) -> Iterator[Triple]:
    for tie in kin:
        if not said.span.start <= tie.word.i < said.span.end:
            continue
        mode: Mode = "question" if said.asked and tie.type != "HAS_PET" else tie.mode
        yield Triple(tie.owner, tie.type, tie.other, SURE, mode=mode, dated=_is_begun(tie.word))
        if (pet := tie.word.lemma_.lower()) in PETS:
            yield Triple(tie.other, "IS_A", Node(pet), SURE, mode=tie.mode, dated=False)


def _is_begun(word: Token) -> bool:
    """Whether it is said since when somebody is one's kin or manager: "Jonas became my manager in March"."""
    verb = word.head
    linked = word.dep_ in {"attr", "nsubj"} and verb.lemma_ in BECOMING
    return linked and (verb.lemma_ == "become" or BEGUN.search(word.sent.text) is not None)


def _mine(said: Said, reading: Reading) -> Iterator[Triple]:
    """ "my studio": the speaker has one; a link rather than a fact to show."""
    for token in said.span:
        if token.lower_ in {"my", "our"} and token.dep_ == "poss" and reading.me and token.head.i not in reading.nodes:
            owned = token.head.pos_ == "NOUN" and token.head.lemma_.lower() not in INTANGIBLE
            owned = owned and not any(child.lower_ == "favorite" for child in token.head.lefts)
            node = reading.object(token.head) if owned else None
            if node is not None:
                mode: Mode = "question" if said.asked else "fact"
                yield Triple(Node(reading.me, "PERSON"), "HAS", node, OPEN, typed=False, mode=mode)


def _working(said: Said, reading: Reading) -> Iterator[Triple]:
    """ "I live in Bergen and work at Acme": the small model takes this "work" for a noun."""
    for token in said.span[1:-2] if "work" in said.text.lower() else ():
        follows = token.lower_ == "work" and token.pos_ == "NOUN" and token.nbor(-1).lower_ in {"and", "i"}
        employer = reading.nodes.get(token.i + 2) if follows and token.nbor().lower_ in {"at", "for"} else None
        if employer and reading.me and any(word.lower_ == "i" for word in said.span):
            yield Triple(
                Node(reading.me, "PERSON"), "WORKS_AT", employer, TYPED, mode="question" if said.asked else "fact"
            )


def _personal(said: Said, reading: Reading) -> Iterator[Triple]:
    mode: Mode = "question" if said.asked else "fact"
    # Walking all tokens costs more than a look at the text for what each of these needs.
    for subject, kind, thing in (
        *role(said.span, reading),
        *(hyphenated(said.span, reading) if "-" in said.text else ()),
        *(written_to(said.span, reading) if "@" in said.text else ()),
        *changed(said.span, reading),
    ):
        yield Triple(subject, kind, thing, SURE, mode=mode)
    for one, kind, other, ended in couple(said.span, reading) if " and " in said.text.lower() else ():
        yield Triple(one, kind, other, TYPED, mode="ended" if ended and not said.asked else mode)


def _clause(verb: Token, reading: Reading, asked: bool) -> Iterator[Triple]:
    stated = [*copula(verb, reading)] if _links(verb) else [*_framed(verb, reading)]
    if not stated:
        return
    mode, polarity = mode_of(verb, asked), polarity_of(verb)
    for subject, kind, thing, ended in stated:
        # Who talks may be called as they like.
        if any(is_garbled(node.name) for node in (subject, thing) if node.name not in {reading.me, reading.you}):
            continue
        if ended and mode in {"plan", "wish"}:
            kind = f"~{joined_name([lemma(verb)])}"  # to plan to sell a car is no plan to own one
        if kind == "LIVES_IN" and verb.lemma_ == "base" and (reading.me is None or subject.type != "PERSON"):
            kind = "LOCATED_IN"  # what documents call based somewhere are companies
        doubtful, kind = kind.startswith("?"), kind.lstrip("?")
        typed = not kind.startswith("~")
        sure = SURE if kind in IDENTITY or kind.startswith("FAVORITE_") else TYPED if typed else OPEN
        sure = LOOSE if kind.startswith("~~") else sure
        if doubtful or reported(verb, reading):
            sure = min(sure, OPEN)
        if verb.lemma_ in _BORNE and kind == "DISLIKES":
            # Only "can't stand" says so, and its "not" is no denial.
            if polarity:
                continue
            polarity = True
        now: Mode = "hypothetical" if kind in _HAPPENS and _is_whenever(verb) else mode
        if now == "fact":
            now = "ended" if ended else "past" if is_functional(kind) and is_past_state(verb) else "fact"
        # "I no longer work at Acme" says that it was so and has ended, not that it never was.
        dated = not (now == "fact" and _goes_on(verb))
        yield Triple(subject, kind.lstrip("~"), thing, sure, typed, polarity or now == "ended", now, dated)


def _goes_on(verb: Token) -> bool:
    """A state in the present, which a time beside it does not begin, unless it is said since when."""
    return is_present_state(verb) and not BEGUN.search(verb.sent.text)


def _is_whenever(verb: Token) -> bool:
    """ "It's like when I win a cup": of any such time, not of one."""
    return verb.tag_ in _PRESENT and any(child.lower_ in {"when", "whenever"} for child in verb.lefts)


def _links(verb: Token) -> bool:
    """ "be", "become", and "get" before an adjective: "I'm getting married to Lisa"."""
    return verb.lemma_ in {"be", "become"} or (verb.lemma_ == "get" and any(c.dep_ == "acomp" for c in verb.rights))


def _framed(verb: Token, reading: Reading) -> Iterator[tuple[Node, str, Node, bool]]:
    """(subject, type, object, ended) of an ordinary verb; "~" before a type: it is open, "?": hardly to be shown."""
    who = [*_subject_nodes(verb, reading)]
    if not who:
        return
    yield from became(verb, who, reading)
    for kind, thing, ended in _objects(verb, reading):
        for subject in who:
            yield subject, kind, thing, ended
            if kind == "MOVED_TO":
                yield subject, "LIVES_IN", thing, ended


def _subject_nodes(verb: Token, reading: Reading) -> Iterator[Node]:
    for token in subjects(verb, reading):
        node = Node(reading.me or "", "PERSON") if token is None else reading.node(token)
        # What is said of "you" is mostly praise; it is kept only where it can be a fact.
        if node is not None and (token is None or token.lower_ != "you" or lemma(verb) in {"live", "work", "study"}):
            yield node


def _objects(verb: Token, reading: Reading) -> Iterator[tuple[str, Node, bool]]:
    word = lemma(verb)
    direct = [child for child in verb.rights if child.dep_ in {"dobj", "oprd"}]
    direct += [child for child in verb.rights if child.dep_ in {"xcomp", "ccomp"} and _is_activity(child)]
    direct += [child for child in verb.rights if _is_slip(child) or _is_somebody(child)]
    passive = any(child.dep_ == "nsubjpass" for child in verb.children)
    for thing in direct:
        yield from _placed(word, f"~{joined_name([word])}", thing, reading, verb)
        for preposition, inner in [*preposition_objects(thing), *preposition_objects(verb)]:
            yield from _placed(f"{word} {thing.lemma_.lower()} {preposition}", None, inner, reading, verb)
    for preposition, thing in preposition_objects(verb):
        fallback = f"~{joined_name([word])}_{joined_name([preposition])}" if not direct else None
        frame = f"{word} {preposition}"
        if preposition == "by" and not passive:
            continue
        yield from _placed(frame, fallback, thing, reading, verb)
        if FRAMES.get(f"{word} in") in _SETTLED:
            # "with my parents in Split": sm hangs the place on the parents.
            for at, place in preposition_objects(thing):
                if at == "in":
                    yield from _placed(f"{word} in", None, place, reading, verb)
        if FRAMES.get(frame) == "JOB_IS":
            # "as a teacher for Acme": sm hangs the employer on the job.
            for at, employer in preposition_objects(thing):
                yield from _placed(f"{word} {at}", None, employer, reading, verb)


def _is_slip(child: Token) -> bool:
    """A rare noun that sm takes for something else: "eat gluten", "hate cilantro"."""
    if child.dep_ == "punct":
        return child.tag_ in {"NN", "JJ"}
    if child.dep_ == "advmod" and child.head.lemma_ in _DETESTED:
        return child.i == child.head.i + 1 and child.tag_ in {"JJ", "NN", "VB", "VBP"}
    return child.dep_ == "xcomp" and child.tag_ == "VB" and not any(True for _ in child.children)


def _is_somebody(child: Token) -> bool:
    """A first name that sm takes for a time: "dating Tom since March"."""
    return child.dep_ == "npadvmod" and child.pos_ == "PROPN" and child.ent_type_ in {"PERSON", ""}


def _is_activity(child: Token) -> bool:
    """ "love hiking", "like to swim": the governed verb is itself what is loved, unless it is only wished for."""
    if any(c.dep_ == "aux" and c.lower_ in {"would", "'d"} for c in child.head.lefts):
        return False
    if any(c.dep_ == "nsubj" for c in child.lefts):
        return False  # "I love how we share it"
    if child.head.lemma_ == "go":
        return child.tag_ == "VBG" and child.lemma_ != "go"
    if child.head.lemma_ not in {"love", "like", "enjoy", "hate", "prefer", "dislike", "adore", "fancy"}:
        return False
    # "I prefer direct talks to settle it": what is preferred are the talks.
    other = any(c.dep_ == "dobj" and c.i < child.i for c in child.head.rights)
    return child.tag_ == "VBG" or (not other and any(c.lower_ == "to" for c in child.lefts))


def _placed(
    frame: str, fallback: str | None, thing: Token, reading: Reading, verb: Token
) -> Iterator[tuple[str, Node, bool]]:
    """The objects of one frame, with those joined by "and", under the frame's type or the fallback's."""
    for token in [thing, *conjuncts(thing)]:
        kind, ended = FRAMES.get(frame), False
        if frame == "go to" and token.lemma_.lower() in EVENTS:
            kind = "ATTENDED"
        if kind is None and (over := ENDING.get(frame)) is not None:
            kind, ended = over, True
        if kind == "BORN_IN" and token.ent_type_ == "DATE":
            kind = "BORN_ON"
        if token.i not in reading.nodes and (is_apart(token, verb) or (token != thing and is_slipped(token))):
            continue
        node = _object_node(kind, token, reading)
        if frame == "have" and token.lemma_.lower() in _REACTIONS:
            kind, node = "ALLERGIC_TO", _cause(token)
        if node is None:
            continue
        kind = _refined(kind, frame, token, node, verb)
        if kind in _SETTLED and token.i in reading.nodes and node.type != "PLACE" and _is_bare(token):
            node = reading.retype(node, "PLACE")
        named = token.i in reading.nodes
        if kind is None or not fits(kind, node, token, frame, verb, named):
            kind, ended = _opened(verb, fallback, node), False
        elif reading.me and not named and is_doubtful(kind, node, token):
            kind = f"?{kind}"
        if kind:
            yield kind, node, ended


def _refined(kind: str | None, frame: str, token: Token, node: Node, verb: Token) -> str | None:
    """A type that depends on its object as well."""
    if frame == "have" and token.lemma_.lower() in CONDITIONS:
        return "HAS_CONDITION"
    if frame == "see" and verb.tag_ == "VBG" and node.type == "PERSON" and BEGUN.search(verb.sent.text):
        return None if node.name.lower().startswith(("dr", "doctor")) else "DATING"
    if frame == "go" and token.tag_ == "VBG" and verb.tag_ in _PRESENT:
        return "PRACTICES"
    if frame == "go to" and verb.tag_ in _PRESENT and node.name.split()[-1].lower() in _SCHOOLS:
        return "STUDIES_AT"
    if frame in _SCHOOLED and node.type != "CONCEPT" and node.name.split()[-1].lower() in _SCHOOLS:
        return "STUDIES_AT"
    called = any(child.lower_ in {"named", "called"} for child in token.rights)
    return "HAS_PET" if kind == "ADOPTED" and called and token.lemma_.lower() not in _CHILDREN else kind


def _is_bare(token: Token) -> bool:
    """Whether a name stands for itself: "in Porto", not "to Karen's"."""
    return token.tag_ in {"NNP", "NNPS"} and not any(child.dep_ in {"case", "poss"} for child in token.children)


def _cause(reaction: Token) -> Node | None:
    """The peanut of "a peanut allergy"."""
    lefts = sorted((c for c in reaction.lefts if c.dep_ in {"compound", "amod"}), key=lambda c: c.dep_ == "amod")
    return Node(lefts[0].text) if lefts else None


def _object_node(kind: str | None, token: Token, reading: Reading) -> Node | None:
    if reading.topic is not None and token.i in reading.nodes:
        return reading.nodes[token.i]
    if kind == "BORN_ON":
        return Node(_date_text(token), "DATE")
    if kind == "AGE_IS":
        return Node(token.text) if AGE.fullmatch(token.text) else None
    if token.ent_type_ in _TIME_HEADS:
        return None
    return reading.object(token)


def _date_text(token: Token) -> str:
    ent = next((ent for ent in token.doc.ents if ent.start <= token.i < ent.end), None)
    return str(ent.text if ent is not None else token.text)


def _opened(verb: Token, fallback: str | None, node: Node) -> str | None:
    word = verb.lemma_.lower()
    if fallback is None or (word == "have" and len(node.name.split()) > 1):
        return fallback and "~HAS"
    specific = word in SPECIFIC_VERBS and (node.type != "CONCEPT" or len(node.name.split()) > 1)
    # A verb that says little links all the same, with so little confidence that it is never shown.
    return fallback if word not in LIGHT_VERBS or specific or fallback == "~GO_TO" else f"~{fallback}"
