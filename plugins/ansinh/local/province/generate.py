"""`generate`: a province of so many communes and people in a folder; `continue_from`: the same province some months later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import orjson

from ansinh.core.errors import UsageError
from ansinh.core.period import Period
from ansinh.local.province.evolve import evolve
from ansinh.local.province.feed import write_feed
from ansinh.local.province.output import Workbooks
from ansinh.local.province.province import Province, build
from ansinh.local.province.truth import truth, write_behaviours, write_opening, write_truth
from ansinh.text import say


@dataclass(frozen=True, slots=True)
class Generated:
    """What was written: counts only."""

    period: str
    communes: int
    people: int
    files: int
    rows: int
    opening_rows: int
    truth: str


def generate(communes: int, people: int, seed: int, out: Path, period: str = "2026-11") -> Generated:
    """Write the first month into `out`. Same arguments, same bytes. Raises UsageError for impossible sizes."""
    first = Period.parse(period)
    province = build(communes, people, seed, first)
    province.late_commune = province.communes[-1].code if communes > 1 else ""
    generator = {"communes": communes, "people": people, "seed": seed, "first_period": str(first)}
    return _write(province, out, generator, "truth.json", is_first=True)


def continue_from(folder: Path, period: str, out: Path) -> Generated:
    """Write a later month of the province that was generated into `folder`.

    The province is built again from its seed and led month by month to `period`; nothing but truth.json is read. `out` may
    be the same folder. Raises UsageError when `folder` holds no province or the period is not later.
    """
    try:
        generator = orjson.loads((folder / "truth.json").read_bytes())["generator"]
        communes, people, seed, first = (generator[k] for k in ("communes", "people", "seed", "first_period"))
    except (FileNotFoundError, KeyError, orjson.JSONDecodeError) as error:
        raise UsageError(say("errors.province.absent", folder=folder), say("errors.province.absent_fix")) from error
    wanted, province = Period.parse(period), build(communes, people, seed, Period.parse(first))
    if wanted <= province.period:
        raise UsageError(say("errors.province.not_later", wanted=wanted, first=first), say("errors.province.not_later_fix"))
    while province.period < wanted:
        evolve(province)
    return _write(province, out, generator, f"truth-{wanted}.json", is_first=False)


def _write(province: Province, out: Path, generator: dict[str, object], truth_name: str, *, is_first: bool) -> Generated:
    out.mkdir(parents=True, exist_ok=True)
    write_feed(province, out / "sftp" / "national_id" / "incoming", full=is_first)
    workbooks = Workbooks(province, out)
    workbooks.write_all(hostile_too=is_first)
    opening_rows = write_opening(province, out / "opening.csv") if is_first else 0
    write_behaviours(province, out / "bank_behaviours.json")
    write_truth(truth(province, workbooks, generator), out / truth_name)
    return Generated(
        str(province.period),
        len(province.communes),
        len({entry.person.key for entry, *_ in workbooks.rows}),
        len(workbooks.files),
        len(workbooks.rows),
        opening_rows,
        str(out / truth_name),
    )
