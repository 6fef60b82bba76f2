"""The workbook part of an .xlsx: which sheet is which part, our sheet first, our mark, and nothing that runs."""

from __future__ import annotations

import re
import unicodedata

from lxml import etree

from ansinh.intake.marker import ANSWER_MARK, ANSWER_SHEET
from ansinh.intake.ooxml_parts import MAIN, RELATED, NotPreservable, Parts

BOOK = "xl/workbook.xml"
PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_ID = f"{{{RELATED}}}id"
_SELECTED = re.compile(rb"""(<(?:\w+:)?sheetView\b[^>]*?)\s+tabSelected=["'](?:1|true)["']""")
_AFTER_NAMES = (
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
)


class Book:
    """Sheets by name; every change is written back to `parts` by `save`."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.root = parts.tree(BOOK)
        if self.root.tag != f"{{{MAIN}}}workbook" or parts.has_folder("xl/macrosheets/"):
            raise NotPreservable("strict or macro-sheet workbook")
        self._relations = parts.relations(BOOK)
        self._sheets = self._need("sheets")

    def sheets(self) -> dict[str, str]:
        """Sheet name → part, in the order of the tabs."""
        return {sheet.get("name") or "": self._relations.get(sheet.get(_ID) or "", ("", ""))[1] for sheet in self._sheets}

    def remove_old_answer(self) -> None:
        """Take our sheet of an earlier round out again, with its mark."""
        for position, sheet in enumerate(list(self._sheets)):
            if unicodedata.normalize("NFC", sheet.get("name") or "") == ANSWER_SHEET:
                key = sheet.get(_ID) or ""
                self._sheets.remove(sheet)
                self.parts.unrelate(BOOK, key)
                self.parts.drop(self._relations.pop(key)[1])
                self._shift_names(position, -1)
                break
        names = self.root.find(f"{{{MAIN}}}definedNames")
        for name in [] if names is None else list(names):
            if name.get("name") == ANSWER_MARK and names is not None:
                names.remove(name)

    def add_answer(self, xml: bytes, mark: str) -> None:
        """Our sheet first, open when the workbook is opened, and the hidden name that says whose answer this is."""
        part = self.parts.free_name("xl/worksheets/sheetAnSinh{}.xml")
        self.parts.write(part, xml)
        self.parts.declare(part, _SHEET_TYPE)
        key = self.parts.relate(BOOK, "worksheet", part)
        number = max((int(sheet.get("sheetId") or 0) for sheet in self._sheets), default=0) + 1
        sheet = etree.Element(f"{{{MAIN}}}sheet", {"name": ANSWER_SHEET, "sheetId": str(number), _ID: key})
        self._shift_names(-1, 1)
        self._sheets.insert(0, sheet)
        name = etree.SubElement(self._names(), f"{{{MAIN}}}definedName", name=ANSWER_MARK, hidden="1")
        name.text = '"' + mark.replace('"', '""')[:200] + '"'
        for view in self.root.iterfind(f"{{{MAIN}}}bookViews/{{{MAIN}}}workbookView"):
            view.set("activeTab", "0")
            view.set("firstSheet", "0")
        self._unselect_others(part)

    def without_macros(self) -> None:
        """An answer carries no program: .xlsm and templates become plain workbooks."""
        for key, (kind, target) in list(self._relations.items()):
            if kind in ("vbaProject", "xlMacrosheet", "attachedToolbars"):
                self.parts.unrelate(BOOK, key)
                self.parts.drop(target)
        self.parts.declare(BOOK, PLAIN)

    def save(self) -> None:
        self.parts.write(BOOK, self.root)

    def _unselect_others(self, ours: str) -> None:
        """Two selected tabs would be a group: what is typed into one goes into all."""
        for part in self.sheets().values():
            if part != ours and part in self.parts:
                content = self.parts.read(part)
                if b"tabSelected" in content:
                    self.parts.write(part, _SELECTED.sub(rb"\1", content))

    def _shift_names(self, after: int, by: int) -> None:
        for name in list(self.root.iterfind(f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName")):
            local = name.get("localSheetId")
            if local is not None and by < 0 and int(local) == after:
                name.getparent().remove(name)  # type: ignore[union-attr]
            elif local is not None and int(local) > after:
                name.set("localSheetId", str(int(local) + by))

    def _names(self) -> etree._Element:
        names = self.root.find(f"{{{MAIN}}}definedNames")
        if names is None:
            names = etree.Element(f"{{{MAIN}}}definedNames")
            later = next((child for child in self.root if etree.QName(child).localname in _AFTER_NAMES), None)
            if later is None:
                self.root.append(names)
            else:
                later.addprevious(names)
        return names

    def _need(self, name: str) -> etree._Element:
        found = self.root.find(f"{{{MAIN}}}{name}")
        if found is None:
            raise NotPreservable(f"no {name}")
        return found
