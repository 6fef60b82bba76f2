"""Writes an OpenDocument spreadsheet by hand: smaller and steadier than a library, and no stamp of the hour inside."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from ansinh.local.province.cells import Cell
from ansinh.local.province.sheets import Sheet

_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_STAMP = (2026, 1, 1, 0, 0, 0)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'office:version="1.2"><office:body><office:spreadsheet>'
)
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def write_ods(path: Path, sheets: list[Sheet]) -> None:
    """Write the sheets; the mimetype stands first and unpacked, as the format demands."""
    content = _HEAD + "".join(_table(sheet) for sheet in sheets) + _TAIL
    with zipfile.ZipFile(path, "w") as archive:
        for name, text, method in (
            ("mimetype", _MIME, zipfile.ZIP_STORED),
            ("content.xml", content, zipfile.ZIP_DEFLATED),
            ("META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED),
        ):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = method
            archive.writestr(entry, text.encode("utf-8"))


def _table(sheet: Sheet) -> str:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merges}
    covered = {(r, c) for top, left, bottom, right in sheet.merges for r in range(top, bottom + 1) for c in range(left, right + 1)} - set(
        spans
    )
    width = len(sheet.widths)
    rows = []
    for index, line in enumerate(sheet.grid):
        cells = []
        for column in range(max(len(line), width if index < 12 else 0)):
            cell = line[column] if column < len(line) else None
            cells.append("<table:covered-table-cell/>" if (index, column) in covered else _cell(cell, spans.get((index, column))))
        rows.append(f"<table:table-row>{''.join(cells) or '<table:table-cell/>'}</table:table-row>")
    return f'<table:table table:name="{escape(sheet.name)}"><table:table-column table:number-columns-repeated="{width}"/>{"".join(rows)}</table:table>'


def _cell(cell: Cell, span: tuple[int, int] | None) -> str:
    spanned = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    if cell is None:
        return f"<table:table-cell{spanned}/>"
    if isinstance(cell, str):
        return f'<table:table-cell{spanned} office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    if isinstance(cell, date):
        shown = cell.strftime("%d/%m/%Y")
        return f'<table:table-cell{spanned} office:value-type="date" office:date-value="{cell.isoformat()}"><text:p>{shown}</text:p></table:table-cell>'
    return f'<table:table-cell{spanned} office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
