"""`python -m benchmarks.llm --base-url URL --model NAME`: the LLM extractor beside the rules, on turns of LoCoMo.

It shows what of the model's statements passes the check of evidence, what the calls take, and how many of the facts
that readers noted in these turns are reached by a relation: one of the cited turn, of the speaker, whose object shares
a content word with the fact (as in `benchmarks.extraction`). The first few turns say how an endpoint does, not how good
a model is.
"""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from benchmarks.common import Json, arguments, data_folder, environment, read, write_result
from benchmarks.report import default_result
from graphmem.extract.base import Context
from graphmem.extract.llm import LLMExtractor
from graphmem.extract.spacy import SpacyExtractor
from graphmem.promote import RuleScore
from graphmem.types import Message, Scope
from graphmem.words import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.extract.base import Drafts, Extractor, RelationDraft

__all__ = ["main"]

_NOW = datetime(2024, 1, 1, tzinfo=timezone.utc)
_UNSTATED = frozenset({"question", "hypothetical"})


def main(argv: Sequence[str] | None = None) -> Json:
    """Measure, print, keep."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--base-url", help="of the endpoint (else $GRAPHMEM_LLM_URL)")
    parser.add_argument("--model", help="its name there (else $GRAPHMEM_LLM_MODEL)")
    parser.add_argument("--turns", type=int, default=30, help="how many turns, from the first on")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for one request")
    parser.add_argument("--batch", type=int, default=1200, help="tokens of messages in one request; small models: few")
    chosen = parser.parse_args(argv)
    folder = data_folder(chosen.data, "locomo")
    turns = read(folder / "docs.jsonl.gz")[: chosen.turns]
    noted = [row for row in read(folder / "observations.jsonl.gz") if set(row["sources"]) & {t["id"] for t in turns}]
    rules = SpacyExtractor()
    model = LLMExtractor(
        chosen.base_url,
        chosen.model,
        timeout=chosen.timeout,
        patience=2 * chosen.timeout,
        batch=chosen.batch,
        fallback=rules,
    )
    words = sys.argv[1:] if argv is None else argv
    result = {
        "environment": environment(words, "benchmarks.llm"),
        "turns": len(turns),
        "noted_facts": len(noted),
        "rules": _read(rules, turns, noted),
        model.model: _read(model, turns, noted) | _spent(model, len(turns)),
    }
    _show(result, model.model)
    write_result(chosen.out or default_result("llm"), result)
    return result


def _read(extractor: Extractor, turns: Sequence[Json], noted: Sequence[Json]) -> Json:
    """What an extractor makes of the turns, a call a session."""
    stated: dict[str, list[RelationDraft]] = {turn["id"]: [] for turn in turns}
    promoted, relations = 0, 0
    notes: list[str] = []
    started = time.monotonic()
    for session in _sessions(turns):
        said = [Message(content=t["text"], name=t["speaker"], timestamp=t["datetime"]) for t in session]
        drafts = extractor.extract(said, Context(_NOW))
        for relation in drafts.relations:
            if relation.mode not in _UNSTATED:
                stated[session[relation.turn]["id"]].append(relation)
        promoted += _promoted(drafts)
        relations += len(drafts.relations)
        notes += drafts.notes
    return {
        "seconds": time.monotonic() - started,
        "promoted_facts": promoted,
        "relations": relations,
        "noted_facts_reached": sum(_reached(row, stated) for row in noted) / (len(noted) or 1),
        "notes": notes,
    }


def _sessions(turns: Sequence[Json]) -> list[list[Json]]:
    sessions: dict[tuple[str, int], list[Json]] = {}
    for turn in turns:
        sessions.setdefault((turn["scope"], turn["session"]), []).append(turn)
    return list(sessions.values())


def _promoted(drafts: Drafts) -> int:
    return sum(RuleScore()(fact, Scope(user_id="u")) is not None for fact in drafts.facts)


def _reached(noted: Json, stated: dict[str, list[RelationDraft]]) -> bool:
    speaker = noted["speaker"]
    words = {*terms(noted["fact"])} - {*terms(speaker)}
    there = [relation for source in noted["sources"] for relation in stated.get(source, ())]
    mine = [r for r in there if r.subject == speaker or r.subject.startswith(f"{speaker}'s")]
    return any(words & {*terms(relation.object)} for relation in mine)


def _spent(model: LLMExtractor, turns: int) -> Json:
    totals = model.ledger.totals
    return asdict(totals) | {
        "kept_share": totals.kept / totals.stated if totals.stated else None,
        "tokens_a_turn": totals.tokens / turns if turns else None,
    }


def _show(result: Json, name: str) -> None:
    print(f"{result['turns']} turns, {result['noted_facts']} noted facts")
    rules, model = result["rules"], result[name]
    for row in ("promoted_facts", "relations", "noted_facts_reached", "seconds"):
        print(f"{row:24}{rules[row]:10.2f} by rules {model[row]:10.2f} with {name}")
    for row in ("calls", "failed", "prompt_tokens", "completion_tokens", "tokens_a_turn", "stated", "kept"):
        print(f"{row:24}{model[row] or 0:10.1f}")
    print(*model["notes"], sep="\n")


if __name__ == "__main__":
    main()
