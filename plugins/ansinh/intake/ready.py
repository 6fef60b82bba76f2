"""Rows made ready for reading: equally wide, vertical merges filled down, headings in Unicode, failed formulas told."""

from __future__ import annotations

from typing import Any

from ansinh.intake import legacy
from ansinh.intake.header import Header
from ansinh.intake.model import SheetRow
from ansinh.intake.open import Grid, Opened
from ansinh.intake.settled import letter
from ansinh.intake.table import Table


def padded(grid: Grid, header: Header) -> list[list[Any]]:
    """Rows all as wide as the header (text files end lines early), vertical merges below the header filled down."""
    width = len(header.labels)
    rows = grid.rows
    if grid.name == "" or any(len(row) < width for row in rows[header.last : header.last + 3]):
        rows = [row if len(row) >= width else row + [""] * (width - len(row)) for row in rows]
    for (top, left), (bottom, right) in grid.merged:
        if top > header.last and bottom > top and bottom < len(rows) and left == right and left < width:
            for position in range(top + 1, bottom + 1):
                if rows[position][left] == "" and any(value != "" for value in rows[position]):
                    rows[position][left] = rows[top][left]
    return rows


def decoded_for_body(rows: list[list[Any]], header: Header, encoding: str) -> list[list[Any]]:
    """Headings and totals are recognised by words, so a legacy sheet is looked at in Unicode."""
    if encoding == "Unicode":
        return rows
    memo: dict[str, str] = {}
    decoded = []
    for row in rows:
        decoded.append([memo.setdefault(cell, legacy.convert(cell, encoding)) if cell.__class__ is str and cell else cell for cell in row])
    return decoded


def tell_error_cells(grid: Grid, table: Table, rows: list[SheetRow]) -> None:
    """Cells whose formula failed (calamine shows them empty) are told to the sender."""
    if not grid.facts.errors:
        return
    names = {letter(position): name for name, position in table.columns.items()}
    by_number = {row.row_number: index for index, row in enumerate(rows)}
    for cell, shown in grid.facts.errors.items():
        column = cell.rstrip("0123456789")
        index = by_number.get(int(cell[len(column) :]))
        if index is not None and column in names:
            table.add(index, names[column], "CELL_ERROR", value=shown)
            rows[index].problems = table.problems[index]
            rows[index].cells[column] = shown


def can_be_packed(opened: Opened) -> bool:
    """Whether rows may be kept by column alone: failed formulas are told row by row, and sheets of one name would not be told apart."""
    return not any(grid.facts.errors for grid in opened.grids) and len({grid.name for grid in opened.grids}) == len(opened.grids)
