"""Four ways a province's lists and register go wrong, each with a weakness of its own kind.

`WORLDS` names them: numbers lost, names misspelt with few birth dates, lookalikes everywhere, and all of it at once before a
register with gaps and mistakes of its own. None of them shares code with `labelled.py`; the two-row habits differ as well.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from population import CODES, Lookalikes, Person, Population

Values = dict[str, object]
SOUNDS = [
    ("s", "x"),
    ("tr", "ch"),
    ("d", "gi"),
    ("i", "y"),
    ("n", "l"),
    ("ng", "ngh"),
    ("c", "t"),
    ("an", "ang"),
    ("uc", "ut"),
    ("v", "d"),
    ("q", "qu"),
]


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of rows on which each slip happens; `again` multiplies them on a person's further rows."""

    again_rows: float = 0.06
    elsewhere: float = 0.35  # of further rows: in another commune
    says_from: float = 0.4  # of them: with "moved from"
    other_programme: float = 0.3
    again: float = 1.5
    no_number: float = 0.25
    old_number: float = 0.06
    digit_off: float = 0.015
    digits_swapped: float = 0.003
    reissued: float = 0.001
    borrowed: float = 0.003
    filler: float = 0.004
    toneless: float = 0.12
    wrong_tone: float = 0.015
    misheard: float = 0.01
    mistyped: float = 0.015
    middle_lost: float = 0.03
    middle_initial: float = 0.0
    order: float = 0.004
    year_only: float = 0.35  # of people born before 1966
    year_only_young: float = 0.04
    first_of_january: float = 0.02
    year_off: float = 0.008
    swapped: float = 0.015
    day_off: float = 0.01
    decade_off: float = 0.002
    sex_absent: float = 0.05
    sex_wrong: float = 0.004
    phone_absent: float = 0.25
    phone_changed: float = 0.12
    account_absent: float = 0.2
    account_changed: float = 0.15
    hamlet_absent: float = 0.1
    hamlet_changed: float = 0.02
    feed_absent: float = 0.025
    feed_old_number: float = 0.6
    feed_commune: float = 0.0
    feed_year_only: float = 0.5  # of those whose day nobody knows
    feed_year_wrong: float = 0.02
    feed_name_stale: float = 0.004


@dataclass(slots=True)
class Line:
    """One row a commune sends: whose it is in truth, why it is hard, and the slips made on it."""

    row_id: str
    citizen: int
    hazard: str
    values: Values
    slips: list[str] = field(default_factory=list)


class World:
    """`lines` (what communes send) and `register()` (the feed) of one seed."""

    def __init__(self, people: int, seed: int, habits: Habits, lookalikes: Lookalikes | None = None, *, per_commune: int = 1000) -> None:
        self.population = Population(people, seed, lookalikes, per_commune=per_commune)
        self.rng = random.Random(f"errors {seed}")
        self.habits = habits
        # whose day of birth nobody wrote down: lists and register are both silent about it
        self.dayless = {
            p.number for p in self.population.persons if self._happens(habits.year_only if p.born.year < 1966 else habits.year_only_young)
        }
        self.lines = [line for person in self.population.persons for line in self._lines_of(person, seed)]
        self.rng.shuffle(self.lines)

    def _happens(self, chance: float) -> bool:
        return self.rng.random() < chance

    def _lines_of(self, person: Person, seed: int) -> Iterator[Line]:
        h = self.habits
        yield self._line(f"W{seed}-{person.number}-0", person, person.commune, person.hazard, 1.0)
        copy = 1
        while copy < 4 and self._happens(h.again_rows if copy == 1 else 0.08):
            commune, hazard = person.commune, person.hazard if person.hazard != "plain" else "again"
            if self._happens(h.elsewhere):
                commune, hazard = self.rng.choice([c for c in self.population.communes if c != person.commune]), "moved"
            yield self._line(f"W{seed}-{person.number}-{copy}", person, commune, hazard, h.again)
            copy += 1

    def _line(self, row_id: str, person: Person, commune: str, hazard: str, k: float) -> Line:
        h, slips, further = self.habits, [], k != 1.0
        number, kind = self._number(person, k, slips)
        moved = commune != person.commune
        at_home = not moved and not self._happens(h.hamlet_changed * k)
        phone = self.population.phone() if further and person.phone and self._happens(h.phone_changed) else person.phone
        account = self.population.account() if further and person.account and self._happens(h.account_changed) else person.account
        account = None if self._happens(h.account_absent) else account
        code = CODES[person.number % len(CODES)] if not further or not self._happens(h.other_programme) else self.rng.choice(CODES)
        values: Values = {
            "commune_code": commune, "full_name": self._written(person.name, k, slips), "id_number": number, "id_type": kind,
            **self._birth(person, k, slips),
            "sex": None if self._happens(h.sex_absent) else (person.sex if not self._happens(h.sex_wrong * k) else {"male": "female", "female": "male"}[person.sex]),
            "programme_code": code[0], "entitlement_code": code[1], "amount_vnd": code[2],
            "phone": None if self._happens(h.phone_absent) else phone, "account_number": account, "bank_bin": "970405" if account else None,
            "payment_channel": "bank" if account else "cash",
            "hamlet": None if self._happens(h.hamlet_absent) else (person.hamlet if at_home else f"Ấp {self.rng.randrange(1, 10)}"),
            "moved_from": person.commune if moved and self._happens(h.says_from) else None,
        }  # fmt: skip
        return Line(row_id, person.number, hazard, values, slips)

    def _number(self, person: Person, k: float, slips: list[str]) -> tuple[str | None, str | None]:
        h, rng, true = self.habits, self.rng, person.cccd
        if self._happens(min(0.8, h.no_number * (1 + (k - 1) / 2))):
            slips.append("no_number")
            return None, None
        if person.cmnd and self._happens(h.old_number * k):
            slips.append("old_number")
            return person.cmnd, "cmnd"
        kinds = ["filler", "borrowed", "reissued", "digit_off", "digits_swapped"]
        shares = [h.filler, h.borrowed, h.reissued, h.digit_off * k, h.digits_swapped * k]
        slip = rng.choices([*kinds, ""], [*shares, 1 - sum(shares)])[0]
        if not slip:
            return true, "cccd"
        slips.append(slip)
        if slip == "filler":
            return rng.choice(["074000000000", "079123456789", "074060000001"]), "cccd"
        if slip == "borrowed":
            return self.population.persons[max(0, person.number - rng.randrange(1, 4))].cccd, "cccd"
        if slip == "reissued":
            return true[:6] + f"{rng.randrange(10**6):06d}", "cccd"
        at = rng.randrange(0, 11)
        if slip == "digits_swapped":
            return true[:at] + true[at + 1] + true[at] + true[at + 2 :], "cccd"
        return true[:at] + str((int(true[at]) + rng.randrange(1, 10)) % 10) + true[at + 1 :], "cccd"

    def _birth(self, person: Person, k: float, slips: list[str]) -> Values:
        h, rng, born = self.habits, self.rng, person.born
        year_only = person.number in self.dayless or self._happens(0.05 * k)
        if self._happens(h.decade_off * k):
            slips.append("decade_off")
            born = date(max(1920, born.year + rng.choice([-10, 10])) if born.year < 2014 else born.year - 10, born.month, min(born.day, 28))
        elif self._happens(h.year_off * k):
            slips.append("year_off")
            born = date(min(2025, born.year + rng.choice([-1, 1])), born.month, min(born.day, 28))
        if year_only:
            if self._happens(h.first_of_january * k):
                slips.append("first_of_january")
                return {"birth_date": date(born.year, 1, 1), "birth_year": born.year, "birth_date_precision": "day"}
            return {"birth_date": None, "birth_year": born.year, "birth_date_precision": "year"}
        if born.day <= 12 and born.day != born.month and self._happens(h.swapped * k * 2.5):
            slips.append("swapped")
            born = date(born.year, born.day, born.month)
        elif self._happens(h.day_off * k):
            slips.append("day_off")
            born = date(born.year, rng.choice([born.month, rng.randrange(1, 13)]), rng.randrange(1, 29))
        return {"birth_date": born, "birth_year": born.year, "birth_date_precision": "day"}

    def _written(self, name: str, k: float, slips: list[str]) -> str:
        h, rng, words = self.habits, self.rng, name.split()
        if len(words) > 2 and self._happens(h.middle_lost * k):
            slips.append("middle_lost")
            del words[rng.randrange(1, len(words) - 1)]
        elif len(words) > 2 and self._happens(h.middle_initial * k):
            slips.append("middle_initial")
            words[1] = words[1][0] + "."
        if len(words) > 2 and self._happens(h.order * k):
            slips.append("order")
            words = [words[-1], *words[:-1]]
        if self._happens(h.mistyped * k):
            slips.append("mistyped")
            at = rng.randrange(len(words))
            words[at] = self._mistyped(words[at])
        if self._happens(h.misheard * k):
            slips.append("misheard")
            at = rng.randrange(len(words))
            words[at] = _misheard(words[at], rng)
        written = " ".join(words)
        if self._happens(h.wrong_tone * k):
            slips.append("wrong_tone")
            written = _wrong_tone(written, rng)
        if self._happens(h.toneless):
            written = plain(written)
        if self._happens(0.03):
            written = unicodedata.normalize("NFD", written)
        return written.upper() if self._happens(0.3) else written

    def _mistyped(self, word: str) -> str:
        rng, at = self.rng, self.rng.randrange(len(word))
        if len(word) > 2 and at < len(word) - 1 and rng.random() < 0.4:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        letter = rng.choice("aeiouyhgntmcb")
        return rng.choice([word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :], (word[:at] + word[at + 1 :]) or word])

    def register(self) -> Iterator[Values]:
        """The national-ID feed: one record a registered person."""
        h, rng = self.habits, self.rng
        for person in self.population.persons:
            if self._happens(h.feed_absent):
                continue
            born = person.born
            if self._happens(h.feed_year_wrong):
                born = date(born.year + rng.choice([-3, -1, 1, 3]), born.month, min(born.day, 28))
            words = person.name.split()
            if self._happens(h.feed_name_stale) and len(words) > 1:
                words[-1] = self.population.given(person.sex)
            year_only = person.number in self.dayless and self._happens(h.feed_year_only)
            yield {
                "so_dinh_danh": person.cccd, "so_cmnd": person.cmnd if self._happens(h.feed_old_number) else None, "ho_va_ten": " ".join(words),
                "gioi_tinh": "1" if person.sex == "male" else "2", "ngay_thang_nam_sinh": None if year_only else f"{born:%Y%m%d}",
                "nam_sinh": str(born.year), "ma_phuong_xa": person.commune if self._happens(h.feed_commune) else None,
                "trang_thai": "chet" if self._happens(0.02) else "song",
            }  # fmt: skip


def plain(text: str) -> str:
    """Text without any Vietnamese mark."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def _misheard(word: str, rng: random.Random) -> str:
    low = word.lower()
    fits = [(a, b) for pair in SOUNDS for a, b in (pair, pair[::-1]) if a in low]
    if not fits:
        return word
    heard, said = rng.choice(fits)
    return low.replace(heard, said, 1).capitalize()


def _wrong_tone(name: str, rng: random.Random) -> str:
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = list(unicodedata.normalize("NFD", name))
    places = [i for i, letter in enumerate(letters) if letter in tones]
    if places:
        letters[rng.choice(places)] = rng.choice(tones)
    return unicodedata.normalize("NFC", "".join(letters))


LOST_NUMBERS = Habits(no_number=0.40, digit_off=0.05, digits_swapped=0.01, old_number=0.15, reissued=0.004, filler=0.01)
NOISY_NAMES = Habits(
    toneless=0.25, wrong_tone=0.03, misheard=0.03, mistyped=0.035, middle_lost=0.07, middle_initial=0.01, order=0.012, year_only=0.6,
    year_only_young=0.3, first_of_january=0.15, year_off=0.025, swapped=0.03, day_off=0.02, decade_off=0.004, feed_year_only=0.7,
)  # fmt: skip
LOOKALIKES = Habits(elsewhere=0.5, borrowed=0.012, filler=0.008, digit_off=0.02, feed_commune=0.5, again_rows=0.07)
MANY_ALIKE = Lookalikes(twins=0.03, heirs=0.03, namesakes=0.04, same_hamlet=0.5, couples=0.15, carers=0.06, one_account=0.7)
MIXTURE = Habits(
    again_rows=0.08, elsewhere=0.45, other_programme=0.5, no_number=0.28, old_number=0.10, digit_off=0.025, reissued=0.002, borrowed=0.005,
    toneless=0.18, misheard=0.02, mistyped=0.025, middle_lost=0.05, order=0.008, year_only=0.45, year_off=0.015, swapped=0.02, day_off=0.015,
    feed_absent=0.12, feed_year_wrong=0.04, feed_name_stale=0.02, feed_old_number=0.3,
)  # fmt: skip
WORLDS: dict[str, tuple[Habits, Lookalikes]] = {
    "lost_numbers": (LOST_NUMBERS, Lookalikes()),
    "noisy_names": (NOISY_NAMES, Lookalikes()),
    "lookalikes": (LOOKALIKES, MANY_ALIKE),
    "mixture": (MIXTURE, Lookalikes(twins=0.012, heirs=0.01, namesakes=0.02, carers=0.03)),
}


def world(kind: str, people: int, seed: int) -> World:
    """The labelled world of a kind in `WORLDS`."""
    habits, lookalikes = WORLDS[kind]
    return World(people, seed, habits, lookalikes)
