"""The figures of a sweep: kept as JSON, put together from shards, printed as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.benchmarks.faults.world import Tally

Line = tuple[str, str, str, Tally]  # courier, scenario, bank, figures
_HEAD = (
    "courier",
    "scenario",
    "bank",
    "points",
    "hit",
    "doubtful",
    "by hand",
    "resolved",
    "partial",
    "again",
    "twice",
    "lost",
    "problems",
    "s",
)
_FIGURES = ("points", "hit", "doubtful", "by_hand", "partial", "again", "twice", "lost")


def to_json(lines: list[Line]) -> list[dict[str, Any]]:
    """One record a line."""
    return [{"courier": courier, "scenario": name, "bank": bank, **vars(tally)} for courier, name, bank, tally in lines]


def merged(folder: Path) -> list[Line]:
    """All shards kept in a folder as one table."""
    found: dict[tuple[str, str, str], Tally] = {}
    for path in sorted(folder.glob("*.json")):
        for record in json.loads(path.read_text(encoding="utf-8")):
            key = (record.pop("courier"), record.pop("scenario"), record.pop("bank"))
            found.setdefault(key, Tally()).add(Tally(**record))
    return [(*key, tally) for key, tally in found.items()]


def text(lines: list[Line]) -> str:
    """The table, with a sum for each courier. `resolved`: share of the doubtful points that evidence settled without a person."""
    rows = [_HEAD]
    sums: dict[str, Tally] = {}
    for courier, name, bank, tally in lines:
        rows.append(_row(courier, name, bank, tally))
        sums.setdefault(courier, Tally()).add(tally)
    rows += [_row(courier, "all", "", tally) for courier, tally in sums.items()]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _row(courier: str, name: str, bank: str, tally: Tally) -> tuple[str, ...]:
    figures = [str(getattr(tally, figure)) for figure in _FIGURES]
    share = 100 * max(0, tally.doubtful - tally.by_hand) / tally.doubtful if tally.doubtful else None
    figures.insert(_FIGURES.index("by_hand") + 1, "–" if share is None else f"{share:.1f} %")
    return (courier, name, bank, *figures, str(len(tally.problems)), str(round(tally.seconds)))


def problems(lines: list[Line]) -> list[str]:
    """At most five a line."""
    return [f"{courier} / {name} / {bank}: {problem}" for courier, name, bank, tally in lines for problem in tally.problems[:5]]


def is_clean(lines: list[Line]) -> bool:
    """Nobody paid twice or lost, nothing partial or received again, no book out of line, no doubt left to a person."""
    return not any(t.twice or t.lost or t.partial or t.again or t.by_hand or t.problems for *_, t in lines)
