"""The product's own reader takes from every synthetic workbook what truth.json says: rows, cells, refusals."""

from __future__ import annotations

from typing import Any

from ansinh.core.period import Period
from ansinh.intake.read import read_workbook

from tests.unit.province.conftest import Made

FIELDS = (
    "sex", "birth_date", "birth_year", "birth_date_precision", "id_number", "id_type", "programme_code", "entitlement_code", "amount_vnd",
    "bank_bin", "account_number", "payment_channel", "subject_id_number",
)  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_every_row_and_cell_of_every_list_is_read_as_it_was_meant(november: Made) -> None:
    wrong, cells = [], 0
    for file in november.files():
        if file["expect"] in ("rejected", "duplicate"):
            continue
        found = read_workbook(november.path(file), period=Period(2026, 11), commune_code=file["commune_code"])
        assert found.status == file["expect"], file["file_name"]
        rows = {(r.sheet, r.row_number): r for r in found.rows}
        blocked = {place for place, row in rows.items() if any(p.severity == "block" for p in row.problems)}
        # `block` of an account alone leaves the row in; then it is listed among the problems here
        assert {(p["sheet"], p["row_number"]) for p in file["problems"]} >= blocked
        assert all(rows[p["sheet"], p["row_number"]].problems for p in file["problems"])
        assert set(rows) == {(r["sheet"], r["row_number"]) for r in [*file["rows"], *file["problems"]]}
        for row in file["rows"]:
            reading = rows[row["sheet"], row["row_number"]].reading
            cells += len(FIELDS) + 1
            if str(reading.full_name).lower() != row["full_name"].lower():  # letter case is lost in TCVN3
                wrong.append((file["file_name"], row["row_number"], "full_name"))
            wrong += [(file["file_name"], row["row_number"], f) for f in FIELDS if _plain(getattr(reading, f)) != row[f]]
    assert cells > 20_000
    assert wrong == []


def test_files_that_are_no_list_are_refused_with_a_code(november: Made) -> None:
    codes = {}
    for file in november.files():
        if file["expect"] == "rejected":
            found = read_workbook(november.path(file), period=Period(2026, 11), commune_code=file["commune_code"])
            assert found.status == "rejected"
            codes[file["file_name"]] = found.reject_code
    assert codes == {
        "rong.xlsx": "FILE_EMPTY",
        "anh chup.xlsx": "FILE_IS_IMAGE",
        "gui lai.xlsx": "FILE_BROKEN",
        "cu DSBTXH_10.xls": "WRONG_MONTH",
    }


def test_december_is_read_as_well_as_november(december: Made) -> None:
    for file in december.files():
        found = read_workbook(december.path(file), period=Period(2026, 12), commune_code=file["commune_code"])
        assert (found.status, len(found.rows)) == ("accepted", len(file["rows"]))
