"""Open one workbook safely: content decides what it is, every danger is refused before the cells are touched.

Cells come from calamine: text stays the sender's text, numbers are float, dates are date or datetime.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from ansinh.intake import archive, scan_ods, scan_ole, scan_xlsb, scan_xlsx, textfile
from ansinh.intake.legacy_tables import DECODERS
from ansinh.intake.scan_xlsx import MAX_AREA, Facts, SheetFacts
from ansinh.intake.sniff import Refused, kind_of

_EXTENSIONS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xltx": "xlsx", ".xls": "xls", ".xlsb": "xlsb", ".ods": "ods"}
_TEXT_EXTENSIONS = {".csv", ".txt", ".tsv"}


@dataclass(slots=True)
class Grid:
    """One sheet as it stands: `rows[i]` is on Excel row (or text line) `numbers[i]`; empty cells are ''."""

    name: str
    rows: list[list[Any]]
    numbers: list[int] | range
    is_visible: bool = True
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    facts: SheetFacts = field(default_factory=SheetFacts)


@dataclass(slots=True)
class Opened:
    """The sheets of one workbook and what is known about the whole."""

    kind: str
    grids: list[Grid]
    is_1904: bool = False
    font_hint: str | None = None
    encoding: str | None = None
    defined_names: frozenset[str] = frozenset()
    notes: list[tuple[str, dict[str, str | int]]] = field(default_factory=list)


def open_bytes(data: bytes, file_name: str) -> Opened:
    """All sheets of a workbook. Raises Refused with the catalogue code when this file must be turned away."""
    kind = kind_of(data)
    if kind == "text":
        opened = _open_text(data)
    elif kind == "ole":
        opened = _open_cells(data, "xls", scan_ole.scan(data))
    else:
        package = archive.open_package(data)
        kind = archive.spreadsheet_kind(package)
        scan = {"xlsx": scan_xlsx.scan, "xlsb": scan_xlsb.scan, "ods": scan_ods.scan}[kind]
        try:
            facts = scan(package)
        except (IndexError, KeyError, ValueError, OverflowError) as error:
            raise Refused("FILE_BROKEN") from error
        opened = _open_cells(data, kind, facts)
    extension = PurePath(file_name).suffix.lower()
    expected = "text" if extension in _TEXT_EXTENSIONS else _EXTENSIONS.get(extension)
    if expected and expected != opened.kind:
        opened.notes.append(("EXTENSION_DIFFERS", {"extension": extension, "kind": opened.kind}))
    return opened


def _open_text(data: bytes) -> Opened:
    text, encoding = textfile.decode(data)
    rows, lines = textfile.rows_of(text)
    if len(rows) * max((len(row) for row in rows), default=0) > MAX_AREA:
        raise Refused("SHEET_EXTREME", where="", cell=f"{len(rows)}")
    return Opened("text", [Grid("", rows, lines)], encoding=encoding, font_hint=encoding if encoding in DECODERS else None)


def _open_cells(data: bytes, kind: str, facts: Facts) -> Opened:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, XmlError, ZipError

    grids = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for position, meta in enumerate(workbook.sheets_metadata):
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_index(position)
            end = sheet.end
            if end and (end[0] + 1) * (end[1] + 1) > MAX_AREA:
                raise Refused("SHEET_EXTREME", where=meta.name, cell=f"{end[0] + 1} × {end[1] + 1}")
            rows = sheet.to_python(skip_empty_area=False) if end else []
            own = facts.sheets[position] if position < len(facts.sheets) else SheetFacts()
            visible = meta.visible == SheetVisibleEnum.Visible
            grids.append(Grid(meta.name, rows, range(1, len(rows) + 1), visible, sheet.merged_cell_ranges or [], own))
    except PasswordError as error:
        raise Refused("FILE_ENCRYPTED") from error
    except (CalamineError, XmlError, ZipError, OSError, ValueError, OverflowError) as error:
        raise Refused("FILE_BROKEN") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine's own panic; it has no importable name
            raise
        raise Refused("FILE_BROKEN") from None
    notes: list[tuple[str, dict[str, str | int]]] = [(code, {}) for code in facts.notes]
    if facts.is_1904:
        notes.append(("DATES_1904", {}))
    return Opened(kind, grids, facts.is_1904, facts.font_hint, None, facts.defined_names, notes)
