"""Whatever a model answers: no crash, no ungrounded fact, every message kept."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from graphmem.extract.base import Context
from graphmem.extract.llm.batches import batches, estimate, sentences
from graphmem.extract.llm.evidence import Judge, locate
from graphmem.extract.llm.kinds import kind_of
from graphmem.extract.llm.merge import merged
from graphmem.extract.llm.schema import read_answer
from graphmem.types import Message
from graphmem.words import fold, key, terms
from tests.engine import SPACY
from tests.extract_llm.common import KIM, NOW

if TYPE_CHECKING:
    from graphmem.extract.base import Drafts

SAID = (
    "Hi, I'm Kim and I just moved to Oslo with my sister Ana.",
    "She works at Equinor as an engineer, doesn't she?",
    "Ich wohne in Köln. 我在北京的医院工作。",
    "I used to live in Bergen, but I left last spring… 🙂",
)
NAMES = (
    "Kim",
    "Ana",
    "Oslo",
    "I",
    "you",
    "Bob",
    "Equinor",
    "engineer",
    "北京",
    "Köln",
    "",
    "the",
    "Ana\ud800",
    "x" * 200,
)
QUOTES = (*SAID, "moved to Oslo", "She works", "wohne in koln", "北京的医院", "I live in Paris", "I", "", "left last")
TYPES = ("LIVES_IN", "works for", "SISTER_OF", "QUIT", "DROP TABLE", "", "É", "FAVOURITE_FOOD", "A" * 99, "_", "1ST")

json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(NAMES + QUOTES + TYPES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def loose(value: Any) -> Any:
    """A value, or anything at all in its place."""
    return value | json_values


relation = st.fixed_dictionaries(
    {},
    optional={
        "subject": loose(st.sampled_from(NAMES)), "type": loose(st.sampled_from(TYPES)),
        "object": loose(st.sampled_from(NAMES)), "subject_type": loose(st.just("PERSON")),
        "negated": loose(st.booleans()),
    },
)  # fmt: skip
statement = st.fixed_dictionaries(
    {"n": loose(st.integers(-1, 6)), "quote": loose(st.sampled_from(QUOTES))},
    optional={
        "about": loose(st.sampled_from(NAMES)), "mode": loose(st.sampled_from(["fact", "plan", "ended", "question"])),
        "lasting": loose(st.booleans()), "relations": loose(st.lists(relation, max_size=4)),
    },
)  # fmt: skip
answers = loose(st.fixed_dictionaries({"facts": loose(st.lists(loose(statement), max_size=6))}))


@lru_cache(maxsize=2)
def rules(verbatim: bool) -> Drafts:
    return SPACY.extract(messages(), Context(now=NOW, user="Kim", verbatim=verbatim))


def messages() -> list[Message]:
    return [Message(content=text) for text in SAID]


def read(text: str, verbatim: bool) -> Drafts:
    """What becomes of an answer to the four messages."""
    context = Context(now=NOW, user="Kim", verbatim=verbatim)
    (pieces,) = batches(messages(), 5000, everybody=verbatim)
    answer = read_answer(text)
    verdict = Judge(messages(), context).verdict(answer.claims if answer else (), pieces)
    assert 0 <= verdict.kept <= verdict.stated
    return merged(rules(verbatim), verdict.proven, messages(), context)


def check(found: Drafts, verbatim: bool) -> None:
    before = rules(verbatim)
    assert found.turns == before.turns
    for fact in found.facts:
        assert fact.text in SAID[fact.turn]
    said = fold(" ".join((*SAID, "Kim user")))
    for draft in found.relations:
        assert 0 <= draft.turn < len(SAID)
        assert key(draft.subject) != key(draft.object)
        assert 0 < draft.confidence <= 1
        json.dumps([draft.subject, draft.type, draft.object]).encode()
        if draft not in before.relations:
            for name in (draft.subject, draft.object):
                assert fold(name) in said or set(terms(name)) <= set(terms(said))
                name.encode()
    for relation_type in {draft.type for draft in found.relations}:
        assert relation_type.isascii()
        assert relation_type == relation_type.upper()
    assert {(fact.turn, fact.sentence) for fact in before.facts} <= {(fact.turn, fact.sentence) for fact in found.facts}
    assert len({(fact.turn, fact.sentence) for fact in found.facts}) == len(found.facts)


@given(answers, st.booleans())
def test_any_json_answer(answer: Any, verbatim: bool) -> None:
    check(read(json.dumps(answer), verbatim), verbatim)


@given(answers, st.integers(0, 400), st.text(max_size=20))
def test_any_answer_cut_anywhere(answer: Any, cut: int, around: str) -> None:
    text = json.dumps(answer)
    check(read(around + text[: max(0, len(text) - cut)], False), False)


@given(st.text())
def test_any_text(text: str) -> None:
    check(read(text, False), False)


@given(st.text(max_size=60))
def test_a_type_is_one_or_none(written: str) -> None:
    kind = kind_of(written)
    assert kind is None or (kind.type.isascii() and kind.type.replace("_", "").isalnum() and kind.type[0].isalpha())


@given(st.text(), st.integers(0, 50), st.integers(0, 50))
def test_a_part_of_a_text_is_found_in_it(text: str, start: int, length: int) -> None:
    part = text[start : start + length]
    if (span := locate(part, text)) is not None:
        found = text[slice(*span)]
        assert fold(" ".join(found.split())).strip() in fold(" ".join(text.split()))


@given(st.text(), st.text(max_size=10))
def test_places_lie_in_the_text(text: str, quote: str) -> None:
    span = locate(quote, text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


@given(st.lists(st.text(alphabet=st.sampled_from("ab .!?\n。我🙂"), max_size=300), max_size=6), st.integers(1, 60))
def test_batches_hold_every_word_once(said: list[str], size: int) -> None:
    groups = batches([Message(content=text) for text in said], size, everybody=True)
    for turn, text in enumerate(said):
        pieces = [piece for group in groups for piece in group if piece.turn == turn]
        assert all(text[piece.start : piece.start + len(piece.text)] == piece.text for piece in pieces)
        if pieces:
            assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(text.split())
        assert all(estimate(piece.text) <= size + 1 for piece in pieces)
    assert all(group for group in groups)


@given(st.text())
def test_sentences_hold_every_word_once(text: str) -> None:
    spans = list(sentences(text))
    assert "".join(text[start:end] for start, end in spans).split() == "".join(text[s:e] for s, e in spans).split()
    assert "".join("".join(text[s:e].split()) for s, e in spans) == "".join(text.split())
    assert all(s < e for s, e in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def test_the_rules_alone_satisfy_the_check() -> None:
    for verbatim in (False, True):
        check(rules(verbatim), verbatim)
    assert rules(False).facts
    assert KIM.user == "Kim"
