"""What the files really hold, read with openpyxl, xlrd, odfpy and the csv module, is what truth.json says they hold.

Nothing of the product's own reader is used: each layout's columns are known, cells are taken by position.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlrd
from ansinh.core.period import Period
from ansinh.local.province.layouts import LAYOUTS, Column, Layout
from ansinh.local.province.legacy_text import to_tcvn3, to_vni
from ansinh.local.province.names import plain
from ansinh.local.province.output import ncc_columns
from ansinh.local.province.province import commune_list
from odf import opendocument, table, teletype

from tests.unit.province.conftest import Made

ENCODERS = {"tcvn3": to_tcvn3, "vni": to_vni}


@cache
def grids(path: Path) -> dict[str, list[list[Any]]]:
    """Sheets as lists of rows from row 1; text files have one sheet ''."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return {s.title: [list(r) for r in s.iter_rows(values_only=True)] for s in book.worksheets}
    if path.suffix == ".xls":
        with xlrd.open_workbook(path) as old:
            return {s.name: [s.row_values(r) for r in range(s.nrows)] for s in old.sheets()}
    if path.suffix == ".ods":
        return {t.getAttribute("name"): list(_ods_rows(t)) for t in opendocument.load(path).getElementsByType(table.Table)}
    text = path.read_bytes().decode("utf-8-sig" if path.suffix == ".csv" else "utf-16")
    return {"": list(csv.reader(io.StringIO(text), delimiter=";" if path.suffix == ".csv" else "\t"))}


def _ods_rows(sheet: Any) -> Iterator[list[Any]]:
    for row in sheet.getElementsByType(table.TableRow):
        yield [_ods_cell(c) for c in row.childNodes]


def _ods_cell(cell: Any) -> Any:
    kind = cell.getAttribute("valuetype") if cell.qname[1] == "table-cell" else None
    if kind == "float":
        return float(cell.getAttribute("value"))
    if kind == "date":
        return date.fromisoformat(cell.getAttribute("datevalue"))
    return teletype.extractText(cell) or None


def columns_of(layout: Layout, file_name: str) -> tuple[Column, ...]:
    if file_name.startswith("NCC"):
        return tuple(ncc_columns(layout))
    return LAYOUTS[0].columns if file_name.startswith("bo sung") else layout.columns


def listed(made: Made) -> Iterator[tuple[Layout, dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """(layout, file, truth row, cells by field) of every row in every readable file."""
    layouts = {c.code: LAYOUTS[i % len(LAYOUTS)] for i, c in enumerate(commune_list(12, Period(2026, 11)))}
    for file in made.files():
        if file["expect"] in ("rejected", "duplicate"):
            continue
        layout = LAYOUTS[0] if file["file_name"].startswith("bo sung") else layouts[file["commune_code"]]
        sheets = grids(made.path(file))
        fields = [c.field for c in columns_of(layout, file["file_name"])]
        for row in file["rows"]:
            line = sheets[row["sheet"]][row["row_number"] - 1]
            yield layout, file, row, dict(zip(fields, [*line, *[None] * len(fields)], strict=False))


def as_typed(layout: Layout, text: str) -> str:
    """A Unicode text as the layout's encoding stores it."""
    return ENCODERS[layout.encoding](text) if layout.encoding in ENCODERS else text


def digits(cell: Any) -> str:
    if isinstance(cell, float | int):
        return str(int(cell))
    return "".join(c for c in str(cell or "") if c.isdigit())


def test_every_truth_row_is_where_it_says_with_its_name_as_typed(november: Made) -> None:
    seen = set()
    for layout, _, row, cells in listed(november):
        stored = unicodedata.normalize("NFC", str(cells["full_name"]))
        assert stored == as_typed(layout, row["full_name"])
        seen.add(layout.name)
    assert seen == {layout.name for layout in LAYOUTS}


def test_the_nfd_list_is_decomposed_and_utf16_and_bom_are_there(november: Made) -> None:
    csv_file = next(f for f in november.files() if f["file_name"].endswith(".csv"))
    raw = november.path(csv_file).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8-sig")
    assert text == unicodedata.normalize("NFD", text) != unicodedata.normalize("NFC", text)
    txt_file = next(f for f in november.files() if f["file_name"].endswith(".txt"))
    assert november.path(txt_file).read_bytes().startswith(b"\xff\xfe")


def test_numbers_stand_as_each_layout_types_them(november: Made) -> None:
    lost = {"number": 0, "bare": 0, "text": 0}
    for layout, _, row, cells in listed(november):
        cell, number = cells["id_number"], row["id_number"]
        if number is None:
            assert cell in (None, "", layout.no_id_words)
            continue
        shown = digits(cell)
        if len(shown) < 12 and len(number) == 12:
            assert shown.zfill(12) == number
            lost[layout.ids] += 1
            assert layout.ids == "bare" or isinstance(cell, float | int)
        else:
            assert shown.endswith(number)  # two numbers in one cell: the whole one stands last
    assert lost["text"] == 0
    assert min(lost["number"], lost["bare"]) > 50


def test_amounts_codes_and_coefficients_stand_as_in_truth(november: Made) -> None:
    for layout, file, row, cells in listed(november):
        assert int(digits(cells["amount"])) == row["amount_vnd"]
        if layout.amounts == "dots" and not file["file_name"].startswith("bo sung"):
            assert isinstance(cells["amount"], str)
        if "code" in cells:
            assert str(cells["code"]) == row["entitlement_code"]


def test_births_and_sex_stand_as_in_truth(november: Made) -> None:
    placeholders = 0
    for layout, _, row, cells in listed(november):
        if "birth_male" in cells:
            own, other = ("birth_male", "birth_female") if row["sex"] == "male" else ("birth_female", "birth_male")
            assert int(cells[own]) == row["birth_year"]
            assert cells[other] in (None, "")
            continue
        assert as_typed(layout, {"male": "Nam", "female": "Nữ"}[row["sex"]]) == unicodedata.normalize("NFC", str(cells["sex"]))
        cell = cells["birth"]
        if isinstance(cell, date | datetime):
            assert cell.strftime("%Y-%m-%d") == row["birth_date"]
        elif row["birth_date_precision"] == "day":
            assert datetime.strptime(str(cell), "%d/%m/%Y").strftime("%Y-%m-%d") == row["birth_date"]  # noqa: DTZ007
        else:
            assert str(int(cell) if isinstance(cell, float) else cell)[-4:] == str(row["birth_year"])
            placeholders += str(cell).startswith("01/01/")
            assert row["birth_date"] is None
    assert placeholders > 20


def test_accounts_and_channels_stand_as_in_truth(november: Made) -> None:
    words = {"chuyen khoan": "bank", "ck": "bank", "tien mat": "cash", "tm": "cash", "chi tra tai nha": "home", "tai nha": "home"}
    for layout, _, row, cells in listed(november):
        assert (str(cells["account_number"] or "") or None) == row["account_number"]
        if "channel" in cells:
            shown = {as_typed(layout, w): c for w, c in (("Chuyển khoản", "bank"), ("Tiền mặt", "cash"), ("Chi trả tại nhà", "home"))}
            found = shown.get(str(cells["channel"])) or words[plain(str(cells["channel"]))]
            assert found == row["payment_channel"]
        else:
            assert row["payment_channel"] == ("bank" if row["account_number"] else "cash")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_each_layout_has_its_titles_headers_totals_and_signatures(november: Made, layout: Layout) -> None:
    commune = commune_list(12, Period(2026, 11))[LAYOUTS.index(layout)]
    file = november.files(commune.code)[0]
    sheets = grids(november.path(file))
    name = next(reversed(sheets))
    grid = sheets[name]
    text = [[unicodedata.normalize("NFC", str(c)) for c in line if c not in (None, "")] for line in grid]
    assert text[1] == [as_typed(layout, f"{commune.type_vi} {commune.name}".upper())]
    assert any("11/2026" in c for c in text[3])
    first = min(r["row_number"] for r in file["rows"] if r["sheet"] == name) - (2 if layout.sheets == "hamlets" else 1)
    two_rows = any(c.above for c in layout.columns)
    assert 6 <= first - two_rows <= 9
    headings = [as_typed(layout, c.heading) for c in layout.columns]
    assert [h for h in headings if h in {c for line in text[first - 1 - two_rows : first] for c in line}] == headings
    tail = {c for line in text[-4:] for c in line}
    assert (as_typed(layout, layout.totals) in tail) == bool(layout.totals)
    assert (as_typed(layout, "NGƯỜI LẬP BIỂU") in tail) == layout.signatures


def test_legacy_workbooks_carry_the_fonts_that_betray_them(november: Made) -> None:
    for suffix, font in (("DSBTXH_11.xls", ".VnTime"), ("Chi tra BTXH thang 11-2026.xls", "VNI-Times")):
        file = next(f for f in november.files() if f["file_name"] == suffix)
        with xlrd.open_workbook(november.path(file), formatting_info=True) as book:
            row = file["rows"][0]
            style = book.sheet_by_name(row["sheet"]).cell_xf_index(row["row_number"] - 1, 1)
            assert book.font_list[book.xf_list[style].font_index].name == font


def test_merged_headers_are_really_merged(november: Made) -> None:
    file = next(f for f in november.files() if f["file_name"].startswith("Danh sách xã"))
    merged = {str(m) for m in openpyxl.load_workbook(november.path(file)).worksheets[0].merged_cells.ranges}
    assert {"C6:D6", "J6:K6", "A6:A7"} <= merged


def test_subtotals_by_hamlet_add_up_to_the_total(november: Made) -> None:
    file = next(f for f in november.files() if f["file_name"].startswith("DANH SACH CHI TRA"))
    grid = next(iter(grids(november.path(file)).values()))
    amount = [c.field for c in LAYOUTS[9].columns].index("amount")
    subtotals = [line[amount] for line in grid if str(line[1] or "").startswith("Cộng ")]
    total = next(line[amount] for line in grid if line[1] == "TỔNG CỘNG")
    assert len(subtotals) > 3
    assert sum(subtotals) == total == sum(r["amount_vnd"] for r in file["rows"])
