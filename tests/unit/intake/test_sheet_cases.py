"""Every folder of tests/cases/sheets: what an officer could check by opening the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansinh.core.period import Period
from ansinh.intake.model import SheetRow, WorkbookReading
from ansinh.intake.read import read_workbook

CASES = Path(__file__).parents[2] / "cases" / "sheets"
FOLDERS = sorted(path.parent for path in CASES.glob("*/expect.yml"))


def _value(row: SheetRow, name: str) -> Any:
    value = getattr(row.reading, name)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _by_sheet(expected: dict[Any, Any], reading: WorkbookReading) -> dict[tuple[str, int], dict[str, Any]]:
    if not expected or not isinstance(next(iter(expected)), str):
        sheet = reading.rows[0].sheet if reading.rows else ""
        expected = {sheet: expected or {}}
    return {(sheet, number): fields for sheet, rows in expected.items() for number, fields in rows.items()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_workbook_is_read_as_its_folder_says(folder: Path) -> None:
    expect = yaml.safe_load((folder / "expect.yml").read_text(encoding="utf-8"))
    path = folder / expect["file"]
    reading = read_workbook(path, period=Period.parse(expect["period"]), commune_code=expect["commune"])
    assert (reading.status, reading.reject_code) == (expect["status"], expect.get("reject_code")), [p.code for p in reading.problems]
    for name in ("encoding", "kind_words"):
        if name in expect:
            assert getattr(reading, name) == expect[name]
    found = {(row.sheet, row.row_number): row for row in reading.rows}
    wanted = _by_sheet(expect.get("rows", {}), reading)
    if wanted:
        assert set(found) == set(wanted)
    for place, fields in wanted.items():
        assert {name: _value(found[place], name) for name in fields} == fields, place
    problems = sorted([str(p.row_number), str(p.column_name), p.code] for p in reading.all_problems() if p.severity != "note")
    assert problems == sorted([str(row), str(column), code] for row, column, code in expect["problems"])


def test_there_are_enough_cases() -> None:
    assert len(FOLDERS) >= 60
