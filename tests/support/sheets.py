"""Building blocks of the sheet cases: five people everybody agrees on, and writers for every format communes send."""

from __future__ import annotations

import copy
import io
import zipfile
from typing import Any

HEADER = [
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Địa chỉ", "Đối tượng", "Mã đối tượng", "Hệ số", "Mức trợ cấp", "Số tài khoản", "Ngân hàng",
    "Chủ tài khoản", "Hình thức nhận", "Số điện thoại", "Ghi chú",
]  # fmt: skip
TITLE = [["ỦY BAN NHÂN DÂN"], ["XÃ PHÚ GIÁO"], [], ["DANH SÁCH CHI TRẢ TRỢ CẤP XÃ HỘI THÁNG 11/2026"], []]
SIGNATURES = [[], ["", "Bằng chữ: …"], ["", "NGƯỜI LẬP BIỂU", "", "", "", "", "", "", "CHỦ TỊCH"], ["", "Lê Thị Kế Toán"]]
_PEOPLE: list[list[Any]] = [
    ["Nguyễn Thị Hoa", "12/03/1950", "Nữ", "075150123456", "Ấp 1", "Người cao tuổi hộ nghèo từ 60 đến 80 tuổi", "5.5a_60_80", 1.5, 810000,
     "5166705517273", "Agribank", "NGUYEN THI HOA", "Chuyển khoản", "0914348998", ""],
    ["Trần Văn Bình", "05/09/1962", "Nam", "074062234567", "Ấp 2", "Người khuyết tật nặng là người cao tuổi", "5.6_n_te_nct", 2.0, 1080000,
     "", "", "", "Tiền mặt", "0934656327", ""],
    ["Lê Minh Khôi", "20/11/2016", "Nam", "079216345678", "Ấp 3", "Trẻ em mất nguồn nuôi dưỡng từ 4 đến dưới 16 tuổi", "5.1_4_16", 1.5, 810000,
     "", "", "", "Tiền mặt", "0952595551", ""],
    ["Huỳnh Ngọc Ánh", "1990", "Nữ", "052190456789", "Ấp 1", "Người khuyết tật nặng", "5.6_n", 1.5, 810000,
     "65826351973737", "BIDV Bình Dương", "HUYNH NGOC ANH", "Chuyển khoản", "0955024302", ""],
    ["Đặng Thúy Hằng", "1935", "Nữ", "001135567890", "Ấp 4", "Người cao tuổi hộ nghèo từ đủ 80 tuổi", "5.5a_80", 2.0, 1080000,
     "0688799946533", "NH TMCP Ngoại thương VN", "DANG THUY HANG", "Chuyển khoản", "0925890213", ""],
]  # fmt: skip
#: What every reader must understand of the five, in order.
TRUTH: list[dict[str, Any]] = [
    {"full_name": "Nguyễn Thị Hoa", "birth_date": "1950-03-12", "birth_year": 1950, "birth_date_precision": "day", "sex": "female", "id_number": "075150123456",
     "entitlement_code": "5.5a_60_80", "amount_vnd": 810000, "bank_bin": "970405", "account_number": "5166705517273", "payment_channel": "bank"},
    {"full_name": "Trần Văn Bình", "birth_date": "1962-09-05", "birth_year": 1962, "birth_date_precision": "day", "sex": "male", "id_number": "074062234567",
     "entitlement_code": "5.6_n_te_nct", "amount_vnd": 1080000, "bank_bin": None, "account_number": None, "payment_channel": "cash"},
    {"full_name": "Lê Minh Khôi", "birth_date": "2016-11-20", "birth_year": 2016, "birth_date_precision": "day", "sex": "male", "id_number": "079216345678",
     "entitlement_code": "5.1_4_16", "amount_vnd": 810000, "bank_bin": None, "account_number": None, "payment_channel": "cash"},
    {"full_name": "Huỳnh Ngọc Ánh", "birth_date": None, "birth_year": 1990, "birth_date_precision": "year", "sex": "female", "id_number": "052190456789",
     "entitlement_code": "5.6_n", "amount_vnd": 810000, "bank_bin": "970418", "account_number": "65826351973737", "payment_channel": "bank"},
    {"full_name": "Đặng Thúy Hằng", "birth_date": None, "birth_year": 1935, "birth_date_precision": "year", "sex": "female", "id_number": "001135567890",
     "entitlement_code": "5.5a_80", "amount_vnd": 1080000, "bank_bin": "970436", "account_number": "0688799946533", "payment_channel": "bank"},
]  # fmt: skip
TOTAL = 4_590_000


def people() -> list[list[Any]]:
    """Rows of the five, numbered; a fresh copy."""
    return [[number, *copy.deepcopy(person)] for number, person in enumerate(_PEOPLE, 1)]


def sheet(
    rows: list[list[Any]] | None = None, title: list[list[Any]] | None = None, total: int | None = TOTAL, header: list[str] | None = None
) -> list[list[Any]]:
    """A whole list: title, header, people from row 7 on, total, signatures."""
    body = people() if rows is None else rows
    end = [["", "Tổng cộng", "", "", "", "", "", "", "", total]] if total is not None else []
    return [*(TITLE if title is None else title), header or HEADER, *body, *end, *SIGNATURES]


def pick(columns: list[str], rows: list[list[Any]] | None = None) -> list[list[Any]]:
    """The people with only these columns, in this order."""
    places = [HEADER.index(name) for name in columns]
    return [[row[place] for place in places] for row in (people() if rows is None else rows)]


def xlsx(
    *sheets: tuple[str, list[list[Any]]],
    merges: tuple[str, ...] = (),
    hidden: tuple[str, ...] = (),
    font: str | None = None,
    mac: bool = False,
) -> bytes:
    """An .xlsx by openpyxl. `hidden` names sheets; cells equal to their value, text stays text (no formulas)."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.remove(book.active)
    if mac:
        book.epoch = CALENDAR_MAC_1904
    for name, rows in sheets:
        page = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value != "" and value is not None:
                    cell = page.cell(number, column, value)
                    if isinstance(value, str) and value.startswith("=") and not value.startswith("=SUM"):
                        cell.data_type = "s"
                    if font:
                        cell.font = Font(name=font)
        for span in merges:
            page.merge_cells(span)
        if name in hidden:
            page.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return undated(buffer.getvalue())


def undated(package: bytes) -> bytes:
    """The same package without the moment it was made, so that building a case again changes nothing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "docProps/core.xml":
                new.writestr(zipfile.ZipInfo(name, (2026, 10, 20, 8, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def xls(name: str, rows: list[list[Any]], font: str = "Arial", mac: bool = False) -> bytes:
    """An .xls by xlwt, every cell in `font`."""
    import xlwt

    book = xlwt.Workbook()
    book.dates_1904 = mac
    page = book.add_sheet(name)
    style, day = xlwt.easyxf(f"font: name {font}"), xlwt.easyxf(f"font: name {font}", num_format_str="DD/MM/YYYY")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "" and value is not None:
                page.write(number, column, value, day if hasattr(value, "year") else style)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(name: str, rows: list[list[Any]]) -> bytes:
    """An .ods by odfpy, with the million empty rows LibreOffice leaves at the end."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name=name)
    for row in rows:
        line = TableRow()
        for value in row:
            if isinstance(value, (int, float)):
                cell = TableCell(valuetype="float", value=value)
                cell.addElement(P(text=str(value)))
            elif value == "" or value is None:
                cell = TableCell()
            else:
                cell = TableCell(valuetype="string")
                cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    table.addElement(TableRow(numberrowsrepeated=1048000))
    document.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    document.save(buffer)
    return undated(buffer.getvalue())


def text(rows: list[list[Any]], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """A delimited text file."""
    import csv

    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().replace("…", "...").encode(encoding)
