"""The sample province: every row and every field of its truth table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansinh.core.period import Period
from ansinh.intake.read import read_workbook

SAMPLES = Path(__file__).parents[3] / "../shared/samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/samples is not beside this checkout")
TRUTH: dict[str, Any] = (
    json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8")) if SAMPLES.is_dir() else {"files": [], "period": "2026-11"}
)


@pytest.mark.parametrize("file", TRUTH["files"], ids=lambda file: file["file_name"])
def test_every_row_and_field_is_right_and_every_problem_found(file: dict[str, Any]) -> None:
    path = SAMPLES / "sftp" / "communes" / file["commune_code"] / "incoming" / file["file_name"]
    reading = read_workbook(path, period=Period.parse(TRUTH["period"]), commune_code=file["commune_code"])
    assert reading.status == file["expect"]
    taken = {(row.sheet, row.row_number): row.reading for row in reading.rows if not row.reading.is_blocked}
    assert set(taken) == {(row["sheet"], row["row_number"]) for row in file["rows"]}
    for row in file["rows"]:
        found = taken[row["sheet"], row["row_number"]]
        for name in set(row) - {"sheet", "row_number"}:
            value = getattr(found, name)
            assert (value.isoformat() if name == "birth_date" and value else value) == row[name], (row["row_number"], name)
    blocked = {row.row_number for row in reading.rows if row.reading.is_blocked}
    assert blocked == {problem["row_number"] for problem in file["problems"]}
    assert all(any(p.severity == "block" for p in row.problems) for row in reading.rows if row.reading.is_blocked)
