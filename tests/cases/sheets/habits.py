"""How clerks really fill lists: marks in columns, words cut short, births in three columns, groups and totals in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansinh.identity.names import fold
from ansinh.local.province.legacy_text import to_vni

from tests.cases.sheets.common import Case, case, each_text, truth
from tests.support.sheets import HEADER, SIGNATURES, TITLE, TOTAL, people, sheet, text, xls, xlsx

_BIRTHS = [(12, 3, 1950), (5, 9, 1962), (20, 11, 2016), ("", "", 1990), ("", "", 1935)]


def _mark(said: bool) -> str:
    return "x" if said else ""


def cases() -> Iterator[Case]:
    yield from _marks()
    yield from _births()
    yield from _said_once()
    yield from _unheard_of()
    yield from _headings()
    yield from _amounts()
    yield from _groups()


def _marks() -> Iterator[Case]:
    top = [
        "TT",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "",
        "Số CCCD",
        "Đối tượng",
        "Hệ số",
        "Số tiền",
        "Hình thức nhận tiền",
        "",
        "Số TK",
        "Ngân hàng",
    ]
    low = ["", "", "", "Nam", "Nữ", "", "", "", "", "Chuyển khoản", "Tiền mặt", "", ""]
    body = [
        [r[0], r[1], r[2], _mark(r[3] == "Nam"), _mark(r[3] == "Nữ"), r[4], r[6], r[8], r[9], _mark(r[13] != "Tiền mặt"), _mark(r[13] == "Tiền mặt"), *r[10:12]]
        for r in people()
    ]  # fmt: skip
    rows = truth(first=8)
    yield case(
        "marks_for_sex_and_channel",
        "Đánh dấu x dưới Nam | Nữ và Chuyển khoản | Tiền mặt.",
        "DS.xlsx",
        xlsx(("DS", [*TITLE, top, low, *body])),
        rows=rows,
    )
    yield case("marks_in_csv", "Cùng bảng ấy trong CSV, không có thông tin gộp ô.", "DS.csv", text([*TITLE, top, low, *body]), rows=rows)
    women = [[*r[:3], _mark(r[3] == "Nữ"), *r[4:]] for r in people()]
    head = ["STT", "Họ và tên", "Ngày sinh", "Nữ", "Số CCCD", "Địa chỉ", "Đối tượng", "Mã đối tượng", "Hệ số", "Mức trợ cấp", "Số tài khoản", "Ngân hàng",
            "Chủ tài khoản", "Hình thức nhận", "Số điện thoại", "Ghi chú"]  # fmt: skip
    yield case(
        "only_women_marked", "Một cột «Nữ» đánh dấu x; ô trống là nam.", "DS.xlsx", xlsx(("DS", sheet(women, header=head))), rows=truth()
    )


def _births() -> Iterator[Case]:
    top = ["STT", "Họ tên", "Ngày, tháng, năm sinh", "", "", "GT", "CCCD", "Diện", "HS", "Mức", "STK", "NH", "Hình thức"]
    low = ["", "", "Ngày", "Tháng", "Năm", *[""] * 8]
    body = [[r[0], r[1], *day, r[3], r[4], r[6], r[8], r[9], r[10], r[11], r[13]] for r, day in zip(people(), _BIRTHS, strict=True)]
    yield case(
        "birth_in_three_columns",
        "Ngày | Tháng | Năm ba cột; «Năm» bỏ dấu giống «Nam» nhưng không phải giới tính.",
        "DS.xlsx",
        xlsx(("DS", [*TITLE, top, low, *body])),
        rows=truth(first=8),
    )
    short = people()
    for row, written, number in zip(short, ("12.3.50", "5.9.62", "20.11.16", "1990", "1935"), ("x", "x", "", "x", "x"), strict=True):
        row[2], row[4] = written, row[4] if number else ""
    rows = truth()
    rows[9] = {**rows[9], "id_number": None}
    yield case(
        "short_years",
        "Năm sinh viết hai số: số định danh chỉ ra thế kỷ; em nhỏ chưa có số thì diện hưởng chỉ ra.",
        "DS.xlsx",
        xlsx(("DS", sheet(short))),
        rows=rows,
        problems=[[9, "id_number", "ID_MISSING"]],
    )


def _said_once() -> Iterator[Case]:
    head = [
        "STT",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Số CCCD",
        "Đối tượng",
        "Mã",
        "Hệ số",
        "Số tiền",
        "Số tài khoản Agribank",
        "Hình thức",
    ]
    body = [[*r[:5], r[6], r[7].split("_")[0], r[8], r[9], r[10], r[13]] for r in people()]
    for row, written in zip(body, ("Ngày 12/3/1950", "05/09/1962 (khai sinh)", "sinh ngày 20-11-2016", "1990", "1935"), strict=True):
        row[2] = written
    rows = truth()
    for number in (10, 11):
        rows[number] = {**rows[number], "bank_bin": "970405"}
    yield case(
        "bank_in_the_heading_family_codes",
        "Tên ngân hàng ghi ở tiêu đề; mã chỉ ghi điểm (5.5a, 5.6): hệ số và tuổi cho biết mức; ngày sinh có chữ kèm.",
        "DS.xlsx",
        xlsx(("DS", [*TITLE, head, *body])),
        rows=rows,
    )


def _unheard_of() -> Iterator[Case]:
    strange = ["#", "Công dân", "Sinh ra", "Nam hay là nữ", "Số 12 chữ số", "Ở đâu", "Lý do", "Ký hiệu", "Nhân với", "Được lĩnh", "Gửi vào số", "Nhà băng", "Ai đứng tên",
               "Kiểu trả", "Gọi số", "Khác"]  # fmt: skip
    body = people()
    for row, account in zip(body, ("5166705517273", "0977123456781", "35728512377157", "65826351973737", "0688799946533"), strict=True):
        row[10], row[11], row[12] = account, row[11] or "Agribank", fold(row[1]).upper()
        row[13] = "Chuyển khoản"
    looked = [[9, "account_name", "CHILD_OWN_ACCOUNT"], *[[None, None, "KEY_COLUMN_BY_CONTENT"]] * 3]
    rows = truth(without=("bank_bin", "account_number", "payment_channel"))
    for number, row in zip(rows, body, strict=True):
        rows[number] |= {"account_number": row[10], "payment_channel": "bank", "phone": row[14], "hamlet": row[5], "account_name": row[12]}
    head = [*strange[:2], "Ngày sinh", strange[3], "Số CCCD", *strange[5:8], "Hệ số", *strange[9:]]
    yield case(
        "columns_known_by_their_values",
        "Hầu hết tiêu đề không ai ngờ tới: cột nào chứa gì thì giá trị nói ra.",
        "DS.xlsx",
        xlsx(("DS", sheet(body, header=head))),
        rows=rows,
        problems=looked,
    )
    asked = [
        "STT",
        "Tên đầy đủ",
        "Ngày chào đời",
        "Phân giới",
        "Số CCCD",
        "Cụm dân cư",
        "Trường hợp",
        "Mã ĐT",
        "HS nhân",
        "Lãnh",
        "Tài khoản",
        "",
        "",
        "Chi bằng",
        "Gọi số",
    ]
    below = [*[""] * 10, "Số thẻ/TK", "Mở ở đâu", "Tên in trên TK", "", ""]
    body = [row[:15] for row in people()]
    yield case(
        "words_for_columns_in_the_south",
        "«Lãnh», «Mở ở đâu», «Tên in trên TK», «Ngày chào đời»: tiêu đề nói cách khác, hai dòng.",
        "DS.xlsx",
        xlsx(("DS", [*TITLE, asked, below, *body])),
        rows={n: {**row, "account_name": cells[12] or None} for (n, row), cells in zip(truth(first=8).items(), body, strict=True)},
        problems=[[None, None, "KEY_COLUMN_BY_CONTENT"]],
    )
    body = [[*row[:9], row[9], row[9] + 50_000, *row[10:]] for row in people()]
    yield case(
        "amount_in_one_of_two_unheard_of",
        "Hai cột tiền khác nhau dưới tiêu đề không ai ngờ tới: hỏi, không đoán.",
        "DS.xlsx",
        xlsx(("DS", sheet(body, header=[*HEADER[:9], "Trị số", "Cột mới", *HEADER[10:]]))),
        status="held",
        reject_code="MAPPING_UNSURE",
        problems=[[None, None, "MAPPING_UNSURE"]],
    )


def _headings() -> Iterator[Case]:
    head = ["T.T", "H.và tên", "NTN sinh (1)", "G.tính", "Số CCCD (*)", "Đ.chỉ", "Thuộc diện:", "Mã đ.tượng", "H.số", "Mức\nhưởng (2)", "Số t.khoản", "NH (3)",
            "Chủ TK:", "PT chi trả", "Đ.thoại", "G.chú"]  # fmt: skip
    yield case("header_cut_short", "Tiêu đề viết tắt có chấm, có số chú thích.", "DS.xlsx", xlsx(("DS", sheet(header=head))), rows=truth())
    keep = (1, 2, 3, 4, 8, 9, 10, 11, 13)
    head = ["Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Hệ số", "Số tiền", "Số TK", "Ngân hàng", "Hình thức"]
    r1, r2, r3, r4, r5 = ([row[place] for place in keep] for row in people())
    dbn = ["Phan Đình Long", "14/11/1968", "Nam", "079068403092", 2.0, 1080000, "0246613760939", "Vietcombank", "CK"]
    body = [
        ["I. NCT cô đơn"], r1, r5, ["II", "KT nặng (02 người)"], r4, r2, ["III. KT ĐBN"], dbn, ["Cán bộ lão thành cách mạng"],
        ["Lý Hồng Huệ", "1925", "Nữ", "024125457298", "", 3012000, "", "", "TM"], ["Trẻ mồ côi"], r3,
    ]  # fmt: skip
    end = [[], ["Bằng chữ: …"], ["", "NGƯỜI LẬP BIỂU", "", "KT. CHỦ TỊCH"], ["", "Lê Thị Kế Toán", "", "Phạm Văn Chủ"]]
    five = truth()
    yield case(
        "groups_between_the_rows",
        "Diện hưởng ghi thành dòng xen giữa: số La Mã ở ô riêng, «KT» là khuyết tật chứ không phải ký thay, «Cán bộ lão thành» không phải người ký.",
        "DS.xlsx",
        xlsx(("DS", [*TITLE, head, *body, *end])),
        rows={
            8: five[7], 9: five[11], 11: five[10], 12: five[8], 18: five[9],
            14: {"full_name": "Phan Đình Long", "entitlement_code": "5.6_dbn", "amount_vnd": 1080000},
            16: {"full_name": "Lý Hồng Huệ", "entitlement_code": "NCC_HDKC", "amount_vnd": 3012000},
        },
    )  # fmt: skip


def _amounts() -> Iterator[Case]:
    said = people()
    for row, amount in zip(said, ("810 nghìn", "1.080 ngàn đồng", "810k", "0,81 triệu", "1,08 tr"), strict=True):
        row[9] = amount
    yield case("amounts_in_words", "Số tiền viết bằng nghìn, triệu.", "DS.xlsx", xlsx(("DS", sheet(said))), rows=truth())
    parts: list[list[Any]] = people()
    body = [*parts[:2], ["", "Tổng ấp 1", *[""] * 7, 1_890_000], *parts[2:], ["", "Tổng ấp 2", *[""] * 7, 2_700_000]]
    rows = truth()
    moved = {number if number < 9 else number + 1: fields for number, fields in rows.items()}
    yield case(
        "totals_of_hamlets_only",
        "Tổng từng ấp, không có tổng chung: cộng lại là đủ.",
        "DS.xlsx",
        xlsx(("DS", sheet(body, total=None))),
        rows=moved,
    )
    head = [
        "STT",
        "Họ và tên",
        "Ngày sinh",
        "Số CCCD",
        "Đối tượng",
        "Hệ số",
        "Thành tiền",
        "Truy lĩnh",
        "Tổng lĩnh",
        "Số TK",
        "Ngân hàng",
        "Hình thức",
    ]
    body = [[r[0], r[1], r[2], r[4], r[6], r[8], r[9], extra, r[9] + (extra or 0), r[10], r[11], r[13]] for r, extra in zip(people(), ("", 240000, "", 120000, ""), strict=True)]  # fmt: skip
    ends = [["", "Tổng cộng", *[""] * 4, TOTAL, 360000, TOTAL + 360000]]
    rows = truth(without=("sex",))
    rows[8]["declared_arrears_vnd"], rows[10]["declared_arrears_vnd"] = 240000, 120000
    yield case(
        "monthly_amount_among_totals",
        "«Thành tiền» + «Truy lĩnh» = «Tổng lĩnh»: phép cộng cho biết cột nào là mức tháng.",
        "DS.xlsx",
        xlsx(("DS", [*TITLE, head, *body, *ends, *SIGNATURES])),
        rows=rows,
    )
    old = people()
    for row, amount in zip(old, ("810.000đ", "1.080 nghìn", "810.000 đồng", "810.000đ", "1.080.000đ"), strict=True):
        row[9] = amount
    old[0][2], old[2][2], old[3][11] = "ngày 12 tháng 3 năm 1950", "ngày 20 tháng 11 năm 2016", "NH ĐT&PT"
    yield case(
        "vni_money_dates_banks",
        "Bảng mã VNI: cả «540000ñ», «ngaøy 12 thaùng 3» và tên ngân hàng viết tắt cũng đọc theo bảng mã của trang.",
        "DS.xls",
        xls("DS", each_text(sheet(old), to_vni), font="VNI-Times"),
        encoding="VNI",
        rows=truth(),
    )


def _groups() -> Iterator[Case]:
    said = [
        ("TEMC từ đủ 4 đến dưới 16 tuổi", 1.5, 810000, "20/11/2016", "079216345678", "5.1_4_16"),
        ("Trẻ <3 tuổi hộ nghèo vùng ĐBKK", 1.5, 810000, "01/02/2025", "074225111222", "5.7"),
        ("TE dưới 36 tháng hộ cận nghèo", 1.5, 810000, "11/05/2024", "074324111333", "5.7"),
        ("Trẻ nhiễm HIV <4 tuổi", 2.5, 1350000, "11/05/2024", "075224111444", "5.3_u4"),
        ("Mồ côi đang học ĐH", 1.5, 810000, "11/05/2007", "075207111555", "5.2"),
        ("ĐTNC nghèo", 1, 540000, "11/05/1987", "075187111666", "5.4"),
        ("NKT nặng nuôi 1 con dưới 36 tháng", 1.5, 810000, "11/05/1996", "075196111777", "20.2a_1"),
        ("Mai táng do bão lũ", 50, 27000000, "11/05/1966", "075066111888", "14"),
        ("NNCĐDC", "", 2253000, "11/05/1950", "075050111999", "NCC_CDHH"),
        ("Tiền khởi nghĩa", "", 3012000, "11/05/1928", "075028222111", "NCC_HDKC"),
    ]
    names = [
        "Trần Văn Hùng",
        "Lê Văn Sáu",
        "Lê Thị Mai",
        "Phan Văn Tám",
        "Bùi Văn Cường",
        "Lý Thị Út",
        "Ngô Thị Loan",
        "Đỗ Văn Tư",
        "Võ Văn Lành",
        "Hồ Văn Quý",
    ]
    head = ["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Diện", "Hệ số", "Số con", "Số tiền", "Hình thức"]
    body = [
        [place, name, birth, number, words, coefficient, 1 if words.startswith("ĐTNC") else "", amount, "TM"]
        for place, (name, (words, coefficient, amount, birth, number, _)) in enumerate(zip(names, said, strict=True), 1)
    ]
    rows = {7 + place: {"full_name": name, "entitlement_code": group[5], "amount_vnd": group[2]} for place, (name, group) in enumerate(zip(names, said, strict=True))}  # fmt: skip
    yield case("groups_cut_short", "Diện hưởng viết tắt như cán bộ hay viết.", "DS.xlsx", xlsx(("DS", [*TITLE, head, *body])), rows=rows)
