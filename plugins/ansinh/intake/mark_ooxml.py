"""Mark an .xlsx or .xlsm in place: the package is edited part by part, so everything the sender made stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansinh.intake.answer_page import Answer, build_page
from ansinh.intake.archive import open_package, spreadsheet_kind
from ansinh.intake.mark_cells import marks_of
from ansinh.intake.ooxml_book import Book
from ansinh.intake.ooxml_notes import Notes
from ansinh.intake.ooxml_page import page_xml
from ansinh.intake.ooxml_parts import NotPreservable, Parts
from ansinh.intake.ooxml_sheet import Sheet
from ansinh.intake.ooxml_styles import Styles


def mark_package(path: Path, answer: Answer, layout: dict[str, Any], out_path: Path) -> None:
    """Write the marked copy. Raises NotPreservable (not an .xlsx we dare to edit) or the reader's Refused."""
    package = open_package(path.read_bytes())
    if spreadsheet_kind(package) != "xlsx" or "xl/workbook.xml" not in package.entries:
        raise NotPreservable("not an xlsx package")
    parts = Parts(package)
    book = Book(parts)
    book.remove_old_answer()
    book.without_macros()
    styles = Styles(parts)
    marks = marks_of(answer.problems, layout)
    for name, part in book.sheets().items():
        if part in parts:
            _mark_sheet(parts, styles, part, marks.get(name, {}))
    page = build_page(answer, layout)
    book.add_answer(page_xml(page, styles, set(book.sheets())), answer.workbook_id or answer.file_name)
    styles.save()
    book.save()
    out_path.write_bytes(parts.packed())


def _mark_sheet(parts: Parts, styles: Styles, part: str, marks: dict[str, Any]) -> None:
    has_notes = any(kind == "comments" for kind, _ in parts.relations(part).values())
    if not marks and not has_notes:
        return
    sheet = Sheet(parts.tree(part), styles)
    notes = Notes(parts, part, sheet.drawing_id)
    old = notes.take_back_ours()
    if not marks and not old:
        return
    sheet.unfill(old)
    sheet.mark(marks)
    notes.add(marks)
    drawing = notes.save()
    if drawing is not None:
        sheet.relate_notes(drawing)
    parts.write(part, sheet.root)
