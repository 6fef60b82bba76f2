"""The sender's own workbook back: what is marked, and that everything else is as it was."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from ansinh.core.clock import now
from ansinh.intake.answer_page import Answer
from ansinh.intake.mark import mark_answer
from ansinh.intake.mark_cells import RED, YELLOW
from ansinh.intake.mark_pool import MarkerPool
from ansinh.intake.marker import ANSWER_MARK, ANSWER_SHEET, answer_name, original_name
from ansinh.intake.model import Problem
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

LAYOUT = {"Danh sách": {"columns": {"B": "full_name", "C": "id_number", "D": "amount_vnd"}}}
SHEET = "Danh sách"


def _problem(row: int, cell: str | None, code: str = "ID_TOO_SHORT", severity: str = "block", sheet: str = SHEET) -> Problem:
    return Problem(sheet, row, None, cell, code, severity, {"digits": 5})  # type: ignore[arg-type]


def _answer(problems: list[Problem], name: str = "DS T11.xlsx", **fields) -> Answer:
    return Answer("W0123", name, **{"status": "partly", "problems": problems, "rows": 3, "blocked_rows": 1, "look_rows": 1, **fields})


def _rich_workbook(path: Path) -> Path:
    """What a careful clerk makes: merged title, frozen header, borders, a list to choose from, a rule, a comment, a second sheet, a name."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.merge_cells("A1:D1")
    sheet["A1"] = "DANH SÁCH CHI TRẢ THÁNG 11/2026"
    sheet.append([])
    sheet.append(["STT", "Họ và tên", "Số CCCD", "Số tiền"])
    for number in range(1, 4):
        sheet.append([number, f"Nguyễn Văn {number}", "07418", 810000])
    sheet.freeze_panes = "A4"
    sheet["C4"].font = Font(bold=True, color="FF112233")
    sheet["C4"].border = Border(left=Side("thick"))
    sheet["C4"].number_format = "@"
    sheet["D5"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["B5"].comment = Comment("Bà nội nhận thay", "Chị Hoa")
    sheet.add_data_validation(DataValidation("list", formula1='"Nam,Nữ"', sqref="E4:E9"))
    sheet.conditional_formatting.add("D4:D9", CellIsRule("lessThan", ["0"], fill=PatternFill("solid", bgColor="FFFF0000")))
    sheet.auto_filter.ref = "A3:D6"
    other = book.create_sheet("Tổng hợp")
    other["A1"] = "Cộng"
    other["B1"] = f"=SUM('{SHEET}'!D4:D6)"
    other.sheet_view.tabSelected = True
    book.active = 1
    sheet.defined_names["Vung"] = DefinedName("Vung", attr_text=f"'{SHEET}'!$A$3:$D$6")
    book.save(path)
    return path


def _marked(path: Path, answer: Answer, layout=None):
    out = path.with_name("out.xlsx")
    way = mark_answer(path, answer, LAYOUT if layout is None else layout, out)
    return way, openpyxl.load_workbook(out), out


def _colour(cell) -> str | None:
    return cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None


def _links(sheet) -> list[str]:
    return [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_wrong_cells_are_filled_and_commented_and_keep_their_own_format(tmp_path):
    problems = [_problem(4, "C4"), _problem(5, "D5", "AMOUNT_DIFFERS", "look"), _problem(6, "C6", "ID_PADDED", "note")]
    way, book, _ = _marked(_rich_workbook(tmp_path / "in.xlsx"), _answer(problems))
    sheet = book[SHEET]
    assert way == "in_place"
    assert (_colour(sheet["C4"]), _colour(sheet["D5"]), _colour(sheet["C6"])) == (RED, YELLOW, None)
    assert sheet["C4"].font.b
    assert sheet["C4"].border.left.style == "thick"
    assert sheet["C4"].number_format == "@"
    assert "ID_TOO_SHORT" in sheet["C4"].comment.text
    assert "Cách sửa" in sheet["C4"].comment.text
    assert [sheet["C4"].value, sheet["D5"].value] == ["07418", 810000]


def test_two_problems_in_one_cell_show_the_worse_colour_and_both_codes(tmp_path):
    problems = [_problem(4, "C4", "ID_IS_CMND", "look"), _problem(4, "C4")]
    _, book, _ = _marked(_rich_workbook(tmp_path / "in.xlsx"), _answer(problems))
    cell = book[SHEET]["C4"]
    assert _colour(cell) == RED
    assert "ID_IS_CMND" in cell.comment.text
    assert "ID_TOO_SHORT" in cell.comment.text


def test_a_problem_of_a_row_marks_the_name_and_one_outside_the_table_gets_a_cell(tmp_path):
    _, book, _ = _marked(
        _rich_workbook(tmp_path / "in.xlsx"),
        _answer([_problem(5, None, "ROW_REPEATED", "look"), _problem(4, "G4"), _problem(30, "B30"), _problem(2, "A2")]),
    )
    sheet = book[SHEET]
    assert [_colour(sheet[cell]) for cell in ("B5", "G4", "B30", "A2")] == [YELLOW, RED, RED, RED]


def test_the_senders_own_comment_stays_and_ours_is_written_under_it(tmp_path):
    _, book, _ = _marked(_rich_workbook(tmp_path / "in.xlsx"), _answer([_problem(5, "B5"), _problem(4, "C4")]))
    text = book[SHEET]["B5"].comment.text
    assert text.startswith("Bà nội nhận thay")
    assert "ID_TOO_SHORT" in text


def test_everything_else_of_the_workbook_stays_byte_for_byte(tmp_path):
    source = _rich_workbook(tmp_path / "in.xlsx")
    _, book, out = _marked(source, _answer([_problem(4, "C4")]))
    before, after = zipfile.ZipFile(source), zipfile.ZipFile(out)
    may_change = {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
    }
    same = [
        name
        for name in before.namelist()
        if name not in may_change and not name.startswith(("xl/comments", "xl/worksheets/_rels", "xl/drawings"))
    ]
    assert len(same) >= 4
    assert all(before.read(name) == after.read(name) for name in same)
    sheet = book[SHEET]
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:D1"]
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:D6"
    assert len(sheet.data_validations.dataValidation) == 1
    assert len(list(sheet.conditional_formatting)) == 1
    assert sheet.defined_names["Vung"].attr_text == f"'{SHEET}'!$A$3:$D$6"
    assert _colour(sheet["D5"]) == "FF00FF00"


def test_our_sheet_comes_first_is_the_only_one_selected_and_the_others_keep_their_order(tmp_path):
    _, book, _ = _marked(_rich_workbook(tmp_path / "in.xlsx"), _answer([_problem(4, "C4")]))
    assert book.sheetnames == [ANSWER_SHEET, SHEET, "Tổng hợp"]
    assert book.active.title == ANSWER_SHEET
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book] == [True, False, False]
    assert book.defined_names[ANSWER_MARK].hidden
    assert "W0123" in book.defined_names[ANSWER_MARK].attr_text


def test_the_first_sheet_gives_the_verdict_the_totals_and_a_link_to_each_cell(tmp_path):
    answer = _answer(
        [_problem(4, "C4"), _problem(5, None, "ROW_REPEATED", "look")],
        kind="supplement",
        kind_reason="vì thế",
        declared_total_vnd=2_430_000,
        read_total_vnd=1_620_000,
    )
    _, book, _ = _marked(_rich_workbook(tmp_path / "in.xlsx"), answer)
    sheet = book[ANSWER_SHEET]
    words = [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value]
    assert words[1] == "Đã nhận 3 dòng: 1 hợp lệ, 1 phải sửa, 1 cần xem lại."
    assert {"2.430.000 đ", "1.620.000 đ", "Bổ sung — vì thế", "DS T11.xlsx"} <= set(words)
    assert sorted(_links(sheet)) == [f"'{SHEET}'!B5", f"'{SHEET}'!C4"]


def test_formulas_keep_the_value_they_showed(tmp_path):
    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write("A1", "Số tiền")
        sheet.write_formula("A2", "=1.5*540000", None, 810000)
    _, _, out = _marked(path, _answer([_problem(2, "A2")]))
    assert openpyxl.load_workbook(out, data_only=True)[SHEET]["A2"].value == 810000
    assert openpyxl.load_workbook(out)[SHEET]["A2"].value == "=1.5*540000"


def test_formula_looking_text_is_written_as_text_wherever_we_write(tmp_path):
    source = _rich_workbook(tmp_path / "in.xlsx")
    name = "=cmd|' /C calc'!A0.xlsx"
    for answer in (_answer([_problem(4, "C4")], name), _answer([], name, status="rejected", reject_code="FILE_EMPTY", rows=0)):
        _, book, _ = _marked(source, answer)
        cells = [cell for row in book[ANSWER_SHEET].iter_rows() for cell in row if cell.value == name]
        assert len(cells) == 1
        assert cells[0].data_type == "s"


def test_marking_our_own_copy_again_takes_the_mended_marks_off(tmp_path):
    first = tmp_path / "first.xlsx"
    mark_answer(_rich_workbook(tmp_path / "in.xlsx"), _answer([_problem(4, "C4"), _problem(5, "D5")]), LAYOUT, first)
    way, book, _ = _marked(first, _answer([_problem(5, "D5")]))
    sheet = book[SHEET]
    assert way == "in_place"
    assert book.sheetnames == [ANSWER_SHEET, SHEET, "Tổng hợp"]
    assert list(book.defined_names) == [ANSWER_MARK]
    assert (_colour(sheet["C4"]), sheet["C4"].comment) == (None, None)
    assert _colour(sheet["D5"]) == RED
    assert sheet["B5"].comment.text == "Bà nội nhận thay"
    assert sheet.defined_names["Vung"].attr_text == f"'{SHEET}'!$A$3:$D$6"


def test_macros_do_not_come_back(tmp_path):
    source = tmp_path / "in.xlsm"
    with xlsxwriter.Workbook(str(source)) as book:
        (tmp_path / "vba.bin").write_bytes(b"program")
        book.add_vba_project(str(tmp_path / "vba.bin"))
        book.add_worksheet(SHEET).write("A1", "x")
    way, book, out = _marked(source, _answer([_problem(1, "A1")], "in.xlsm"))
    archive = zipfile.ZipFile(out)
    assert way == "in_place"
    assert not [name for name in archive.namelist() if "vba" in name.lower()]
    assert b"macroEnabled" not in archive.read("[Content_Types].xml")


@pytest.fixture
def old_sheet(tmp_path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("DS")
    for column, text in enumerate(["Hä vµ tªn", "CCCD", "Ngày"]):
        sheet.write(5, column, text)
    sheet.write(6, 0, "NguyÔn V¨n Tµi")
    sheet.write(6, 1, "079041820736")
    sheet.write(6, 2, date(2026, 10, 3), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    sheet.write(7, 0, "=1+1")
    sheet.write(7, 1, 810000)
    book.save(tmp_path / "DS.xls")
    return tmp_path / "DS.xls"


def test_an_xls_sender_gets_an_xlsx_with_the_same_places_readable_text_and_marks(old_sheet):
    way, book, _ = _marked(
        old_sheet, _answer([_problem(7, "B7", sheet="DS")], "DS.xls", encoding="TCVN3"), {"DS": {"columns": {"A": "full_name"}}}
    )
    sheet = book["DS"]
    assert way == "rebuilt"
    assert book.sheetnames == [ANSWER_SHEET, "DS"]
    assert [sheet["A7"].value, sheet["B7"].value, sheet["C7"].value, sheet["B8"].value] == [
        "Nguyễn Văn Tài",
        "079041820736",
        "03/10/2026",
        "810000",
    ]
    assert (sheet["A8"].value, sheet["A8"].data_type) == ("=1+1", "s")
    assert _colour(sheet["B7"]) == RED
    assert "ID_TOO_SHORT" in sheet["B7"].comment.text
    assert book.defined_names[ANSWER_MARK].attr_text


def test_a_csv_sender_gets_an_xlsx_whose_rows_are_the_lines_of_the_file(tmp_path):
    source = tmp_path / "ds.csv"
    source.write_text("Họ tên;CCCD\n\nNguyễn Văn Tài;07418\n", encoding="utf-8")
    way, book, _ = _marked(source, _answer([_problem(3, "B3", sheet="")], "ds.csv"), {"": {"columns": {"A": "full_name"}}})
    sheet = book.worksheets[1]
    assert way == "rebuilt"
    assert (sheet["A3"].value, sheet["B3"].value, _colour(sheet["B3"])) == ("Nguyễn Văn Tài", "07418", RED)
    assert _links(book[ANSWER_SHEET]) == [f"'{sheet.title}'!B3"]


def test_a_refused_file_is_not_opened_again_and_its_sender_is_told_why(tmp_path):
    source = tmp_path / "bom.xlsx"
    source.write_bytes(b"PK\x03\x04 whatever")
    answer = _answer(
        [Problem("", None, None, None, "ZIP_RATIO", "block", {"ratio": 900})],
        "bom.xlsx",
        status="rejected",
        reject_code="ZIP_RATIO",
        rows=0,
    )
    way, book, _ = _marked(source, answer)
    assert way == "short"
    assert book.sheetnames == [ANSWER_SHEET]
    assert str(book[ANSWER_SHEET]["A2"].value).startswith("Không nhận được danh sách này.")


def test_a_package_too_odd_to_edit_is_rebuilt(tmp_path):
    source = _rich_workbook(tmp_path / "in.xlsx")
    odd = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(odd, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name,
                content.replace(b"<cellXfs", b"<cellXfsx").replace(b"</cellXfs>", b"</cellXfsx>") if name == "xl/styles.xml" else content,
            )
    way, book, _ = _marked(odd, _answer([_problem(4, "C4")]))
    assert way == "rebuilt"
    assert _colour(book[SHEET]["C4"]) == RED


def test_cells_without_references_are_counted_from_the_left(tmp_path):
    source = _rich_workbook(tmp_path / "in.xlsx")
    bare = tmp_path / "bare.xlsx"
    import re

    with zipfile.ZipFile(source) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(rb'<c r="[A-D]4"', b"<c", content)
            new.writestr(name, content)
    way, _, out = _marked(bare, _answer([_problem(4, "C4")]))
    row = re.search(rb'<row r="4".*?</row>', zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml"), re.DOTALL)
    styles = re.findall(rb'<c( s="\d+")?', row[0])
    assert way == "in_place"
    assert [bool(style) for style in styles] == [False, False, True, False]


def test_the_child_marks_and_survives_a_file_that_hangs_it(tmp_path, monkeypatch):
    source = _rich_workbook(tmp_path / "in.xlsx")
    with MarkerPool() as marker:
        assert marker.mark(source, _answer([_problem(4, "C4")]), LAYOUT, tmp_path / "a.xlsx") == "in_place"
        pid = marker._child.pid
        assert marker.mark(source, _answer([_problem(4, "C4")]), LAYOUT, tmp_path / "b.xlsx") == "in_place"
        assert marker._child.pid == pid
        marker._seconds = 0.0
        assert marker.mark(source, _answer([_problem(4, "C4")]), LAYOUT, tmp_path / "c.xlsx") == "short"
        marker._seconds = 30.0
        assert marker.mark(source, _answer([_problem(4, "C4")]), LAYOUT, tmp_path / "d.xlsx") == "in_place"
    assert openpyxl.load_workbook(io.BytesIO((tmp_path / "c.xlsx").read_bytes())).sheetnames == [ANSWER_SHEET]


def test_an_answers_name_holds_the_whole_name_it_was_given_and_fits_a_file_system():
    at = now()
    assert original_name(answer_name("DS T11 (đợt 2).xls", at)) == "DS T11 (đợt 2).xls"
    assert original_name("DS T11.xls") is None
    long = answer_name("ố" * 200 + ".xlsx", at)
    assert len(long.encode()) <= 240
    assert ".xlsx.20" in long
