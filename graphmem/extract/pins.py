"""Standing instructions and preferences: sentences that should be considered whatever the question is.

They hardly resemble the questions that they govern ("Always answer in metric units when I ask about
cooking"), so they are found when written, and matched by their trigger clause ("cooking").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphmem.types import Pin

__all__ = ["pinned"]

_POLITE = r"(?:please|and|also|so|but|ok(?:ay)?|btw|by the way|remember to|make sure to|be sure to)"
_NOT_A_VERB = (
    r"(?!(?:an?|the|my|your|so|been|mind|ever|once|before|again|in|at|on|up|here|there|good|great|happy|nice|glad|fun|"
    r"wonderful|knew|thought|felt|said|heard|saw|seen|had|was|were|is|knows?|love|loves|wants?|\w+ing|\w+ed)\b)"
)
_ORDER = re.compile(rf"^\W*(?:{_POLITE}\W+)*(?:always|never)\s+{_NOT_A_VERB}[a-z]+", re.I)
_STANDING = re.compile(
    # "From now on I work at Acme" tells news, not an order.
    r"\b(?:(?:from now on|going forward)\b"
    r"(?!,?\s+(?:i|we|he|she|they|it|there|my|our)\b(?!'d| (?:want|would|need|expect)))"
    r"|in (?:the )?future,? (?:please|always|never)\b|remember to always\b)",
    re.I,
)
_STATES = re.compile(
    r"^[^,;]*\b(?:is|are|am|'m|'re|has|have|meets?|costs?|lives?|works?)\b[^,;]*\bfrom now on\W*$", re.I
)
"""What is so from now on, rather than what shall be done."""
_CLAUSE = re.compile(r"\s+(?:i|we)(?:'|\s).*", re.I)
_YOUR_ANSWERS = re.compile(
    r"^\W*(?:please\W+)?(?:keep|make|give|write|format|end|start)\b.*"
    r"\byour (?:answers?|repl(?:y|ies)|responses?|messages?|explanations?|mails?|emails?)\b",
    re.I,
)
_WORK = (
    r"(?:writ|draft|book|plan|suggest|recommend|summari[sz]|explain|answer|reply|respond|translat|list|order|schedul|"
    r"giv|send|propos|quot|calculat|convert|cook|shop|compar|review|cit)(?:e|es|ing)?"
)
"""What an assistant does."""
_WHEN_DOING = re.compile(
    rf"\b(?:when(?:ever)?|every time|each time|any time|anytime|if)\s+(?:you(?:'re| are)?\s+)?"
    rf"(?P<what>(?:(?<=you )|(?<=you're )|(?<=you are )|(?=\w+ing\b)){_WORK}\b(?! to\b)[^,.;!?]*)",
    re.I,
)
_WHEN_ASKED = re.compile(
    r"\b(?:when(?:ever)?|every time|each time|any time|anytime|if)\s+(?:i|we)(?:'m| am)?\s+"
    r"(?:ask(?:ing)?|request(?:ing)?|inquir(?:e|ing)|mention|talk(?:ing)?|bring up)\b"
    r"(?:\s+(?:you|for|about|on|to|questions?|anything|something|details|help|with|regarding))*\s*(?P<what>[^,.;!?]*)",
    re.I,
)
_PREFERENCE = re.compile(
    r"\b(?:(?:i|we)(?:'d|'ll|\s+would|\s+do|\s+really|\s+always|\s+usually|\s+generally|\s+much|\s+strongly)*\s+prefer\b"
    r"|my\s+(?:\w+\s+)?preferences?\b|(?:i|we)(?:'d|\s+would)\s+(?:much\s+)?rather\b|works?\s+best\s+for\s+(?:me|us)\b)",
    re.I,
)
_SUBJECT = re.compile(
    r"^(?:i|we)(?:'d|'ll|\s+(?:would|do|really|always|usually|generally|much|strongly))*\s+(?:prefer|(?:much\s+)?rather)\s+"
    r"(?:if\s+(?:you|we)\s+|you\s+|to\s+)?",
    re.I,
)
_CLAUSE_END = re.compile(r"[,.;!?]|\s+(?:because|since|but|although|though)\b", re.I)


def pinned(sentence: str) -> tuple[Pin, str] | None:
    """Whether a sentence is a standing instruction or a preference, and the clause that says for what.

    The clause is what follows "when I ask about" or "when you", what is preferred, or else the whole sentence.
    """
    sentence = sentence.strip().replace("’", "'")
    if sentence.endswith("?"):
        return None
    asked, doing = _WHEN_ASKED.search(sentence), _WHEN_DOING.search(sentence)
    told = any(_tells(sentence, found) for found in (asked, doing) if found)
    what = _CLAUSE.sub("", asked["what"] if asked else doing["what"] if doing else "").strip()
    if (found := _PREFERENCE.search(sentence)) and not _ORDER.search(sentence):
        return "preference", what or _preferred(sentence, found)
    if (
        _ORDER.search(sentence)
        or (_STANDING.search(sentence) and not _STATES.search(sentence))
        or _YOUR_ANSWERS.search(sentence)
        or told
    ):
        return "instruction", what or sentence
    return None


def _preferred(sentence: str, found: re.Match[str]) -> str:
    """What is preferred: "meetings before noon" of "I prefer meetings before noon"."""
    if found[0].lower().startswith(("work", "my")):
        return sentence.rstrip(".! ")
    clause = _CLAUSE_END.split(_SUBJECT.sub("", sentence[found.start() :]), maxsplit=1)[0].strip()
    return clause or sentence


def _tells(sentence: str, asked: re.Match[str]) -> bool:
    """Whether "when I ask ..." stands beside an order, rather than in a story ("When I asked him ...")."""
    rest = (sentence[: asked.start()] + sentence[asked.end() :]).strip(" ,.!").lower()
    return bool(rest) and not re.match(r"(?:i|he|she|they|it|we|what|the|my|this|that)\b", rest)
