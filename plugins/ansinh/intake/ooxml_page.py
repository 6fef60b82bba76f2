"""The first sheet as worksheet XML: inline text only, so `=…` is never a formula."""

from __future__ import annotations

from lxml import etree

from ansinh.intake.answer_page import Page
from ansinh.intake.mark_cells import COLOURS, column_letters
from ansinh.intake.ooxml_parts import MAIN, unparse
from ansinh.intake.ooxml_styles import Styles
from ansinh.intake.plain_text import plain
from ansinh.text import say

WIDTHS = (24, 16, 24, 60, 60, 12)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def place_text(sheet: str, cell: str | None) -> str:
    """How a place is written in the list: `Danh sách!E8`, or the whole file."""
    if cell is None:
        return sheet or say("answer.whole_file")
    return f"{sheet}!{cell}" if sheet else cell


def location(sheet: str, cell: str) -> str:
    """An inner link: `'Danh sách'!E8`."""
    return "'" + sheet.replace("'", "''") + f"'!{cell}"


def page_xml(page: Page, styles: Styles, sheets: set[str]) -> bytes:
    """The worksheet; places in `sheets` are links."""
    root = etree.Element(f"{{{MAIN}}}worksheet", nsmap={None: MAIN})  # type: ignore[dict-item]
    views = etree.SubElement(root, f"{{{MAIN}}}sheetViews")
    etree.SubElement(views, f"{{{MAIN}}}sheetView", showGridLines="0", tabSelected="1", workbookViewId="0")
    columns = etree.SubElement(root, f"{{{MAIN}}}cols")
    for number, width in enumerate(WIDTHS, start=1):
        etree.SubElement(columns, f"{{{MAIN}}}col", min=str(number), max=str(number), width=str(width), customWidth="1")
    data = etree.SubElement(root, f"{{{MAIN}}}sheetData")
    _row(data, 1, [(page.title, styles.own("title"))])
    _row(data, 2, [(page.verdict, styles.own("title"))])
    number = 3
    for number, (label, value) in enumerate(page.facts, start=4):
        _row(data, number, [(label, styles.own("bold")), (value, styles.own("plain"))], line_height(value))
    merged = [f"B{line}:F{line}" for line in range(4, number + 1)]
    links = _list(data, page, styles, sheets, number + 2) if page.listed else {}
    _merge(root, merged)
    if links:
        holder = etree.SubElement(root, f"{{{MAIN}}}hyperlinks")
        for cell, target in links.items():
            etree.SubElement(holder, f"{{{MAIN}}}hyperlink", ref=cell, location=target)
    etree.SubElement(root, f"{{{MAIN}}}pageMargins", left="0.4", right="0.4", top="0.5", bottom="0.5", header="0.3", footer="0.3")
    etree.SubElement(root, f"{{{MAIN}}}pageSetup", paperSize="9", orientation="landscape")
    return unparse(root)


def _list(data: etree._Element, page: Page, styles: Styles, sheets: set[str], first: int) -> dict[str, str]:
    _row(data, first, [(heading, styles.own("bold", "FFD9E1F2")) for heading in page.headings])
    links = {}
    number = first
    for number, item in enumerate(page.listed, start=first + 1):
        is_link = item.cell is not None and item.sheet in sheets
        if item.cell is not None and is_link:
            links[f"A{number}"] = location(item.sheet, item.cell)
        text = styles.own("plain")
        _row(
            data,
            number,
            [
                (place_text(item.sheet, item.cell), styles.own("link") if is_link else text),
                (say(f"label.severity.{item.severity}"), styles.own("bold", COLOURS.get(item.severity))),
                (item.code, text),
                (item.says, text),
                (item.fix, text),
                (item.owner, text),
            ],
        )
    if page.rest:
        _row(data, number + 1, [(page.rest, styles.own("bold"))])
    return links


def _merge(root: etree._Element, merged: list[str]) -> None:
    if merged:
        holder = etree.SubElement(root, f"{{{MAIN}}}mergeCells", count=str(len(merged)))
        for reference in merged:
            etree.SubElement(holder, f"{{{MAIN}}}mergeCell", ref=reference)


def line_height(text: str) -> int:
    """Points for a text in the merged cells of a fact, which spreadsheet programs do not fit by themselves."""
    return 17 * (1 + len(text) // 150)


def _row(data: etree._Element, number: int, cells: list[tuple[str, int]], height: int | None = None) -> None:
    row = etree.SubElement(data, f"{{{MAIN}}}row", r=str(number))
    if height is not None:
        row.set("ht", str(height))
        row.set("customHeight", "1")
    for column, (text, style) in enumerate(cells, start=1):
        cell = etree.SubElement(row, f"{{{MAIN}}}c", r=f"{column_letters(column)}{number}", s=str(style), t="inlineStr")
        holder = etree.SubElement(etree.SubElement(cell, f"{{{MAIN}}}is"), f"{{{MAIN}}}t")
        holder.text = plain(text)
        holder.set(_SPACE, "preserve")
