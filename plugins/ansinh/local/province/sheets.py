"""Builds the sheets of a workbook in memory: titles, one- or two-row headers, data, subtotals, totals, signatures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ansinh.core.period import Period
from ansinh.local.province.cells import Cell, Row, dotted
from ansinh.local.province.layouts import Column, Layout
from ansinh.local.province.model import Commune

_PROGRAMME_SHEETS = {"BTXH": "BTXH", "HTXH": "Hưu trí xã hội", "CHAM_SOC": "Chăm sóc", "MAI_TANG": "Mai táng"}


@dataclass(slots=True)
class Sheet:
    """A grid of cells; `merges` are (top, left, bottom, right) from 0; `placed` says which row number holds which row (from 1)."""

    name: str
    widths: list[int]
    grid: list[list[Cell]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    bold: set[int] = field(default_factory=set)
    placed: list[tuple[int, Row]] = field(default_factory=list)

    def add(self, cells: Sequence[Cell], *, bold: bool = False) -> int:
        """Append a line; returns its index from 0."""
        self.grid.append(list(cells))
        if bold:
            self.bold.add(len(self.grid) - 1)
        return len(self.grid) - 1


class SheetBuilder:
    """Lays out rows in the manner of one commune."""

    def __init__(self, layout: Layout, commune: Commune, period: Period, columns: tuple[Column, ...], title: str) -> None:
        self.layout, self.commune, self.period, self.columns, self.title = layout, commune, period, columns, title

    def sheets(self, rows: list[Row]) -> list[Sheet]:
        """All sheets of the workbook."""
        if self.layout.sheets != "by_programme":
            return [self.data_sheet(self.layout.sheet_name, rows)]
        by_programme = {name: [r for r in rows if r.truth["programme_code"] == code] for code, name in _PROGRAMME_SHEETS.items()}
        used = {name: own for name, own in by_programme.items() if own}
        return [self._summary(used), *(self.data_sheet(name, own) for name, own in used.items())]

    def data_sheet(self, name: str, rows: list[Row]) -> Sheet:
        """One sheet with title, header, rows, total and signatures."""
        sheet = Sheet(name, [c.width for c in self.columns])
        self._titles(sheet)
        self._header(sheet)
        if self.layout.sheets == "hamlets":
            self._by_hamlet(sheet, rows)
        else:
            self._rows(sheet, rows, 1)
        if self.layout.totals:
            self._sum_line(sheet, self.layout.totals, rows)
        if self.layout.signatures:
            self._signatures(sheet)
        return sheet

    def _titles(self, sheet: Sheet) -> None:
        sheet.add(["ỦY BAN NHÂN DÂN"], bold=True)
        sheet.add([f"{self.commune.type_vi} {self.commune.name}".upper()], bold=True)
        sheet.add([])
        sheet.add([f"{self.title} THÁNG {self.period.month:02d}/{self.period.year}"], bold=True)
        sheet.merges.append((3, 0, 3, min(len(self.columns), 12) - 1))
        if self.layout.subtitle:
            sheet.add([self.layout.subtitle])
        for _ in range(self.layout.blank_rows):
            sheet.add([])

    def _header(self, sheet: Sheet) -> None:
        if not any(c.above for c in self.columns):
            sheet.add([c.heading for c in self.columns], bold=True)
            return
        column = 0
        tops: list[Cell] = [c.above or c.heading for c in self.columns]
        top = len(sheet.grid)
        for above, group in groupby(self.columns, key=lambda c: c.above):
            width = len(list(group))
            if above:
                sheet.merges.append((top, column, top, column + width - 1))
                tops[column + 1 : column + width] = [None] * (width - 1)
            else:
                sheet.merges += [(top, c, top + 1, c) for c in range(column, column + width)]
            column += width
        sheet.add(tops, bold=True)
        sheet.add([c.heading if c.above else None for c in self.columns], bold=True)

    def _rows(self, sheet: Sheet, rows: list[Row], first_number: int) -> None:
        fields = [c.field for c in self.columns]
        for number, row in enumerate(rows, first_number):
            cells = row.cells
            index = sheet.add([number if f == "stt" else cells.get(f) for f in fields])
            sheet.placed.append((index + 1, row))

    def _by_hamlet(self, sheet: Sheet, rows: list[Row]) -> None:
        hamlet: Callable[[Row], str] = lambda r: str(r.cells["hamlet"])  # noqa: E731
        number = 1
        for name, group in groupby(sorted(rows, key=hamlet), key=hamlet):
            own = list(group)
            sheet.add([None, name.upper()], bold=True)
            self._rows(sheet, own, number)
            number += len(own)
            self._sum_line(sheet, f"Cộng {name}", own)

    def _sum_line(self, sheet: Sheet, label: str, rows: list[Row]) -> None:
        line: list[Cell] = [None] * len(self.columns)
        line[1 if self.layout.totals != "Cộng" else 0] = label
        for index, column in enumerate(self.columns):
            if column.field in ("amount", "arrears", "total"):
                line[index] = self._money(sum(_number(r.cells[column.field]) for r in rows))
        sheet.add(line, bold=True)

    def _money(self, amount: int) -> Cell:
        return dotted(amount) if self.layout.amounts == "dots" else amount

    def _signatures(self, sheet: Sheet) -> None:
        right = min(9, len(self.columns) - 1)
        sheet.add([])
        sheet.add([None, "Bằng chữ: …"])
        sheet.add([None, "NGƯỜI LẬP BIỂU", *[None] * (right - 2), "CHỦ TỊCH"], bold=True)

    def _summary(self, sheets: dict[str, list[Row]]) -> Sheet:
        """The first sheet: how many people and how much money each of the others holds."""
        sheet = Sheet("Tổng hợp", [6, 30, 14, 18])
        sheet.add([f"TỔNG HỢP {self.title} THÁNG {self.period.month:02d}/{self.period.year}"], bold=True)
        sheet.add([])
        sheet.add(["STT", "Nội dung", "Số người", "Số tiền"], bold=True)
        for number, (name, rows) in enumerate(sheets.items(), 1):
            sheet.add([number, name, len(rows), sum(_number(r.cells["amount"]) for r in rows)])
        everything = [r for rows in sheets.values() for r in rows]
        sheet.add([None, "Tổng cộng", len(everything), sum(_number(r.cells["amount"]) for r in everything)], bold=True)
        return sheet


def _number(cell: Cell) -> int:
    """What a clerk would add up: numbers, and dotted text; nothing else."""
    if isinstance(cell, str):
        digits = cell.replace(".", "")
        return int(digits) if digits.isdigit() else 0
    return int(cell) if isinstance(cell, int | float) else 0
