"""Whole lists that cannot be taken as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.cases.sheets.common import Case, case, truth
from tests.support.sheets import HEADER, SIGNATURES, TITLE, pick, sheet, xlsx


def cases() -> Iterator[Case]:
    past = sheet(title=[*TITLE[:3], ["DANH SÁCH CHI TRẢ THÁNG 10/2026"], []])
    yield case("title_of_last_month", "Tiêu đề ghi tháng trước, tên tệp ghi tháng này: tiêu đề quyết định.", "DS T11.xlsx", xlsx(("DS", past)), status="rejected", reject_code="WRONG_MONTH",
               problems=[[None, None, "WRONG_MONTH"]])  # fmt: skip
    other = sheet(title=[["ỦY BAN NHÂN DÂN"], ["XÃ AN LONG"], [], ["DANH SÁCH CHI TRẢ THÁNG 11/2026"], []])
    yield case(
        "title_of_another_commune",
        "Tiêu đề mang tên xã khác.",
        "DS.xlsx",
        xlsx(("DS", other)),
        status="held",
        reject_code="WRONG_COMMUNE",
        problems=[[None, None, "WRONG_COMMUNE"]],
        rows=truth(),
    )
    yield case(
        "empty_template",
        "Mẫu trống, chưa điền ai.",
        "mau.xlsx",
        xlsx(("DS", [*TITLE, HEADER, *SIGNATURES])),
        status="rejected",
        reject_code="NO_ROWS",
        problems=[[None, None, "NO_ROWS"]],
    )
    letter = [["CÔNG VĂN"], ["Kính gửi: Sở Y tế"], ["Về việc chi trả tháng 11"]]
    yield case(
        "no_list_inside",
        "Bảng tính không có danh sách nào.",
        "cv.xlsx",
        xlsx(("CV", letter)),
        status="rejected",
        reject_code="NO_HEADER",
        problems=[[None, None, "NO_HEADER"]],
    )
    columns = ["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Mã đối tượng", "Hình thức nhận"]
    rows = [[*row, 810000, 500000 + n * 1000] for n, row in enumerate(pick(columns))]
    twice = [*TITLE, [*columns, "Số tiền", "Số tiền"], *rows]
    yield case("two_amount_columns", "Hai cột cùng tên «Số tiền», khác giá trị: hỏi, không đoán.", "DS.xlsx", xlsx(("DS", twice)), status="held", reject_code="MAPPING_UNSURE",
               problems=[[None, None, "MAPPING_UNSURE"], *_no_account_no_amount()])  # fmt: skip
    bare = ["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Số tài khoản"]
    yield case("no_group_no_money", "Không có cột nào cho biết diện hưởng hay số tiền.", "DS.xlsx", xlsx(("DS", [*TITLE, bare, *pick(bare)])), status="held", reject_code="MISSING_COLUMN",
               problems=[[None, None, "MISSING_COLUMN"], [None, None, "COLUMN_ABSENT"], *_no_group()])  # fmt: skip


def _no_account_no_amount() -> list[list[Any]]:
    return [[row, "account_number", "ACCOUNT_MISSING"] for row in (7, 10, 11)]


def _no_group() -> list[list[Any]]:
    return (
        [[row, "group_words", "GROUP_MISSING"] for row in range(7, 12)]
        + [[row, "bank", "BANK_MISSING"] for row in (7, 10, 11)]
        + [[row, "account_number", "CASH_INFERRED"] for row in (8, 9)]
    )
