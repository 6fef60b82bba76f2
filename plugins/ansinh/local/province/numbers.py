"""Identity, phone and account numbers by the real rules of their shape (no number is anybody's on purpose).

CCCD: three digits of the province that registered the birth, one for century and sex, two of the year, six at random
(NĐ 137/2015/NĐ-CP Đ13, TT 07/2016/TT-BCA Đ7). CMND: nine digits without a structure. Account lengths follow what the
banks' customers see (13 at Vietcombank and Agribank, 14 at BIDV, 12 at VietinBank and LPBank, …).
"""

from __future__ import annotations

from random import Random

from ansinh.local.province.model import Account
from ansinh.local.province.names import Weighted, bank_name

# Share of birth registrations: mostly the home province (Bình Dương and old Hồ Chí Minh City), then where people came from.
_PREFIXES = Weighted(
    {"074": 520, "079": 130, "070": 60, "075": 40, "072": 35, "080": 25, "083": 20, "086": 20, "094": 20, "084": 15, "038": 20}
    | {"040": 20, "034": 15, "036": 15, "001": 15, "052": 12, "051": 10, "042": 8, "066": 6, "004": 2, "006": 2, "002": 1, "096": 9}
)
# BIN: (share, length, how numbers begin, how communes write the bank)
_BANKS: dict[str, tuple[int, int, str, tuple[str, ...]]] = {
    "970405": (46, 13, "5", ("Agribank", "NHNo&PTNT", "Agribank CN Phú Giáo", "Ngân hàng Nông nghiệp", "NN&PTNT")),
    "970418": (14, 14, "6", ("BIDV", "BIDV Bình Dương", "NH Đầu tư và Phát triển")),
    "970436": (14, 13, "0", ("Vietcombank", "VCB", "NH TMCP Ngoại thương VN")),
    "970415": (9, 12, "10", ("VietinBank", "Vietinbank", "NH Công thương")),
    "970449": (8, 12, "0", ("LPBank", "Bưu điện Liên Việt", "LienVietPostBank")),
    "970403": (4, 12, "05", ("Sacombank",)),
    "970422": (3, 12, "8", ("MB", "MB Bank", "NH Quân đội")),
    "970437": (2, 15, "02", ("HDBank",)),
}
_BIN = Weighted({bin_code: share for bin_code, (share, *_) in _BANKS.items()})
_PHONE_STARTS = (
    "032",
    "033",
    "034",
    "035",
    "036",
    "037",
    "038",
    "039",
    "070",
    "076",
    "077",
    "078",
    "079",
    "081",
    "082",
    "083",
    "084",
    "085",
)


def century_digit(year: int, sex: str) -> str:
    """The fourth digit: 0/1 for 1900–1999, 2/3 for 2000–2099; even for men, odd for women."""
    return str(2 * ((year - 1900) // 100) + (sex == "female"))


class Numbers:
    """Draws numbers and never the same one twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def _fresh(self, start: str, length: int, rng: Random) -> str:
        while True:
            number = start + str(rng.randrange(10 ** (length - len(start)))).zfill(length - len(start))
            if number not in self._taken:
                self._taken.add(number)
                return number

    def cccd(self, rng: Random, sex: str, year: int) -> str:
        """Twelve digits that agree with sex and birth year (1900–2099)."""
        return self._fresh(f"{_PREFIXES.draw(rng)}{century_digit(year, sex)}{year % 100:02d}", 12, rng)

    def cmnd(self, rng: Random) -> str:
        """Nine digits as issued in Bình Dương (28…), never beginning with 0."""
        return self._fresh("28", 9, rng)

    def phone(self, rng: Random) -> str:
        """A ten-digit mobile number."""
        return self._fresh(rng.choice(_PHONE_STARTS), 10, rng)

    def account(self, rng: Random, holder: str, bin_code: str | None = None) -> Account:
        """An account at one of the banks people here use, in the holder's name."""
        bank = bin_code or _BIN.draw(rng)
        _, length, start, _ = _BANKS[bank]
        return Account(bank, self._fresh(start, length, rng), bank_name(holder))

    def card(self, rng: Random) -> str:
        """A sixteen-digit domestic card number, which is no account."""
        return self._fresh("970405", 16, rng)


def bank_words_of(account: Account) -> str:
    """How the commune writes this account's bank: always the same words for the same account."""
    words = _BANKS[account.bin][3]
    return words[int(account.number[-3:]) % len(words)]
