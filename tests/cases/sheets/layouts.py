"""Tables as clerks draw them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cases.sheets.common import Case, case, truth, with_column
from tests.support.sheets import HEADER, TITLE, TOTAL, TRUTH, people, pick, sheet, text, xlsx


def cases() -> Iterator[Case]:
    split = [["STT", "Họ và tên", "Năm sinh", "", "Số CCCD/CMND", "Nơi ở", "Diện hưởng", "Hệ số", "Số tiền", "Tài khoản nhận", "", "Ký nhận"],
             ["", "", "Nam", "Nữ", "", "", "", "", "", "Số TK", "Ngân hàng", ""]]  # fmt: skip
    body = [
        [
            r[0],
            r[1],
            int(r[2][-4:]) if r[3] == "Nam" else "",
            int(r[2][-4:]) if r[3] == "Nữ" else "",
            r[4],
            r[5],
            r[6],
            r[8],
            r[9],
            r[10],
            r[11],
            "",
        ]
        for r in people()
    ]
    years = {n: {**f, "birth_date": None, "birth_date_precision": "year"} for n, f in truth(8).items()}
    merges = ("C6:D6", "J6:K6", "A6:A7", "B6:B7", "E6:E7", "F6:F7", "G6:G7", "H6:H7", "I6:I7", "L6:L7")
    looks = [[9, "account_number", "CASH_INFERRED"], [10, "account_number", "CASH_INFERRED"]]
    two_rows = [*TITLE, *split, *body, ["Cộng", "", "", "", "", "", "", "", TOTAL]]
    yield case(
        "two_row_header_split_years",
        "Tiêu đề hai dòng gộp ô, năm sinh tách Nam/Nữ, không có cột hình thức nhận.",
        "DS.xlsx",
        xlsx(("DS", two_rows), merges=merges),
        rows=years,
        problems=looks,
    )
    yield case(
        "two_row_header_csv",
        "Cùng tiêu đề hai dòng nhưng là CSV: không có thông tin gộp ô.",
        "DS.csv",
        text(two_rows),
        rows=years,
        problems=looks,
    )
    deep = [["TT", "THÔNG TIN ĐỐI TƯỢNG", "", "", "", "", "TRỢ CẤP", "", "CHI TRẢ", "", ""],
            ["", "Họ tên", "Ngày sinh", "GT", "Số định danh", "Thôn/ấp", "Mã ĐT", "Mức hưởng", "Hình thức nhận", "Tài khoản", ""],
            ["", "", "", "", "", "", "", "", "", "Số TK", "Ngân hàng"]]  # fmt: skip
    three = [[r[0], r[1], r[2], r[3], r[4], r[5], r[7], r[9], r[13], r[10], r[11]] for r in people()]
    spans = ("B6:F6", "G6:H6", "I6:K6", "J7:K7", "A6:A8", "B7:B8", "C7:C8", "D7:D8", "E7:E8", "F7:F8", "G7:G8", "H7:H8", "I7:I8")
    yield case(
        "three_row_header",
        "Tiêu đề ba dòng, hai tầng gộp ô.",
        "DS.xlsx",
        xlsx(("DS", [*TITLE, *deep, *three]), merges=spans),
        rows=truth(9),
    )
    far = [[f"Căn cứ số {n}"] for n in range(1, 16)]
    yield case(
        "header_in_row_20",
        "Nhiều dòng căn cứ phía trên: tiêu đề ở dòng 20.",
        "DS.xlsx",
        xlsx(("DS", sheet(title=[*TITLE[:4], *far]))),
        rows=truth(21),
    )
    numbering = [[str(n) for n in range(1, 17)], *people()]
    yield case(
        "numbering_row",
        "Dòng đánh số cột 1, 2, 3… dưới tiêu đề không phải là người.",
        "DS.xlsx",
        xlsx(("DS", sheet(numbering))),
        rows=truth(8),
    )
    marks = [[f"({n})" for n in range(1, 17)], *people()]
    yield case("numbering_row_brackets", "Dòng (1) (2) (3)…", "DS.xlsx", xlsx(("DS", sheet(marks))), rows=truth(8))
    p = people()
    hamlets = [
        ["I", "Ấp 1"],
        p[0],
        ["", "Cộng Ấp 1", *[""] * 7, 810000],
        ["II", "Ấp 2"],
        p[1],
        p[2],
        p[3],
        ["", "Cộng Ấp 2", *[""] * 7, 2700000],
        ["III", "Ấp 4"],
        p[4],
    ]
    placed = {8: TRUTH[0], 11: TRUTH[1], 12: TRUTH[2], 13: TRUTH[3], 16: TRUTH[4]}
    yield case("hamlet_headings_subtotals", "Xen dòng tên ấp và dòng cộng từng ấp.", "DS.xlsx", xlsx(("DS", sheet(hamlets))), rows=placed)
    groups = [["A", "Người cao tuổi hộ nghèo từ 60 đến 80 tuổi"], p[0], ["B", "Người khuyết tật nặng"], p[1], p[3], ["C", "Trẻ em mất nguồn nuôi dưỡng từ 4 đến dưới 16 tuổi"], p[2],
              ["D", "Người cao tuổi hộ nghèo từ đủ 80 tuổi"], p[4]]  # fmt: skip
    bare = [[cell if place not in (6, 7) else "" for place, cell in enumerate(row)] if len(row) > 2 else row for row in groups]
    headed = {8: TRUTH[0], 10: TRUTH[1], 11: TRUTH[3], 13: TRUTH[2], 15: TRUTH[4]}
    yield case(
        "group_headings",
        "Diện hưởng chỉ ghi ở dòng đầu mỗi nhóm; hệ số phân biệt người lớn và người cao tuổi.",
        "DS.xlsx",
        xlsx(("DS", sheet(bare))),
        rows=headed,
    )
    again = [p[0], p[1], list(HEADER), p[2], p[3], p[4]]
    yield case(
        "repeated_header",
        "Tiêu đề in lại ở đầu trang hai.",
        "DS.xlsx",
        xlsx(("DS", sheet(again))),
        rows={7: TRUTH[0], 8: TRUTH[1], 10: TRUTH[2], 11: TRUTH[3], 12: TRUTH[4]},
    )
    gaps = [p[0], [], p[1], p[2], [], [], p[3], p[4]]
    yield case(
        "blank_rows",
        "Có dòng trống giữa danh sách.",
        "DS.xlsx",
        xlsx(("DS", sheet(gaps))),
        rows={7: TRUTH[0], 9: TRUTH[1], 10: TRUTH[2], 13: TRUTH[3], 14: TRUTH[4]},
    )
    moved = [["", "", *row] for row in sheet()]
    yield case("starts_in_column_c", "Bảng bắt đầu ở cột C.", "DS.xlsx", xlsx(("DS", moved)), rows=truth())
    order = ["Số CCCD", "Họ và tên", "Số tài khoản", "Ngân hàng", "Mức trợ cấp", "Mã đối tượng", "Giới tính", "Ngày sinh", "Hình thức nhận"]
    yield case(
        "other_order_no_stt", "Cột xếp thứ tự khác, không có STT.", "DS.xlsx", xlsx(("DS", [*TITLE, order, *pick(order)])), rows=truth()
    )
    plain = [
        "TT",
        "HO VA TEN",
        "NGAY SINH",
        "GIOI TINH",
        "SO CCCD",
        "DIA CHI",
        "DIEN HUONG",
        "MA DT",
        "HE SO",
        "MUC HUONG",
        "SO TK",
        "NGAN HANG",
        "CHU TK",
        "HINH THUC CHI TRA",
        "SDT",
        "GHI CHU",
    ]
    yield case("header_without_tones", "Tiêu đề gõ không dấu, viết tắt.", "DS.xlsx", xlsx(("DS", sheet(header=plain))), rows=truth())
    glued = [
        "STT",
        "HoVaTen",
        "NgaySinh",
        "GioiTinh",
        "SoGiayTo",
        "DiaChi",
        "DoiTuong",
        "MaDoiTuong",
        "HeSo",
        "MucTroCap",
        "SoTaiKhoan",
        "TenNganHang",
        "ChuTaiKhoan",
        "HinhThucNhanTien",
        "SoDienThoai",
        "GhiChu",
    ]
    yield case("header_as_field_names", "Tiêu đề là tên trường của phần mềm.", "DS.xlsx", xlsx(("DS", sheet(header=glued))), rows=truth())
    summary = [["TỔNG HỢP THÁNG 11/2026"], ["STT", "Nhóm đối tượng", "Số người", "Số tiền"], [1, "Bảo trợ xã hội", 5, TOTAL]]
    yield case(
        "summary_sheet_first",
        "Trang tổng hợp đứng trước trang danh sách.",
        "DS.xlsx",
        xlsx(("Tổng hợp", summary), ("Danh sách", sheet())),
        rows=truth(),
    )
    old = [
        ["DANH SÁCH THÁNG 11/2026"],
        HEADER,
        ["1", "Người Trong Trang Ẩn", "1950", "Nam", "074050111111", "Ấp 9", "", "5.5a_60_80", 1.5, 810000],
    ]
    yield case(
        "hidden_old_sheet",
        "Trang ẩn giữ danh sách cũ: không đọc.",
        "DS.xlsx",
        xlsx(("Danh sách", sheet()), ("Cũ", old), hidden=("Cũ",)),
        rows=truth(),
    )
    two = [("Trang 1", [*TITLE, HEADER, *people()[:2]]), ("Trang 2", [*TITLE, HEADER, *people()[2:]])]
    yield case(
        "two_data_sheets",
        "Danh sách chia hai trang.",
        "DS.xlsx",
        xlsx(*two),
        rows={"Trang 1": {7: TRUTH[0], 8: TRUTH[1]}, "Trang 2": {7: TRUTH[2], 8: TRUTH[3], 9: TRUTH[4]}},
    )
    same = [("Sheet1", sheet()), ("Sheet1 (2)", sheet())]
    yield case(
        "same_sheet_twice",
        "Trang bị nhân đôi: đọc một lần và nói.",
        "DS.xlsx",
        xlsx(*same),
        rows={"Sheet1": truth()},
        problems=[[None, None, "SHEET_REPEATED"]],
    )
    leaving = [
        ["DANH SÁCH ĐỐI TƯỢNG GIẢM THÁNG 11/2026"],
        HEADER,
        [1, "Người Đã Mất", "01/02/1940", "Nam", "074040111111", "Ấp 9", "", "5.5a_80", 2.0, 1080000],
    ]
    yield case(
        "leavers_sheet",
        "Trang danh sách giảm không phải để chi.",
        "DS.xlsx",
        xlsx(("Chi trả", sheet()), ("Giảm", leaving)),
        rows={"Chi trả": truth()},
        problems=[[None, None, "LEAVERS_SHEET"]],
    )
    joint = [
        "STT",
        "Họ và tên",
        "",
        "Ngày sinh",
        "Giới tính",
        "Số CCCD",
        "Mã đối tượng",
        "Số tiền",
        "Hình thức nhận",
        "Tài khoản ngân hàng",
    ]
    rows = [
        [r[0], r[1].rsplit(" ", 1)[0], r[1].rsplit(" ", 1)[1], r[2], r[3], r[4], r[7], r[9], r[13], f"{r[10]} - {r[11]}" if r[10] else ""]
        for r in people()
    ]
    yield case("name_in_two_columns_account_with_bank", "Họ đệm và tên ở hai cột dưới một tiêu đề; số tài khoản và ngân hàng chung một ô.", "DS.xlsx",
               xlsx(("DS", [*TITLE, joint, *rows]), merges=("B6:C6",)), rows=truth())  # fmt: skip
    note = [
        ["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Hệ số", "Mức trợ cấp", "Truy lĩnh", "Tổng cộng"],
        [1, "Nguyễn Thị Hoa", "12/03/1950", "075150123456", 1.5, 810000, 240000, 1050000],
    ]
    htxh = [["DANH SÁCH NGƯỜI CAO TUỔI HỘ NGHÈO TỪ 60 ĐẾN 80 TUỔI NHẬN TRỢ CẤP THÁNG 11 NĂM 2026"], *note]
    yield case("group_in_title_arrears", "Cả danh sách một diện, chỉ ghi ở tiêu đề; có truy lĩnh và tổng.", "DS.xlsx", xlsx(("DS", htxh)),
               rows={3: {"entitlement_code": "5.5a_60_80", "amount_vnd": 810000, "declared_arrears_vnd": 240000}},
               problems=[[3, "channel", "CASH_INFERRED"]])  # fmt: skip
    thousands = [
        *TITLE,
        ["", "", "", "", "", "", "", "", "ĐVT: nghìn đồng"],
        HEADER,
        *with_column("Mức trợ cấp", [810, 1080, 810, 810, 1080]),
        ["", "Tổng cộng", *[""] * 7, 4590],
    ]
    yield case("unit_of_thousands", "Đơn vị tính nghìn đồng.", "DS.xlsx", xlsx(("DS", thousands)), rows=truth(8))
    merged = [
        *TITLE,
        HEADER,
        people()[0],
        [
            "",
            "",
            "",
            "",
            "",
            "",
            "Hộ gia đình chăm sóc người khuyết tật đặc biệt nặng",
            "20.2c",
            1.0,
            540000,
            "",
            "",
            "",
            "Tiền mặt",
            "",
            "",
        ],
    ]
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
