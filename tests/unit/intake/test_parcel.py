"""What a reading child packs for the warehouse: the same whichever way it was packed, and every text comes out as it went in."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ansinh.core.period import Period
from ansinh.intake import copy_text
from ansinh.intake.ids import row_id
from ansinh.intake.parcel import Lines, Parcel, parcel_of
from ansinh.intake.read import read_workbook
from ansinh.intake.wire import pack_parcel, unpack_parcel
from hypothesis import given
from hypothesis import strategies as st

CASES = Path(__file__).parents[2] / "cases" / "sheets"
PERIOD = Period(2026, 11)
FOLDERS = (
    "plain_xlsx", "plain_xls", "plain_ods", "xls_tcvn3", "csv_semicolon_nfd", "id_too_short", "rule_inputs", "empty_file", "id_twice_other_person", "same_sheet_twice", "two_data_sheets", "error_cell",
)  # fmt: skip


def _files() -> list[Path]:
    return [path for folder in FOLDERS for path in (CASES / folder).iterdir() if path.name != "expect.yml"]


def _packed(path: Path, *, by_column: bool) -> Parcel:
    reading = read_workbook(path, period=PERIOD, commune_code="25858", by_column=by_column)
    return parcel_of(reading, reading.sha256, "25858", str(PERIOD), path.name)


def _table(text: bytes) -> list[list[Any]]:
    return [copy_text.fields_of(line) for line in text.decode().split("\n")[:-1]]


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.parent.name)
def test_packing_by_column_and_by_row_give_the_same(path: Path) -> None:
    columns, rows = _packed(path, by_column=True), _packed(path, by_column=False)
    cells = [[(*line[:4], json.loads(line[4])) for line in _table(parcel.rows)] for parcel in (columns, rows)]
    assert cells[0] == cells[1]
    assert (columns.readings, columns.row_problems, columns.row_ids) == (rows.readings, rows.row_problems, rows.row_ids)
    assert columns.reading == rows.reading
    assert unpack_parcel(pack_parcel(columns)) == columns


def test_the_rows_of_a_parcel_are_found_in_its_bytes() -> None:
    path = CASES / "plain_xlsx" / "DS T11.xlsx"
    reading = read_workbook(path, period=PERIOD, commune_code="25858")
    lines = Lines(_packed(path, by_column=True), "DS T11.xlsx")
    assert len(lines) == len(reading.rows) > 0
    for line, row in zip(lines, reading.rows, strict=True):
        assert line.row_id == row_id(reading.sha256, "25858", row.sheet, row.row_number)
        assert (line.row_key, line.id_number, line.name, line.row_number) == (
            row.reading.row_key, row.reading.id_number, row.reading.full_name, row.row_number,
        )  # fmt: skip


_texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
_columns = st.integers(1, 5).flatmap(
    lambda count: st.lists(
        st.one_of(*(st.lists(st.none() | kind, min_size=count, max_size=count) for kind in (_texts, st.integers(), st.dates()))), min_size=1
    ).map(lambda columns: (count, columns))
)


@given(_columns)
def test_any_values_come_out_of_copy_text_as_they_went_in(given_columns: tuple[int, list[list[Any]]]) -> None:
    count, columns = given_columns
    found = _table(copy_text.lines(map(copy_text.column, columns), count))
    assert found == [[None if value is None else str(value) for value in row] for row in zip(*columns, strict=True)]


@given(st.integers(1, 4).flatmap(lambda count: st.lists(st.lists(_texts, min_size=count, max_size=count), min_size=1, max_size=4)))
def test_any_cells_come_out_of_json_as_they_went_in_without_the_empty_ones(texts: list[list[str]]) -> None:
    names = [chr(65 + position) for position in range(len(texts))]
    objects = copy_text.json_objects(list(zip(names, texts, strict=True)))
    [*read] = [json.loads(str(copy_text.fields_of(text)[0])) for text in objects]
    assert read == [{name: text for name, text in zip(names, row, strict=True) if text} for row in zip(*texts, strict=True)]


def test_a_column_of_every_kind_is_written_the_way_postgresql_reads_it() -> None:
    values = [True, 1, Decimal("1.50"), date(2026, 11, 5), "a\\b\tc", None]
    assert list(copy_text.column(values)) == ["t", "1", "1.50", "2026-11-05", r"a\\b\tc", r"\N"]
    assert copy_text.encoded("nul \x00 half \ud800") == b"nul  half "
