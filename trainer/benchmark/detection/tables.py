"""Tables of recall and false finds, as text and as JSON."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from ...data.frames import RENDERED
from ...evaluate.matching import MIN_IOU, wilson_interval
from .judge import JudgedHand, Judgement

NAME_COLUMNS, COLUMNS = 30, 20


def as_json(judgement: Judgement, systems: Sequence[str]) -> dict[str, Any]:
    """Return all counts: ``recall`` by table, row and system; ``false`` finds by set; ``side`` of rendered hands."""
    return {
        "recall": {
            table: {
                row: {"hands": len(hands)}
                | {name: _share([hand.found[name] is not None for hand in hands]) for name in systems}
                for row, hands in sorted(rows.items())
            }
            for table, rows in _tables(judgement).items()
        },
        "false": _false_finds(judgement, systems),
        "side": {name: _share(_sides(judgement.hands, name)) for name in systems},
    }


def as_text(figures: dict[str, Any], systems: Sequence[str]) -> str:
    """Format what :func:`as_json` returns."""
    lines = [f"Recall at IoU {MIN_IOU} in %, with 95 % intervals", _line("", "hands", systems)]
    for table, rows in figures["recall"].items():
        lines += ["", table]
        lines += [
            _line(f"  {row}", row_figures["hands"], [_percent(row_figures[name]) for name in systems])
            for row, row_figures in rows.items()
        ]
    lines += ["", "False finds per frame, in completely marked frames", _line("", "frames", systems)]
    for name, row in figures["false"].items():
        lines.append(_line(f"  {name}", row["frames"], [f"{row[system] / row['frames']:.3f}" for system in systems]))
    lines += ["", _line("Side right, rendered, in %", "", [_percent(figures["side"][name]) for name in systems])]
    return "\n".join(lines)


def _tables(judgement: Judgement) -> dict[str, dict[str, list[JudgedHand]]]:
    tables: defaultdict[str, defaultdict[str, list[JudgedHand]]] = defaultdict(lambda: defaultdict(list))
    for hand in judgement.hands:
        for table, rows in hand.rows.items():
            for row in rows:
                tables[table][row].append(hand)
    return {table: dict(rows) for table, rows in tables.items()}


def _false_finds(judgement: Judgement, systems: Sequence[str]) -> dict[str, dict[str, int]]:
    counts = Counter((find.frame.set, find.system) for find in judgement.false)
    return {
        name: {"frames": frames} | {system: counts[name, system] for system in systems}
        for name, frames in sorted(judgement.complete_frames.items())
    }


def _sides(hands: Sequence[JudgedHand], system: str) -> list[bool]:
    """Whether the side of each rendered hand that a system found is right; MediaPipe named the sides of the others."""
    marked_and_found = [(hand.frame.hands[hand.index], hand.found[system]) for hand in hands]
    return [found.side == marked.side for marked, found in marked_and_found if found and marked.origin == RENDERED]


def _share(outcomes: Sequence[bool]) -> dict[str, float]:
    low, high = wilson_interval(sum(outcomes), len(outcomes))
    return {"of": len(outcomes), "share": sum(outcomes) / max(1, len(outcomes)), "low": low, "high": high}


def _percent(share: dict[str, float]) -> str:
    if not share["of"]:
        return "-"
    return f"{100 * share['share']:.1f} ({100 * share['low']:.1f}-{100 * share['high']:.1f})"


def _line(name: str, count: object, cells: Sequence[str]) -> str:
    return f"{name:<{NAME_COLUMNS}}{count!s:>8}" + "".join(f"{cell:>{COLUMNS}}" for cell in cells)
