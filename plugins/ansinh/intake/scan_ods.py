"""Extremes of an .ods: repeated cells and rows are counted before a dense reader unfolds them."""

from __future__ import annotations

import io

from lxml import etree

from ansinh.intake.archive import Package
from ansinh.intake.scan_xlsx import MAX_AREA, Facts, SheetFacts, _refuse_entities
from ansinh.intake.sniff import Refused

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_HIDDEN = {"collapse", "filter"}


def scan(package: Package) -> Facts:
    """Stream content.xml once. Raises Refused for entities, damage and cells unfolding beyond a sheet's worth."""
    content = package.read("content.xml")
    _refuse_entities(content)
    facts = Facts()
    try:
        for _, table in etree.iterparse(
            io.BytesIO(content), tag=_TABLE + "table", resolve_entities=False, no_network=True, huge_tree=False
        ):
            facts.sheets.append(_scan_table(table))
            table.clear()
    except etree.XMLSyntaxError as error:
        raise Refused("FILE_BROKEN") from error
    if any(name.startswith("Basic/") for name in package.entries):
        facts.notes.append("MACROS_IGNORED")
    return facts


def _count(element: etree._Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return min(int(text), 10**9) if text.isascii() and text.isdigit() else 1


def _scan_table(table: etree._Element) -> SheetFacts:
    facts = SheetFacts()
    row_number = last_row = width = 0
    for row in table.iter(_TABLE + "table-row"):
        row_number += _count(row, "rows")
        used = _width(row)
        if used:
            last_row, width = row_number, max(width, used)
            if row.get(_TABLE + "visibility") in _HIDDEN:
                facts.hidden_rows += 1
        if last_row * width > MAX_AREA:
            raise Refused("SHEET_EXTREME", where=table.get(_TABLE + "name", ""), cell=f"{last_row} × {width}")
    return facts


def _width(row: etree._Element) -> int:
    column = used = 0
    for cell in row:
        column += _count(cell, "columns")
        if len(cell) or cell.get(_OFFICE + "value-type"):
            used = column
    return used
