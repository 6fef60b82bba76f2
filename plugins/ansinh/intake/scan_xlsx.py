"""What calamine does not tell about an .xlsx, read from its XML by byte searches: cheap on a good file, exact on a bad one.

A cell at XFD1048576 makes a dense reader ask for half a terabyte and abort (calamine issue 693), so extremes are
measured here first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ansinh.intake.archive import Package
from ansinh.intake.sniff import Refused

MAX_AREA = 5_000_000
_HEAD = 4096
_SUSPICIOUS = re.compile(rb' r="(?:[A-Za-z]{3}|[A-Za-z]{1,2}\d{6}|\d{6})')
_UNUSUAL = (b" r='", b"\tr=", b"\nr=", b"\rr=")  # never written by Excel or a library
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Za-z]{1,4})(\d{1,8})["'][^>]*?(/>|>)""")
_ERROR_CELL = re.compile(rb"""<c r="([A-Z]{1,3}\d+)"[^>]*? t="e"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>([^<]{1,20})</v>""")
_HIDDEN_ROW = re.compile(rb"""<row [^>]*?hidden=["'](?:1|true)["']""")
_HIDDEN_COLUMN = re.compile(rb"""<col [^>]*?hidden=["'](?:1|true)["']""")
_SHEET = re.compile(rb"""<(?:\w+:)?sheet\s[^>]*?/?>""")
_ATTRIBUTE = re.compile(rb"""([\w:]+)=["']([^"']*)["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*?>")
_DEFINED_NAME = re.compile(rb"""<definedName [^>]*?name=["']([^"']+)""")
_FONT = re.compile(rb"""name val=["'](\.Vn|VNI|VPS|VISCII)""", re.IGNORECASE)
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HINTS = {b".vn": "TCVN3", b"vni": "VNI", b"vps": "VPS", b"viscii": "VISCII"}


@dataclass(slots=True)
class SheetFacts:
    """About one sheet: hidden rows and columns, error cells (cell → what it shows)."""

    hidden_rows: int = 0
    hidden_columns: bool = False
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Facts:
    """About the workbook: day count from 1904, legacy fonts, sheets by position, things worth a note."""

    is_1904: bool = False
    font_hint: str | None = None
    sheets: list[SheetFacts] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    defined_names: frozenset[str] = frozenset()


def scan(package: Package) -> Facts:
    """Check entities and extremes of every sheet, collect the facts. Raises Refused."""
    workbook = package.read("xl/workbook.xml") if "xl/workbook.xml" in package.entries else b""
    facts = Facts(is_1904=re.search(rb"""date1904=["'](?:1|true)""", workbook) is not None)
    _refuse_entities(workbook)
    if b"<definedName" in workbook:
        facts.defined_names = frozenset(name.decode("utf-8", "replace") for name in _DEFINED_NAME.findall(workbook))
    if "xl/styles.xml" in package.entries:
        styles = package.read("xl/styles.xml")
        _refuse_entities(styles)
        font = _FONT.search(styles)
        facts.font_hint = _HINTS[font[1].lower()] if font else None
    if "xl/sharedStrings.xml" in package.entries:
        _refuse_entities(package.read("xl/sharedStrings.xml"))
    for part in _sheet_parts(package, workbook):
        facts.sheets.append(_scan_sheet(package.read(part)) if part in package.entries else SheetFacts())
    for name in package.entries:  # parts no sheet list names are still unpacked by nobody; only worth a note
        if name.startswith("xl/externalLinks/"):
            facts.notes.append("EXTERNAL_LINKS")
            break
    if any(name.lower().endswith("vbaproject.bin") for name in package.entries):
        facts.notes.append("MACROS_IGNORED")
    return facts


def _refuse_entities(xml: bytes) -> None:
    """Declarations stand before the root element, so a head without `<!` but with elements settles it."""
    head = xml[:_HEAD]
    if b"<!" not in head and head.count(b"<") > 3:
        return
    if _ENTITY.search(xml):
        raise Refused("XML_ENTITY")


def _sheet_parts(package: Package, workbook: bytes) -> list[str]:
    """Paths of the sheets in workbook order, through the relationship ids."""
    relations: dict[bytes, str] = {}
    if "xl/_rels/workbook.xml.rels" in package.entries:
        text = package.read("xl/_rels/workbook.xml.rels")
        _refuse_entities(text)
        for found in _RELATION.finditer(text):
            attributes = dict(_ATTRIBUTE.findall(found[0]))
            target = attributes.get(b"Target", b"").decode("utf-8", "replace")
            relations[attributes.get(b"Id", b"")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts = []
    for found in _SHEET.finditer(workbook):
        attributes = dict(_ATTRIBUTE.findall(found[0]))
        key = next((value for name, value in attributes.items() if name.endswith(b":id")), b"")
        parts.append(relations.get(key, ""))
    return parts


def _scan_sheet(xml: bytes) -> SheetFacts:
    _refuse_entities(xml)
    if _SUSPICIOUS.search(xml) or _is_unusual(xml):
        _refuse_extremes(xml)
    facts = SheetFacts()
    if b"hidden=" in xml:
        facts.hidden_rows = len(_HIDDEN_ROW.findall(xml))
        facts.hidden_columns = _HIDDEN_COLUMN.search(xml) is not None
    if b't="e"' in xml:
        facts.errors = {cell.decode(): value.decode("utf-8", "replace") for cell, value in _ERROR_CELL.findall(xml)}
    return facts


def _is_unusual(xml: bytes) -> bool:
    """References written as no library writes them; single bytes are looked for first because that costs nothing."""
    if b"'" in xml and _UNUSUAL[0] in xml:
        return True
    if b"\t" not in xml and b"\r" not in xml[_HEAD:] and xml.find(b"\n", _HEAD) < 0:
        return False
    return any(odd in xml for odd in _UNUSUAL[1:])


def _refuse_extremes(xml: bytes) -> None:
    rows = columns = 1
    for found in _CELL.finditer(xml):
        if found[3] == b"/>":
            continue
        column = 0
        for letter in found[1].upper():
            column = column * 26 + letter - 64
        if xml[found.end() : found.end() + 2] == b"</":  # <c r="XFD9"></c>
            continue
        rows, columns = max(rows, int(found[2])), max(columns, column)
        if rows * columns > MAX_AREA:
            raise Refused("SHEET_EXTREME", where="…", cell=(found[1] + found[2]).decode())
