"""An evaluation as tables for people: what stands where, for the terminal and for plain text alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphmem.evaluate.sums import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphmem.evaluate.evaluation import Evaluation
    from graphmem.evaluate.results import Find, Leak
    from graphmem.evaluate.sums import Channel, Mode, Score, Signal

__all__ = ["Sheet", "sheets", "text_of"]

_MOST = 40
"""Rows of a long table; JSON has all of them."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def sheets(found: Evaluation) -> list[Sheet]:
    """The tables that have something to say, in reading order."""
    made = [
        _overall(found),
        _categories(found),
        _modes(found),
        _channels(found),
        _signals(found),
        _finds(found),
        _misses(found),
        _leaks(found),
    ]
    return [sheet for sheet in made if sheet.rows]


def text_of(made: Sequence[Sheet]) -> str:
    """Tables as plain text, columns under their names."""
    return "\n\n".join(map(_text, made))


def _text(sheet: Sheet) -> str:
    lines = [*([sheet.columns] if any(sheet.columns) else []), *sheet.rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(sheet.columns))]
    body = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([sheet.title, "", *body, *([sheet.note] if sheet.note else [])])


# ---------------------------------------------------------------- how good


def _overall(found: Evaluation) -> Sheet:
    by_metric = {row.metric: row for row in found.scores if row.group == ALL}
    ks = [str(k) for k in found.cuts]
    rows = [(name, *(_cell(by_metric[f"{name}@{k}"]) for k in ks)) for name in ("recall", "all", "hit", "ndcg")]
    rows.append(("mrr", *[""] * (len(ks) - 1), _cell(by_metric["mrr"])))
    if leaked := found.leaked:
        cells = [_cell(leaked) if k == found.top_k else "" for k in found.cuts]
        rows.append(("forbidden", *cells))
    count = _many(by_metric["mrr"].questions, "question")
    return Sheet(f"Scores in percent [95 % interval], {count}", ("", *(f"@{k}" for k in ks)), tuple(rows))


def _categories(found: Evaluation) -> Sheet:
    columns = (f"recall@{found.top_k}", f"all@{found.top_k}", "mrr")
    groups: dict[str, dict[str, Score]] = {}
    for row in found.scores:
        groups.setdefault(row.group, {})[row.metric] = row
    rows = [
        (name, str(part["mrr"].questions), *(_cell(part[metric]) for metric in columns))
        for name, part in groups.items()
        if name != ALL
    ]
    return Sheet("By category", ("category", "n", *columns), tuple(rows))


def _modes(found: Evaluation) -> Sheet:
    columns = (f"recall@{found.top_k}", f"all@{found.top_k}", f"ndcg@{found.top_k}", "mrr")
    rows = [(row.mode, *(_percent(row.scores[metric]) for metric in columns), _lost(row)) for row in found.modes]
    return Sheet(
        "Other ways to search",
        ("search", *columns, "behind by"),
        tuple(rows),
        f"behind by: points of recall@{found.top_k} below the memory as it is set [95 % interval].",
    )


# ---------------------------------------------------------------- what found it


def _channels(found: Evaluation) -> Sheet:
    rows = [(row.channel, str(row.brought), str(row.found), str(row.only), _lost(row)) for row in found.channels]
    return Sheet(
        f"Which channel brought the {_many(len(found.finds), 'expected memory', 'expected memories')}",
        ("channel", "brought", f"in first {found.top_k}", "only it", "lost without"),
        tuple(rows),
        f"lost without: points of recall@{found.top_k} that go with what only this channel brought.",
    )


def _signals(found: Evaluation) -> Sheet:
    rows = [
        (row.signal, ", ".join(row.terms), _percent(row.alone), _percent(row.without), _lost(row))
        for row in found.signals
    ]
    return Sheet(
        f"What each signal of the score is worth in recall@{found.top_k}",
        ("signal", "terms", "alone", "without", "lost without"),
        tuple(rows),
        "Recall of the same candidates ranked by that signal alone, and by the sum without it; points lost.",
    )


def _finds(found: Evaluation) -> Sheet:
    hits = [find for find in found.finds if not find.reason]
    rows = [
        (_line(find.place), str(find.rank), _short(find.memory), ", ".join(find.channels), _places(find.alone))
        for find in hits[:_MOST]
    ]
    return Sheet(
        f"Found among the first {found.top_k}, and their rank by each signal alone",
        ("line", "rank", "memory", "brought by", "alone"),
        tuple(rows),
        _more(len(hits)),
    )


def _misses(found: Evaluation) -> Sheet:
    missed = found.misses
    rows = [row for find in missed[:_MOST] for row in [("", ""), *_missed(find)]][1:]
    return Sheet(f"Missed: {len(missed)} of {len(found.finds)}", ("", ""), tuple(rows), _more(len(missed)))


def _missed(find: Find) -> list[tuple[str, str]]:
    rows = [(find.place, find.question), ("expected", _short(find.memory)), ("", find.reason)]
    for other in find.above:
        terms = ", ".join(f"{name} {value:+.1f}" for name, value in other.terms.items())
        ahead = f"  by {terms}" if terms else ""
        rows.append((f"above: {other.rank}", f"{_short(other.memory)}{ahead}"))
    return rows


def _leaks(found: Evaluation) -> Sheet:
    leaks: Sequence[Leak] = found.leaks
    rows = [(_line(leak.place), str(leak.rank), leak.question, _short(leak.memory)) for leak in leaks[:_MOST]]
    return Sheet(
        f"Forbidden, yet among the first {found.top_k}: {len(leaks)}",
        ("line", "rank", "question", "memory"),
        tuple(rows),
        _more(len(leaks)),
    )


# ---------------------------------------------------------------- cells


def _cell(row: Score) -> str:
    # One question has no spread that would tell anything.
    interval = f" [{100 * row.low:.0f}-{100 * row.high:.0f}]" if row.questions > 1 else ""
    return _percent(row.mean) + interval


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"


def _lost(row: Channel | Mode | Signal) -> str:
    # Whole numbers, and 0.0 added, so that nothing reads -0.
    return f"{round(100 * row.lost, 1) + 0.0:.1f} [{round(100 * row.low)} to {round(100 * row.high)}]"


def _places(alone: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {rank}" for name, rank in alone.items())


def _line(place: str) -> str:
    return place.rsplit(":", 1)[-1]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + " …"


def _more(count: int) -> str:
    return f"and {count - _MOST:,} more; --json has all of them" if count > _MOST else ""


def _many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
