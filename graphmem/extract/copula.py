"""What "to be" states: names, ages, jobs, favourites, origins, states, membership."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphmem.extract.clauses import BEGUN, conjuncts, preposition_objects, subjects
from graphmem.extract.emptywords import FALSE_NAMES
from graphmem.extract.lexicon import DIET_OR_STATE, RELIGIONS, is_job, is_person_noun
from graphmem.extract.reading import Node, joined_name, phrase
from graphmem.extract.things import GROUPS, JUDGEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Token

    from graphmem.extract.reading import Reading

__all__ = ["AGE", "copula"]

_MINE = frozenset({"my", "our"})
_LABELLED = {
    "name": "NAMED",
    "email": "EMAIL_IS",
    "email address": "EMAIL_IS",
    "phone": "PHONE_IS",
    "phone number": "PHONE_IS",
    "job": "JOB_IS",
    "occupation": "JOB_IS",
    "profession": "JOB_IS",
    "birthday": "BIRTHDAY_IS",
    "hometown": "COMES_FROM",
    "nationality": "NATIONALITY",
    "nickname": "NICKNAMED",
    "employer": "WORKS_AT",
    "hobby": "LIKES",
    "native language": "SPEAKS",
    "first language": "SPEAKS",
    "mother tongue": "SPEAKS",
}
_FAVORITE = frozenset({"favorite", "favourite"})
# Adjective (or noun) and preposition: what the speaker is towards something.
_TOWARDS = {
    ("allergic", "to"): "ALLERGIC_TO",
    ("intolerant", "to"): "ALLERGIC_TO",
    ("intolerant", "of"): "ALLERGIC_TO",
    ("married", "to"): "MARRIED_TO",
    ("engaged", "to"): "ENGAGED_TO",
    ("interested", "in"): "INTERESTED_IN",
    ("passionate", "about"): "LIKES",
    ("crazy", "about"): "LOVES",
    ("fond", "of"): "LIKES",
    ("obsessed", "with"): "LOVES",
    ("afraid", "of"): "FEARS",
    ("scared", "of"): "FEARS",
    ("terrified", "of"): "FEARS",
    ("good", "at"): "GOOD_AT",
    ("fluent", "in"): "SPEAKS",
    ("tired", "of"): "DISLIKES",
    ("native", "of"): "COMES_FROM",
    ("fan", "of"): "LIKES",
    ("lover", "of"): "LOVES",
    ("member", "of"): "MEMBER_OF",
    ("capital", "of"): "CAPITAL_OF",
    ("part", "of"): "PART_OF",
    ("student", "at"): "STUDIES_AT",
    ("friends", "with"): "FRIEND_OF",
    ("friend", "with"): "FRIEND_OF",
    ("friend", "of"): "FRIEND_OF",
    ("owner", "of"): "OWNS",
    ("founder", "of"): "FOUNDED",
}
_SAYS_LITTLE = frozenset({"sure", "good", "great", "nice", "right", "true", "new", "different", "okay", "fine", "bad"})
_UNEMPLOYED = frozenset({"PET", "WORK", "EVENT", "PRODUCT", "PLACE"})
_DEFINITE = frozenset({"the", "this", "that", "my", "our", "your", "no"})
_POSTS = frozenset({"head", "chief"})
_NEW = re.compile(rf"\bnow\b|{BEGUN.pattern}", re.IGNORECASE)
_NO_EMPLOYERS = frozenset({"PERSON", "PLACE", "EVENT", "PET", "CONCEPT", "DATE", "GROUP"})
_STAYS = frozenset({"university", "college", "school", "academy", "hospital", "clinic", "hotel", "airport", "station"})
_BE_AT = {"from": "COMES_FROM", "into": "LIKES", "to": "VISITED"}
_States = tuple[Node, str, Node, bool]
AGE = re.compile(
    r"\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?",
    re.I,
)


def copula(verb: Token, reading: Reading) -> Iterator[_States]:
    """(subject, type, object, ended) of a form of "be"; a type that starts with "~" is open."""
    who = subjects(verb, reading)
    first = who[0] if who else None
    if liked := [*_favorite_of(verb, first, reading)]:
        yield from liked
        return
    if first is not None and first.pos_ == "NOUN" and first.i not in reading.nodes:
        yield from _labelled(verb, first, reading)
        return
    for subject in [reading.node(token) for token in who if token is not None]:
        if subject is not None and subject.name != reading.you:
            yield from _described(verb, subject, reading)


def _labelled(verb: Token, label: Token, reading: Reading) -> Iterator[_States]:
    """ "my name is Alex", "my favorite color is blue", "Ana's job is ..."."""
    owner = _possessor(label, reading)
    if owner is None:
        return
    word = label.lemma_.lower()
    if word in {"address", "number", "language", "tongue"}:
        word = next((f"{child.lower_} {word}" for child in label.lefts if child.dep_ in {"compound", "amod"}), word)
    favorite = any(child.lower_ in _FAVORITE for child in label.lefts)
    kind = f"FAVORITE_{_thing(label)}" if favorite else _LABELLED.get(word)
    if kind is None:
        return
    for token in _complements(verb):
        if node := _labelled_node(kind, token, reading):
            yield owner, kind, node, False


def _favorite_of(verb: Token, subject: Token | None, reading: Reading) -> Iterator[_States]:
    """ "Blue is my favorite color": the label stands behind."""
    for label in verb.rights:
        if label.dep_ == "attr" and any(child.lower_ in _FAVORITE for child in label.lefts):
            owner, thing = _possessor(label, reading), subject and (reading.object(subject) or Node(subject.text))
            if owner is not None and thing and thing != owner:
                yield owner, f"FAVORITE_{_thing(label)}", thing, False


def _labelled_node(kind: str, token: Token, reading: Reading) -> Node | None:
    if kind in {"NAMED", "NICKNAMED"}:
        return reading.nodes.get(token.i) or (Node(token.text, "PERSON") if token.text[:1].isupper() else None)
    if kind in {"EMAIL_IS", "PHONE_IS"}:
        return Node(_digits(token)) if "@" in token.text or token.text[-1:].isdigit() else None
    if kind == "BIRTHDAY_IS":
        ent = next((ent for ent in token.doc.ents if ent.start <= token.i < ent.end), None)
        return Node(ent.text, "DATE") if ent is not None else None
    return reading.object(token) or (Node(phrase(token)) if token.pos_ in {"ADJ", "NOUN"} else None)


def _digits(token: Token) -> str:
    """All of a number that is written in groups: "0131 555 0148", "555-0142"."""
    doc, start, end = token.doc, token.i, token.i + 1
    while start > token.sent.start and (doc[start - 1].like_num or doc[start - 1].text in {"-", "+", "(", ")"}):
        start -= 1
    while end < token.sent.end and (doc[end].like_num or doc[end].text in {"-", ")"}):
        end += 1
    return str(doc[start:end].text)


def _possessor(label: Token, reading: Reading) -> Node | None:
    for child in label.lefts:
        if child.dep_ == "poss":
            if child.lower_ in _MINE:
                return Node(reading.me, "PERSON") if reading.me else None
            return reading.nodes.get(child.i)
    return None


def _thing(label: Token) -> str:
    words = [
        t.lemma_ for t in label.lefts if t.dep_ in {"compound", "amod"} and t.lower_ not in {*_FAVORITE, "all", "time"}
    ]
    return re.sub(r"[^A-Z0-9]+", "_", "_".join([*words[-2:], label.lemma_]).upper()).strip("_")


def _complements(verb: Token) -> Iterator[Token]:
    for child in verb.rights:
        if child.dep_ in {"attr", "acomp", "oprd", "dobj", "xcomp"}:
            yield child
            yield from conjuncts(child)
        elif child.dep_ == "prep" and child.lower_ in {"in", "on"}:
            yield from (thing for thing in child.children if thing.dep_ == "pobj")


def _described(verb: Token, subject: Node, reading: Reading) -> Iterator[_States]:
    for child in verb.rights:
        if child.dep_ in {"attr", "acomp", "oprd"}:
            for token in [child, *conjuncts(child)]:
                # sm hangs a second clause on the complement: "I'm Alex and I prefer ...".
                if token.pos_ not in {"VERB", "AUX"} or token.tag_ == "VBN":
                    yield from _complement(token, subject, reading)
        elif child.dep_ == "npadvmod" and child.lower_ == "years":
            yield from _age(child, subject)
    for preposition, thing in preposition_objects(verb):
        if subject.type == "PERSON" and preposition in {"at", "with"} and (employer := _employer(verb, thing, reading)):
            yield subject, "WORKS_AT", employer, False
        kind = _BE_AT.get(preposition)
        node = reading.object(thing) if kind else None
        if kind is None or node is None or (kind != "LIKES" and thing.i not in reading.nodes):
            continue
        if kind != "VISITED" or (verb.lower_ == "been" and node.type != "PERSON"):
            yield subject, kind, node, False


def _employer(verb: Token, thing: Token, reading: Reading) -> Node | None:
    """ "I've been at Spotify since April": whom somebody has been with for so long, unless one may stay there."""
    node = reading.nodes.get(thing.i)
    if node is None or verb.lower_ != "been" or node.type in _NO_EMPLOYERS or not BEGUN.search(verb.sent.text):
        return None
    return node if _STAYS.isdisjoint(node.name.lower().split()) else None


def _complement(token: Token, subject: Node, reading: Reading) -> Iterator[_States]:
    towards = [*_towards(token, subject, reading)]
    yield from towards
    if towards:
        return
    if token.like_num or token.lower_ == "old":
        yield from _age(token, subject)
    elif token.lower_ in DIET_OR_STATE and (token.pos_ == "ADJ" or not _is_one(token)):
        yield subject, "IS_A", Node(_state(token)), False
    elif token.ent_type_ == "NORP":
        yield (
            subject,
            "RELIGION" if token.lemma_.lower() in RELIGIONS else "NATIONALITY",
            Node(token.text, "GROUP"),
            False,
        )
    elif token.i in reading.nodes:
        yield from _named(token, subject, reading)
    elif token.pos_ in {"NOUN", "PROPN"} or _is_one(token):
        yield from _sort(token, subject, reading)


def _is_one(token: Token) -> bool:
    """ "a vegetarian": an adjective that stands for a noun."""
    return token.pos_ == "ADJ" and any(child.lower_ in {"a", "an"} for child in token.lefts)


def _state(token: Token) -> str:
    left = next((t for t in token.lefts if t.dep_ in {"npadvmod", "compound", "amod", "nmod"}), None)
    return f"{left.text} {token.text}" if left is not None else str(token.text)


def _towards(token: Token, subject: Node, reading: Reading) -> Iterator[_States]:
    for preposition, thing in preposition_objects(token):
        kind = _TOWARDS.get((token.lower_, preposition)) or _TOWARDS.get((token.lemma_.lower(), preposition))
        if kind is None and reading.me and token.pos_ == "ADJ" and token.lower_ not in _SAYS_LITTLE:
            kind = f"~{joined_name([token.lower_, preposition])}"
        if kind is None:
            continue
        for each in [thing, *conjuncts(thing), *_stray(thing, token)]:
            node = reading.object(each)
            if node is not None and (kind != "SPEAKS" or each.text[:1].isupper()):
                part = kind == "PART_OF" and reading.me is not None and each.i not in reading.nodes
                yield subject, "~PART_OF" if part and each.lemma_ not in GROUPS else kind, node, False


def _stray(thing: Token, token: Token) -> Iterator[Token]:
    """Further objects that sm hangs on the adjective or the verb: "allergic to nuts and shellfish"."""
    for each in [*conjuncts(token), *conjuncts(token.head)]:
        # A clause or an adjective with a complement of its own is no second object.
        clause = any(child.dep_ in {"nsubj", "aux", "prep", "dobj", "det"} for child in each.children)
        if each.i > thing.i and each.pos_ in {"NOUN", "VERB"} and each.tag_ != "VBG" and not clause:
            yield each


def _age(token: Token, subject: Node) -> Iterator[_States]:
    number = next((t for t in [token, *token.subtree] if AGE.fullmatch(t.text)), None)
    after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    if (
        number is not None
        and (not number.text.isdigit() or 0 < int(number.text) < 130)
        and (after is None or after.pos_ not in {"NOUN"} or token.lower_ != number.text)
    ):
        yield subject, "AGE_IS", Node(number.text), False


def _named(token: Token, subject: Node, reading: Reading) -> Iterator[_States]:
    """ "I'm Alex" is a name; "Acme is Oslo" is nothing."""
    node = reading.nodes[token.i]
    bare = not any(child.dep_ in {"det", "poss", "case"} for child in token.lefts)
    if reading.is_me(subject) and bare and node.type in {"PERSON", "THING"} and token.lower_ not in FALSE_NAMES:
        yield subject, "NAMED", Node(node.name, "PERSON"), False


def _is_post(token: Token) -> bool:
    """ "a nurse"; "head of sales", which a word more makes a post."""
    more = any(child.dep_ == "compound" or child.lower_ == "of" for child in token.children)
    return is_job(token.lemma_.lower()) or (token.lower_ in _POSTS and more)


def _sort(token: Token, subject: Node, reading: Reading) -> Iterator[_States]:
    """ "a nurse" is a job, "a big fan of jazz" was handled before, "a vegetarian" is what one is."""
    definite = {child.lower_ for child in token.lefts} & _DEFINITE
    if reading.me and definite and not (definite == {"the"} and _is_post(token) and _NEW.search(token.sent.text)):
        return  # "I'm the shift manager now" tells of a change
    node = reading.object(token)
    measured = token.tag_ == "NNS" and any(child.dep_ == "nummod" for child in token.lefts)
    if node is None or (measured and reading.me):
        return
    judged = reading.me is not None and token.lemma_.lower() in JUDGEMENTS
    if _is_post(token) and not judged and subject.type not in (_UNEMPLOYED if reading.me else {"PET"}):
        yield subject, "JOB_IS", Node(node.name), False
        for preposition, thing in preposition_objects(token):
            if preposition in {"at", "for", "with"} and thing.i in reading.nodes:
                yield subject, "WORKS_AT", reading.nodes[thing.i], False
    elif reading.me is None or token.head.tag_ != "VBD":
        # What somebody was ("when I was a kid") is no sort that they are.
        person = subject.type not in {"PERSON", "PET"} or is_person_noun(token.lemma_.lower())
        yield subject, "IS_A" if person and not judged else "~IS_A", node, False
