"""Whose name stands where: the person's, or somebody's who receives, acts or cares for him."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.cases.sheets.common import Case, case, truth
from tests.support.sheets import HEADER, people, sheet, xlsx

_OTHERS = ["Lê Thị Hồng", "", "Trần Văn Nam", "Phạm Thị Sáu", "Võ Văn Tư"]
_TOLD = [None, None, "KEY_COLUMN_BY_CONTENT"]


def _beside(own: str, others: str, filled: list[str] | None = None) -> bytes:
    """The five with their names under `own` and those of others, last of all, under `others`."""
    head = [HEADER[0], own, *HEADER[2:], others]
    body = [[*row, name] for row, name in zip(people(), filled or _OTHERS, strict=True)]
    return xlsx(("DS", sheet(body, header=head)))


def _rows(own: str, others: str) -> list[list[Any]]:
    head = [HEADER[0], own, *HEADER[2:], others]
    return [head, *([*row, name] for row, name in zip(people(), _OTHERS, strict=True))]


def _one_wrong_year() -> list[list[Any]]:
    body = people()
    body[1][4] = "074073234567"
    return body


def _unsure(name: str, why: str, data: bytes) -> Case:
    return case(name, why, "DS.xlsx", data, status="held", reject_code="MAPPING_UNSURE", problems=[[None, None, "MAPPING_UNSURE"]], rows={})


def cases() -> Iterator[Case]:
    rows: dict[int, dict[str, Any]] = truth()
    yield case(
        "name_unheard_of_beside_the_guardian",
        "Tiêu đề cột tên lạ, bên cạnh có cột tên người giám hộ: tên người hưởng lấy theo giá trị, không bao giờ lấy tên người giám hộ.",
        "DS.xlsx",
        _beside("Tên đầy đủ", "Người giám hộ"),
        rows={number: {**row, "payee_name": other or None} for (number, row), other in zip(rows.items(), _OTHERS, strict=True)},
        problems=[_TOLD],
    )
    yield case(
        "name_unheard_of_beside_who_comes",
        "«Họ tên người đến lĩnh» không phải tên người hưởng, dù tiêu đề cột tên thật không ai ngờ tới.",
        "DS.xlsx",
        _beside("Công dân", "Họ tên người đến lĩnh"),
        rows=rows,
        problems=[_TOLD],
    )
    yield case(
        "name_plain_beside_who_comes",
        "Hai cột họ tên: cột «Họ và tên» là người hưởng, cột kia là người đến lĩnh.",
        "DS.xlsx",
        _beside("Họ và tên", "Họ tên người đến lĩnh"),
        rows=rows,
    )
    yield case(
        "name_as_on_the_card_beside_the_contact",
        "«Họ tên (như CCCD)» là tên, không phải số CCCD; «Người liên lạc» không phải người hưởng; dòng tên bảng ngay trên tiêu đề.",
        "DS.xlsx",
        xlsx(("DS", [["", "DANH SÁCH NHẬN TIỀN THÁNG 11/2026"], *_rows("Họ tên (như CCCD)", "Người liên lạc")])),
        rows=truth(first=3),
    )
    yield case(
        "id_unheard_of_with_a_wrong_one",
        "Cột số CCCD dưới tiêu đề lạ, một số sai năm sinh: vẫn nhận ra cột, và thấy số sai.",
        "DS.xlsx",
        xlsx(("DS", sheet(_one_wrong_year(), header=[*HEADER[:4], "Mã riêng", *HEADER[5:]]))),
        rows={n: {k: v for k, v in row.items() if n != 8 or k != "id_number"} for n, row in rows.items()},
        problems=[[8, "id_number", "ID_YEAR_DIFFERS"]],
    )
    yield case(
        "officer_in_every_row_is_nobody_paid",
        "Tiêu đề tên lạ, bên cạnh là người phụ trách có ở mọi dòng: một tên lặp lại không phải cột người hưởng.",
        "DS.xlsx",
        _beside("Nguyên danh", "Phụ trách", ["Lê Thị Hồng", "Lê Thị Hồng", "Trần Văn Nam", "Lê Thị Hồng", "Lê Thị Hồng"]),
        rows=rows,
        problems=[_TOLD],
    )
    head = [*HEADER[:6], "Chế độ (đồng)", "Mã ĐT", "Hệ số", "Thuộc loại", "Số thẻ", *HEADER[11:]]
    body = [[*row[:6], row[9], row[7], row[8], row[6], *row[10:]] for row in people()]
    yield case(
        "words_that_no_value_fits",
        "«Chế độ (đồng)» chứa tiền, «Số thẻ» chứa số tài khoản, có dòng đánh số cột: giá trị thắng tiêu đề.",
        "DS.xlsx",
        xlsx(("DS", sheet([[f"({n})" for n in range(1, 17)], *body], header=head, total=None))),
        rows=truth(first=8),
        problems=[_TOLD, _TOLD],
    )
    guardians = people()
    for row, other in zip(guardians, ["Lê Thị Hồng", "Lê Văn Ba", "Trần Văn Nam", "Phạm Thị Sáu", "Võ Văn Tư"], strict=True):
        row[1], row[12] = other, ""
    yield _unsure(
        "name_only_of_the_guardian",
        "Chỉ có cột tên người giám hộ: hỏi người hưởng là ai, không đoán.",
        xlsx(("DS", sheet(guardians, header=[HEADER[0], "Người giám hộ", *HEADER[2:]]))),
    )
    names = [row[1] for row in people()]
    yield _unsure(
        "name_in_one_of_two_unheard_of",
        "Hai cột đầy tên người dưới tiêu đề lạ: hỏi, không đoán.",
        _beside("Công dân", "Khách", names[1:] + names[:1]),
    )
    yield _unsure(
        "name_of_the_collector_headed_plainly",
        "Cột «Họ và tên» chỉ có vài dòng, cột tên đầy đủ nằm dưới tiêu đề lạ: hỏi, không đoán.",
        _beside("Công dân", "Họ và tên", ["Lê Thị Hồng", "", "", "", ""]),
    )
