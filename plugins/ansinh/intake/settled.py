"""What is known of a sheet's columns once they are settled, and how columns and fields are called."""

from __future__ import annotations

from dataclasses import dataclass, field

FIELD_NAMES = {
    "full_name": "Họ và tên", "id_number": "Số CCCD", "account_number": "Số tài khoản", "amount": "Số tiền", "group_code": "Mã đối tượng",
    "coefficient": "Hệ số", "bank": "Ngân hàng", "group_words": "Đối tượng", "birth": "Ngày sinh", "sex": "Giới tính", "phone": "Số điện thoại",
    "decided_on": "Ngày quyết định", "certified_on": "Ngày xác nhận khuyết tật", "entitled_from": "Hưởng từ tháng", "mandate_until": "Giấy ủy quyền đến ngày",
    "children_count": "Số con", "arrears": "Truy lĩnh", "total": "Tổng tiền", "channel": "Hình thức nhận tiền",
    "hamlet": "Thôn, ấp", "account_name": "Chủ tài khoản",
}  # fmt: skip


@dataclass(slots=True)
class Settled:
    """Field → column position; `questions` are (field, columns) nobody but a person can settle."""

    columns: dict[str, int] = field(default_factory=dict)
    given_name: int | None = None
    questions: list[tuple[str, list[int]]] = field(default_factory=list)
    by_content: list[tuple[str, int]] = field(default_factory=list)


def letter(position: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name
