"""Vietnamese names in the order surname, middle, given, with realistic shares.

Surname shares follow published counts (Nguyễn 38 %, Trần 11.5 %, Lê 9.5 %, Phạm 7 %, …); fourteen surnames cover about nine
tenths. Given and middle names are common ones by sex; the share of each is invented.
"""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from random import Random


def _words(text: str) -> list[str]:
    return text.split()


_SURNAMES = {
    "Nguyễn": 380, "Trần": 115, "Lê": 95, "Phạm": 70, "Huỳnh": 41, "Hoàng": 10, "Phan": 45, "Võ": 29, "Vũ": 10, "Đặng": 21,
    "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Trương": 13, "Đinh": 8, "Đoàn": 7, "Lâm": 8, "Trịnh": 6,
    "Mai": 6, "Đào": 5, "Cao": 6, "Hà": 5, "Lưu": 4, "Lương": 5, "Thái": 4, "Châu": 3, "Tạ": 3, "Phùng": 3, "Quách": 2, "Tô": 3,
    "Vương": 2, "Tăng": 2, "Văn": 2, "Kiều": 2, "Tống": 2, "Chu": 2, "Từ": 1,
}  # fmt: skip
_GIVEN_MALE = _words("""Hùng Dũng Minh Tuấn Hải Long Thắng Đức Phúc Quân Vinh Nghĩa Tài Sơn Hoàng Cường Bình Thành Tâm Trung Kiên Khánh Phong Lâm
 Phát Lộc Thọ An Bảo Huy Khoa Nam Việt Quang Hiếu Đạt Tiến Hậu Lợi Nhân Tín Trí Vũ Hòa Hưng Khải Toàn Thịnh Út Ba Tư Năm Sáu Bảy Chín Mười Đực
 Được Có Lượm Rớt Xê Thiện Luân Duy Nguyên Phương Lực Hoan Thuận Châu Danh Ngọc Điền Hiệp Liêm""")
_GIVEN_FEMALE = _words("""Lan Hoa Hồng Mai Hương Nga Thủy Hạnh Oanh Phương Nhung Vân Trang Châu Loan Đẹp Thảo Hằng Liên Yến Tuyết Cúc Huệ Đào Bích Ngọc Thu
 Xuân Hà Dung Hiền Linh My Nhi Thư Trâm Uyên Diễm Kiều Tiên Ngân Gấm Lài Sương Điệp Thắm Nở Lượm Gái Út Ba Tư Năm Sáu Bảy Tám Chín Mười Bé Lệ Mỹ Tâm
 An Anh Bình Phượng Quyên Quỳnh Thanh Thúy Tươi Vui Xinh Mận Chanh Sen Nguyệt Hòa Hậu Nết Thơm Ánh""")
_MIDDLE_MALE = _words("Văn Hữu Đức Minh Quang Công Đình Thanh Ngọc Quốc Xuân Hoàng Tấn Thành Trọng Gia Anh Phước Nhật Duy Chí Hồng")
_MIDDLE_MALE_SHARE = [300, 80, 60, 60, 50, 50, 40, 50, 40, 40, 25, 25, 35, 30, 20, 20, 15, 15, 10, 15, 15, 5]
_MIDDLE_FEMALE = _words("Thị Ngọc Kim Thanh Thu Hồng Mỹ Bích Tuyết Minh Thúy Cẩm Xuân Như Diệu Lệ Phương Hoàng Bảo Khánh")
_MIDDLE_FEMALE_SHARE = [480, 70, 60, 50, 45, 50, 35, 30, 20, 15, 20, 20, 15, 15, 10, 10, 10, 10, 5, 5]
_STIENG_GIVEN = _words("Brăng Khui Mốt Srây Lơn Xrên Bé Tài Hon Nhéch Lanh Dung Bia Rêu Mai Đây Sương Hồng Thu Giang")
_KHMER_SURNAMES = _words("Thạch Danh Kim Sơn Kiên Thị")
_KHMER_GIVEN = _words("Sóc Rây Phol Khêl Sa Vui Rinh Thương Hiền Luyến Ngọc Dương Mây Hoài Sang")
_HIGHLAND = ["K' Brêu", "K' Tư", "K' Đích", "K' Minh", "H' Lan", "H' Hoa", "H' Rim", "H' Thu", "Y Moan", "Y Thịnh", "Y Lê"]


class Weighted:
    """Draws from weighted values in O(log n), the same way on every Python version."""

    def __init__(self, weights: dict[str, int]) -> None:
        self.values = list(weights)
        self.bounds = list(accumulate(weights.values()))

    def draw(self, rng: Random) -> str:
        return rng.choices(self.values, cum_weights=self.bounds)[0]


_SURNAME = Weighted(_SURNAMES)
_MIDDLE = {
    "male": Weighted(dict(zip(_MIDDLE_MALE, _MIDDLE_MALE_SHARE, strict=True))),
    "female": Weighted(dict(zip(_MIDDLE_FEMALE, _MIDDLE_FEMALE_SHARE, strict=True))),
}
_GIVEN = {"male": _GIVEN_MALE, "female": _GIVEN_FEMALE}


def surname(rng: Random) -> str:
    """One surname by its real share."""
    return _SURNAME.draw(rng)


def middle_and_given(rng: Random, sex: str) -> list[str]:
    """One or two middle names (rarely none) and a given name."""
    given = rng.choice(_GIVEN[sex])
    kind = rng.random()
    middles = [] if kind < 0.04 else [_MIDDLE[sex].draw(rng)]
    if kind > 0.82:
        second = rng.choice(_GIVEN[sex])
        middles += [second] if second not in (*middles, given) else []
    return [m for m in middles if m != given] + [given]


def ethnic_name(rng: Random, sex: str) -> str:
    """S'tiêng (Điểu, Thị), Khmer (Thạch, Danh, …) and highland (K', H', Y) names."""
    kind = rng.random()
    if kind < 0.55:
        return ("Điểu " if sex == "male" else "Thị ") + rng.choice(_STIENG_GIVEN)
    if kind < 0.85:
        return f"{rng.choice(_KHMER_SURNAMES if sex == 'female' else _KHMER_SURNAMES[:-1])} {rng.choice(_KHMER_GIVEN)}"
    fitting = [n for n in _HIGHLAND if n.startswith("H'") == (sex == "female")]
    return rng.choice(fitting)


def full_name(rng: Random, sex: str, family_name: str | None = None) -> str:
    """A full name in NFC; about 1.5 % are ethnic-minority names unless a family name is given."""
    if family_name is None and rng.random() < 0.015:
        return ethnic_name(rng, sex)
    own = family_name or surname(rng)
    rest = middle_and_given(rng, sex)
    return " ".join([own, *(rest if rest[0] != own or len(rest) == 1 else rest[1:])])


def plain(text: str) -> str:
    """Without tones and letter case, Đ as d, single spaces: how two spellings are called equal."""
    lowered = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("ð", "d"))
    return " ".join("".join(c for c in lowered if not unicodedata.combining(c)).split())


def bank_name(text: str) -> str:
    """How a bank writes an account holder: capitals without tones."""
    return plain(text).replace("'", "").upper()
