"""An answer for senders of .xls, .xlsb, .ods and text files: their sheets rebuilt in .xlsx, every cell as text in its old place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from ansinh.intake.answer_page import Answer, Page, build_page
from ansinh.intake.legacy import convert
from ansinh.intake.legacy_tables import DECODERS
from ansinh.intake.mark_cells import AUTHOR, Mark, marks_of
from ansinh.intake.marker import ANSWER_MARK, ANSWER_SHEET
from ansinh.intake.ooxml_page import WIDTHS, line_height, location, place_text
from ansinh.intake.open import Grid, open_bytes
from ansinh.intake.plain_text import plain
from ansinh.text import say

_LONGEST_NAME = 31
_FILLS = {"block": "#FFC7CE", "look": "#FFEB9C"}
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}


def rebuild(path: Path, answer: Answer, layout: dict[str, Any], out_path: Path) -> None:
    """Write the rebuilt, marked copy. Raises the reader's Refused when the file cannot be opened."""
    opened = open_bytes(path.read_bytes(), answer.file_name)
    grids = [grid for grid in opened.grids if grid.name != ANSWER_SHEET]
    _write(out_path, answer, [(grid, _text_encoding(answer.encoding, opened.kind)) for grid in grids], layout)


def short_answer(answer: Answer, out_path: Path) -> None:
    """Only the first sheet: for files nobody should open, and where there is nothing to mark."""
    _write(out_path, answer, [], {})


def _text_encoding(encoding: str | None, kind: str) -> str | None:
    """Text files come out of the reader as Unicode; cells of a legacy sheet do not."""
    return encoding if kind != "text" and encoding in DECODERS else None


def _write(out_path: Path, answer: Answer, grids: list[tuple[Grid, str | None]], layout: dict[str, Any]) -> None:
    import xlsxwriter

    marks = marks_of(answer.problems, layout)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(out_path), options) as book:
        names: dict[str, str] = {}
        page_sheet = book.add_worksheet(ANSWER_SHEET)
        for grid, encoding in grids:
            name = names.setdefault(grid.name, _sheet_name(grid.name, set(names.values())))
            sheet = book.add_worksheet(name)
            _write_grid(book, sheet, grid, encoding, marks.get(grid.name, {}))
            if not grid.is_visible:
                sheet.hide()
        _write_page(book, page_sheet, build_page(answer, layout), names)
        book.define_name(ANSWER_MARK, '="' + (answer.workbook_id or answer.file_name).replace('"', '""')[:200] + '"')


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel takes; text files have none."""
    wanted = "".join("_" if letter in "[]:*?/\\" else letter for letter in plain(name))[:_LONGEST_NAME].strip("'") or say(
        "answer.only_sheet"
    )
    lower = {other.lower() for other in taken} | {ANSWER_SHEET.lower()}
    number, free = 2, wanted
    while free.lower() in lower:
        free = f"{wanted[: _LONGEST_NAME - 4]} ({number})"
        number += 1
    return free


def _write_grid(book: Any, sheet: Any, grid: Grid, encoding: str | None, marks: dict[str, Mark]) -> None:
    plain_format = book.add_format({"font_name": "Times New Roman", "font_size": 12, "num_format": "@"})
    filled = {
        level: book.add_format({"font_name": "Times New Roman", "font_size": 12, "num_format": "@", "bg_color": colour})
        for level, colour in _FILLS.items()
    }
    places = {(mark.row, mark.column): mark for mark in marks.values()}
    for number, row in zip(grid.numbers, grid.rows, strict=False):
        for column, value in enumerate(row, start=1):
            text = as_text(value)
            if text and (number, column) not in places:
                sheet.write_string(number - 1, column - 1, plain(convert(text, encoding) if encoding else text), plain_format)
    by_number = dict(zip(grid.numbers, grid.rows, strict=False))
    for (number, column), mark in places.items():
        row = by_number.get(number, [])
        text = as_text(row[column - 1]) if column <= len(row) else ""
        text = plain(convert(text, encoding) if encoding and text else text)
        style = filled[mark.severity]
        sheet.write_string(number - 1, column - 1, text, style) if text else sheet.write_blank(number - 1, column - 1, None, style)
        sheet.write_comment(number - 1, column - 1, plain(mark.text), {"author": AUTHOR, "x_scale": 2.4, "y_scale": 1.6})
    sheet.set_column(0, 40, 16)


def as_text(value: Any) -> str:
    """A cell's value the way its sender saw it, as near as its type tells: whole numbers without `.0`, days as dd/mm/yyyy."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y") if value.time() == time() else value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return str(value) if not isinstance(value, timedelta) else f"{value.total_seconds() / 86400:g}"


def _write_page(book: Any, sheet: Any, page: Page, names: dict[str, str]) -> None:
    title = book.add_format({"font_name": "Times New Roman", "bold": True, "font_size": 14, "font_color": "#1F3864"})
    text = book.add_format({**_FONT, "text_wrap": True})
    bold = book.add_format({**_FONT, "bold": True, "text_wrap": True})
    head = book.add_format({**_FONT, "bold": True, "text_wrap": True, "bg_color": "#D9E1F2"})
    link = book.add_format({**_FONT, "underline": 1, "font_color": "#0563C1", "text_wrap": True})
    levels = {level: book.add_format({**_FONT, "bold": True, "bg_color": colour}) for level, colour in _FILLS.items()}
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.write_string(0, 0, page.title, title)
    sheet.write_string(1, 0, plain(page.verdict), title)
    number = 3
    for number, (label, value) in enumerate(page.facts, start=3):
        sheet.write_string(number, 0, label, bold)
        sheet.merge_range(number, 1, number, 5, "", text)
        sheet.set_row(number, line_height(value))
        sheet.write_string(number, 1, plain(value), text)
    if page.listed:
        number += 2
        for column, heading in enumerate(page.headings):
            sheet.write_string(number, column, heading, head)
    for item in page.listed:
        number += 1
        name = names.get(item.sheet)
        place = plain(place_text(item.sheet, item.cell))
        if item.cell is not None and name is not None:
            sheet.write_url(number, 0, f"internal:{location(name, item.cell)}", link, string=plain(place_text(name, item.cell))[:255])
        else:
            sheet.write_string(number, 0, place, text)
        sheet.write_string(number, 1, say(f"label.severity.{item.severity}"), levels.get(item.severity, bold))
        for column, value in enumerate((item.code, item.says, item.fix, item.owner), start=2):
            sheet.write_string(number, column, plain(value), text)
    if page.rest:
        sheet.write_string(number + 1, 0, page.rest, bold)
