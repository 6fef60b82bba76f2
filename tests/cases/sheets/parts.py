"""Lists in parts: sheets of other months, people who left, headings anew, `nt` for the row above."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.cases.sheets.common import Case, case, changed, planted, rows_with, truth
from tests.support.sheets import HEADER, SIGNATURES, TITLE, people, sheet, xlsx

_GONE = [
    "Phạm Văn Mất",
    "01/02/1940",
    "Nam",
    "075040111222",
    "Ấp 1",
    "Người khuyết tật nặng",
    "5.6_n_te_nct",
    2.0,
    1080000,
    "",
    "",
    "",
    "Tiền mặt",
    "",
    "",
]


def cases() -> Iterator[Case]:
    october = [
        [cell.replace("11/2026", "10/2026") if isinstance(cell, str) else cell for cell in row] for row in sheet(people()[:4], total=None)
    ]
    yield case(
        "a_sheet_a_month",
        "Sổ mỗi tháng thêm một trang: chỉ đọc trang của tháng này, trang tháng cũ không làm hỏng cả sổ.",
        "DS.xlsx",
        xlsx(("T10", october), ("T11", sheet())),
        rows={"T11": truth()},
    )
    compared = [*TITLE[:4], ["So với tháng 10/2026: tăng 02 người, giảm 01 người"], []]
    yield case(
        "title_compares_months",
        "Dòng so sánh «tăng 02 người, giảm 01 người» trên bảng không phải danh sách giảm, không phải tháng khác.",
        "DS.xlsx",
        xlsx(("DS", sheet(title=compared))),
        rows=truth(first=8),
    )
    body = [["", "A. ĐỐI TƯỢNG ĐANG HƯỞNG"], *people(), ["", "B. ĐỐI TƯỢNG GIẢM TRONG THÁNG (chết, chuyển đi)"], [1, *_GONE]]
    yield case(
        "leavers_below_the_list",
        "Phần «giảm trong tháng» ở cuối cùng trang: người trong đó không được chi.",
        "DS.xlsx",
        xlsx(("DS", [*TITLE, HEADER, *body, *SIGNATURES])),
        rows=truth(first=8),
        problems=[[None, None, "LEAVERS_SECTION"]],
    )
    tuat = [["Mai Thùy Phượng", "1938", "Nữ", "068138212067", "Ấp 1", "", "", "", 2253000, "", "", "", "Tiền mặt", "", ""]]
    body = [*people(), ["", "Tuất từ trần"], [6, *tuat[0]]]
    yield case(
        "survivors_are_no_leavers",
        "«Tuất từ trần» là một diện hưởng, không phải danh sách người đã mất.",
        "DS.xlsx",
        xlsx(("DS", sheet(body, total=None))),
        rows={**truth(), 13: {"full_name": "Mai Thùy Phượng", "entitlement_code": "NCC_TUAT", "amount_vnd": 2253000}},
    )
    above = people()
    above.sort(key=lambda row: row[5])
    above[1][5] = "nt"
    rows = truth()
    moved = {
        7: {**rows[7], "hamlet": "Ấp 1"},
        8: {**rows[10], "hamlet": "Ấp 1"},
        9: {**rows[8], "hamlet": "Ấp 2"},
        10: rows[9],
        11: rows[11],
    }
    yield case("as_in_the_row_above", "«nt» (như trên) lấy theo dòng trên.", "DS.xlsx", xlsx(("DS", sheet(above))), rows=moved)
    polite = people()
    for row in polite:
        row[1] = f"{'Ông' if row[3] == 'Nam' else 'Bà'} {row[1]}"
    yield case("every_name_with_ong_ba", "Cột tên ghi «Ông», «Bà» trước mọi tên.", "DS.xlsx", xlsx(("DS", sheet(polite))), rows=truth())
    other = ["Số TT", "Họ tên đối tượng", "Sinh ngày", "Giới", "CCCD", "Nơi ở", "Diện hưởng", "Mã ĐT", "HS", "Số tiền", "STK", "NH", "Chủ TK", "Hình thức chi trả", "SĐT", "GC"]  # fmt: skip
    body = [*people()[:3], [], ["", "II. Danh sách tiếp theo"], other, *people()[3:]]
    rows = truth()
    yield case(
        "headed_anew_in_other_words",
        "Phần hai của danh sách có tiêu đề viết lại bằng chữ khác.",
        "DS.xlsx",
        xlsx(("DS", sheet(body))),
        rows={7: rows[7], 8: rows[8], 9: rows[9], 13: rows[10], 14: rows[11]},
    )
    renamed = [
        name if name not in ("Đối tượng", "Mã đối tượng") else {"Đối tượng": "Ý kiến của tổ", "Mã đối tượng": ""}[name] for name in HEADER
    ]
    body = people()
    for row in body:
        row[7] = ""
    yield case(
        "group_column_by_its_words",
        "Cột diện hưởng có tiêu đề lạ: nhận ra theo nội dung.",
        "DS.xlsx",
        xlsx(("DS", sheet(body, header=renamed))),
        rows=truth(),
    )
    yield planted(
        "id_is_a_date",
        "Ô số định danh bị Excel đổi thành ngày.",
        changed(1, "Số CCCD", date(1950, 3, 12)),
        [[7, "id_number", "ID_LOST_DIGITS"]],
        status="partly",
        rows=rows_with(r7={"id_number": None}),
    )
