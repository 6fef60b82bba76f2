"""The period report stands alone, ties to the ledger and holds nobody's data."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import psycopg
import pytest
from ansinh.core.errors import BlockedByData
from ansinh.quality.gate import run_gate
from ansinh.report.figures import figures_of
from ansinh.report.period import write
from ansinh.report.render import dong

from tests.support.landed import row, workbook

PERIOD = "2026-11"


@pytest.fixture
def a_blocked_month(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        workbook(connection, file_name="=cmd|' /C calc'!A0.xlsx")
        row(connection, "R1", full_name="Đặng Thị Dấu Hiệu", id_number="075300802400", account_number="0976476345418")
        connection.execute("insert into raw.commune__rows values ('R2', 'W1', 'DS', 8, '{\"B\": \"Đặng Thị Dấu Hiệu\"}')")
    with pytest.raises(BlockedByData):
        run_gate("commune_sheet", PERIOD, "run-1")
    return dsn


def test_an_empty_warehouse_gives_zeros_and_a_page(dsn: str) -> None:
    figures = figures_of(PERIOD)
    assert (figures.people, figures.payable_vnd, figures.workbooks) == (0, 0, {})
    assert "Chưa có tệp nào." in write(PERIOD).read_text(encoding="utf-8")


def test_the_page_names_the_red_check_its_file_and_row(a_blocked_month: str) -> None:
    html = write(PERIOD).read_text(encoding="utf-8")
    assert "SHEET_ROW_LOST" in html
    assert re.search(r"<td>DS</td><td class=\"number\">8</td>", html)


def test_no_file_of_the_report_holds_a_name_an_identity_number_or_an_account(a_blocked_month: str) -> None:
    folder = write(PERIOD).parent
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        for marker in ("Dấu Hiệu", "075300802400", "0976476345418"):
            assert marker not in text, path.name


def test_the_page_loads_nothing_from_anywhere(a_blocked_month: str) -> None:
    html = write(PERIOD).read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(https?:)?//", html)
    assert "<script" not in html


def test_a_file_name_that_looks_like_a_formula_stays_text(a_blocked_month: str) -> None:
    folder = write(PERIOD).parent
    with Path(folder / "checks.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [line["file_name"] for line in csv.DictReader(file)]
    assert names == ["'=cmd|' /C calc'!A0.xlsx"]


def test_the_figures_beside_the_page_are_the_same_figures(a_blocked_month: str) -> None:
    folder = write(PERIOD).parent
    assert json.loads((folder / "figures.json").read_text(encoding="utf-8"))["workbooks"] == {"accepted": 1}


def test_money_is_written_the_vietnamese_way() -> None:
    assert dong(1234567) == "1.234.567"
    assert dong(None) == "–"
