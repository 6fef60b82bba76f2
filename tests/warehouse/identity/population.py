"""Who lives in a made-up province: households with the lookalikes that make people hard to tell apart.

Its names, families and numbers are drawn in another way than `labelled.py` draws them, so that what holds on both does
not hold by habit. `error_models.py` says what clerks and the register write about these people.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

SURNAMES = {
    "Nguyễn": 384, "Trần": 121, "Lê": 95, "Phạm": 70, "Huỳnh": 45, "Hoàng": 28, "Phan": 45, "Võ": 26, "Vũ": 24, "Đặng": 21, "Bùi": 20,
    "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Mai": 5, "Cao": 5, "Lâm": 5, "Trương": 14, "Đinh": 10, "Thạch": 3, "Điểu": 3,
    "Châu": 3, "Tạ": 3, "Quách": 2, "La": 1, "Kiều": 2, "Phùng": 3, "Tô": 3,
}  # fmt: skip
MIDDLES = {
    "male": {"Văn": 40, "Hữu": 8, "Minh": 7, "Đức": 6, "Quang": 5, "Công": 5, "Đình": 4, "Xuân": 4, "Thanh": 4, "Ngọc": 4, "Bá": 2, "Quốc": 4, "Thế": 2, "": 5},
    "female": {"Thị": 50, "Ngọc": 7, "Kim": 7, "Thanh": 5, "Hồng": 4, "Thu": 4, "Mỹ": 3, "Thị Ngọc": 3, "Thị Kim": 4, "Thị Thu": 3, "Thị Mỹ": 2, "Bích": 2, "": 6},
}  # fmt: skip
_MEN = (
    "Hùng Hải Dũng Tuấn Long Đức Minh Thành Sơn Bình Thắng Nam Cường Phúc Hòa Tâm Quân Vinh Trung An Nghĩa Khánh Việt Lộc "
    "Tài Tiến Toàn Phong Hưng Sáu Năm Tư Bảy Út Mười Đông Bắc Tây Thạnh Hiếu Trọng Nhân Kiệt Luân Khoa Định Phát Lâm Giang "
    "Hậu Quý Thái Tùng Chiến Xê Đậu Lượm Rớt Sang Thuận Hồng Thanh Ngọc Đạt Danh Khang Duy Hoàng Chính Thọ Phước Quyết Tấn "
    "Triều Ẩn Nở Cu Tèo Đực"
)
_WOMEN = (
    "Hoa Lan Hồng Hương Mai Hạnh Nga Thủy Loan Yến Phượng Hiền Dung Vân Trang Nhung Tuyết Liên Oanh Đào Thảo Bích Cúc Sen "
    "Ba Tám Chín Bưởi Bông Gái Lành Mười Thu Xuân Hà Hằng Ngân Nguyệt Quyên Phương Châu Đẹp Huệ Lài Lý Mận Nhàn Nữ Sương "
    "Thơm Tươi Út Xinh Chi Diễm Giàu Hai Kiều Linh Ly Mến Nhi Như Nở Phụng Quý Thắm Thanh Thoa Trinh Tư Vui Xuyến Én Ánh "
    "Ngọc Trâm My Vy Diệu"
)
GIVENS = {"male": _MEN.split(), "female": _WOMEN.split()}
PREFIXES = {"074": 40, "075": 15, "079": 15, "038": 8, "052": 7, "001": 5, "072": 4, "040": 3, "034": 3}
CODES = [("BTXH", "5.6_n", 810_000), ("BTXH", "5.5a_60_80", 810_000), ("BTXH", "5.6_dbn", 1_080_000), ("HTXH", "HTXH", 540_000),
         ("NCC", "NCC_TB", 2_500_000)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One person as he is; `hazard` names what makes him easy to mistake for somebody else."""

    number: int
    name: str
    sex: str
    born: date
    commune: str
    hamlet: str
    cccd: str
    cmnd: str | None
    phone: str | None
    account: str | None
    hazard: str = "plain"


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """How many households hold people easy to mistake for each other."""

    twins: float = 0.008
    heirs: float = 0.006  # father and son, or grandfather and grandson, of one name
    namesakes: float = 0.012  # of one year and commune
    same_hamlet: float = 0.3  # of them, in one hamlet
    couples: float = 0.12
    carers: float = 0.02  # one carer's phone and account stand beside several people
    one_account: float = 0.5  # couples, twins, heirs with one phone and account


class Population:
    """`people` persons of one seed, about a thousand a commune."""

    def __init__(self, people: int, seed: int, lookalikes: Lookalikes | None = None, *, per_commune: int = 1000) -> None:
        self.rng = random.Random(f"people {seed}")
        self.lookalikes = lookalikes or Lookalikes()
        self.communes = [f"{26000 + 3 * i:05d}" for i in range(max(3, people // per_commune))]
        self.persons: list[Person] = []
        while len(self.persons) < people:
            self._household()

    def _drawn(self, weights: dict[str, int]) -> str:
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def given(self, sex: str) -> str:
        """A given name; a few are everybody's, most are rare."""
        return self.rng.choices(GIVENS[sex], [1 / (rank + 8) for rank in range(len(GIVENS[sex]))])[0]

    def name(self, sex: str, surname: str | None = None) -> str:
        """Surname, middle name, given name."""
        return " ".join(part for part in (surname or self._drawn(SURNAMES), self._drawn(MIDDLES[sex]), self.given(sex)) if part)

    def phone(self) -> str:
        """A mobile number of one's own."""
        return f"0{self.rng.choice('35789')}{self.rng.randrange(10**8):08d}"

    def account(self) -> str:
        """An account number of one's own."""
        return f"{self.rng.randrange(10**13):013d}"

    def _born(self) -> date:
        first, last = self.rng.choices([(2006, 2026), (1960, 2006), (1930, 1960), (1922, 1935)], [15, 25, 52, 8])[0]
        return date(self.rng.randrange(first, last), 1, 1) + timedelta(days=self.rng.randrange(365))

    def _cccd(self, sex: str, born: date) -> str:
        digit = (0 if born.year < 2000 else 2) + (sex == "female")
        return f"{self._drawn(PREFIXES)}{digit}{born.year % 100:02d}{self.rng.randrange(10**6):06d}"

    def _add(self, like: Person | None = None, **given: object) -> Person:
        rng = self.rng
        sex = str(given.pop("sex", None) or rng.choice(["male", "female"]))
        born = given.pop("born", None) or self._born()
        assert isinstance(born, date)
        home = like or Person(0, "", "", born, rng.choice(self.communes), f"Ấp {rng.randrange(1, 10)}", "", None, None, None)
        person = Person(
            number=len(self.persons), name=str(given.pop("name", None) or self.name(sex)), sex=sex, born=born, commune=home.commune,
            hamlet=home.hamlet, cccd=self._cccd(sex, born),
            cmnd=f"{rng.randrange(2 * 10**8, 4 * 10**8)}" if born.year < 2006 and rng.random() < 0.75 else None,
            phone=self.phone() if rng.random() < 0.75 else None, account=self.account() if rng.random() < 0.55 else None,
        )  # fmt: skip
        if like is not None and rng.random() < self.lookalikes.one_account:
            person = replace(person, phone=like.phone, account=like.account)
        person = replace(person, **given)  # type: ignore[arg-type]
        self.persons.append(person)
        return person

    def _household(self) -> None:
        rng, often = self.rng, self.lookalikes
        first = self._add()
        kinds = ["twins", "heirs", "namesakes", "couples", "carers", ""]
        shares = [often.twins, often.heirs, often.namesakes, often.couples, often.carers]
        kind = rng.choices(kinds, [*shares, max(0.0, 1 - sum(shares))])[0]
        words = first.name.split()
        if kind == "twins":
            sex = first.sex if rng.random() < 0.75 else {"male": "female", "female": "male"}[first.sex]
            twin = " ".join([*words[:-1], self.given(sex)]) if sex == first.sex else self.name(sex, words[0])
            if twin != first.name:
                self._add(first, name=twin, sex=sex, born=first.born, hazard="twins")
        elif kind == "heirs":
            year = min(2024, first.born.year + rng.randrange(19, 50))
            self._add(first, name=first.name, sex=first.sex, born=date(year, 1, 1) + timedelta(days=rng.randrange(365)), hazard="heirs")
        elif kind == "namesakes":
            hamlet = first.hamlet if rng.random() < often.same_hamlet else f"Ấp {rng.randrange(1, 10)}"
            born = date(first.born.year, 1, 1) + timedelta(days=rng.randrange(365))
            self._add(
                first, name=first.name, sex=first.sex, born=born, hamlet=hamlet, phone=self.phone() if rng.random() < 0.7 else None,
                account=self.account() if rng.random() < 0.5 else None, hazard="namesakes",
            )  # fmt: skip
        elif kind == "couples":
            born = date(max(1921, first.born.year + rng.randrange(-6, 7)), 1, 1) + timedelta(days=rng.randrange(365))
            self._add(first, sex={"male": "female", "female": "male"}[first.sex], born=born, hazard="couples")
        elif kind == "carers":
            for _ in range(rng.randrange(1, 4)):
                self._add(replace(first, hamlet=f"Ấp {rng.randrange(1, 10)}"), phone=first.phone, account=first.account, hazard="carers")
