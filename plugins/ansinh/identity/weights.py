"""The seed of weights: how often each level is seen among true pairs (m) and among random ones (u), versioned and dated."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from ansinh.core.clock import now
from ansinh.core.settings import project_root

LEAST, MOST = 1e-6, 0.999  # no level is impossible, none is certain: one slip must never decide
STEP = 2.0  # one training moves a figure by one bit at most: EM takes neighbours of one name for one person with two dates


@dataclass(frozen=True, slots=True)
class Weight:
    """One level of one comparison, as dbt_project/seeds/mu_weights.csv has it."""

    model_version: str
    comparison: str
    level: str
    m: float
    u: float
    scaled_by: str
    level_vi: str
    is_fixed: bool
    how: str
    pairs: int | None
    trained_on: str
    rows: int | None


def seed_path() -> Path:
    """Where the project's weights live."""
    return project_root() / "dbt_project" / "seeds" / "mu_weights.csv"


def read_weights(path: Path | None = None) -> list[Weight]:
    """The weights in their order; numbers as numbers."""
    with (path or seed_path()).open(encoding="utf-8", newline="") as file:
        return [_weight(row) for row in csv.DictReader(file)]


def _weight(row: dict[str, str]) -> Weight:
    pairs, rows = (int(row[name]) if row[name] else None for name in ("pairs", "rows"))
    return Weight(
        model_version=row["model_version"], comparison=row["comparison"], level=row["level"], m=float(row["m"]), u=float(row["u"]),
        scaled_by=row["scaled_by"], level_vi=row["level_vi"], is_fixed=row["is_fixed"] == "true", how=row["how"], pairs=pairs,
        trained_on=row["trained_on"], rows=rows,
    )  # fmt: skip


def write_weights(weights: list[Weight], path: Path) -> None:
    """Write the seed whole; an interrupted write leaves the old one."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [field.name for field in fields(Weight)], lineterminator="\n")
    writer.writeheader()
    for weight in weights:
        writer.writerow({**asdict(weight), "m": f"{weight.m:.6g}", "u": f"{weight.u:.6g}", "is_fixed": str(weight.is_fixed).lower()})
    fresh = path.with_suffix(".new")
    fresh.write_text(buffer.getvalue(), encoding="utf-8")
    fresh.replace(path)


def retrained(weights: list[Weight], found: dict[tuple[str, str], tuple[float, float]], *, rows: int, pairs: int) -> list[Weight]:
    """`weights` with the trained (m, u) of every level that is not fixed, clamped, under a version of their own.

    The version is derived from the figures, so training twice on the same data gives the same one, and term
    frequencies kept for another version are not used with these.
    """
    day = now().date().isoformat()
    fresh = []
    for weight in weights:
        if weight.is_fixed or (weight.comparison, weight.level) not in found:
            fresh.append(weight)
            continue
        m, u = found[weight.comparison, weight.level]
        m, u = _clamped(m, weight.m), _clamped(u, weight.u)
        told = "trained: m by expectation maximisation, u on random pairs, with Splink and DuckDB on the warehouse's own rows"
        if weight.scaled_by:
            told += f"; u is multiplied by the frequency of the {weight.scaled_by}"
        fresh.append(replace(weight, m=float(f"{m:.4g}"), u=float(f"{u:.4g}"), how=told, pairs=pairs, trained_on=day, rows=rows))
    digest = hashlib.sha256(repr([(w.comparison, w.level, w.m, w.u) for w in fresh]).encode()).hexdigest()[:8]
    return [replace(weight, model_version=f"{day}-{digest}") for weight in fresh]


def _clamped(value: float, before: float) -> float:
    if before == 1.0:  # scaled by a frequency that says it all
        return before
    return min(MOST, max(LEAST, min(before * STEP, max(before / STEP, value))))
