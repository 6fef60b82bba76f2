"""Writes a month of the province to a folder: workbooks, hostile files, their arrival times, and the truth about each."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from ansinh.core.clock import VIETNAM
from ansinh.core.period import Period
from ansinh.local.province import hostile
from ansinh.local.province.cells import RowTyper
from ansinh.local.province.layouts import LAYOUTS, NCC_COLUMNS, NCC_FILE, SUPPLEMENT_FILE, Layout
from ansinh.local.province.model import Commune, Entry
from ansinh.local.province.province import Province
from ansinh.local.province.sheets import SheetBuilder
from ansinh.local.province.write import write_workbook

BTXH_TITLE, NCC_TITLE = "DANH SÁCH CHI TRẢ TRỢ CẤP XÃ HỘI", "DANH SÁCH CHI TRẢ TRỢ CẤP ƯU ĐÃI NGƯỜI CÓ CÔNG"
_LEFT_OUT_OF_NCC = ("code", "coefficient", "arrears", "total")


class Workbooks:
    """Writes the communes' files of one period and collects what is true about them."""

    def __init__(self, province: Province, out: Path) -> None:
        self.province, self.period, self.out = province, province.period, out
        self.files: list[dict[str, Any]] = []
        self.rows: list[tuple[Entry, str, str, str, int, dict[str, Any]]] = []  # entry, commune, file, sheet, row number, truth

    def write_all(self, *, hostile_too: bool) -> None:
        """Every commune's lists, then the hostile files of the first four communes."""
        for commune in self.province.communes:
            layout = self.province.layouts[commune.code]
            self._write(commune, layout, "main", _named(layout.file_name, self.period), BTXH_TITLE)
            self._write(commune, layout, "ncc", _named(NCC_FILE, self.period) + layout.suffix, NCC_TITLE)
            self._write(commune, LAYOUTS[0], "supplement", _named(SUPPLEMENT_FILE, self.period), f"{BTXH_TITLE} BỔ SUNG")
        if hostile_too:
            self._hostile()

    def _folder(self, commune: Commune) -> Path:
        return self.out / "sftp" / "communes" / commune.code / "incoming"

    def _write(
        self, commune: Commune, layout: Layout, list_name: str, file_name: str, title: str, period: Period | None = None
    ) -> Path | None:
        entries = [e for e in commune.entries if e.list_name == list_name]
        if not entries:
            return None
        typer = RowTyper(_with_visible_habits(layout, entries), self.period)
        columns = layout.columns if list_name != "ncc" else ncc_columns(layout)
        builder = SheetBuilder(layout, commune, period or self.period, columns, title)
        sheets = (
            builder.sheets([typer.row(e) for e in entries])
            if list_name != "ncc"
            else [builder.data_sheet("NCC", [typer.row(e) for e in entries])]
        )
        path = self._folder(commune) / file_name
        write_workbook(path, sheets, layout.encoding)
        if period is None:
            is_text = layout.suffix in (".csv", ".txt")
            placed = [("" if is_text else s.name, number, row.entry, row.truth) for s in sheets for number, row in s.placed]
            self._describe(commune, file_name, placed)
            self._arrive(path, commune)
        return path

    def _describe(self, commune: Commune, file_name: str, placed: list[tuple[str, int, Entry, dict[str, Any]]]) -> None:
        rows, problems, looks = [], [], []
        for sheet, number, entry, truth in placed:
            place = {"sheet": sheet, "row_number": number}
            if entry.typed.problem:
                problems.append({**place, "why": entry.typed.problem})
                continue
            rows.append({**place, **truth})
            self.rows.append((entry, commune.code, file_name, sheet, number, truth))
            if entry.typed.look:
                looks.append({**place, "why": entry.typed.look})
        expect = "partly" if problems else "accepted"
        self.files.append(
            {"commune_code": commune.code, "file_name": file_name, "expect": expect, "rows": rows, "problems": problems, "looks": looks}
        )

    def _hostile(self) -> None:
        """Empty, picture, cut off, another month, and the same bytes again: one each, in the first communes."""
        for index, commune in enumerate(self.province.communes[:4]):
            folder, layout = self._folder(commune), self.province.layouts[commune.code]
            main = folder / _named(layout.file_name, self.period)
            if index == 0:
                made = [(hostile.write_empty(folder), "rejected"), (hostile.write_picture(folder), "rejected")]
            elif index == 1:
                made = [(hostile.write_cut(folder, main), "rejected")]
            elif index == 2:
                before = self.period.plus(-1)
                old = self._write(commune, layout, "main", _named(f"cu {layout.file_name}", before), BTXH_TITLE, before)
                made = [(old, "rejected")] if old else []
            else:
                again = folder / f"gui lan 2 {main.name}"
                shutil.copyfile(main, again)
                made = [(again, "duplicate")]
            for path, expect in made:
                self._arrive(path, commune, later=True)
                self.files.append(
                    {"commune_code": commune.code, "file_name": path.name, "expect": expect, "rows": [], "problems": [], "looks": []}
                )

    def _arrive(self, path: Path, commune: Commune, *, later: bool = False) -> None:
        """Set the file's time: the 18th to the 22nd of the month before; one commune is late (the 26th)."""
        rng = Random(f"{self.province.seed}|{self.period}|{commune.code}|{path.name}")
        before = self.period.plus(-1)
        day = 26 if commune.code == self.province.late_commune else 22 if later else rng.randint(18, 21)
        moment = datetime(before.year, before.month, day, rng.randint(7, 17), rng.randint(0, 59), tzinfo=VIETNAM).timestamp()
        os.utime(path, (moment, moment))


def _with_visible_habits(layout: Layout, entries: list[Entry]) -> Layout:
    """A placeholder day is typed only in lists long enough to show that it is one; in short ones the clerk writes the year."""
    year_only = sum(not e.person.birth.is_full for e in entries)
    visible = year_only >= 8 and year_only >= 0.1 * len(entries)
    return layout if visible or not layout.placeholder_births else replace(layout, placeholder_births=False)


def ncc_columns(layout: Layout) -> Any:
    """The NCC list in the commune's own manner where that has few columns, else the office's."""
    if layout.has("birth_male") or layout.dates == "year":
        return tuple(c for c in layout.columns if c.field not in _LEFT_OUT_OF_NCC)
    return NCC_COLUMNS


def _named(pattern: str, period: Period) -> str:
    return pattern.format(mm=f"{period.month:02d}", yyyy=period.year)
