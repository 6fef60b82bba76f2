"""One sheet of an .xlsx: give cells another format without touching what they hold."""

from __future__ import annotations

import re

from lxml import etree

from ansinh.intake.mark_cells import COLOURS, Mark, column_letters, column_number
from ansinh.intake.ooxml_parts import MAIN, RELATED, NotPreservable
from ansinh.intake.ooxml_styles import Styles

_ROW, _CELL = f"{{{MAIN}}}row", f"{{{MAIN}}}c"
_REFERENCE = re.compile(r"^([A-Z]+)([0-9]+)$")
_AFTER_NOTES = ("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst")


class Sheet:
    """The tree of one worksheet part."""

    def __init__(self, root: etree._Element, styles: Styles) -> None:
        self.root, self._styles = root, styles
        found = root.find(f"{{{MAIN}}}sheetData")
        if found is None:
            raise NotPreservable("no sheetData")
        self._data = found

    @property
    def drawing_id(self) -> str | None:
        """The relation of the drawing that holds the comments' boxes, if the sheet has one."""
        found = self.root.find(f"{{{MAIN}}}legacyDrawing")
        return None if found is None else found.get(f"{{{RELATED}}}id")

    def unfill(self, cells: set[str]) -> None:
        """Take our colours off cells we marked in an earlier round."""
        for row in self._data.iterfind(_ROW):
            for cell in row.iterfind(_CELL):
                style = int(cell.get("s") or 0)
                if cell.get("r") in cells and self._styles.is_ours(style):
                    cell.set("s", str(self._styles.filled(style, None)))

    def mark(self, marks: dict[str, Mark]) -> None:
        """Fill the marked cells; cells and rows that do not exist yet are added empty, in their place."""
        wanted: dict[int, list[Mark]] = {}
        for mark in marks.values():
            wanted.setdefault(mark.row, []).append(mark)
        number = 0
        for row in self._data.findall(_ROW):
            number = int(row.get("r") or number + 1)
            for absent in sorted(absent for absent in wanted if absent < number):
                self._mark_row(self._new_row(absent, before=row), absent, wanted.pop(absent))
            if number in wanted:
                self._mark_row(row, number, wanted.pop(number))
        for absent in sorted(wanted):
            self._mark_row(self._new_row(absent, before=None), absent, wanted[absent])

    def relate_notes(self, key: str) -> None:
        """Name the drawing that holds the comments' boxes."""
        element = etree.Element(f"{{{MAIN}}}legacyDrawing", {f"{{{RELATED}}}id": key})
        later = next((child for child in self.root if isinstance(child.tag, str) and etree.QName(child).localname in _AFTER_NOTES), None)
        if later is None:
            self.root.append(element)
        else:
            later.addprevious(element)

    def _new_row(self, number: int, before: etree._Element | None) -> etree._Element:
        row = etree.Element(_ROW, r=str(number))
        if before is None:
            self._data.append(row)
        else:
            before.addprevious(row)
        return row

    def _mark_row(self, row: etree._Element, number: int, marks: list[Mark]) -> None:
        cells: dict[int, etree._Element] = {}
        column = 0
        for cell in row.iterfind(_CELL):
            place = _REFERENCE.match(cell.get("r") or "")
            column = column_number(place[1]) if place else column + 1
            cells[column] = cell
        for mark in marks:
            cell = cells[mark.column] if mark.column in cells else self._new_cell(row, number, mark.column, cells)
            style = int(cell.get("s") or row.get("s") or 0)
            cell.set("s", str(self._styles.filled(style, COLOURS[mark.severity])))

    def _new_cell(self, row: etree._Element, number: int, column: int, cells: dict[int, etree._Element]) -> etree._Element:
        cell = etree.Element(_CELL, r=f"{column_letters(column)}{number}")
        later = next((cells[other] for other in sorted(cells) if other > column), None)
        if later is None:
            row.append(cell)
        else:
            later.addprevious(cell)
        cells[column] = cell
        row.attrib.pop("spans", "")
        dimension = self.root.find(f"{{{MAIN}}}dimension")
        if dimension is not None:
            self.root.remove(dimension)  # optional, and no longer true
        return cell
