"""Lists a careful clerk could read, however they look."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterator
from typing import Any

from ansinh.local.province.legacy_text import to_tcvn3, to_vni
from tests.support.sheets import HEADER, SIGNATURES, TITLE, TOTAL, TRUTH, ods, people, pick, sheet, text, xls, xlsx
from tests.support.xlsb import write_xlsb

Case = dict[str, Any]


def case(name: str, why: str, file: str, data: bytes, **expected: Any) -> Case:
    """A case of period 2026-11 and commune 25858, accepted with nothing to say unless told otherwise."""
    return {"name": name, "why": why, "file": file, "data": data, "period": "2026-11", "commune": "25858", "status": "accepted", "problems": [], **expected}


def truth(first: int = 7, skip: tuple[int, ...] = (), without: tuple[str, ...] = (), **changes: Any) -> dict[int, dict[str, Any]]:
    """The five on consecutive rows from `first`; positions in `skip` are left out, fields in `without` are not asked."""
    rows = {}
    for position, expected in enumerate(TRUTH):
        if position not in skip:
            rows[first + position] = {key: changes.get(key, value) for key, value in expected.items() if key not in without}
    return rows


def _as(rows: list[list[Any]], change: Any) -> list[list[Any]]:
    return [[change(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def _with(column: str, values: list[Any]) -> list[list[Any]]:
    rows = people()
    for row, value in zip(rows, values, strict=True):
        row[HEADER.index(column)] = value
    return rows


NO_ACCOUNT_LOOKS = [[8, "account_number", "CASH_INFERRED"], [9, "account_number", "CASH_INFERRED"]]


def cases() -> Iterator[Case]:
    yield from _formats()
    yield from _encodings()
    yield from _layouts()
    yield from _values()


def _formats() -> Iterator[Case]:
    yield case("plain_xlsx", "Danh sách thường gặp nhất.", "DS T11.xlsx", xlsx(("Danh sách", sheet())), rows=truth())
    yield case("plain_xls", "Excel 97-2003.", "DS T11.xls", xls("DS", sheet()), rows=truth())
    yield case("plain_ods", "LibreOffice, kèm một triệu dòng trống ở cuối như LibreOffice vẫn ghi.", "DS.ods", ods("DS", sheet()), rows=truth())
    yield case("plain_xlsb", "Excel nhị phân.", "DS.xlsb", write_xlsb(sheet()), rows=truth())
    yield case("csv_comma_bom", "CSV UTF-8 của Excel.", "DS.csv", text(sheet()), rows=truth(), encoding="UTF-8")
    semicolons = text(_as(sheet(), lambda s: unicodedata.normalize("NFD", s)), ";", "utf-8")
    yield case("csv_semicolon_nfd", "CSV từ máy Mac: dấu chấm phẩy, chữ tổ hợp (NFD).", "DS.csv", semicolons, rows=truth())
    yield case("txt_utf16_tabs", "«Unicode Text» của Excel: UTF-16, ngăn bằng tab.", "DS.txt", text(sheet(), "\t", "utf-16"), rows=truth(), encoding="UTF-16")
    pipes = text(sheet(), "|", "utf-16-le")
    yield case("txt_utf16_no_bom_pipes", "UTF-16 không BOM, ngăn bằng |.", "DS.txt", pipes, rows=truth(), encoding="UTF-16")
    cp1258 = text(_as(sheet(), _to_1258), ";", "cp1258")
    yield case("csv_windows_1258", "CSV theo bảng mã Việt của Windows cũ.", "DS.csv", cp1258, rows=truth(), encoding="windows-1258")
    sep = b"sep=;\r\n" + text(sheet(), ";", "utf-8")
    yield case("csv_sep_line", "Dòng đầu «sep=;» của Excel; số dòng vẫn là số dòng của tệp.", "DS.csv", sep, rows=truth(8))
    quoted = _with("Địa chỉ", ['Ấp 1, "xóm" Đình', "Ấp 2\ntổ 5", "Ấp 3", "Ấp 1", "Ấp 4"])
    shifted = {7: truth()[7], 8: truth()[8], 10: truth()[9], 11: truth()[10], 12: truth()[11]}
    yield case("csv_quotes_and_newlines", "Ô có dấu nháy, dấu phẩy và xuống dòng: số dòng là dòng của tệp.", "DS.csv", text(sheet(quoted)), rows=shifted)
    yield case("xls_is_really_xlsx", "Đuôi .xls nhưng nội dung là xlsx: nội dung quyết định.", "DS.xls", xlsx(("DS", sheet())), rows=truth())
    yield case("xlsx_is_really_xls", "Đuôi .xlsx nhưng nội dung là Excel 97.", "DS.xlsx", xls("DS", sheet()), rows=truth())
    yield case("csv_is_really_xlsx", "Đuôi .csv nhưng nội dung là xlsx.", "DS.csv", xlsx(("DS", sheet())), rows=truth())
    zeros = people()
    for row in zeros:
        row[4] = row[4].lstrip("0")
        row[14] = row[14].lstrip("0")
    yield case("csv_lost_zeros", "CSV lưu từ Excel: mất số 0 đầu CCCD và điện thoại; khôi phục vì khớp tỉnh, năm, giới.", "DS.csv", text(sheet(zeros)), rows=truth())


def _to_1258(value: str) -> str:
    """windows-1258 writes the tone as its own character after the vowel."""
    out = []
    for char in unicodedata.normalize("NFC", value):
        try:
            char.encode("cp1258")
            out.append(char)
        except UnicodeEncodeError:
            decomposed = unicodedata.normalize("NFD", char)
            tone = next(mark for mark in decomposed if mark in "\u0300\u0301\u0303\u0309\u0323")
            out.append(unicodedata.normalize("NFC", decomposed.replace(tone, "")) + tone)
    return "".join(out)


def _encodings() -> Iterator[Case]:
    yield case("xls_tcvn3", "Phông .VnTime: mỗi ký tự một byte, không có chữ hoa có dấu.", "DS.xls", xls("DS", _as(sheet(), to_tcvn3), ".VnTime"), rows=truth(), encoding="TCVN3")
    yield case("xlsx_vni", "Phông VNI-Times, hai ký tự một chữ có dấu (miền Nam).", "DS.xlsx", xlsx(("DS", _as(sheet(), to_vni)), font="VNI-Times"), rows=truth(), encoding="VNI")
    yield case("csv_tcvn3_bytes", "Tệp văn bản một byte theo TCVN3.", "DS.txt", text(_as(sheet(), to_tcvn3), "\t", "latin-1"), rows=truth(), encoding="TCVN3")
    names_only = people()
    for row in names_only:
        row[1] = to_vni(row[1])
    yield case("xlsx_vni_names_only", "Tiêu đề Unicode, riêng cột họ tên dán từ danh sách VNI cũ.", "DS.xlsx", xlsx(("DS", sheet(names_only))), rows=truth(), encoding="VNI")
    barred = people()
    barred[4][1] = "Ðặng Thúy Hằng"
    yield case("wrong_d_with_stroke", "Chữ Ð (Eth) của bàn phím cũ thay cho Đ.", "DS.xlsx", xlsx(("DS", sheet(barred))), rows=truth())
    caps = _with("Họ và tên", [expected["full_name"].upper() for expected in TRUTH])
    expected = {row: {**fields, "full_name": fields["full_name"].upper()} for row, fields in truth().items()}
    yield case("tcvn3_capitals", "Tên viết hoa trong TCVN3: dấu trở lại thành chữ hoa.", "DS.xls", xls("DS", _as(sheet(caps), to_tcvn3), ".VnTimeH"), rows=expected)


def _layouts() -> Iterator[Case]:
    split = [["STT", "Họ và tên", "Năm sinh", "", "Số CCCD/CMND", "Nơi ở", "Diện hưởng", "Hệ số", "Số tiền", "Tài khoản nhận", "", "Ký nhận"],
             ["", "", "Nam", "Nữ", "", "", "", "", "", "Số TK", "Ngân hàng", ""]]  # fmt: skip
    body = [[r[0], r[1], int(r[2][-4:]) if r[3] == "Nam" else "", int(r[2][-4:]) if r[3] == "Nữ" else "", r[4], r[5], r[6], r[8], r[9], r[10], r[11], ""] for r in people()]
    years = {n: {**f, "birth_date": None, "birth_date_precision": "year"} for n, f in truth(8).items()}
    merges = ("C6:D6", "J6:K6", "A6:A7", "B6:B7", "E6:E7", "F6:F7", "G6:G7", "H6:H7", "I6:I7", "L6:L7")
    looks = [[9, "account_number", "CASH_INFERRED"], [10, "account_number", "CASH_INFERRED"]]
    two_rows = [*TITLE, *split, *body, ["Cộng", "", "", "", "", "", "", "", TOTAL]]
    yield case("two_row_header_split_years", "Tiêu đề hai dòng gộp ô, năm sinh tách Nam/Nữ, không có cột hình thức nhận.", "DS.xlsx", xlsx(("DS", two_rows), merges=merges), rows=years, problems=looks)
    yield case("two_row_header_csv", "Cùng tiêu đề hai dòng nhưng là CSV: không có thông tin gộp ô.", "DS.csv", text(two_rows), rows=years, problems=looks)
    deep = [["TT", "THÔNG TIN ĐỐI TƯỢNG", "", "", "", "", "TRỢ CẤP", "", "CHI TRẢ", "", ""],
            ["", "Họ tên", "Ngày sinh", "GT", "Số định danh", "Thôn/ấp", "Mã ĐT", "Mức hưởng", "Hình thức nhận", "Tài khoản", ""],
            ["", "", "", "", "", "", "", "", "", "Số TK", "Ngân hàng"]]  # fmt: skip
    three = [[r[0], r[1], r[2], r[3], r[4], r[5], r[7], r[9], r[13], r[10], r[11]] for r in people()]
    spans = ("B6:F6", "G6:H6", "I6:K6", "J7:K7", "A6:A8", "B7:B8", "C7:C8", "D7:D8", "E7:E8", "F7:F8", "G7:G8", "H7:H8", "I7:I8")
    yield case("three_row_header", "Tiêu đề ba dòng, hai tầng gộp ô.", "DS.xlsx", xlsx(("DS", [*TITLE, *deep, *three]), merges=spans), rows=truth(9))
    far = [[f"Căn cứ số {n}"] for n in range(1, 16)]
    yield case("header_in_row_20", "Nhiều dòng căn cứ phía trên: tiêu đề ở dòng 20.", "DS.xlsx", xlsx(("DS", sheet(title=[*TITLE[:4], *far]))), rows=truth(21))
    numbering = [[str(n) for n in range(1, 17)], *people()]
    yield case("numbering_row", "Dòng đánh số cột 1, 2, 3… dưới tiêu đề không phải là người.", "DS.xlsx", xlsx(("DS", sheet(numbering))), rows=truth(8))
    marks = [[f"({n})" for n in range(1, 17)], *people()]
    yield case("numbering_row_brackets", "Dòng (1) (2) (3)…", "DS.xlsx", xlsx(("DS", sheet(marks))), rows=truth(8))
    p = people()
    hamlets = [["I", "Ấp 1"], p[0], ["", "Cộng Ấp 1", *[""] * 7, 810000], ["II", "Ấp 2"], p[1], p[2], p[3], ["", "Cộng Ấp 2", *[""] * 7, 2700000], ["III", "Ấp 4"], p[4]]
    placed = {8: TRUTH[0], 11: TRUTH[1], 12: TRUTH[2], 13: TRUTH[3], 16: TRUTH[4]}
    yield case("hamlet_headings_subtotals", "Xen dòng tên ấp và dòng cộng từng ấp.", "DS.xlsx", xlsx(("DS", sheet(hamlets))), rows=placed)
    groups = [["A", "Người cao tuổi hộ nghèo từ 60 đến 80 tuổi"], p[0], ["B", "Người khuyết tật nặng"], p[1], p[3], ["C", "Trẻ em mất nguồn nuôi dưỡng từ 4 đến dưới 16 tuổi"], p[2],
              ["D", "Người cao tuổi hộ nghèo từ đủ 80 tuổi"], p[4]]  # fmt: skip
    bare = [[cell if place not in (6, 7) else "" for place, cell in enumerate(row)] if len(row) > 2 else row for row in groups]
    headed = {8: TRUTH[0], 10: TRUTH[1], 11: TRUTH[3], 13: TRUTH[2], 15: TRUTH[4]}
    yield case("group_headings", "Diện hưởng chỉ ghi ở dòng đầu mỗi nhóm; hệ số phân biệt người lớn và người cao tuổi.", "DS.xlsx", xlsx(("DS", sheet(bare))), rows=headed)
    again = [p[0], p[1], list(HEADER), p[2], p[3], p[4]]
    yield case("repeated_header", "Tiêu đề in lại ở đầu trang hai.", "DS.xlsx", xlsx(("DS", sheet(again))), rows={7: TRUTH[0], 8: TRUTH[1], 10: TRUTH[2], 11: TRUTH[3], 12: TRUTH[4]})
    gaps = [p[0], [], p[1], p[2], [], [], p[3], p[4]]
    yield case("blank_rows", "Có dòng trống giữa danh sách.", "DS.xlsx", xlsx(("DS", sheet(gaps))), rows={7: TRUTH[0], 9: TRUTH[1], 10: TRUTH[2], 13: TRUTH[3], 14: TRUTH[4]})
    moved = [["", "", *row] for row in sheet()]
    yield case("starts_in_column_c", "Bảng bắt đầu ở cột C.", "DS.xlsx", xlsx(("DS", moved)), rows=truth())
    order = ["Số CCCD", "Họ và tên", "Số tài khoản", "Ngân hàng", "Mức trợ cấp", "Mã đối tượng", "Giới tính", "Ngày sinh", "Hình thức nhận"]
    yield case("other_order_no_stt", "Cột xếp thứ tự khác, không có STT.", "DS.xlsx", xlsx(("DS", [*TITLE, order, *pick(order)])), rows=truth())
    plain = ["TT", "HO VA TEN", "NGAY SINH", "GIOI TINH", "SO CCCD", "DIA CHI", "DIEN HUONG", "MA DT", "HE SO", "MUC HUONG", "SO TK", "NGAN HANG", "CHU TK", "HINH THUC CHI TRA", "SDT", "GHI CHU"]
    yield case("header_without_tones", "Tiêu đề gõ không dấu, viết tắt.", "DS.xlsx", xlsx(("DS", sheet(header=plain))), rows=truth())
    glued = ["STT", "HoVaTen", "NgaySinh", "GioiTinh", "SoGiayTo", "DiaChi", "DoiTuong", "MaDoiTuong", "HeSo", "MucTroCap", "SoTaiKhoan", "TenNganHang", "ChuTaiKhoan", "HinhThucNhanTien", "SoDienThoai", "GhiChu"]
    yield case("header_as_field_names", "Tiêu đề là tên trường của phần mềm.", "DS.xlsx", xlsx(("DS", sheet(header=glued))), rows=truth())
    summary = [["TỔNG HỢP THÁNG 11/2026"], ["STT", "Nhóm đối tượng", "Số người", "Số tiền"], [1, "Bảo trợ xã hội", 5, TOTAL]]
    yield case("summary_sheet_first", "Trang tổng hợp đứng trước trang danh sách.", "DS.xlsx", xlsx(("Tổng hợp", summary), ("Danh sách", sheet())), rows=truth())
    old = [["DANH SÁCH THÁNG 11/2026"], HEADER, ["1", "Người Trong Trang Ẩn", "1950", "Nam", "074050111111", "Ấp 9", "", "5.5a_60_80", 1.5, 810000]]
    yield case("hidden_old_sheet", "Trang ẩn giữ danh sách cũ: không đọc.", "DS.xlsx", xlsx(("Danh sách", sheet()), ("Cũ", old), hidden=("Cũ",)), rows=truth())
    two = [("Trang 1", [*TITLE, HEADER, *people()[:2]]), ("Trang 2", [*TITLE, HEADER, *people()[2:]])]
    yield case("two_data_sheets", "Danh sách chia hai trang.", "DS.xlsx", xlsx(*two), rows={"Trang 1": {7: TRUTH[0], 8: TRUTH[1]}, "Trang 2": {7: TRUTH[2], 8: TRUTH[3], 9: TRUTH[4]}})
    same = [("Sheet1", sheet()), ("Sheet1 (2)", sheet())]
    yield case("same_sheet_twice", "Trang bị nhân đôi: đọc một lần và nói.", "DS.xlsx", xlsx(*same), rows={"Sheet1": truth()}, problems=[[None, None, "SHEET_REPEATED"]])
    leaving = [["DANH SÁCH ĐỐI TƯỢNG GIẢM THÁNG 11/2026"], HEADER, [1, "Người Đã Mất", "01/02/1940", "Nam", "074040111111", "Ấp 9", "", "5.5a_80", 2.0, 1080000]]
    yield case("leavers_sheet", "Trang danh sách giảm không phải để chi.", "DS.xlsx", xlsx(("Chi trả", sheet()), ("Giảm", leaving)), rows={"Chi trả": truth()}, problems=[[None, None, "LEAVERS_SHEET"]])
    joint = ["STT", "Họ và tên", "", "Ngày sinh", "Giới tính", "Số CCCD", "Mã đối tượng", "Số tiền", "Hình thức nhận", "Tài khoản ngân hàng"]
    rows = [[r[0], r[1].rsplit(" ", 1)[0], r[1].rsplit(" ", 1)[1], r[2], r[3], r[4], r[7], r[9], r[13], f"{r[10]} - {r[11]}" if r[10] else ""] for r in people()]
    yield case("name_in_two_columns_account_with_bank", "Họ đệm và tên ở hai cột dưới một tiêu đề; số tài khoản và ngân hàng chung một ô.", "DS.xlsx",
               xlsx(("DS", [*TITLE, joint, *rows]), merges=("B6:C6",)), rows=truth())  # fmt: skip
    note = [["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Hệ số", "Mức trợ cấp", "Truy lĩnh", "Tổng cộng"], [1, "Nguyễn Thị Hoa", "12/03/1950", "075150123456", 1.5, 810000, 240000, 1050000]]
    htxh = [["DANH SÁCH NGƯỜI CAO TUỔI HỘ NGHÈO TỪ 60 ĐẾN 80 TUỔI NHẬN TRỢ CẤP THÁNG 11 NĂM 2026"], *note]
    yield case("group_in_title_arrears", "Cả danh sách một diện, chỉ ghi ở tiêu đề; có truy lĩnh và tổng.", "DS.xlsx", xlsx(("DS", htxh)),
               rows={3: {"entitlement_code": "5.5a_60_80", "amount_vnd": 810000, "declared_arrears_vnd": 240000}},
               problems=[[3, "channel", "CASH_INFERRED"]])  # fmt: skip
    thousands = [*TITLE, ["", "", "", "", "", "", "", "", "ĐVT: nghìn đồng"], HEADER, *_with("Mức trợ cấp", [810, 1080, 810, 810, 1080]), ["", "Tổng cộng", *[""] * 7, 4590]]
    yield case("unit_of_thousands", "Đơn vị tính nghìn đồng.", "DS.xlsx", xlsx(("DS", thousands)), rows=truth(8))
    merged = [*TITLE, HEADER, people()[0], ["", "", "", "", "", "", "Hộ gia đình chăm sóc người khuyết tật đặc biệt nặng", "20.2c", 1.0, 540000, "", "", "", "Tiền mặt", "", ""]]
    fills = tuple(f"{c}7:{c}8" for c in "ABCDEF")
    yield case("one_person_two_lines_merged", "Một người hai khoản, các ô tên gộp dọc.", "DS.xlsx", xlsx(("DS", merged), merges=fills),
               rows={7: TRUTH[0], 8: {"full_name": "Nguyễn Thị Hoa", "id_number": "075150123456", "entitlement_code": "20.2c", "payment_channel": "cash"}},
               problems=[[8, "id_number", "ID_TWICE_SAME_PERSON"], [8, "subject_id_number", "SUBJECT_MISSING"]])  # fmt: skip
    full = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Mã đối tượng", "Hệ số", "Mức trợ cấp", "Số tài khoản", "Ngân hàng", "Chủ tài khoản", "Người nhận thay", "Quan hệ",
            "CCCD người nhận", "Giấy ủy quyền đến ngày", "Ngày quyết định", "Hưởng từ tháng", "Ngày xác nhận khuyết tật", "Số con", "CCCD người được chăm sóc", "Chuyển đến từ"]  # fmt: skip
    row = [1, "Huỳnh Ngọc Ánh", "1990", "Nữ", "052190456789", "5.6_n", 1.5, 810000, "65826351973737", "BIDV", "TRAN VAN BINH", "Trần Văn Bình", "Chồng", "074062234567", "31/12/2026",
           "20/10/2026", "09/2026", "15/9/2026", "", "", "xã An Long"]  # fmt: skip
    yield case("rule_inputs", "Các cột cho quy tắc tính: quyết định, hưởng từ tháng, xác nhận khuyết tật, người nhận thay, ủy quyền, nơi chuyển đến.", "DS.xlsx", xlsx(("DS", [*TITLE, full, row])),
               rows={7: {"payee_name": "Trần Văn Bình", "payee_relation": "Chồng", "payee_id_number": "074062234567", "mandate_until": "2026-12-31", "decided_on": "2026-10-20",
                         "entitled_from": "2026-09", "certified_on": "2026-09-15", "moved_from": "xã An Long", "account_name": "TRAN VAN BINH"}})  # fmt: skip


def _values() -> Iterator[Case]:
    numbers = people()
    for row in numbers:
        row[4], row[14] = int(row[4]), int(row[14])
    yield case("numeric_ids_and_phones", "CCCD và điện thoại là số nên mất số 0: khôi phục, không phải lỗi.", "DS.xlsx", xlsx(("DS", sheet(numbers))), rows=truth())
    dates = _with("Ngày sinh", [datetime.date(1950, 3, 12), datetime.date(1962, 9, 5), datetime.date(2016, 11, 20), 1990, 1935])
    yield case("real_dates", "Ngày sinh là ô ngày của Excel, năm là số.", "DS.xlsx", xlsx(("DS", sheet(dates))), rows=truth())
    yield case("real_dates_1904", "Sổ dùng hệ ngày 1904 của máy Mac.", "DS.xlsx", xlsx(("DS", sheet(dates)), mac=True), rows=truth())
    yield case("real_dates_1904_xls", "Hệ ngày 1904 trong .xls.", "DS.xls", xls("DS", sheet(dates), mac=True), rows=truth())
    serials = _with("Ngày sinh", [18334, 22894, 42694, 1990, 1935])
    yield case("serial_dates", "Ngày sinh hiện thành số thứ tự ngày của Excel.", "DS.xlsx", xlsx(("DS", sheet(serials))), rows=truth())
    short = _with("Ngày sinh", ["12-3-50", "5.9.62", "20/11/16", "00/00/1990", "xx/xx/1935"])
    yield case("odd_date_texts", "Năm hai chữ số, dấu chấm, gạch, 00/00, xx/xx.", "DS.xlsx", xlsx(("DS", sheet(short))), rows=truth())
    american = _with("Ngày sinh", ["03/12/1950", "09/05/1962", "11/20/2016", "1990", "1935"])
    yield case("month_first_column", "Cả cột ghi tháng trước: một giá trị chứng minh.", "DS.xlsx", xlsx(("DS", sheet(american))), rows=truth())
    more = people() + [[6, "Bùi Văn Cường", "01/01/1948", "Nam", "074048678901", "Ấp 5", "", "5.5a_60_80", 1.5, 810000, "", "", "", "Tiền mặt", "", ""],
                       [7, "Phan Thị Dung", "01/01/1947", "Nữ", "074147678902", "Ấp 5", "", "5.5a_60_80", 1.5, 810000, "", "", "", "Tiền mặt", "", ""],
                       [8, "Võ Văn Em", "01/01/1949", "Nam", "074049678903", "Ấp 5", "", "5.5a_60_80", 1.5, 810000, "", "", "", "Tiền mặt", "", ""]]  # fmt: skip
    habit = {**truth(), 12: {"birth_date": None, "birth_year": 1948, "birth_date_precision": "year"}, 13: {"sex": "female"}, 14: {"birth_date": None, "birth_year": 1949, "birth_date_precision": "year"}}
    yield case("first_january_habit", "01/01 dùng thay cho «chỉ biết năm» ở nhiều dòng.", "DS.xlsx", xlsx(("DS", sheet(more, total=TOTAL + 3 * 810000))), rows=habit)
    money = _with("Mức trợ cấp", ["810.000", "1,080,000 đ", "810 000", "810.000,00", "1.080.000đ/tháng"])
    for row, coefficient in zip(money, ["1,5", "2,0", "1.5", 1.5, "2"], strict=True):
        row[8] = coefficient
    yield case("money_as_text", "Số tiền và hệ số là chữ, nhiều kiểu dấu.", "DS.xlsx", xlsx(("DS", sheet(money))), rows=truth())
    words = _with("Mã đối tượng", ["", "", "", "", ""])
    spoken = ["NCT hộ nghèo (60-80 tuổi)", "NKT nặng (NCT)", "Trẻ em mồ côi", "KT nặng", "Người cao tuổi hộ nghèo"]
    for row, said in zip(words, spoken, strict=True):
        row[6] = said
    yield case("groups_by_words", "Không có mã; chữ viết tắt, hệ số và tuổi phân biệt.", "DS.xlsx", xlsx(("DS", sheet(words))), rows=truth())
    banks = _with("Ngân hàng", ["NHNo&PTNT VN - CN Phú Giáo", "", "", "NH Đầu tư & Phát triển", "VCB"])
    for row, way in zip(banks, ["CK", "TM", "Nhận tại UBND xã", "Qua ATM", "chuyển khoản"], strict=True):
        row[13] = way
    yield case("bank_and_channel_words", "Tên ngân hàng và hình thức nhận viết nhiều kiểu.", "DS.xlsx", xlsx(("DS", sheet(banks))), rows=truth())
    home = _with("Hình thức nhận", ["Chuyển khoản", "Chi trả tại nhà", "Ví MoMo", "Chuyển khoản", "Chuyển khoản"])
    expected = truth()
    expected[8]["payment_channel"], expected[9]["payment_channel"] = "home", "wallet"
    yield case("home_and_wallet", "Chi tại nhà và ví điện tử.", "DS.xlsx", xlsx(("DS", sheet(home))), rows=expected)
    messy = people()
    messy[0][4], messy[1][4], messy[3][4], messy[4][4] = "'075150123456", "074 062 234 567", "CCCD: 052190456789", "001.135.567.890"
    yield case("id_with_spaces_and_labels", "CCCD có khoảng trắng, dấu chấm, chữ «CCCD:», dấu nháy.", "DS.xlsx", xlsx(("DS", sheet(messy))), rows=truth())
    typed = _with("Ngày sinh", [datetime.date(1950, 3, 12), datetime.date(1962, 9, 5), datetime.date(2016, 11, 20), datetime.date(1905, 6, 12), datetime.date(1905, 4, 18)])
    yield case("year_in_a_date_cell", "Gõ 1990 vào ô định dạng ngày: Excel hiện 12/06/1905.", "DS.xlsx", xlsx(("DS", sheet(typed))), rows=truth())
    shrunk = _with("Mức trợ cấp", [810, "1.080.000", 810, 810, "1.080.000"])
    yield case("american_excel_ate_the_dot", "Gõ 810.000 trong Excel kiểu Mỹ thành số 810, còn 1.080.000 vẫn là chữ.", "DS.xlsx", xlsx(("DS", sheet(shrunk))), rows=truth())
    signed = sheet(title=[["UBND XÃ PHÚ GIÁO"], ["Phú Giáo, ngày 15 tháng 10 năm 2026"], ["(Kèm Quyết định số 12/QĐ-UBND ngày 01/10/2026)"], ["DANH SÁCH CHI TRẢ THÁNG 11 NĂM 2026"], []])
    yield case("signing_date_is_not_the_month", "Ngày ký tháng 10 không phải tháng chi trả.", "DS.xlsx", xlsx(("DS", signed)), rows=truth())
    former = sheet(title=[["UBND XÃ AN BÌNH (CŨ)"], ["DANH SÁCH CHI TRẢ THÁNG 11/2026"], [], [], []])
    yield case("former_commune_name", "Tên xã cũ đã nhập vào xã này từ 01/7/2025.", "DS.xlsx", xlsx(("DS", former)), rows=truth())
    words12 = sheet(title=[["XÃ PHÚ GIÁO"], ["DANH SÁCH ĐIỀU CHỈNH, ĐÍNH CHÍNH THÁNG 11/2026"], [], [], []])
    yield case("correction_words", "Tiêu đề nói đây là danh sách điều chỉnh.", "DS.xlsx", xlsx(("DS", words12)), rows=truth(), kind_words="correction")
    funeral = [["DANH SÁCH HỖ TRỢ MAI TÁNG PHÍ THÁNG 11/2026"], HEADER, [1, *people()[0][1:6], "Mai táng phí", "11", 20, 10800000, "", "", "", "Tiền mặt", "", ""]]
    yield case("funeral_is_no_supplement", "«Mai táng» không phải «tăng».", "mai tang T11.xlsx", xlsx(("DS", funeral)), rows={3: {"entitlement_code": "11", "amount_vnd": 10800000}}, kind_words=None)
    ends = [*TITLE, HEADER, *people(), ["", "Tổng cộng: 5 người; số tiền: 4.590.000 đồng"], *SIGNATURES]
    yield case("total_inside_words", "Tổng ghi lẫn trong câu.", "DS.xlsx", xlsx(("DS", ends)), rows=truth())
