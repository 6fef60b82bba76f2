"""Cells as clerks fill them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from tests.cases.sheets.common import Case, case, truth, with_column
from tests.support.sheets import HEADER, SIGNATURES, TITLE, TOTAL, people, sheet, xls, xlsx


def cases() -> Iterator[Case]:
    numbers = people()
    for row in numbers:
        row[4], row[14] = int(row[4]), int(row[14])
    yield case(
        "numeric_ids_and_phones",
        "CCCD và điện thoại là số nên mất số 0: khôi phục, không phải lỗi.",
        "DS.xlsx",
        xlsx(("DS", sheet(numbers))),
        rows=truth(),
    )
    wide = people()
    wide[0][4], wide[0][9] = "０７５１５０１２３４５６", "８１0.000"
    wide[1][2] = "０5/09/1962"
    wide[3][10] = "６5826351973737"
    yield case(
        "digits_of_a_wide_keyboard",
        "Chữ số toàn khổ của bộ gõ châu Á là chữ số: đọc như thường.",
        "DS.xlsx",
        xlsx(("DS", sheet(wide))),
        rows=truth(),
    )
    raised = people()
    raised[0][10] = "516670551727³"
    raised[1][4], raised[2][9] = "07406223456³", "196³"
    yield case(
        "digits_raised_are_no_digits",
        "Số mũ lẫn trong số tài khoản, CCCD, số tiền: không bỏ đi rồi chi vào số khác, mà báo.",
        "DS.xlsx",
        xlsx(("DS", sheet(raised, total=None))),
        status="partly",
        rows=truth(without=("id_number", "amount_vnd", "account_number", "payment_channel", "bank_bin")),
        problems=[[7, "account_number", "ACCOUNT_SHAPE"], [8, "id_number", "ID_LETTERS"], [9, "amount", "AMOUNT_UNREADABLE"]],
    )
    dates = with_column("Ngày sinh", [datetime.date(1950, 3, 12), datetime.date(1962, 9, 5), datetime.date(2016, 11, 20), 1990, 1935])
    yield case("real_dates", "Ngày sinh là ô ngày của Excel, năm là số.", "DS.xlsx", xlsx(("DS", sheet(dates))), rows=truth())
    yield case("real_dates_1904", "Sổ dùng hệ ngày 1904 của máy Mac.", "DS.xlsx", xlsx(("DS", sheet(dates)), mac=True), rows=truth())
    yield case("real_dates_1904_xls", "Hệ ngày 1904 trong .xls.", "DS.xls", xls("DS", sheet(dates), mac=True), rows=truth())
    serials = with_column("Ngày sinh", [18334, 22894, 42694, 1990, 1935])
    yield case("serial_dates", "Ngày sinh hiện thành số thứ tự ngày của Excel.", "DS.xlsx", xlsx(("DS", sheet(serials))), rows=truth())
    short = with_column("Ngày sinh", ["12-3-50", "5.9.62", "20/11/16", "00/00/1990", "xx/xx/1935"])
    yield case("odd_date_texts", "Năm hai chữ số, dấu chấm, gạch, 00/00, xx/xx.", "DS.xlsx", xlsx(("DS", sheet(short))), rows=truth())
    american = with_column("Ngày sinh", ["03/12/1950", "09/05/1962", "11/20/2016", "1990", "1935"])
    yield case(
        "month_first_column", "Cả cột ghi tháng trước: một giá trị chứng minh.", "DS.xlsx", xlsx(("DS", sheet(american))), rows=truth()
    )
    more = [*people(), [6, "Bùi Văn Cường", "01/01/1948", "Nam", "074048678901", "Ấp 5", "", "5.5a_60_80", 1.5, 810000, "", "", "", "Tiền mặt", "", ""],
                       [7, "Phan Thị Dung", "01/01/1947", "Nữ", "074147678902", "Ấp 5", "", "5.5a_60_80", 1.5, 810000, "", "", "", "Tiền mặt", "", ""],
                       [8, "Võ Văn Em", "01/01/1949", "Nam", "074049678903", "Ấp 5", "", "5.5a_60_80", 1.5, 810000, "", "", "", "Tiền mặt", "", ""]]  # fmt: skip
    habit = {
        **truth(),
        12: {"birth_date": None, "birth_year": 1948, "birth_date_precision": "year"},
        13: {"sex": "female"},
        14: {"birth_date": None, "birth_year": 1949, "birth_date_precision": "year"},
    }
    yield case(
        "first_january_habit",
        "01/01 dùng thay cho «chỉ biết năm» ở nhiều dòng.",
        "DS.xlsx",
        xlsx(("DS", sheet(more, total=TOTAL + 3 * 810000))),
        rows=habit,
    )
    money = with_column("Mức trợ cấp", ["810.000", "1,080,000 đ", "810 000", "810.000,00", "1.080.000đ/tháng"])
    for row, coefficient in zip(money, ["1,5", "2,0", "1.5", 1.5, "2"], strict=True):
        row[8] = coefficient
    yield case("money_as_text", "Số tiền và hệ số là chữ, nhiều kiểu dấu.", "DS.xlsx", xlsx(("DS", sheet(money))), rows=truth())
    words = with_column("Mã đối tượng", ["", "", "", "", ""])
    spoken = ["NCT hộ nghèo (60-80 tuổi)", "NKT nặng (NCT)", "Trẻ em mồ côi", "KT nặng", "Người cao tuổi hộ nghèo"]
    for row, said in zip(words, spoken, strict=True):
        row[6] = said
    yield case(
        "groups_by_words", "Không có mã; chữ viết tắt, hệ số và tuổi phân biệt.", "DS.xlsx", xlsx(("DS", sheet(words))), rows=truth()
    )
    banks = with_column("Ngân hàng", ["NHNo&PTNT VN - CN Phú Giáo", "", "", "NH Đầu tư & Phát triển", "VCB"])
    for row, way in zip(banks, ["CK", "TM", "Nhận tại UBND xã", "Qua ATM", "chuyển khoản"], strict=True):
        row[13] = way
    yield case(
        "bank_and_channel_words", "Tên ngân hàng và hình thức nhận viết nhiều kiểu.", "DS.xlsx", xlsx(("DS", sheet(banks))), rows=truth()
    )
    home = with_column("Hình thức nhận", ["Chuyển khoản", "Chi trả tại nhà", "Ví MoMo", "Chuyển khoản", "Chuyển khoản"])
    expected = truth()
    expected[8]["payment_channel"], expected[9]["payment_channel"] = "home", "wallet"
    yield case("home_and_wallet", "Chi tại nhà và ví điện tử.", "DS.xlsx", xlsx(("DS", sheet(home))), rows=expected)
    messy = people()
    messy[0][4], messy[1][4], messy[3][4], messy[4][4] = "'075150123456", "074 062 234 567", "CCCD: 052190456789", "001.135.567.890"
    yield case(
        "id_with_spaces_and_labels",
        "CCCD có khoảng trắng, dấu chấm, chữ «CCCD:», dấu nháy.",
        "DS.xlsx",
        xlsx(("DS", sheet(messy))),
        rows=truth(),
    )
    typed = with_column(
        "Ngày sinh",
        [
            datetime.date(1950, 3, 12),
            datetime.date(1962, 9, 5),
            datetime.date(2016, 11, 20),
            datetime.date(1905, 6, 12),
            datetime.date(1905, 4, 18),
        ],
    )
    yield case(
        "year_in_a_date_cell", "Gõ 1990 vào ô định dạng ngày: Excel hiện 12/06/1905.", "DS.xlsx", xlsx(("DS", sheet(typed))), rows=truth()
    )
    shrunk = with_column("Mức trợ cấp", [810, "1.080.000", 810, 810, "1.080.000"])
    yield case(
        "american_excel_ate_the_dot",
        "Gõ 810.000 trong Excel kiểu Mỹ thành số 810, còn 1.080.000 vẫn là chữ.",
        "DS.xlsx",
        xlsx(("DS", sheet(shrunk))),
        rows=truth(),
    )
    signed = sheet(
        title=[
            ["UBND XÃ PHÚ GIÁO"],
            ["Phú Giáo, ngày 15 tháng 10 năm 2026"],
            ["(Kèm Quyết định số 12/QĐ-UBND ngày 01/10/2026)"],
            ["DANH SÁCH CHI TRẢ THÁNG 11 NĂM 2026"],
            [],
        ]
    )
    yield case("signing_date_is_not_the_month", "Ngày ký tháng 10 không phải tháng chi trả.", "DS.xlsx", xlsx(("DS", signed)), rows=truth())
    former = sheet(title=[["UBND XÃ AN BÌNH (CŨ)"], ["DANH SÁCH CHI TRẢ THÁNG 11/2026"], [], [], []])
    yield case("former_commune_name", "Tên xã cũ đã nhập vào xã này từ 01/7/2025.", "DS.xlsx", xlsx(("DS", former)), rows=truth())
    words12 = sheet(title=[["XÃ PHÚ GIÁO"], ["DANH SÁCH ĐIỀU CHỈNH, ĐÍNH CHÍNH THÁNG 11/2026"], [], [], []])
    yield case(
        "correction_words",
        "Tiêu đề nói đây là danh sách điều chỉnh.",
        "DS.xlsx",
        xlsx(("DS", words12)),
        rows=truth(),
        kind_words="correction",
    )
    funeral = [
        ["DANH SÁCH HỖ TRỢ MAI TÁNG PHÍ THÁNG 11/2026"],
        HEADER,
        [1, *people()[0][1:6], "Mai táng phí", "11", 20, 10800000, "", "", "", "Tiền mặt", "", ""],
    ]
    yield case(
        "funeral_is_no_supplement",
        "«Mai táng» không phải «tăng».",
        "mai tang T11.xlsx",
        xlsx(("DS", funeral)),
        rows={3: {"entitlement_code": "11", "amount_vnd": 10800000}},
        kind_words=None,
    )
    ends = [*TITLE, HEADER, *people(), ["", "Tổng cộng: 5 người; số tiền: 4.590.000 đồng"], *SIGNATURES]
    yield case("total_inside_words", "Tổng ghi lẫn trong câu.", "DS.xlsx", xlsx(("DS", ends)), rows=truth())
