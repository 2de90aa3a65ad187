"""What the names of a document are, where the small model errs: it takes rivers for companies and towns for people.

What a name says of itself comes first ("Kunene River"), then what the text says it is ("Bata is a town", "the village
of Bata"), then where it stands ("in Bata"), and a family name is whose full name is. Each is decided once a document.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from graphmem.extract.countries import country, is_demonym
from graphmem.extract.lexicon import is_job

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spacy.tokens import Token

    from graphmem.extract.reading import Node, Reading

__all__ = ["settle_kinds", "settle_topic"]


def _kinds(text: str) -> dict[str, str]:
    """`{noun: KIND}` of lines `KIND: noun noun`."""
    lines = (line.split(":") for line in text.strip().splitlines())
    return {noun: kind.strip() for kind, nouns in lines for noun in nouns.split()}


_HEADS = _kinds("""
PLACE: river creek glacier range drive road route avenue highway autobahn mall airport station desert swamp bight bay
PLACE: gulf sea ocean canyon valley mountain mountains hills island islands peninsula region governorate province
PLACE: county district municipality township parish prefecture oblast viaduct bridge tunnel dam cathedral monastery
PLACE: abbey temple tower stadium arena zoo cay plateau basin falls beach coast city town village lakes reserve
PLACE: territory archipelago strait volcano reservoir canal railway motorway freeway square isle
ORG: party army navy league federation union parliament council committee ministry department senate assembly
ORG: association university college school academy institute orchestra records fc front movement command corps
ORG: broadcasting channel bank court company corporation inc ltd institution regiment brigade commission authority
ORG: club foundation society museum agency airlines bureau
EVENT: war battle cup championship championships olympics tournament uprising revolution treaty tour festival race
EVENT: election elections incident massacre summit competition games siege crisis referendum conference
WORK: act constitution album song trilogy
""")
"""The noun that a name ends in, or that stands before its "of", and what the name is then."""

_SURNAMES = frozenset({"hills", "bridge", "falls", "drive", "bay", "school", "bank", "race", "tower", "beach"})
"""Nouns that may also be a family name."""

_SORTS = _HEADS | _kinds("""
PLACE: lake park hill mount forest castle palace fort street church commune suburb neighborhood neighbourhood borough
PLACE: hamlet country state settlement locality capital port harbor harbour building house mansion lighthouse tributary
PLACE: peak nation republic kingdom empire colony resort area community site location place ward street estate
PLACE: stream waterfall cave pass cape summit massif watershed constituency metropolis
ORG: band group team organization organisation firm business newspaper station network label studio publisher charity
ORG: manufacturer airline hospital museum library brand chain duo trio quartet ensemble church order faction squad
ORG: consortium subsidiary retailer supplier developer
WORK: film novel book single series show magazine opera poem play documentary episode game comic manga musical
WORK: soundtrack sitcom drama comedy
EVENT: event ceremony contest match season operation
PERSON: king queen emperor empress prince princess president minister bishop saint son daughter wife husband brother
PERSON: sister author poet singer rapper footballer politician he she
""")
"""The noun that a text calls something by."""

_PERSONAL = frozenset({"he", "she", "his", "her", "him"})
_OFTEN = 3
_BEFORE_PLACES = frozenset({"in", "near", "from"})
_MISTAKEN = frozenset({"PERSON", "ORG", "THING"})
_UNCERTAIN = frozenset({"PERSON", "ORG", "THING", "PLACE", "PRODUCT", "WORK"})


def settle_kinds(reading: Reading) -> None:
    """Give each name of a document one kind, in place."""
    names = _standing(reading)
    full = [node.name.split() for nodes in names.values() for node in nodes[:1] if node.type == "PERSON"]
    families = {words[-1] for words in full if len(words) > 1}
    called = _called(reading)
    places = _in_places(reading)
    for name, nodes in names.items():
        usual = Counter(node.type for node in nodes).most_common(1)[0][0]
        stands = "PLACE" if usual in _MISTAKEN and 2 * places[name] > len(nodes) and _may_be(name) else usual
        kind = _own(name, usual) or called.get(name) or _family(name, usual, families) or stands
        if any(node.type != kind for node in nodes):
            reading.retype(nodes[0], kind)


def settle_topic(reading: Reading, topic: Node) -> Node:
    """The topic of a document; a person, if the text says "he" or "she" and names nobody else to begin with."""
    first = next(iter(reading.doc.sents))
    others = any(node.type == "PERSON" for i, node in reading.nodes.items() if first.start <= i < first.end)
    spoken = sum(token.lower_ in _PERSONAL for token in reading.doc)
    if topic.type not in {"ORG", "THING", "PLACE", "PRODUCT"} or others or spoken < _OFTEN or country(topic.name):
        return topic
    return reading.retype(topic, "PERSON")


def _may_be(name: str) -> bool:
    """Whether a name may be a place's: "EP" and "Parliament" are none."""
    return not name.isupper() and name.lower() not in _HEADS


def _standing(reading: Reading) -> Mapping[str, list[Node]]:
    """Each name with its node at every place where it stands; dates apart."""
    found: defaultdict[str, list[Node]] = defaultdict(list)
    for i, node in sorted(reading.nodes.items()):
        if node.type != "DATE" and reading.nodes.get(i - 1) is not node:
            found[node.name].append(node)
    return found


def _own(name: str, usual: str) -> str | None:
    """What a name says itself."""
    if country(name) is not None:
        return "GROUP" if is_demonym(name) else "PLACE"
    words = name.lower().split()
    if len(words) < 2 or usual in {"WORK", "EVENT"}:
        return None
    head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    return None if usual == "PERSON" and head in _SURNAMES else _HEADS.get(head)


def _called(reading: Reading) -> dict[str, str]:
    """What the text says that a name is: "Bata is a town", "the village of Bata", "the band Nightjar"."""
    found: dict[str, str] = {}
    for i, node in sorted(reading.nodes.items()):
        token = reading.doc[i]
        if node.name in found or node.type not in _UNCERTAIN:
            continue
        for noun in _said_of(token, reading):
            kind = _SORTS.get(noun.lemma_.lower()) or ("PERSON" if is_job(noun.lemma_.lower()) else None)
            if kind is not None:
                found[node.name] = kind
                break
    return found


def _said_of(token: Token, reading: Reading) -> Iterator[Token]:
    """The common nouns that say what a name is."""
    head = token.head
    if token.dep_ == "nsubj" and head.lemma_ == "be":
        yield from (child for child in head.rights if child.dep_ == "attr" and child.i not in reading.nodes)
    yield from (child for child in token.rights if child.dep_ == "appos" and child.i not in reading.nodes)
    if token.dep_ == "appos" and head.pos_ == "NOUN" and head.i not in reading.nodes:
        yield head
    of = token.dep_ == "pobj" and head.lower_ == "of" and head.i == token.left_edge.i - 1
    if of and head.head.i not in reading.nodes and _SORTS.get(head.head.lower_) == "PLACE":
        yield head.head


def _family(name: str, usual: str, families: set[str]) -> str | None:
    return "PERSON" if name in families and usual != "GROUP" else None


def _in_places(reading: Reading) -> Counter[str]:
    """How often a name stands where places stand."""
    found: Counter[str] = Counter()
    for i, node in reading.nodes.items():
        token = reading.doc[i]
        found[node.name] += token.dep_ == "pobj" and token.head.lower_ in _BEFORE_PLACES
    return found
