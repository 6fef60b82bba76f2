"""A labelled province for judging deduplication: who is who is known, and the error model is this file's own.

Written straight into `raw.*`, so that nothing of intake's reading stands between the error and the verdict.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

SURNAMES = {"Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Huỳnh": 5, "Phan": 5, "Võ": 5, "Đặng": 2, "Bùi": 2, "Đỗ": 2, "Hồ": 2,
            "Ngô": 1, "Dương": 1, "Lý": 1, "Mai": 1, "Trương": 2, "Hoàng": 2, "Vũ": 3, "Đinh": 1, "Lâm": 1}  # fmt: skip
MIDDLE_MALE = ["Văn", "Văn", "Văn", "Hữu", "Minh", "Đức", "Quang", "Công", "Đình", "Xuân", "Thanh", "Ngọc", "Bá", "Quốc", ""]
MIDDLE_FEMALE = ["Thị", "Thị", "Thị", "Thị", "Ngọc", "Kim", "Thanh", "Hồng", "Thu", "Mỹ", "Thị Ngọc", "Thị Kim", "Thị Thu", "Bích", ""]
GIVEN_MALE = ["An", "Bình", "Cường", "Dũng", "Đức", "Hải", "Hùng", "Hưng", "Khánh", "Long", "Minh", "Nam", "Nghĩa", "Phong", "Phúc", "Quân",
              "Sơn", "Tài", "Tâm", "Thành", "Thắng", "Tiến", "Toàn", "Trung", "Tuấn", "Việt", "Vinh", "Sáu", "Năm", "Tư", "Lộc", "Hòa"]  # fmt: skip
GIVEN_FEMALE = ["An", "Bích", "Cúc", "Dung", "Đào", "Hà", "Hạnh", "Hiền", "Hoa", "Hồng", "Hương", "Lan", "Liên", "Loan", "Mai", "Nga",
                "Ngân", "Nhung", "Nguyệt", "Oanh", "Phượng", "Quyên", "Sen", "Tám", "Thảo", "Thủy", "Trang", "Tuyết", "Vân", "Yến", "Ba"]  # fmt: skip
PREFIXES = ["074", "079", "075", "001", "038", "052", "072", "070"]
TONELESS = str.maketrans(
    "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ",
    "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyydAAAAAAAAAAAAAAAAAEEEEEEEEEEEIIIIIOOOOOOOOOOOOOOOOOUUUUUUUUUUUYYYYYD",
)
CODES = [
    ("BTXH", "5.6_n", 810_000),
    ("BTXH", "5.5a_60_80", 810_000),
    ("BTXH", "5.6_dbn", 1_080_000),
    ("HTXH", "HTXH", 540_000),
    ("NCC", "NCC_TB", 2_500_000),
]


@dataclass(frozen=True, slots=True)
class Hazards:
    """How often things go wrong: on a first row (`once`) and on the second row of the same person (`again`)."""

    extra_rows: float = 0.08
    moved_share: float = 0.3
    twins: float = 0.01
    father_son: float = 0.006
    namesakes: float = 0.015
    id_missing: float = 0.15
    id_missing_again: float = 0.30
    id_cmnd: float = 0.10
    id_typo: float = 0.015
    id_borrowed: float = 0.003
    id_placeholder: float = 0.004
    toneless: float = 0.12
    tone_slip: float = 0.02
    letter_slip: float = 0.03
    middle_lost: float = 0.04
    words_swapped: float = 0.004
    day_month_swapped: float = 0.02
    year_only: float = 0.06
    birth_slip: float = 0.02
    first_of_january: float = 0.01
    phone_placeholder: float = 0.01
    sex_slip: float = 0.005
    feed_coverage: float = 0.97
    feed_has_commune: bool = True
    feed_cmnd: float = 0.7
    again_factor: float = 2.0


@dataclass(slots=True)
class Citizen:
    number: int
    name: str
    sex: str
    born: date
    knows_day: bool
    commune: str
    hamlet: str
    cccd: str
    cmnd: str | None
    phone: str | None
    account: str | None
    code: tuple[str, str, int]
    hazard: str = "plain"


@dataclass(slots=True)
class Line:
    row_id: str
    citizen: int
    hazard: str
    values: dict[str, object] = field(default_factory=dict)


class Province:
    """`citizens`, `lines` (what communes send) and `register` (the feed), all from one seed."""

    def __init__(self, people: int, seed: int, hazards: Hazards | None = None, communes: int | None = None) -> None:
        self.rng = random.Random(seed)
        self.hazards = hazards or Hazards()
        self.communes = [f"{25000 + 3 * i:05d}" for i in range(communes or max(3, people // 1000))]
        self.citizens: list[Citizen] = []
        while len(self.citizens) < people:
            self._family()
        self.lines = list(self._lines(seed))
        self.rng.shuffle(self.lines)

    def _pick(self, chance: float) -> bool:
        return self.rng.random() < chance

    def _name(self, sex: str, surname: str | None = None) -> str:
        surname = surname or self.rng.choices(list(SURNAMES), list(SURNAMES.values()))[0]
        middle = self.rng.choice(MIDDLE_MALE if sex == "male" else MIDDLE_FEMALE)
        given = self.rng.choice(GIVEN_MALE if sex == "male" else GIVEN_FEMALE)
        return " ".join(part for part in (surname, middle, given) if part)

    def _cccd(self, sex: str, born: date) -> str:
        digit = (0 if born.year < 2000 else 2) + (sex == "female")
        return f"{self.rng.choice(PREFIXES)}{digit}{born.year % 100:02d}{self.rng.randrange(10**6):06d}"

    def _citizen(self, **given: object) -> Citizen:
        rng = self.rng
        sex = str(given.get("sex") or rng.choice(["male", "female"]))
        year = rng.choices([rng.randrange(2008, 2026), rng.randrange(1966, 2008), rng.randrange(1926, 1966)], [1, 2, 7])[0]
        born = given.get("born") or date(year, 1, 1) + timedelta(days=rng.randrange(365))
        assert isinstance(born, date)
        commune = str(given.get("commune") or rng.choice(self.communes))
        person = Citizen(
            number=len(self.citizens), name=str(given.get("name") or self._name(sex)), sex=sex, born=born,
            knows_day=bool(given.get("knows_day", not (born.year < 1966 and self._pick(0.4)))), commune=commune,
            hamlet=str(given.get("hamlet") or f"Ấp {rng.randrange(1, 9)}"), cccd=self._cccd(sex, born),
            cmnd=f"{rng.randrange(10**8, 10**9)}" if born.year < 2005 and self._pick(0.8) else None,
            phone=given.get("phone", f"09{rng.randrange(10**8):08d}" if self._pick(0.6) else None),  # type: ignore[arg-type]
            account=given.get("account", f"{rng.randrange(10**12):013d}" if self._pick(0.5) else None),  # type: ignore[arg-type]
            code=rng.choice(CODES), hazard=str(given.get("hazard", "plain")),
        )  # fmt: skip
        self.citizens.append(person)
        return person

    def _family(self) -> None:
        first = self._citizen()
        h, shared = self.hazards, {"commune": first.commune, "hamlet": first.hamlet}
        if self._pick(h.twins):
            words = first.name.split()
            twin = " ".join([*words[:-1], self.rng.choice(GIVEN_MALE if first.sex == "male" else GIVEN_FEMALE)])
            if twin != first.name:
                self._citizen(name=twin, sex=first.sex, born=first.born, knows_day=first.knows_day, phone=first.phone,
                              account=first.account, hazard="twins", **shared)  # fmt: skip
        elif self._pick(h.father_son) and first.sex == "male":
            son = first.born.replace(year=min(2025, first.born.year + self.rng.randrange(20, 36)), day=1)
            self._citizen(name=first.name, sex="male", born=son, phone=first.phone, account=first.account, hazard="father_son", **shared)
        elif self._pick(h.namesakes):
            born = first.born.replace(month=self.rng.randrange(1, 13), day=self.rng.randrange(1, 28))
            self._citizen(name=first.name, sex=first.sex, born=born, knows_day=first.knows_day, commune=first.commune, hazard="namesakes")
        elif self._pick(0.06):
            sex = "female" if first.sex == "male" else "male"
            self._citizen(sex=sex, phone=first.phone, account=first.account, hazard="spouses", **shared)

    def _lines(self, seed: int) -> Iterator[Line]:
        for person in self.citizens:
            yield self._line(f"R{seed}-{person.number}-0", person, again=False)
            copy = 1
            while self._pick(self.hazards.extra_rows if copy == 1 else 0.1) and copy < 4:
                yield self._line(f"R{seed}-{person.number}-{copy}", person, again=True)
                copy += 1

    def _line(self, row_id: str, person: Citizen, *, again: bool) -> Line:
        h, k = self.hazards, self.hazards.again_factor if again else 1.0
        hazard = person.hazard
        moved = again and self._pick(h.moved_share)
        commune = self.rng.choice(self.communes) if moved else person.commune
        born, knows_day = self._birth(person, k)
        code = person.code if not again or self._pick(0.8) else self.rng.choice(CODES)
        id_number, id_type = self._number(person, k, again)
        values: dict[str, object] = {
            "commune_code": commune, "full_name": self._typed_name(person.name, k), "id_number": id_number, "id_type": id_type,
            "birth_date": born if knows_day else None, "birth_year": born.year,
            "birth_date_precision": "day" if knows_day else "year",
            "sex": None if self._pick(0.1) else (person.sex if not self._pick(h.sex_slip * k) else {"male": "female", "female": "male"}[person.sex]),
            "programme_code": code[0], "entitlement_code": code[1], "amount_vnd": code[2],
            "phone": "0900000000" if self._pick(h.phone_placeholder) else (None if self._pick(0.3) else self._changed(person.phone, 0.1 if again else 0, "09")),
            "bank_bin": "970405", "account_number": None if self._pick(0.2) else self._changed(person.account, 0.2 if again else 0, "0123"),
            "hamlet": None if self._pick(0.1) or moved else person.hamlet, "payment_channel": "bank",
            "moved_from": person.commune if moved and self._pick(0.4) else None,
        }  # fmt: skip
        if values["account_number"] is None:
            values["bank_bin"], values["payment_channel"] = None, "cash"
        return Line(row_id, person.number, "moved" if moved else hazard, values)

    def _changed(self, number: str | None, chance: float, head: str) -> str | None:
        if number is None or not self._pick(chance):
            return number
        return head + "".join(str(self.rng.randrange(10)) for _ in range(len(number) - len(head)))

    def _number(self, person: Citizen, k: float, again: bool) -> tuple[str | None, str | None]:
        h = self.hazards
        if self._pick(h.id_missing_again if again else h.id_missing):
            return None, None
        if person.cmnd and self._pick(h.id_cmnd * k):
            return person.cmnd, "cmnd"
        if self._pick(h.id_placeholder):
            return "079000000001", "cccd"
        if self._pick(h.id_borrowed):
            return self.rng.choice(self.citizens).cccd, "cccd"
        if self._pick(h.id_typo * k):
            at = self.rng.randrange(6, 12)
            digit = str((int(person.cccd[at]) + self.rng.randrange(1, 10)) % 10)
            return person.cccd[:at] + digit + person.cccd[at + 1 :], "cccd"
        return person.cccd, "cccd"

    def _birth(self, person: Citizen, k: float) -> tuple[date, bool]:
        h, born = self.hazards, person.born
        if not person.knows_day or self._pick(h.year_only * k):
            return (born.replace(year=born.year + self.rng.choice([-1, 1]), day=1) if self._pick(h.birth_slip * k / 2) else born), False
        if self._pick(h.day_month_swapped * k) and born.day <= 12:
            return born.replace(month=born.day, day=born.month), True
        if self._pick(h.first_of_january * k):
            return date(born.year, 1, 1), True
        if self._pick(h.birth_slip * k):
            return self.rng.choice(
                [born.replace(day=self.rng.randrange(1, 28)), born.replace(month=self.rng.randrange(1, 13), day=min(born.day, 28)),
                 born.replace(year=max(1920, born.year + self.rng.choice([-10, -1, 1])), day=min(born.day, 28))]
            ), True  # fmt: skip
        return born, True

    def _typed_name(self, name: str, k: float) -> str:
        h, words = self.hazards, name.split()
        if self._pick(h.middle_lost * k) and len(words) > 2:
            words.pop(1)
        if self._pick(h.words_swapped * k) and len(words) > 2:
            words[1:] = words[:0:-1]
        if self._pick(h.letter_slip * k):
            at = self.rng.randrange(len(words))
            words[at] = self._slip(words[at])
        typed = " ".join(words)
        if self._pick(h.tone_slip * k):
            typed = typed.replace("ủy", "uỷ").replace("òa", "oà") if self._pick(0.5) else typed.translate(str.maketrans("áàảạ", "àáạả"))
        if self._pick(h.toneless):
            typed = typed.translate(TONELESS)
        return typed.upper() if self._pick(0.3) else typed

    def _slip(self, word: str) -> str:
        at = self.rng.randrange(len(word))
        letter = self.rng.choice("aeiouhgntmclr")
        return self.rng.choice([word[:at] + word[at + 1 :] or word, word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:]])

    def register(self) -> Iterator[dict[str, object]]:
        """The national-ID feed: one record a registered citizen."""
        rng = random.Random(len(self.citizens))
        for person in self.citizens:
            if rng.random() > self.hazards.feed_coverage:
                continue
            year_only = not person.knows_day and rng.random() < 0.6
            slipped = rng.random() < 0.004
            yield {
                "so_dinh_danh": person.cccd, "so_cmnd": person.cmnd if rng.random() < self.hazards.feed_cmnd else None,
                "ho_va_ten": person.name, "gioi_tinh": "1" if person.sex == "male" else "2",
                "ngay_thang_nam_sinh": None if year_only else f"{person.born:%Y%m%d}",
                "nam_sinh": str(person.born.year + (3 if slipped and year_only else 0)),
                "ma_phuong_xa": person.commune if self.hazards.feed_has_commune else None,
                "trang_thai": "chet" if rng.random() < 0.02 else "song",
                "tai_khoan_so": person.account if rng.random() < 0.2 else None,
            }  # fmt: skip


def harder(hazards: Hazards | None = None, *, times: float = 2.0) -> Hazards:
    """The same province with every slip of the hand so many times as frequent."""
    base = hazards or Hazards()
    slips = ["id_typo", "id_borrowed", "tone_slip", "letter_slip", "middle_lost", "day_month_swapped", "birth_slip", "year_only"]
    return replace(base, **{name: getattr(base, name) * times for name in slips})
