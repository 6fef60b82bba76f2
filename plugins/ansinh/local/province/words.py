"""How clerks write a group and a channel: in full or abbreviated."""

from __future__ import annotations

# code: (in full, abbreviated); {who} is filled with "trẻ em" or "người cao tuổi", {short} with TE or NCT
_GROUPS = {
    "5.1_u4": ("Trẻ em mất nguồn nuôi dưỡng dưới 4 tuổi", "TE mất nguồn nuôi dưỡng dưới 4 tuổi"),
    "5.1_4_16": ("Trẻ em mất nguồn nuôi dưỡng từ 4 đến dưới 16 tuổi", "TE mất nguồn nuôi dưỡng 4-16 tuổi"),
    "5.2": ("Người từ 16 đến 22 tuổi mất nguồn nuôi dưỡng đang đi học", "Mất nguồn nuôi dưỡng 16-22 tuổi đang học"),
    "5.3_u4": ("Trẻ em nhiễm HIV hộ nghèo dưới 4 tuổi", "TE HIV hộ nghèo dưới 4 tuổi"),
    "5.3_4_16": ("Trẻ em nhiễm HIV hộ nghèo từ 4 đến dưới 16 tuổi", "TE HIV hộ nghèo 4-16 tuổi"),
    "5.4": ("Người đơn thân nghèo đang nuôi con", "Đơn thân nghèo nuôi con"),
    "5.5a_60_80": ("Người cao tuổi hộ nghèo từ 60 đến 80 tuổi", "NCT hộ nghèo 60-80 tuổi"),
    "5.5a_80": ("Người cao tuổi hộ nghèo từ đủ 80 tuổi", "NCT hộ nghèo từ 80 tuổi"),
    "5.5d": ("Người cao tuổi được nhận chăm sóc tại cộng đồng", "NCT nhận chăm sóc tại cộng đồng"),
    "5.6_dbn": ("Người khuyết tật đặc biệt nặng", "NKT đặc biệt nặng"),
    "5.6_dbn_te_nct": ("Người khuyết tật đặc biệt nặng là {who}", "NKT đặc biệt nặng {short}"),
    "5.6_n": ("Người khuyết tật nặng", "NKT nặng"),
    "5.6_n_te_nct": ("Người khuyết tật nặng là {who}", "NKT nặng {short}"),
    "5.7": ("Trẻ em dưới 3 tuổi hộ nghèo vùng đặc biệt khó khăn", "TE dưới 3 tuổi hộ nghèo vùng ĐBKK"),
    "5.8": ("Người nhiễm HIV hộ nghèo không có thu nhập ổn định", "Nhiễm HIV hộ nghèo"),
    "HTXH": ("Hưu trí xã hội", "HTXH"),
    "20.1a": ("Nhận chăm sóc trẻ em dưới 4 tuổi", "Nhận chăm sóc TE dưới 4 tuổi"),
    "20.1b": ("Nhận chăm sóc {who}{from_four}", "Nhận chăm sóc {short}{from_four}"),
    "20.2b": ("Người khuyết tật nuôi con dưới 36 tháng tuổi", "NKT nuôi con dưới 36 tháng"),
    "20.2c": ("Hộ gia đình chăm sóc người khuyết tật đặc biệt nặng", "Hộ GĐ chăm sóc NKT đặc biệt nặng"),
    "20.2d_1": ("Nhận chăm sóc người khuyết tật đặc biệt nặng", "Nhận chăm sóc NKT đặc biệt nặng"),
    "20.2d_2": ("Nhận chăm sóc trẻ em khuyết tật đặc biệt nặng", "Nhận chăm sóc TE khuyết tật đặc biệt nặng"),
    "11": ("Mai táng phí đối tượng bảo trợ xã hội", "Mai táng phí"),
    "NCC_TB": ("Thương binh", "Thương binh"),
    "NCC_BB": ("Bệnh binh", "Bệnh binh"),
    "NCC_TUAT": ("Thân nhân liệt sĩ hưởng tuất hằng tháng", "Tuất liệt sĩ"),
    "NCC_BMVNAH": ("Bà mẹ Việt Nam anh hùng", "BMVNAH"),
    "NCC_CDHH": ("Người HĐKC bị nhiễm chất độc hóa học", "Nhiễm CĐHH"),
    "NCC_HDKC": ("Người hoạt động kháng chiến giải phóng dân tộc", "HĐKC"),
    "NCC_KHAC": ("Người có công giúp đỡ cách mạng", "Người có công khác"),
}
_CHANNELS = {"bank": ("Chuyển khoản", "CK"), "cash": ("Tiền mặt", "TM"), "home": ("Chi trả tại nhà", "Tại nhà")}


def group_words(code: str, age_years: int, style: str) -> str:
    """The group as the clerk writes it for somebody of this age (the person cared for, in care support); style `full` or `short`."""
    child = age_years < 16
    who, short = ("trẻ em", "TE") if child else ("người cao tuổi", "NCT")
    return _GROUPS[code][style == "short"].format(who=who, short=short, from_four=" từ 4 tuổi" if child else "")


def channel_words(channel: str, style: str) -> str:
    return _CHANNELS[channel][style == "short"]
