"""Writes built sheets as .xlsx, .xls, .ods, .csv or .txt: the same sheets always give the same bytes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ansinh.local.province.cells import Cell
from ansinh.local.province.legacy_text import to_tcvn3, to_vni
from ansinh.local.province.sheets import Sheet
from ansinh.local.province.write_ods import write_ods

_FONTS = {"tcvn3": ".VnTime", "vni": "VNI-Times"}
_ENCODERS: dict[str, Callable[[str], str]] = {"tcvn3": to_tcvn3, "vni": to_vni, "nfd": lambda text: unicodedata.normalize("NFD", text)}
_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed stamp: the file's age must not change its bytes


def write_workbook(path: Path, sheets: list[Sheet], encoding: str = "unicode") -> None:
    """Write the sheets in the format of the path's suffix. Text files hold the first sheet only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    encode = _ENCODERS.get(encoding)
    if path.suffix == ".xlsx":
        _write_xlsx(path, sheets, encode, _FONTS.get(encoding, "Times New Roman"))
    elif path.suffix == ".xls":
        _write_xls(path, sheets, encode, _FONTS.get(encoding, "Times New Roman"))
    elif path.suffix == ".ods":
        write_ods(path, sheets)
    elif path.suffix == ".csv":
        path.write_bytes(_text(sheets[0], ";", encode).encode("utf-8-sig"))
    else:
        path.write_bytes(b"\xff\xfe" + _text(sheets[0], "\t", encode).encode("utf-16-le"))


def _write_xlsx(path: Path, sheets: list[Sheet], encode: Callable[[str], str] | None, font: str) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    plain = book.add_format({"font_name": font, "font_size": 12})
    bold = book.add_format({"font_name": font, "font_size": 12, "bold": True})
    day = book.add_format({"font_name": font, "font_size": 12, "num_format": "dd/mm/yyyy"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for column, width in enumerate(sheet.widths):
            page.set_column(column, column, width)
        merged = {(top, left): (top, left, bottom, right) for top, left, bottom, right in sheet.merges}
        for index, line in enumerate(sheet.grid):
            style = bold if index in sheet.bold else plain
            for column, cell in enumerate(line):
                if cell is None:
                    continue
                if (index, column) in merged:
                    page.merge_range(*merged[index, column], "", style)
                if isinstance(cell, str):
                    page.write_string(index, column, encode(cell) if encode else cell, style)
                elif isinstance(cell, date):
                    page.write_datetime(index, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                else:
                    page.write_number(index, column, cell, style)
    book.close()


def _write_xls(path: Path, sheets: list[Sheet], encode: Callable[[str], str] | None, font: str) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-16le")
    plain, bold = _xls_style(xlwt, font), _xls_style(xlwt, font, bold=True)
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        for column, width in enumerate(sheet.widths):
            page.col(column).width = width * 256
        merged = {(top, left): (top, bottom, left, right) for top, left, bottom, right in sheet.merges}
        for index, line in enumerate(sheet.grid):
            style = bold if index in sheet.bold else plain
            for column, cell in enumerate(line):
                if cell is None:
                    continue
                value = encode(cell) if encode and isinstance(cell, str) else cell
                if (index, column) in merged:
                    page.write_merge(*merged[index, column], value, style)
                else:
                    page.write(index, column, value, style)
    book.save(str(path))


def _xls_style(xlwt: Any, font: str, *, bold: bool = False) -> Any:
    style = xlwt.XFStyle()
    style.font.name, style.font.height, style.font.bold = font, 240, bold
    return style


def _text(sheet: Sheet, delimiter: str, encode: Callable[[str], str] | None) -> str:
    text = "".join(delimiter.join(_as_text(cell) for cell in line) + "\r\n" for line in sheet.grid)
    return encode(text) if encode else text


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    return str(cell)
