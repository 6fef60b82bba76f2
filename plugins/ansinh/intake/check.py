"""The verdict on a workbook as a machine or a clerk reads it. No database, no network."""

from __future__ import annotations

from typing import Any

from ansinh.intake.catalogue import entry
from ansinh.intake.model import Problem, WorkbookReading
from ansinh.text import field_label, say


def as_dict(reading: WorkbookReading) -> dict[str, Any]:
    """One file of `ansinh check --json`. `rows` is a count; notes stand apart, they are never problems."""
    return {
        "name": reading.file_name,
        "status": reading.status,
        "reject_code": reading.reject_code,
        "kind": kind_of(reading),
        "encoding": reading.encoding,
        "period": str(reading.period) if reading.period else None,
        "rows": len(reading.rows),
        "declared_total_vnd": reading.declared_total_vnd,
        "read_total_vnd": reading.read_total_vnd,
        "layout": reading.layout,
        "problems": [_problem(problem) for problem in reading.all_problems() if problem.severity != "note"],
        "notes": [_problem(problem) for problem in reading.all_problems() if problem.severity == "note"],
    }


def kind_of(reading: WorkbookReading) -> str | None:
    """What the words and marks of the file say it is; overlap with earlier lists is only known to the warehouse."""
    if reading.status == "rejected":
        return None
    return "correction" if reading.is_our_answer else reading.kind_words or "first"


def has_block(reading: WorkbookReading) -> bool:
    """Whether a person must act before everything in this file can be paid."""
    return any(problem.severity == "block" for problem in reading.all_problems())


def _problem(problem: Problem) -> dict[str, Any]:
    found = entry(problem.code)
    return {
        "sheet": problem.sheet,
        "row": problem.row_number,
        "cell": problem.cell,
        "column": problem.column_name,
        "code": problem.code,
        "severity": problem.severity,
        "owner": found.owner,
        "says": found.says(problem.params),
        "fix": found.fix(problem.params),
    }


def as_lines(reading: WorkbookReading) -> list[str]:
    """The verdict in Vietnamese, for a clerk at the terminal: the file, then what must be fixed, then what to look at."""
    verdict = say(f"intake.status.{reading.status}")
    blocked = sum(1 for row in reading.rows if row.reading.is_blocked)
    lines = [say("intake.file", name=reading.file_name, verdict=verdict, rows=len(reading.rows), blocked=blocked)]
    if reading.status != "rejected":
        lines += _taken_for(reading)
    if reading.declared_total_vnd is not None:
        lines.append("  " + say("intake.totals", declared=_dots(reading.declared_total_vnd), read=_dots(reading.read_total_vnd)))
    for severity in ("block", "look"):
        for problem in reading.all_problems():
            if problem.severity == severity:
                lines += _lines_of(problem)
    return lines


def _taken_for(reading: WorkbookReading) -> list[str]:
    """Kind, month and encoding, then how each sheet's columns were read and what is open about them."""
    month = f"{reading.period.month}/{reading.period.year}" if reading.period else "–"
    lines = ["  " + say("intake.facts", kind=say(f"label.kind.{kind_of(reading)}"), month=month, encoding=reading.encoding or "–")]
    for sheet, told in reading.layout.items():
        columns = " · ".join(f"{letter} {field_label(name)}" for letter, name in told["columns"].items())
        lines.append("  " + say("intake.columns", sheet=sheet or say("answer.only_sheet"), columns=columns))
        for question in told.get("questions", ()):
            lines.append("    " + say("intake.held.column", sheet=sheet, field=field_label(question["field"]), key=question["field"]))
            lines += [f"      {one['column']}  «{one['header']}»  {' · '.join(one['samples'])}" for one in question["candidates"]]
    return lines


def _lines_of(problem: Problem) -> list[str]:
    found = entry(problem.code)
    mark = say(f"intake.severity.{problem.severity}")
    place = _place(problem)
    where = f"«{problem.sheet}» {place}" if problem.sheet else place
    return [f"  {mark} {where}: {found.says(problem.params)} [{problem.code}]", f"      → {found.fix(problem.params)}"]


def _place(problem: Problem) -> str:
    if problem.row_number is None:
        return say("intake.whole_file")
    if problem.cell:
        return say("intake.place", row=problem.row_number, cell=problem.cell)
    return say("intake.place_row", row=problem.row_number)


def _dots(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
