"""Groups, amounts, accounts and banks with something wrong."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cases.sheets.common import Case, changed, planted, rows_with, truth
from tests.support.sheets import TOTAL, people


def cases() -> Iterator[Case]:
    yield planted(
        "group_unknown",
        "Đối tượng không có trong danh mục.",
        changed(1, "Đối tượng", "Người ngoài hành tinh", **{"Mã đối tượng": ""}),
        [[7, "group_words", "GROUP_UNKNOWN"]],
        "partly",
    )
    yield planted(
        "group_missing",
        "Không ghi đối tượng.",
        changed(1, "Đối tượng", "", **{"Mã đối tượng": ""}),
        [[7, "group_words", "GROUP_MISSING"]],
        "partly",
    )
    yield planted(
        "group_code_unknown",
        "Mã lạ nhưng tên rõ: hiểu theo tên.",
        changed(1, "Mã đối tượng", "9.9_x"),
        [[7, "group_code", "GROUP_CODE_UNKNOWN"]],
        rows=truth(),
    )
    yield planted(
        "group_code_and_words_differ",
        "Mã và tên trái nhau: lấy mã.",
        changed(4, "Đối tượng", "Thương binh"),
        [[10, "group_words", "GROUP_WORDS_DIFFER"]],
        rows=truth(),
    )
    yield planted(
        "group_age_differs",
        "Diện từ 80 tuổi cho người 64 tuổi.",
        changed(2, "Đối tượng", "", **{"Mã đối tượng": "5.5a_80"}),
        [[8, "group_words", "GROUP_AGE_DIFFERS"]],
    )
    old = changed(
        4, "Đối tượng", "Người cao tuổi hộ nghèo từ đủ 80 tuổi", **{"Mã đối tượng": "5.5a_80", "Hệ số": 2.0, "Mức trợ cấp": 1080000}
    )
    yield planted(
        "group_age_absurd",
        "Diện người cao tuổi cho người 36 tuổi: hỏi.",
        old,
        [[10, "group_words", "GROUP_AGE_DIFFERS"]],
        total=None,
        rows=rows_with(r10={"entitlement_code": "5.5a_80", "amount_vnd": 1080000, "group_is_unsure": True}),
    )
    yield planted(
        "coefficient_without_comma", "Hệ số 15 thay vì 1,5.", changed(1, "Hệ số", 15), [[7, "coefficient", "COEFFICIENT_DIFFERS"]]
    )
    yield planted(
        "coefficient_unreadable", "Hệ số là chữ.", changed(1, "Hệ số", "một rưỡi"), [[7, "coefficient", "COEFFICIENT_UNREADABLE"]]
    )
    yield planted(
        "amount_negative", "Số tiền âm.", changed(1, "Mức trợ cấp", -5), [[7, "amount", "AMOUNT_NOT_POSITIVE"]], "partly", total=None
    )
    yield planted(
        "amount_zero", "Số tiền bằng 0.", changed(1, "Mức trợ cấp", 0), [[7, "amount", "AMOUNT_NOT_POSITIVE"]], "partly", total=None
    )
    yield planted(
        "amount_times_ten",
        "Thừa một số 0: mười lần mức tính.",
        changed(1, "Mức trợ cấp", 8100000),
        [[7, "amount", "AMOUNT_DIFFERS"]],
        total=None,
    )
    yield planted(
        "amount_times_hundred",
        "Thừa hai số 0.",
        changed(1, "Mức trợ cấp", 81000000),
        [[7, "amount", "AMOUNT_TOO_BIG"]],
        "partly",
        total=None,
    )
    yield planted(
        "amount_differs", "Vẫn ghi mức cũ 750.000.", changed(1, "Mức trợ cấp", 750000), [[7, "amount", "AMOUNT_DIFFERS"]], total=None
    )
    yield planted("amount_missing", "Không ghi số tiền.", changed(1, "Mức trợ cấp", ""), [[7, "amount", "AMOUNT_MISSING"]], total=None)
    yield planted(
        "amount_unreadable",
        "Số tiền bằng chữ.",
        changed(1, "Mức trợ cấp", "tám trăm nghìn"),
        [[7, "amount", "AMOUNT_UNREADABLE"]],
        total=None,
    )
    yield planted(
        "totals_differ",
        "Dòng tổng không bằng tổng các dòng.",
        people(),
        [[None, None, "TOTALS_DIFFER"]],
        total=TOTAL + 100000,
        rows=truth(),
    )
    yield planted(
        "account_scientific",
        "Số tài khoản thành 1.23457E+13.",
        changed(4, "Số tài khoản", "1.23457E+13"),
        [[10, "account_number", "ACCOUNT_LOST_DIGITS"]],
        "partly",
    )
    yield planted(
        "account_sixteen_digits_number",
        "Tài khoản 16 chữ số lưu dạng số: Excel chỉ giữ 15.",
        changed(4, "Số tài khoản", 1234567890123456),
        [[10, "account_number", "ACCOUNT_LOST_DIGITS"]],
        "partly",
    )
    card = [[10, "account_number", "ACCOUNT_IS_CARD"]]
    yield planted("account_is_a_card", "Ghi số thẻ 9704… thay số tài khoản: giữ người, giữ tiền lại.", changed(4, "Số tài khoản", "9704180012345678"), card, "partly",
                  rows=rows_with(r10={"account_number": None, "bank_bin": None, "payment_channel": None, "is_blocked": False}))  # fmt: skip
    yield planted(
        "account_lost_zero",
        "Tài khoản Vietcombank lưu dạng số mất số 0.",
        changed(5, "Số tài khoản", 688799946533),
        [[11, "account_number", "ACCOUNT_ZERO_RESTORED"]],
        rows=truth(),
    )
    yield planted("account_missing", "Chuyển khoản mà không có tài khoản.", changed(4, "Số tài khoản", "", **{"Ngân hàng": "", "Chủ tài khoản": ""}), [[10, "account_number", "ACCOUNT_MISSING"]],
                  rows=rows_with(r10={"account_number": None, "bank_bin": None, "payment_channel": None}))  # fmt: skip
    yield planted(
        "bank_unknown",
        "Ngân hàng không có thật.",
        changed(4, "Ngân hàng", "Ngân hàng Sao Hỏa"),
        [[10, "bank", "BANK_UNKNOWN"]],
        rows=rows_with(r10={"bank_bin": None, "payment_channel": None}),
    )
    yield planted(
        "bank_missing",
        "Có tài khoản, không có ngân hàng.",
        changed(4, "Ngân hàng", ""),
        [[10, "bank", "BANK_MISSING"]],
        rows=rows_with(r10={"bank_bin": None, "payment_channel": None}),
    )
    yield planted(
        "account_of_another",
        "Chủ tài khoản là người khác.",
        changed(4, "Chủ tài khoản", "TRAN VAN BINH"),
        [[10, "account_name", "ACCOUNT_OF_ANOTHER"]],
    )
    child = changed(
        3, "Số tài khoản", "5166705517999", **{"Ngân hàng": "Agribank", "Chủ tài khoản": "LE MINH KHOI", "Hình thức nhận": "Chuyển khoản"}
    )
    yield planted("child_with_account", "Trẻ 9 tuổi đứng tên tài khoản.", child, [[9, "account_name", "CHILD_OWN_ACCOUNT"]])
    yield planted(
        "cash_inferred",
        "Không ghi hình thức nhận, không có tài khoản.",
        changed(2, "Hình thức nhận", ""),
        [[8, "account_number", "CASH_INFERRED"]],
        rows=truth(),
    )
    yield planted(
        "channel_unreadable",
        "Hình thức nhận lạ.",
        changed(2, "Hình thức nhận", "bồ câu"),
        [[8, "channel", "CHANNEL_UNREADABLE"], [8, "account_number", "CASH_INFERRED"]],
    )
